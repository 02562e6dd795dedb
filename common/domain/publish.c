#include <math.h>

#include "publish.h"

#define FRACTION_SLACK 1e-9 /* what sums of thirds may be off */

static struct optional_number known(double value)
{
	return (struct optional_number){ .value = value, .present = true };
}

/* Half up, to 1/parts. */
static struct optional_number rounded(struct optional_number number, double parts)
{
	return number.present ? known(floor(number.value * parts + 0.5) / parts) : number;
}

bool is_few(double contractors, int64_t k)
{
	return contractors > FRACTION_SLACK && contractors < (double)k - FRACTION_SLACK;
}

void leave_out_smallest(const double *counts, bool *told, size_t count, double whole, int64_t k)
{
	size_t smallest = count;

	for (size_t i = 0; i < count; i++) {
		if (!told[i] || counts[i] < FRACTION_SLACK)
			continue;
		whole -= counts[i];
		if (smallest == count || counts[i] < counts[smallest])
			smallest = i;
	}
	if (smallest < count && is_few(whole, k))
		told[smallest] = false;
}

struct published_rate publish_rate(int64_t users, int64_t n, int64_t k)
{
	if (users < k)
		return (struct published_rate){ .shown = false };
	if (n < 2 * k)
		return (struct published_rate){ true, 0.5, true, k };
	if (users >= n - k + 1)
		return (struct published_rate){ true, (double)(100 * (n - k) / n) / 100, true,
						n - k };
	return (struct published_rate){ true, (double)((200 * users + n) / (2 * n)) / 100, false,
					users };
}

struct optional_number publish_share(int64_t users, int64_t n, int64_t k)
{
	struct published_rate rate = publish_rate(users, n, k);

	return (struct optional_number){ .value = rate.rate, .present = rate.shown };
}

/* Of the whole beyond the part: its users, and who is none. */
struct beyond {
	double users, others;
};

static struct beyond beyond_of(const struct portion *part, const struct portion *whole)
{
	double users = whole->users - part->users;

	return (struct beyond){ users, whole->n - part->n - users };
}

static bool tells_of_others(const struct portion *part, const struct beyond *beyond, int64_t k)
{
	bool exact = part->n - part->users >= (double)k;

	return exact && is_few(beyond->others, k);
}

bool may_tell_beside(const struct portion *part, const struct portion *whole, int64_t k)
{
	struct beyond beyond = beyond_of(part, whole);

	return !is_few(beyond.users, k) && !tells_of_others(part, &beyond, k);
}

/* What holds of all parts that must not be told exactly beside the whole; 0: this one may be. */
static int64_t bound_within(const struct portion *part, const struct portion *whole, int64_t k)
{
	struct beyond beyond = beyond_of(part, whole);
	double bound = 0;

	if (may_tell_beside(part, whole, k))
		return 0;
	if (is_few(beyond.users, k))
		bound = whole->users - (double)k + 1;
	if (tells_of_others(part, &beyond, k))
		bound = fmax(bound, whole->users - (whole->n - part->n) + 1);
	return (int64_t)fmax(bound, (double)k);
}

struct published_rate publish_rate_within(int64_t users, int64_t n, const struct portion *wholes,
					  size_t wholes_count, int64_t k)
{
	struct published_rate rate = publish_rate(users, n, k);
	struct portion part = { (double)users, (double)n };
	int64_t bound = 0;

	for (size_t i = 0; i < wholes_count; i++) {
		int64_t other = bound_within(&part, &wholes[i], k);

		bound = other > bound ? other : bound;
	}
	if (!rate.shown || bound == 0)
		return rate;
	if (bound < rate.users || !rate.at_least)
		rate = (struct published_rate){ true, (double)(100 * bound / n) / 100, true,
						bound };
	return rate;
}

struct optional_number publish_share_within(int64_t users, int64_t n, const struct portion *whole,
					    int64_t k)
{
	struct portion part = { (double)users, (double)n };

	if (!may_tell_beside(&part, whole, k))
		return (struct optional_number){ .present = false };
	return publish_share(users, n, k);
}

struct optional_int publish_whole(struct optional_number number)
{
	if (!number.present)
		return (struct optional_int){ .present = false };
	return (struct optional_int){ .value = (int64_t)floor(number.value + 0.5),
				      .present = true };
}

/* Ties make first counts fractions: "k others" is meant strictly. */
bool may_tell_first(double first_count, int64_t dated_levellers, int64_t k)
{
	return first_count >= (double)k && (double)dated_levellers - first_count >= (double)k;
}

static struct optional_number publish_first(const struct item_use *use, int64_t dated_levellers,
					    int64_t k)
{
	if (!may_tell_first(use->first_count, dated_levellers, k))
		return (struct optional_number){ .present = false };
	return rounded(use->first_share, 100);
}

