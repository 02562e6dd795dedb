/* What goals are made of: which steps, which gaps, how long, and what becomes of a lost pattern. */
#include <criterion/criterion.h>

#include "decide.h"
#include "instant.h"

#define DAY(n) ((n)*US_PER_DAY)
#define NUMBER(value) \
	{ \
		(value), true \
	}
#define ITEMS(array) \
	{ \
		(array), sizeof(array) / sizeof((array)[0]) \
	}

static const struct label tiers[] = { { "low", "$3M" }, { "high", "$5M" } };
static const struct label gaps[] = { { "lead_improvement", "close_rate lead_sources" },
				     { "revenue_growth", "team_size price_list" } };
static const struct label indicators[] = { { "lead_improvement", "lead_flow_improved" } };
static const struct goal_rules rules = {
	.vocabulary.tiers = ITEMS(tiers),
	.milestones = 3,
	.partners = 2,
	.content = 1,
	.first_share = 0.25,
	.data_gaps = ITEMS(gaps),
	.indicators = ITEMS(indicators),
};

/* In the order of their grades, as patterns list them; usually reached from the last to the
 * first. */
static struct pattern_item milestones[] = {
	{ .item = "m1", .grade = "A", .usage_rate = 0.9, .median_adoption_months = NUMBER(9) },
	{ .item = "m2", .grade = "B", .usage_rate = 0.8 },
	{ .item = "m3", .grade = "B", .usage_rate = 0.7, .median_adoption_months = NUMBER(3) },
	{ .item = "m4", .grade = "B", .usage_rate = 0.6, .median_adoption_months = NUMBER(1) },
	{ .item = "m5", .grade = "C", .usage_rate = 0.5, .median_adoption_months = NUMBER(0) },
};
static struct pattern_item partners[] = {
	{ .item = "p1", .grade = "C", .usage_rate = 0.6 },
	{ .item = "p2", .grade = "D", .usage_rate = 0.9 },
};
static struct pattern_item books[] = {
	{ .item = "b1", .grade = "D", .usage_rate = 0.73 },
	{ .item = "b2", .grade = "D", .usage_rate = 0.7 },
};

static struct arena arena;
static struct contractor_goals contractor;
static struct pattern growth, lead;
static size_t library_count;
static struct contractor_matched profile;
static struct pattern_match matches[2];

static struct pattern pattern_of(const char *key, const char *type)
{
	return (struct pattern){
		.pattern_key = key,
		.version = 1,
		.status = PATTERN_ACTIVE,
		.from_revenue_tier = "low",
		.to_revenue_tier = "high",
		.pattern_type = type,
		.common_milestones = ITEMS(milestones),
		.common_partners = ITEMS(partners),
		.common_books = ITEMS(books),
		.sample_size = 47,
		.confidence_score = 0.888,
		.timeline = { .basis = "tier_entry",
			      .low = NUMBER(8),
			      .median = NUMBER(14),
			      .high = NUMBER(24) },
	};
}

