/* Durations are sorted before anything is added up: the order of the contractors cannot show. */
#include <math.h>

#include "numbers.h"
#include "survival.h"

#define QUANTILE_SLACK 1e-9

static struct optional_number known(double value)
{
	return (struct optional_number){ .value = value, .present = true };
}

static int by_leave(const void *left, const void *right)
{
	const struct duration *a = left, *b = right;

	if (a->leave != b->leave)
		return a->leave < b->leave ? -1 : 1;
	if (a->enter != b->enter)
		return a->enter < b->enter ? -1 : 1;
	return a->event - b->event;
}

/* Those of time_data_of() are in order already. */
static bool are_sorted(const struct duration *durations, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (by_leave(&durations[i - 1], &durations[i]) > 0)
			return false;
	return true;
}

struct time_data time_data_of(const struct duration *durations, size_t count, int64_t k,
			      struct arena *arena)
{
	int64_t observed = 0;

	for (size_t i = 0; i < count; i++)
		observed += durations[i].event && durations[i].basis == BASIS_OBSERVED;

	enum basis basis = observed >= k ? BASIS_OBSERVED : BASIS_FIRST_SEEN;
	struct duration *kept = arena_array(arena, struct duration, count);
	int64_t *days = arena_array(arena, int64_t, count);
	struct time_data data = { .basis = basis, .durations = kept, .days = days };

	for (size_t i = 0; i < count; i++)
		if (durations[i].basis == basis)
			kept[data.count++] = durations[i];
	if (data.count > 1)
		qsort(kept, data.count, sizeof(*kept), by_leave);
	for (size_t i = 0; i < data.count; i++)
		if (kept[i].event)
			days[data.levellers++] = kept[i].leave;
	return data;
}

struct time_summary time_summary_of(const struct time_data *data, const struct constants *constants)
{
	struct time_summary summary = { .average = { .present = false } };
	size_t n = data->levellers, shortest = (size_t)constants->k;
	int64_t sum = 0, sum_of_shortest = 0;

	if (n == 0 || n < shortest)
		return summary;
	for (size_t i = 0; i < n; i++) {
		sum += data->days[i];
		sum_of_shortest += i < shortest ? data->days[i] : 0;
	}

	double middle = (double)(data->days[(n - 1) / 2] + data->days[n / 2]) / 2;

	summary.average = known((double)sum / (double)n / constants->month_days);
	summary.median = known(middle / constants->month_days);
	summary.fastest = known((double)sum_of_shortest / (double)shortest / constants->month_days);
	return summary;
}

/* Fills in the estimates of rows whose day, at_risk and events are known; the curve starts at 1. */
static void estimate(struct km_row *rows, size_t count, double z)
{
	double survival = 1, greenwood = 0;

	for (size_t i = 0; i < count; i++) {
		struct km_row *row = &rows[i];
		double n = (double)row->at_risk, d = (double)row->events;

		survival *= row->events == row->at_risk ? 0 : 1 - d / n;
		row->survival = survival;
		row->se = 0;
		row->low = row->high = NAN;
		if (survival <= 0)
			continue;
		greenwood += d / (n * (n - d));

		double width = z * sqrt(greenwood) / fabs(log(survival));

		row->se = survival * sqrt(greenwood);
		row->low = pow(survival, exp(width));
		row->high = pow(survival, exp(-width));
	}
}

struct km kaplan_meier(const struct duration *durations, size_t count, double z,
		       struct arena *arena)
{
	struct duration *sorted = arena_memdup(arena, durations, count * sizeof(*durations));
	int64_t *enters = arena_array(arena, int64_t, count);
	struct km_row *rows = arena_array(arena, struct km_row, count);
	size_t entered = 0, rows_count = 0;

	for (size_t i = 0; i < count; i++)
		enters[i] = durations[i].enter;
	if (!are_sorted(sorted, count))
		qsort(sorted, count, sizeof(*sorted), by_leave);
	if (count > 1)
		qsort(enters, count, sizeof(*enters), numbers_order);
	for (size_t i = 0; i < count;) {
		struct km_row row = { .day = sorted[i].leave };
		size_t before = i;

		for (; i < count && sorted[i].leave == row.day; i++)
			row.events += sorted[i].event;
		while (entered < count && enters[entered] < row.day)
			entered++;
		row.at_risk = (int64_t)(entered - before);
		if (row.events > 0)
			rows[rows_count++] = row;
	}
	estimate(rows, rows_count, z);
	return (struct km){ .rows = rows, .count = rows_count };
}

struct optional_int km_quantile(const struct km *km, double q, enum km_curve curve)
{
	for (size_t i = 0; i < km->count; i++) {
		const struct km_row *row = &km->rows[i];
		double value = row->survival;

		if (curve == KM_LOW)
			value = row->low;
		else if (curve == KM_HIGH)
			value = row->high;
		if (value <= 1 - q + QUANTILE_SLACK)
			return (struct optional_int){ .value = row->day, .present = true };
	}
	return (struct optional_int){ .present = false };
}

struct km km_guard(const struct km *km, int64_t k, double z, struct arena *arena)
{
	size_t largest = 0;

	for (size_t i = 1; i < km->count; i++)
		if (km->rows[i].at_risk > km->rows[largest].at_risk)
			largest = i;
	if (km->count == 0 || km->rows[largest].at_risk < k)
		return (struct km){ .count = 0 };

	size_t first = largest, end = largest + 1;

	while (first > 0 && km->rows[first - 1].at_risk >= k)
		first--;
	while (end < km->count && km->rows[end].at_risk >= k)
		end++;

	struct km_row *rows = arena_memdup(arena, &km->rows[first], (end - first) * sizeof(*rows));

	estimate(rows, end - first, z);
	return (struct km){ .rows = rows, .count = end - first };
}
