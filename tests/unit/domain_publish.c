/* What may be said of few, and of all but a few. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "publish.h"

struct rate_case {
	const char *name;
	int64_t users, n;
	bool shown;
	double rate;
	bool at_least;
	int64_t told;
};

static const struct rate_case cases[] = {
	{ "four_users", 4, 100, false, 0, false, 0 },
	{ "five_users", 5, 100, true, 0.05, false, 5 },
	{ "few_levellers", 5, 5, true, 0.5, true, 5 },
	{ "all_of_nine", 9, 9, true, 0.5, true, 5 },
	{ "half_of_ten", 5, 10, true, 0.5, false, 5 },
	{ "four_of_ten_do_not", 6, 10, true, 0.5, true, 5 },
	{ "all_of_ten", 10, 10, true, 0.5, true, 5 },
	{ "five_of_47_do_not", 42, 47, true, 0.89, false, 42 },
	{ "four_of_47_do_not", 43, 47, true, 0.89, true, 42 },
	{ "all_of_47", 47, 47, true, 0.89, true, 42 },
	{ "the_bound_is_rounded_down", 19, 19, true, 0.73, true, 14 },
	{ "half_up", 25, 200, true, 0.13, false, 25 },
	{ "a_third", 10, 30, true, 0.33, false, 10 },
	{ "two_thirds", 20, 30, true, 0.67, false, 20 },
};

ParameterizedTestParameters(publish, rate)
{
	static size_t indexes[sizeof(cases) / sizeof(cases[0])];
	size_t count = sizeof(cases) / sizeof(cases[0]);

	for (size_t i = 0; i < count; i++)
		indexes[i] = i;
	return cr_make_param_array(size_t, indexes, count);
}

ParameterizedTest(size_t *index, publish, rate)
{
	const struct rate_case *c = &cases[*index];
	struct published_rate rate = publish_rate(c->users, c->n, 5);

	cr_assert_eq(rate.shown, c->shown, "%s", c->name);
	cr_assert_eq(rate.rate, c->rate, "%s: %g", c->name, rate.rate);
	cr_assert_eq(rate.at_least, c->at_least, "%s", c->name);
	cr_assert_eq(rate.users, c->told, "%s: %d users", c->name, (int)rate.users);
	cr_assert_eq(publish_share(c->users, c->n, 5).present, c->shown, "%s", c->name);
	cr_assert_eq(publish_share(c->users, c->n, 5).value, c->rate, "%s", c->name);
}

/* Whoever knows what is published cannot tell a group of fewer than k, inside or outside. */
Test(publish, no_small_group_can_be_told)
{
	for (int64_t k = 5; k <= 12; k++)
		for (int64_t n = k; n <= 150; n++)
			for (int64_t users = 0; users <= n; users++) {
				struct published_rate rate = publish_rate(users, n, k);

				cr_assert_eq(rate.shown, users >= k);
				if (!rate.shown)
					continue;
				cr_assert(rate.at_least || (users >= k && n - users >= k));
				cr_assert_leq(rate.users, users);
				cr_assert(!rate.at_least || rate.rate * (double)n <= (double)users);
				/* All but a few, and all, look the same. */
				if (users > n - k) {
					cr_assert_eq(rate.rate, publish_rate(n, n, k).rate);
					cr_assert_eq(rate.users, publish_rate(n, n, k).users);
				}
			}
}

struct beside_case {
	const char *name;
	struct portion part, whole;
	bool told;
	/* As a rate, of k = 5. */
	bool at_least;
	int64_t users;
};

static const struct beside_case beside_cases[] = {
	{ "itself", { 20, 40 }, { 20, 40 }, true, false, 20 },
	{ "many_outside", { 20, 40 }, { 26, 52 }, true, false, 20 },
	{ "no_user_outside", { 20, 40 }, { 20, 52 }, true, false, 20 },
	{ "only_users_outside", { 20, 40 }, { 32, 52 }, true, false, 20 },
	{ "four_users_outside", { 20, 40 }, { 24, 52 }, false, true, 20 },
	{ "one_user_outside", { 20, 40 }, { 21, 52 }, false, true, 17 },
	{ "one_other_outside", { 20, 40 }, { 31, 52 }, false, true, 20 },
	{ "four_others_outside", { 20, 40 }, { 28, 52 }, false, true, 17 },
	{ "four_and_four", { 20, 40 }, { 24, 48 }, false, true, 20 },
	{ "others_do_not_matter_beside_at_least", { 36, 40 }, { 47, 52 }, true, true, 35 },
	{ "users_do", { 36, 40 }, { 38, 52 }, false, true, 34 },
};

