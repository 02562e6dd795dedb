/* How long it still takes: by a published timeline, after some months, through several tiers. */
#include <criterion/criterion.h>
#include <math.h>

#include "instant.h"
#include "timeline.h"

#define MONTH 30.4375
#define NUMBER(value) \
	{ \
		(value), true \
	}

static struct later_timeline later[] = {
	{ .months = 6, .low = 9, .median = 14, .high = 25, .p_by_horizon = NUMBER(0.6) },
	{ .months = 12, .low = 14, .median = 19, .high = 30, .p_by_horizon = NUMBER(0.5) },
	{ .months = 18, .low = 19, .median = 25, .high = 33, .p_by_horizon = NUMBER(0.4) },
};
static const struct timeline published = {
	.basis = "tier_entry",
	.method = "kaplan_meier",
	.low = NUMBER(5),
	.median = NUMBER(10),
	.high = NUMBER(21),
	.p_by_horizon = NUMBER(0.7),
	.horizon = NUMBER(36),
	.later = { later, 3 },
};

static void expect_range(struct time_left left, int64_t low, int64_t median, int64_t high)
{
	cr_expect(left.kind == TIME_LEFT_RANGE && left.low == low && left.median == median &&
			  left.high == high,
		  "kind %d, %lld-%lld-%lld is not %lld-%lld-%lld", left.kind, (long long)left.low,
		  (long long)left.median, (long long)left.high, (long long)low, (long long)median,
		  (long long)high);
}

