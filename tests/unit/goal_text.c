/* The sentences, in the plan's words. */
#include <criterion/criterion.h>

#include "decide.h"
#include "seeded.h"

static const struct label tiers[] = { { "low", "$3M" }, { "high", "$5M" } };
static const struct label areas[] = { { "lead_systems", "Lead systems" } };
static const struct label began[] = { { "lead_improvement", "improved lead systems" },
				      { "team_expansion", "strengthened their team" } };
static const struct goal_rules rules = {
	.vocabulary = { .tiers = { tiers, 2 }, .focus_areas = { areas, 1 } },
	.first_share = 0.25,
	.began_words = { began, 2 },
};

static const struct wording *const wording = &rules.vocabulary.wording;
static struct arena arena;

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(text, .init = set_up, .fini = tear_down);

Test(text, source_names_the_largest_first_share)
{
	struct pattern_item milestones[] = {
		{ .item = "hired_manager", .first_share = { 0.11, true } },
		{ .item = "implemented_crm",
		  .name = "Implemented CRM",
		  .first_share = { 0.89, true } },
	};
	struct pattern_item books[] = {
		{ .item = "traction", .name = "Traction", .first_share = { 0.89, true } }
	};
	struct pattern pattern = {
		.from_revenue_tier = "low",
		.to_revenue_tier = "high",
		.sample_size = 47,
		.pattern_type = "revenue_growth",
		.common_milestones = { milestones, 2 },
		.common_books = { books, 1 },
	};

	cr_expect_str_eq(
		pattern_source(&pattern, &rules, &arena),
		"Based on 47 contractors who went from $3M to $5M - 89% implemented CRM first");
	pattern.common_milestones.count = 0;
	cr_expect_str_eq(
		pattern_source(&pattern, &rules, &arena),
		"Based on 47 contractors who went from $3M to $5M - 89% read 'Traction' first");
	books[0].first_share.present = false;
	cr_expect_str_eq(pattern_source(&pattern, &rules, &arena),
			 "Based on 47 contractors who went from $3M to $5M");
}

Test(text, day3_source_prefers_the_goal_types_own_category)
{
	struct pattern_item milestone = { .item = "crm",
					  .name = "Implemented CRM",
					  .first_share = { 0.6, true } };
	struct category_share firsts[] = { { "team_expansion", 0.95 },
					   { "lead_improvement", 0.89 } };
	struct pattern pattern = {
		.from_revenue_tier = "low",
		.to_revenue_tier = "high",
		.sample_size = 47,
		.pattern_type = "lead_improvement",
		.common_milestones = { &milestone, 1 },
		.success_indicators.first_categories = { firsts, 2 },
	};
	static const char based[] = "Based on 47 contractors who went from $3M to $5M";

	cr_expect_str_eq(pattern_source(&pattern, &rules, &arena),
			 arena_printf(&arena, "%s - 89%% improved lead systems first", based));
	pattern.pattern_type = "revenue_growth";
	cr_expect_str_eq(pattern_source(&pattern, &rules, &arena),
			 arena_printf(&arena, "%s - 60%% implemented CRM first", based),
			 "then a milestone");
	pattern.common_milestones.count = 0;
	cr_expect_str_eq(pattern_source(&pattern, &rules, &arena),
			 arena_printf(&arena, "%s - 95%% strengthened their team first", based),
			 "then another category");
	firsts[0].category = "without_words";
	firsts[1].share = 0.24;
	cr_expect_str_eq(pattern_source(&pattern, &rules, &arena), based,
			 "what fewer than a quarter began with is not said");
	pattern.status = PATTERN_DOWNGRADED;
	cr_expect_str_eq(pattern_source(&pattern, &rules, &arena),
			 arena_printf(&arena, "%s - the evidence is weaker than it was", based));
}

Test(text, day3_hints_say_so)
{
	struct pattern_item item = { .item = "crm", .name = "CRM", .usage_rate = 0.6 };
	const struct pattern_item *const items[] = { &item };

	item.grade = "C";
	cr_expect_str_eq(step_words(wording, ACTION_MILESTONE, &item, &arena),
			 "Assess: CRM (done by 60% of successful contractors; a hint, no more)");
	cr_expect_str_eq(partners_words(wording, items, 1, &arena),
			 "Recommend CRM (used by 60% of successful contractors; a hint, no more)");
	item.grade = "D";
	cr_expect_str_eq(
		step_words(wording, ACTION_EVENT, &item, &arena),
		"Attend CRM (attended by 60% of successful contractors; common, its effect "
		"could not be measured)");
	item.grade = "B";
	cr_expect_str_eq(step_words(wording, ACTION_MILESTONE, &item, &arena),
			 "Assess: CRM (done by 60% of successful contractors)");
}

