/* Reads rows of the history in a transaction that sees them, and keeps them packed. */
#pragma once

#include <stdatomic.h>

#include "packed.h"
#include "rows.h"

/* What one connection reads. */
struct reading {
	const struct vocabulary *vocabulary;
	utc_us as_of;                  /* later rows are not kept */
	struct packed_history *packed; /* what they go into */
	const atomic_bool *stop, *given_up;
	atomic_llong *rows_done; /* of all readings: counted up now and then */
	int64_t rows, rows_told; /* of this one, and how many of them are in rows_done */
};

/*
 * Reads both tables' rows in the blocks of set_scan_part.sql; where candidates are given, only
 * those of contractors whose bit is set (decide_candidates.h). Ends with ERR_RETRY soon after *stop
 * is set, and with the next row after *given_up is.
 */
bool packed_read(struct reading *reading, struct db *db,
		 const struct scan_candidates_row *candidates, struct err *err);
