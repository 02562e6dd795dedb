/* What is known of a group's items, all together: counted, compared in time, graded; and whether
 * that holds for contractors who were not looked at. */
#pragma once

#include "arena.h"
#include "cohort.h"
#include "items.h"
#include "lift.h"
#include "messages.h"

/* How the users of items fared, by place: a group's, and of the others of its cohort; the held-out
 * fifth apart. */
struct group_lifts {
	const uint32_t *place_of; /* by number of the item's name */
	const struct lift *all, *learners, *held_out;
	const struct lift *rest, *rest_learners; /* NULL: the group is the whole cohort */
};

/* So many sub-cohorts are compared at once; each costs memory. */
#define SUB_COHORTS_MAX 8

/*
 * Compares the users of all items that k levellers of the cohort used: [0] is the whole cohort's,
 * the others are those of `count` sub-cohorts. sub_cohorts_of: by spell, bit i: he is in sub-cohort
 * i; NULL: there are none.
 */
struct group_lifts *compare_groups(const struct cohorts *cohorts, const struct spells *spells,
				   const uint32_t *sub_cohorts_of, size_t count,
				   struct arena *arena);

/*
 * count_items(), the lifts of the items with users >= k, grade_items(), in the order of
 * sort_by_grade(). rest: the other spells of the cohort, which the lifts of a sub-cohort lean on if
 * k of them levelled up; NULL: the group is the whole cohort.
 */
struct item_uses weigh_items(const struct cohorts *cohorts, const struct spells *spells,
			     const struct spells *rest, const struct group_lifts *lifts,
			     struct arena *arena);

/*
 * The test before a pattern goes live (statistics §8): items are weighed without the held-out fifth
 * of the contractors; then the median log_lift that the items of grade A and B have among the
 * held-out must be > 0. With fewer than max(20, k) held-out levellers: too small. Without A and B:
 * nothing to test. Spells, rest and lifts as above.
 */
struct held_out_test test_held_out(const struct cohorts *cohorts, const struct spells *spells,
				   const struct spells *rest, const struct group_lifts *lifts,
				   struct arena *arena);
