/* What goal-enricher stores of a goal, whatever was stored of it in between. */
#include "../../workers/goal-enricher/store.h"
#include "database.h"
#include "identity.h"
#include "instant.h"

#define DAY(n) (INT64_C(1720000000) * US_PER_SECOND + (n)*US_PER_DAY)

static struct test_database database;
static struct arena arena;
static struct context context;
static struct err err;

static void set_up(void)
{
	test_database_create(&database);
	test_script(
		database.admin,
		"INSERT INTO contractors (id, revenue_tier, tier_entered_at, occurred_at, event_id, kafka_partition, created_at, updated_at) "
		"VALUES (7, 'a', '2024-01-01Z', '2024-01-01Z', 'first', 0, '2024-01-01Z', '2024-01-01Z')");
	arena_init(&arena);
	context = (struct context){ .arena = &arena };
	context.db =
		test_connect_worker(database.conninfo, "growth_goal_enricher", "goal_enricher");
}

static void tear_down(void)
{
	db_close(context.db);
	arena_release(&arena);
	test_database_drop(&database);
}

TestSuite(goal_store, .init = set_up, .fini = tear_down);

static struct goal plain_goal(void)
{
	return (struct goal){
		.told = { .goal_id = identity("goal", "of the test", NULL),
			  .contractor_id = 7,
			  .occurred_at = DAY(1),
			  .created_at = DAY(1),
			  .goal_type = "growth",
			  .goal_description = "Grow",
			  .priority_score = { 5, true },
			  .status = "active" },
		.changed = true,
	};
}

typedef bool save_fn(struct context *ctx, const struct contractors *contractors, struct err *err);

/* A batch that leaves the goal as it is here. */
static void store(struct goal *goal, save_fn *save)
{
	struct contractor_goals contractor = {
		.contractor_id = 7, .exists = true, .goals = &goal, .goals_count = 1
	};
	struct contractors contractors = { &contractor, 1 };

	goal->changed = true;
	cr_assert(db_begin(context.db, &err) && save(&context, &contractors, &err) &&
			  db_commit(context.db, &err),
		  "%s", err.text);
}

static void expect_updated(const char *condition)
{
	char sql[512];

	snprintf(sql, sizeof(sql),
		 "DO $$ BEGIN IF NOT EXISTS (SELECT FROM ai_concierge_goals WHERE updated_at = %s) "
		 "THEN RAISE 'updated_at is not %s'; END IF; END $$",
		 condition, condition);
	test_script(database.admin, sql);
}

Test(goal_store, a_goal_is_written_once)
{
	struct goal goal = plain_goal();

	test_script(
		database.admin,
		"CREATE FUNCTION refuse() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN RAISE 'written again'; END $$;"
		"CREATE TRIGGER refuse BEFORE UPDATE ON ai_concierge_goals FOR EACH ROW EXECUTE FUNCTION refuse()");
	store(&goal, contractors_save);
	expect_updated("occurred_at");
}

/* Its steps were others for a while, and what he did counted for them: whether that was stored
 * depends on where batches end. */
Test(goal_store, when_it_changed_last_follows_from_what_it_is)
{
	struct goal goal = plain_goal();

	store(&goal, contractors_save);
	expect_updated("occurred_at");

	goal.last_action_at = (struct optional_time){ DAY(5), true };
	store(&goal, contractors_save_checklists);
	expect_updated("last_action_at");
	goal.last_action_at.present = false;
	store(&goal, contractors_save_checklists);
	expect_updated("occurred_at");

	goal.last_action_at.present = true;
	store(&goal, contractors_save);
	expect_updated("last_action_at");
	goal.last_action_at.present = false;
	store(&goal, contractors_save);
	expect_updated("occurred_at");

	test_script(database.admin,
		    "UPDATE ai_concierge_goals SET completed_at = occurred_at + interval '3 days'");
	store(&goal, contractors_save);
	expect_updated("completed_at");
}
