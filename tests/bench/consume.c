/*
 * What a worker's input costs without the work: the topic is read from its beginning to its end through librdkafka with a worker's
 * settings, and with "parse" each value is decoded by the table of its topic as well.
 *   bench-consume raw|parse TOPIC
 * Prints a JSON object: events, timed (without the first that came), seconds (since these came, for the timed ones), cpu (seconds of
 * this process, all threads).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "instant.h"
#include "messages.h"

#define TAKE 1000
#define TAKE_MS 50 /* at most, to have TAKE of them */
#define SILENCE_MS 30000

struct input {
	const char *topic;
	const struct json_field *fields;
	size_t size;
};

static const struct input *find_input(const char *topic)
{
	static const struct input inputs[] = {
		{ TOPIC_CONTRACTOR_UPDATED, contractor_updated_fields,
		  sizeof(struct contractor_updated) },
		{ TOPIC_CONTRACTOR_MATCHED, contractor_matched_fields,
		  sizeof(struct contractor_matched) },
		{ TOPIC_GOAL_COMPLETED, goal_completed_fields, sizeof(struct goal_completed) },
		{ TOPIC_GOAL_ENRICHED, goal_enriched_fields, sizeof(struct goal_enriched) },
		{ TOPIC_ACTION_RECORDED, action_recorded_fields, sizeof(struct action_recorded) },
	};

	for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++)
		if (strcmp(inputs[i].topic, topic) == 0)
			return &inputs[i];
	bench_fail(topic, "no worker's main input");
}

static void parse(const struct input *input, const rd_kafka_message_t *message, struct arena *arena)
{
	union {
		struct contractor_updated updated;
		struct contractor_matched matched;
		struct goal_completed completed;
		struct goal_enriched enriched;
		struct action_recorded action;
	} value;
	struct err err = { 0 };

	if (!json_decode(message->payload, message->len, input->fields, &value, input->size, arena,
			 &err))
		bench_fail(input->topic, err.text);
}

int main(int argc, char **argv)
{
	/* As common/runtime/worker.c has them. */
	const char *const consuming[] = { "group.id",
					  "bench-consume",
					  "enable.auto.commit",
					  "false",
					  "enable.auto.offset.store",
					  "false",
					  "isolation.level",
					  "read_committed",
					  "enable.partition.eof",
					  "true",
					  "fetch.wait.max.ms",
					  "50",
					  "queued.max.messages.kbytes",
					  "8192",
					  "queued.min.messages",
					  "10000",
					  "fetch.message.max.bytes",
					  "524288",
					  "fetch.max.bytes",
					  "1048576",
					  "check.crcs",
					  "true",
					  NULL };
	static rd_kafka_message_t *taken[TAKE];
	const struct input *input = argc == 3 ? find_input(argv[2]) : NULL;
	const bool is_parsing = input && strcmp(argv[1], "parse") == 0;
	rd_kafka_topic_partition_list_t *list;
	rd_kafka_queue_t *queue;
	rd_kafka_t *client;
	struct arena arena;
	char topic[300];
	int64_t start = 0, heard = monotonic_us(), events = 0, at_start = 0;
	int ends = 0;

	if (!input)
		bench_fail("usage", "bench-consume raw|parse TOPIC");
	arena_init(&arena);
	client = bench_client(RD_KAFKA_CONSUMER, consuming);
	rd_kafka_poll_set_consumer(client);
	queue = rd_kafka_queue_get_consumer(client);
	bench_topic(input->topic, topic, sizeof(topic));
	list = bench_partitions(client, topic, RD_KAFKA_OFFSET_BEGINNING);
	rd_kafka_assign(client, list);
	while (ends < list->cnt) {
		ssize_t count = rd_kafka_consume_batch_queue(queue, TAKE_MS, taken, TAKE);

		if (count < 0 || monotonic_us() - heard > SILENCE_MS * INT64_C(1000))
			bench_fail(topic, "its end was not reached");
		if (count == 0)
			continue;
		heard = monotonic_us();
		if (!start) {
			start = heard;
			at_start = count;
		}
		for (ssize_t i = 0; i < count; i++) {
			ends += taken[i]->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
			events += !taken[i]->err;
			if (is_parsing && !taken[i]->err)
				parse(input, taken[i], &arena);
			rd_kafka_message_destroy(taken[i]);
		}
		arena_reset(&arena);
	}
	printf("{\"events\": %lld, \"timed\": %lld, \"seconds\": %.6f, \"cpu\": %.3f}\n",
	       (long long)events, (long long)(events - at_start),
	       (double)(monotonic_us() - start) / 1e6, process_seconds(getpid()));
	arena_release(&arena);
	rd_kafka_topic_partition_list_destroy(list);
	rd_kafka_consumer_close(client);
	rd_kafka_queue_destroy(queue);
	rd_kafka_destroy(client);
	return 0;
}
