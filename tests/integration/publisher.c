/*
 * The publisher against a real broker, without a loop around it: an error that only aborts a
 * transaction leaves its producer in place, a fatal one ends it, and in both cases the next job is
 * published by the same process.
 */
#include "publisher.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "instant.h"
#include "log.h"

#define DEADLINE_US (60 * US_PER_SECOND)
#define SMALL_MESSAGES "1000" /* bytes that the topic `small` takes */

static struct runtime_config config;
static char prefix[64];
static struct kafka_health health;

static const char *const outputs[] = { "good", "small", NULL };

static rd_kafka_t *client(rd_kafka_type_t type, const char *name, const char *value)
{
	struct err err = { 0 };
	rd_kafka_conf_t *conf = kafka_conf_new(&config, "test", &health, &err);

	cr_assert(conf && kafka_conf_set(conf, &err, name, value, NULL), "%s", err.text);
	rd_kafka_t *made = kafka_client_new(type, conf, &err);
	cr_assert(made, "%s", err.text);
	return made;
}

static rd_kafka_NewTopic_t *describe_topic(const char *name, const char *most_bytes)
{
	char full[128], error[256];

	snprintf(full, sizeof(full), "%s%s", prefix, name);
	rd_kafka_NewTopic_t *topic = rd_kafka_NewTopic_new(full, 1, 1, error, sizeof(error));
	rd_kafka_NewTopic_set_config(topic, "max.message.bytes", most_bytes);
	return topic;
}

static void make_topics(rd_kafka_t *admin)
{
	rd_kafka_NewTopic_t *topics[] = { describe_topic("good", "100000"),
					  describe_topic("small", SMALL_MESSAGES) };
	rd_kafka_queue_t *queue = rd_kafka_queue_new(admin);

	rd_kafka_CreateTopics(admin, topics, 2, NULL, queue);
	rd_kafka_event_t *answer = rd_kafka_queue_poll(queue, 30000);
	cr_assert(answer && !rd_kafka_event_error(answer), "topics: %s",
		  answer ? rd_kafka_event_error_string(answer) : "no answer");
	rd_kafka_event_destroy(answer);
	rd_kafka_NewTopic_destroy_array(topics, 2);
	rd_kafka_queue_destroy(queue);
}

static void set_up(void)
{
	const char *servers = getenv("GROWTH_KAFKA_BOOTSTRAP_SERVERS");

	cr_assert(servers, "run this by tests/run");
	snprintf(prefix, sizeof(prefix), "publisher_%d.", (int)getpid());
	log_init("test", LOG_LEVEL_ERROR, LOG_FORMAT_JSON);
	config.kafka.bootstrap_servers = servers;
	config.kafka.topic_prefix = config.kafka.output_prefix = prefix;
	config.kafka.transaction_timeout_ms = 10000;
}

static struct outbox_row *row_of(int64_t sequence, const char *topic, const char *value,
				 size_t length)
{
	struct buffer bytes = { 0 };
	struct outbox_message message = { .topic = topic,
					  .topic_length = strlen(topic),
					  .key = "7",
					  .key_length = 1,
					  .value = value,
					  .value_length = length };

	outbox_write(&bytes, &message);
	return outbox_row_new("good", 0, sequence, sequence, 1, &bytes);
}

/* Sends the rows as one job and waits for its end. */
static enum publisher_state publish(struct publisher *publisher, struct outbox_row *rows,
				    struct err *err)
{
	int64_t deadline = monotonic_us() + DEADLINE_US;
	enum publisher_state state;
	struct outbox_row *back;

	publisher_send(publisher, rows, rd_kafka_consumer_group_metadata_new(prefix));
	while ((state = publisher_reap(publisher, &back, err)) == PUBLISHER_BUSY) {
		cr_assert(monotonic_us() < deadline, "the job does not end");
		publisher_wait(publisher, 100);
	}
	outbox_rows_free(back);
	return state;
}

