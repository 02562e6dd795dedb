/* Matching and boosts beyond the worked example: missing data, order, and the sentences. */
#include <criterion/criterion.h>
#include <math.h>

#include "arena.h"
#include "score.h"
#include "seeded.h"
#include "team.h"

static struct arena arena;
static struct pattern_item listed[] = {
	{ .item = "operational_efficiency", .users = 33, .usage_rate = 0.7 },
	{ .item = "controlling_lead_flow", .users = 28, .usage_rate = 0.6 },
};
static struct stage_share shares[] = { { "growth", 0.6 }, { "scaling", 0.3 } };
static const char *both[] = { "controlling_lead_flow", "operational_efficiency",
			      "operational_efficiency" };

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(score, .init = set_up, .fini = tear_down);

static struct pattern pattern_named(const char *key)
{
	return (struct pattern){
		.pattern_key = key,
		.version = 3,
		.status = PATTERN_ACTIVE,
		.from_revenue_tier = "5_10_million",
		.to_revenue_tier = "11_20_million",
		.common_focus_areas = { listed, 2 },
		.stages = { shares, 2 },
		.team_median = { 12, true },
		.timeline = { .basis = "tier_entry", .low = { 8, true }, .high = { 21, true } },
		.sample_size = 47,
		.confidence_score = 0.61,
	};
}

static struct profile profile_in(const char *tier)
{
	return (struct profile){
		.revenue_tier = tier,
		.team_size = { .number = 10, .present = true },
		.current_stage = "growth",
		.focus_areas = { both, 3 },
	};
}

static pattern_matches match(const struct profile *profile, const struct pattern *pattern)
{
	return find_matching_patterns(&default_vocabulary, profile, &pattern, 1, NULL, &arena);
}

Test(score, the_reasons_are_sentences)
{
	struct pattern pattern = pattern_named("a");
	struct profile profile = profile_in("5_10_million");
	const struct pattern_match *found;

	profile.months_in_tier = (struct optional_number){ 6.7, true };
	found = &match(&profile, &pattern).items[0];
	cr_assert_str_eq(found->match_reason,
			 "Revenue tier, focus areas, team size and stage align");
	cr_assert_eq(found->reasons.count, 6);
	cr_assert_str_eq(found->reasons.items[0], "Revenue tier: $5-10M");
	cr_assert_str_eq(found->reasons.items[1],
			 "Shared focus areas: Operational efficiency and Controlling lead flow");
	cr_assert_str_eq(found->reasons.items[2], "Team of 10, typical is 12");
	cr_assert_str_eq(found->reasons.items[3], "Stage: Growth");
	cr_assert_str_eq(found->reasons.items[4], "6 months in this tier; others took 8 to 21");
	cr_assert_str_eq(found->reasons.items[5], "High confidence: 47 contractors");
	cr_assert_str_eq(found->pattern_key, "a");
	cr_assert_eq(found->pattern_version, 3);
}

Test(score, day2_what_is_unknown_is_said)
{
	struct pattern pattern = pattern_named("a");
	struct profile profile = { .revenue_tier = "5_10_million" };
	pattern_matches found = match(&profile, &pattern);

	cr_assert_eq(found.count, 1);
	cr_assert_float_eq(found.items[0].match_score, 0.65, 1e-12);
	cr_assert_str_eq(found.items[0].match_reason,
			 "Revenue tier aligns; focus areas, team size and stage unknown");
	cr_assert_eq(found.items[0].reasons.count, 2);
	profile.revenue_tier = "0_5_million";
	cr_assert_str_eq(match(&profile, &pattern).items[0].match_reason,
			 "Revenue tier aligns; focus areas, team size and stage unknown");
	profile.focus_areas = (struct texts){ both, 3 };
	profile.revenue_tier = "11_20_million";
	cr_assert_str_eq(match(&profile, &pattern).items[0].match_reason,
			 "Focus areas align; team size and stage unknown");
}

Test(score, repeated_focus_areas_count_once)
{
	struct pattern pattern = pattern_named("a");
	struct profile profile = profile_in("5_10_million");
	const char *other[] = { "operational_efficiency", "x", "x", "operational_efficiency" };

	cr_assert_eq(calculate_match_score(&default_vocabulary, &profile, &pattern).focus, 1);
	profile.focus_areas = (struct texts){ other, 4 };
	cr_assert_float_eq(calculate_match_score(&default_vocabulary, &profile, &pattern).focus,
			   0.7 / 1.55, 1e-12);
}

