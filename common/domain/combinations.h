/* What works together (statistics §5): sets of two or three items that matter. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "cohort.h"
#include "items.h"

#define COMBINATION_MAX 3 /* items */
#define COMBINATIONS_MAX 10

struct combination {
	const struct item_use *items[COMBINATION_MAX]; /* by kind, then item */
	size_t count;
	int64_t users; /* levellers exposed to all of them, from the latest onset on: the support */
	struct lift lift;
	double q; /* among all sets tested */
};

struct combinations {
	struct combination *items;
	size_t count;
};

/*
 * Candidates are the (at most 12) items of grade A or B with the largest z. Every set of two or
 * three with support >= k is tested as an item is, its others being the items that are no
 * candidates, with p = upper normal tail of log_lift/se. Kept, at most 10, by log_lift - 1.2816 se,
 * greatest first: q <= fdr, no tested superset has the same support, and log_lift is ln 1.1 above
 * each tested part, single items included. uses: graded; the result points into it. The same
 * whatever the order of the contractors.
 */
struct combinations find_combinations(const struct cohorts *cohorts, const struct spells *spells,
				      const struct item_uses *uses, struct arena *arena);
