/* The running evidence in Postgres: who is to be looked at, what he says, the sums. */
#pragma once

#include "decide_evaluate.h"
#include "outcome.h"
#include "store.h"

/* What a voter who was due says as of the time asked for. */
struct due_voter {
	const char *pattern_key;
	struct uuid voter;
	int64_t mark; /* the transaction that marked him last */
	bool voted;   /* false: all his votes were erased */
	struct contribution contribution;
};

struct due_voters {
	struct due_voter *items; /* by pattern and voter */
	size_t count;
	const char *inputs; /* positions of the snapshot in which they were read, as JSON */
};

/* A look as it is stored. */
struct look {
	utc_us as_of;
	utc_us clock;              /* the loop's */
	bool complete;             /* nobody is left who was due */
	const char *inputs;        /* that it was calculated from; NULL: it is not complete */
	struct optional_int asked; /* which one of those asked for is done by it */
};

/* How far it is, by the loop's clock. */
bool evaluation_look(struct db *db, utc_us clock, struct arena *arena,
		     struct evaluation_state *ret_state, struct err *err);

/* At most `most` of those who are due as of as_of, in one snapshot with the positions. */
bool due_voters_load(struct db *db, utc_us as_of, size_t most, struct arena *arena,
		     struct due_voters *ret_due, struct err *err);

/* Only the owner of the request partition does the following. */

/* After evaluation_save(). Takes over what they said in their snapshot; who was marked meanwhile
 * stays due. */
bool due_voters_save(struct context *ctx, const struct due_voters *due, struct err *err);
/* By pattern key. */
bool evidence_load(struct context *ctx, struct evaluated_pattern **ret_patterns, size_t *ret_count,
		   struct err *err);
bool evidence_save(struct context *ctx, utc_us as_of, const struct evaluated_pattern *patterns,
		   size_t count, struct err *err);
/* *ret_as_of: as_of, or a later one that an evaluation was for already. */
bool evaluation_save(struct context *ctx, const struct look *look, utc_us *ret_as_of,
		     struct err *err);
/* Notes what a look was calculated from; for one that publishes. */
bool evaluation_note(struct context *ctx, const struct look *look, struct err *err);

extern const struct statement *const evidence_statements[]; /* ends with NULL */
