/*
 * Statistics against other people's implementations: R's survival, scipy, statsmodels. The scripts
 * in oracle/ made the files in data/ and say from which versions and which published data.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "contingency.h"
#include "multiplicity.h"
#include "special.h"
#include "survival.h"

#define Z 1.959964

static struct arena arena;
static FILE *file;
static size_t cases; /* seen of the kind that a test is about */

static void tear_down(void)
{
	if (file)
		fclose(file);
	arena_release(&arena);
}

static void set_up(void)
{
	arena_init(&arena);
}

TestSuite(oracle, .init = set_up, .fini = tear_down);

/* Relative, with both NAN or both 0 as equal. */
#define assert_same(what, actual, wanted, tolerance) \
	do { \
		double actual_ = (actual), wanted_ = (wanted); \
		cr_assert((isnan(actual_) && isnan(wanted_)) || \
				  fabs(actual_ - wanted_) <= (tolerance)*fabs(wanted_), \
			  "%s: %.17g is not %.17g: " #actual, what, actual_, wanted_); \
	} while (0)

static double number(void)
{
	double value = 0;

	cr_assert_eq(fscanf(file, "%lf", &value), 1);
	return value;
}

static int64_t whole(void)
{
	return (int64_t)number();
}

/* Goes to the next line that begins with `kind`; false at the end. */
static bool next(const char *kind)
{
	char word[64];

	while (fscanf(file, "%63s", word) == 1) {
		if (strcmp(word, kind) == 0) {
			cases++;
			return true;
		}
		if (fscanf(file, "%*[^\n]") == EOF)
			return false;
	}
	return false;
}

static void significance(void)
{
	file = fopen(TEST_SOURCE_DIR "/tests/data/significance.txt", "r");
	cr_assert(file);
}

Test(oracle, tables)
{
	significance();
	while (next("table")) {
		struct contingency table = { whole(), 0, 0, 0 };
		char name[32];

		snprintf(name, sizeof(name), "table %zu", cases);
		table.winners_without = whole();
		table.others_with = whole();
		table.others_without = whole();
		assert_same(name, haldane_odds_ratio(&table), number(), 1e-12);
		assert_same(name, fisher_two_sided(&table), number(), 1e-9);
		assert_same(name, fisher_greater(&table), number(), 1e-9);
		assert_same(name, chi_square_of(&table).statistic, number(), 1e-12);
		assert_same(name, chi_square_of(&table).p, number(), 1e-9);
	}
	cr_assert_geq(cases, 210);
}

Test(oracle, wilson)
{
	significance();
	while (next("wilson")) {
		double users = number(), n = number();
		struct interval limits = wilson(users, n, Z);
		double low = number(), high = number();

		/* The lower limit of 0 users is 0 up to rounding. */
		cr_assert_float_eq(limits.low, low, 1e-12, "%g of %g: %.17g", users, n, limits.low);
		cr_assert_float_eq(limits.high, high, 1e-12, "%g of %g: %.17g", users, n,
				   limits.high);
	}
	cr_assert_geq(cases, 200);
}

Test(oracle, q_values)
{
	significance();
	while (next("q")) {
		size_t count = (size_t)whole();
		double p[32], q[32];
		char name[32];

		snprintf(name, sizeof(name), "list %zu", cases);
		cr_assert_leq(count, 32);
		for (size_t i = 0; i < count; i++)
			p[i] = number();
		benjamini_hochberg(p, q, count, &arena);
		for (size_t i = 0; i < count; i++)
			assert_same(name, q[i], number(), 1e-12);
	}
	cr_assert_geq(cases, 201);
}

Test(oracle, normal_upper_tail)
{
	significance();
	while (next("tail")) {
		double z = number();
		char name[32];

		snprintf(name, sizeof(name), "z = %g", z);
		assert_same(name, normal_upper_tail(z), number(), 1e-12);
	}
	cr_assert_geq(cases, 100);
}

static struct duration *read_spells(size_t count)
{
	struct duration *spells = arena_array(&arena, struct duration, count);

	for (size_t i = 0; i < count; i++) {
		spells[i].enter = whole();
		spells[i].leave = whole();
		spells[i].event = whole() == 1;
	}
	return spells;
}

static void check_curve(const char *name, const struct km *curve)
{
	for (size_t i = 0; i < curve->count; i++) {
		const struct km_row *row = &curve->rows[i];

		cr_assert_eq(row->day, whole(), "%s", name);
		cr_assert_eq(row->at_risk, whole(), "%s", name);
		cr_assert_eq(row->events, whole(), "%s", name);
		assert_same(name, row->survival, number(), 1e-9);
		assert_same(name, row->se, number(), 1e-9);
		assert_same(name, row->low, number(), 1e-9);
		assert_same(name, row->high, number(), 1e-9);
	}
}

static void check_quantile(const char *name, const struct km *curve, double q, enum km_curve which)
{
	struct optional_int day = km_quantile(curve, q, which);

	cr_assert_eq(day.present ? day.value : -1, whole(), "%s: quantile %g, curve %d", name, q,
		     which);
}

Test(oracle, kaplan_meier)
{
	file = fopen(TEST_SOURCE_DIR "/tests/data/survival.txt", "r");
	cr_assert(file);
	while (next("set")) {
		char name[64];

		cr_assert_eq(fscanf(file, "%63s", name), 1);

		size_t count = (size_t)whole(), rows = (size_t)whole();
		struct duration *spells = read_spells(count);
		struct km curve = kaplan_meier(spells, count, Z, &arena);

		cr_assert_eq(curve.count, rows, "%s", name);
		check_curve(name, &curve);
		for (int i = 0; i < 3; i++) {
			double q = number();

			check_quantile(name, &curve, q, KM_SURVIVAL);
			check_quantile(name, &curve, q, KM_LOW);
			check_quantile(name, &curve, q, KM_HIGH);
		}
	}
	cr_assert_geq(cases, 206);
}
