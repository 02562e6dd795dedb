/*
 * How much is known of an item's effect (statistics §3), from its time-matched comparison (lift.h).
 * What all winners do, losers may do as well: popular and well measured without effect has no
 * grade.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "constants.h"

struct item_use;

enum grade {
	GRADE_NONE,
	GRADE_A, /* supported */
	GRADE_B, /* suggested */
	GRADE_C, /* a hint */
	GRADE_D, /* common, untested: the data cannot tell */
};

/* "A" … "D"; NULL for GRADE_NONE. */
const char *grade_name(enum grade grade);

/*
 * Sets z, p, q and grade of the items, which have their lifts. levellers: n. Only the T items with
 * users >= k are tested and graded.
 *   The typical action, once T >= 20: mu = max(0, median log_lift),
 *   tau² = max(0, (1.4826 MAD)² - median se²); else both are 0.
 *   z = (log_lift - mu)/sqrt(se² + tau²), p = upper normal tail of z, q of Benjamini and Hochberg.
 *   A  log_lift > mu, q <= fdr, usage >= 0.05
 *   B  log_lift > mu, p <= 0.05, usage >= 0.20
 *   C  log_lift > mu, p <= 0.20, usage >= 0.20, and n < 200 or no A nor B among the items
 *   D  usage >= 0.50, se >= 0.5, z > -0.84
 */
void grade_items(struct item_use *items, size_t count, size_t levellers,
		 const struct constants *constants, struct arena *arena);

/*
 * The order of lists: A, B, C, within each z descending, then D by users descending, then what has
 * no grade; equals by name.
 */
void sort_by_grade(struct item_use *items, size_t count);

/*
 * Consistency c (statistics §6): the mean of the (up to five) largest usage_rate·g of graded items,
 * g = 1, 0.85, 0.7, 0.5 for A, B, C, D; 0 without any. In [0, 1].
 */
double consistency_of(const struct item_use *items, size_t count);