struct optional_number publish_first_category(double first_count, double told,
					      int64_t dated_levellers, int64_t k)
{
	if (!may_tell_first(first_count, dated_levellers, k) || is_few(first_count - told, k))
		return (struct optional_number){ .present = false };
	return rounded(known(first_count / (double)dated_levellers), 100);
}

/* To 0.01; nothing where n allows no exact rate. */
static void publish_lift(const struct lift *lift, int64_t n, const struct constants *constants,
			 struct optional_number *ret_lift, struct optional_number *ret_low,
			 struct optional_number *ret_high)
{
	if (n < 2 * constants->k)
		return;
	*ret_lift = rounded(known(exp(lift->log_lift)), 100);
	*ret_low = rounded(known(exp(lift->log_lift - constants->z * lift->se)), 100);
	*ret_high = rounded(known(exp(lift->log_lift + constants->z * lift->se)), 100);
}

bool publish_item(const struct item_use *use, const struct item_uses *uses,
		  const struct item_uses *whole, const struct constants *constants,
		  struct pattern_item *ret_item)
{
	int64_t k = constants->k, n = uses->levellers;
	const struct item_use *all = whole_use(use);
	const struct portion of_all = { (double)all->users, (double)whole->levellers };
	struct published_rate rate = publish_rate_within(use->users, n, &of_all, 1, k);
	struct pattern_item item = {
		.item = use->item,
		.name = use->name,
		.users = rate.users,
		.usage_rate = rate.rate,
		.at_least = rate.at_least,
		.grade = grade_name(use->grade),
		.first_share = publish_first(use, uses->dated_levellers, k),
		.median_adoption_months = rounded(use->median_adoption_months, 1),
	};

	if (!rate.shown)
		return false;
	publish_lift(&use->lift, n, constants, &item.lift, &item.lift_low, &item.lift_high);
	if (n >= 2 * k) {
		item.control_rate = rounded(known(use->lift.control_rate), 100);
		item.q_value = rounded(known(use->q), 10000);
	}
	if (!rate.at_least) {
		/* Limits tell the exact count, so they go only where that is told anyway. */
		item.usage_low = rounded(known(use->usage.low), 100);
		item.usage_high = rounded(known(use->usage.high), 100);
	}
	if (use->raters >= k && !is_few((double)(all->raters - use->raters), k)) {
		/* More raters than users told would tell of more users. */
		int64_t raters = use->raters < rate.users ? use->raters : rate.users;

		item.raters = (struct optional_int){ .value = raters, .present = true };
		item.avg_satisfaction = rounded(use->satisfaction, 10);
		item.shrunk_satisfaction = rounded(use->shrunk_satisfaction, 100);
	}
	*ret_item = item;
	return true;
}

struct pattern_combination publish_combination(const struct combination *combination, int64_t n,
					       const struct portion *wholes, size_t wholes_count,
					       const struct constants *constants,
					       struct arena *arena)
{
	struct published_rate rate =
		publish_rate_within(combination->users, n, wholes, wholes_count, constants->k);
	struct pattern_combination published = {
		.items.items = arena_array(arena, struct combination_item, combination->count),
		.items.count = combination->count,
		.users = rate.users,
		.usage_rate = rate.rate,
		.at_least = rate.at_least,
	};

	for (size_t i = 0; i < combination->count; i++)
		published.items.items[i] = (struct combination_item){
			.kind = combination->items[i]->kind,
			.item = combination->items[i]->item,
			.name = combination->items[i]->name,
		};
	publish_lift(&combination->lift, n, constants, &published.lift, &published.lift_low,
		     &published.lift_high);
	if (n >= 2 * constants->k)
		published.q_value = rounded(known(combination->q), 10000);
	return published;
}

struct optional_int publish_at_risk(int64_t at_risk, int64_t levellers, int64_t others_outside,
				    int64_t k)
{
	bool few = is_few((double)(at_risk - levellers), k) || is_few((double)others_outside, k);

	return (struct optional_int){ .value = at_risk, .present = !few };
}

struct held_out_test publish_held_out(struct held_out_test test)
{
	test.median_log_lift = rounded(test.median_log_lift, 100);
	return test;
}

struct timeline publish_timeline(const struct timeline *timeline)
{
	struct timeline published = *timeline;

	published.low.value = floor(timeline->low.value);
	published.high.value = ceil(timeline->high.value);
	published.median = rounded(timeline->median, 1);
	published.p_by_horizon = rounded(timeline->p_by_horizon, 100);
	published.horizon = rounded(timeline->horizon, 1);
	return published;
}
