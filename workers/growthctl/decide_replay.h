/* What a replay reads, and in which steps. Pure: replay_plan.c fills it in. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "decide_positions.h"
#include "err.h"
#include "values.h"

/* ---- where a replay begins or ends ---- */

struct replay_bound {
	bool given;
	struct optional_time time;        /* the first message at or after it */
	LIST_OF(struct log_place) places; /* those that are not named: the whole log */
};

/* A time as time_parse() takes it, the word that means the same as nothing ("earliest" or
 * "latest"), or TOPIC:PARTITION:OFFSET, several with commas. False: none of them. */
bool replay_bound_parse(const char *text, const char *nothing, struct arena *arena,
			struct replay_bound *ret_bound);
/* Takes the configured prefix from the topics that have it. */
void replay_bound_strip(struct replay_bound *bound, const char *prefix);
/* The offset that places give for the partition, else `otherwise`. */
int64_t replay_bound_offset(const struct replay_bound *bound, const char *topic, int64_t partition,
			    int64_t otherwise);

/* ---- the plan ---- */

struct replay_partition {
	const char *topic; /* without prefix */
	int64_t partition;
	int64_t begins, ends; /* of what is read */
};

/* A recalculation of live's (it has an event_id), or a look at outcomes (it has a number); the end
 * may be a look or nothing. */
struct replay_step {
	const char *event_id, *event_source, *pattern_key, *reason;
	struct optional_time as_of;       /* absent: of what is known then */
	struct optional_int kafka_offset; /* of the request */
	struct optional_int evaluation;   /* numbers rise from step to step */
	utc_us asked_at;                  /* about when live was there; known when it is planned */
	int64_t *until;                   /* of each partition, before the step is asked for */
};

struct replay_plan {
	struct replay_partition *partitions;
	size_t partitions_count;
	struct replay_step *steps;
	size_t steps_count;
};

/*
 * Puts the steps within the bounds: no partition goes back, or beyond its ends. A step whose inputs
 * lie after the end of a partition, or all at the beginning, is left out, and so is what follows
 * one that lies after. inputs[i][p]: whether until was recorded (else it is a guess by time, which
 * bounds nothing). The last step is the end.
 */
void replay_plan_bound(struct replay_plan *plan, bool *const *recorded);

/* After replay_plan_bound(). Has the end look at outcomes, unless live's last look is a step: what
 * is fed after it, live has not looked at. */
void replay_plan_end(struct replay_plan *plan, struct optional_int last_look);

/* Steps that are recalculations. */
size_t replay_plan_recalculations(const struct replay_plan *plan);

/* Messages at most: markers of transactions are among the offsets. */
int64_t replay_plan_size(const struct replay_plan *plan);
