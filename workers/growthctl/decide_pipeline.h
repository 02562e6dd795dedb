/* Who consumes what, for commands that look at all workers at once (design: four workers). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "values.h"

#define PIPELINE_TOPICS_MAX 5

struct pipeline_worker {
	const char *name;   /* its group, and NAME.dlq */
	const char *schema; /* in Postgres */
	const char *consumes[PIPELINE_TOPICS_MAX];
	const char *produces[PIPELINE_TOPICS_MAX]; /* without its dead letters */
	bool holds_patterns; /* reads pattern.recalculated, outside of its group */
	const char *sweeps;  /* the topic whose partitions it sweeps when the pattern library
			       changes; NULL: none */
};
extern const struct pipeline_worker pipeline[]; /* ends with name NULL */

extern const char *const worker_names[]; /* the same, ended by NULL */

/* A topic as it should be. */
struct topic_plan {
	const char *name; /* without prefix */
	int64_t partitions;
	const char *cleanup_policy;
	int64_t retention_ms;      /* 0: as the broker has it; -1: for ever */
	int64_t max_message_bytes; /* 0: as the broker has it */
};

struct topic_wishes {
	int64_t partitions, retention_ms, dead_letter_retention_ms;
};

/* All topics of messages.h, then the workers' dead letters. */
void topics_plan(const struct topic_wishes *wishes, struct arena *arena,
		 struct topic_plan **ret_plans, size_t *ret_count);

/* A topic as it is: its configuration as Kafka tells it, NULL when it does not. */
struct topic_state {
	int64_t partitions;
	const char *cleanup_policy, *retention_ms, *max_message_bytes;
};

/* What is not as planned, each as a sentence. */
struct texts topic_differences(const struct topic_plan *plan, const struct topic_state *state,
			       struct arena *arena);
