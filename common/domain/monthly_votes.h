/*
 * What was known of a pattern's outcomes on the first of each month. A pattern is judged by all of
 * them (standing.h), so they are found in one pass over its votes and not by one count a month.
 */
#pragma once

#include <stddef.h>

#include "arena.h"
#include "confidence.h"
#include "messages.h"
#include "values.h"

/* looks[i] is what was known at instant_month(first, i). */
struct monthly_votes {
	utc_us first;
	struct outcome_evidence *looks;
	size_t count;
};

/*
 * The votes on one pattern at each first of a month, 00:00 UTC, from the one at or after the first
 * vote up to as_of: count_votes() of each of these times, up to rounding (a part in 10^12). pooled
 * is left 0.5. outcomes: at most one a goal, any order; the result does not depend on it, to the
 * last bit. Time O(V log V + months). The looks are in `arena`; scratch is free afterwards.
 */
struct monthly_votes count_votes_monthly(const struct outcome_recorded *outcomes, size_t count,
					 utc_us as_of, struct arena *scratch, struct arena *arena);

/* Sets pooled: the success rate of all patterns, pooled_success(), at each look. All were counted
 * up to the same as_of. */
void pool_monthly_votes(const struct monthly_votes *patterns, size_t count, struct arena *scratch);
