/* The unit cases of the worked example's file. */
#include <criterion/criterion.h>

#include "confidence.h"
#include "contingency.h"
#include "golden.h"
#include "multiplicity.h"
#include "outcome.h"
#include "score.h"
#include "special.h"
#include "survival.h"

static struct json_object *root, *unit;
static struct arena arena;

static void set_up(void)
{
	root = golden_root();
	unit = golden_get(root, "unit");
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
	json_object_put(root);
}

TestSuite(golden_units, .init = set_up, .fini = tear_down);

/* Walks the array `cases`: sets `one` to each case. */
#define for_each_case(one, cases) \
	for (size_t i_ = 0; i_ < json_object_array_length(cases) && \
			    ((one) = json_object_array_get_idx(cases, i_)); \
	     i_++)

static struct pattern golden_pattern(struct json_object *given)
{
	struct json_object *usage = golden_get(given, "focus_usage"),
			   *stages = golden_get(given, "stage_share");
	struct pattern pattern = {
		.status = PATTERN_ACTIVE,
		.from_revenue_tier = golden_text(given, "from_revenue_tier"),
		.to_revenue_tier = golden_text(given, "to_revenue_tier"),
		.team_median = { golden_number(given, "team_median"), true },
	};

	pattern.common_focus_areas.items = arena_array(&arena, struct pattern_item, 8);
	pattern.stages.items = arena_array(&arena, struct stage_share, 8);
	json_object_object_foreach(usage, area, rate)
		pattern.common_focus_areas.items[pattern.common_focus_areas.count++] =
			(struct pattern_item){ .item = area,
					       .usage_rate = json_object_get_double(rate) };
	json_object_object_foreach(stages, stage, share)
		pattern.stages.items[pattern.stages.count++] =
			(struct stage_share){ stage, json_object_get_double(share) };
	return pattern;
}

static struct profile golden_profile(struct json_object *given)
{
	struct json_object *team = golden_get(given, "team_size"),
			   *areas = golden_get(given, "focus_areas");
	struct profile profile = {
		.revenue_tier = golden_text(given, "revenue_tier"),
		.current_stage = golden_text(given, "current_stage"),
		.team_size = { .present = team },
	};

	if (json_object_get_type(team) == json_type_string)
		profile.team_size.text = json_object_get_string(team);
	else
		profile.team_size.number = json_object_get_int64(team);
	profile.focus_areas.items =
		arena_array(&arena, const char *, json_object_array_length(areas));
	for (size_t i = 0; i < json_object_array_length(areas); i++)
		profile.focus_areas.items[profile.focus_areas.count++] =
			json_object_get_string(json_object_array_get_idx(areas, i));
	return profile;
}

Test(golden_units, day2_match_scores_of_the_worked_example)
{
	struct json_object *match = golden_get(unit, "match"), *one;
	struct pattern pattern = golden_pattern(golden_get(match, "pattern"));

	for_each_case(one, golden_get(match, "cases"))
	{
		struct profile profile = golden_profile(golden_get(one, "profile"));
		struct json_object *wanted = golden_get(one, "expect");
		struct match_score score =
			calculate_match_score(&default_vocabulary, &profile, &pattern);

		assert_near(score.tier, golden_number(wanted, "tier"));
		assert_near(score.focus, golden_number(wanted, "focus"));
		assert_near(score.team, golden_number(wanted, "team"));
		assert_near(score.stage, golden_number(wanted, "stage"));
		assert_near(score.total, golden_number(wanted, "score"));
	}
}

Test(golden_units, day4_boosts_of_the_worked_example)
{
	struct json_object *one;

	for_each_case(one, golden_get(unit, "boost"))
	{
		struct json_object *given = golden_get(one, "satisfaction");
		struct optional_number satisfaction = { json_object_get_double(given), given };

		assert_near(partner_boost(golden_number(one, "usage"), satisfaction,
					  golden_number(one, "rank_ratio")),
			    golden_number(one, "expect"));
	}
}

Test(golden_units, confidence)
{
	struct json_object *one;

	for_each_case(one, golden_get(unit, "confidence"))
	{
		struct json_object *wanted = golden_get(one, "expect");
		const struct outcome_evidence outcomes = {
			.good = golden_number(one, "good"),
			.bad = golden_number(one, "bad"),
			.voters = (int64_t)golden_number(one, "n_out"),
			.pooled = golden_number(one, "pooled"),
		};
		struct confidence actual = calculate_pattern_confidence(
			(int64_t)golden_number(one, "n"), golden_number(one, "c"), &outcomes, 5);

		/* null where there is no pattern: zero here */
		assert_near(actual.score, golden_number(wanted, "score"));
		assert_near(actual.expected, golden_number(wanted, "expected"));
		assert_near(actual.alpha, golden_number(wanted, "alpha"));
		assert_near(actual.beta, golden_number(wanted, "beta"));
	}
}

