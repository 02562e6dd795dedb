/* Which goals a contractor gets, when they are told again, and what he has done of them. */
#include <criterion/criterion.h>

#include "decide.h"
#include "identity.h"
#include "instant.h"

#define DAY(n) ((n)*US_PER_DAY)

static const struct label tiers[] = { { "low", "$0-5M" }, { "high", "$5-10M" } };
static const struct goal_rules rules = {
	.vocabulary.tiers = { tiers, 2 },
	.milestones = 3,
	.partners = 2,
	.content = 1,
};
static struct pattern_item milestones[] = {
	{ .item = "implemented_crm", .name = "Implemented CRM", .users = 40, .usage_rate = 0.89 },
	{ .item = "hired_ops_manager", .users = 34, .usage_rate = 0.73 },
};
static struct pattern_item partners[] = {
	{ .item = "buildpro", .name = "BuildPro", .users = 40, .usage_rate = 0.89 },
	{ .item = "leadgen", .name = "LeadGen Tools", .users = 30, .usage_rate = 0.67 },
};

static struct arena arena;
static struct contractor_goals contractor;
static struct pattern growth, team;
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
		.pattern_name = key,
		.pattern_type = type,
		.common_milestones = { milestones, 2 },
		.common_partners = { partners, 2 },
		.sample_size = 47,
		.confidence_score = 0.888,
	};
}

