/* Whose histories say something about some of the tiers. */
#pragma once

#include <stdatomic.h>

#include "rows.h"

struct candidates {
	/* If they are few; else NULL: they are in the bits alone. */
	struct contractor_id_row *items;
	size_t count;
	/*
	 * 2^n bits, the first one the lowest of the first byte; a contractor's is that of his id modulo 2^n. Others may have the
	 * same one: who reads by it gets all candidates, and rows of contractors who never were in one of the tiers.
	 */
	struct bytes bits;
};

/*
 * All contractors who were ever seen in one of the tiers, as the transaction sees it; at most `few` of them one by one. Ends with ERR_RETRY soon
 * after *stop is set. *ret_candidates lives in the arena.
 */
bool candidates_find(struct db *db, const struct tier_row *tiers, size_t tiers_count, size_t few,
		     const atomic_bool *stop, struct arena *arena,
		     struct candidates *ret_candidates, struct err *err);
