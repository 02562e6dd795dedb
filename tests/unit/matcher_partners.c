/* What a contractor's patterns say for the partners that were scored for him. */
#include <criterion/criterion.h>
#include <math.h>

#include "decide.h"
#include "instant.h"

#define DAY US_PER_DAY
#define START (INT64_C(1700000000) * US_PER_SECOND)

static struct arena arena;
static struct vocabulary vocabulary;

static struct pattern_item items[] = {
	{ .item = "p1",
	  .name = "BuildPro",
	  .users = 42,
	  .usage_rate = 0.89,
	  .avg_satisfaction = { 4.83, true },
	  .shrunk_satisfaction = { 4.7, true } },
	{ .item = "p2", .users = 10, .usage_rate = 0.5, .at_least = true },
};
static struct pattern grown = {
	.pattern_key = "k",
	.version = 1,
	.status = PATTERN_ACTIVE,
	.from_revenue_tier = "0_5_million",
	.to_revenue_tier = "5_10_million",
	.common_partners = { items, 2 },
	.sample_size = 47,
};
static const struct pattern *patterns[] = { &grown };
static struct scored_partner scored[] = {
	{ "p3", "Other", 0.70 },
	{ "p1", NULL, 0.68 },
	{ "p2", "LeadGen", 0.70 },
};

