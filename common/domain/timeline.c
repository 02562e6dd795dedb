#include <math.h>

#include "instant.h"
#include "timeline.h"

#define NORMAL_85 1.036433 /* the normal quantile of the range's upper end */
#define SLACK 1e-9         /* what exp() and log() may take from a whole number */

/* What a timeline says from some months in the tier on; months are counted from tier entry. */
struct entry {
	double months, low, median, high;
	struct optional_number p_by_horizon;
};

double months_in_tier(utc_us tier_entered_at, utc_us now, double month_days)
{
	return now <= tier_entered_at ? 0
				      : (double)((now - tier_entered_at) / US_PER_DAY) / month_days;
}

static struct entry entry_at(const struct timeline *timeline, size_t index)
{
	if (index == 0)
		return (struct entry){ 0, timeline->low.value, timeline->median.value,
				       timeline->high.value, timeline->p_by_horizon };

	const struct later_timeline *later = &timeline->later.items[index - 1];

	return (struct entry){ (double)later->months, later->low, later->median, later->high,
			       later->p_by_horizon };
}

/* Which entry speaks for who has been in the tier for so long; false: none does. */
static bool find_entry(const struct timeline *timeline, double months, struct entry *ret_entry)
{
	size_t count = timeline->later.count + 1, i = 0;

	while (i + 1 < count && entry_at(timeline, i + 1).months <= months)
		i++;
	while (i < count && entry_at(timeline, i).high <= months)
		i++;
	if (i == count)
		return false;
	*ret_entry = entry_at(timeline, i);
	return true;
}

static int64_t at_least(int64_t least, double months)
{
	return months < (double)least ? least : (int64_t)months;
}

/* Whole months, outwards: the range must hold what it is made from. */
static struct time_left range_of(double low, double median, double high)
{
	struct time_left left = { .kind = TIME_LEFT_RANGE };

	left.low = at_least(1, floor(low + SLACK));
	left.high = at_least(left.low, ceil(high - SLACK));
	left.median = at_least(left.low, floor(median + 0.5 + SLACK));
	if (left.median > left.high)
		left.median = left.high;
	return left;
}

struct time_left time_left_in_tier(const struct timeline *timeline, double months)
{
	struct entry entry;
	struct time_left left;

	if (!timeline->low.present || !timeline->median.present || !timeline->high.present)
		return (struct time_left){ .kind = TIME_LEFT_UNKNOWN };
	if (!find_entry(timeline, months, &entry) ||
	    (timeline->horizon.present && months >= timeline->horizon.value))
		return (struct time_left){ .kind = TIME_LEFT_LONGER };

	double horizon = floor(timeline->horizon.value - months + SLACK);

	left = range_of(entry.low - months, entry.median - months, entry.high - months);
	if (timeline->horizon.present && entry.p_by_horizon.present && horizon >= 1) {
		left.p_by_horizon = entry.p_by_horizon;
		left.horizon = (struct optional_int){ (int64_t)horizon, true };
	}
	return left;
}

/* The sum of the legs' log-normals, as one log-normal. */
static struct time_left sum_of(const struct time_left *legs, size_t count)
{
	double mean = 0, variance = 0;

	for (size_t i = 0; i < count; i++) {
		double sigma = log((double)legs[i].high / (double)legs[i].low) / (2 * NORMAL_85);
		double leg = (double)legs[i].median * exp(sigma * sigma / 2);

		mean += leg;
		variance += leg * leg * expm1(sigma * sigma);
	}

	double spread = log1p(variance / (mean * mean));
	double mu = log(mean) - spread / 2, half = NORMAL_85 * sqrt(spread);

	return range_of(exp(mu - half), exp(mu), exp(mu + half));
}

struct time_left time_through_tiers(const struct time_left *legs, size_t count)
{
	enum time_left_kind kind = count ? TIME_LEFT_RANGE : TIME_LEFT_UNKNOWN;
	double share = 1;
	int64_t horizon = 0;
	bool known = true;

	for (size_t i = 0; i < count; i++) {
		if (legs[i].kind < kind)
			kind = legs[i].kind;
		known &= legs[i].p_by_horizon.present && legs[i].horizon.present;
		share *= legs[i].p_by_horizon.value;
		horizon += legs[i].horizon.value;
	}
	if (kind != TIME_LEFT_RANGE)
		return (struct time_left){ .kind = kind };
	if (count == 1)
		return legs[0];

	struct time_left left = sum_of(legs, count);

	left.p_by_horizon = (struct optional_number){ known ? share : 0, known };
	left.horizon = (struct optional_int){ known ? horizon : 0, known };
	return left;
}
