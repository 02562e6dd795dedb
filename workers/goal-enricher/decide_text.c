/*
 * The sentences of a goal, in the plan's words unless configured. A rate that is a lower bound says
 * so: it is published that way because the exact one would tell who is not among them.
 */
#include <ctype.h>
#include <inttypes.h>

#include "decide.h"

#define NEARLY_ALL 0.8 /* so many get there that it need not be said */

const char *item_words(const struct pattern_item *item, struct arena *arena)
{
	return item->name ? item->name : capitalized(plain_words(item->item, arena), arena);
}

/* As it reads inside a sentence: "hired a manager", but "CRM introduced". */
static const char *inside(const char *words, struct arena *arena)
{
	char *copy = arena_strdup(arena, words);

	if (isupper((unsigned char)copy[0]) && islower((unsigned char)copy[1]))
		copy[0] = (char)tolower((unsigned char)copy[0]);
	return copy;
}

const char *did_words(const struct wording *wording, enum action_kind kind, const char *words,
		      struct arena *arena)
{
	if (kind == ACTION_MILESTONE || kind == ACTION_FOCUS_AREA)
		words = inside(words, arena);
	return say(wording, SENTENCE_GOAL_BEGAN, arena, SAY_TEXT("kind", action_kind_names[kind]),
		   SAY_TEXT("item", words));
}

/* "; about 62% get there within 48 months", if that is far from all. */
static const char *share_words(const struct wording *wording, const struct time_left *left,
			       int64_t spent, struct arena *arena)
{
	if (!left->p_by_horizon.present || left->p_by_horizon.value >= NEARLY_ALL)
		return "";
	return say(wording, SENTENCE_TIMELINE_SHARE, arena,
		   SAY_TEXT("share", rate_text(wording, left->p_by_horizon.value, false, arena)),
		   SAY_NUMBER("months", left->horizon.value), SAY_NUMBER("spent", spent));
}

static const char *range_words(const struct wording *wording, const struct time_left *left,
			       const struct way *way, struct arena *arena)
{
	const char *low = NULL, *first_seen = "", *range;

	if (left->low < left->high)
		low = arena_printf(arena, "%" PRId64, left->low);
	range = say(wording, SENTENCE_TIMELINE, arena, SAY_TEXT("low", low),
		    SAY_NUMBER("high", left->high), SAY_NUMBER("spent", way->spent),
		    SAY_TEXT("to", way->to));
	if (way->first_seen)
		first_seen = say_values(wording, SENTENCE_TIMELINE_FIRST_SEEN, arena, NULL);
	return arena_printf(arena, "%s%s%s", range, first_seen,
			    share_words(wording, left, way->spent, arena));
}

const char *timeline_words(const struct wording *wording, const struct time_left *left,
			   const struct way *way, struct arena *arena)
{
	switch (left->kind) {
	case TIME_LEFT_RANGE:
		return range_words(wording, left, way, arena);
	case TIME_LEFT_LONGER:
		return say(wording, SENTENCE_TIMELINE_LONGER, arena,
			   SAY_NUMBER("spent", way->spent), SAY_TEXT("from", way->from),
			   SAY_TEXT("to", way->to));
	default:
		return say(wording, SENTENCE_TIMELINE_NONE, arena, SAY_TEXT("to", way->to));
	}
}

const char *gap_words(const struct wording *wording, const char *gap, struct arena *arena)
{
	static const char current[] = "current_";

	if (strncmp(gap, current, sizeof(current) - 1) == 0)
		gap += sizeof(current) - 1;
	return say(wording, SENTENCE_CHECKLIST_GAP, arena,
		   SAY_TEXT("gap", plain_words(gap, arena)));
}

static const char *hint_words(const struct wording *wording, const struct pattern_item *item,
			      struct arena *arena)
{
	return say(wording, SENTENCE_HINT, arena, SAY_TEXT("grade", item->grade));
}

const char *step_words(const struct wording *wording, enum action_kind kind,
		       const struct pattern_item *item, struct arena *arena)
{
	static const enum sentence sentences[ACTION_KINDS] = {
		[ACTION_MILESTONE] = SENTENCE_CHECKLIST_MILESTONE,
		[ACTION_BOOK] = SENTENCE_CHECKLIST_BOOK,
		[ACTION_PODCAST] = SENTENCE_CHECKLIST_PODCAST,
		[ACTION_EVENT] = SENTENCE_CHECKLIST_EVENT,
	};
	const char *words = item_words(item, arena);

	if (kind == ACTION_MILESTONE)
		words = inside(words, arena);
	return say(wording, sentences[kind], arena, SAY_TEXT("item", words),
		   SAY_TEXT("rate", rate_text(wording, item->usage_rate, item->at_least, arena)),
		   SAY_TEXT("hint", hint_words(wording, item, arena)));
}

const char *partners_words(const struct wording *wording,
			   const struct pattern_item *const *partners, size_t count,
			   struct arena *arena)
{
	const char **names = arena_array(arena, const char *, count);
	const char **rates = arena_array(arena, const char *, count);
	bool equal = true;

	for (size_t i = 0; i < count; i++) {
		names[i] = item_words(partners[i], arena);
		rates[i] =
			rate_text(wording, partners[i]->usage_rate, partners[i]->at_least, arena);
		equal = equal && strcmp(rates[i], rates[0]) == 0;
	}
	return say(wording, SENTENCE_CHECKLIST_PARTNERS, arena,
		   SAY_TEXT("partners", enumerate(wording, names, count, SENTENCE_LIST_OR, arena)),
		   SAY_TEXT("rates",
			    enumerate(wording, rates, equal ? 1 : count, SENTENCE_LIST_AND, arena)),
		   SAY_TEXT("hint", hint_words(wording, partners[0], arena)));
}