Test(score, who_gets_no_match)
{
	struct pattern pattern = pattern_named("a");
	struct profile unknown = profile_in("a_tier_of_tomorrow"), none = profile_in(NULL);
	struct profile far = profile_in("21_30_million"),
		       poor = { .revenue_tier = "11_20_million" };

	cr_assert_eq(match(&unknown, &pattern).count, 0);
	cr_assert_not_null(match(&unknown, &pattern).items);
	cr_assert_eq(match(&none, &pattern).count, 0);
	cr_assert_eq(match(&far, &pattern).count, 0, "the tier must count for something");
	cr_assert_eq(match(&poor, &pattern).count, 0, "0.425 is below 0.50");
	poor = profile_in("5_10_million");
	pattern.from_revenue_tier = "gone";
	cr_assert_eq(match(&poor, &pattern).count, 0);
	pattern = pattern_named("a");
	pattern.status = PATTERN_REMOVED;
	cr_assert_eq(match(&poor, &pattern).count, 0);
}

/* One tier below, areas of 35 % and 77 % of which he has the first (F = 0.3125), the pattern's very
 * team, no stage: 0.5 in the statistics, a little less as the sums are rounded. */
Test(score, what_rounding_takes_from_a_half_is_a_half)
{
	struct pattern_item two[] = {
		{ .item = "operational_efficiency", .users = 35, .usage_rate = 0.35 },
		{ .item = "controlling_lead_flow", .users = 77, .usage_rate = 0.77 },
	};
	struct pattern_item three[] = {
		{ .item = "operational_efficiency", .users = 10, .usage_rate = 0.1 },
		{ .item = "closing_sales", .users = 20, .usage_rate = 0.2 },
		{ .item = "controlling_lead_flow", .users = 30, .usage_rate = 0.3 },
	};
	struct pattern pattern = pattern_named("a");
	struct profile profile = profile_in("0_5_million");
	pattern_matches found;

	pattern.common_focus_areas = (pattern_items){ two, 2 };
	profile.team_size.number = 12;
	profile.current_stage = NULL;
	profile.focus_areas = (struct texts){ &both[1], 1 };
	found = match(&profile, &pattern);
	cr_assert_eq(found.count, 1, "a score of 0.50 is a match");
	cr_expect_float_eq(found.items[0].match_score, 0.5, 1e-12);
	two[1].usage_rate = 0.78;
	cr_expect_eq(match(&profile, &pattern).count, 0, "0.4989 is none");

	pattern.common_focus_areas = (pattern_items){ three, 3 };
	profile.focus_areas = (struct texts){ &both[0], 1 };
	cr_expect_str_eq(match(&profile, &pattern).items[0].match_reason,
			 "Revenue tier, focus areas and team size align; stage unknown");
}

Test(score,
     day2_find_matching_patterns_gives_the_top_three_ties_and_downgraded_ones_in_a_fixed_order)
{
	struct pattern patterns[] = {
		pattern_named("downgraded"), pattern_named("b"),     pattern_named("a"),
		pattern_named("larger"),     pattern_named("surer"), pattern_named("next_tier"),
	};
	struct scored_pattern all[6];
	struct profile profile = profile_in("5_10_million");
	const struct pattern *list[6];

	patterns[0].status = PATTERN_DOWNGRADED;
	patterns[3].sample_size = 48;
	patterns[4].confidence_score = 0.62;
	patterns[5].from_revenue_tier = "11_20_million";
	patterns[5].confidence_score = 0.9;
	for (size_t i = 0; i < 6; i++) {
		list[i] = &patterns[i];
		all[i] = (struct scored_pattern){
			&patterns[i],
			calculate_match_score(&default_vocabulary, &profile, &patterns[i]), 0
		};
	}

	pattern_matches found =
		find_matching_patterns(&default_vocabulary, &profile, list, 6, NULL, &arena);
	static const char *const order[] = {
		"surer", "larger", "a", "b", "next_tier", "downgraded"
	};

	cr_assert_eq(found.count, 3);
	for (size_t i = 0; i < 3; i++)
		cr_assert_str_eq(found.items[i].pattern_key, order[i]);
	cr_assert_eq(rank_patterns_by_relevance(all, 6, 3), 3);
	cr_assert_eq(rank_patterns_by_relevance(all, 2, 3), 2);
	cr_assert_eq(rank_patterns_by_relevance(all, 6, 10), 6);
	for (size_t i = 0; i < 6; i++)
		cr_assert_str_eq(all[i].pattern->pattern_key, order[i]);
}

