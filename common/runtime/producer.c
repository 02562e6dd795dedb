/*
 * A producer whose initialisation needed more than one call is given up once it is known that the
 * coordinator answers. Each call of librdkafka 2.0.2 waits for "the" result, whichever comes next:
 * an init_transactions() that was resumed may leave a second one behind, and each later call then
 * returns with the one before's, at last send_offsets_to_transaction() before the offsets are sent.
 * The library then aborts the process, or commits without them.
 */
#include "producer.h"

#include <stdlib.h>

#include "fault.h"
#include "heap.h"
#include "instant.h"

#define INIT_TIMEOUT_MS 3000

/* Nobody asks for a message's fate: the transaction's end tells it. But only a producer with a
 * callback sees at once, in the flush that begins a commit, that the last message has arrived;
 * others look every 10 ms. And its messages are freed by the thread that made them. */
static void on_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
	(void)client;
	(void)message;
	(void)opaque;
}

/*
 * linger.ms: a transaction's messages are to go in one request a partition, and a commit sends what
 * is there without waiting any longer. While a request is under way, librdkafka 2.0.2 turns round
 * and round over messages whose time has come (it may have 5 of them on their way, but counts those
 * in the request), so none is to come before all of them are there, however busy the machine is.
 */
bool producer_make(struct producer *producer, struct err *err)
{
	char timeout[32], batch_bytes[32];
	rd_kafka_conf_t *conf =
		kafka_conf_new(producer->config, producer->transactional_id, producer->health, err);

	if (!conf)
		return false;
	rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
	snprintf(timeout, sizeof(timeout), "%lld",
		 (long long)producer->config->kafka.transaction_timeout_ms);
	snprintf(batch_bytes, sizeof(batch_bytes), "%d", PRODUCER_BATCH_BYTES);
	if (!kafka_conf_set(conf, err, "transactional.id", producer->transactional_id,
			    "enable.idempotence", "true", "transaction.timeout.ms", timeout,
			    "message.timeout.ms", timeout, "partitioner", "murmur2_random",
			    "allow.auto.create.topics", "false", "linger.ms", "1000", "batch.size",
			    batch_bytes, "retry.backoff.ms", "1", "compression.codec", "lz4",
			    "queue.buffering.max.messages", "200000", "message.max.bytes",
			    "8388608", NULL))
		return false;
	producer->client = kafka_client_new(RD_KAFKA_PRODUCER, conf, err);
	return producer->client != NULL;
}

rd_kafka_topic_t *producer_topic(struct producer *producer, const char *name, size_t length)
{
	struct produced_topic *topic;
	char text[512];

	for (size_t i = 0; i < producer->topic_count; i++) {
		topic = &producer->topics[i];
		if (strlen(topic->name) == length && memcmp(topic->name, name, length) == 0)
			return topic->handle;
	}
	producer->topics = heap_resize(producer->topics,
				       (producer->topic_count + 1) * sizeof(*producer->topics));
	topic = &producer->topics[producer->topic_count++];
	snprintf(topic->name, sizeof(topic->name), "%.*s", (int)length, name);
	snprintf(text, sizeof(text), "%s%.*s", producer->config->kafka.output_prefix, (int)length,
		 name);
	topic->handle = rd_kafka_topic_new(producer->client, text, NULL);
	return topic->handle;
}

/* Each asks the brokers for its partitions at once. One that is first heard of when a message is
 * produced to it, librdkafka 2.0.2 asks for when it looks at all topics, which is once a second. */
static void make_outputs_known(struct producer *producer)
{
	for (const char *const *output = producer->outputs; *output; output++)
		producer_topic(producer, *output, strlen(*output));
}

static void forget_topics(struct producer *producer)
{
	for (size_t i = 0; i < producer->topic_count; i++) {
		if (producer->topics[i].handle)
			rd_kafka_topic_destroy(producer->topics[i].handle);
	}
	free(producer->topics);
	producer->topics = NULL;
	producer->topic_count = 0;
}

void producer_drop(struct producer *producer)
{
	atomic_store(&producer->ready, false);
	forget_topics(producer);
	if (producer->client) {
		rd_kafka_purge(producer->client,
			       RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
		rd_kafka_poll(producer->client, 0);
		rd_kafka_destroy(producer->client);
	}
	producer->client = NULL;
}

enum verdict producer_initialise(struct producer *producer, bool resumed, struct err *err)
{
	enum verdict verdict;

	producer_enter_call(producer);
	verdict = verdict_of(rd_kafka_init_transactions(producer->client, INIT_TIMEOUT_MS),
			     "init_transactions", err);
	producer_leave_call(producer);
	if (verdict == VERDICT_DONE && resumed) {
		producer_drop(producer);
	} else if (verdict == VERDICT_DONE) {
		crash_point("publish.initialised");
		make_outputs_known(producer);
		atomic_store(&producer->health->fatal, 0);
		kafka_clear_refusal(producer->health);
		atomic_store(&producer->ready, true);
	}
	return verdict;
}

void producer_enter_call(struct producer *producer)
{
	atomic_store(&producer->call_since, monotonic_us());
}

void producer_leave_call(struct producer *producer)
{
	atomic_store(&producer->call_since, 0);
}

int64_t producer_call_us(const struct producer *producer)
{
	int64_t since = atomic_load(&producer->call_since);

	return since ? monotonic_us() - since : 0;
}

enum verdict verdict_of(rd_kafka_error_t *error, const char *what, struct err *err)
{
	/* A state that we did not expect: start anew from what is committed. */
	enum verdict verdict = VERDICT_FATAL;

	if (!error)
		return VERDICT_DONE;
	err_set(err, ERR_RETRY, "%s: %s", what, rd_kafka_error_string(error));
	if (rd_kafka_error_is_fatal(error))
		verdict = VERDICT_FATAL;
	else if (rd_kafka_error_txn_requires_abort(error))
		verdict = VERDICT_ABORT;
	else if (rd_kafka_error_is_retriable(error) ||
		 rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__TIMED_OUT)
		verdict = VERDICT_AGAIN;
	rd_kafka_error_destroy(error);
	return verdict;
}