Test(publish, a_part_beside_the_whole)
{
	for (size_t i = 0; i < sizeof(beside_cases) / sizeof(beside_cases[0]); i++) {
		const struct beside_case *c = &beside_cases[i];
		int64_t users = (int64_t)c->part.users, n = (int64_t)c->part.n;
		struct published_rate rate = publish_rate_within(users, n, &c->whole, 1, 5);

		cr_expect_eq(may_tell_beside(&c->part, &c->whole, 5), c->told, "%s", c->name);
		cr_expect_eq(publish_share_within(users, n, &c->whole, 5).present, c->told, "%s",
			     c->name);
		cr_expect_eq(rate.at_least, c->at_least, "%s", c->name);
		cr_expect_eq(rate.users, c->users, "%s: %d users", c->name, (int)rate.users);
	}
}

/* Of those outside, too: whoever takes a part's exact number from the whole's is told of k
 * contractors or of none. */
Test(publish, nor_can_a_small_group_outside_of_a_part)
{
	for (int64_t n = 10; n <= 24; n++)
		for (int64_t outside = 5; outside <= 16; outside++)
			for (int64_t users = 5; users <= n; users++)
				for (int64_t more = 0; more <= outside; more++) {
					struct portion whole = { (double)(users + more),
								 (double)(n + outside) };
					struct published_rate rate =
						publish_rate_within(users, n, &whole, 1, 5);

					cr_assert_leq(rate.users, users);
					if (rate.at_least)
						continue;
					cr_assert(more == 0 || more >= 5);
					cr_assert(more == outside || outside - more >= 5);
				}
}

static struct item_use use_of(double first_count, int64_t dated)
{
	return (struct item_use){
		.item = "x",
		.users = 20,
		.usage_rate = 0.4,
		.usage = { 0.276, 0.538 },
		.first_count = first_count,
		.first_share = { first_count / (double)dated, true },
	};
}

/* Of 50 levellers. */
static bool publish_of(const struct item_use *use, int64_t dated, struct pattern_item *ret_item)
{
	struct item_uses uses = { .levellers = 50, .dated_levellers = dated };

	return publish_item(use, &uses, &uses, &default_constants, ret_item);
}

Test(publish, first_shares_rest_on_five_and_five)
{
	const struct {
		double count;
		int64_t dated;
		bool shown;
	} firsts[] = {
		{ 4.99, 40, false }, { 5, 40, true },   { 35, 40, true },
		{ 35.5, 40, false }, { 40, 40, false },
	};

	for (size_t i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++) {
		struct item_use use = use_of(firsts[i].count, firsts[i].dated);
		struct pattern_item item;

		cr_assert(publish_of(&use, firsts[i].dated, &item));
		cr_assert_eq(item.first_share.present, firsts[i].shown, "%g", firsts[i].count);
	}
}

struct left_case {
	const char *name;
	double counts[3];
	size_t count;
	double whole;
	size_t out; /* count: none */
};

static const struct left_case left_cases[] = {
	{ "nobody_is_left", { 28, 22 }, 2, 50, 2 },
	{ "seven_are", { 28, 20 }, 2, 55, 2 },
	{ "two_are", { 28, 20 }, 2, 50, 1 },
	{ "the_first_of_equals", { 20, 14, 14 }, 3, 50, 1 },
	{ "four_and_two_thirds_are", { 25, 20 + 1 / 3.0 }, 2, 50, 1 },
	{ "nobodys_share_tells_nothing", { 28, 0, 20 }, 3, 50, 2 },
	{ "thirds_make_a_whole", { 50 / 3.0, 50 / 3.0, 50 / 3.0 }, 3, 50, 3 },
};

Test(publish, day3_what_is_left_of_shares_tells_nothing_of_a_few)
{
	for (size_t i = 0; i < sizeof(left_cases) / sizeof(left_cases[0]); i++) {
		const struct left_case *c = &left_cases[i];
		bool told[] = { true, true, true };

		leave_out_smallest(c->counts, told, c->count, c->whole, 5);
		for (size_t j = 0; j < c->count; j++)
			cr_expect_eq(told[j], j != c->out, "%s: %zu", c->name, j);
	}
}

