/* Reading to the ends of partitions while the log grows: librdkafka tells an end again when more
 * has come since, and that is no other partition's end. */
#include <criterion/criterion.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

#include "kafka.h"
#include "topic.h"

#define TIMEOUT_MS 20000
#define WAITING 40 /* messages of the partition that is held up */

enum { GROWING, HELD_UP };

static struct ctl_config config;
static struct kafka reader, writer;
static char topic[64];
static int polls, ends;
static int64_t seen[2];

TestSuite(growthctl_kafka, .timeout = 120);

static void put(int partition)
{
	cr_assert_not(rd_kafka_producev(writer.client, RD_KAFKA_V_TOPIC(topic),
					RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_VALUE("x", 1),
					RD_KAFKA_V_END));
	cr_assert_not(rd_kafka_flush(writer.client, TIMEOUT_MS));
}

static void hold_up(rd_kafka_t *client, bool yes)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);

	rd_kafka_topic_partition_list_add(list, topic, HELD_UP);
	cr_assert_not(yes ? rd_kafka_pause_partitions(client, list)
			  : rd_kafka_resume_partitions(client, list));
	rd_kafka_topic_partition_list_destroy(list);
}

/* librdkafka's own, watched: one partition has a message more at its first end, and only after its
 * second does the other begin. */
rd_kafka_message_t *rd_kafka_consumer_poll(rd_kafka_t *client, int timeout_ms)
{
	rd_kafka_message_t *(*real)(rd_kafka_t *, int);
	rd_kafka_message_t *message;

	*(void **)&real = dlsym(RTLD_NEXT, "rd_kafka_consumer_poll");
	if (polls++ == 0)
		hold_up(client, true);
	message = real(client, timeout_ms);
	if (!message || message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF ||
	    message->partition != GROWING)
		return message;
	if (ends++ == 0)
		put(GROWING);
	else
		hold_up(client, false);
	return message;
}

static void begin(void)
{
	static const char *const none[] = { NULL };
	struct err err = { 0 };

	config.kafka.bootstrap_servers = getenv("GROWTH_KAFKA_BOOTSTRAP_SERVERS");
	cr_assert(config.kafka.bootstrap_servers, "run this by tests/run");
	config.kafka.topic_prefix = config.kafka.password_file = "";
	snprintf(topic, sizeof(topic), "growing_%d", (int)getpid());
	cr_assert(kafka_open(&writer, &config, RD_KAFKA_PRODUCER, none, &err), "%s", err.text);
	cr_assert(kafka_open_reader(&reader, &config, &err), "%s", err.text);
	make_topic(writer.client, topic, 2);
	for (int i = 0; i < WAITING; i++)
		put(HELD_UP);
}

static void end(void)
{
	kafka_close(&reader);
	kafka_close(&writer);
}

static void note(const rd_kafka_message_t *message, void *closure)
{
	(void)closure;
	seen[message->partition]++;
}

static rd_kafka_topic_partition_list_t *all_from_the_start(void)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(2);
	struct err err = { 0 };

	rd_kafka_topic_partition_list_add_range(list, topic, GROWING, HELD_UP);
	cr_assert(kafka_ask(&reader, list, RD_KAFKA_OFFSET_BEGINNING, TIMEOUT_MS, &err), "%s",
		  err.text);
	return list;
}

static void expect_all(void)
{
	cr_expect_eq(ends, 2, "%d ends of the one that grows", ends);
	cr_expect_eq(seen[GROWING], 1, "%lld", (long long)seen[GROWING]);
	cr_expect_eq(seen[HELD_UP], WAITING, "%lld", (long long)seen[HELD_UP]);
}

Test(growthctl_kafka, a_scan_has_all_of_each_partition, .init = begin, .fini = end)
{
	rd_kafka_topic_partition_list_t *list = all_from_the_start();
	struct err err = { 0 };

	cr_assert(kafka_scan(&reader, list, TIMEOUT_MS, note, NULL, &err), "%s", err.text);
	rd_kafka_topic_partition_list_destroy(list);
	expect_all();
}

Test(growthctl_kafka, a_sample_that_is_whole_has_all_of_each_partition, .init = begin, .fini = end)
{
	struct kafka_sample sample = { .most = WAITING * 2, .timeout_ms = TIMEOUT_MS };
	rd_kafka_topic_partition_list_t *list = all_from_the_start();
	struct err err = { 0 };

	cr_assert(kafka_scan_some(&reader, list, &sample, note, NULL, &err), "%s", err.text);
	rd_kafka_topic_partition_list_destroy(list);
	cr_expect(sample.whole);
	expect_all();
}

Test(growthctl_kafka, a_sample_that_is_full_is_not_whole, .init = begin, .fini = end)
{
	struct kafka_sample sample = { .most = WAITING, .timeout_ms = TIMEOUT_MS };
	rd_kafka_topic_partition_list_t *list = all_from_the_start();
	struct err err = { 0 };

	cr_assert(kafka_scan_some(&reader, list, &sample, note, NULL, &err), "%s", err.text);
	rd_kafka_topic_partition_list_destroy(list);
	cr_expect_not(sample.whole);
	cr_expect_eq(seen[GROWING] + seen[HELD_UP], WAITING);
}