static void set_up(void)
{
	static const struct option_group groups[] = { { vocabulary_options, 0 }, { NULL, 0 } };
	struct option_sources nothing = { .file = NULL };
	struct err err = { 0 };

	arena_init(&arena);
	cr_assert(options_load(groups, NULL, &nothing, &vocabulary, &arena, &err), "%s", err.text);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(partners, .init = set_up, .fini = tear_down);

static struct knowledge knowledge(void)
{
	static const utc_us newest[20];

	return (struct knowledge){ &vocabulary, patterns, 1, 1, &arena, newest, NULL };
}

static struct partner_scored event(int64_t day, size_t count)
{
	return (struct partner_scored){
		.contractor_id = 7,
		.occurred_at = START + day * DAY,
		.partners = { scored, count },
	};
}

static struct match fit = { .pattern_key = "k", .pattern_version = 1, .rank = 1, .score = 0.8 };

static struct contractor fitting(void)
{
	return (struct contractor){
		.id = 7,
		.known = true,
		.occurred_at = START,
		.matches = &fit,
		.matches_count = 1,
	};
}

static bool receive(struct partner_scores *scores, const struct contractor *contractor,
		    struct partner_scored told, const char *id,
		    struct partner_recommended *ret_recommended)
{
	struct knowledge known = knowledge();

	return matcher_decide_scores(scores, contractor, &told, id, &known, ret_recommended);
}

Test(partners, day4_are_boosted_ordered_and_explained)
{
	struct contractor contractor = fitting();
	struct partner_scores scores = { .contractor_id = 7 };
	struct partner_recommended told;

	cr_assert(receive(&scores, &contractor, event(1, 3), "e1", &told));
	cr_assert_eq(told.occurred_at, START + DAY);
	cr_assert_eq(told.partners.count, 3);

	const struct recommended_partner *best = &told.partners.items[0];

	cr_assert_str_eq(best->partner_id, "p1");
	cr_assert_str_eq(best->name, "BuildPro");
	cr_assert(fabs(best->boost - 0.15) < 1e-12, "%f", best->boost);
	cr_assert(fabs(best->boosted_score - 0.68 * 1.15) < 1e-12);
	cr_assert_str_eq(best->message,
			 "BuildPro (used by 89% of contractors who went from $0-5M to $5-10M, "
			 "avg satisfaction 4.8/5)");
	cr_assert_str_eq(best->like_you, "Contractors like you used BuildPro");
	cr_assert_str_eq(best->pattern_key, "k");

	cr_assert_str_eq(told.partners.items[1].partner_id, "p2");
	cr_assert_str_eq(
		told.partners.items[1].message,
		"LeadGen (used by at least 50% of contractors who went from $0-5M to $5-10M)");
	cr_assert(told.partners.items[1].at_least);

	cr_assert_str_eq(told.partners.items[2].partner_id, "p3");
	cr_assert_null(told.partners.items[2].message);
	cr_assert_null(told.partners.items[2].like_you);
	cr_assert_eq(told.partners.items[2].boost, 0);
}

Test(partners, day4_sentence_of_the_plan)
{
	static const struct label tiers[] = { { "0_5_million", "$3M" }, { "5_10_million", "$5M" } };
	struct contractor contractor = fitting();
	struct partner_scores scores = { .contractor_id = 7 };
	struct partner_recommended told;

	vocabulary.tiers = (struct labels){ tiers, 2 };
	cr_assert(receive(&scores, &contractor, event(1, 2), "e1", &told));
	cr_assert_str_eq(told.partners.items[0].message,
			 "BuildPro (used by 89% of contractors who went from $3M to $5M, avg "
			 "satisfaction 4.8/5)");
}

Test(partners, day4_keep_their_order_when_nothing_applies)
{
	struct contractor stranger = { .id = 7 };
	struct partner_scores scores = { .contractor_id = 7 };
	struct partner_recommended told;

	cr_assert(receive(&scores, &stranger, event(1, 3), "e1", &told));
	cr_assert(scores.changed && scores.known);
	for (size_t i = 0; i < 3; i++) {
		cr_assert_str_eq(told.partners.items[i].partner_id, scored[i].partner_id);
		cr_assert_eq(told.partners.items[i].boosted_score, scored[i].match_score);
	}
}

Test(partners, are_as_young_as_the_profile_that_boosts_them)
{
	struct contractor contractor = fitting();
	struct partner_scores scores = { .contractor_id = 7 };
	struct partner_recommended told;

	contractor.occurred_at = START + 5 * DAY;
	cr_assert(receive(&scores, &contractor, event(1, 3), "e1", &told));
	cr_assert_eq(told.occurred_at, START + 5 * DAY);

	contractor.matches_count = 0;
	scores = (struct partner_scores){ .contractor_id = 7 };
	cr_assert(receive(&scores, &contractor, event(1, 3), "e1", &told));
	cr_assert_eq(told.occurred_at, START + DAY, "a profile without matches says nothing");
}

Test(partners, day4_the_last_scores_are_boosted_anew_when_matches_come_or_change)
{
	struct contractor stranger = { .id = 7 };
	struct partner_scores scores = { .contractor_id = 7 };
	struct pattern_match match = { .pattern_key = "k", .match_score = 0.8 };
	pattern_matches matches = { &match, 1 };
	struct knowledge known = knowledge();
	struct partner_recommended told;

	cr_assert_not(matcher_recommend(&scores, &matches, START, &known, &told),
		      "nobody was scored");
	receive(&scores, &stranger, event(1, 3), "e1", &told);
	scores.changed = false;

	cr_assert(matcher_recommend(&scores, &matches, START + 5 * DAY, &known, &told));
	cr_assert(scores.changed);
	cr_assert_eq(told.occurred_at, START + 5 * DAY, "it rests on the profile, too");
	cr_assert_str_eq(told.partners.items[0].partner_id, "p1");
	scores.changed = false;
	cr_assert_not(matcher_recommend(&scores, &matches, START + 6 * DAY, &known, &told),
		      "the same again");
	cr_assert_not(scores.changed);

	items[0].usage_rate = 0.445; /* the pattern changes: half as many used it */
	cr_assert(matcher_recommend(&scores, &matches, START + 6 * DAY, &known, &told));
	cr_assert_str_eq(told.partners.items[1].partner_id, "p1");
	cr_assert(fabs(told.partners.items[1].boost - 0.075) < 1e-12);
	items[0].usage_rate = 0.89;

	match.pattern_key = "unknown";
	cr_assert(matcher_recommend(&scores, &matches, START + 7 * DAY, &known, &told));
	cr_assert_null(told.partners.items[0].message, "the pattern is gone");
}

Test(partners, the_same_and_the_earlier_change_nothing)
{
	static const struct {
		const char *name, *id;
		int64_t day;
		size_t count;
		bool told;
	} cases[] = {
		{ "same event", "e5", 5, 3, false },
		{ "same scores later", "e6", 6, 3, false },
		{ "other scores earlier", "e9", 4, 2, false },
		{ "other scores later", "e1", 6, 2, true },
		{ "other scores, same time, higher id", "e6", 5, 2, true },
		{ "no partners later", "e6", 6, 0, true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct contractor contractor = fitting();
		struct partner_scores scores = { .contractor_id = 7 };
		struct partner_recommended told;

		receive(&scores, &contractor, event(5, 3), "e5", &told);
		cr_expect_eq(receive(&scores, &contractor, event(cases[i].day, cases[i].count),
				     cases[i].id, &told),
			     cases[i].told, "%s", cases[i].name);
		cr_expect(!cases[i].told || told.partners.items, "%s: an empty list is published",
			  cases[i].name);
	}
}

Test(partners, read_back_from_json_are_the_same)
{
	struct contractor contractor = fitting();
	struct partner_scores scores = { .contractor_id = 7 };
	struct partner_recommended told;
	struct any_list read;
	struct err err = { 0 };

	receive(&scores, &contractor, event(1, 3), "e1", &told);
	cr_assert(json_decode_list(scores.recommended, strlen(scores.recommended),
				   recommended_partner_fields, sizeof(struct recommended_partner),
				   &arena, &read, &err),
		  "%s", err.text);
	cr_assert_str_eq(matcher_recommended_text(read.items, read.count, &arena),
			 scores.recommended);
}
