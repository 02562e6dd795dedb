/* The analysis finds what is true in simulated histories of 2,000 contractors, and what people do
 * without it does not. truth/measure does the same for 20,000. */
#include <criterion/criterion.h>

#include "truth.h"

#define SEEDS 3

static double mean_auc(const struct truth_result *results, enum truth_order order)
{
	double sum = 0;

	for (int i = 0; i < SEEDS; i++)
		sum += results[i].auc[order];
	return sum / SEEDS;
}

/* The histories are the same everywhere, so the figures are no matter of luck. */
Test(truth, the_analysis_finds_what_helps_and_the_naive_ways_do_not)
{
	struct truth_result results[SEEDS], all = { 0 };

	for (int i = 0; i < SEEDS; i++) {
		results[i] = truth_measure(2000, (uint64_t)i + 1);
		truth_add_grades(&all, &results[i]);
		cr_expect_gt(results[i].levellers, 400);
		cr_expect_float_eq(results[i].effective, 10, 0.5, "seed %d: %g", i + 1,
				   results[i].effective);
		cr_expect_geq(results[i].auc[TRUTH_LIFT], 0.80, "seed %d: AUC %.3f", i + 1,
			      results[i].auc[TRUTH_LIFT]);
		cr_expect_geq(results[i].auc[TRUTH_GRADE], 0.80, "seed %d: AUC %.3f", i + 1,
			      results[i].auc[TRUTH_GRADE]);
		cr_expect_geq(results[i].top_ten[TRUTH_LIFT], 4, "seed %d: %g of the first ten",
			      i + 1, results[i].top_ten[TRUTH_LIFT]);
		cr_expect_leq(results[i].top_ten[TRUTH_USAGE], 1.5);
	}
	cr_expect_leq(truth_wrong(&all, GRADE_A, GRADE_A), 0.15, "%d of %d A",
		      (int)all.wrong[GRADE_A], (int)all.graded[GRADE_A]);
	cr_expect_gt(all.graded[GRADE_A], 3);
	cr_expect_leq(truth_wrong(&all, GRADE_A, GRADE_B), 0.38, "%d of %d A and B",
		      (int)(all.wrong[GRADE_A] + all.wrong[GRADE_B]),
		      (int)(all.graded[GRADE_A] + all.graded[GRADE_B]));
	/* Neither is the world kind: chance is 0.5. */
	cr_expect_lt(mean_auc(results, TRUTH_USAGE), 0.40);
	cr_expect_lt(mean_auc(results, TRUTH_EVER), 0.60);
}
