/*
 * What flows in, the same in every run:
 *   bench-load first CONTRACTORS
 *     the first profile of each contractor, 1…CONTRACTORS
 *   bench-load changes CONTRACTORS EVENTS [APART]
 *     after that: each event changes a profile, and half of them change its matches; APART (1):
 *     of CONTRACTORS so far from each other, the first, the one APART behind it, …
 *   bench-load copy FROM_PREFIX NAME
 *     the committed messages of a topic of another prefix, keys and headers included
 * All go to topics of GROWTH_KAFKA_TOPIC_PREFIX, and the program returns when the broker has them
 * all. It prints how many there are, and for `changes` how many change a match. Contractors come by
 * turns, far from each other; no batch has one twice unless it is larger than CONTRACTORS. What
 * changes no match changes the revenue alone; what does, the size of the team, to and fro between
 * that of the patterns (9, score 1) and twice that (0.5).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "instant.h"
#include "messages.h"

#define FIRST (INT64_C(1735689600) * US_PER_SECOND) /* of the events' times */
#define CHANGES (FIRST + 10 * US_PER_DAY)
#define STEP 7919 /* a prime: from one contractor to the next */
#define FLUSH_MS 120000
#define READ_MS 30000

static const char *const tiers[] = {
	"0_5_million",   "5_10_million",   "11_20_million",   "21_30_million",   "31_50_million",
	"51_75_million", "76_100_million", "101_150_million", "151_300_million", "300_plus_million",
};

struct load {
	rd_kafka_t *producer;
	char topic[300];
};

static void produce_profile(struct load *load, int64_t id, int64_t at, int people, int64_t revenue)
{
	char key[32], time[INSTANT_TEXT_SIZE], value[512];
	int key_length, length;

	instant_format(at, time);
	key_length = snprintf(key, sizeof(key), "%lld", (long long)id);
	length = snprintf(value, sizeof(value),
			  "{\"contractor_id\":%lld,\"occurred_at\":\"%s\",\"revenue_tier\":\"%s\","
			  "\"team_size\":%d,\"current_stage\":\"growth\","
			  "\"focus_areas\":[\"closing_sales\"],\"annual_revenue\":%lld}",
			  (long long)id, time, tiers[id % 10], people, (long long)revenue);
	bench_produce(load->producer, &(struct bench_message){ .topic = load->topic,
							       .key = key,
							       .key_length = (size_t)key_length,
							       .value = value,
							       .value_length = (size_t)length });
}

static int64_t first(struct load *load, int64_t contractors)
{
	for (int64_t id = 1; id <= contractors; id++)
		produce_profile(load, id, FIRST + id, 9, 1000000 + id);
	printf("%lld\n", (long long)contractors);
	return contractors;
}

/* SplitMix64's finalizer: as good as a coin. */
static bool is_heads(uint64_t number)
{
	number = (number + 1) * UINT64_C(0x9e3779b97f4a7c15);
	number = (number ^ number >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	number = (number ^ number >> 27) * UINT64_C(0x94d049bb133111eb);
	return (number ^ number >> 31) & 1;
}

static int64_t changes(struct load *load, int64_t contractors, int64_t events, int64_t apart)
{
	bool *is_large = calloc((size_t)contractors, sizeof(*is_large));
	int64_t changing = 0;

	if (!is_large)
		bench_fail("memory", "none left");
	for (int64_t number = 0; number < events; number++) {
		int64_t place = number * STEP % contractors;
		bool is_changing = is_heads((uint64_t)number);

		is_large[place] ^= is_changing;
		changing += is_changing;
		produce_profile(load, 1 + place * apart, CHANGES + number, is_large[place] ? 18 : 9,
				2000000000 + number);
	}
	free(is_large);
	printf("%lld %lld\n", (long long)events, (long long)changing);
	return events;
}

static int64_t copy(struct load *load, const char *prefix, const char *name)
{
	const char *const consuming[] = { "group.id",
					  "bench-load",
					  "isolation.level",
					  "read_committed",
					  "enable.auto.commit",
					  "false",
					  "enable.partition.eof",
					  "true",
					  NULL };
	rd_kafka_t *consumer = bench_client(RD_KAFKA_CONSUMER, consuming);
	rd_kafka_topic_partition_list_t *list;
	rd_kafka_message_t *message;
	char from[300];
	int ends = 0;
	int64_t count = 0;

	snprintf(from, sizeof(from), "%s%s", prefix, name);
	rd_kafka_poll_set_consumer(consumer);
	list = bench_partitions(consumer, from, RD_KAFKA_OFFSET_BEGINNING);
	rd_kafka_assign(consumer, list);
	while (ends < list->cnt && (message = rd_kafka_consumer_poll(consumer, READ_MS))) {
		rd_kafka_headers_t *headers = NULL;

		ends += message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
		if (!message->err) {
			rd_kafka_message_headers(message, &headers);
			bench_produce(load->producer,
				      &(struct bench_message){ .topic = load->topic,
							       .key = message->key,
							       .key_length = message->key_len,
							       .value = message->payload,
							       .value_length = message->len,
							       .headers = headers });
			count++;
		}
		rd_kafka_message_destroy(message);
	}
	if (ends < list->cnt)
		bench_fail(from, "its end was not reached");
	rd_kafka_topic_partition_list_destroy(list);
	rd_kafka_consumer_close(consumer);
	rd_kafka_destroy(consumer);
	printf("%lld\n", (long long)count);
	return count;
}

/* The topic was empty before. */
static void check_arrival(struct load *load, int64_t count)
{
	rd_kafka_topic_partition_list_t *list;
	int64_t sum = 0, low, high;

	if (rd_kafka_flush(load->producer, FLUSH_MS))
		bench_fail(load->topic, "the broker does not take what is sent");
	list = bench_partitions(load->producer, load->topic, 0);
	for (int i = 0; i < list->cnt; i++) {
		if (rd_kafka_query_watermark_offsets(load->producer, load->topic, i, &low, &high,
						     READ_MS))
			bench_fail(load->topic, "its end is not known");
		sum += high - low;
	}
	rd_kafka_topic_partition_list_destroy(list);
	if (sum < count)
		bench_fail(load->topic, "some messages did not arrive");
}

int main(int argc, char **argv)
{
	const char *const producing[] = { "partitioner",
					  "murmur2_random",
					  "enable.idempotence",
					  "true",
					  "linger.ms",
					  "20",
					  "compression.codec",
					  "lz4",
					  "queue.buffering.max.messages",
					  "200000",
					  NULL };
	const char *what = argc > 1 ? argv[1] : "";
	struct load load;
	int64_t count = 0;

	if (strcmp(what, "first") != 0 && argc != 4 && argc != 5)
		bench_fail("usage",
			   "bench-load first N | changes N EVENTS [APART] | copy PREFIX NAME");
	load.producer = bench_client(RD_KAFKA_PRODUCER, producing);
	bench_topic(strcmp(what, "copy") == 0 ? argv[3] : TOPIC_CONTRACTOR_UPDATED, load.topic,
		    sizeof(load.topic));
	if (strcmp(what, "first") == 0 && argc == 3)
		count = first(&load, strtoll(argv[2], NULL, 10));
	else if (strcmp(what, "changes") == 0)
		count = changes(&load, strtoll(argv[2], NULL, 10), strtoll(argv[3], NULL, 10),
				argc > 4 ? strtoll(argv[4], NULL, 10) : 1);
	else if (strcmp(what, "copy") == 0)
		count = copy(&load, argv[2], argv[3]);
	check_arrival(&load, count);
	rd_kafka_destroy(load.producer);
	return 0;
}
