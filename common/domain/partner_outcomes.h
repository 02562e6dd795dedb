/*
 * Which partners' users complete their goals and are satisfied, within one pattern: the votes of
 * outcome.h, split by who had used the partner. What leaves the analyzer of it obeys the same rules
 * as all else (statistics §9), but moves on its own: votes come at other times than profiles and
 * actions.
 */
#pragma once

#include <stddef.h>

#include "arena.h"
#include "cohort.h"
#include "contributions.h"
#include "messages.h"
#include "outcome.h"

/* Who has voted on one pattern, as of the cohorts' as_of. */
struct pattern_voters {
	const char *pattern_key;
	const struct voter_score *items; /* of score_voters(): by voter */
	size_t count;
};

/* Those of the key among `count` patterns'; NULL: nobody has voted on it. */
const struct pattern_voters *find_voters(const struct pattern_voters *all, size_t count,
					 const char *pattern_key);

/* What the voters contribute to published numbers: a fingerprint of each one and his score, which
 * age does not change. NULL: nobody. In the arena. */
struct fingerprints voters_fingerprints(const struct pattern_voters *voters, struct arena *arena);

/*
 * Sets outcome_success, outcome_ratio and outcome_users of the partners. Only voters with one of
 * the spells count. A voter is a partner's user when the first use in the spell lies on an earlier
 * day than his latest outcome. With m the weighted mean score of all the pattern's voters, and
 * weights w = vote_weight():
 *   success  = (5m + Σ w y)/(5 + Σ w) over the users, y their scores
 *   ratio    = success / the same over the voters who are no users
 * both to 0.01. All are absent unless there are k users and k others. The order of spells and votes
 * does not matter, to the last bit.
 */
void set_partner_outcomes(pattern_items *partners, const struct cohorts *cohorts,
			  const struct spells *spells, const struct pattern_voters *voters,
			  struct arena *arena);

/* The partners with the outcomes that `published` has of the same ones, instead of their own; NULL:
 * with none. A copy in the arena. */
pattern_items partners_with_outcomes_of(const pattern_items *partners,
					const pattern_items *published, struct arena *arena);

/*
 * Puts those first whose users do better. Nothing moves while no outcome is known. Else, within a
 * grade, by ln(lift_low) + ln(outcome_ratio), greatest first (grade D and patterns without lifts:
 * by ln(users) + ln(outcome_ratio)); unknown is 1, lift_low at least 0.01; equals stay as they are.
 * Only published numbers decide, so the order says no more than these.
 */
void order_partners(pattern_items *partners);
