/* Everything by ranks is done on a sorted array, equals as one group. */
#include "decide_metrics.h"

#include <math.h>
#include <stdlib.h>

static int by_number(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static int by_prediction(const void *left, const void *right)
{
	const struct judged *a = left, *b = right;

	return (a->predicted > b->predicted) - (a->predicted < b->predicted);
}

/* How many of items[0..count) have the first one's prediction: with what was predicted, without. */
struct group {
	double with, without;
};

static struct group group_at(const struct judged *items, size_t count)
{
	struct group group = { 0 };

	for (size_t i = 0; i < count && items[i].predicted <= items[0].predicted; i++) {
		group.with += items[i].observed > 0.5;
		group.without += items[i].observed <= 0.5;
	}
	return group;
}

/* The placements of each one among those of the other kind: their sums, and those of squares about
 * `middle`. */
struct placements {
	double sum;
	double with, without;
};

static struct placements place(const struct judged *items, size_t count, struct group all,
			       double middle)
{
	struct placements placements = { 0 };
	struct group below = { 0 };

	for (size_t i = 0; i < count;) {
		struct group group = group_at(items + i, count - i);
		double above_others = (below.without + group.without / 2) / all.without;
		double below_others = (all.with - below.with - group.with / 2) / all.with;

		placements.sum += group.with * above_others;
		placements.with += group.with * pow(above_others - middle, 2);
		placements.without += group.without * pow(below_others - middle, 2);
		below.with += group.with;
		below.without += group.without;
		i += (size_t)(group.with + group.without);
	}
	return placements;
}

struct area_under_curve area_under_curve(struct judged *items, size_t count)
{
	struct area_under_curve area = { NAN, NAN };
	struct group all = { 0 };
	struct placements placements;

	for (size_t i = 0; i < count; i++) {
		all.with += items[i].observed > 0.5;
		all.without += items[i].observed <= 0.5;
	}
	if (all.with <= 0 || all.without <= 0)
		return area;
	qsort(items, count, sizeof(*items), by_prediction);
	area.value = place(items, count, all, 0).sum / all.with;
	if (all.with < 2 || all.without < 2)
		return area;
	placements = place(items, count, all, area.value);
	area.error = sqrt(placements.with / (all.with - 1) / all.with +
			  placements.without / (all.without - 1) / all.without);
	return area;
}

double brier_score(const struct judged *items, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += (items[i].predicted - items[i].observed) *
		       (items[i].predicted - items[i].observed);
	return count > 0 ? sum / (double)count : NAN;
}

static size_t bin_of(double predicted)
{
	double bin = floor(predicted * CALIBRATION_BINS);

	if (bin < 0)
		return 0;
	return bin < CALIBRATION_BINS ? (size_t)bin : CALIBRATION_BINS - 1;
}

struct calibration calibrate(const struct judged *items, size_t count)
{
	struct calibration calibration = { .error = count > 0 ? 0 : NAN };

	for (size_t i = 0; i < count; i++) {
		struct calibration_bin *bin = &calibration.bins[bin_of(items[i].predicted)];

		bin->count++;
		bin->predicted += items[i].predicted;
		bin->observed += items[i].observed;
	}
	for (size_t i = 0; i < CALIBRATION_BINS; i++) {
		struct calibration_bin *bin = &calibration.bins[i];

		if (bin->count == 0)
			continue;
		calibration.error += fabs(bin->predicted - bin->observed) / (double)count;
		bin->predicted /= (double)bin->count;
		bin->observed /= (double)bin->count;
	}
	return calibration;
}

/* The rank of `value` among the sorted: the mean rank of its equals. */
static double rank_of(double value, const double *sorted, size_t count)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (sorted[middle] < value)
			low = middle + 1;
		else
			high = middle;
	}
	for (high = low; high < count && sorted[high] <= value; high++)
		;
	return ((double)low + (double)high + 1) / 2;
}

double rank_correlation(const struct judged *items, size_t count, struct arena *arena)
{
	double *predicted = arena_array(arena, double, count);
	double *observed = arena_array(arena, double, count);
	double mean = ((double)count + 1) / 2, xx = 0, yy = 0, xy = 0;

	for (size_t i = 0; i < count; i++) {
		predicted[i] = items[i].predicted;
		observed[i] = items[i].observed;
	}
	if (count > 1) {
		qsort(predicted, count, sizeof(*predicted), by_number);
		qsort(observed, count, sizeof(*observed), by_number);
	}
	for (size_t i = 0; i < count; i++) {
		double x = rank_of(items[i].predicted, predicted, count) - mean;
		double y = rank_of(items[i].observed, observed, count) - mean;

		xx += x * x;
		yy += y * y;
		xy += x * y;
	}
	return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : NAN;
}
