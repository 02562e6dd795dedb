/* A Kaplan-Meier curve as a report may show it: the guarded stretch, in whole months (statistics
 * §4, §9). */
#pragma once

#include "pattern.h"

/* Of the contractors who entered the tier, the share that has levelled up so many months later. */
struct month_point {
	int64_t month;
	double reached;   /* 1 - S, whole hundredths */
	double low, high; /* the 95 % band, likewise; NAN where the curve has none: at 0 and 1 */
};

struct month_curve {
	const struct month_point *points; /* month by month, without a gap */
	size_t count;                     /* below 2 there is nothing to draw */
	enum basis basis;                 /* what time is counted from */
	int64_t contractors, levellers;   /* whom it rests on */
};

/*
 * Of the spells of one transition. A point for each month that ends between the first and the last
 * event day of the guarded curve: the last value up to its end. Nothing where fewer than k levelled
 * up.
 */
struct month_curve month_curve_of(const struct spells *spells, const struct constants *constants,
				  struct arena *arena);
