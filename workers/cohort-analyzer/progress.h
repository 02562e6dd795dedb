/* How far a recalculation is: written by its thread, told by the loop's. */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

#include "worker.h"

enum phase {
	PHASE_STARTING,
	PHASE_OUTCOMES, /* votes are read */
	PHASE_HISTORY,  /* rows of the history are read; they are what is counted */
	PHASE_PATTERNS, /* they are searched */
};

struct progress {
	atomic_int phase;
	atomic_llong done, total; /* rows of the history; total is an estimate, 0: not known */
	/* The loop's own. */
	int64_t started_us, logged_us;
	long long logged_done;
};

void progress_begin(struct progress *progress);
/* On any thread: it no longer runs, however it ended. */
void progress_leave(void);
static inline void progress_enter(struct progress *progress, enum phase phase)
{
	atomic_store(&progress->phase, phase);
}

/* Sets the gauges, tells Postgres, and logs a line every 10 s. */
bool progress_watch(struct progress *progress, struct context *ctx, const char *event_id,
		    struct err *err);

/* The recalculation is stored: seconds and results. NULL findings: it was out of date. */
struct findings;
void progress_end(const struct progress *progress, const struct findings *findings);
