#include "decide_curve.h"

#include <math.h>

static double hundredths(double share)
{
	return floor(share * 100 + 0.5) / 100;
}

static struct month_point point_of(int64_t month, const struct km_row *row)
{
	return (struct month_point){
		.month = month,
		.reached = hundredths(1 - row->survival),
		.low = hundredths(1 - row->high),
		.high = hundredths(1 - row->low),
	};
}

static void add_points(struct month_curve *curve, const struct km *km, double month_days,
		       struct arena *arena)
{
	int64_t first = (int64_t)ceil((double)km->rows[0].day / month_days),
		last = (int64_t)floor((double)km->rows[km->count - 1].day / month_days);
	struct month_point *points = arena_array(arena, struct month_point,
						 last >= first ? (size_t)(last - first + 1) : 0);
	size_t row = 0;

	for (int64_t month = first; month <= last; month++) {
		while (row + 1 < km->count &&
		       (double)km->rows[row + 1].day <= (double)month * month_days)
			row++;
		points[curve->count++] = point_of(month, &km->rows[row]);
	}
	curve->points = points;
}

struct month_curve month_curve_of(const struct spells *spells, const struct constants *constants,
				  struct arena *arena)
{
	struct time_data data = time_data_of_spells(spells, constants->k, arena);
	struct km guarded = guarded_curve(&data, constants, arena);
	struct month_curve curve = {
		.basis = data.basis,
		.contractors = (int64_t)data.count,
		.levellers = (int64_t)data.levellers,
	};

	if (guarded.count > 0 && curve.levellers >= constants->k)
		add_points(&curve, &guarded, constants->month_days, arena);
	return curve;
}
