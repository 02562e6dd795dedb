/* Places on a chart, and what stands at its axes. */
#include <criterion/criterion.h>
#include <math.h>

#include "decide_scale.h"
#include "instant.h"

Test(scale, between_and_at_the_ends)
{
	const struct scale scale = { 10, 20, 100, 0 };

	cr_expect_float_eq(scale_at(&scale, 10), 100, 1e-12);
	cr_expect_float_eq(scale_at(&scale, 15), 50, 1e-12);
	cr_expect_float_eq(scale_at(&scale, 25), 0, 1e-12, "outside is at the nearer end");
	cr_expect_float_eq(scale_at(&scale, -5), 100, 1e-12);
}

Test(scale, of_one_value_all_is_at_the_start)
{
	const struct scale scale = { 3, 3, 7, 9 };

	cr_expect_float_eq(scale_at(&scale, 3), 7, 1e-12);
	cr_expect_float_eq(scale_at(&scale, 8), 7, 1e-12);
}

static void assert_ticks(const struct ticks *ticks, double first, double step, size_t count)
{
	cr_assert_eq(ticks->count, count, "%zu instead of %zu", ticks->count, count);
	for (size_t i = 0; i < count; i++)
		cr_expect_float_eq(ticks->items[i], first + (double)i * step, 1e-9);
}

Test(scale, months_go_by_years_where_there_are_many)
{
	struct ticks ticks = month_ticks_of(0, 8, 9);

	assert_ticks(&ticks, 0, 1, 9);
	ticks = month_ticks_of(0, 59, 9);
	assert_ticks(&ticks, 0, 12, 5);
	ticks = month_ticks_of(3.2, 20, 6);
	assert_ticks(&ticks, 6, 3, 5);
	ticks = month_ticks_of(0, 1e6, 9);
	assert_ticks(&ticks, 0, 0, 0);
}

static utc_us at(const char *text)
{
	utc_us time = 0;

	cr_assert(instant_parse(text, strlen(text), &time), "%s", text);
	return time;
}

Test(scale, dates_are_firsts_of_months)
{
	struct time_ticks ticks =
		time_ticks_of(at("2023-11-15T00:00:00Z"), at("2024-07-02T00:00:00Z"), 5);

	cr_expect_eq(ticks.months, 3);
	cr_assert_eq(ticks.count, 3);
	cr_expect_eq(ticks.items[0], at("2024-01-01T00:00:00Z"));
	cr_expect_eq(ticks.items[2], at("2024-07-01T00:00:00Z"));
	ticks = time_ticks_of(at("2024-01-01T00:00:00Z"), at("2028-06-30T00:00:00Z"), 5);
	cr_expect_eq(ticks.months, 12);
	cr_assert_eq(ticks.count, 5);
	cr_expect_eq(ticks.items[0], at("2024-01-01T00:00:00Z"),
		     "the start counts when it is a first");
	ticks = time_ticks_of(at("2024-01-02T00:00:00Z"), at("2024-01-20T00:00:00Z"), 5);
	cr_expect_eq(ticks.count, 0);
}
