/*
 * What Postgres does at best with the rows that a worker changed: record.sql has recorded them,
 * statement by statement, and here one connection changes the same rows once more in the same
 * transactions, on a copy of the database as it was before: same tables, keys, indexes and
 * positions, outbox rows included unless said otherwise. Nothing is read, decided or published, and
 * only columns that ever change are sent.
 *   bench-ceiling RECORDED TARGET unnest|place|copy|replace outbox|no-outbox [BEFORE]
 *     (RECORDED, TARGET and BEFORE are libpq connection strings)
 *     unnest   prepared INSERT, UPDATE and DELETE over binary arrays; a transaction is one
 *              pipeline, and the next one is sent before this one is answered: the server never
 *              waits
 *     place    as unnest, but an UPDATE finds its rows where they are (ctid), which was looked up
 *              in BEFORE, another copy: those that nothing has changed before it
 *     copy     binary COPY: straight into the table for an INSERT, into a temporary table for an
 *              UPDATE that joins it
 *     replace  as copy, but an UPDATE deletes the rows and copies the new ones in, where no
 *              foreign key points at the table
 * A position is advanced by its key, and like of every statement the number of rows is compared
 * with what the worker changed. Prints a JSON object: transactions, rows, seconds, postgres_cpu
 * (seconds of the backend).
 */
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "instant.h"
#include "replay.h"

static PGconn *connect_to(const char *conninfo)
{
	PGconn *connection = PQconnectdb(conninfo);

	if (PQstatus(connection) != CONNECTION_OK)
		bench_fail("Postgres", PQerrorMessage(connection));
	return connection;
}

static void learn_places(struct recording *recording, const char *conninfo)
{
	PGconn *before = connect_to(conninfo);

	replay_learn_places(recording, before);
	PQfinish(before);
}

int main(int argc, char **argv)
{
	static const char *const names[] = { "unnest", "place", "copy", "replace" };
	struct recording recording;
	enum replay_method method = REPLAY_UNNEST;
	PGconn *source, *target;
	int64_t start;
	double cpu;

	if (argc != 5 && argc != 6)
		bench_fail(
			"usage",
			"bench-ceiling RECORDED TARGET unnest|place|copy|replace outbox|no-outbox [BEFORE]");
	while (strcmp(argv[3], names[method]) != 0)
		if (++method > REPLAY_REPLACE)
			bench_fail(argv[3], "no such method");
	source = connect_to(argv[1]);
	target = connect_to(argv[2]);
	recording_load(&recording, source, strcmp(argv[4], "outbox") == 0);
	replay_prepare(&recording, target, method);
	if (method == REPLAY_PLACE)
		learn_places(&recording, argc == 6 ? argv[5] : "");
	PQfinish(source);
	cpu = process_seconds(PQbackendPID(target));
	start = monotonic_us();
	replay_run(&recording, target, method);
	start = monotonic_us() - start;
	printf("{\"transactions\": %zu, \"rows\": %" PRId64
	       ", \"seconds\": %.6f, \"postgres_cpu\": %.3f}\n",
	       recording.transaction_count, recording.row_count, (double)start / 1e6,
	       process_seconds(PQbackendPID(target)) - cpu);
	recording_release(&recording);
	PQfinish(target);
	return 0;
}
