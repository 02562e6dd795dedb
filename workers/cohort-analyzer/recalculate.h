/* Recalculating patterns: long work beside the batches (worker.h: struct task). */
#pragma once

#include "progress.h"
#include "store.h"

/* One recalculation, from the request to its end. */
struct recalculation_job {
	struct request *request;
	struct progress progress;
	const struct findings
		*findings; /* stored by recalculation_finish(); NULL: it was out of date */
};

/* Computes, on the task's thread and connection; *ret_result is for recalculation_finish(). */
bool recalculation_work(struct db *db, const struct analyzer_config *config,
			struct recalculation_job *job, struct arena *arena, const atomic_bool *stop,
			void **ret_result, struct err *err);
/* Stores and publishes. Sets the job's findings. */
bool recalculation_finish(struct context *ctx, struct message *cause, struct recalculation_job *job,
			  const void *result, struct err *err);

/* What the worker does beside batches: recalculations, the schedule, drift. */
extern const struct task recalculation_task;
