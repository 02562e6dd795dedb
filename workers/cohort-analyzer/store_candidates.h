/* Whose histories say something about some of the tiers. */
#pragma once

#include <stdatomic.h>

#include "rows.h"

/* Contractors, on the heap. Zeroed it is empty. */
struct contractor_ids {
	int64_t *items;
	size_t count, room;
};

void contractor_ids_add(struct contractor_ids *ids, int64_t contractor_id);
void contractor_ids_release(struct contractor_ids *ids);

/* Takes over those of `from`, which is empty then. */
void contractor_ids_join(struct contractor_ids *ids, struct contractor_ids *from);

/* What one connection looks for. */
struct finding_candidates {
	const struct tier_row *tiers;
	size_t tiers_count;
	const atomic_bool *stop, *given_up;
	struct contractor_ids ids; /* who was found */
};

/*
 * Adds who was seen in one of the tiers in the blocks of set_scan_part.sql, once for each profile
 * that says so. Ends with ERR_RETRY soon after *stop is set, and with the next one found after
 * *given_up is.
 */
bool candidates_find(struct finding_candidates *finding, struct db *db, struct err *err);
