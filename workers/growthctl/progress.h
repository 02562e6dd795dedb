/* A bar on stderr while something takes long; nothing where stderr is no terminal. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool shown;
	const char *what; /* "sending" */
	int64_t total;    /* 0: not known */
	int64_t start_us, next_us;
};

void progress_begin(struct progress *progress, const char *what, int64_t total, bool wanted);
/* Cheap: draws at most ten times a second. `done` is of `total`, `count` is what is shown with its
 * rate. */
void progress_step(struct progress *progress, int64_t done, int64_t count);
/* Takes the bar away. */
void progress_end(struct progress *progress);
