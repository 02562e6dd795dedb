/* Time data, the guard, and the two predictions. */
#include <criterion/criterion.h>
#include <math.h>

#include "arena.h"
#include "seeded.h"
#include "survival.h"

#define Z 1.959964
#define MONTH 30.4375

static struct arena arena;

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(survival, .init = set_up, .fini = tear_down);

#define assert_close(actual, wanted) \
	cr_assert(fabs((actual) - (wanted)) < 1e-9, "%.12g is not %.12g: " #actual, \
		  (double)(actual), (double)(wanted))

/* `count` level-ups on days step, 2·step, … */
static struct duration *level_ups(size_t count, int64_t step)
{
	struct duration *durations = arena_array(&arena, struct duration, count);

	for (size_t i = 0; i < count; i++)
		durations[i] = (struct duration){ .leave = (int64_t)(i + 1) * step, .event = true };
	return durations;
}

Test(survival, too_few_observed_entries_leave_the_word_to_those_first_seen)
{
	struct duration durations[12];

	for (int i = 0; i < 12; i++)
		durations[i] = (struct duration){ 0, 100 + i, true,
						  i < 4 ? BASIS_OBSERVED : BASIS_FIRST_SEEN };

	struct time_data data = time_data_of(durations, 12, 5, &arena);

	cr_assert_eq(data.basis, BASIS_FIRST_SEEN);
	cr_assert_eq(data.levellers, 8);
	cr_assert_str_eq(predict_time(&data, 0, &default_constants, &arena).basis, "first_seen");
	durations[4].basis = BASIS_OBSERVED;
	data = time_data_of(durations, 12, 5, &arena);
	cr_assert_eq(data.basis, BASIS_OBSERVED);
	cr_assert_eq(data.levellers, 5);
}

Test(survival, four_level_ups_say_nothing)
{
	struct time_data data = time_data_of(level_ups(4, 100), 4, 5, &arena);
	struct time_summary summary = time_summary_of(&data, &default_constants);
	struct timeline timeline = predict_time(&data, 0, &default_constants, &arena);

	cr_assert_not(summary.average.present || summary.median.present || summary.fastest.present);
	cr_assert(!timeline.method && !timeline.basis && !timeline.low.present);
}

Test(survival, fastest_is_a_mean_of_five)
{
	struct time_data data = time_data_of(level_ups(8, 100), 8, 5, &arena);
	struct time_summary summary = time_summary_of(&data, &default_constants);

	assert_close(summary.average.value, 450 / MONTH);
	assert_close(summary.median.value, 450 / MONTH);
	assert_close(summary.fastest.value, 300 / MONTH);
}

/* Late entry makes the first risk sets small; they are cut off and the curve starts anew. */
Test(survival, the_guard_keeps_the_stretch_around_the_largest_risk_set)
{
	struct duration durations[22] = {
		{ 0, 10, true, BASIS_OBSERVED },
		{ 0, 20, true, BASIS_OBSERVED },
	};

	for (int i = 2; i < 22; i++)
		durations[i] = (struct duration){ 50, 100 + i, true, BASIS_OBSERVED };

	struct km all = kaplan_meier(durations, 22, Z, &arena);
	struct km guarded = km_guard(&all, 5, Z, &arena);

	cr_assert_eq(all.count, 22);
	cr_assert_eq(all.rows[0].at_risk, 2);
	cr_assert_eq(all.rows[1].survival, 0, "the two who could be seen early are gone");
	cr_assert_eq(guarded.count, 16);
	cr_assert_eq(guarded.rows[0].day, 102);
	cr_assert_eq(guarded.rows[0].at_risk, 20);
	assert_close(guarded.rows[0].survival, 0.95);
	cr_assert_eq(guarded.rows[15].at_risk, 5);
	cr_assert_eq(km_guard(&all, 21, Z, &arena).count, 0);
}

