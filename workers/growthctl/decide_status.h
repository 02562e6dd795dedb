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
	bool behind;                      /* messages wait between the two */
	struct optional_number waiting_s; /* behind: how long ago the next one was sent */
	struct optional_number rate;      /* offsets a second, between two looks */
	/* why the worker has stopped it; NULL: it has not, or it was not asked for */
	const char *stopped;
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
	bool parked_exact;
	const char *group;                /* its consumer group; NULL: not asked for */
	struct optional_int members;      /* of its consumer group; absent: not asked for */
	struct optional_number idle_s;    /* since it last wrote a position; absent: never */
	struct optional_int dead_letters; /* absent: not counted */
	bool dead_letters_exact;
	/* Nothing is decided about them; absent where not all were counted. */
	struct optional_int dead_letters_open;
};

struct status_count {
	const char *what;
	struct optional_int number; /* absent: the table is too large to count these */
	bool estimated;             /* from the server's statistics */
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

/* Where the sweep of a partition is: "done", "to do", "at 120 of 2000"; NULL when it is not
 * swept. */
const char *status_sweep(const struct status_partition *partition, struct arena *arena);

/* What is still to be done, each as a phrase; none: all that was sent is consumed, and all that
 * follows from it is done and published. Parked messages are not among it: what they wait for may
 * never come. */
struct texts status_pending(const struct status *status, struct arena *arena);

/* ---- is it well? ---- */

enum status_health {
	STATUS_WELL,      /* it works, or has nothing to do */
	STATUS_ATTENTION, /* it works, and somebody should see to something */
	STATUS_ILL,       /* something stands still until somebody acts */
};
extern const char *const status_health_names[]; /* "well", "attention", "ill" */

struct status_finding {
	enum status_health health;
	const char *what; /* "nobody works for matcher, which is 12 behind" */
	const char *next; /* what to do: a sentence, or a command */
};

struct status_verdict {
	enum status_health health;       /* the worst finding's */
	const char *sentence;            /* what there is to say first, without the health */
	struct status_finding *findings; /* the worst first */
	size_t count;
};

/* What of the status needs somebody. Only what was asked for is judged: members, stops and dead
 * letters may be absent. */
struct status_verdict status_judge(const struct status *status, struct arena *arena);

/* The rates between an earlier look and this one, `seconds` apart; partitions that either look does
 * not know have none. */
void status_rate(const struct status *earlier, double seconds, struct status *status);

/* "0s", "12s", "3m 20s", "5h 10m", "2d 3h" */
const char *status_span(double seconds, struct arena *arena);
