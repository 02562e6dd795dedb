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

const char *did_words(enum action_kind kind, const char *words, struct arena *arena)
{
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
		return arena_printf(arena, "worked on %s", inside(words, arena));
	default:
		return inside(words, arena);
	}
}

const char *source_words(int64_t contractors, const char *from, const char *to, double share,
			 const char *did, struct arena *arena)
{
	const char *based = arena_printf(arena, "Based on %lld contractors who went from %s to %s",
					 (long long)contractors, from, to);

	if (!did)
		return based;
	return arena_printf(arena, "%s - %s %s first", based, rate_words(share, false, arena), did);
}

const char *source_downgraded_words(const char *source, struct arena *arena)
{
	return arena_printf(arena, "%s - the evidence is weaker than it was", source);
}

const char *source_withdrawn_words(const char *source, struct arena *arena)
{
	return arena_printf(arena, "%s - withdrawn since: not enough evidence any more", source);
}

static const char *months_words(int64_t months, const char *more, struct arena *arena)
{
	return arena_printf(arena, "%lld %smonth%s", (long long)months, more,
			    months == 1 ? "" : "s");
}

/* "; about 62% get there within 48 months", if that is far from all. */
static const char *share_words(const struct time_left *left, const char *more, struct arena *arena)
{
	if (!left->p_by_horizon.present || left->p_by_horizon.value >= NEARLY_ALL)
		return "";
	return arena_printf(arena, "; about %s get there within %s",
			    rate_words(left->p_by_horizon.value, false, arena),
			    months_words(left->horizon.value, more, arena));
}

const char *timeline_words(const struct time_left *left, const char *to, int64_t spent,
			   bool first_seen, struct arena *arena)
{
	const char *more = spent > 0 ? "more " : "";
	const char *months = months_words(left->high, more, arena);

	if (left->low < left->high)
		months = arena_printf(arena, "%lld-%s", (long long)left->low, months);
	return arena_printf(arena, "Based on similar contractors, expect %s to reach %s%s%s",
			    months, to, first_seen ? " (counted since first seen)" : "",
			    share_words(left, more, arena));
}

const char *timeline_longer_words(const char *from, const char *to, int64_t spent,
				  struct arena *arena)
{
	return arena_printf(arena,
			    "%s in %s is longer than observed so far of contractors who reached "
			    "%s: no range can be given",
			    months_words(spent, "", arena), from, to);
}

const char *timeline_unknown_words(const char *to, struct arena *arena)
{
	return arena_printf(arena, "Not enough data yet to say how long it takes to reach %s", to);
}

const char *gap_words(const char *gap, struct arena *arena)
{
	static const char current[] = "current_";

	if (strncmp(gap, current, sizeof(current) - 1) == 0)
		gap += sizeof(current) - 1;
	return arena_printf(arena, "Get current %s", spaced(gap, arena));
}

const char *obstacles_words(const char *to, struct arena *arena)
{
	return arena_printf(arena, "Ask what stands in the way of reaching %s", to);
}

/* What is no more than a hint says so. */
static const char *evidence_words(const struct pattern_item *item)
{
	if (item->grade && strcmp(item->grade, "C") == 0)
		return "; a hint, no more";
	if (item->grade && strcmp(item->grade, "D") == 0)
		return "; common, its effect could not be measured";
	return "";
}

const char *milestone_words(const struct pattern_item *item, struct arena *arena)
{
	return arena_printf(arena, "Assess: %s (done by %s of successful contractors%s)",
			    inside(item_words(item, arena), arena),
			    rate_words(item->usage_rate, item->at_least, arena),
			    evidence_words(item));
}

const char *content_words(enum action_kind kind, const struct pattern_item *item,
			  struct arena *arena)
{
	const char *words = item_words(item, arena), *hint = evidence_words(item);
	const char *rate = rate_words(item->usage_rate, item->at_least, arena);

	switch (kind) {
	case ACTION_BOOK:
		return arena_printf(arena, "Read '%s' (recommended by %s of successful scalers%s)",
				    words, rate, hint);
	case ACTION_PODCAST:
		return arena_printf(arena,
				    "Listen to '%s' (recommended by %s of successful scalers%s)",
				    words, rate, hint);
	default:
		return arena_printf(arena, "Attend %s (attended by %s of successful contractors%s)",
				    words, rate, hint);
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

const char *partners_words(const struct pattern_item *const *partners, size_t count,
			   struct arena *arena)
{
	const char **names = arena_array(arena, const char *, count);
	const char **rates = arena_array(arena, const char *, count);
	bool equal = true;

	for (size_t i = 0; i < count; i++) {
		names[i] = item_words(partners[i], arena);
		rates[i] = rate_words(partners[i]->usage_rate, partners[i]->at_least, arena);
		equal = equal && strcmp(rates[i], rates[0]) == 0;
	}
	return arena_printf(arena, "Recommend %s (used by %s of successful contractors%s)",
			    joined(names, count, " or ", arena),
			    joined(rates, equal && count ? 1 : count, " and ", arena),
			    count ? evidence_words(partners[0]) : "");
}

const char *reach_words(const char *to, struct arena *arena)
{
	return arena_printf(arena, "Reach %s", to);
}

const char *team_doubled_words(double share, struct arena *arena)
{
	return arena_printf(arena, "Team doubled (as of %s of successful contractors)",
			    rate_words(share, false, arena));
}

const char *revenue_increased_words(double percent, struct arena *arena)
{
	return arena_printf(arena, "Revenue up by %lld%% (as of half of successful contractors)",
			    (long long)percent);
}

const char *lead_flow_improved_words(double share, struct arena *arena)
{
	return arena_printf(arena, "Lead flow improved (as of %s of successful contractors)",
			    rate_words(share, false, arena));
}