/* Whoever comes in sight on a day is at risk from the next one on. */
Test(survival, entry_on_the_day_of_an_event)
{
	const struct duration durations[] = {
		{ 0, 50, true, BASIS_OBSERVED },
		{ 50, 60, true, BASIS_OBSERVED },
		{ 49, 50, false, BASIS_OBSERVED },
	};
	struct km km = kaplan_meier(durations, 3, Z, &arena);

	cr_assert_eq(km.count, 2);
	cr_assert_eq(km.rows[0].at_risk, 2);
	cr_assert_eq(km.rows[1].at_risk, 1);
}

Test(survival, of_two_equal_stretches_the_guard_keeps_the_first)
{
	const struct km_row rows[] = {
		{ .day = 10, .at_risk = 6, .events = 1 },
		{ .day = 20, .at_risk = 4, .events = 1 },
		{ .day = 30, .at_risk = 6, .events = 2 },
	};
	struct km guarded = km_guard(&(struct km){ rows, 3 }, 5, Z, &arena);

	cr_assert_eq(guarded.count, 1);
	cr_assert_eq(guarded.rows[0].day, 10);
}

Test(survival, all_level_up_at_once)
{
	struct duration durations[6];

	for (int i = 0; i < 6; i++)
		durations[i] = (struct duration){ 0, 100, true, BASIS_OBSERVED };

	struct km km = kaplan_meier(durations, 6, Z, &arena);

	cr_assert_eq(km.count, 1);
	cr_assert_eq(km.rows[0].survival, 0);
	cr_assert_eq(km.rows[0].se, 0);
	cr_assert(isnan(km.rows[0].low) && isnan(km.rows[0].high));
	cr_assert_eq(km_quantile(&km, 0.5, KM_SURVIVAL).value, 100);
	cr_assert_not(km_quantile(&km, 0.5, KM_LOW).present);
}

/* 40 level-ups a month apart: S = 1 - i/40, guarded at i = 36. */
Test(survival, the_curve_predicts_when_and_whether)
{
	struct time_data data = time_data_of(level_ups(40, 30), 40, 5, &arena);
	struct timeline entry = predict_time(&data, 0, &default_constants, &arena);
	struct timeline later = predict_time(&data, 300 / MONTH, &default_constants, &arena);

	cr_assert_str_eq(entry.method, "kaplan_meier");
	assert_close(entry.low.value, 6 * 30 / MONTH);     /* 0.15·36 = 5.4 */
	assert_close(entry.median.value, 18 * 30 / MONTH); /* exactly half of the weight */
	assert_close(entry.high.value, 31 * 30 / MONTH);   /* 0.85·36 = 30.6 */
	assert_close(entry.p_by_horizon.value, 0.9);
	assert_close(entry.horizon.value, 36 * 30 / MONTH);
	assert_close(later.low.value, 14 * 30 / MONTH);  /* 10 + 0.15·26 = 13.9 */
	assert_close(later.high.value, 33 * 30 / MONTH); /* 10 + 0.85·26 = 32.1 */
	assert_close(later.p_by_horizon.value, (0.75 - 0.1) / 0.75);
}

/* Where a share falls on a whole number of jumps, rounding must not cost a jump. */
Test(survival, quantiles_on_the_edge_of_a_jump)
{
	for (size_t count = 30; count <= 200; count++) {
		struct time_data data = time_data_of(level_ups(count, 30), count, 5, &arena);
		struct timeline timeline = predict_time(&data, 0, &default_constants, &arena);
		size_t jumps = count - 4;

		assert_close(timeline.low.value, 30 * (double)((15 * jumps + 99) / 100) / MONTH);
		assert_close(timeline.median.value, 30 * (double)((jumps + 1) / 2) / MONTH);
		assert_close(timeline.high.value, 30 * (double)((85 * jumps + 99) / 100) / MONTH);
	}
}

Test(survival, longer_than_observed_so_far)
{
	struct time_data data = time_data_of(level_ups(40, 30), 40, 5, &arena);

	cr_assert(predict_time(&data, 31 * 30 / MONTH, &default_constants, &arena).method);
	cr_assert_null(predict_time(&data, 32 * 30 / MONTH, &default_constants, &arena).method);
	cr_assert_null(predict_time(&data, 1000, &default_constants, &arena).method);
}

