/*
 * Watches workers that work off a backlog, from outside: what their group has
 * committed in Kafka, and what processor time they and the servers take.
 *   bench-drain GROUP TOPIC SECONDS POSTMASTER BROKER[,BROKER…] WORKER…
 * (process ids) From the first commit seen to the last: what was committed when
 * the first was seen does not count. Prints a JSON object: events (of that
 * span), seconds, total, first_at (CLOCK_MONOTONIC of the first commit, in s),
 * worker_cpu, postgres_cpu, broker_cpu (seconds), peak_kib of the largest
 * worker, spread: when half is done, the difference between the longest and the
 * shortest lag of a partition, as a share of the mean backlog of a partition.
 * Fails after SECONDS, or when a worker has left.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"
#include "instant.h"

#define LOOK_MS 10
#define LOOK_AWAY_MS 100 /* in the middle: asking costs the broker time, too */
#define NEAR 20          /* the last of so many parts is not the middle */
#define ASK_MS 10000
#define WORKERS_MAX 16

struct sample {
	int64_t at, done;
	double worker, postgres, broker;
};

struct drain {
	rd_kafka_t *client;
	rd_kafka_topic_partition_list_t *list;
	int64_t *ends;
	int64_t total;
	int64_t postmaster, workers[WORKERS_MAX];
	const char *brokers; /* process ids with commas between them */
	int worker_count;
	double spread; /* below 0: not known yet */
};

static void read_ends(struct drain *drain, const char *topic)
{
	drain->ends = calloc((size_t)drain->list->cnt, sizeof(*drain->ends));
	if (!drain->ends)
		bench_fail("memory", "none left");
	for (int i = 0; i < drain->list->cnt; i++) {
		int64_t low;

		if (rd_kafka_query_watermark_offsets(drain->client, topic, i, &low, &drain->ends[i],
						     ASK_MS))
			bench_fail(topic, "its end is not known");
		drain->total += drain->ends[i];
	}
	if (drain->total == 0)
		bench_fail(topic, "there is no backlog");
}

/* Of all partitions together; -1 when the broker does not say, as just after
 * its start. */
static int64_t committed(struct drain *drain)
{
	int64_t done = 0, longest = 0, shortest = INT64_MAX;

	if (rd_kafka_committed(drain->client, drain->list, ASK_MS))
		return -1;
	for (int i = 0; i < drain->list->cnt; i++) {
		int64_t offset = drain->list->elems[i].offset, lag;

		offset = offset > 0 ? offset : 0;
		lag = drain->ends[i] - offset;
		done += offset;
		longest = lag > longest ? lag : longest;
		shortest = lag < shortest ? lag : shortest;
	}
	if (drain->spread < 0 && done * 2 >= drain->total)
		drain->spread = (double)(longest - shortest) * drain->list->cnt /
				(double)drain->total;
	return done;
}

static struct sample take_sample(const struct drain *drain, int64_t done)
{
	struct sample sample = { .at = monotonic_us(), .done = done };

	for (int i = 0; i < drain->worker_count; i++)
		sample.worker += process_seconds(drain->workers[i]);
	sample.postgres = server_seconds(drain->postmaster);
	for (const char *rest = drain->brokers; rest;
	     rest = strchr(rest, ','), rest += rest != NULL)
		sample.broker += process_seconds(strtoll(rest, NULL, 10));
	return sample;
}

/* A process that has ended has no memory, waited for or not. */
static void check_workers(const struct drain *drain)
{
	for (int i = 0; i < drain->worker_count; i++)
		if (process_peak_kib(drain->workers[i]) == 0)
			bench_fail("worker", "has left; its log says why");
}

static void pause_until_next(const struct drain *drain, int64_t done, int64_t wanted)
{
	bool near = done <= 0 || wanted - done < drain->total / NEAR;
	struct timespec pause = { .tv_nsec = (near ? LOOK_MS : LOOK_AWAY_MS) * 1000000 };

	nanosleep(&pause, NULL);
}

static struct sample wait_until(struct drain *drain, int64_t wanted, int64_t deadline)
{
	int64_t done;

	while ((done = committed(drain)) < wanted) {
		check_workers(drain);
		if (monotonic_us() > deadline) {
			fprintf(stderr, "bench: %" PRId64 " of %" PRId64 " events are done\n", done,
				drain->total);
			bench_fail("backlog", "not worked off in time");
		}
		pause_until_next(drain, done, wanted);
	}
	return take_sample(drain, done);
}

static void tell(const struct drain *drain, const struct sample *first, const struct sample *last)
{
	int64_t peak = 0;

	for (int i = 0; i < drain->worker_count; i++) {
		int64_t own = process_peak_kib(drain->workers[i]);

		peak = own > peak ? own : peak;
	}
	printf("{\"events\": %" PRId64 ", \"seconds\": %.6f, \"total\": %" PRId64
	       ", \"first_at\": %.6f, \"worker_cpu\": %.3f, \"postgres_cpu\": %.3f, "
	       "\"broker_cpu\": %.3f, \"peak_kib\": %" PRId64 ", \"spread\": %.4f}\n",
	       last->done - first->done, (double)(last->at - first->at) / 1e6, drain->total,
	       (double)first->at / 1e6, last->worker - first->worker,
	       last->postgres - first->postgres, last->broker - first->broker, peak, drain->spread);
}

int main(int argc, char **argv)
{
	struct drain drain = { .spread = -1 };
	struct sample first, last;
	int64_t deadline;

	if (argc < 8 || argc > 7 + WORKERS_MAX)
		bench_fail("usage",
			   "bench-drain GROUP TOPIC SECONDS SKIPPED POSTMASTER BROKERS WORKER…");
	const char *const settings[] = { "group.id", argv[1], "enable.auto.commit", "false", NULL };

	deadline = monotonic_us() + strtoll(argv[3], NULL, 10) * US_PER_SECOND;
	drain.postmaster = strtoll(argv[5], NULL, 10);
	drain.brokers = argv[6];
	for (int i = 7; i < argc; i++)
		drain.workers[drain.worker_count++] = strtoll(argv[i], NULL, 10);
	drain.client = bench_client(RD_KAFKA_CONSUMER, settings);
	drain.list = bench_partitions(drain.client, argv[2], 0);
	read_ends(&drain, argv[2]);
	first = wait_until(&drain, strtoll(argv[4], NULL, 10), deadline);
	last = wait_until(&drain, drain.total, deadline);
	tell(&drain, &first, &last);
	rd_kafka_topic_partition_list_destroy(drain.list);
	rd_kafka_destroy(drain.client);
	free(drain.ends);
	return 0;
}
