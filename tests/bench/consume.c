/*
 * What a worker's input costs without the work: the topic is read from its beginning to its end
 * through librdkafka with a worker's settings, and with "parse" each value is decoded by the table
 * of its topic as well.
 *   bench-consume raw|parse TOPIC
 * Prints a JSON object: events, timed (without the first that came), seconds (since these came, for
 * the timed ones), cpu (seconds of this process, all threads).
 */
#include <inttypes.h>
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

struct counts {
	int64_t events, timed; /* timed: behind the first that came */
	int64_t us;            /* since these came */
};

/* As common/runtime/worker.c has it, but for the bounds of the queue: nobody wakes the client once
 * a batch. */
static rd_kafka_t *connect_consumer(void)
{
	const char *const settings[] = { "group.id",
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
					 "65536",
					 "queued.min.messages",
					 "100000",
					 "fetch.message.max.bytes",
					 "524288",
					 "fetch.max.bytes",
					 "1048576",
					 "check.crcs",
					 "true",
					 NULL };
	rd_kafka_t *client = bench_client(RD_KAFKA_CONSUMER, settings);

	rd_kafka_poll_set_consumer(client);
	return client;
}

/* Counts events, and returns how many of the messages are a partition's end instead. What else
 * librdkafka says is not waited for. */
static int look_at(rd_kafka_message_t **messages, ssize_t count, const struct input *input,
		   bool is_parsing, struct arena *arena, int64_t *events)
{
	int ends = 0;

	for (ssize_t i = 0; i < count; i++) {
		ends += messages[i]->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
		*events += !messages[i]->err;
		if (is_parsing && !messages[i]->err)
			parse(input, messages[i], arena);
		rd_kafka_message_destroy(messages[i]);
	}
	arena_reset(arena);
	return ends;
}

static struct counts read_to_ends(rd_kafka_queue_t *queue, int partitions,
				  const struct input *input, bool is_parsing)
{
	static rd_kafka_message_t *messages[TAKE];
	struct counts counts = { .events = 0 };
	int64_t start = 0, heard = monotonic_us(), at_start = 0;
	struct arena arena;
	int ends = 0;

	arena_init(&arena);
	while (ends < partitions) {
		ssize_t count = rd_kafka_consume_batch_queue(queue, TAKE_MS, messages, TAKE);

		if (count < 0 || monotonic_us() - heard > SILENCE_MS * INT64_C(1000))
			bench_fail(input->topic, "its end was not reached");
		if (count == 0)
			continue;
		heard = monotonic_us();
		ends += look_at(messages, count, input, is_parsing, &arena, &counts.events);
		if (!start) {
			start = heard;
			at_start = counts.events;
		}
	}
	counts.us = monotonic_us() - start;
	counts.timed = counts.events - at_start;
	arena_release(&arena);
	return counts;
}

int main(int argc, char **argv)
{
	const struct input *input = argc == 3 ? find_input(argv[2]) : NULL;
	rd_kafka_topic_partition_list_t *list;
	rd_kafka_queue_t *queue;
	rd_kafka_t *client;
	struct counts counts;
	char topic[300];

	if (!input)
		bench_fail("usage", "bench-consume raw|parse TOPIC");
	client = connect_consumer();
	queue = rd_kafka_queue_get_consumer(client);
	bench_topic(input->topic, topic, sizeof(topic));
	list = bench_partitions(client, topic, RD_KAFKA_OFFSET_BEGINNING);
	rd_kafka_assign(client, list);
	counts = read_to_ends(queue, list->cnt, input, strcmp(argv[1], "parse") == 0);
	printf("{\"events\": %" PRId64 ", \"timed\": %" PRId64
	       ", \"seconds\": %.6f, \"cpu\": %.3f}\n",
	       counts.events, counts.timed, (double)counts.us / 1e6, process_seconds(getpid()));
	rd_kafka_topic_partition_list_destroy(list);
	rd_kafka_consumer_close(client);
	rd_kafka_queue_destroy(queue);
	rd_kafka_destroy(client);
	return 0;
}
