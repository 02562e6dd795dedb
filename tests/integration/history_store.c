/*
 * Two instances of cohort-analyzer that hear different things of one contractor: what was decided
 * on profiles read without a lock is stored only if they are still so, whoever was there first, and
 * who loses begins anew. In the end there is what one instance alone would have stored.
 */
#include "../../workers/cohort-analyzer/store.h"
#include "../../workers/cohort-analyzer/store_changes.h"
#include "database.h"
#include "instant.h"

#define SILENT 730
#define DAY(n) (INT64_C(1700000000) * US_PER_SECOND + (n)*US_PER_DAY)

/* A batch in hand, of one message. */
struct instance {
	struct arena arena;
	struct context context;
	struct contractor_updated profile;
	struct message message, *messages[1];
	struct batch batch;
	struct contractor_logs logs;
};

static const struct analyzer_config config = { .constants = { .silent_days = SILENT } };
static struct test_database database;
static struct instance ours, other;
static struct err err;

static void start(struct instance *instance)
{
	arena_init(&instance->arena);
	instance->context = (struct context){ .arena = &instance->arena, .config = &config };
	instance->context.db =
		test_connect_worker(database.conninfo, "growth_cohort_analyzer", "cohort_analyzer");
}

static void stop(struct instance *instance)
{
	db_close(instance->context.db);
	arena_release(&instance->arena);
}

static void set_up(void)
{
	test_database_create(&database);
	start(&ours);
	start(&other);
}

static void tear_down(void)
{
	stop(&ours);
	stop(&other);
	test_database_drop(&database);
}

TestSuite(history_store, .init = set_up, .fini = tear_down);

/* Up to what is decided; nothing is stored yet. */
static void hear(struct instance *instance, int64_t day, const char *event_id, const char *tier)
{
	static const int64_t contractor_id = 7;
	struct context *ctx = &instance->context;

	instance->profile = (struct contractor_updated){ .contractor_id = contractor_id,
							 .occurred_at = DAY(day),
							 .revenue_tier = tier };
	instance->message = (struct message){ .contractor_id = contractor_id,
					      .id = event_id,
					      .value = &instance->profile };
	instance->messages[0] = &instance->message;
	instance->batch = (struct batch){ .messages = instance->messages, .count = 1 };
	cr_assert(db_begin(ctx->db, &err), "%s", err.text);
	cr_assert(logs_ask(ctx, &contractor_id, 1, &instance->logs, &err) &&
			  logs_take(ctx, &instance->batch, &instance->logs, &err),
		  "%s", err.text);
	log_observe(logs_find(&instance->logs, contractor_id), &instance->profile, event_id, SILENT,
		    ctx->arena);
}

static bool save(struct instance *instance)
{
	return logs_save(&instance->context, &instance->batch, &instance->logs, &err);
}

static void commit(struct instance *instance)
{
	cr_assert(save(instance) && db_commit(instance->context.db, &err), "%s", err.text);
}

static void store(struct instance *instance, int64_t day, const char *event_id, const char *tier)
{
	hear(instance, day, event_id, tier);
	commit(instance);
}

static void expect_refused(struct instance *instance)
{
	cr_expect(!(save(instance) && db_commit(instance->context.db, &err)));
	cr_expect_eq(err.kind, ERR_RETRY, "%s", err.text);
	cr_expect(!db_is_broken(instance->context.db));
	db_rollback(instance->context.db);
}

static void expect_rows(const char *rows)
{
	char sql[1024];

	snprintf(
		sql, sizeof(sql),
		"DO $$ DECLARE found TEXT; BEGIN "
		"SELECT string_agg(format('%%s %%s-%%s %%s', event_id, (occurred_at - to_timestamp(1700000000))::text, "
		"	(heard_until - to_timestamp(1700000000))::text, revenue_tier), ', ' ORDER BY occurred_at, event_id) "
		"FROM contractor_observations INTO found; "
		"IF found IS DISTINCT FROM '%s' THEN RAISE 'there is: %%', found; END IF; END $$",
		rows);
	test_script(database.admin, sql);
}

Test(history_store, a_profile_that_comes_between_is_not_overlooked)
{
	store(&ours, 1, "a", "low");

	/* The row before is another one now. */
	hear(&ours, 9, "c", "low");
	store(&other, 5, "b", "high");
	expect_refused(&ours);
	store(&ours, 9, "c", "low");
	expect_rows("a 1 day-1 day low, b 5 days-5 days high, c 9 days-9 days low");
}

Test(history_store, a_profile_that_is_heard_longer_meanwhile_is_split)
{
	store(&ours, 1, "a", "low");
	hear(&ours, 5, "b", "high");
	store(&other, 9, "c", "low");
	expect_refused(&ours);
	store(&ours, 5, "b", "high");
	expect_rows("a 1 day-5 days low, b 5 days-5 days high, a 9 days-9 days low");
}

Test(history_store, of_two_late_profiles_the_later_may_come_first)
{
	store(&ours, 1, "m", "low");
	store(&ours, 9, "n", "low");
	store(&ours, 6, "b", "high");
	store(&ours, 3, "c", "middle");
	expect_rows(
		"m 1 day-3 days low, c 3 days-3 days middle, b 6 days-6 days high, m 9 days-9 days low");
}

Test(history_store, of_two_first_profiles_one_follows_the_other)
{
	hear(&ours, 5, "b", "low");
	hear(&other, 1, "a", "low");
	commit(&other);
	expect_refused(&ours);
	store(&ours, 5, "b", "low");
	expect_rows("a 1 day-5 days low");
}

Test(history_store, whoever_comes_while_the_other_one_has_not_committed_waits)
{
	store(&ours, 1, "a", "low");
	store(&ours, 2, "again", "low"); /* so that no statement of ours is to be prepared */
	hear(&ours, 9, "c", "low");
	hear(&other, 5, "b", "high");
	cr_assert(save(&other));
	cr_assert(db_script(other.context.db, "SELECT 1", &err), "%s", err.text); /* it is done */
	cr_assert(save(&ours));
	test_await_lock(database.admin);
	cr_assert(db_commit(other.context.db, &err), "%s", err.text);
	cr_expect(!db_commit(ours.context.db, &err));
	cr_expect_eq(err.kind, ERR_RETRY, "%s", err.text);
	db_rollback(ours.context.db);
	store(&ours, 9, "c", "low");
	expect_rows("a 1 day-2 days low, b 5 days-5 days high, c 9 days-9 days low");
}

Test(history_store, who_says_nothing_new_disturbs_nobody)
{
	store(&ours, 1, "a", "low");
	hear(&ours, 1, "a", "low");
	cr_assert(save(&ours));
	cr_assert(db_script(ours.context.db, "SELECT 1", &err), "%s", err.text);
	store(&other, 5, "b", "high");
	cr_assert(db_commit(ours.context.db, &err), "%s", err.text);
	expect_rows("a 1 day-1 day low, b 5 days-5 days high");
}

Test(history_store, an_id_that_was_used_twice_stops_nothing)
{
	store(&ours, 1, "a", "low");
	store(&ours, 9, "c", "low");
	store(&ours, 9, "a", "high");
	store(&ours, 5, "b", "high"); /* what is left of the first would be the third */
	expect_rows("a 1 day-5 days low, b 5 days-5 days high, a 9 days-9 days high");
}
