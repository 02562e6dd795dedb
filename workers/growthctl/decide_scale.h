/* From values to places on a chart, and the values that stand at its axes. */
#pragma once

#include <stddef.h>

#include "values.h"

/* low < high are at from and to; what is outside is at the nearer end. low = high: all is at
 * from. */
struct scale {
	double low, high, from, to;
};

double scale_at(const struct scale *scale, double value);

#define TICKS_MAX 12

struct ticks {
	double items[TICKS_MAX];
	size_t count;
};

/* Multiples of 1, 2, 3, 6, 12, 24, 36, 60 or 120 months in [low, high], ascending, by the smallest
 * of these steps of which at most `most` (2 to TICKS_MAX) are needed; none if there are more even
 * so. */
struct ticks month_ticks_of(double low, double high, size_t most);

struct time_ticks {
	utc_us items[TICKS_MAX];
	size_t count;
	int months; /* between two of them */
};

/* Firsts of months in [low, high], so many months apart that there are at most `most`, and counted
 * from a January: 1, 3, 6, 12, 24, 60 or 120. */
struct time_ticks time_ticks_of(utc_us low, utc_us high, size_t most);
