/*
 * A match has happened when both the profile and the pattern were there, so a match's times are
 * those of the later of the two: facts of events, the same in every run over the same events.
 */
#include "decide_matches.h"

#include <math.h>

#include "constants.h"
#include "instant.h"

#define GIVEN_MONTHS 12 /* before a match can have been in vain */
#define TIME_SLACK 0.8  /* of a timeline: what is beyond high / 0.8 was not foreseen */
#define NOT_ABOVE 0.5   /* the tier score of who is one tier below; above it is less */

static int by_own_key(const void *a, const void *b)
{
	const struct pattern *const *x = a, *const *y = b;

	return strcmp((*x)->pattern_key, (*y)->pattern_key);
}

void matcher_sort_patterns(const struct pattern **patterns, size_t count)
{
	qsort(patterns, count, sizeof(*patterns), by_own_key);
}

static bool same_number(double a, double b)
{
	return fabs(a - b) <= SCORE_SLACK;
}

static bool same_match(const struct match *held, const struct pattern_match *match)
{
	return held->pattern_version == match->pattern_version &&
	       same_number(held->score, match->match_score) &&
	       same_number(held->tier_score, match->tier_score) &&
	       same_number(held->focus_score, match->focus_score) &&
	       same_number(held->team_score, match->team_score) &&
	       same_number(held->stage_score, match->stage_score);
}

static struct match *held_match(const struct contractor *contractor, const char *pattern_key)
{
	for (size_t i = 0; i < contractor->matches_count; i++) {
		if (strcmp(contractor->matches[i].pattern_key, pattern_key) == 0)
			return &contractor->matches[i];
	}
	return NULL;
}

bool matcher_same_matches(const struct contractor *contractor, const pattern_matches *matches)
{
	size_t ranked = 0;

	for (size_t i = 0; i < contractor->matches_count; i++)
		ranked += contractor->matches[i].rank > 0;
	if (ranked != matches->count)
		return false;
	for (size_t i = 0; i < matches->count; i++) {
		const struct match *held = held_match(contractor, matches->items[i].pattern_key);

		if (!held || held->rank != (int64_t)i + 1 || !same_match(held, &matches->items[i]))
			return false;
	}
	return true;
}

static struct match *add_match(struct contractor *contractor, const struct pattern *pattern,
			       struct arena *arena)
{
	if (contractor->matches_count == contractor->matches_capacity) {
		contractor->matches_capacity = contractor->matches_count + MATCHES_MAX;
		contractor->matches =
			arena_grow(arena, contractor->matches, contractor->matches_count,
				   contractor->matches_capacity, sizeof(*contractor->matches));
	}

	struct match *match = &contractor->matches[contractor->matches_count++];

	*match = (struct match){ .pattern_key = pattern->pattern_key,
				 .to_tier = pattern->to_revenue_tier };
	return match;
}

/* Never back: the table keeps the greater time too, so it does not matter where a batch ends. */
static void touch(struct match *held, utc_us time)
{
	if (time > held->updated_at)
		held->updated_at = time;
	held->changed = true;
}

/* Whether one of the parts is known of the pattern, too: else it is as unknown as before. */
static bool looks_at(const struct pattern *pattern, struct turned_parts turned)
{
	return (turned.focus && pattern->common_focus_areas.count > 0) ||
	       (turned.team && pattern->team_median.present) ||
	       (turned.stage && pattern->stages.count > 0);
}

/* `match` becomes the rank-th best. */
static void apply_match(struct match *held, const struct pattern_match *match, int64_t rank,
			bool reworded, utc_us time)
{
	if (held->rank == rank && !reworded && same_match(held, match))
		return;
	if (held->rank == 0)
		held->applied_at = time;
	if (held->created_at == 0)
		held->created_at = time;
	held->rank = rank;
	held->pattern_version = match->pattern_version;
	held->score = match->match_score;
	held->tier_score = match->tier_score;
	held->focus_score = match->focus_score;
	held->team_score = match->team_score;
	held->stage_score = match->stage_score;
	held->reason = match->match_reason;
	touch(held, time);
}

static bool is_among(const pattern_matches *matches, const char *pattern_key)
{
	for (size_t i = 0; i < matches->count; i++) {
		if (strcmp(matches->items[i].pattern_key, pattern_key) == 0)
			return true;
	}
	return false;
}

