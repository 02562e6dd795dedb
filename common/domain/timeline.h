/*
 * How long it still takes, out of what a pattern publishes (statistics §4, "Prediction" and
 * "Wording"): one tier for a contractor who has been in it for some time, and several tiers in a
 * row. Whole months from that time on.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "messages.h"
#include "values.h"

enum time_left_kind {
	TIME_LEFT_UNKNOWN, /* not enough data: the pattern has no timeline */
	TIME_LEFT_LONGER,  /* he is in the tier for longer than observed so far */
	TIME_LEFT_RANGE    /* 1 <= low <= median <= high */
};

struct time_left {
	enum time_left_kind kind;
	/* TIME_LEFT_RANGE: of those who get there 70 % need low to high months more; else 0. */
	int64_t low, median, high;
	/* The share that gets there at all within `horizon` months more. Absent: not known, as with
	 * few levellers, or for a horizon of less than a month. */
	struct optional_number p_by_horizon;
	struct optional_int horizon;
};

/* From tier entry to `now`, in months of `month_days` days: whole days, none before the entry. */
double months_in_tier(utc_us tier_entered_at, utc_us now, double month_days);

/*
 * Of a published timeline what is left after `months` >= 0 in the tier.
 *
 * The entry that speaks for him is the one of the greatest months <= his (0: at tier entry). If he
 * has outlasted its high, it is the next later one whose high he has not outlasted. None, or he is
 * beyond the horizon: TIME_LEFT_LONGER. Then
 *   low = floor(low - months), high = ceil(high - months), median = round half up(median - months),
 *   each at least 1, and low <= median <= high;
 *   p_by_horizon is that of the entry, horizon = floor(horizon - months).
 * A timeline without low, median and high gives TIME_LEFT_UNKNOWN.
 */
struct time_left time_left_in_tier(const struct timeline *timeline, double months);

/*
 * What is left through `count` tiers in a row: legs[0] is his own tier's, the others are
 * time_left_in_tier(…, 0) of the tiers after it. One leg is itself; a leg without a range says what
 * becomes of all of them (UNKNOWN before LONGER); none: UNKNOWN.
 *
 * Each leg is taken for a log-normal with mu = ln median and sigma = ln(high/low)/(2·1.036433), the
 * normal quantile of 0.85, and independent of the others. Their sum is taken for the log-normal
 * that has its mean and variance (L. F. Fenton, "The sum of log-normal probability distributions in
 * scatter transmission systems", IRE Trans. Communications Systems 8, 1960, pp. 57-67; also known
 * as Fenton and Wilkinson's approximation):
 *   M = Σ m,  m = exp(mu + sigma²/2);   V = Σ m²·(exp(sigma²) - 1)
 *   sigma'² = ln(1 + V/M²),  mu' = ln M - sigma'²/2
 *   low = floor(exp(mu' - 1.036433 sigma')), median = round half up(exp(mu')),
 *   high = ceil(exp(mu' + 1.036433 sigma')), each at least 1
 * where what is within 1e-9 of a whole number is that number. Against a simulated sum each end is
 * right to a tenth where the legs' high/low is up to 5; a leg of 14 puts the low end 7 % too low.
 * That the legs are independent makes the range narrower than it is for those who are fast, or
 * slow, in every tier.
 *
 * p_by_horizon is the product of the legs', and horizon their sum; both absent unless every leg has
 * them. It is a lower bound: who is late in one tier can be early in the next.
 */
struct time_left time_through_tiers(const struct time_left *legs, size_t count);
