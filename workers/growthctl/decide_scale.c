#include "decide_scale.h"

#include <math.h>

#include "instant.h"

#define HAIR 1e-9 /* what a step's multiple may be off */
#define MONTHS_PER_YEAR 12

double scale_at(const struct scale *scale, double value)
{
	double share;

	if (!(scale->high > scale->low))
		return scale->from;
	share = (value - scale->low) / (scale->high - scale->low);
	return scale->from + fmax(0, fmin(share, 1)) * (scale->to - scale->from);
}

static double first_of(double low, double step)
{
	return ceil(low / step - HAIR);
}

static double count_of(double low, double high, double step)
{
	return floor(high / step + HAIR) - first_of(low, step) + 1;
}

static struct ticks multiples(double low, double high, double step)
{
	struct ticks ticks = { .count = (size_t)fmax(0, count_of(low, high, step)) };

	for (size_t i = 0; i < ticks.count; i++)
		ticks.items[i] = (first_of(low, step) + (double)i) * step;
	return ticks;
}

struct ticks month_ticks_of(double low, double high, size_t most)
{
	static const double steps[] = { 1, 2, 3, 6, 12, 24, 36, 60, 120 };

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		if (count_of(low, high, steps[i]) <= (double)most)
			return multiples(low, high, steps[i]);
	return (struct ticks){ 0 };
}

/* Months since January of the year 0 of the first one that is not before the time. */
static int64_t month_number(utc_us time, bool up)
{
	char text[INSTANT_TEXT_SIZE];
	int64_t year, month;

	instant_format(time, text);
	year = (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + text[3] -
	       '0';
	month = (text[5] - '0') * 10 + text[6] - '0' - 1;
	return year * MONTHS_PER_YEAR + month + (up && instant_month(time, 0) != time);
}

struct time_ticks time_ticks_of(utc_us low, utc_us high, size_t most)
{
	static const int steps[] = { 1, 3, 6, 12, 24, 60, 120 };
	int64_t base = month_number(low, false), first = month_number(low, true),
		last = month_number(high, false);
	struct time_ticks ticks = { 0 };

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		int64_t from = (first + steps[i] - 1) / steps[i] * steps[i];

		if (last >= from && (last - from) / steps[i] + 1 > (int64_t)most)
			continue;
		ticks.months = steps[i];
		for (int64_t at = from; at <= last; at += steps[i])
			ticks.items[ticks.count++] = instant_month(low, (int)(at - base));
		break;
	}
	return ticks;
}
