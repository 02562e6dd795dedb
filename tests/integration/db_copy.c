/* Results as a binary COPY: the rows as they are, and every way in which one can end. */
#include <criterion/criterion.h>

#include "database.h"

struct row {
	struct optional_int number;
	struct optional_number fraction;
	const char *text;
	struct optional_time time;
};

static const struct pg_column row_columns[] = {
	PG_INT8(struct row, number),
	PG_FLOAT8(struct row, fraction),
	PG_TEXT(struct row, text),
	PG_TIME(struct row, time),
	PG_END,
};

/* The statement with this text; it gives rows. */
static struct statement statement_of(const char *sql)
{
	return (struct statement){
		.name = "test_copy",
		.sql = sql,
		.results = row_columns,
		.result_size = sizeof(struct row),
	};
}

static struct db *connect_to(const atomic_bool *stop, int64_t timeout_ms)
{
	struct err err = { 0 };
	struct db *db =
		db_connect(&(struct db_options){ .conninfo = getenv("GROWTH_POSTGRES_CONNINFO"),
						 .default_user = "postgres",
						 .application_name = "test",
						 .statement_timeout_ms = timeout_ms,
						 .stop = stop },
			   &err);

	cr_assert(db, "%s", err.text);
	return db;
}

struct seen {
	int64_t count, sum;
	int64_t enough; /* stops there; 0: never */
};

static bool look(const struct pg_field *fields, void *closure, struct err *err)
{
	struct seen *seen = closure;

	seen->count++;
	cr_expect_eq(fields[0].bytes == NULL, seen->count % 7 == 0);
	cr_expect_eq(fields[0].length, fields[0].bytes ? 8 : -1);
	if (fields[0].bytes)
		seen->sum += pg_field_integer(&fields[0]);
	cr_expect_eq(pg_field_float8(&fields[1]), (double)seen->count / 2);
	cr_expect_eq(fields[2].length, (int32_t)(seen->count % 3000));
	cr_expect_eq(pg_field_time(&fields[3]), seen->count * 1000000);
	if (seen->count == seen->enough)
		return err_set(err, ERR_POISON, "enough");
	return true;
}

#define ROWS(count) \
	"-- a comment\nSELECT CASE WHEN i % 7 > 0 THEN i END AS number, i / 2.0::float8 AS fraction, " \
	"repeat('x', (i % 3000)::int) AS text, to_timestamp(i) AS time FROM generate_series(1::bigint, " #count \
	") i;\n"

/* Rows that are stored after the first one's snapshot are seen by neither. */
Test(db_copy, a_connection_beside_sees_the_same)
{
	struct statement rows = statement_of(
		"SELECT 1::bigint AS number, 0.5::float8 AS fraction, 'x' AS text, to_timestamp(1) AS "
		"time FROM beside;");
	struct seen seen = { 0 };
	struct test_database database;
	struct err err = { 0 };
	struct db *owner, *db, *beside;

	test_database_create(&database);
	owner = test_connect(database.admin);
	cr_assert(db_script(owner, "CREATE TABLE public.beside AS SELECT 1", &err), "%s", err.text);
	db = test_connect(database.admin);
	cr_expect(!db_connect_beside(db, &err), "there is no snapshot to be shared");
	db_rollback(db);
	cr_assert(db_begin_snapshot(db, &err), "%s", err.text);
	cr_assert(db_script(db, "SELECT FROM beside", &err), "%s", err.text);
	cr_assert(db_script(owner, "INSERT INTO beside VALUES (2)", &err), "%s", err.text);
	beside = db_connect_beside(db, &err);
	cr_assert(beside, "%s", err.text);
	cr_assert(db_commit(db, &err), "%s", err.text);
	cr_assert(db_copy_out(beside, &rows, look, &seen, &err), "%s", err.text);
	cr_expect_eq(seen.count, 1);
	db_close(beside);
	db_close(db);
	db_close(owner);
	test_database_drop(&database);
}

Test(db_copy, gives_the_rows_as_they_are)
{
	struct statement all = statement_of(ROWS(20000)), none = statement_of(ROWS(0));
	struct db *db = connect_to(NULL, 60000);
	struct seen seen = { 0 };
	struct err err = { 0 };

	none.name = "test_copy_none";
	cr_assert(db_copy_out(db, &all, look, &seen, &err), "%s", err.text);
	cr_expect_eq(seen.count, 20000);
	cr_expect_eq(seen.sum, INT64_C(20000) * 20001 / 2 - INT64_C(7) * 2857 * 2858 / 2);
	cr_assert(db_copy_out(db, &none, look, &seen, &err), "%s", err.text);
	cr_expect_eq(seen.count, 20000);
	cr_expect(db_script(db, "SELECT 1", &err), "it can be used as before: %s", err.text);
	db_close(db);
}

/* The server fails after some rows. */
Test(db_copy, an_error_in_between)
{
	struct statement failing = statement_of(
		"SELECT 1 / (i - 5000) AS number, 0::float8 AS fraction, 'x' AS text, "
		"to_timestamp(0) AS time FROM generate_series(1::bigint, 9999) i WHERE i % 7 > 7 OR "
		"1 / (i - 5000) > 2;");
	struct db *db = connect_to(NULL, 60000);
	struct seen seen = { 0 };
	struct err err = { 0 };

	cr_expect(!db_copy_out(db, &failing, look, &seen, &err));
	cr_expect_str_eq(err.code, "22012", "%s", err.text);
	cr_expect_eq(err.kind, ERR_POISON);
	cr_expect_not(db_is_broken(db));
	cr_expect(db_script(db, "SELECT 1", &err), "%s", err.text);
	db_close(db);
}

Test(db_copy, who_has_enough_breaks_the_connection)
{
	struct statement all = statement_of(ROWS(20000));
	struct db *db = connect_to(NULL, 60000);
	struct seen seen = { .enough = 10 };
	struct err err = { 0 };

	cr_expect(!db_copy_out(db, &all, look, &seen, &err));
	cr_expect_str_eq(err.text, "enough");
	cr_expect_eq(seen.count, 10);
	cr_expect(db_is_broken(db));
	db_close(db);
}

Test(db_copy, waiting_ends_when_it_is_told_to)
{
	struct statement slow = statement_of(
		"SELECT 1::bigint AS number, 0::float8 AS fraction, 'x'::text AS text, now() AS time "
		"FROM pg_sleep(60);");
	atomic_bool stop = false;
	struct db *db = connect_to(&stop, 0);
	struct seen seen = { 0 };
	struct err err = { 0 };

	cr_assert(db_check_statement(db, &slow, &err), "%s", err.text);
	atomic_store(&stop, true);
	cr_expect(!db_copy_out(db, &slow, look, &seen, &err));
	cr_expect_eq(err.kind, ERR_RETRY, "%s", err.text);
	cr_expect(db_is_broken(db));
	db_close(db);
}

/* The rows do not say what they are: the query must be as declared. */
Test(db_copy, another_type_is_refused)
{
	struct statement other =
		statement_of("SELECT 1.5::float8 AS number, 0::float8 AS fraction, "
			     "'x'::text AS text, now() AS time;");
	struct db *db = connect_to(NULL, 60000);
	struct seen seen = { 0 };
	struct err err = { 0 };

	cr_expect(!db_copy_out(db, &other, look, &seen, &err));
	cr_expect_eq(err.kind, ERR_FATAL, "%s", err.text);
	cr_expect_eq(seen.count, 0);
	db_close(db);
}