static void unrank_others(struct contractor *contractor, const pattern_matches *matches)
{
	for (size_t i = 0; i < contractor->matches_count; i++) {
		struct match *held = &contractor->matches[i];

		if (held->rank > 0 && !is_among(matches, held->pattern_key)) {
			held->rank = 0;
			touch(held, contractor->occurred_at);
		}
	}
}

/*
 * A pattern has worked out for whoever was in or below the tier it starts from when it last fitted
 * him, and is now in the tier it leads to or above. Whoever was there already does not count.
 */
static void note_successes(struct contractor *contractor, const struct vocabulary *vocabulary)
{
	int rank = vocabulary_tier_rank(vocabulary, contractor->revenue_tier);

	for (size_t i = 0; i < contractor->matches_count; i++) {
		struct match *held = &contractor->matches[i];
		int to = vocabulary_tier_rank(vocabulary, held->to_tier);

		if (held->result != MATCH_SUCCESSFUL && held->tier_score >= NOT_ABOVE && to >= 0 &&
		    rank >= to) {
			held->result = MATCH_SUCCESSFUL;
			touch(held, contractor->occurred_at);
		}
	}
}

void matcher_apply_matches(struct contractor *contractor, const pattern_matches *matches,
			   struct turned_parts turned, const struct knowledge *knowledge)
{
	note_successes(contractor, knowledge->vocabulary); /* while they are as last applied */
	unrank_others(contractor, matches);
	for (size_t i = 0; i < matches->count; i++) {
		const struct pattern_match *match = &matches->items[i];
		const struct pattern *pattern =
			known_pattern(knowledge->patterns, knowledge->count, match->pattern_key);
		struct match *held = held_match(contractor, match->pattern_key);
		utc_us time = contractor->occurred_at > pattern->as_of ? contractor->occurred_at
								       : pattern->as_of;

		apply_match(held ? held : add_match(contractor, pattern, knowledge->arena), match,
			    (int64_t)i + 1, looks_at(pattern, turned), time);
	}
	matcher_judge_matches(contractor, knowledge);
}

double matcher_months_between(utc_us start, utc_us end)
{
	return (double)(end - start) / (double)US_PER_DAY / default_constants.month_days;
}

static bool is_in_vain(const struct contractor *contractor, const struct match *held,
		       const struct pattern *pattern, utc_us now)
{
	const struct optional_number *high = &pattern->timeline.high;

	return high->present &&
	       matcher_months_between(contractor->tier_entered_at, now) >
		       high->value / TIME_SLACK &&
	       matcher_months_between(held->applied_at, now) >= GIVEN_MONTHS;
}

void matcher_judge_matches(struct contractor *contractor, const struct knowledge *knowledge)
{
	int tier = vocabulary_tier_rank(knowledge->vocabulary, contractor->revenue_tier);
	utc_us now = contractor->occurred_at;

	if (tier >= 0 && knowledge->as_of[tier] > now)
		now = knowledge->as_of[tier];

	for (size_t i = 0; i < contractor->matches_count; i++) {
		struct match *held = &contractor->matches[i];
		const struct pattern *pattern =
			known_pattern(knowledge->patterns, knowledge->count, held->pattern_key);
		enum match_result result;

		if (held->result == MATCH_SUCCESSFUL || !pattern ||
		    strcmp(pattern->from_revenue_tier, contractor->revenue_tier) != 0)
			continue;
		result = is_in_vain(contractor, held, pattern, now) ? MATCH_UNSUCCESSFUL
								    : MATCH_UNDECIDED;
		if (result != held->result)
			touch(held, now);
		held->result = result;
	}
}

pattern_matches matcher_current_matches(const struct contractor *contractor, struct arena *arena)
{
	pattern_matches current = { arena_array(arena, struct pattern_match, MATCHES_MAX), 0 };

	for (int64_t rank = 1; rank <= MATCHES_MAX; rank++) {
		for (size_t i = 0; i < contractor->matches_count; i++) {
			const struct match *held = &contractor->matches[i];

			if (held->rank == rank)
				current.items[current.count++] = (struct pattern_match){
					.pattern_key = held->pattern_key,
					.pattern_version = held->pattern_version,
					.match_score = held->score,
				};
		}
	}
	return current;
}
