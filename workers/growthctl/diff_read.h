/* The rows of a table in two databases, side by side, by cursors in the same order on both, some
 * thousand at a time. */
#pragma once

#include "db.h"
#include "decide_diff.h"

/* A key that one side or both have, and each side's content; NULL: not there. JSON, until each()
 * returns. */
struct diff_found {
	const char *key, *left, *right;
};
/* Whether the sides do not have the same: the row, or what it says. */
bool diff_found_differs(const struct diff_found *found);
typedef bool diff_each(const struct diff_found *found, void *closure, struct err *err);

/* Goes through the whole table in the order of keys, within a snapshot of each connection; after a
 * failure both are to be rolled back. */
bool diff_merge(const struct diff_table *table, struct db *left, struct db *right, diff_each *each,
		void *closure, struct err *err);
