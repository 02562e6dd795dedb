/*
 * What a recalculation costs, against the history of recalculate.sql. Each measurement is a process
 * of its own, for the sake of its peak memory, and writes its figures as JSON lines:
 *   bench-recalculate copy      the yardstick: binary COPY of both tables, all columns, unseen
 *   bench-recalculate work      the worker's own task, from its snapshot to the patterns
 *   bench-recalculate split N   the same for the N lowest transitions: reading, spells, statistics
 */
#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "instant.h"
#include "pattern.h"
#include "recalculate.h"
#include "search.h"
#include "store.h"

#define THREADS 2                                   /* as unless configured */
#define AS_OF (INT64_C(1735689600) * US_PER_SECOND) /* 2025-01-01: behind all of the history */

static const struct analyzer_config *config(void)
{
	static struct analyzer_config config;

	config.vocabulary = default_vocabulary;
	config.constants = default_constants;
	config.recalculation.threads = THREADS;
	return &config;
}

static void tell(const char *figure, double value, const char *unit)
{
	printf("{\"figure\": \"%s\", \"worker\": \"cohort-analyzer\", \"value\": %.6g, \"unit\": \"%s\"}\n",
	       figure, value, unit);
}

static double seconds_since(int64_t start)
{
	return (double)(monotonic_us() - start) / US_PER_SECOND;
}

static void tell_memory(const char *figure)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	tell(figure, (double)usage.ru_maxrss / 1024, "MiB");
}

static _Noreturn void give_up(const char *what)
{
	fprintf(stderr, "bench-recalculate: %s\n", what);
	exit(EXIT_FAILURE);
}

static void copy_table(PGconn *connection, const char *sql)
{
	PGresult *result = PQexec(connection, sql);
	char *row;
	int length;

	if (PQresultStatus(result) != PGRES_COPY_OUT)
		give_up(PQerrorMessage(connection));
	PQclear(result);
	while ((length = PQgetCopyData(connection, &row, 0)) > 0)
		PQfreemem(row);
	if (length != -1)
		give_up(PQerrorMessage(connection));
	while ((result = PQgetResult(connection)))
		PQclear(result);
}

static void copy(const char *conninfo)
{
	PGconn *connection = PQconnectdb(conninfo);
	int64_t start = monotonic_us();

	copy_table(connection, "COPY contractor_observations TO STDOUT (FORMAT binary)");
	copy_table(connection, "COPY contractor_actions TO STDOUT (FORMAT binary)");
	tell("COPY of the same rows", seconds_since(start), "s");
	PQfinish(connection);
}

static struct db *connect_db(const char *conninfo, const atomic_bool *stop)
{
	struct err err = { 0 };
	struct db *db = db_connect(&(struct db_options){ .conninfo = conninfo,
							 .default_user = "growth_cohort_analyzer",
							 .schema = "cohort_analyzer",
							 .application_name = "bench",
							 .stop = stop },
				   &err);

	if (!db)
		give_up(err.text);
	return db;
}

static void work(const char *conninfo)
{
	atomic_bool stop = false;
	struct db *db = connect_db(conninfo, &stop);
	struct request request = { .event_id = "bench", .as_of = AS_OF };
	struct recalculation_job job = { .request = &request };
	struct arena arena;
	struct err err = { 0 };
	void *result;
	int64_t start = monotonic_us();

	arena_init(&arena);
	if (!recalculation_work(db, config(), &job, &arena, &stop, &result, &err))
		give_up(err.text);
	tell("recalculation of every pattern", seconds_since(start), "s");
	tell_memory("recalculation of every pattern, peak memory");
	arena_release(&arena);
	db_close(db);
}

/* Looks when the last row was read. */
struct watch {
	atomic_llong rows;
	atomic_bool ended;
	int64_t last_row;
};

static void *watch_rows(void *closure)
{
	struct watch *watch = closure;
	struct timespec soon = { .tv_nsec = 5 * 1000 * 1000 };
	long long rows = 0;

	while (!atomic_load(&watch->ended)) {
		long long now = atomic_load(&watch->rows);

		if (now > rows)
			watch->last_row = monotonic_us();
		rows = now;
		nanosleep(&soon, NULL);
	}
	return NULL;
}

static void scan(struct db *db, struct cohorts *cohorts, struct watch *watch)
{
	atomic_bool stop = false;
	struct err err = { 0 };
	pthread_t thread;

	if (pthread_create(&thread, NULL, watch_rows, watch) != 0)
		give_up("no thread");
	if (!db_begin_snapshot(db, &err) ||
	    !history_scan(db, config(), cohorts, &stop, &watch->rows, &err))
		give_up(err.text);
	atomic_store(&watch->ended, true);
	pthread_join(thread, NULL);
}

static void split(const char *conninfo, size_t transitions)
{
	struct watch watch = { .last_row = 0 };
	struct arena arena;
	struct err err = { 0 };
	atomic_bool stop = false;
	struct found_patterns *found;
	struct db *db = connect_db(conninfo, NULL);
	int64_t start = monotonic_us(), scanned;
	char figure[64];

	arena_init(&arena);

	struct cohorts *cohorts =
		cohorts_new(&arena, &config()->vocabulary, &config()->constants, AS_OF);

	for (size_t i = transitions; i < cohorts->count; i++)
		cohorts->items[i].wanted = false;
	scan(db, cohorts, &watch);
	scanned = monotonic_us();
	found = arena_array(&arena, struct found_patterns, cohorts->count);
	if (!search_patterns(cohorts, THREADS, &stop, &arena, found, &err))
		give_up(err.text);
	snprintf(figure, sizeof(figure), "%zu of %zu transitions", transitions, cohorts->count);
	tell(figure, seconds_since(start), "s");
	snprintf(figure, sizeof(figure), "%zu transitions: reading", transitions);
	tell(figure, (double)(watch.last_row - start) / US_PER_SECOND, "s");
	snprintf(figure, sizeof(figure), "%zu transitions: spells", transitions);
	tell(figure, (double)(scanned - watch.last_row) / US_PER_SECOND, "s");
	snprintf(figure, sizeof(figure), "%zu transitions: statistics", transitions);
	tell(figure, seconds_since(scanned), "s");
	snprintf(figure, sizeof(figure), "%zu transitions: rows read", transitions);
	tell(figure, (double)atomic_load(&watch.rows), "rows");
	snprintf(figure, sizeof(figure), "%zu transitions: peak memory", transitions);
	tell_memory(figure);
	arena_release(&arena);
	db_close(db);
}

int main(int argc, char **argv)
{
	const char *conninfo = getenv("GROWTH_POSTGRES_CONNINFO");

	if (!conninfo)
		give_up("GROWTH_POSTGRES_CONNINFO is not set: run this by tests/bench/run");
	if (argc == 2 && strcmp(argv[1], "copy") == 0)
		copy(conninfo);
	else if (argc == 2 && strcmp(argv[1], "work") == 0)
		work(conninfo);
	else if (argc == 3 && strcmp(argv[1], "split") == 0)
		split(conninfo, strtoul(argv[2], NULL, 10));
	else
		give_up("copy, work or split N");
	return EXIT_SUCCESS;
}
