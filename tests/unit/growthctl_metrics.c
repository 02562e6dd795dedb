/* Measures of predictions against scipy's and scikit-learn's: oracle/validation.py. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "decide_metrics.h"
#include "median.h"

#define LONGEST 40

static struct arena arena;

static void tear_down(void)
{
	arena_release(&arena);
}

static void set_up(void)
{
	arena_init(&arena);
}

TestSuite(metrics, .init = set_up, .fini = tear_down);

#define assert_same(line, actual, wanted) \
	do { \
		double actual_ = (actual), wanted_ = (wanted); \
		cr_assert((isnan(actual_) && isnan(wanted_)) || fabs(actual_ - wanted_) < 1e-12, \
			  "list %zu: %.17g is not %.17g: " #actual, line, actual_, wanted_); \
	} while (0)

static double number(FILE *file)
{
	double value = 0;

	cr_assert_eq(fscanf(file, "%lf", &value), 1);
	return value;
}

Test(metrics, of_other_implementations)
{
	FILE *file = fopen(TEST_SOURCE_DIR "/tests/data/validation.txt", "r");
	size_t line = 0, count;

	cr_assert(file);
	while (fscanf(file, " list %*s %zu", &count) == 1) {
		struct judged items[LONGEST];
		double predicted[LONGEST];
		struct area_under_curve area;

		line++;
		cr_assert_leq(count, LONGEST);
		for (size_t i = 0; i < count; i++) {
			items[i].predicted = predicted[i] = number(file);
			items[i].observed = number(file);
		}
		area = area_under_curve(items, count);
		assert_same(line, area.value, number(file));
		assert_same(line, area.error, number(file));
		assert_same(line, brier_score(items, count), number(file));
		assert_same(line, calibrate(items, count).error, number(file));
		assert_same(line, rank_correlation(items, count, &arena), number(file));
		assert_same(line, median_of(predicted, count), number(file));
	}
	cr_assert_eq(line, 150);
	fclose(file);
}

Test(metrics, of_nothing)
{
	cr_assert(isnan(area_under_curve(NULL, 0).value));
	cr_assert(isnan(brier_score(NULL, 0)));
	cr_assert(isnan(calibrate(NULL, 0).error));
	cr_assert(isnan(rank_correlation(NULL, 0, &arena)));
	cr_assert(isnan(median_of(NULL, 0)));
}

/* The reliability table: where the predictions are, and what came of them. */
Test(metrics, bins)
{
	const struct judged items[] = { { 0.1, 0 }, { 0.15, 1 }, { 1, 1 }, { 0.95, 0.5 } };
	struct calibration calibration = calibrate(items, 4);

	cr_assert_eq(calibration.bins[0].count, 0);
	cr_assert_eq(calibration.bins[1].count, 2);
	cr_assert_float_eq(calibration.bins[1].predicted, 0.125, 1e-12);
	cr_assert_float_eq(calibration.bins[1].observed, 0.5, 1e-12);
	cr_assert_eq(calibration.bins[9].count, 2);
	cr_assert_float_eq(calibration.bins[9].observed, 0.75, 1e-12);
}