static void set_up(void)
{
	arena_init(&arena);
	contractor = (struct contractor_goals){ .contractor_id = 7, .exists = true };
	growth = pattern_of("growth", "revenue_growth");
	lead = pattern_of("lead", "lead_improvement");
	library_count = 2;
	matches[0] = (struct pattern_match){ .pattern_key = "growth", .match_score = 0.9 };
	matches[1] = (struct pattern_match){ .pattern_key = "lead", .match_score = 0.8 };
	profile = (struct contractor_matched){
		.contractor_id = 7,
		.occurred_at = DAY(100),
		.tier_entered_at = DAY(100),
		.revenue_tier = "low",
		.snapshot = 5,
		.matches = { matches, 2 },
	};
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(rules, .init = set_up, .fini = tear_down);

static struct goal_knowledge knowledge(void)
{
	const struct pattern **library = arena_array(&arena, const struct pattern *, 2);

	library[0] = &growth;
	library[1] = &lead;
	return (struct goal_knowledge){ library, library_count, &rules, &arena };
}

/* As the next event about him, made with a newer library. */
static struct told_goals match(void)
{
	struct goal_knowledge known = knowledge();

	profile.snapshot++;
	return goals_follow_match(&contractor,
				  arena_printf(&arena, "event %lld", (long long)profile.snapshot),
				  arena_memdup(&arena, &profile, sizeof(profile)), &known);
}

Test(rules, day3_higher_confidence_gives_higher_priority)
{
	static const double confidence[] = { 0, 0.04, 0.149, 0.15, 0.449, 0.45, 0.888, 1 };
	static const int64_t priority[] = { 1, 1, 1, 2, 4, 5, 9, 10 };

	library_count = 1;
	profile.matches.count = 1;
	for (size_t i = 0; i < sizeof(priority) / sizeof(priority[0]); i++) {
		growth.confidence_score = confidence[i];
		growth.version++;
		match();
		cr_expect_eq(contractor.goals[0]->told.priority_score.value, priority[i]);
	}
}

static struct told_goals create(const char *type, int64_t day)
{
	struct goal_knowledge known = knowledge();
	struct goal_created created = { .goal_id = { { 1 } },
					.contractor_id = 7,
					.occurred_at = DAY(day),
					.goal_type = type,
					.goal_description = "Words of upstream",
					.priority_score = NUMBER(6) };

	return goals_follow_created(&contractor, "created", &created, &known);
}

/* "m4 m3 m2" */
static const char *listed(const struct goal_steps *steps, enum action_kind kind)
{
	const char *text = "";

	for (size_t i = 0; i < steps->kinds[kind].count; i++)
		text = arena_printf(&arena, "%s%s%s", text, i ? " " : "",
				    steps->kinds[kind].items[i]->item);
	return text;
}

static const char *gaps_told(const struct goal_enriched *goal)
{
	const char *text = "";

	for (size_t i = 0; i < goal->data_gaps.count; i++)
		text = arena_printf(&arena, "%s%s%s", text, i ? " " : "", goal->data_gaps.items[i]);
	return text;
}

Test(rules, day3_the_best_evidence_alone_is_listed)
{
	const struct pattern *patterns[] = { &growth };
	struct goal_steps steps;

	choose_steps(patterns, 1, &rules, &steps);
	cr_expect_str_eq(listed(&steps, ACTION_PARTNER), "p1", "C, and no D beside it");
	cr_expect_str_eq(listed(&steps, ACTION_BOOK), "b1", "D where there is nothing better");
	growth.common_milestones = (pattern_items){ milestones + 4, 1 };
	choose_steps(patterns, 1, &rules, &steps);
	cr_expect_str_eq(listed(&steps, ACTION_MILESTONE), "m5");
}

/* One would stop the goals of all whom the pattern fits. Such a pattern is from before actions had
 * a limit. */
Test(rules, what_no_index_takes_is_no_step)
{
	char longer[1002], longest[1001];
	struct pattern_item items[] = {
		{ .item = longer, .name = "Longer", .users = 30, .usage_rate = 0.9, .grade = "A" },
		{ .item = longest, .users = 20, .usage_rate = 0.6, .grade = "B" },
		{ .item = "p9", .users = 20, .usage_rate = 0.6, .grade = "C" },
	};
	const struct pattern *patterns[] = { &growth };
	struct goal_steps steps;

	memset(longer, 'x', sizeof(longer));
	memset(longest, 'x', sizeof(longest));
	longer[1001] = longest[1000] = '\0';
	growth.common_partners = (pattern_items){ items, 3 };
	choose_steps(patterns, 1, &rules, &steps);
	cr_expect_str_eq(listed(&steps, ACTION_PARTNER), longest);

	items[1].item = longer;
	choose_steps(patterns, 1, &rules, &steps);
	cr_expect_str_eq(listed(&steps, ACTION_PARTNER), "p9", "nor does it count as evidence");
}

Test(rules, day3_milestones_by_grade_in_their_usual_order)
{
	const struct pattern *patterns[] = { &growth };
	struct goal_steps steps;

	choose_steps(patterns, 1, &rules, &steps);
	cr_expect_str_eq(listed(&steps, ACTION_MILESTONE), "m3 m1 m2", "undated ones last");
	cr_expect_str_eq(match().goals[0].target_milestone, "M3");
}

Test(rules, a_lesser_goal_does_not_repeat_the_steps_of_a_better_one)
{
	const struct pattern *patterns[] = { &growth, NULL, &lead };
	struct goal_steps steps[3];

	choose_steps(patterns, 3, &rules, steps);
	cr_expect_str_eq(listed(&steps[2], ACTION_MILESTONE), "m4", "no hint instead");
	cr_expect_str_eq(listed(&steps[2], ACTION_PARTNER), "");
	cr_expect_str_eq(listed(&steps[2], ACTION_BOOK), "b2");
}

Test(rules, a_goal_is_not_left_without_steps)
{
	const struct pattern *patterns[] = { &growth, &lead };
	struct goal_steps steps[2];

	lead.common_milestones.count = 3;
	lead.common_books.count = 1;
	choose_steps(patterns, 2, &rules, steps);
	cr_expect_str_eq(listed(&steps[1], ACTION_MILESTONE), "m3 m1 m2");
	cr_expect_str_eq(listed(&steps[1], ACTION_PARTNER), "p1");
}

Test(rules, steps_do_not_depend_on_what_became_of_the_better_goal)
{
	const char *before, *after;

	before = json_encode_text(goal_enriched_fields, &match().goals[1], &arena);
	contractor = (struct contractor_goals){ .contractor_id = 7, .exists = true };
	profile.matches.count = 1;
	match();
	contractor.goals[0]->closed = true;
	profile.matches.count = 2;
	after = json_encode_text(goal_enriched_fields, &match().goals[0], &arena);
	cr_expect_str_eq(after, before);
}

Test(rules, day3_gaps_of_the_goal_type_that_the_profile_does_not_fill)
{
	struct told_goals told = match();

	cr_assert(told.count == 2);
	cr_expect_str_eq(gaps_told(&told.goals[0]),
			 "team_size price_list focus_areas current_stage annual_revenue");
	cr_expect_str_eq(gaps_told(&told.goals[1]),
			 "close_rate lead_sources team_size focus_areas current_stage "
			 "annual_revenue");
	profile.team_size = (struct int_or_text){ .number = 5, .present = true };
	profile.focus_areas = (struct texts){ (const char *[]){ "closing_sales" }, 1 };
	profile.current_stage = "growth";
	profile.annual_revenue = (struct optional_number){ 3e6, true };
	cr_assert(match().count == 0, "a goal follows its pattern, not each profile");
	growth.version = lead.version = 2;
	told = match();
	cr_assert(told.count == 2);
	cr_expect_str_eq(gaps_told(&told.goals[0]), "price_list");
	cr_expect_str_eq(gaps_told(&told.goals[1]), "close_rate lead_sources");
	cr_expect_str_eq(told.goals[1].checklist.items[0].checklist_item, "Get current close rate");
}

Test(rules, what_a_better_goal_asks_is_not_asked_again)
{
	struct told_goals told = match();
	const checklist_items *list;

	cr_assert(told.count == 2);
	list = &told.goals[1].checklist;
	cr_assert(list->count == 4, "%zu items", list->count);
	cr_expect_str_eq(list->items[0].checklist_item, "Get current close rate");
	cr_expect_str_eq(list->items[1].checklist_item, "Get current lead sources");
	cr_expect_str_eq(list->items[2].item_type, "milestone");
}

Test(rules, day3_a_pattern_without_steps_has_a_checklist_too)
{
	const checklist_items *list;

	lead.common_milestones.count = lead.common_partners.count = lead.common_books.count = 0;
	matches[0] = matches[1];
	profile.matches.count = 1;
	lead.pattern_type = "customer_retention";
	profile.team_size = (struct int_or_text){ .number = 5, .present = true };
	profile.focus_areas = (struct texts){ (const char *[]){ "closing_sales" }, 1 };
	profile.current_stage = "growth";
	profile.annual_revenue = (struct optional_number){ 3e6, true };
	list = &match().goals[0].checklist;
	cr_assert(list->count == 1);
	cr_expect_str_eq(list->items[0].checklist_item, "Get current obstacles to growth");
}

Test(rules, day3_success_criteria_of_the_goal_type)
{
	struct texts criteria;

	lead.success_indicators.lead_flow_improved = (struct optional_number){ 0.8, true };
	lead.success_indicators.team_doubled = (struct optional_number){ 0.4, true };
	criteria = match().goals[1].success_criteria;
	cr_assert(criteria.count == 3);
	cr_expect_str_eq(criteria.items[0], "Reach $5M");
	cr_expect_str_eq(criteria.items[1],
			 "Lead flow improved (as of 80% of successful contractors)");
	cr_expect_str_eq(criteria.items[2], "M4");
}

Test(rules, day3_of_equal_priority_the_better_match_is_known)
{
	struct told_goals told = match();

	cr_expect(told.goals[0].priority_score.value == told.goals[1].priority_score.value);
	cr_expect(told.goals[0].match_score.value == 0.9 && told.goals[1].match_score.value == 0.8);
}

Test(rules, day5_expected_months_are_what_is_left)
{
	struct told_goals told = match();

	cr_expect(told.goals[0].expected_months_low.value == 8 &&
		  told.goals[0].expected_months_high.value == 24);
	cr_expect_str_eq(told.goals[0].timeline,
			 "Based on similar contractors, expect 8-24 months to reach $5M");
	profile.occurred_at = DAY(100 + 122); /* 4.008 months */
	growth.version = lead.version = 2;
	told = match();
	cr_assert(told.count == 2);
	cr_expect(told.goals[0].expected_months_low.value == 3 &&
		  told.goals[0].expected_months_high.value == 20);
	cr_expect_str_eq(told.goals[0].timeline,
			 "Based on similar contractors, expect 3-20 more months to reach $5M");
	growth.as_of = DAY(100 + 305); /* the pattern is younger: 10.02 months */
	growth.version = 3;
	told = match();
	cr_assert(told.count == 1);
	cr_expect(told.goals[0].expected_months_high.value == 14);
	cr_expect(told.goals[0].occurred_at == DAY(405), "from here on");
}

Test(rules, day5_every_goal_has_a_sentence_about_time)
{
	struct told_goals told;

	lead.timeline = (struct timeline){ .basis = NULL };
	profile.tier_entered_at = DAY(100 - 1000);
	told = match();
	cr_assert(told.count == 2);
	cr_expect(!told.goals[0].expected_months_low.present);
	cr_expect_str_eq(told.goals[0].timeline,
			 "32 months in $3M is longer than observed so far of contractors who "
			 "reached $5M: no range can be given");
	cr_expect(!told.goals[1].expected_months_high.present);
	cr_expect_str_eq(told.goals[1].timeline,
			 "Not enough data yet to say how long it takes to reach $5M");
}

/* The same months, whether the profile was read first or upstream's goal. */
Test(rules, day5_months_of_an_upstream_goal_are_counted_from_the_youngest)
{
	const char *before, *after;

	match();
	before = json_encode_text(goal_enriched_fields, &create("revenue_growth", 222).goals[0],
				  &arena);
	contractor = (struct contractor_goals){ .contractor_id = 7, .exists = true };
	profile.matches.count = 0;
	match();
	create("revenue_growth", 222);
	profile.matches.count = 2;
	after = json_encode_text(goal_enriched_fields, &match().goals[0], &arena);
	cr_expect_str_eq(after, before);
	cr_expect(contractor.goals[0]->told.expected_months_high.value == 20);
}

Test(rules, day6_a_downgraded_pattern_is_said_to_be_so)
{
	growth.status = PATTERN_DOWNGRADED;

	const struct goal_enriched goal = match().goals[0];

	cr_expect(goal.pattern_status == PATTERN_DOWNGRADED);
	cr_expect_str_eq(goal.pattern_source, "Based on 47 contractors who went from $3M to $5M - "
					      "the evidence is weaker than it was");
}

Test(rules, day6_goals_of_a_removed_pattern_stay_as_they_are_and_no_other_is_made)
{
	match();
	library_count = 0;
	profile.matches.count = 0;
	cr_expect(match().count == 0 && contractor.goals_count == 2);
	cr_expect(contractor.goals[0]->told.pattern_status == PATTERN_ACTIVE, "as it was told");
	growth.status = PATTERN_REMOVED;
	library_count = 2;
	profile.matches.count = 1;
	contractor.goals_count = 0;
	cr_expect(match().count == 0, "no goal of one that is removed");
	growth.status = PATTERN_ACTIVE;
	growth.version = 2;
	cr_expect(match().count == 1, "one that came back");
}

Test(rules, a_goal_that_no_longer_fits_stays_as_it_is)
{
	match();
	profile.matches.count = 0;
	cr_expect(match().count == 0);
	cr_expect(contractor.goals[0]->told.pattern_status == PATTERN_ACTIVE);
}

/* Partners and content, too; done steps are told as pending, since what was read first must not
 * show. */
Test(rules, day5_what_he_has_done_starts_as_completed)
{
	static const struct done_action done[] = { { 7, "book", "b1", DAY(3) },
						   { 7, "partner", "p1", DAY(4) } };
	struct told_goals told;
	const struct goal *goal;

	contractor.done = done;
	contractor.done_count = 2;
	told = match();
	goal = contractor.goals[0];
	cr_assert(goal->told.checklist.count == 10);
	cr_expect_str_eq(goal->told.checklist.items[8].item, "p1");
	cr_expect_str_eq(goal->told.checklist.items[8].status, "completed");
	cr_expect_str_eq(goal->told.checklist.items[9].item, "b1");
	cr_expect_str_eq(goal->told.checklist.items[9].status, "completed");
	cr_expect(goal->progress == 40, "2 of 5");
	cr_expect_str_eq(told.goals[0].checklist.items[9].status, "pending");
}
