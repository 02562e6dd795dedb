/* What is known of a group's items, all together: counted, compared in time, graded; and whether that
 * holds for contractors who were not looked at. */
#pragma once

#include "arena.h"
#include "cohort.h"
#include "items.h"
#include "messages.h"

/*
 * count_items(), measure_lifts() for the items with users >= k, grade_items(), in the order of
 * sort_by_grade(). rest: the other spells of the cohort, which the lifts of a sub-cohort lean on if
 * k of them levelled up; NULL: the group is the whole cohort.
 */
struct item_uses weigh_items(const struct cohorts *cohorts, const struct spells *spells,
			     const struct spells *rest, struct arena *arena);

/*
 * The test before a pattern goes live (statistics §8): items are weighed without the held-out fifth
 * of the contractors; then the median log_lift that the items of grade A and B have among the
 * held-out must be > 0. With fewer than 20 held-out levellers: too small. Without A and B: nothing
 * to test. Spells and rest as above.
 */
struct held_out_test test_held_out(const struct cohorts *cohorts, const struct spells *spells,
				   const struct spells *rest, struct arena *arena);