/* 42 of 47 began with the category: 89 %. Told of single items are so many. */
Test(publish, day3_first_share_of_a_category)
{
	const struct {
		double count, told;
		bool shown;
	} firsts[] = {
		{ 42, 0, true }, { 42, 42, true }, { 42, 37, true },         { 42, 38, false },
		{ 4, 0, false }, { 43, 0, false }, { 42, 42 - 1e-12, true },
	};

	for (size_t i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++) {
		struct optional_number share =
			publish_first_category(firsts[i].count, firsts[i].told, 47, 5);

		cr_assert_eq(share.present, firsts[i].shown, "%zu", i);
		if (share.present)
			cr_assert_eq(share.value, 0.89);
	}
}

Test(publish, limits_go_with_exact_rates_only)
{
	struct item_use use = use_of(0, 1);
	struct pattern_item item;

	cr_assert(publish_of(&use, 1, &item));
	cr_assert_eq(item.usage_low.value, 0.28);
	cr_assert_eq(item.usage_high.value, 0.54);
	use.users = 46;
	cr_assert(publish_of(&use, 1, &item));
	cr_assert_not(item.usage_low.present || item.usage_high.present);
}

Test(publish, ratings_of_five)
{
	struct item_use use = use_of(0, 1);
	struct pattern_item item;

	use.raters = 4;
	use.satisfaction = use.shrunk_satisfaction = (struct optional_number){ 4.4567, true };
	cr_assert(publish_of(&use, 1, &item));
	cr_assert_not(item.raters.present || item.avg_satisfaction.present ||
		      item.shrunk_satisfaction.present);
	use.raters = 5;
	cr_assert(publish_of(&use, 1, &item));
	cr_assert_eq(item.raters.value, 5);
	cr_assert_eq(item.avg_satisfaction.value, 4.5);
	cr_assert_eq(item.shrunk_satisfaction.value, 4.46);
}

/* Twelve rated it inside. */
Test(publish, ratings_of_a_sub_cohort_tell_nothing_of_a_few_outside)
{
	struct item_use use = use_of(0, 1), all = use;
	struct pattern_item item;

	use.all = &all;
	all.users = 40;
	use.raters = 12;
	use.satisfaction = use.shrunk_satisfaction = (struct optional_number){ 4.4567, true };
	for (all.raters = 12; all.raters <= 17; all.raters++) {
		bool told = all.raters == 12 || all.raters == 17;

		cr_assert(publish_of(&use, 1, &item));
		cr_expect_eq(item.raters.present, told, "%d", (int)all.raters);
		cr_expect_eq(item.avg_satisfaction.present, told, "%d", (int)all.raters);
		cr_expect_eq(item.shrunk_satisfaction.present, told, "%d", (int)all.raters);
	}
}

Test(publish, who_is_at_risk)
{
	cr_expect_eq(publish_at_risk(30, 20, 0, 5).value, 30);
	cr_expect(publish_at_risk(30, 20, 0, 5).present);
	cr_expect(publish_at_risk(20, 20, 5, 5).present);
	cr_expect_not(publish_at_risk(24, 20, 0, 5).present);
	cr_expect_not(publish_at_risk(30, 20, 4, 5).present);
	cr_expect_not(publish_at_risk(20, 20, 1, 5).present);
}

Test(publish, times_are_whole_months)
{
	const struct timeline timeline = {
		.basis = "tier_entry",
		.method = "kaplan_meier",
		.low = { 7.9, true },
		.median = { 12.5, true },
		.high = { 20.1, true },
		.p_by_horizon = { 0.7349, true },
		.horizon = { 31.4, true },
	};
	struct timeline published = publish_timeline(&timeline);

	cr_assert_eq(published.low.value, 7);
	cr_assert_eq(published.median.value, 13);
	cr_assert_eq(published.high.value, 21);
	cr_assert_eq(published.p_by_horizon.value, 0.73);
	cr_assert_eq(published.horizon.value, 31);
	cr_assert_not(publish_timeline(&(struct timeline){ .method = NULL }).low.present);
	cr_assert_eq(publish_whole((struct optional_number){ 12.5, true }).value, 13);
	cr_assert_eq(publish_whole((struct optional_number){ -12.5, true }).value, -12);
	cr_assert_not(publish_whole((struct optional_number){ 0, false }).present);
}
