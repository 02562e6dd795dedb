/*
 * What outcomes say of patterns between recalculations, from running sums instead of all votes:
 * when that is looked at, and what of it is published. Pure.
 */
#pragma once

#include "decide.h"

/* How far the evaluation of the outcomes is. */
struct evaluation_state {
	/* The time that the next one is for: the latest that is known of an outcome or a
	 * recalculation, not later than the clock. Absent: nothing is known yet. */
	struct optional_time as_of;
	int64_t waiting; /* voters to be looked at by then; many are not counted to the end */
	bool due;        /* there is something to do */
	bool complete;   /* the last one left nobody waiting */
	struct optional_time evaluated_at; /* by the clock */
	struct optional_int
		asked; /* which one is asked for, whatever the clock says; as_of is its */
};

/* Whether to evaluate now: what is asked for; else not more often than every `every`, but what was
 * begun is gone on with. */
bool evaluation_is_due(const struct evaluation_state *state,
		       const struct confidence_options *options, utc_us now);

/* The evidence on a pattern, and the pattern as it is published. */
struct evaluated_pattern {
	const char *pattern_key;
	double good, bad; /* sums of contributions (outcome.h) */
	int64_t voters;
	struct optional_int version; /* absent: there are outcomes only, and the rest is 0 */
	enum pattern_status status;
	int64_t sample_size;
	double consistency;
	double published; /* its confidence_score */
	/* What decide_evaluation() finds. */
	struct confidence confidence; /* without the ceiling of a downgraded pattern */
	bool moved;                   /* to be published anew */
};

/*
 * The confidence of all patterns as of as_of. One has moved when what is to be published of it
 * differs from what is by more than step; a removed one never has.
 */
void decide_evaluation(struct evaluated_pattern *patterns, size_t count, utc_us as_of, int64_t k,
		       double step, struct arena *arena);
