/*
 * Two instances of success-tracker that hear different things of one goal: what was decided on rows
 * read without a lock is stored only if they are still so, and who loses begins anew.
 * goal-enricher, which writes the same goal's other columns, is in nobody's way.
 */
#include "../../workers/success-tracker/store.h"
#include "database.h"
#include "identity.h"
#include "instant.h"

#define DAY(n) (INT64_C(1720000000) * US_PER_SECOND + (n)*US_PER_DAY)

/* A batch in hand. */
struct instance {
	struct arena arena;
	struct context context;
	struct goals goals;
};

static struct test_database database;
static struct instance ours, other;
static struct uuid goal_id;
static struct success_config config;
static struct err err;

static void start(struct instance *instance)
{
	arena_init(&instance->arena);
	instance->context = (struct context){ .arena = &instance->arena };
	instance->context.db =
		test_connect_worker(database.conninfo, "growth_success_tracker", "success_tracker");
}

static void stop(struct instance *instance)
{
	db_close(instance->context.db);
	arena_release(&instance->arena);
}

static void set_up(void)
{
	char text[UUID_TEXT_SIZE], sql[4096];

	goal_id = identity("goal", "of the test", NULL);
	uuid_to_text(&goal_id, text);
	snprintf(
		sql, sizeof(sql),
		"INSERT INTO business_growth_patterns (pattern_key, version, as_of, from_revenue_tier, to_revenue_tier, pattern_name, "
		"	pattern_type, sample_size, confidence, expected_success, consistency) "
		"VALUES ('a>b/growth', 1, '2024-01-01Z', 'a', 'b', 'From a to b', 'growth', 9, 0.5, 0.5, 0.5);"
		"INSERT INTO contractors (id, revenue_tier, tier_entered_at, occurred_at, event_id, kafka_partition, created_at, updated_at) "
		"VALUES (7, 'a', '2024-01-01Z', '2024-01-01Z', 'first', 0, '2024-01-01Z', '2024-01-01Z');"
		"INSERT INTO ai_concierge_goals (goal_uuid, contractor_id, goal_type, goal_description, created_at, updated_at, pattern_id, "
		"	upstream, occurred_at) "
		"SELECT '%s', 7, 'growth', 'Grow', '2024-01-01Z', '2024-01-01Z', id, false, '2024-01-01Z' FROM business_growth_patterns;"
		"INSERT INTO pattern_success_tracking (pattern_id, contractor_id, goal_id, goal_uuid, pattern_key) "
		"SELECT pattern_id, 7, id, goal_uuid, 'a>b/growth' FROM ai_concierge_goals",
		text);
	test_database_create(&database);
	test_script(database.admin, sql);
	start(&ours);
	start(&other);
}

static void tear_down(void)
{
	stop(&ours);
	stop(&other);
	test_database_drop(&database);
}

TestSuite(success_store, .init = set_up, .fini = tear_down);

static struct goal *read_goal(struct instance *instance)
{
	struct context *ctx = &instance->context;

	cr_assert(db_begin(ctx->db, &err), "%s", err.text);
	cr_assert(success_ask_goals(ctx, &goal_id, 1, &instance->goals, &err) &&
			  success_take_goals(&instance->goals, 1, &err),
		  "%s", err.text);
	return success_find_goal(&instance->goals, &goal_id);
}

static void complete(struct instance *instance, int64_t day, const char *event_id, int64_t rating)
{
	struct goal_completed event = { .goal_id = goal_id,
					.contractor_id = 7,
					.occurred_at = DAY(day),
					.outcome = OUTCOME_COMPLETED,
					.satisfaction = { rating, rating > 0 } };

	success_decide_completion(read_goal(instance), &event, event_id, &config, &instance->arena);
}

static void rate(struct instance *instance, int64_t day, const char *event_id, int64_t rating)
{
	struct feedback_submitted event = {
		.goal_id = goal_id, .contractor_id = 7, .occurred_at = DAY(day), .rating = rating
	};

	success_decide_feedback(read_goal(instance), &event, event_id, &instance->arena);
}

static bool save(struct instance *instance)
{
	return success_save_goals(&instance->context, &instance->goals, &err) &&
	       db_commit(instance->context.db, &err);
}

