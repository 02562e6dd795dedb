/* The curve that may be shown: whole months, the guarded stretch, whole hundredths. */
#include <criterion/criterion.h>
#include <math.h>

#include "decide_curve.h"

static const struct constants constants = { .month_days = 30.4375, .k = 5, .z = 1.959964 };
static struct arena arena;

static void start(void)
{
	arena_init(&arena);
}

static void end(void)
{
	arena_release(&arena);
}

TestSuite(curve, .init = start, .fini = end);

/* So many contractors who level up a month apart, the first after `first` days, and as many who
 * never do. */
static struct spells spells_of(size_t levellers, int32_t first, enum basis basis)
{
	struct cohort_spell *all = arena_array(&arena, struct cohort_spell, 2 * levellers);
	struct spells spells = {
		.items = arena_array(&arena, const struct cohort_spell *, 2 * levellers),
		.count = 2 * levellers,
		.levellers = levellers,
	};

	for (size_t i = 0; i < 2 * levellers; i++) {
		bool event = i < levellers;

		all[i].leave = event ? first + (int32_t)(30.4375 * (double)i) : 10000;
		all[i].event = event;
		all[i].basis = basis;
		spells.items[i] = &all[i];
	}
	return spells;
}

Test(curve, is_the_kaplan_meier_curve_at_the_ends_of_months)
{
	struct spells spells = spells_of(10, 31, BASIS_OBSERVED);
	struct month_curve curve = month_curve_of(&spells, &constants, &arena);

	/* Events from day 31, after month 1, to day 304, before the end of month 10. */
	cr_assert_eq(curve.count, 8);
	cr_expect_eq(curve.points[0].month, 2);
	cr_expect_eq(curve.points[7].month, 9);
	cr_expect_eq(curve.contractors, 20);
	cr_expect_eq(curve.levellers, 10);
	for (size_t i = 0; i < curve.count; i++) {
		const struct month_point *point = &curve.points[i];

		cr_expect_float_eq(point->reached * 100, floor(point->reached * 100 + 0.5), 1e-9,
				   "whole hundredths");
		cr_expect(point->low <= point->reached && point->reached <= point->high);
		cr_expect(i == 0 || point->reached >= curve.points[i - 1].reached);
	}
	/* Nobody is censored before. Month 2 ends on day 60.9, the second event is on 61; month 9
	 * on 273.9, the ninth on 274. */
	cr_expect_float_eq(curve.points[0].reached, 0.05, 1e-9);
	cr_expect_float_eq(curve.points[7].reached, 0.40, 1e-9);
}

Test(curve, of_fewer_than_five_there_is_none)
{
	struct spells spells = spells_of(4, 31, BASIS_OBSERVED);

	cr_expect_eq(month_curve_of(&spells, &constants, &arena).count, 0);
	spells = spells_of(0, 31, BASIS_OBSERVED);
	cr_expect_eq(month_curve_of(&spells, &constants, &arena).count, 0);
}

Test(curve, ends_where_fewer_than_five_are_left)
{
	struct spells spells = spells_of(12, 31, BASIS_OBSERVED);

	spells.count = spells.levellers; /* without those who never do: the last ones are few */

	struct month_curve curve = month_curve_of(&spells, &constants, &arena);

	cr_assert(curve.count > 0);
	/* Day 31 + 7 months: five are at risk; the next day fewer. */
	cr_expect_eq(curve.points[curve.count - 1].month, 8);
	cr_expect_float_eq(curve.points[curve.count - 1].reached, 0.58, 1e-9,
			   "7 of 12 by the end of month 8");
}

Test(curve, says_what_time_is_counted_from)
{
	struct spells spells = spells_of(10, 31, BASIS_FIRST_SEEN);

	cr_expect_eq(month_curve_of(&spells, &constants, &arena).basis, BASIS_FIRST_SEEN);
}
