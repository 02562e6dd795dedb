/* Recalculations in `growthctl status`: the ladder, the schedule, and the one that runs. */
#pragma once

#include <stdio.h>

#include "ladder.h"

struct status_schedule {
	utc_us last, next;
};

struct status_running {
	const char *event_id, *reason, *phase;
	utc_us as_of;
	int64_t done, total;
};

struct status_recalculation {
	struct ladder ladder;
	struct status_schedule *schedule; /* NULL: nothing is scheduled yet */
	struct status_running *running;   /* NULL: none is open */
};

bool status_read_recalculation(const struct ctl *ctl, struct db *db, struct arena *arena,
			       struct status_recalculation *ret_recalculation, struct err *err);
void status_print_recalculation(const struct status_recalculation *recalculation,
				const struct labels *tiers, struct arena *arena, FILE *out);
struct buffer;
/* Members of an object that is being written. */
void status_write_recalculation(const struct status_recalculation *recalculation,
				struct buffer *out);
