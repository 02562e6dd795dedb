/* A server that stands still closes no connection: waiting ends all the same. Its own backend is stopped for that. */
#include <criterion/criterion.h>
#include <signal.h>

#include "arena.h"
#include "db.h"
#include "instant.h"

struct row {
	int64_t value;
};

static const struct pg_column row_columns[] = {
	PG_INT8(struct row, value),
	PG_END,
};

static const struct statement backend_pid = {
	.name = "backend_pid",
	.sql = "SELECT pg_backend_pid() AS value",
	.shape = STATEMENT_SCALARS,
	.results = row_columns,
	.result_size = sizeof(struct row),
};

static struct db *connect_with_timeout(int64_t statement_timeout_ms)
{
	struct err err = { 0 };
	struct db *db =
		db_connect(&(struct db_options){ .conninfo = getenv("GROWTH_POSTGRES_CONNINFO"),
						 .default_user = "postgres",
						 .application_name = "test",
						 .statement_timeout_ms = statement_timeout_ms },
			   &err);

	cr_assert(db, "%s", err.text);
	return db;
}

static pid_t pid_of(struct db *db, struct arena *arena)
{
	struct err err = { 0 };
	struct row *rows;
	size_t count;

	cr_assert(db_run(db, &backend_pid, NULL, 0, arena, &rows, &count, &err), "%s", err.text);
	cr_assert(count == 1);
	return (pid_t)rows[0].value;
}

Test(stalled, an_answer_that_does_not_come_is_not_waited_for, .timeout = 60)
{
	struct db *db = connect_with_timeout(100);
	struct err err = { 0 };
	struct arena arena;
	int64_t start, waited;
	pid_t pid;

	arena_init(&arena);
	pid = pid_of(db, &arena);
	cr_assert(kill(pid, SIGSTOP) == 0);
	start = monotonic_us();
	cr_expect(!db_begin(db, &err));
	waited = monotonic_us() - start;
	cr_expect(err.kind == ERR_RETRY);
	cr_expect_str_eq(err.text, "begin: Postgres has not answered for 5 s [connection]");
	cr_expect(waited > 5 * US_PER_SECOND && waited < 15 * US_PER_SECOND, "%lld us",
		  (long long)waited);
	cr_expect(db_is_broken(db), "the connection must not be used again");
	cr_expect(!db_commit(db, &err) && err.kind == ERR_RETRY);
	db_rollback(db);
	db_close(db);
	kill(pid, SIGCONT);
	arena_release(&arena);
}

/* More than the sockets' buffers hold: the sender waits, too. */
Test(stalled, a_statement_that_cannot_be_sent_is_given_up, .timeout = 60)
{
	size_t length = (size_t)8 * 1024 * 1024;
	struct db *db = connect_with_timeout(100);
	char *sql = calloc(1, length + 1);
	struct err err = { 0 };
	struct arena arena;
	pid_t pid;

	arena_init(&arena);
	pid = pid_of(db, &arena);
	memset(sql, ' ', length);
	memcpy(sql, "SELECT 1", 8);
	cr_assert(kill(pid, SIGSTOP) == 0);
	cr_expect(!db_script(db, sql, &err));
	cr_expect(err.kind == ERR_RETRY && db_is_broken(db));
	db_close(db);
	kill(pid, SIGCONT);
	arena_release(&arena);
	free(sql);
}

Test(stalled, a_slow_statement_is_ended_by_the_server, .timeout = 60)
{
	struct db *db = connect_with_timeout(100);
	struct err err = { 0 };

	cr_expect(!db_script(db, "SELECT pg_sleep(30)", &err));
	cr_expect_str_eq(err.code, "57014");
	cr_expect(!db_is_broken(db) && db_script(db, "SELECT 1", &err), "%s", err.text);
	db_close(db);
}