/* Forty have all gone on day 100; six who are first seen in the tier later than that go one by
 * one. */
Test(survival, nobody_is_left_of_those_before)
{
	struct duration durations[50] = { 0 };
	struct time_data data;
	struct timeline entry, later;

	for (int i = 0; i < 40; i++)
		durations[i] = (struct duration){ .leave = 100, .event = true };
	for (int i = 0; i < 10; i++)
		durations[40 + i] =
			(struct duration){ .enter = 150, .leave = 200 + 10 * i, .event = true };
	data = time_data_of(durations, 50, 5, &arena);
	entry = predict_time(&data, 0, &default_constants, &arena);
	later = predict_time(&data, 160 / MONTH, &default_constants, &arena);
	cr_assert_str_eq(entry.method, "kaplan_meier");
	assert_close(entry.p_by_horizon.value, 1);
	cr_assert_null(later.method, "p_by_horizon is %g", later.p_by_horizon.value);
}

Test(survival, thirty_levellers_change_the_method)
{
	struct time_data few = time_data_of(level_ups(29, 30), 29, 5, &arena);
	struct time_data many = time_data_of(level_ups(30, 30), 30, 5, &arena);

	cr_assert_str_eq(predict_time(&few, 0, &default_constants, &arena).method, "log_normal");
	cr_assert_str_eq(predict_time(&many, 0, &default_constants, &arena).method, "kaplan_meier");
	cr_assert_not(predict_time(&few, 0, &default_constants, &arena).p_by_horizon.present);
}

/* Both methods: in order, never before the time already spent, later the longer it took so far. */
Test(survival, predictions_are_ordered)
{
	struct seeded random = seeded_start("predictions_are_ordered");

	for (int i = 0; i < 1000; i++) {
		size_t count = 5 + (size_t)seeded_below(&random, 80);
		struct duration *durations = arena_array(&arena, struct duration, count);
		struct timeline before = { .method = NULL };

		for (size_t j = 0; j < count; j++) {
			int64_t enter = seeded_below(&random, 3) ? 0 : seeded_below(&random, 300);

			durations[j] =
				(struct duration){ enter, enter + 1 + seeded_below(&random, 1500),
						   seeded_below(&random, 3) > 0, BASIS_OBSERVED };
		}

		struct time_data data = time_data_of(durations, count, 5, &arena);

		for (double months = 0; months < 60; months += 7) {
			struct timeline now =
				predict_time(&data, months, &default_constants, &arena);

			if (!now.method)
				break;
			cr_assert(now.low.value >= months - 1e-9, "%g < %g", now.low.value, months);
			cr_assert(now.low.value <= now.median.value &&
				  now.median.value <= now.high.value);
			cr_assert(!before.method || (now.low.value >= before.low.value - 1e-9 &&
						     now.high.value >= before.high.value - 1e-9));
			cr_assert(!now.p_by_horizon.present ||
				  (now.p_by_horizon.value >= 0 && now.p_by_horizon.value <= 1));
			before = now;
		}
	}
}

/* A curve and a log-normal through the same durations never depend on their order. */
Test(survival, the_order_of_durations_does_not_show)
{
	struct duration forth[60], back[60];

	for (int i = 0; i < 60; i++) {
		forth[i] = (struct duration){ i % 7, 50 + 13 * i % 400, i % 3 > 0, BASIS_OBSERVED };
		back[59 - i] = forth[i];
	}
	for (size_t count = 20; count <= 60; count += 40) {
		struct time_data a = time_data_of(forth, count, 5, &arena);
		struct time_data b = time_data_of(back + 60 - count, count, 5, &arena);
		struct timeline p = predict_time(&a, 1, &default_constants, &arena);
		struct timeline q = predict_time(&b, 1, &default_constants, &arena);

		cr_assert_eq(p.low.value, q.low.value);
		cr_assert_eq(p.median.value, q.median.value);
		cr_assert_eq(p.high.value, q.high.value);
	}
}