static void expect_saved(struct instance *instance)
{
	cr_assert(save(instance), "%s", err.text);
}

static void expect_refused(struct instance *instance)
{
	cr_expect(!save(instance));
	cr_expect_eq(err.kind, ERR_RETRY, "%s", err.text);
	cr_expect(strstr(err.text, "changed by another instance"), "%s", err.text);
	cr_expect(!db_is_broken(instance->context.db));
	db_rollback(instance->context.db);
}

Test(success_store, of_two_that_hear_of_one_goal_one_begins_anew)
{
	complete(&ours, 9, "late", 5);
	complete(&other, 5, "early", 3);
	expect_saved(&other);
	expect_refused(&ours);
	complete(&ours, 9, "late", 5);
	expect_saved(&ours);

	/* The goal itself stays as it was closed, so only its tracking row tells. */
	rate(&ours, 10, "rating", 2);
	rate(&other, 11, "again", 1);
	expect_saved(&other);
	expect_refused(&ours);
	cr_expect_eq(read_goal(&ours)->satisfaction.value, 1);
	cr_expect_eq(ours.goals.items[0].closed_at.value, DAY(5));
	db_rollback(ours.context.db);
}

Test(success_store, what_goal_enricher_writes_is_in_nobodys_way)
{
	complete(&ours, 5, "done", 4);
	test_script(database.admin,
		    "UPDATE ai_concierge_goals SET current_progress = 50, priority_score = 3");
	expect_saved(&ours);
	test_script(
		database.admin,
		"DO $$ BEGIN IF NOT EXISTS (SELECT FROM ai_concierge_goals WHERE status = 'completed' AND current_progress = 50) "
		"THEN RAISE 'something is lost'; END IF; END $$");
}

Test(success_store, a_goal_that_is_given_a_pattern_meanwhile_is_not_closed_without_its_vote)
{
	test_script(
		database.admin,
		"DELETE FROM pattern_success_tracking; UPDATE ai_concierge_goals SET pattern_id = NULL");
	complete(&ours, 5, "done", 4);
	test_script(
		database.admin,
		"UPDATE ai_concierge_goals SET pattern_id = (SELECT id FROM business_growth_patterns)");
	expect_refused(&ours);
	cr_expect(read_goal(&ours)->has_pattern);
	cr_expect_eq(ours.goals.items[0].tracking_id, 0,
		     "so the message waits until it is tracked");
	db_rollback(ours.context.db);
}

Test(success_store, an_earlier_completion_leaves_the_rating)
{
	complete(&ours, 9, "late", 5);
	expect_saved(&ours);
	complete(&ours, 5, "early", 3);
	expect_saved(&ours);
	cr_expect_eq(read_goal(&ours)->satisfaction.value, 5);
	cr_expect_eq(ours.goals.items[0].closed_at.value, DAY(5));
	db_rollback(ours.context.db);
	test_script(
		database.admin,
		"DO $$ BEGIN IF NOT EXISTS (SELECT FROM ai_concierge_goals WHERE updated_at = completed_at) "
		"THEN RAISE 'it is not as if the earlier one had come alone'; END IF; END $$");
}

static void erase(utc_us until)
{
	struct erasure erasure = { .contractor_id = 7, .time = until };
	struct context *ctx = &ours.context;

	cr_assert(db_begin(ctx->db, &err) && success_erase_goals(ctx, &erasure, 1, &err) &&
			  db_commit(ctx->db, &err),
		  "%s", err.text);
}

/* He has come back, with goals of the same ids, before his erasure was read. */
Test(success_store, an_erasure_forgets_what_was_said_of_goals_before_it)
{
	complete(&ours, 5, "before", 4);
	expect_saved(&ours);
	erase(DAY(6));

	const struct goal *goal = read_goal(&ours);

	cr_expect_eq(goal->tracking_id, 0, "its row is that of another life");
	cr_expect_str_eq(goal->status, "active");
	cr_expect_not(goal->closed_at.present);
	db_rollback(ours.context.db);
	test_script(
		database.admin,
		"DO $$ BEGIN IF NOT EXISTS (SELECT FROM ai_concierge_goals WHERE updated_at = occurred_at) "
		"THEN RAISE 'it is not as if nobody had completed it'; END IF; END $$");
}

