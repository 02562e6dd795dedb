/* How far the pipeline is, and what is still to be done before it can be called quiet. Pure:
 * status_read.c fills it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "values.h"

struct status_partition {
	const char *topic; /* without prefix */
	int64_t partition;
	bool started; /* the worker has a position */
	int64_t next_offset;
	int64_t end_offset; /* of the log, without open transactions */
	int64_t sequence;
	bool behind; /* messages wait between the two */
	bool sweeps; /* this partition's contractors are matched again when patterns change */
	int64_t sweep_snapshot;
	struct optional_int sweep_after; /* a sweep is under way, and has come to this contractor */
	bool sweep_behind;               /* patterns have changed since the last one */
	struct optional_int last_contractor; /* the highest id; sweeps go up to it */
};

struct status_worker {
	const char *name;
	struct status_partition *partitions;
	size_t count;
	int64_t outbox, parked;
	struct optional_int dead_letters; /* absent: not counted */
	bool dead_letters_exact;
	/* Nothing is decided about them; absent where not all were counted. */
	struct optional_int dead_letters_open;
};

struct status_count {
	const char *what;
	int64_t number;
};

struct status {
	struct status_worker *workers;
	size_t count;
	int64_t open_transactions;   /* partitions in which one hides what is behind it */
	const char *open_topic;      /* of the first of them, with prefix; NULL: none */
	int64_t recalculations;      /* asked for and not done */
	bool evaluation_due;         /* outcomes have not been looked at for the confidence */
	int64_t voters_waiting;      /* of whom; at most 10,000 are counted */
	struct status_count *counts; /* NULL: not counted */
	size_t counts_count;
};

/* Offsets between a worker's position and the end; 0 when nothing but markers of transactions and
 * aborted messages lie there, which no reader of committed messages ever sees. */
int64_t status_lag(const struct status_partition *partition);

/* Where the sweep of a partition is: "done", "to do", "at 120 of 2000"; NULL when it is not swept. */
const char *status_sweep(const struct status_partition *partition, struct arena *arena);

/* What is still to be done, each as a phrase; none: all that was sent is consumed, and all that
 * follows from it is done and published. Parked messages are not among it: what they wait for may
 * never come. */
struct texts status_pending(const struct status *status, struct arena *arena);
