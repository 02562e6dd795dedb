/* No answer from Postgres is waited for without an end: db_await.c, against a real server that lets
 * us wait. */
#include <pthread.h>

#include "database.h"
#include "instant.h"

static struct db *connect_to(struct db_options options)
{
	struct err err = { 0 };
	struct db *db;

	options.conninfo = getenv("GROWTH_POSTGRES_CONNINFO");
	options.default_user = "postgres";
	options.application_name = "test";
	cr_assert(options.conninfo, "GROWTH_POSTGRES_CONNINFO is not set: run this by tests/run");
	db = db_connect(&options, &err);
	cr_assert(db, "%s", err.text);
	return db;
}

static void *set_soon(void *flag)
{
	struct timespec soon = { .tv_nsec = 300 * 1000 * 1000 };

	nanosleep(&soon, NULL);
	atomic_store((atomic_bool *)flag, true);
	return NULL;
}

/* A server that takes longer than its own statement_timeout has stopped to work, whatever its
 * socket says. */
Test(db_await, a_silent_server_is_given_up)
{
	struct db *db = connect_to((struct db_options){ .statement_timeout_ms = 100 });
	struct err err = { 0 };
	int64_t start = monotonic_us();

	cr_expect(!db_script(db, "SET statement_timeout = 0; SELECT pg_sleep(60)", &err));
	cr_expect(monotonic_us() - start < 20 * US_PER_SECOND);
	cr_expect_eq(err.kind, ERR_RETRY, "%s", err.text);
	cr_expect(strstr(err.text, "no answer"), "%s", err.text);
	cr_expect(db_is_broken(db));
	db_rollback(db);
	cr_expect(!db_commit(db, &err));
	cr_expect(monotonic_us() - start < 20 * US_PER_SECOND, "a broken connection waits");
	db_close(db);
}

Test(db_await, a_slow_answer_within_the_time_is_awaited)
{
	struct db *db = connect_to((struct db_options){ .statement_timeout_ms = 100 });
	struct err err = { 0 };

	cr_expect(db_script(db, "SET statement_timeout = 0; SELECT pg_sleep(1)", &err), "%s",
		  err.text);
	cr_expect(!db_is_broken(db));
	cr_expect(!db_script(db, "SET statement_timeout = 100; SELECT pg_sleep(60)", &err) ||
		  !db_script(db, "SELECT pg_sleep(60)", &err));
	cr_expect_str_eq(err.code, "57014", "the server's own timeout comes first: %s", err.text);
	cr_expect(!db_is_broken(db));
	db_close(db);
}

Test(db_await, waiting_ends_when_it_is_told_to)
{
	atomic_bool stop = false;
	struct db *db = connect_to((struct db_options){ .stop = &stop });
	struct err err = { 0 };
	int64_t start = monotonic_us();
	pthread_t thread;

	cr_assert(pthread_create(&thread, NULL, set_soon, &stop) == 0);
	cr_expect(!db_script(db, "SELECT pg_sleep(60)", &err));
	cr_expect(monotonic_us() - start < 20 * US_PER_SECOND);
	cr_expect(db_is_broken(db));
	pthread_join(thread, NULL);
	db_close(db);
}

static void count_answer(void *closure)
{
	++*(int *)closure;
}

Test(db_await, every_answer_is_told_of)
{
	int answers = 0, before;
	struct db *db =
		connect_to((struct db_options){ .on_answer = count_answer, .closure = &answers });
	struct err err = { 0 };

	before = answers;
	cr_expect(db_script(db, "SELECT 1", &err));
	cr_expect(!db_script(db, "SELECT 1/0", &err));
	cr_expect_eq(answers, before + 2, "%d", answers - before);
	db_close(db);
}

/* More than the sockets' buffers hold, both ways: the server must not wait for us while we wait for
 * it. */
Test(db_await, a_long_statement_and_a_long_answer)
{
	struct db *db = connect_to((struct db_options){ .statement_timeout_ms = 60000 });
	size_t length = 8 * 1024 * 1024;
	char *sql = malloc(length + 64);
	struct err err = { 0 };
	int start = snprintf(sql, 64, "SELECT repeat('y', 8000000); SELECT '");

	memset(sql + start, 'x', length);
	memcpy(sql + start + length, "'", 2);
	cr_expect(db_script(db, sql, &err), "%s", err.text);
	free(sql);
	db_close(db);
}

/* The server's process dies under a statement. */
Test(db_await, a_broken_connection_is_no_silence)
{
	struct db *db = connect_to((struct db_options){ .statement_timeout_ms = 60000 });
	struct err err = { 0 };
	int64_t start = monotonic_us();

	cr_expect(!db_script(db, "SELECT pg_terminate_backend(pg_backend_pid())", &err));
	cr_expect(db_is_broken(db));
	cr_expect_eq(err.kind, ERR_RETRY, "%s", err.text);
	cr_expect(!db_script(db, "SELECT 1", &err));
	cr_expect_eq(err.kind, ERR_RETRY, "%s", err.text);
	cr_expect(monotonic_us() - start < 20 * US_PER_SECOND);
	db_close(db);
}
