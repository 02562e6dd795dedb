/* Whether goals made from a pattern work out about as often as others' (statistics §8): if not, the
 * pattern is flagged, then retired, until it recovers. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "levellers.h"
#include "monthly_votes.h"
#include "values.h"
#include "wording.h"

enum standing { STANDING_ACTIVE, STANDING_FLAGGED, STANDING_RETIRED };
extern const char *const standing_names[]; /* "active" …, NULL */

struct standing_change {
	utc_us look;
	enum standing to;
	double probability;               /* P then */
	struct outcome_evidence evidence; /* and what was known */
};

struct pattern_standing {
	enum standing standing;
	int64_t streak; /* looks with P > 0.95 since it was last active */
	/* Of the last look; not looked yet: 0 and nothing known. */
	double probability;
	struct outcome_evidence evidence;
	bool retired_once; /* at any look: whether it is back depends on level_ups */
	const struct standing_change *changes; /* the oldest first */
	size_t changes_count;
};

/*
 * P = I_{0.8m}(2m + a, 2(1-m) + b): how probable it is that the pattern's goals succeed less than
 * 80 % as often as all, of the outcomes alone (a good, b bad, m pooled). 0 when nothing succeeds
 * anywhere or everything does here.
 */
double probability_of_failure(const struct outcome_evidence *evidence);

/* Why it is not active, for people: what its goals came to at the look that says so. NULL: it
 * is. */
const char *standing_reason(const struct pattern_standing *standing, const struct wording *wording,
			    struct arena *arena);

/*
 * A fold over the monthly looks, pooled (monthly_votes.h). At each:
 * - n_out >= max(10, k) and P > 0.95: streak + 1, flagged; retired at streak 3, or at 2 if
 *   P > 0.995.
 * - flagged and P < 0.80: active, streak 0. In between nothing moves: neither flag nor streak.
 * - retired: active, streak 0, if P < 0.50 and k contractors have levelled up since it was retired.
 * So the standing depends on what is known, not on when it came to be known or who asked before.
 * The changes are in the arena.
 */
struct pattern_standing judge_standing(const struct monthly_votes *votes,
				       const struct level_ups *level_ups, int64_t k,
				       struct arena *arena);
