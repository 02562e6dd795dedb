/*
 * The sentences of a goal, in the plan's words. A rate that is a lower bound says so: it is
 * published that way because the exact one would tell who is not among them.
 */
#include <ctype.h>
#include <math.h>

#include "decide.h"

#define NEARLY_ALL 0.8 /* so many get there that it need not be said */

static char *spaced(const char *id, struct arena *arena)
{
	char *words = arena_strdup(arena, id);

	for (char *at = words; *at; at++)
		if (*at == '_')
			*at = ' ';
	return words;
}

const char *item_words(const struct pattern_item *item, struct arena *arena)
{
	char *words;

	if (item->name)
		return item->name;
	words = spaced(item->item, arena);
	words[0] = (char)toupper((unsigned char)words[0]);
	return words;
}

/* As it reads inside a sentence: "hired a manager", but "CRM introduced". */
static const char *inside(const char *words, struct arena *arena)
{
	char *copy = arena_strdup(arena, words);

	if (isupper((unsigned char)copy[0]) && islower((unsigned char)copy[1]))
		copy[0] = (char)tolower((unsigned char)copy[0]);
	return copy;
}

const char *rate_words(double rate, bool at_least, struct arena *arena)
{
	/* A lower bound is cut, not rounded; the tiny amount takes 0.29 * 100 back to 29. */
	int percent = (int)floor(rate * 100 + (at_least ? 1e-9 : 0.5));

	return arena_printf(arena, "%s%d%%", at_least ? "at least " : "", percent);
}

/* What the share in "89% … first" did. */
static const char *did_words(enum action_kind kind, const struct pattern_item *item,
			     const struct goal_rules *rules, struct arena *arena)
{
	const char *words = item_words(item, arena);

	switch (kind) {
	case ACTION_PARTNER:
		return arena_printf(arena, "used %s", words);
	case ACTION_BOOK:
		return arena_printf(arena, "read '%s'", words);
	case ACTION_PODCAST:
		return arena_printf(arena, "listened to '%s'", words);
	case ACTION_EVENT:
		return arena_printf(arena, "attended %s", words);
	case ACTION_FOCUS_AREA:
		if (!item->name)
			words = label_of(&rules->vocabulary.focus_areas, item->item);
		return arena_printf(arena, "worked on %s", inside(words, arena));
	default:
		return inside(words, arena);
	}
}

struct first_step {
	enum action_kind kind;
	const struct pattern_item *item; /* NULL: none */
};

static void take_larger_share(enum action_kind kind, const pattern_items *items,
			      struct first_step *first)
{
	for (size_t i = 0; i < items->count; i++) {
		const struct pattern_item *item = &items->items[i];

		if (!item->first_share.present)
			continue;
		if (!first->item || item->first_share.value > first->item->first_share.value)
			*first = (struct first_step){ kind, item };
	}
}

/* The step that most of them began with; of equal ones a milestone. */
static struct first_step first_step_of(const struct pattern *pattern)
{
	struct first_step first = { .kind = ACTION_ABSENT };

	take_larger_share(ACTION_MILESTONE, &pattern->common_milestones, &first);
	take_larger_share(ACTION_FOCUS_AREA, &pattern->common_focus_areas, &first);
	take_larger_share(ACTION_PARTNER, &pattern->common_partners, &first);
	take_larger_share(ACTION_BOOK, &pattern->common_books, &first);
	take_larger_share(ACTION_PODCAST, &pattern->common_podcasts, &first);
	take_larger_share(ACTION_EVENT, &pattern->common_events, &first);
	return first;
}

const char *pattern_source(const struct pattern *pattern, const struct goal_rules *rules,
			   struct arena *arena)
{
	const struct labels *tiers = &rules->vocabulary.tiers;
	struct first_step first = first_step_of(pattern);
	const char *based = arena_printf(arena, "Based on %lld contractors who went from %s to %s",
					 (long long)pattern->sample_size,
					 label_of(tiers, pattern->from_revenue_tier),
					 label_of(tiers, pattern->to_revenue_tier));

