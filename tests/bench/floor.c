/*
 * The least that one event can take: one Postgres commit, then one Kafka transaction with one
 * message and one offset, nothing else going on. Each waits for the last, with a pause between
 * them: a Kafka transaction that begins as soon as the last one has ended takes longer, because the
 * broker is still writing that one's markers. The publisher's own settings.
 *   bench-floor ROUNDS PAUSE_MS
 * Needs the topic contractor.matched of GROWTH_KAFKA_TOPIC_PREFIX. Prints a JSON object: p50, p99,
 * p999 of both together, commit_p50 and transaction_p50, in ms.
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench.h"
#include "instant.h"
#include "messages.h"

#define ASK_MS 10000
#define WARM_UP 50

struct floor_bench {
	PGconn *postgres;
	rd_kafka_t *producer;
	rd_kafka_consumer_group_metadata_t *group;
	rd_kafka_topic_partition_list_t *offsets;
	char matched[300];
};

static void execute(PGconn *postgres, const char *sql)
{
	PGresult *result = PQexec(postgres, sql);

	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		bench_fail(sql, PQerrorMessage(postgres));
	PQclear(result);
}

static void check(rd_kafka_error_t *error, const char *what)
{
	if (error)
		bench_fail(what, rd_kafka_error_string(error));
}

static void connect_servers(struct floor_bench *bench)
{
	const char *const settings[] = {
		"transactional.id",  "bench-floor", "linger.ms", "1", "retry.backoff.ms", "1",
		"compression.codec", "lz4",         NULL
	};
	char updated[300];

	bench->postgres = PQconnectdb(getenv("GROWTH_POSTGRES_CONNINFO"));
	if (PQstatus(bench->postgres) != CONNECTION_OK)
		bench_fail("Postgres", PQerrorMessage(bench->postgres));
	execute(bench->postgres,
		"SET client_min_messages = warning; DROP TABLE IF EXISTS bench_floor; "
		"CREATE TABLE bench_floor (id INT PRIMARY KEY, n BIGINT) WITH (fillfactor = 50); "
		"INSERT INTO bench_floor VALUES (1, 0)");
	bench->producer = bench_client(RD_KAFKA_PRODUCER, settings);
	bench_topic(TOPIC_CONTRACTOR_MATCHED, bench->matched, sizeof(bench->matched));
	bench_topic(TOPIC_CONTRACTOR_UPDATED, updated, sizeof(updated));
	bench->group = rd_kafka_consumer_group_metadata_new("bench-floor");
	bench->offsets = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_list_add(bench->offsets, updated, 0);
	check(rd_kafka_init_transactions(bench->producer, ASK_MS), "init_transactions");
}

static void publish(struct floor_bench *bench, int64_t number)
{
	check(rd_kafka_begin_transaction(bench->producer), "begin_transaction");
	bench_produce(bench->producer, &(struct bench_message){ .topic = bench->matched,
								.value = &number,
								.value_length = sizeof(number) });
	bench->offsets->elems[0].offset = number;
	check(rd_kafka_send_offsets_to_transaction(bench->producer, bench->offsets, bench->group,
						   ASK_MS),
	      "send_offsets_to_transaction");
	check(rd_kafka_commit_transaction(bench->producer, ASK_MS), "commit_transaction");
}

int main(int argc, char **argv)
{
	const size_t rounds = argc == 3 ? (size_t)strtoull(argv[1], NULL, 10) : 0;
	const struct timespec pause = { .tv_nsec = argc == 3 ? strtol(argv[2], NULL, 10) * 1000000
							     : 0 };
	int64_t *both = calloc(rounds + 1, sizeof(*both)),
		*commits = calloc(rounds + 1, sizeof(*both)),
		*transactions = calloc(rounds + 1, sizeof(*both));
	struct floor_bench bench = { 0 };

	if (rounds == 0 || !both || !commits || !transactions)
		bench_fail("usage", "bench-floor ROUNDS PAUSE_MS");
	connect_servers(&bench);
	for (size_t i = 0; i < rounds + WARM_UP; i++) {
		size_t place = i < WARM_UP ? 0 : i - WARM_UP;
		int64_t start, stored;

		nanosleep(&pause, NULL);
		start = monotonic_us();
		execute(bench.postgres,
			"BEGIN; UPDATE bench_floor SET n = n + 1 WHERE id = 1; COMMIT");
		stored = monotonic_us();
		publish(&bench, (int64_t)i);
		both[place] = monotonic_us() - start;
		commits[place] = stored - start;
		transactions[place] = both[place] - commits[place];
	}
	sort_durations(both, rounds);
	sort_durations(commits, rounds);
	sort_durations(transactions, rounds);
	printf("{\"p50\": %.4g, \"p99\": %.4g, \"p999\": %.4g, \"commit_p50\": %.4g, "
	       "\"transaction_p50\": %.4g}\n",
	       percentile_ms(both, rounds, 0.5), percentile_ms(both, rounds, 0.99),
	       percentile_ms(both, rounds, 0.999), percentile_ms(commits, rounds, 0.5),
	       percentile_ms(transactions, rounds, 0.5));
	rd_kafka_topic_partition_list_destroy(bench.offsets);
	rd_kafka_consumer_group_metadata_destroy(bench.group);
	rd_kafka_destroy(bench.producer);
	PQfinish(bench.postgres);
	free(both);
	free(commits);
	free(transactions);
	return 0;
}