/* The first `count` values that a read_committed consumer finds in `good`, one after the other. */
static void read_good(int count, char *ret_values, size_t size)
{
	rd_kafka_t *consumer = client(RD_KAFKA_CONSUMER, "group.id", "publisher-test");
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	char topic[128];
	int64_t deadline = monotonic_us() + DEADLINE_US;

	snprintf(topic, sizeof(topic), "%sgood", prefix);
	rd_kafka_topic_partition_list_add(list, topic, 0)->offset = 0;
	rd_kafka_assign(consumer, list);
	rd_kafka_poll_set_consumer(consumer);
	*ret_values = 0;
	/* A transaction may be committed a moment before its marker lets consumers read on. */
	while (count > 0 && monotonic_us() < deadline) {
		rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, 100);
		size_t used = strlen(ret_values);

		if (message && !message->err) {
			snprintf(ret_values + used, size - used, "%.*s ", (int)message->len,
				 (const char *)message->payload);
			count--;
		}
		if (message)
			rd_kafka_message_destroy(message);
	}
	rd_kafka_topic_partition_list_destroy(list);
	rd_kafka_consumer_close(consumer);
	rd_kafka_destroy(consumer);
}

/* So that the group has a coordinator before the first transaction, as in a worker, whose consumer
 * has joined by then. */
static void wake_coordinator(void)
{
	rd_kafka_t *consumer = client(RD_KAFKA_CONSUMER, "group.id", prefix);
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	int64_t deadline = monotonic_us() + DEADLINE_US;
	char topic[128];

	snprintf(topic, sizeof(topic), "%sgood", prefix);
	rd_kafka_topic_partition_list_add(list, topic, 0);
	while (rd_kafka_committed(consumer, list, 5000))
		cr_assert(monotonic_us() < deadline, "the group has no coordinator");
	rd_kafka_topic_partition_list_destroy(list);
	rd_kafka_destroy(consumer);
}

TestSuite(publisher, .init = set_up, .timeout = 180);

Test(publisher, goes_on_after_errors_that_abort_and_errors_that_are_fatal)
{
	rd_kafka_t *other = client(RD_KAFKA_PRODUCER, "transactional.id", prefix);
	rd_kafka_queue_t *wake = rd_kafka_queue_new(other);
	struct err err = { 0 };
	char values[256], large[3000];

	make_topics(other);
	wake_coordinator();
	struct publisher *publisher = publisher_new(&config, prefix, outputs, &health, wake, &err);
	cr_assert(publisher, "%s", err.text);
	cr_expect_eq(publish(publisher, row_of(1, "good", "one", 3), &err), PUBLISHER_COMMITTED,
		     "%s", err.text);

	for (size_t i = 0; i < sizeof(large); i++) /* what does not compress */
		large[i] = (char)random();
	struct outbox_row *rows = row_of(2, "good", "aborted", 7);
	rows->next = row_of(3, "small", large, sizeof(large));
	cr_expect_eq(publish(publisher, rows, &err), PUBLISHER_FAILED);
	cr_expect(publisher_is_ready(publisher), "an abort is no reason for another producer: %s",
		  err.text);
	cr_expect_eq(publish(publisher, row_of(2, "good", "two", 3), &err), PUBLISHER_COMMITTED,
		     "%s", err.text);

	/* Who comes with the same transactional.id fences the publisher's producer: fatal. */
	cr_assert_null(rd_kafka_init_transactions(other, 30000));
	cr_expect_eq(publish(publisher, row_of(3, "good", "fenced", 6), &err), PUBLISHER_FAILED);
	cr_expect_not(publisher_is_ready(publisher), "a fatal error ends the producer");
	cr_expect_eq(publish(publisher, row_of(3, "good", "three", 5), &err), PUBLISHER_COMMITTED,
		     "%s", err.text);

	read_good(3, values, sizeof(values));
	cr_expect_str_eq(values, "one two three ");
	publisher_free(publisher);
	rd_kafka_queue_destroy(wake);
	rd_kafka_destroy(other);
}