	if (!first.item)
		return based;
	return arena_printf(arena, "%s - %s %s first", based,
			    rate_words(first.item->first_share.value, false, arena),
			    did_words(first.kind, first.item, rules, arena));
}

/* "; about 62% get there within 48 months", if that is far from all. */
static const char *share_words(const struct timeline *timeline, struct arena *arena)
{
	int64_t months = timeline->horizon.present ? (int64_t)floor(timeline->horizon.value) : 0;

	if (!timeline->p_by_horizon.present || timeline->p_by_horizon.value >= NEARLY_ALL ||
	    months < 1)
		return "";
	return arena_printf(arena, "; about %s get there within %lld month%s",
			    rate_words(timeline->p_by_horizon.value, false, arena),
			    (long long)months, months == 1 ? "" : "s");
}

const char *timeline_words(const struct pattern *pattern, int64_t low, int64_t high,
			   const struct goal_rules *rules, struct arena *arena)
{
	const char *to = label_of(&rules->vocabulary.tiers, pattern->to_revenue_tier);
	bool first_seen = pattern->timeline.basis &&
			  strcmp(pattern->timeline.basis, "first_seen") == 0;
	const char *months;

	if (low < high)
		months = arena_printf(arena, "%lld-%lld months", (long long)low, (long long)high);
	else
		months = arena_printf(arena, "%lld month%s", (long long)low, low == 1 ? "" : "s");
	return arena_printf(arena, "Based on similar contractors, expect %s to reach %s%s%s",
			    months, to, first_seen ? " (counted since first seen)" : "",
			    share_words(&pattern->timeline, arena));
}

const char *gap_words(const char *gap, struct arena *arena)
{
	static const char current[] = "current_";

	if (strncmp(gap, current, sizeof(current) - 1) == 0)
		gap += sizeof(current) - 1;
	return arena_printf(arena, "Get current %s", spaced(gap, arena));
}

const char *milestone_words(const struct pattern_item *item, struct arena *arena)
{
	return arena_printf(arena, "Assess: %s (done by %s of successful contractors)",
			    inside(item_words(item, arena), arena),
			    rate_words(item->usage_rate, item->at_least, arena));
}

const char *content_words(enum action_kind kind, const struct pattern_item *item,
			  struct arena *arena)
{
	const char *words = item_words(item, arena);
	const char *rate = rate_words(item->usage_rate, item->at_least, arena);

	switch (kind) {
	case ACTION_BOOK:
		return arena_printf(arena, "Read '%s' (recommended by %s of successful scalers)",
				    words, rate);
	case ACTION_PODCAST:
		return arena_printf(arena,
				    "Listen to '%s' (recommended by %s of successful scalers)",
				    words, rate);
	default:
		return arena_printf(arena, "Attend %s (attended by %s of successful contractors)",
				    words, rate);
	}
}

/* "a", "a or b", "a, b or c". */
static const char *joined(const char *const *words, size_t count, const char *last,
			  struct arena *arena)
{
	const char *text = count ? words[0] : "";

	for (size_t i = 1; i < count; i++)
		text = arena_printf(arena, "%s%s%s", text, i + 1 < count ? ", " : last, words[i]);
	return text;
}

const char *partners_words(const struct pattern_item *partners, size_t count, struct arena *arena)
{
	const char **names = arena_array(arena, const char *, count);
	const char **rates = arena_array(arena, const char *, count);
	bool equal = true;

	for (size_t i = 0; i < count; i++) {
		names[i] = item_words(&partners[i], arena);
		rates[i] = rate_words(partners[i].usage_rate, partners[i].at_least, arena);
		equal = equal && strcmp(rates[i], rates[0]) == 0;
	}
	return arena_printf(arena, "Recommend %s (used by %s of successful contractors)",
			    joined(names, count, " or ", arena),
			    joined(rates, equal && count ? 1 : count, " and ", arena));
}
