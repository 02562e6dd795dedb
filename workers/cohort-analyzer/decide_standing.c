/*
 * Outcomes and cohort judge a pattern apart, and the worse of the two is published. So the cohort's
 * word is kept beside the published status: a pattern that outcomes have removed returns as what
 * its cohort makes of it.
 */
#include "decide_due.h"

static const struct known_standing *find_known(const struct known_standings *known,
					       const char *pattern_key)
{
	for (size_t i = 0; i < known->count; i++)
		if (strcmp(known->items[i].pattern_key, pattern_key) == 0)
			return &known->items[i];
	return NULL;
}

struct pattern_standing standing_of(const struct votes *votes, const char *pattern_key,
				    const struct level_ups *level_ups, int64_t k,
				    struct arena *arena)
{
	static const struct monthly_votes none = { .count = 0 };
	static const struct level_ups unknown = { NULL, 0 };
	const struct monthly_votes *monthly = &none;

	for (size_t i = 0; i < votes->count; i++)
		if (strcmp(votes->items[i].pattern_key, pattern_key) == 0)
			monthly = &votes->items[i].monthly;
	return judge_standing(monthly, level_ups ? level_ups : &unknown, k, arena);
}

const struct pattern *without_outcomes(const struct pattern *published,
				       const struct known_standings *known, struct arena *arena)
{
	const struct known_standing *standing =
		published ? find_known(known, published->pattern_key) : NULL;
	struct pattern *pattern;

	if (!standing)
		return published;
	pattern = arena_memdup(arena, published, sizeof(*published));
	pattern->status = standing->cohort_status;
	pattern->status_reason = standing->cohort_reason;
	return pattern;
}

bool has_retired(const struct votes *votes, const struct known_standings *known,
		 const char *transition, int64_t k, struct arena *arena)
{
	static const struct level_ups unknown = { NULL, 0 };

	for (size_t i = 0; i < known->count; i++)
		if (known->items[i].standing == STANDING_RETIRED &&
		    known->items[i].cohort_status != PATTERN_REMOVED &&
		    key_is_of(known->items[i].pattern_key, transition))
			return true;
	for (size_t i = 0; i < votes->count; i++) {
		const struct pattern_evidence *pattern = &votes->items[i];
		const struct known_standing *standing = find_known(known, pattern->pattern_key);

		if (standing && standing->cohort_status == PATTERN_REMOVED)
			continue;
		if (key_is_of(pattern->pattern_key, transition) &&
		    judge_standing(&pattern->monthly, &unknown, k, arena).retired_once)
			return true;
	}
	return false;
}