static int index_in(const char *const *names, const char *name)
{
	for (int i = 1; name && names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return 0;
}

Test(golden_units, outcome_score)
{
	struct json_object *one;

	for_each_case(one, golden_get(unit, "outcome_score"))
	{
		struct json_object *given = golden_get(one, "outcome"), *rating = NULL,
				   *impact = NULL;

		json_object_object_get_ex(given, "satisfaction", &rating);
		json_object_object_get_ex(given, "revenue_impact", &impact);

		enum goal_outcome outcome = (enum goal_outcome)index_in(
			goal_completed_outcome_names, golden_text(given, "outcome"));
		enum revenue_impact revenue = (enum revenue_impact)index_in(
			revenue_impact_names, impact ? json_object_get_string(impact) : NULL);
		struct optional_int satisfaction = { json_object_get_int64(rating), rating };

		assert_near(outcome_score(outcome, satisfaction, revenue),
			    golden_number(one, "expect"));
	}
}

Test(golden_units, wilson)
{
	struct json_object *one;

	for_each_case(one, golden_get(unit, "wilson"))
	{
		struct json_object *wanted = golden_get(one, "expect");
		struct interval limits =
			wilson(golden_number(one, "x"), golden_number(one, "n"), 1.959964);

		assert_near(limits.low, golden_at(wanted, 0));
		assert_near(limits.high, golden_at(wanted, 1));
	}
}

Test(golden_units, kaplan_meier)
{
	struct json_object *km = golden_get(unit, "km"), *rows = golden_get(km, "rows"), *one;
	struct duration durations[16];
	size_t count = 0;

	for_each_case(one, golden_get(km, "month_event")) durations[count++] = (struct duration){
		.leave = (int64_t)golden_at(one, 0),
		.event = golden_at(one, 1) == 1,
	};

	struct km curve = kaplan_meier(durations, count, 1.959964, &arena);

	cr_assert_eq(curve.count, json_object_array_length(rows));
	for (size_t i = 0; i < curve.count; i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);

		cr_assert_eq(curve.rows[i].day, (int64_t)golden_number(row, "t"));
		cr_assert_eq(curve.rows[i].at_risk, (int64_t)golden_number(row, "n"));
		cr_assert_eq(curve.rows[i].events, (int64_t)golden_number(row, "d"));
		assert_near(curve.rows[i].survival, golden_number(row, "S"));
		assert_near(curve.rows[i].se, golden_number(row, "se"));
		assert_near(curve.rows[i].low, golden_number(row, "lo"));
		assert_near(curve.rows[i].high, golden_number(row, "hi"));
	}
}

Test(golden_units, tables)
{
	struct json_object *one;

	for_each_case(one, golden_get(unit, "tables"))
	{
		struct json_object *cells = golden_get(one, "table");
		const struct contingency table = {
			.winners_with = (int64_t)golden_at(cells, 0),
			.winners_without = (int64_t)golden_at(cells, 1),
			.others_with = (int64_t)golden_at(cells, 2),
			.others_without = (int64_t)golden_at(cells, 3),
		};

		assert_near(haldane_odds_ratio(&table), golden_number(one, "haldane_odds_ratio"));
		assert_near(fisher_two_sided(&table), golden_number(one, "fisher_two_sided"));
		assert_near(fisher_greater(&table), golden_number(one, "fisher_greater"));
		assert_near(chi_square_of(&table).statistic, golden_number(one, "chi_square"));
	}
}

Test(golden_units, benjamini_hochberg)
{
	struct json_object *given = golden_get(unit, "benjamini_hochberg"),
			   *wanted = golden_get(given, "expect"), *one;
	double p[16], q[16];
	size_t count = 0;

	for_each_case(one, golden_get(given, "p")) p[count++] = json_object_get_double(one);
	cr_assert_eq(count, json_object_array_length(wanted));
	benjamini_hochberg(p, q, count, &arena);
	for (size_t i = 0; i < count; i++)
		assert_near(q[i], golden_at(wanted, i));
}

/* The probability behind a pattern's standing is the incomplete beta function: I_{0.8m}(2m + a,
 * 2(1-m) + b). */
Test(golden_units, beta)
{
	struct json_object *one;

	for_each_case(one, golden_get(unit, "standing"))
	{
		double m = golden_number(one, "pooled");

		assert_near(beta_cdf(2 * m + golden_number(one, "good"),
				     2 * (1 - m) + golden_number(one, "bad"), 0.8 * m),
			    golden_number(golden_get(one, "expect"), "p_below"));
	}
}
