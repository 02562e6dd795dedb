/* What the files of `growthctl diff` share: diff.c the command, diff_read.c the rows, diff_print.c the telling. */
#pragma once

#include "buffer.h"
#include "decide_diff.h"
#include "standing.h"

/* How many rows of a table are how. */
struct diff_counts {
	const struct diff_table *table;
	int64_t left, right, equal, different, only_left, only_right;
	int64_t explained, unexplained; /* of those that are not equal */
	int64_t told;
};

struct diff {
	struct side sides[2];
	struct standing standings[2];
	struct feeding feeding; /* of the shadow, where one side is live and the other one is */
	bool json;
	int64_t limit;              /* rows told of a table; 0: all */
	struct diff_counts *counts; /* of the tables compared */
	size_t count;
	int64_t unexplained;
	size_t told; /* rows, of all tables */
};

/* What stands above the rows: who is compared, and how far each is. */
void diff_print_head(const struct diff *diff, struct arena *arena);
/* A row that is not equal. */
void diff_print_row(struct diff *diff, const struct diff_table *table, const char *key,
		    const struct differences *found, struct arena *arena);
/* The counts. */
void diff_print_tail(const struct diff *diff, struct arena *arena);
