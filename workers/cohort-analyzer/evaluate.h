/*
 * Confidence as outcomes come (worker.h: struct task): the owner of the request partition looks at
 * the voters who were marked, and at all patterns then. What it costs does not depend on how many
 * outcomes there were before.
 */
#pragma once

#include "store_evidence.h"

/* One look. */
struct evaluation_job {
	utc_us as_of;
	utc_us clock;
	struct optional_int asked;
	size_t published; /* patterns, by evaluation_finish() */
};

/* *ret_job NULL: nothing is due. clock: the loop's. */
bool evaluation_find(struct context *ctx, utc_us clock, struct arena *arena,
		     struct evaluation_job **ret_job, struct err *err);
/* On the task's thread and connection; *ret_due is for evaluation_finish(). */
bool evaluation_work(struct db *db, const struct evaluation_job *job, struct arena *arena,
		     struct due_voters **ret_due, struct err *err);
/* Stores and publishes. */
bool evaluation_finish(struct context *ctx, struct message *cause, struct evaluation_job *job,
		       const struct due_voters *due, struct err *err);
/* That is committed: counts it. */
void evaluation_count(const struct evaluation_job *job);