Test(success_store, what_is_younger_than_an_erasure_stands)
{
	complete(&ours, 9, "after", 4);
	expect_saved(&ours);
	erase(DAY(6));
	cr_expect_str_eq(read_goal(&ours)->status, "completed");
	cr_expect_eq(ours.goals.items[0].closed_at.value, DAY(9));
	cr_assert_neq(ours.goals.items[0].tracking_id, 0, "nobody would track it again");
	cr_expect_eq(ours.goals.items[0].outcome_at.value, DAY(9));
	db_rollback(ours.context.db);
	test_script(
		database.admin,
		"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pattern_success_tracking WHERE created_at = '2024-01-01') "
		"THEN RAISE 'it is tracked since another life'; END IF; END $$");
}

/* What was said in both lives is what was said in the second one. */
Test(success_store, of_what_was_said_before_and_after_an_erasure_the_latter_stands)
{
	const struct goal *goal;

	complete(&ours, 5, "before", 4);
	expect_saved(&ours);
	rate(&ours, 5, "rating", 2);
	expect_saved(&ours);
	complete(&ours, 9, "after", 0);
	expect_saved(&ours);
	erase(DAY(6));
	goal = read_goal(&ours);
	cr_expect_str_eq(goal->status, "completed");
	cr_expect_eq(goal->closed_at.value, DAY(9), "not when it was completed before");
	cr_expect_eq(goal->first_completed_at.value, DAY(9));
	cr_expect_not(goal->feedback_at.present);
	cr_expect_not(goal->satisfaction.present);
	db_rollback(ours.context.db);

	rate(&ours, 12, "again", 3);
	expect_saved(&ours);
	erase(DAY(10));
	goal = read_goal(&ours);
	cr_expect_str_eq(goal->status, "active");
	cr_expect_eq(goal->outcome, OUTCOME_OPEN);
	cr_expect_not(goal->outcome_at.present);
	cr_expect_not(goal->first_completed_at.present);
	cr_expect_eq(goal->satisfaction.value, 3);
	db_rollback(ours.context.db);
}

/* Whether its tracking begins by this message. */
static bool starts_tracking(void)
{
	struct goal_enriched event = { .goal_id = goal_id,
				       .contractor_id = 7,
				       .created_at = DAY(0),
				       .pattern_key = "a>b/growth" };
	struct message message = { .value = &event };
	const struct message *messages[] = { &message };
	struct started_goals started;

	cr_assert(db_begin(ours.context.db, &err) &&
			  success_start_tracking(&ours.context, messages, 1, &started, &err) &&
			  db_commit(ours.context.db, &err),
		  "%s", err.text);
	return started.count > 0;
}

/* Upstream's goal had a pattern for a while: when it was completed it had none, and the message
 * that said so then is read now. */
Test(success_store, a_goal_that_was_closed_without_a_pattern_is_not_tracked_afterwards)
{
	test_script(
		database.admin,
		"DELETE FROM pattern_success_tracking; UPDATE ai_concierge_goals SET pattern_id = NULL");
	complete(&ours, 5, "done", 4);
	expect_saved(&ours);
	cr_expect_not(starts_tracking(), "its vote would be open for ever");

	test_script(database.admin, "UPDATE ai_concierge_goals SET status = 'abandoned'");
	cr_expect_not(starts_tracking());
	test_script(database.admin,
		    "UPDATE ai_concierge_goals SET status = 'active', completed_at = NULL");
	cr_expect(starts_tracking());
	cr_expect_not(starts_tracking(), "once");
}

/* What growthctl replay in-place is for: its row was lost, and all that was said of the goal is
 * read again. */
Test(success_store, of_a_closed_goal_with_a_pattern_a_lost_row_is_made_anew)
{
	complete(&ours, 5, "done", 4);
	expect_saved(&ours);
	test_script(database.admin, "DELETE FROM pattern_success_tracking");
	cr_assert(starts_tracking(), "else its completion waits for ever");
	complete(&ours, 5, "done", 4);
	cr_expect_not(ours.goals.items[0].closed, "it is closed already");
	expect_saved(&ours);
	cr_expect_eq(read_goal(&ours)->outcome, OUTCOME_COMPLETED);
	cr_expect_eq(ours.goals.items[0].first_completed_at.value, DAY(5));
	db_rollback(ours.context.db);
}
