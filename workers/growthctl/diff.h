/* What the files of `growthctl diff` share: diff.c the command, diff_read.c the rows, diff_told.c
 * what both sides have told, diff_print.c the telling. */
#pragma once

#include "buffer.h"
#include "decide_diff.h"
#include "decide_told.h"
#include "side_state.h"

/* How many rows of a table are how. */
struct diff_counts {
	const struct diff_table *table;
	int64_t left, right, equal, different, only_left, only_right;
	int64_t explained, unexplained; /* of those that are not equal */
	int64_t told;
};

/* What a side has told of the contractors of whom rows differ. */
struct diff_log {
	struct told *told;  /* NULL: it has no topics, or nothing differs */
	bool trusted;       /* without topics it is taken at its word */
	bool whole;         /* the topics begin where they began */
	const char *unread; /* why they could not be read; NULL: they were, or there are none */
};

struct diff {
	struct side sides[2];
	struct side_state states[2];
	struct feeding feeding; /* of the shadow, where one side is live and the other one is */
	int64_t *differing;     /* contractors of whom matches or goals differ, ascending */
	size_t differing_count;
	struct diff_log logs[2];
	bool json;
	int64_t limit;              /* rows told of a table; 0: all */
	struct diff_counts *counts; /* of the tables compared */
	size_t count;
	int64_t unexplained;
	size_t told; /* rows, of all tables */
};

/* Within both snapshots: looks up of whom rows differ, and reads what they were told, as far as
 * there are topics; the arena keeps the list. */
bool diff_read_told(struct diff *diff, struct arena *arena, int64_t timeout_ms, struct err *err);

/* What stands above the rows: who is compared, and how far each is. */
void diff_print_head(const struct diff *diff, struct arena *arena);
/* A row that is not equal. */
void diff_print_row(struct diff *diff, const struct diff_table *table, const char *key,
		    const struct differences *found, struct arena *arena);
/* The counts. */
void diff_print_tail(const struct diff *diff, struct arena *arena);
