/*
 * Predictions issued at entry and some months later, judged when they are ripe. All contractors of
 * a transition who are there at an issue get the same prediction; it was made when the patterns
 * were learnt.
 */
#include "decide_validate_parts.h"

#include <math.h>

#include "instant.h"
#include "median.h"

#define NEAR_LOW 1.2 /* good: from low/1.2 to high/0.8 */
#define NEAR_HIGH 0.8

static utc_us months_after(utc_us time, double months, const struct constants *constants)
{
	return time + (utc_us)(months * constants->month_days * (double)US_PER_DAY);
}

/* An actual time that lies in the range, or within 20 % of its nearer end. */
static bool is_good(double low, double high, double actual)
{
	return actual >= low / NEAR_LOW && actual <= high / NEAR_HIGH;
}

/* One contractor's wait, as far as predictions go. */
struct wait {
	double months; /* to the level-up, or as far as he was followed */
	bool levelled;
};

static void tally_level_up(struct timeline_tally *tally, const struct lesson *lesson,
			   const struct timeline *timeline, double actual, struct arena *arena)
{
	double low = timeline->low.value, high = timeline->high.value;
	double median = timeline->median.value, mean = lesson->mean_months;

	tally->levelled++;
	tally->good += is_good(low, high, actual);
	tally->covered += actual >= low && actual <= high;
	tally->near += is_good(median, median, actual);
	tally->naive_near += is_good(mean, mean, actual);
	number_add(&tally->widths, high / low, arena);
	number_add(&tally->errors, fabs(actual - median), arena);
	number_add(&tally->naive_errors, fabs(actual - mean), arena);
	number_add(&tally->residuals, log(actual) - log(median), arena);
}

static void tally_prediction(struct validation *validation, const struct lesson *lesson,
			     size_t issue, utc_us zero, struct wait wait)
{
	const struct constants *constants = &validation->settings.constants;
	const struct timeline *timeline = &lesson->timelines[issue];
	struct timeline_tally *tally = &validation->timelines[issue];
	utc_us as_of = validation->settings.as_of;
	double ripe = validation_issues[issue] + 2 * timeline->high.value;
	double horizon = timeline->horizon.value;

	if (months_after(zero, ripe, constants) <= as_of) {
		tally->ripe++;
		if (wait.levelled && wait.months <= ripe)
			tally_level_up(tally, lesson, timeline, wait.months, validation->arena);
	}
	/* Who was lost before the horizon tells nothing of it. */
	if (timeline->p_by_horizon.present && months_after(zero, horizon, constants) <= as_of &&
	    (wait.levelled || wait.months >= horizon))
		judged_add(&tally->horizons, timeline->p_by_horizon.value,
			   wait.levelled && wait.months <= horizon, validation->arena);
}

static void test_lesson(struct validation *validation, const struct lesson *lesson,
			const struct spell *spell)
{
	const struct constants *constants = &validation->settings.constants;
	const struct optional_time *until = &validation->settings.split.learn_until;
	struct wait wait = { (double)spell->leave / constants->month_days, spell->event };

	for (size_t i = 0; i < VALIDATION_ISSUES; i++) {
		double days = validation_issues[i] * constants->month_days;
		utc_us issued = months_after(spell->zero, validation_issues[i], constants);

		/* Known and still there when it is issued, and then not learnt from. */
		if (!lesson->timelines[i].method || (double)spell->enter > days ||
		    (double)spell->leave <= days || (until->present && issued < until->value))
			continue;
		tally_prediction(validation, lesson, i, spell->zero, wait);
	}
}

void test_timelines(struct validation *validation, const struct history *history)
{
	const struct constants *constants = &validation->settings.constants;
	struct arena *scratch = &validation->scratch;
	struct runs runs = runs_of(history, validation->settings.as_of, constants, scratch);

	for (size_t from = 0; from < validation->lessons_count; from++) {
		const struct lesson *lesson = &validation->lessons[from];
		struct spell spell;

		if (lesson->learnt &&
		    spell_of(history, &runs, (int)from, (int)from + 1, constants, scratch,
			     &spell) &&
		    spell.basis == lesson->basis)
			test_lesson(validation, lesson, &spell);
	}
}

static double share(int64_t part, int64_t all)
{
	return all > 0 ? (double)part / (double)all : NAN;
}

/* 2Φ(ln 1.5/2σ) - 1, σ the standard deviation of the residuals (statistics §4). */
static double attainable(const struct number_list *residuals)
{
	double sum = 0, squares = 0, n = (double)residuals->count, mean;

	if (residuals->count < 2)
		return NAN;
	for (size_t i = 0; i < residuals->count; i++)
		sum += residuals->items[i];
	mean = sum / n;
	for (size_t i = 0; i < residuals->count; i++)
		squares += (residuals->items[i] - mean) * (residuals->items[i] - mean);
	return erf(log(NEAR_LOW / NEAR_HIGH) / 2 / sqrt(squares / (n - 1)) / M_SQRT2);
}

/* Who says how long it takes, but not that it may never happen, says 1. */
static double naive_brier(const struct judged_list *horizons)
{
	double missed = 0;

	for (size_t i = 0; i < horizons->count; i++)
		missed += 1 - horizons->items[i].observed;
	return horizons->count > 0 ? missed / (double)horizons->count : NAN;
}

struct timeline_report report_timeline(const struct validation *validation, size_t issue)
{
	const struct timeline_tally *tally = &validation->timelines[issue];

	return (struct timeline_report){
		.issued = validation_issues[issue],
		.ripe = tally->ripe,
		.levelled = tally->levelled,
		.good = share(tally->good, tally->levelled),
		.covered = share(tally->covered, tally->levelled),
		.width = median_of(tally->widths.items, tally->widths.count),
		.near = share(tally->near, tally->levelled),
		.attainable = attainable(&tally->residuals),
		.error = median_of(tally->errors.items, tally->errors.count),
		.horizons = (int64_t)tally->horizons.count,
		.brier = brier_score(tally->horizons.items, tally->horizons.count),
		.naive_near = share(tally->naive_near, tally->levelled),
		.naive_error = median_of(tally->naive_errors.items, tally->naive_errors.count),
		.naive_brier = naive_brier(&tally->horizons),
	};
}
