/*
 * How much is known of an item's effect (statistics §3). What all winners do, losers may do as
 * well: without the comparison matched in time, an item is at best common.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct item_use;

enum grade {
	GRADE_NONE,
	GRADE_A, /* supported */
	GRADE_B, /* suggested */
	GRADE_C, /* a hint */
	GRADE_D, /* common, untested */
};

/* "A" … "D"; NULL for GRADE_NONE. */
const char *grade_name(enum grade grade);

/* Sets the items' grades: D if users >= k and usage_rate >= 0.5, else none. */
void grade_items(struct item_use *items, size_t count, int64_t k);

/*
 * Consistency c (statistics §6): the mean of the (up to five) largest usage_rate·g of graded items,
 * g = 1, 0.85, 0.7, 0.5 for A, B, C, D; 0 without any. In [0, 1].
 */
double consistency_of(const struct item_use *items, size_t count);