Test(score, day6_a_downgraded_pattern_ranks_last_whatever_its_score_and_says_so)
{
	struct pattern patterns[] = { pattern_named("downgraded"), pattern_named("far") };
	const struct pattern *list[] = { &patterns[0], &patterns[1] };
	struct profile profile = profile_in("5_10_million");
	pattern_matches found;

	patterns[0].status = PATTERN_DOWNGRADED;
	patterns[1].from_revenue_tier = "0_5_million";
	found = find_matching_patterns(&default_vocabulary, &profile, list, 2, NULL, &arena);
	cr_assert_eq(found.count, 2);
	cr_assert_str_eq(found.items[1].pattern_key, "downgraded");
	cr_assert(found.items[1].match_score > found.items[0].match_score);
	cr_assert_str_eq(found.items[0].match_reason, "Focus areas, team size and stage align");
	cr_assert_str_eq(found.items[1].match_reason,
			 "Revenue tier, focus areas, team size and stage align; the evidence is "
			 "weaker than it was");
}

Test(score, evidence)
{
	struct pattern pattern = pattern_named("a");

	cr_assert_str_eq(evidence_text(&pattern, &default_vocabulary.wording, &arena),
			 "High confidence: 47 contractors");
	pattern.confidence_score = 0.599;
	cr_assert_str_eq(evidence_text(&pattern, &default_vocabulary.wording, &arena),
			 "Medium confidence: 47 contractors");
	pattern.confidence_score = 0.399;
	cr_assert_str_eq(evidence_text(&pattern, &default_vocabulary.wording, &arena),
			 "Low confidence: 47 contractors");
}

Test(score, team_sizes)
{
	static const struct {
		struct int_or_text given;
		double people;
		const char *text;
	} sizes[] = {
		{ { 0, NULL, false }, 0, NULL },
		{ { 12, NULL, true }, 12, "12" },
		{ { 0, NULL, true }, 0, "0" },
		{ { 0, "11_50", true }, 23.45207879911715, "11-50" },
		{ { 0, "11-50", true }, 23.45207879911715, "11-50" },
		{ { 0, "201_plus", true }, 201, "201+" },
		{ { 0, "201+", true }, 201, "201+" },
		{ { 0, "7", true }, 7, "7" },
		{ { 0, "0_10", true }, 0, "0_10" },
		{ { 0, "50_11", true }, 0, "50_11" },
		{ { 0, "about ten", true }, 0, "about ten" },
		{ { 0, "11_50_plus", true }, 0, "11_50_plus" },
		{ { 0, "", true }, 0, "" },
	};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct optional_number people = team_people(&sizes[i].given);
		const char *text = team_text(&sizes[i].given, &arena);

		cr_assert_eq(people.present, sizes[i].people > 0, "%s", sizes[i].text);
		cr_assert_float_eq(people.value, sizes[i].people, 1e-9, "%s", sizes[i].text);
		cr_assert(text == sizes[i].text || strcmp(text, sizes[i].text) == 0, "%s", text);
	}
}

Test(score, day2_calculate_match_score_weighs_tier_30_focus_40_team_15_stage_15)
{
	struct seeded random = seeded_start("every_part_is_between_0_and_1");
	static const char *const stages[] = { "growth", "scaling", "startup", NULL };

	for (int i = 0; i < 1000; i++) {
		struct pattern pattern = pattern_named("a");
		struct profile profile =
			profile_in(default_vocabulary.tiers.items[seeded_below(&random, 9)].name);

		listed[0].usage_rate = seeded_unit(&random);
		listed[1].usage_rate = seeded_below(&random, 2) * seeded_unit(&random);
		shares[0].share = seeded_below(&random, 2) * seeded_unit(&random);
		profile.team_size.number = seeded_below(&random, 1000);
		profile.current_stage = stages[seeded_below(&random, 4)];
		profile.focus_areas.count = (size_t)seeded_below(&random, 4);

		struct match_score score =
			calculate_match_score(&default_vocabulary, &profile, &pattern);

		cr_assert(score.tier >= 0 && score.tier <= 1);
		cr_assert(score.focus >= 0 && score.focus <= 1);
		cr_assert(score.team >= 0 && score.team <= 1);
		cr_assert(score.stage >= 0 && score.stage <= 1);
		cr_assert_float_eq(score.total,
				   0.3 * score.tier + 0.4 * score.focus + 0.15 * score.team +
					   0.15 * score.stage,
				   1e-12);
	}
}

