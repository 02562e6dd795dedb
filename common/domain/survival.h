/* Time to level up (statistics §4). Days from time zero; months are days / month_days. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "constants.h"
#include "messages.h"
#include "spell.h"
#include "values.h"

/* A spell as far as time goes: at risk on day t if enter < t <= leave. */
struct duration {
	int64_t enter, leave;
	bool event;
	enum basis basis;
};

/*
 * The durations that tell about time: those of basis observed, and if these have fewer than k
 * events, those first seen alone ("since first seen"). With fewer than k events there too nothing
 * can be said: levellers < k.
 */
struct time_data {
	enum basis basis;
	const struct duration *durations; /* of that basis, by leave, enter, event */
	size_t count;
	const int64_t *days; /* of the level-ups, ascending */
	size_t levellers;
};

struct time_data time_data_of(const struct duration *durations, size_t count, int64_t k,
			      struct arena *arena);

/* Months over the levellers. They describe those who made it so far, and run early while many still
 * wait. Absent below k. */
struct time_summary {
	struct optional_number average;
	struct optional_number median;  /* the mean of the middle two */
	struct optional_number fastest; /* the mean of the k shortest */
};

struct time_summary time_summary_of(const struct time_data *data,
				    const struct constants *constants);

/* One event day of a Kaplan-Meier curve. */
struct km_row {
	int64_t day, at_risk, events;
	double survival;  /* S: of those at risk before, the share not levelled up after this day */
	double se;        /* S·sqrt(g), Greenwood's g = sum of d/(n(n-d)); 0 when S = 0 */
	double low, high; /* S^exp(±z·sqrt(g)/|ln S|); NAN when S is 0 or 1 */
};

struct km {
	const struct km_row *rows; /* by day */
	size_t count;
};

/* Kaplan and Meier's estimate with delayed entry (statistics §5), its limits at normal quantile z
 * (1.96: 95 %) on the log-log scale; one row for each day on which somebody levelled up. The
 * durations may come in any order. In the arena. */
struct km kaplan_meier(const struct duration *durations, size_t count, double z,
		       struct arena *arena);

enum km_curve { KM_SURVIVAL, KM_LOW, KM_HIGH };

/* The quantile 0 < q < 1 of the time: the first day on which the curve is <= 1 - q + 1e-9; absent:
 * not reached. The limits of a quantile are the same on the lower and the upper curve. */
struct optional_int km_quantile(const struct km *km, double q, enum km_curve curve);

/*
 * What may be relied on and published: the unbroken stretch of event days around the (first)
 * largest risk set in which n >= k. The curve starts at 1 there; before and after the stretch it is
 * not defined. May be empty.
 */
struct km km_guard(const struct km *km, int64_t k, double z, struct arena *arena);

/*
 * When a contractor with `months` >= 0 in the tier levels up, in months from entry: the 15 %, 50 %
 * and 85 % quantiles.
 *
 * predict_log_normal(), with the days of n levellers, y = ln of their months, m = mean y:
 *   df = 4 + n - 1, scale = sqrt((4·0.55² + Σ(y-m)²)/df)·sqrt(1 + 1/n)
 *   base = F_t((ln months - m)/scale; df), 0 for 0 months
 *   quantile q = exp(m + scale·F_t⁻¹(base + q(1 - base); df))
 *   Nothing for n < k, or when base is 1.
 * predict_kaplan_meier(), with the jumps f(t) = S(t-) - S(t) at t > months of the guarded curve:
 *   They say when, given that it happens by the last day tau: quantile q = the first t with
 *   cumulative weight >= q·total - 1e-9. Whether it does by then: p_by_horizon =
 *   (S(s) - S(tau))/S(s), S(s) the last value up to now; horizon = tau.
 *   Nothing for fewer than k jumps: longer than observed so far; nor where S(s) is 0.
 * predict_time(): the log-normal for fewer than 30 levellers, else the curve; it sets basis.
 * predict_time_by(): the same by a guarded_curve() of the data, for who asks more than once.
 *
 * Unrounded. Nothing: method NULL and all numbers absent.
 */
struct timeline predict_log_normal(const int64_t *days, size_t levellers, double months,
				   const struct constants *constants);
struct timeline predict_kaplan_meier(const struct km *guarded, double months,
				     const struct constants *constants);
struct km guarded_curve(const struct time_data *data, const struct constants *constants,
			struct arena *arena);
struct timeline predict_time_by(const struct time_data *data, const struct km *guarded,
				double months, const struct constants *constants);
struct timeline predict_time(const struct time_data *data, double months,
			     const struct constants *constants, struct arena *arena);
