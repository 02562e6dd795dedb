/* From the outcomes of goals to votes for and against a pattern (statistics §6). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "confidence.h"
#include "messages.h"
#include "values.h"

#define OUTCOME_SILENCE_DAYS 180     /* an open goal counts as failed from then on */
#define OUTCOME_HALF_LIFE_DAYS 540.0 /* of a vote's weight */

/*
 * One goal's outcome, completed or abandoned, as a number in [0, 1]:
 * (0.5·[completed] + 0.3·(satisfaction-1)/4 + 0.2·impact)/(weights present), impact positive 1,
 * neutral 0.5, negative 0. Without a rating, or with impact absent or too_early, that weight is
 * absent.
 */
double outcome_score(enum goal_outcome outcome, struct optional_int satisfaction,
		     enum revenue_impact impact);

/* Whether a goal says anything as of as_of: it has an outcome by then, or is open for 180 days. */
bool outcome_is_known(const struct outcome_recorded *goal, utc_us as_of);

/* What a vote of `from` weighs at `at`: it halves in 540 days; above 1 if that is later. */
double vote_weight(utc_us from, utc_us at);

/* One voter's word on a pattern. */
struct voter_score {
	struct uuid voter;
	double score;  /* the mean of his goals' scores, in [0, 1] */
	utc_us latest; /* of his outcomes */
};

/* A contractor's pseudonym towards a pattern: a version 5 UUID of both. */
struct uuid voter_of(int64_t contractor_id, const char *pattern_key);

/* Who has voted on one pattern, by voter; returns how many. What counts is told at
 * count_votes(). */
size_t score_voters(const struct outcome_recorded *outcomes, size_t count, utc_us as_of,
		    struct arena *arena, struct voter_score **ret_voters);

/* Adds up the votes of score_voters() with their vote_weight(): good, bad and voters; pooled is
 * left 0.5. */
struct outcome_evidence weigh_votes(const struct voter_score *voters, size_t count, utc_us as_of);

/*
 * score_voters() and weigh_votes() in one.
 * Counts the votes on one pattern as of as_of: good a, bad b, voters n_out (pooled is left 0.5). A
 * voter has one vote: the mean score of his goals, with weight 2^(-age/540 d), age from his latest
 * outcome. An open goal is a failure (0) 180 days after its creation, and no vote before; an
 * outcome after as_of is not known yet: the goal is still open. outcomes: at most one a goal, any
 * order; the result does not depend on it.
 */
struct outcome_evidence count_votes(const struct outcome_recorded *outcomes, size_t count,
				    utc_us as_of, struct arena *arena);

/*
 * What one voter adds to a pattern's evidence, weighed at one fixed instant (outcome.c: REFERENCE)
 * instead of as_of. Weights only scale with as_of, all alike, so the sums over the voters hold for
 * any as_of until one of them says something else.
 */
struct contribution {
	double good, bad; /* >= 0 */
	bool counts;      /* he has a vote */
	/* When he says something else without a new outcome: one of after as_of, or a goal's
	 * silence. Absent: never. */
	struct optional_time changes_at;
};

/* Of a voter with these goals, all of them on one pattern and his, as of as_of. */
struct contribution contribution_of(const struct outcome_recorded *goals, size_t count,
				    utc_us as_of, struct arena *arena);

/* The evidence as of as_of from the sums of all contributions: what count_votes() says of all the
 * goals, within 1e-12. */
struct outcome_evidence evidence_as_of(double good, double bad, int64_t voters, utc_us as_of);

/* The success rate m = Σa/Σ(a+b) of all patterns; 0.5 until they have 30 voters together. */
double pooled_success(const struct outcome_evidence *patterns, size_t count);