static void set_up(void)
{
	arena_init(&arena);
	contractor = (struct contractor_goals){ .contractor_id = 7, .exists = true };
	library_count = 2;
	growth = pattern_of("growth", "revenue_growth");
	team = pattern_of("team", "team_expansion");
	matches[0] = (struct pattern_match){ .pattern_key = "growth", .pattern_version = 1 };
	matches[1] = (struct pattern_match){ .pattern_key = "team", .pattern_version = 1 };
	profile = (struct contractor_matched){
		.contractor_id = 7,
		.occurred_at = DAY(10),
		.revenue_tier = "low",
		.snapshot = 5,
		.matches = { matches, 2 },
	};
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(goal, .init = set_up, .fini = tear_down);

static struct told_goals match(const char *event_id)
{
	const struct pattern *library[] = { &growth, &team };
	struct goal_knowledge knowledge = { library, library_count, &rules, &arena };

	return goals_follow_match(&contractor, event_id,
				  arena_memdup(&arena, &profile, sizeof(profile)), &knowledge);
}

static struct told_goals create(const char *event_id, unsigned char id, const char *type,
				int64_t day)
{
	const struct pattern *library[] = { &growth, &team };
	struct goal_knowledge knowledge = { library, library_count, &rules, &arena };
	struct goal_created created = {
		.goal_id = { { id } },
		.contractor_id = 7,
		.occurred_at = DAY(day),
		.goal_type = type,
		.goal_description = "Words of upstream",
		.priority_score = { 2, true },
	};

	return goals_follow_created(&contractor, event_id, &created, &knowledge);
}

static void did(const char *type, const char *item, int64_t day)
{
	struct done_action *done = arena_grow(&arena, contractor.done, contractor.done_count,
					      contractor.done_count + 1, sizeof(*done));

	done[contractor.done_count++] = (struct done_action){ 7, type, item, DAY(day) };
	contractor.done = done;
}

static void stored(void)
{
	contractor.profile_changed = false;
	for (size_t i = 0; i < contractor.goals_count; i++)
		contractor.goals[i]->changed = false;
	for (size_t i = 0; i < contractor.upstream_count; i++)
		contractor.upstream[i].changed = false;
}

Test(goal, a_match_makes_a_goal)
{
	struct uuid id = identity("goal", "7", "growth", "revenue_growth", NULL);
	struct told_goals told = match("a");
	const struct goal_enriched *goal;

	cr_assert(told.count == 2);
	cr_expect(told.met && contractor.profile_changed);
	goal = &told.goals[0];
	cr_expect(uuid_equal(&goal->goal_id, &id));
	cr_expect_str_eq(goal->goal_type, "revenue_growth");
	cr_expect_str_eq(goal->goal_description, "revenue_growth");
	cr_expect_str_eq(goal->target_milestone, "Implemented CRM");
	cr_expect_str_eq(contractor.goals[0]->told.next_milestone, "Implemented CRM");
	cr_expect_str_eq(goal->trigger_condition, "pattern:growth");
	cr_expect_str_eq(goal->status, "active");
	cr_expect(goal->priority_score.value == 9);
	cr_expect(goal->pattern_confidence.value == 0.89);
	cr_expect(goal->created_at == DAY(10) && goal->occurred_at == DAY(10));
	cr_expect(contractor.goals[0]->changed && !contractor.goals[0]->upstream);
}

Test(goal, checklist_in_the_plans_order)
{
	static const char *const sentences[] = {
		"Get current team size",
		"Get current focus areas",
		"Get current stage",
		"Get current annual revenue",
		"Assess: implemented CRM (done by 89% of successful contractors)",
		"Assess: hired ops manager (done by 73% of successful contractors)",
		"Recommend BuildPro or LeadGen Tools (used by 89% and 67% of successful contractors)",
	};
	const checklist_items *list = &match("a").goals[0].checklist;

	cr_assert(list->count == 7, "%zu items", list->count);
	for (size_t i = 0; i < 7; i++)
		cr_expect_str_eq(list->items[i].checklist_item, sentences[i]);
	cr_expect_str_eq(list->items[0].item_type, "data_gap");
	cr_expect_str_eq(list->items[6].item_type, "partner");
	cr_expect_str_eq(list->items[6].item, "buildpro");
}

Test(goal, the_same_match_again_tells_nothing)
{
	match("a");
	stored();
	cr_expect(match("a").count == 0 && !contractor.profile_changed, "the same event");
	cr_expect(match("b").count == 0, "another event with the same content");
	cr_expect(!contractor.goals[0]->changed);
}

Test(goal, an_open_goal_follows_its_pattern)
{
	struct told_goals told;

	match("a");
	stored();
	contractor.goals[0]->row = 31;
	contractor.goals[1]->row = 32;
	growth.version = 2;
	growth.sample_size = 50;
	profile.snapshot = 6;
	profile.occurred_at = DAY(12);
	told = match("b");
	cr_assert(told.count == 1 && !told.met);
	cr_expect_str_eq(told.goals[0].pattern_source,
			 "Based on 50 contractors who went from $0-5M to $5-10M");
	cr_expect(told.goals[0].created_at == DAY(10) && told.goals[0].occurred_at == DAY(12));
	cr_expect(contractor.goals_count == 2);
	/* By which the store sees that steps may have to go. */
	cr_expect(contractor.goals[0]->row == 31 && contractor.goals[1]->row == 32);
}

static const struct recommendation *recommended(const char *item)
{
	for (size_t i = 0; i < contractor.recommended_count; i++)
		if (strcmp(contractor.recommended[i].item, item) == 0)
			return &contractor.recommended[i];
	return NULL;
}

/* However batches are cut: a version that another one follows in the same batch was told, too. */
Test(goal, what_was_recommended_in_passing_is_known)
{
	static struct pattern_item books[] = {
		{ .item = "traction", .name = "Traction", .usage_rate = 0.5 }
	};

	library_count = 1;
	growth.common_partners.count = 0;
	growth.common_books = (pattern_items){ books, 1 };
	cr_assert_eq(match("a").count, 1);
	growth.version = 2;
	growth.as_of = DAY(40);
	growth.common_partners.count = 2;
	growth.common_books.count = 0;
	profile.snapshot++;
	cr_assert_eq(match("b").count, 1);
	cr_assert_eq(contractor.recommended_count, 3);
	cr_expect_eq(recommended("traction")->time, DAY(10));
	cr_expect_str_eq(recommended("traction")->item_type, "book");
	cr_expect_str_eq(recommended("traction")->pattern_key, "growth");
	cr_expect_eq(recommended("buildpro")->time, DAY(40));
	cr_expect_not_null(recommended("leadgen"));
	profile.snapshot++;
	cr_assert_eq(match("c").count, 0);
	cr_expect_eq(contractor.recommended_count, 3,
		     "what is not told again is not recommended again");
}

Test(goal, a_goal_of_a_match_is_as_young_as_its_pattern)
{
	struct told_goals told;

	growth.as_of = DAY(300);
	told = match("a");
	cr_assert(told.count == 2);
	cr_expect(told.goals[0].created_at == DAY(300) && told.goals[0].occurred_at == DAY(300));
	cr_expect(told.goals[1].created_at == DAY(10), "the profile is younger");
	stored();
	growth.as_of = DAY(310);
	growth.version = 2;
	profile.snapshot = 6;
	told = match("b");
	cr_assert(told.count == 1);
	cr_expect(told.goals[0].created_at == DAY(300) && told.goals[0].occurred_at == DAY(310));
}

Test(goal, an_upstream_goal_keeps_its_creation_and_is_as_young_as_its_pattern)
{
	struct told_goals told;

	profile.matches.count = 0;
	match("a");
	create("c", 1, "revenue_growth", 11);
	profile.matches.count = 1;
	profile.snapshot = 6;
	growth.as_of = DAY(300);
	told = match("b");
	cr_assert(told.count == 1);
	cr_expect(told.goals[0].created_at == DAY(11) && told.goals[0].occurred_at == DAY(300));
}

Test(goal, a_closed_goal_keeps_what_it_was_told)
{
	match("a");
	contractor.goals[0]->closed = true;
	growth.version = 2;
	profile.snapshot = 6;
	cr_expect(match("b").count == 0);
	cr_expect(contractor.goals[0]->told.pattern_version.value == 1);
}

Test(goal, an_older_match_is_ignored)
{
	match("b");
	stored();
	growth.version = 2;
	profile.occurred_at = DAY(9);
	cr_expect(match("a").count == 0 && !contractor.profile_changed, "an older profile");
	profile.occurred_at = DAY(10);
	profile.snapshot = 4;
	cr_expect(match("c").count == 0, "an older library");
}

Test(goal, only_patterns_of_his_tier_that_still_exist)
{
	team.status = PATTERN_REMOVED;
	growth.from_revenue_tier = "high";
	cr_expect(match("a").count == 0);
	cr_expect(contractor.matched);
}

Test(goal, nobody_there_gets_nothing)
{
	contractor.exists = false;
	cr_expect(match("a").count == 0 && !contractor.profile_changed && !contractor.matched);
	cr_expect(!contractor_is_known(&contractor));
}

Test(goal, actions_before_and_after_give_the_same)
{
	struct contractor_goals before;

	did("partner", "leadgen", 3);
	did("milestone", "implemented_crm", 4);
	match("a");
	before = contractor;

	contractor = (struct contractor_goals){ .contractor_id = 7, .exists = true };
	match("a");
	stored();
	did("milestone", "implemented_crm", 4);
	did("partner", "leadgen", 3);
	contractor_follow_actions(&contractor);
	cr_expect(contractor.goals[0]->changed);
	cr_expect_str_eq(json_encode_text(goal_enriched_fields, &contractor.goals[0]->told, &arena),
			 json_encode_text(goal_enriched_fields, &before.goals[0]->told, &arena));

	cr_expect(contractor.goals[0]->progress == 66, "2 of 3 that can be done");
	cr_expect(contractor.goals[0]->last_action_at.value == DAY(4));
	cr_expect_str_eq(contractor.goals[0]->told.next_milestone, "Hired ops manager");
	cr_expect_str_eq(contractor.goals[0]->told.checklist.items[6].status, "completed");
	cr_expect(contractor.goals[0]->steps[6].completed_at.value == DAY(3));
	cr_expect(before.goals[0]->steps[6].completed_at.value == DAY(3));
}

Test(goal, what_is_told_does_not_show_actions)
{
	struct told_goals after, before = match("a");

	contractor = (struct contractor_goals){ .contractor_id = 7, .exists = true };
	did("milestone", "implemented_crm", 4);
	did("partner", "leadgen", 3);
	after = match("a");
	cr_assert(before.count == 2 && after.count == 2);
	for (size_t i = 0; i < 2; i++)
		cr_expect_str_eq(json_encode_text(goal_enriched_fields, &after.goals[i], &arena),
				 json_encode_text(goal_enriched_fields, &before.goals[i], &arena));
	cr_expect_null(after.goals[0].next_milestone);
	for (size_t i = 0; i < after.goals[0].checklist.count; i++)
		cr_expect_str_eq(after.goals[0].checklist.items[i].status, "pending");
	cr_expect_str_eq(contractor.goals[0]->told.checklist.items[6].status, "completed",
			 "the stored one is true");
	cr_expect_str_eq(contractor.goals[0]->told.next_milestone, "Hired ops manager");
}

Test(goal, progress_alone_is_not_told)
{
	match("a");
	stored();
	did("milestone", "implemented_crm", 11);
	contractor_follow_actions(&contractor);
	stored();
	contractor_follow_actions(&contractor);
	cr_expect(!contractor.goals[0]->changed, "nothing new");
	profile.snapshot = 6;
	cr_expect(match("b").count == 0, "content is the same");
}

Test(goal, new_actions_add_to_what_was_done)
{
	const struct goal *goal;

	did("milestone", "implemented_crm", 4);
	match("a");
	stored();
	goal = contractor.goals[0];
	contractor.done_count = 0;
	did("milestone", "implemented_crm", 5);
	contractor_follow_actions(&contractor);
	cr_expect(!goal->changed, "done again");

	contractor.done_count = 0;
	did("partner", "leadgen", 3);
	for (size_t i = 0; i < goal->told.checklist.count; i++)
		goal->steps[i].changed = false;
	contractor_follow_actions(&contractor);
	cr_expect(goal->changed && goal->progress == 66);
	cr_expect(goal->last_action_at.value == DAY(4));
	for (size_t i = 0; i < goal->told.checklist.count; i++)
		cr_expect(goal->steps[i].changed == (i == 6), "only the partner's step");

	contractor.done_count = 0;
	did("milestone", "implemented_crm", 2);
	contractor_follow_actions(&contractor);
	cr_expect(goal->last_action_at.value == DAY(3),
		  "an earlier time of the milestone is told late");
}

Test(goal, actions_of_another_type_or_item_count_for_nothing)
{
	match("a");
	stored();
	did("book", "implemented_crm", 3);
	did("milestone", "bought_a_van", 3);
	contractor_follow_actions(&contractor);
	cr_expect(!contractor.goals[0]->changed && contractor.goals[0]->progress == 0);
}

Test(goal, upstream_without_a_match_is_passed_on_unaltered)
{
	struct told_goals told;

	match("a");
	told = create("c", 1, "customer_retention", 11);
	cr_assert(told.count == 1);
	cr_expect_str_eq(told.goals[0].goal_description, "Words of upstream");
	cr_expect(told.goals[0].priority_score.value == 2);
	cr_expect(!told.goals[0].pattern_key && !told.goals[0].pattern_source);
	cr_expect(told.goals[0].checklist.count == 0);
	cr_expect(contractor.goals[2]->upstream && contractor.upstream[0].changed);
}

Test(goal, upstream_with_a_match_is_enriched)
{
	struct told_goals told;

	match("a");
	told = create("c", 1, "revenue_growth", 11);
	cr_assert(told.count == 1);
	cr_expect_str_eq(told.goals[0].goal_description, "Words of upstream");
	cr_expect_str_eq(told.goals[0].pattern_key, "growth");
	cr_expect(told.goals[0].priority_score.value == 9);
	cr_expect(contractor.goals_count == 3, "our own goal stays");
}

Test(goal, upstream_repeated_or_older_tells_nothing)
{
	match("a");
	create("c", 1, "revenue_growth", 11);
	stored();
	cr_expect(create("c", 1, "revenue_growth", 11).count == 0);
	cr_expect(create("b", 1, "team_expansion", 10).count == 0);
	cr_expect(!contractor.upstream[0].changed && contractor.upstream_count == 1);
	cr_expect(create("d", 1, "team_expansion", 12).count == 1);
	cr_expect_str_eq(contractor.goals[2]->told.pattern_key, "team");
	cr_expect(contractor.goals[2]->told.created_at == DAY(11));
}

Test(goal, a_later_match_enriches_the_open_upstream_goal_and_makes_no_other)
{
	struct told_goals told;

	profile.matches.count = 0;
	match("a");
	create("c", 1, "revenue_growth", 11);
	profile.matches.count = 1;
	profile.snapshot = 6;
	told = match("b");
	cr_assert(told.count == 1 && contractor.goals_count == 1);
	cr_expect(contractor.goals[0]->upstream);
	cr_expect_str_eq(told.goals[0].pattern_key, "growth");
	cr_expect(told.goals[0].occurred_at == DAY(11), "a goal's time never goes back");
}

Test(goal, an_upstream_goal_that_waited_for_its_contractor_is_enriched_not_doubled)
{
	struct told_goals told;
	struct goal_created created = { .goal_id = { { 1 } },
					.contractor_id = 7,
					.occurred_at = DAY(9),
					.goal_type = "revenue_growth",
					.goal_description = "Words of upstream" };

	cr_assert_not_null(goals_note_created(&contractor, "c", &created, &arena));
	told = match("a");
	cr_assert(told.met && told.count == 1 && contractor.goals_count == 1);
	cr_expect_str_eq(told.goals[0].goal_type, "team_expansion", "the other type has its own");
	told = create("c", 1, "revenue_growth", 9);
	cr_assert(told.count == 1 && contractor.goals_count == 2);
	cr_expect(contractor.goals[1]->upstream);
	cr_expect_str_eq(told.goals[0].pattern_key, "growth");
	cr_expect(create("c", 1, "revenue_growth", 9).count == 0, "it has come again");
}

static const struct goal_created waits = { .goal_id = { { 1 } },
					   .contractor_id = 7,
					   .occurred_at = DAY(12),
					   .goal_type = "team_expansion",
					   .goal_description = "Newer words of upstream" };

/* Both waited; the older one is released first, and the newer one is what is told. */
Test(goal, an_upstream_goal_is_enriched_by_the_type_that_it_has_now)
{
	struct told_goals told;

	goals_note_created(&contractor, "d", &waits, &arena);
	match("a");
	told = create("c", 1, "revenue_growth", 9);
	cr_assert_eq(told.count, 1);
	cr_expect_str_eq(told.goals[0].goal_type, "team_expansion");
	cr_expect_str_eq(told.goals[0].pattern_key, "team");
}

Test(goal, what_waited_in_vain_stands_in_nobodys_place)
{
	goals_note_created(&contractor, "d", &waits, &arena);
	goals_forget_created(&contractor, "c", &waits);
	cr_expect_not(contractor.upstream[0].forgotten, "another message");
	goals_forget_created(&contractor, "d", &waits);
	cr_expect(contractor.upstream[0].forgotten);
	cr_expect_not_null(goals_note_created(&contractor, "c", &waits, &arena),
			   "an older one may wait yet");
	cr_expect(!contractor.upstream[0].forgotten && contractor.upstream_count == 1);
}

Test(goal, a_closed_upstream_goal_does_not_stand_in_the_way)
{
	profile.matches.count = 0;
	match("a");
	create("c", 1, "revenue_growth", 11);
	contractor.goals[0]->closed = true;
	profile.matches.count = 1;
	profile.snapshot = 6;
	cr_expect(match("b").count == 1);
	cr_expect(contractor.goals_count == 2 && !contractor.goals[1]->upstream);
}

/* The erasure left what upstream has made since, and no contractor.matched. */
Test(goal, after_an_erasure_an_open_upstream_goal_is_told_again)
{
	struct told_goals told;

	match("a");
	contractor.goals_count = 0;
	create("c", 1, "revenue_growth", 11);
	create("d", 2, "team_expansion", 11);
	contractor.goals[1]->closed = true;
	contractor.matched = false;
	matches[1].pattern_key = "none";
	told = match("a");
	cr_assert_eq(told.count, 1, "as it was told before, but once, and none that is closed");
	cr_expect(told.goals[0].goal_id.bytes[0] == 1 && contractor.goals_count == 2);
	cr_expect_str_eq(told.goals[0].pattern_key, "growth");
	cr_expect(told.goals[0].created_at == DAY(11));

	profile.matches.count = 0;
	contractor.matched = false;
	told = match("b");
	cr_assert_eq(told.count, 1);
	cr_expect_null(told.goals[0].pattern_key, "that it fitted before is of before");
}

Test(goal, of_two_patterns_of_one_type_the_best_enriches)
{
	struct told_goals told;

	team.pattern_type = "revenue_growth";
	profile.matches.count = 0;
	match("a");
	create("c", 1, "revenue_growth", 11);
	profile.matches.count = 2;
	profile.snapshot = 6;
	told = match("b");
	cr_assert(told.count == 1 && contractor.goals_count == 1);
	cr_expect_str_eq(told.goals[0].pattern_key, "growth");
}

Test(goal, the_goal_of_another_contractor_is_known_as_such)
{
	struct goal_created created = { .goal_id = { { 2 } }, .contractor_id = 7 };
	struct goal_owner owners[] = { { { { 1 } }, 9 }, { { { 2 } }, 7 } };

	cr_expect(!goal_is_anothers(&created, owners, 2));
	created.goal_id.bytes[0] = 1;
	cr_expect(goal_is_anothers(&created, owners, 2));
	created.goal_id.bytes[0] = 3;
	cr_expect(!goal_is_anothers(&created, owners, 2));
}

Test(goal, a_type_that_is_too_long_is_refused)
{
	char type[202];
	struct goal_created created = { .goal_type = type };
	struct err err = { 0 };

	for (size_t i = 0; i < 200; i += 2)
		memcpy(&type[i], "\u00fc", 2);
	type[200] = '\0';
	cr_expect(goal_check_created(&created, &rules, &err), "100 characters: %s", err.text);
	type[200] = 'x';
	type[201] = '\0';
	cr_expect(!goal_check_created(&created, &rules, &err) && err.kind == ERR_POISON);
}

Test(goal, a_trigger_that_no_index_takes_is_refused)
{
	char trigger[1002];
	struct goal_created created = { .goal_type = "website", .trigger_condition = trigger };
	struct err err = { 0 };

	memset(trigger, 'x', sizeof(trigger));
	trigger[1000] = '\0';
	cr_expect(goal_check_created(&created, &rules, &err), "%s", err.text);
	trigger[1000] = 'x';
	trigger[1001] = '\0';
	cr_assert(!goal_check_created(&created, &rules, &err));
	cr_expect(err.kind == ERR_POISON);
	cr_expect_str_eq(err.text, "trigger_condition: 1001 bytes are more than 1000");
}

Test(goal, of_an_action_the_first_time_is_kept)
{
	struct action_recorded actions[] = {
		{ .contractor_id = 8, .occurred_at = 5, .kind = ACTION_BOOK, .item = "traction" },
		{ .contractor_id = 7,
		  .occurred_at = 9,
		  .kind = ACTION_PARTNER,
		  .item = "buildpro" },
		{ .contractor_id = 7,
		  .occurred_at = 3,
		  .kind = ACTION_PARTNER,
		  .item = "buildpro" },
		{ .contractor_id = 7,
		  .occurred_at = 1,
		  .kind = ACTION_FOCUS_AREA,
		  .item = "closing_sales" },
	};
	const struct action_recorded *pointers[] = { &actions[0], &actions[1], &actions[2],
						     &actions[3] };
	struct done_action *done;

	cr_assert(done_actions_of(pointers, 4, &arena, &done) == 2);
	cr_expect(done[0].contractor_id == 7 && done[0].first_at == 3);
	cr_expect_str_eq(done[0].item_type, "partner");
	cr_expect(done[1].contractor_id == 8);
}