Test(timeline, day5_range_depends_on_the_months_already_spent)
{
	static const struct {
		double months;
		int64_t low, median, high;
		double share;
		int64_t horizon;
	} cases[] = {
		{ 0, 5, 10, 21, 0.7, 36 },  { 3, 2, 7, 18, 0.7, 33 },
		{ 5.9, 1, 4, 16, 0.7, 30 }, /* 15.1 months are counted as 16 */
		{ 6, 3, 8, 19, 0.6, 30 },   { 12.5, 1, 7, 18, 0.5, 23 },
		{ 18, 1, 7, 15, 0.4, 18 },  { 32, 1, 1, 1, 0.4, 4 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct time_left left = time_left_in_tier(&published, cases[i].months);

		expect_range(left, cases[i].low, cases[i].median, cases[i].high);
		cr_expect(left.p_by_horizon.value == cases[i].share);
		cr_expect(left.horizon.value == cases[i].horizon, "%lld",
			  (long long)left.horizon.value);
	}
}

Test(timeline, day5_longer_than_observed_is_said)
{
	struct timeline timeline = published;

	cr_expect(time_left_in_tier(&timeline, 33).kind == TIME_LEFT_LONGER, "the last high");
	timeline.horizon.value = 28;
	cr_expect(time_left_in_tier(&timeline, 28).kind == TIME_LEFT_LONGER, "the horizon");
	expect_range(time_left_in_tier(&timeline, 27), 1, 1, 6);
	timeline.later.count = 0;
	cr_expect(time_left_in_tier(&timeline, 21).kind == TIME_LEFT_LONGER, "no later entry");
	expect_range(time_left_in_tier(&timeline, 20), 1, 1, 1);
}

Test(timeline, who_outlasts_a_range_is_told_the_next_one)
{
	struct timeline timeline = published;

	timeline.high.value = 4;
	expect_range(time_left_in_tier(&timeline, 4), 5, 10, 21);
	timeline.horizon.present = false;
	cr_expect(!time_left_in_tier(&timeline, 4).p_by_horizon.present, "of no known time");
}

Test(timeline, day5_not_enough_data_is_said)
{
	struct timeline nothing = { .basis = NULL };

	cr_expect(time_left_in_tier(&nothing, 0).kind == TIME_LEFT_UNKNOWN);
	cr_expect(time_through_tiers(NULL, 0).kind == TIME_LEFT_UNKNOWN);
}

Test(timeline, months_are_counted_in_whole_days)
{
	const utc_us entered = 1000 * US_PER_DAY;

	cr_expect(months_in_tier(entered, entered + 61 * US_PER_DAY, MONTH) == 61 / MONTH);
	cr_expect(months_in_tier(entered, entered + 61 * US_PER_DAY - 1, MONTH) == 60 / MONTH);
	cr_expect(months_in_tier(entered, entered - US_PER_DAY, MONTH) == 0);
}

static struct time_left leg(int64_t low, int64_t median, int64_t high)
{
	return (struct time_left){ .kind = TIME_LEFT_RANGE,
				   .low = low,
				   .median = median,
				   .high = high,
				   .p_by_horizon = NUMBER(0.5),
				   .horizon = NUMBER(48) };
}

/*
 * The quantiles 0.15, 0.50 and 0.85 of the sum of independent log-normals, by simulation: numpy's
 * default_rng(1), 4,000,000 draws of sum(median * exp(ln(high/low)/(2*1.036433) * standard_normal))
 * for the legs in this order. The approximation must lie within a tenth of each, before rounding.
 */
Test(timeline, day5_sum_of_tiers_is_that_of_simulated_contractors)
{
	static const struct {
		struct {
			int64_t low, median, high;
		} legs[5];
		size_t count;
		double low, median, high;
	} cases[] = {
		{ { { 8, 10, 12 }, { 12, 20, 34 } }, 2, 21.87, 30.29, 44.05 },
		{ { { 3, 6, 12 }, { 10, 18, 30 } }, 2, 16.35, 25.56, 40.24 },
		{ { { 1, 4, 14 }, { 8, 14, 25 }, { 12, 24, 48 } }, 3, 30.57, 48.52, 79.42 },
		{ { { 10, 16, 26 },
		    { 10, 16, 26 },
		    { 10, 16, 26 },
		    { 10, 16, 26 },
		    { 10, 16, 26 } },
		  5,
		  69.63,
		  86.85,
		  108.52 },
		{ { { 9, 15, 24 }, { 11, 19, 36 } }, 2, 24.25, 36.05, 54.18 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct time_left legs[5];

		for (size_t j = 0; j < cases[i].count; j++)
			legs[j] = leg(cases[i].legs[j].low, cases[i].legs[j].median,
				      cases[i].legs[j].high);

		struct time_left sum = time_through_tiers(legs, cases[i].count);

		cr_expect(fabs((double)sum.low - cases[i].low) < 0.1 * cases[i].low + 1, "%zu", i);
		cr_expect(fabs((double)sum.median - cases[i].median) < 0.1 * cases[i].median, "%zu",
			  i);
		cr_expect(fabs((double)sum.high - cases[i].high) < 0.1 * cases[i].high + 1, "%zu",
			  i);
	}
}

/* The moments by hand, in numpy: 21.147-30.792-44.836 and 28.382-48.418-82.598. */
Test(timeline, sum_has_the_mean_and_variance_of_its_legs)
{
	struct time_left two[] = { leg(8, 10, 12), leg(12, 20, 34) };
	struct time_left three[] = { leg(1, 4, 14), leg(8, 14, 25), leg(12, 24, 48) };
	struct time_left certain[] = { leg(5, 5, 5), leg(7, 7, 7) };

	expect_range(time_through_tiers(two, 2), 21, 31, 45);
	expect_range(time_through_tiers(three, 3), 28, 48, 83);
	expect_range(time_through_tiers(certain, 2), 12, 12, 12);
	expect_range(time_through_tiers(two, 1), 8, 10, 12);
}

Test(timeline, chance_through_tiers_is_the_product_within_the_sum_of_horizons)
{
	struct time_left legs[] = { leg(8, 10, 12), leg(12, 20, 34), leg(3, 6, 12) };
	struct time_left sum = time_through_tiers(legs, 3);

	cr_expect(sum.p_by_horizon.value == 0.125 && sum.horizon.value == 144);
	legs[1].p_by_horizon.present = false;
	sum = time_through_tiers(legs, 3);
	cr_expect(!sum.p_by_horizon.present && !sum.horizon.present);
}

Test(timeline, a_leg_without_a_range_speaks_for_all)
{
	struct time_left legs[] = { leg(8, 10, 12), { .kind = TIME_LEFT_LONGER }, leg(3, 6, 12) };

	cr_expect(time_through_tiers(legs, 3).kind == TIME_LEFT_LONGER);
	legs[2].kind = TIME_LEFT_UNKNOWN;
	cr_expect(time_through_tiers(legs, 3).kind == TIME_LEFT_UNKNOWN);
}
