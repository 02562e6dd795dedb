/*
 * What a live event's way through matcher takes: contractor.updated at a fixed rate, each at its
 * time whatever became of those before, until the contractor.matched that it causes is readable for
 * a read_committed consumer.
 *   bench-latency WHAT CONTRACTORS RATE SECONDS NUMBER
 * The first two seconds do not count: a producer's first messages are late. Profiles of
 * 1…CONTRACTORS in turn, each other than the last; NUMBER tells runs of one database apart. Prints
 * p50, p99, p99.9 and the longest as JSON lines, named "…, WHAT".
 */
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "instant.h"
#include "messages.h"

#define BASE \
	(INT64_C(1735689600) * US_PER_SECOND) /* of the events' times: behind all that is stored */
#define RUN_US (INT64_C(100000000))           /* more events than a run has */
#define LATE_US (60 * US_PER_SECOND)
#define WARMING_SECONDS 2

static const char *const tiers[] = {
	"0_5_million",   "5_10_million",   "11_20_million",   "21_30_million",   "31_50_million",
	"51_75_million", "76_100_million", "101_150_million", "151_300_million", "300_plus_million",
};

struct bench {
	rd_kafka_t *producer, *consumer;
	char updated[300], matched[300];
	int64_t contractors, rate, base;
	int64_t *took; /* of each event; 0: not seen yet */
	size_t count, warming, sent, seen;
	int64_t start;
};

static void connect_clients(struct bench *bench)
{
	const char *const producing[] = { "linger.ms", "0", "partitioner", "murmur2_random", NULL };
	const char *const consuming[] = { "group.id",
					  "bench-latency",
					  "isolation.level",
					  "read_committed",
					  "enable.auto.commit",
					  "false",
					  "enable.partition.eof",
					  "true",
					  "fetch.wait.max.ms",
					  "10",
					  NULL };

	bench->producer = bench_client(RD_KAFKA_PRODUCER, producing);
	bench->consumer = bench_client(RD_KAFKA_CONSUMER, consuming);
	rd_kafka_poll_set_consumer(bench->consumer);
	bench_topic(TOPIC_CONTRACTOR_UPDATED, bench->updated, sizeof(bench->updated));
	bench_topic(TOPIC_CONTRACTOR_MATCHED, bench->matched, sizeof(bench->matched));
}

/* Reads from the end of every partition, and returns when it is there. */
static void begin_reading(struct bench *bench)
{
	rd_kafka_topic_partition_list_t *list =
		bench_partitions(bench->consumer, bench->matched, RD_KAFKA_OFFSET_END);
	rd_kafka_message_t *message;
	int ends = 0;

	if (rd_kafka_assign(bench->consumer, list))
		bench_fail(bench->matched, "not assigned");
	while (ends < list->cnt && (message = rd_kafka_consumer_poll(bench->consumer, 10000))) {
		ends += message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
		rd_kafka_message_destroy(message);
	}
	if (ends < list->cnt)
		bench_fail(bench->matched, "its end is not reached");
	rd_kafka_topic_partition_list_destroy(list);
}

static int64_t due_at(const struct bench *bench, size_t number)
{
	return bench->start + (int64_t)number * US_PER_SECOND / bench->rate;
}

static void send_event(struct bench *bench)
{
	int64_t number = (int64_t)bench->sent++, id = 1 + number * 7919 % bench->contractors;
	char key[32], time[INSTANT_TEXT_SIZE], value[512];
	int length;

	instant_format(bench->base + number, time);
	snprintf(key, sizeof(key), "%lld", (long long)id);
	length = snprintf(
		value, sizeof(value),
		"{\"contractor_id\":%lld,\"occurred_at\":\"%s\",\"revenue_tier\":\"%s\","
		"\"team_size\":%lld,\"current_stage\":\"growth\",\"focus_areas\":[\"closing_sales\"],"
		"\"annual_revenue\":%lld}",
		(long long)id, time, tiers[id % 10], (long long)(1 + number % 60),
		(long long)(bench->base % 1000000007 + number));
	bench_produce(bench->producer, &(struct bench_message){ .topic = bench->updated,
								.key = key,
								.key_length = strlen(key),
								.value = value,
								.value_length = (size_t)length });
}

/* A sweep's own messages carry the profile's old time: they are nobody's. */
static void note_event(struct bench *bench, const rd_kafka_message_t *message, struct arena *arena)
{
	struct contractor_matched matched;
	struct err err = { 0 };
	int64_t number, now = monotonic_us();

	if (message->err || !message->payload)
		return;
	if (!json_decode(message->payload, message->len, contractor_matched_fields, &matched,
			 sizeof(matched), arena, &err))
		bench_fail("contractor.matched", err.text);
	number = matched.occurred_at - bench->base;
	if (number < 0 || number >= (int64_t)bench->count || bench->took[number])
		return;
	bench->took[number] = now - due_at(bench, (size_t)number);
	bench->seen++;
}

static void run(struct bench *bench)
{
	struct arena arena;
	int64_t end;

	arena_init(&arena);
	bench->start = monotonic_us() + US_PER_SECOND / 10;
	end = due_at(bench, bench->count) + LATE_US;
	while (bench->seen < bench->count && monotonic_us() < end) {
		rd_kafka_message_t *message;

		while (bench->sent < bench->count && due_at(bench, bench->sent) <= monotonic_us())
			send_event(bench);
		rd_kafka_poll(bench->producer, 0);
		message = rd_kafka_consumer_poll(bench->consumer, 1);
		if (!message)
			continue;
		note_event(bench, message, &arena);
		rd_kafka_message_destroy(message);
		arena_reset(&arena);
	}
	arena_release(&arena);
	if (bench->seen < bench->count)
		bench_fail("contractor.matched", "some events are not answered within a minute");
}

static void tell(const struct bench *bench, const char *what, const char *name, double share)
{
	printf("{\"figure\": \"update to match, %s, %s\", \"worker\": \"matcher\", \"value\": %.4g, \"unit\": \"ms\"}\n",
	       name, what,
	       percentile_ms(bench->took + bench->warming, bench->count - bench->warming, share));
}

int main(int argc, char **argv)
{
	struct bench bench = { 0 };

	if (argc != 6)
		bench_fail("usage", "bench-latency WHAT CONTRACTORS RATE SECONDS NUMBER");
	bench.contractors = strtoll(argv[2], NULL, 10);
	bench.rate = strtoll(argv[3], NULL, 10);
	bench.warming = (size_t)(bench.rate * WARMING_SECONDS);
	bench.count = bench.warming + (size_t)(bench.rate * strtoll(argv[4], NULL, 10));
	bench.base = BASE + strtoll(argv[5], NULL, 10) * RUN_US;
	bench.took = calloc(bench.count, sizeof(*bench.took));
	if (!bench.took)
		bench_fail("memory", "none left");
	connect_clients(&bench);
	begin_reading(&bench);
	run(&bench);
	sort_durations(bench.took + bench.warming, bench.count - bench.warming);
	tell(&bench, argv[1], "p50", 0.50);
	tell(&bench, argv[1], "p99", 0.99);
	tell(&bench, argv[1], "p99.9", 0.999);
	tell(&bench, argv[1], "max", 1);
	free(bench.took);
	rd_kafka_consumer_close(bench.consumer);
	rd_kafka_destroy(bench.consumer);
	rd_kafka_destroy(bench.producer);
	return 0;
}