Test(score, day4_usage_of_89_percent_and_good_ratings_boost_by_15_percent_capped_at_1)
{
	static const struct {
		const char *name;
		double usage;
		struct optional_number satisfaction;
		double boost;
	} cases[] = {
		{ "89 %, well rated", 0.89, { 4.8, true }, 0.15 },
		{ "89 %, never rated", 0.89, { 0, false }, 0.15 },
		{ "more is no more", 1, { 5, true }, 0.15 },
		{ "good is from 4 on", 0.89, { 4, true }, 0.15 },
		{ "half as many", 0.445, { 4.8, true }, 0.075 },
		{ "fair ratings", 0.89, { 3.25, true }, 0.075 },
		{ "bad ratings", 0.89, { 2.5, true }, 0 },
		{ "worse ones", 0.89, { 1, true }, 0 },
		{ "nobody used it", 0, { 5, true }, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cr_expect_float_eq(partner_boost(cases[i].usage, cases[i].satisfaction, 1),
				   cases[i].boost, 1e-12, "%s", cases[i].name);
	cr_expect_float_eq(boosted_score(0.8, 0.15), 0.92, 1e-12);
	cr_expect_eq(boosted_score(0.95, 0.15), 1);
	cr_expect_eq(boosted_score(0.7, 0), 0.7);
}

Test(score, day4_the_best_boost_over_the_matches)
{
	struct pattern_item strong = { .item = "5",
				       .usage_rate = 0.89,
				       .shrunk_satisfaction = { 4.8, true } };
	struct pattern_item weak = { .item = "5", .usage_rate = 0.445 };
	struct pattern first = pattern_named("first"), second = pattern_named("second");
	const struct pattern *patterns[] = { &first, &second, NULL };
	struct pattern_match found[] = { { .match_score = 0.8 },
					 { .match_score = 0.6 },
					 { .match_score = 0.5 } };
	const pattern_matches matches = { found, 3 };

	first.common_partners = (pattern_items){ &weak, 1 };
	second.common_partners = (pattern_items){ &strong, 1 };

	struct partner_support support = best_partner_boost(&matches, patterns, "5");

	cr_assert_float_eq(support.boost, 0.15 * 0.75, 1e-12);
	cr_assert_eq(support.pattern, &second);
	cr_assert_eq(support.item, &strong);
	cr_assert_null(best_partner_boost(&matches, patterns, "6").pattern);
	cr_assert_eq(best_partner_boost(&matches, patterns, "6").boost, 0);
}

/* Summed in another order the same rates can come out above 1, which no schema allows. */
Test(score, stays_in_range_whatever_the_order_of_the_focus_areas)
{
	struct seeded seeded = seeded_start("score");

	for (int round = 0; round < 2000; round++) {
		struct pattern_item items[6];
		const char *names[] = { "a", "b", "c", "d", "e", "f" };
		const char *own[6];
		struct pattern pattern = pattern_named("k");
		struct profile profile = profile_in("5_10_million");
		size_t turn = (size_t)seeded_below(&seeded, 6);
		struct match_score score;

		for (size_t i = 0; i < 6; i++) {
			items[i] = (struct pattern_item){
				.item = names[i],
				.users = 9,
				.usage_rate = floor(100 * seeded_unit(&seeded)) / 100
			};
			own[i] = names[(i + turn) % 6];
		}
		pattern.common_focus_areas = (pattern_items){ items, 6 };
		profile.focus_areas = (struct texts){ own, 6 };
		score = calculate_match_score(&default_vocabulary, &profile, &pattern);
		cr_assert(score.focus >= 0 && score.focus <= 1, "round %d: focus %.17g", round,
			  score.focus);
		cr_assert(score.total >= 0 && score.total <= 1, "round %d: total %.17g", round,
			  score.total);
	}
}
