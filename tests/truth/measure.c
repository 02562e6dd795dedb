/* By hand: how right the analysis is, beside the naive ways. Fails where it misses its targets. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "truth.h"

#define SEEDS 3
#define LARGE 20000 /* from here on the better AUC is asked for */
#define WRONG_MAX 0.15

static const char *const order_names[TRUTH_ORDERS] = { "usage among winners", "ever/never odds",
						       "time-matched z", "grades" };

static double mean(const struct truth_result *results, size_t offset)
{
	double sum = 0;

	for (int i = 0; i < SEEDS; i++)
		sum += *(const double *)((const char *)&results[i] + offset);
	return sum / SEEDS;
}
#define MEAN(results, member) mean(results, offsetof(struct truth_result, member))

static void print_orders(const struct truth_result *results)
{
	printf("%-21s%6s", "AUC", "mean");
	for (int i = 0; i < SEEDS; i++)
		printf("  seed %d", i + 1);
	printf("   by transition%14sof the first ten\n", "");
	for (int order = 0; order < TRUTH_ORDERS; order++) {
		printf("%-21s%6.2f", order_names[order], MEAN(results, auc[order]));
		for (int i = 0; i < SEEDS; i++)
			printf("%8.2f", results[i].auc[order]);
		printf("  ");
		for (int from = 0; from < TRUTH_TRANSITIONS; from++)
			printf("%6.2f", MEAN(results, auc_of[from][order]));
		printf("%8.1f\n", MEAN(results, top_ten[order]));
	}
}

static void print_grades(const struct truth_result *all)
{
	static const struct {
		const char *name;
		enum grade first, last;
	} rows[] = { { "A", GRADE_A, GRADE_A },
		     { "A and B", GRADE_A, GRADE_B },
		     { "C", GRADE_C, GRADE_C },
		     { "D", GRADE_D, GRADE_D } };

	printf("\n%-21s%16s%8s\n", "grade", "a transition", "wrong");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double graded = 0;

		for (int grade = (int)rows[i].first; grade <= (int)rows[i].last; grade++)
			graded += (double)all->graded[grade];
		printf("%-21s%16.1f%8.2f\n", rows[i].name, graded / SEEDS / TRUTH_TRANSITIONS,
		       truth_wrong(all, rows[i].first, rows[i].last));
	}
}

int main(int argc, char **argv)
{
	long contractors = argc > 1 ? strtol(argv[1], NULL, 10) : LARGE;
	double target = contractors >= LARGE ? 0.90 : 0.80, wrong;
	struct truth_result results[SEEDS], all = { 0 };

	if (argc > 2 || contractors < 1 || contractors > 2000000) {
		fprintf(stderr, "usage: %s [CONTRACTORS]\n", argv[0]);
		return EX_USAGE;
	}
	for (int i = 0; i < SEEDS; i++) {
		results[i] = truth_measure(contractors, (uint64_t)i + 1);
		truth_add_grades(&all, &results[i]);
	}
	printf("%ld contractors, %d seeds: %.0f levelled up in a transition; %.1f items, %.1f of them "
	       "effective\n\n",
	       contractors, SEEDS, MEAN(results, levellers), MEAN(results, items),
	       MEAN(results, effective));
	print_orders(results);
	print_grades(&all);
	wrong = truth_wrong(&all, GRADE_A, GRADE_A);
	if (MEAN(results, auc[TRUTH_LIFT]) >= target && wrong <= WRONG_MAX)
		return 0;
	printf("\nmissed: AUC of z >= %.2f, and at most %.2f of grade A wrong\n", target,
	       WRONG_MAX);
	return 1;
}
