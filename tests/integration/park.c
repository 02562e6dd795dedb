/* What is parked at one place: the same message once, however often it comes; of another one at its
 * place Postgres says that it is at fault. */
#include "database.h"
#include "statements.h"

static struct test_database database;
static struct db *db;
static struct err err;

static void set_up(void)
{
	test_database_create(&database);
	db = test_connect_worker(database.conninfo, "growth_success_tracker", "success_tracker");
}

static void tear_down(void)
{
	db_close(db);
	test_database_drop(&database);
}

TestSuite(park, .init = set_up, .fini = tear_down);

#define SINCE INT64_C(1700000000000000)

/* since 0: it is parked for the first time. */
static struct parked_row row(int64_t offset, const char *text, utc_us since)
{
	return (struct parked_row){ .topic = "goal.completed",
				    .kafka_offset = offset,
				    .waiting_for = "a goal",
				    .reason = "it is not there",
				    .message = { text, strlen(text) },
				    .parked_at = { since, since != 0 },
				    .attempts = since ? 3 : 0 };
}

static bool park_rows(const struct parked_row *rows, size_t count)
{
	bool ok;

	cr_assert(db_begin(db, &err), "%s", err.text);
	ok = db_execute(db, &park_messages, rows, count, &err) && db_commit(db, &err);
	if (!ok)
		db_rollback(db);
	return ok;
}

static void expect_parked(const struct parked_row *rows, size_t count, const char *there)
{
	char sql[512];

	cr_assert(park_rows(rows, count), "%s", err.text);
	snprintf(
		sql, sizeof(sql),
		"DO $$ DECLARE found TEXT; BEGIN "
		"SELECT string_agg(format('%%s %%s %%s %%s', kafka_offset, encode(message, 'escape'), "
		"	CASE WHEN parked_at < '2024-01-01' THEN 'old' ELSE 'new' END, attempts), ', ' ORDER BY kafka_offset) "
		"FROM success_tracker.parked INTO found; "
		"IF found IS DISTINCT FROM '%s' THEN RAISE 'there is: %%', found; END IF; END $$",
		there);
	test_script(database.admin, sql);
}

static void expect_at_fault(const struct parked_row *rows, size_t count)
{
	err = (struct err){ 0 };
	cr_expect(!park_rows(rows, count));
	cr_expect_eq(err.kind, ERR_POISON, "%s", err.text);
}

Test(park, the_same_message_twice_in_a_batch_is_one)
{
	struct parked_row fresh_first[] = { row(1, "one", 0), row(2, "two", 0),
					    row(1, "one", SINCE) };
	struct parked_row fresh_last[] = { row(3, "three", SINCE), row(3, "three", 0) };

	expect_parked(fresh_first, 3, "1 one old 3, 2 two new 0");
	expect_parked(fresh_last, 2, "1 one old 3, 2 two new 0, 3 three old 3");
}

Test(park, the_same_message_again_is_there)
{
	struct parked_row first = row(1, "one", SINCE), again = row(1, "one", 0);

	expect_parked(&first, 1, "1 one old 3");
	expect_parked(&again, 1, "1 one old 3");
}

Test(park, another_message_at_its_place_is_at_fault)
{
	struct parked_row of_former_topic = row(1, "one", SINCE), newer = row(1, "another", 0);
	struct parked_row both[] = { of_former_topic, newer },
			  the_other_way[] = { newer, of_former_topic };

	expect_at_fault(both, 2);
	expect_at_fault(the_other_way, 2);
	expect_parked(&of_former_topic, 1, "1 one old 3");
	expect_at_fault(&newer, 1);
}