Test(text, what_was_done_first_by_kind)
{
	struct pattern_item item = { .item = "lead_systems", .first_share = { 0.6, true } };
	struct pattern pattern = { .from_revenue_tier = "low",
				   .to_revenue_tier = "high",
				   .pattern_type = "revenue_growth",
				   .sample_size = 9 };
	static const char based[] = "Based on 9 contractors who went from $3M to $5M - 60% ";
	const struct {
		pattern_items *list;
		const char *did;
	} cases[] = {
		{ &pattern.common_focus_areas, "worked on lead systems first" },
		{ &pattern.common_partners, "used Lead systems first" },
		{ &pattern.common_podcasts, "listened to 'Lead systems' first" },
		{ &pattern.common_events, "attended Lead systems first" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		*cases[i].list = (pattern_items){ &item, 1 };
		cr_expect_str_eq(pattern_source(&pattern, &rules, &arena),
				 arena_printf(&arena, "%s%s", based, cases[i].did));
		*cases[i].list = (pattern_items){ NULL, 0 };
	}
}

static struct time_left range(int64_t low, int64_t high)
{
	return (struct time_left){ .kind = TIME_LEFT_RANGE, .low = low, .high = high };
}

static const char *said(struct time_left left, int64_t spent, bool first_seen)
{
	const struct way way = { "$3M", "$5M", spent, first_seen };

	return timeline_words(wording, &left, &way, &arena);
}

Test(text, day5_timelines)
{
	cr_expect_str_eq(said(range(8, 12), 0, false),
			 "Based on similar contractors, expect 8-12 months to reach $5M");
	cr_expect_str_eq(said(range(8, 12), 3, false),
			 "Based on similar contractors, expect 8-12 more months to reach $5M");
	cr_expect_str_eq(said(range(1, 1), 0, false),
			 "Based on similar contractors, expect 1 month to reach $5M");
	cr_expect_str_eq(
		said(range(8, 8), 0, true),
		"Based on similar contractors, expect 8 months to reach $5M (counted since first seen)");
	cr_expect_str_eq(said((struct time_left){ .kind = TIME_LEFT_UNKNOWN }, 3, false),
			 "Not enough data yet to say how long it takes to reach $5M");
	cr_expect_str_eq(said((struct time_left){ .kind = TIME_LEFT_LONGER }, 61, false),
			 "61 months in $3M is longer than observed so far of contractors who "
			 "reached $5M: no range can be given");
}

Test(text, day5_a_timeline_says_how_many_get_there)
{
	static const struct {
		struct optional_number share;
		struct optional_int horizon;
		int64_t spent;
		const char *more, *end;
	} cases[] = {
		{ { 0.62, true }, { 48, true }, 0, "", "; about 62% get there within 48 months" },
		{ { 0.615, true }, { 36, true }, 0, "", "; about 62% get there within 36 months" },
		{ { 0.3, true }, { 1, true }, 0, "", "; about 30% get there within 1 month" },
		{ { 0.3, true },
		  { 1, true },
		  2,
		  "more ",
		  "; about 30% get there within 1 more month" },
		{ { 0.8, true }, { 48, true }, 0, "", "" },
		{ { 0, false }, { 0, false }, 0, "", "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct time_left left = range(8, 12);

		left.p_by_horizon = cases[i].share;
		left.horizon = cases[i].horizon;
		cr_expect_str_eq(
			said(left, cases[i].spent, false),
			arena_printf(
				&arena,
				"Based on similar contractors, expect 8-12 %smonths to reach $5M%s",
				cases[i].more, cases[i].end));
	}
}

Test(text, day3_gaps_and_milestones)
{
	struct pattern_item bound = { .item = "hired_ops_manager",
				      .usage_rate = 0.5,
				      .at_least = true };

	cr_expect_str_eq(gap_words(wording, "team_size", &arena), "Get current team size");
	cr_expect_str_eq(gap_words(wording, "current_stage", &arena), "Get current stage");
	cr_expect_str_eq(gap_words(wording, "close_rate", &arena), "Get current close rate");
	cr_expect_str_eq(
		step_words(wording, ACTION_MILESTONE, &bound, &arena),
		"Assess: hired ops manager (done by at least 50% of successful contractors)");
}

Test(text, day5_content)
{
	struct pattern_item item = { .item = "traction", .name = "Traction", .usage_rate = 0.73 };

	cr_expect_str_eq(step_words(wording, ACTION_BOOK, &item, &arena),
			 "Read 'Traction' (recommended by 73% of successful scalers)");
	cr_expect_str_eq(step_words(wording, ACTION_PODCAST, &item, &arena),
			 "Listen to 'Traction' (recommended by 73% of successful scalers)");
	cr_expect_str_eq(step_words(wording, ACTION_EVENT, &item, &arena),
			 "Attend Traction (attended by 73% of successful contractors)");
}

Test(text, day3_partners)
{
	static const struct pattern_item items[] = {
		{ .item = "1", .name = "BuildPro", .usage_rate = 0.89 },
		{ .item = "2", .name = "LeadGen Tools", .usage_rate = 0.89 },
		{ .item = "3", .name = "Third", .usage_rate = 0.6, .at_least = true },
	};
	const struct pattern_item *const partners[] = { &items[0], &items[1], &items[2] };

	cr_expect_str_eq(
		partners_words(wording, partners, 2, &arena),
		"Recommend BuildPro or LeadGen Tools (used by 89% of successful contractors)");
	cr_expect_str_eq(partners_words(wording, partners, 1, &arena),
			 "Recommend BuildPro (used by 89% of successful contractors)");
	cr_expect_str_eq(partners_words(wording, partners, 3, &arena),
			 "Recommend BuildPro, LeadGen Tools or Third "
			 "(used by 89%, 89% and at least 60% of successful contractors)");
}

/* ---- whatever the pattern ---- */

static pattern_items random_items(struct seeded *random)
{
	static const char *const grades[] = { "A", "B", "C", "D", NULL };
	size_t count = (size_t)seeded_below(random, 4);
	struct pattern_item *items = arena_array(&arena, struct pattern_item, count);

	for (size_t i = 0; i < count; i++)
		items[i] = (struct pattern_item){
			.item = arena_printf(&arena, "item_%d_%zu", seeded_below(random, 9), i),
			.name = seeded_below(random, 2) ? "It's a name" : NULL,
			.grade = grades[seeded_below(random, 5)],
			.usage_rate = seeded_unit(random),
			.at_least = seeded_below(random, 2),
			.first_share = { seeded_unit(random), seeded_below(random, 2) },
		};
	return (pattern_items){ items, count };
}

static struct pattern random_pattern(struct seeded *random)
{
	return (struct pattern){
		.pattern_key = "k",
		.pattern_type = began[seeded_below(random, 2)].name,
		.status = seeded_below(random, 2) ? PATTERN_ACTIVE : PATTERN_DOWNGRADED,
		.from_revenue_tier = "low",
		.to_revenue_tier = "high",
		.sample_size = 1 + seeded_below(random, 2000),
		.common_milestones = random_items(random),
		.common_partners = random_items(random),
		.common_books = random_items(random),
		.common_podcasts = random_items(random),
		.common_events = random_items(random),
		.common_focus_areas = random_items(random),
	};
}

/* In words: no placeholder, no C, no blanks where something is left out. */
static void assert_said(const char *text)
{
	cr_assert(*text);
	cr_assert_null(strpbrk(text, "{}#"), "%s", text);
	cr_assert_null(strstr(text, "(null)"), "%s", text);
	cr_assert_null(strstr(text, "  "), "%s", text);
}

static void assert_steps_are_said(enum action_kind kind, const pattern_items *items)
{
	for (size_t i = 0; i < items->count; i++)
		assert_said(step_words(wording, kind, &items->items[i], &arena));
}

static void assert_partners_are_said(const pattern_items *partners)
{
	const struct pattern_item *items[4];

	for (size_t i = 0; i < partners->count; i++)
		items[i] = &partners->items[i];
	if (partners->count > 0)
		assert_said(partners_words(wording, items, partners->count, &arena));
}

Test(text, no_sentence_shows_its_template)
{
	struct seeded random = seeded_start("no_sentence_shows_its_template");

	for (int i = 0; i < 2000; i++) {
		struct pattern pattern = random_pattern(&random);
		int64_t low = 1 + seeded_below(&random, 30);
		struct time_left left = range(low, low + seeded_below(&random, 3));

		left.kind = (enum time_left_kind)seeded_below(&random, 3);
		left.p_by_horizon =
			(struct optional_number){ seeded_unit(&random), seeded_below(&random, 2) };
		left.horizon = (struct optional_int){ low + 9, left.p_by_horizon.present };
		assert_said(pattern_source(&pattern, &rules, &arena));
		assert_said(said(left, seeded_below(&random, 3), seeded_below(&random, 2)));
		assert_steps_are_said(ACTION_MILESTONE, &pattern.common_milestones);
		assert_steps_are_said(ACTION_BOOK, &pattern.common_books);
		assert_steps_are_said(ACTION_PODCAST, &pattern.common_podcasts);
		assert_steps_are_said(ACTION_EVENT, &pattern.common_events);
		assert_partners_are_said(&pattern.common_partners);
		arena_reset(&arena);
	}
}
