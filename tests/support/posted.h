/* A connection with a table of its own, and statements about it, for tests of how they are sent. */
#pragma once

#include "database.h"
#include "instant.h"

struct row {
	int64_t id;
	const char *text;
};

static const struct pg_column row_columns[] = { PG_INT8(struct row, id), PG_TEXT(struct row, text),
						PG_END };

static const struct statement add_rows = {
	.name = "add_rows",
	.sql = "INSERT INTO posted SELECT * FROM unnest($1::bigint[], $2::text[])",
	.parameters = row_columns,
	.parameter_size = sizeof(struct row),
};

static const struct pg_column count_columns[] = { PG_INT8(struct row, id), PG_END };

static const struct statement count_rows = {
	.name = "count_rows",
	.sql = "SELECT count(*) AS id FROM posted",
	.results = count_columns,
	.result_size = sizeof(struct row),
};

static const struct pg_column id_columns[] = { PG_INT8(struct row, id), PG_END };

static const struct statement read_rows = {
	.name = "read_rows",
	.sql = "SELECT id, text FROM posted WHERE id = ANY ($1::bigint[]) ORDER BY id",
	.parameters = id_columns,
	.parameter_size = sizeof(struct row),
	.results = row_columns,
	.result_size = sizeof(struct row),
};

static struct arena arena;
static struct db *db;
static struct err err;
static int answers; /* that the connections were told of */

static inline void note_answer(void *closure)
{
	(void)closure;
	answers++;
}

static inline struct db *connect_once(void)
{
	struct db_options options = { .conninfo = getenv("GROWTH_POSTGRES_CONNINFO"),
				      .default_user = "postgres",
				      .application_name = "test",
				      .statement_timeout_ms = 10000,
				      .on_answer = note_answer };
	struct db *made;

	cr_assert(options.conninfo, "GROWTH_POSTGRES_CONNINFO is not set: run this by tests/run");
	made = db_connect(&options, &err);
	cr_assert(made, "%s", err.text);
	return made;
}

static inline void set_up(void)
{
	arena_init(&arena);
	db = connect_once();
	cr_assert(
		db_script(
			db,
			"CREATE TEMPORARY TABLE posted (id BIGINT PRIMARY KEY, text TEXT CHECK (text <> 'bad'))",
			&err),
		"%s", err.text);
}

static inline void tear_down(void)
{
	db_close(db);
	arena_release(&arena);
}

static inline bool add(int64_t id, const char *text)
{
	struct row row = { id, text };

	return db_post(db, &add_rows, &row, 1, &err);
}

static inline int64_t stored(void)
{
	struct row *rows;
	size_t count;

	cr_assert(db_run(db, &count_rows, NULL, 0, &arena, &rows, &count, &err), "%s", err.text);
	return rows[0].id;
}

static inline void ask(int64_t id, struct db_answer *answer)
{
	struct row row = { id, NULL };

	cr_assert(db_ask(db, &read_rows, &row, 1, &arena, answer, &err), "%s", err.text);
}

static inline void expect_text(const struct db_answer *answer, const char *text)
{
	const struct row *row = answer->rows;

	cr_assert(answer->taken);
	cr_assert_eq(answer->count, 1);
	cr_expect_str_eq(row->text, text);
}

static const struct pg_column name_columns[] = { PG_TEXT(struct row, text), PG_END };

static const struct statement count_sessions = {
	.name = "count_sessions",
	.sql = "SELECT count(*) AS id FROM pg_stat_activity WHERE application_name = $1",
	.shape = STATEMENT_SCALARS,
	.parameters = name_columns,
	.parameter_size = sizeof(struct row),
	.results = count_columns,
	.result_size = sizeof(struct row),
};

static inline bool is_gone(struct db *other, const char *who)
{
	struct row name = { 0, who }, *rows;
	size_t count;

	cr_assert(db_run(other, &count_sessions, &name, 1, &arena, &rows, &count, &err), "%s",
		  err.text);
	return rows[0].id == 0;
}

static inline void begin_with_little_patience(struct db_answer *ret_answer)
{
	cr_assert(db_script(db,
			    "SET application_name = 'stopped in the middle'; "
			    "SET idle_in_transaction_session_timeout = '100ms'",
			    &err),
		  "%s", err.text);
	cr_assert(db_begin(db, &err));
	cr_assert(db_ask(db, &count_rows, NULL, 0, &arena, ret_answer, &err));
}

/* As by SIGSTOP: nothing more comes from it, but its connection stays. */
static inline void expect_ended_by_the_server(void)
{
	struct db *other = connect_once();
	int64_t deadline = monotonic_us() + 10 * US_PER_SECOND;

	while (!is_gone(other, "stopped in the middle"))
		cr_assert_lt(monotonic_us(), deadline, "it keeps its locks");
	cr_expect(!db_commit(db, &err));
	cr_expect(db_is_broken(db));
	db_close(other);
}
