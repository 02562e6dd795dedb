/*
 * What the analysis says of a simulated history, held against what is true in it: growthctl's
 * simulated world says which items really change the chance to grow.
 */
#pragma once

#include <stdint.h>

#include "grade.h"

#define TRUTH_TRANSITIONS 4 /* the lowest ones: the world above the third tier is all the same */
#define TRUTH_GRADES (GRADE_D + 1)

/* Ways to order the items of a transition, most promising first. */
enum truth_order {
	TRUTH_USAGE, /* users among those who levelled up */
	TRUTH_EVER,  /* odds ratio of levelling up, those who ever did it against all others */
	TRUTH_LIFT,  /* z of the time-matched test */
	TRUTH_GRADE, /* the grade, and z within it */
	TRUTH_ORDERS
};

/* Means and sums over the transitions; only items with k users count. */
struct truth_result {
	double levellers, items, effective; /* of a transition */
	/* How often an effective item comes before another one, a tie counted half. */
	double auc[TRUTH_ORDERS];
	double top_ten[TRUTH_ORDERS];                      /* effective ones among the first ten */
	int64_t graded[TRUTH_GRADES], wrong[TRUTH_GRADES]; /* by enum grade; wrong: not effective */
	double auc_of[TRUTH_TRANSITIONS][TRUTH_ORDERS];
};

/* The share of wrong items among those with grades first to last; 0 without any. */
double truth_wrong(const struct truth_result *result, enum grade first, enum grade last);

/* Adds `more`'s grades to the sums. */
void truth_add_grades(struct truth_result *sum, const struct truth_result *more);

/* Simulates five years and analyses them. */
struct truth_result truth_measure(int64_t contractors, uint64_t seed);
