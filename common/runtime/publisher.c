/*
 * The thread's life: make a producer, then job after job. An error that librdkafka calls retriable is tried again on the same
 * producer (an unknown result is asked again), one that requires an abort is aborted, a fatal one ends the producer; the next
 * has the same transactional.id, so its init_transactions() settles what the former left open.
 *
 * A producer whose initialisation needed more than one call is given up once it is known that the coordinator answers. Each call of
 * librdkafka 2.0.2 waits for "the" result, whichever comes next: an init_transactions() that was resumed may leave a second one
 * behind, and each later call then returns with the one before's, at last send_offsets_to_transaction() before the offsets are
 * sent. The library then aborts the process, or commits without them.
 */
#include "publisher.h"

#include <pthread.h>
#include <stdatomic.h>

#include "fault.h"
#include "heap.h"
#include "instant.h"
#include "log.h"
#include "metrics.h"

#define INIT_TIMEOUT_MS 3000
#define CALL_TIMEOUT_MS 1000
#define QUEUE_FULL_WAIT_MS 50

struct publisher {
	const struct runtime_config *config;
	const char *transactional_id;
	struct kafka_health *health;
	rd_kafka_queue_t *wake;
	pthread_t thread;

	pthread_mutex_t lock;
	pthread_cond_t changed;
	enum publisher_state state;
	struct outbox_row *rows;
	rd_kafka_consumer_group_metadata_t *group;
	struct err err;
	bool stop;

	atomic_bool abort, ready;
	atomic_llong call_since; /* monotonic_us(); 0: no call is under way */
	rd_kafka_t *producer;    /* the thread's own */
	struct metric *transaction_seconds, *aborted;
};

static const double transaction_bounds[] = { .005, .01, .025, .05, .075, .1,  .25,
					     .5,   .75, 1,    2.5, 5,    7.5, 10 };

enum verdict { DONE, AGAIN, ABORT, FATAL };

static void enter_call(struct publisher *publisher)
{
	atomic_store(&publisher->call_since, monotonic_us());
}

/* Of the call just made: reads and frees its error. */
static enum verdict judge(struct publisher *publisher, rd_kafka_error_t *error, const char *what,
			  struct err *err)
{
	enum verdict verdict = DONE;

	atomic_store(&publisher->call_since, 0);
	if (!error)
		return DONE;
	err_set(err, ERR_RETRY, "%s: %s", what, rd_kafka_error_string(error));
	if (rd_kafka_error_is_fatal(error))
		verdict = FATAL;
	else if (rd_kafka_error_txn_requires_abort(error))
		verdict = ABORT;
	else if (rd_kafka_error_is_retriable(error) ||
		 rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__TIMED_OUT)
		verdict = AGAIN;
	else
		verdict =
			FATAL; /* a state that we did not expect: start anew from what is committed */
	rd_kafka_error_destroy(error);
	return verdict;
}

static bool should_stop(struct publisher *publisher)
{
	bool stop;

	pthread_mutex_lock(&publisher->lock);
	stop = publisher->stop;
	pthread_mutex_unlock(&publisher->lock);
	return stop;
}

static bool make_producer(struct publisher *publisher, struct err *err)
{
	char timeout[32];
	rd_kafka_conf_t *conf = kafka_conf_new(publisher->config, publisher->transactional_id,
					       publisher->health, err);

	if (!conf)
		return false;
	snprintf(timeout, sizeof(timeout), "%lld",
		 (long long)publisher->config->kafka.transaction_timeout_ms);
	if (!kafka_conf_set(conf, err, "transactional.id", publisher->transactional_id,
			    "enable.idempotence", "true", "transaction.timeout.ms", timeout,
			    "message.timeout.ms", timeout, "partitioner", "murmur2_random",
			    "linger.ms", "1", "retry.backoff.ms", "1", "compression.codec", "lz4",
			    "queue.buffering.max.messages", "200000", "message.max.bytes",
			    "8388608", NULL))
		return false;
	publisher->producer = kafka_client_new(RD_KAFKA_PRODUCER, conf, err);
	return publisher->producer != NULL;
}

static void drop_producer(struct publisher *publisher)
{
	atomic_store(&publisher->ready, false);
	if (publisher->producer) {
		rd_kafka_purge(publisher->producer,
			       RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
		rd_kafka_poll(publisher->producer, 0);
		rd_kafka_destroy(publisher->producer);
	}
	publisher->producer = NULL;
}

/* A second, or until the worker stops: two processes of one name must not fence each other at full speed. */
static void rest(struct publisher *publisher)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec++;
	pthread_mutex_lock(&publisher->lock);
	while (!publisher->stop &&
	       pthread_cond_timedwait(&publisher->changed, &publisher->lock, &until) == 0)
		;
	pthread_mutex_unlock(&publisher->lock);
}

/* A right that is denied is tried for every second, and told of once a minute. */
static void tell_start(struct publisher *publisher, const struct err *err)
{
	if (strstr(err->text, "authorization failed"))
		kafka_note_refusal(publisher->health, publisher->transactional_id, err->text);
	else
		log_warn("transactional producer starts anew", log_text("error", err->text));
}

/* Until it succeeds or the worker stops. */
static bool ensure_producer(struct publisher *publisher)
{
	bool resumed = false;

	while (!should_stop(publisher) && !atomic_load(&publisher->ready)) {
		struct err err = { 0 };
		enum verdict verdict;

		if (!publisher->producer && !make_producer(publisher, &err)) {
			log_error("transactional producer; trying again",
				  log_text("error", err.text));
			rest(publisher);
			continue;
		}
		enter_call(publisher);
		verdict = judge(publisher,
				rd_kafka_init_transactions(publisher->producer, INIT_TIMEOUT_MS),
				"init_transactions", &err);
		if (verdict == DONE && !resumed) {
			crash_point("publish.initialised");
			atomic_store(&publisher->health->fatal, 0);
			kafka_clear_refusal(publisher->health);
			atomic_store(&publisher->ready, true);
		} else if (verdict == DONE) {
			drop_producer(publisher);
		} else if (verdict != AGAIN) {
			tell_start(publisher, &err);
			drop_producer(publisher);
			rest(publisher);
		}
		resumed = verdict == AGAIN;
	}
	return atomic_load(&publisher->ready);
}

/* The parts of one message for rd_kafka_produceva(): topic, key, value, flags, headers. */
static size_t describe(const struct outbox_message *message, const char *topic,
		       rd_kafka_vu_t *parts)
{
	size_t count = 0;

	parts[count++] = (rd_kafka_vu_t){ .vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic };
	parts[count++] = (rd_kafka_vu_t){ .vtype = RD_KAFKA_VTYPE_KEY,
					  .u.mem = { (void *)(uintptr_t)message->key,
						     message->key_length } };
	parts[count++] = (rd_kafka_vu_t){ .vtype = RD_KAFKA_VTYPE_VALUE,
					  .u.mem = { (void *)(uintptr_t)message->value,
						     message->value_length } };
	/* Copied: an aborted transaction's requests may still be under way when the row is freed. */
	parts[count++] =
		(rd_kafka_vu_t){ .vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY };
	return count;
}

static rd_kafka_headers_t *kafka_headers(const struct outbox_message *message)
{
	rd_kafka_headers_t *headers = rd_kafka_headers_new(message->header_count);

	for (size_t i = 0; i < message->header_count; i++) {
		const struct outbox_header *header = &message->headers[i];

		rd_kafka_header_add(headers, header->name, (ssize_t)header->name_length,
				    header->value,
				    header->value ? (ssize_t)header->value_length : -1);
	}
	return headers;
}

static enum verdict produce(struct publisher *publisher, const struct outbox_message *message,
			    struct err *err)
{
	char topic[512];
	rd_kafka_vu_t parts[5];
	size_t count;
	rd_kafka_headers_t *headers = kafka_headers(message);
	rd_kafka_error_t *error;

	snprintf(topic, sizeof(topic), "%s%.*s", publisher->config->kafka.output_prefix,
		 (int)message->topic_length, message->topic);
	count = describe(message, topic, parts);
	parts[count++] = (rd_kafka_vu_t){ .vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers };
	while ((error = rd_kafka_produceva(publisher->producer, parts, count)) &&
	       rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__QUEUE_FULL &&
	       !atomic_load(&publisher->abort)) {
		rd_kafka_error_destroy(error);
		rd_kafka_poll(publisher->producer, QUEUE_FULL_WAIT_MS);
	}
	if (!error)
		return DONE;
	rd_kafka_headers_destroy(headers);
	err_set(err, ERR_RETRY, "produce to %s: %s", topic, rd_kafka_error_string(error));
	rd_kafka_error_destroy(error);
	return rd_kafka_fatal_error(publisher->producer, NULL, 0) ? FATAL : ABORT;
}

static enum verdict produce_rows(struct publisher *publisher, struct err *err)
{
	struct outbox_message message;

	for (struct outbox_row *row = publisher->rows; row; row = row->next) {
		size_t position = 0;

		while (outbox_read(row->bytes, row->length, &position, &message, err)) {
			enum verdict verdict = produce(publisher, &message, err);

			if (verdict != DONE)
				return verdict;
		}
		if (err->kind == ERR_FATAL)
			return FATAL;
		rd_kafka_poll(publisher->producer, 0);
	}
	return DONE;
}

/* The last row of each partition says how far it is: rows are in sequence order. */
static rd_kafka_topic_partition_list_t *offsets_of(const struct publisher *publisher)
{
	rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(8);

	for (const struct outbox_row *row = publisher->rows; row; row = row->next) {
		char topic[512], metadata[64];
		rd_kafka_topic_partition_t *offset;

		snprintf(topic, sizeof(topic), "%s%s", publisher->config->kafka.topic_prefix,
			 row->topic);
		offset = rd_kafka_topic_partition_list_find(offsets, topic, row->partition);
		if (!offset)
			offset = rd_kafka_topic_partition_list_add(offsets, topic, row->partition);
		offset->offset = row->next_offset;
		snprintf(metadata, sizeof(metadata), OUTBOX_METADATA_FORMAT,
			 (long long)row->sequence);
		free(offset->metadata);
		offset->metadata = heap_strdup(metadata);
		offset->metadata_size = strlen(metadata);
	}
	return offsets;
}

static enum verdict send_offsets(struct publisher *publisher, struct err *err)
{
	rd_kafka_topic_partition_list_t *offsets = offsets_of(publisher);
	enum verdict verdict;

	do {
		enter_call(publisher);
		verdict = judge(publisher,
				rd_kafka_send_offsets_to_transaction(publisher->producer, offsets,
								     publisher->group,
								     CALL_TIMEOUT_MS),
				"send_offsets_to_transaction", err);
	} while (verdict == AGAIN && !atomic_load(&publisher->abort));
	rd_kafka_topic_partition_list_destroy(offsets);
	return verdict == AGAIN ? ABORT : verdict;
}

/* A commit that has begun is not given up: its result would be unknown. */
static enum verdict commit(struct publisher *publisher, struct err *err)
{
	enum verdict verdict;

	if (atomic_load(&publisher->abort)) {
		err_set(err, ERR_RETRY, "the partitions were taken away");
		return ABORT;
	}
	do {
		enter_call(publisher);
		verdict = judge(publisher,
				rd_kafka_commit_transaction(publisher->producer, CALL_TIMEOUT_MS),
				"commit_transaction", err);
	} while (verdict == AGAIN && !should_stop(publisher));
	return verdict == AGAIN ? FATAL : verdict;
}

static void abort_transaction(struct publisher *publisher, enum verdict verdict)
{
	struct err ignored = { 0 };

	while (verdict == ABORT || verdict == AGAIN) {
		if (should_stop(publisher)) {
			verdict = FATAL;
			break;
		}
		enter_call(publisher);
		verdict = judge(publisher,
				rd_kafka_abort_transaction(publisher->producer, CALL_TIMEOUT_MS),
				"abort_transaction", &ignored);
	}
	if (verdict == FATAL)
		drop_producer(publisher);
}

static enum verdict begin(struct publisher *publisher, struct err *err)
{
	return judge(publisher, rd_kafka_begin_transaction(publisher->producer),
		     "begin_transaction", err);
}

/* Broken on purpose: the outputs are out before their offsets. */
static enum verdict split_transaction(struct publisher *publisher, struct err *err)
{
	enum verdict verdict = commit(publisher, err);

	crash_point("publish.split");
	return verdict == DONE ? begin(publisher, err) : verdict;
}

static enum verdict run_transaction(struct publisher *publisher, struct err *err)
{
	enum verdict verdict = begin(publisher, err);

	crash_point("publish.begun");
	if (verdict == DONE)
		verdict = produce_rows(publisher, err);
	crash_point("publish.produced");
	if (verdict == DONE && is_broken("offsets"))
		verdict = split_transaction(publisher, err);
	if (verdict == DONE)
		verdict = send_offsets(publisher, err);
	crash_point("publish.offsets_sent");
	if (verdict == DONE)
		verdict = commit(publisher, err);
	if (verdict == DONE)
		crash_point("publish.committed");
	return verdict;
}

static bool run_job(struct publisher *publisher, struct err *err)
{
	enum verdict verdict = run_transaction(publisher, err);

	if (verdict == DONE)
		return true;
	metric_add(publisher->aborted, 1);
	crash_point("publish.abort");
	abort_transaction(publisher, verdict == AGAIN ? FATAL : verdict);
	return false;
}

static void finish_job(struct publisher *publisher, bool committed, const struct err *err)
{
	pthread_mutex_lock(&publisher->lock);
	publisher->state = committed ? PUBLISHER_COMMITTED : PUBLISHER_FAILED;
	publisher->err = *err;
	pthread_cond_broadcast(&publisher->changed);
	pthread_mutex_unlock(&publisher->lock);
	rd_kafka_queue_yield(publisher->wake);
}

static bool wait_for_job(struct publisher *publisher)
{
	bool busy;

	pthread_mutex_lock(&publisher->lock);
	while (!publisher->stop && publisher->state != PUBLISHER_BUSY)
		pthread_cond_wait(&publisher->changed, &publisher->lock);
	busy = publisher->state == PUBLISHER_BUSY;
	pthread_mutex_unlock(&publisher->lock);
	return busy;
}

static void *publisher_thread(void *argument)
{
	struct publisher *publisher = argument;

	while (ensure_producer(publisher) && wait_for_job(publisher)) {
		struct err err = { 0 };
		int64_t start = monotonic_us();
		bool committed = run_job(publisher, &err);

		metric_observe(publisher->transaction_seconds,
			       (double)(monotonic_us() - start) / 1e6);
		finish_job(publisher, committed, &err);
	}
	drop_producer(publisher);
	return NULL;
}

struct publisher *publisher_new(const struct runtime_config *config, const char *transactional_id,
				struct kafka_health *health, rd_kafka_queue_t *wake,
				struct err *err)
{
	struct publisher *publisher = heap_zeroed(1, sizeof(*publisher));
	pthread_condattr_t monotonic;

	publisher->config = config;
	publisher->transactional_id = transactional_id;
	publisher->health = health;
	publisher->wake = wake;
	publisher->transaction_seconds = metric_histogram(
		"growth_kafka_transaction_duration_seconds", NULL,
		"Time of a Kafka transaction, from its begin to its end", transaction_bounds,
		sizeof(transaction_bounds) / sizeof(transaction_bounds[0]));
	publisher->aborted = metric_register(METRIC_COUNTER,
					     "growth_kafka_transactions_aborted_total", NULL,
					     "Kafka transactions that did not commit");
	pthread_mutex_init(&publisher->lock, NULL);
	/* Deadlines must not move when somebody sets the clock. */
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&publisher->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (!make_producer(publisher, err)) {
		free(publisher);
		return NULL;
	}
	if (pthread_create(&publisher->thread, NULL, publisher_thread, publisher) != 0)
		abort();
	return publisher;
}

void publisher_free(struct publisher *publisher)
{
	if (!publisher)
		return;
	atomic_store(&publisher->abort, true);
	pthread_mutex_lock(&publisher->lock);
	publisher->stop = true;
	pthread_cond_broadcast(&publisher->changed);
	pthread_mutex_unlock(&publisher->lock);
	pthread_join(publisher->thread, NULL);
	outbox_rows_free(publisher->rows);
	if (publisher->group)
		rd_kafka_consumer_group_metadata_destroy(publisher->group);
	pthread_cond_destroy(&publisher->changed);
	pthread_mutex_destroy(&publisher->lock);
	free(publisher);
}

void publisher_send(struct publisher *publisher, struct outbox_row *rows,
		    rd_kafka_consumer_group_metadata_t *group)
{
	pthread_mutex_lock(&publisher->lock);
	publisher->rows = rows;
	publisher->group = group;
	publisher->state = PUBLISHER_BUSY;
	atomic_store(&publisher->abort, false);
	pthread_cond_broadcast(&publisher->changed);
	pthread_mutex_unlock(&publisher->lock);
}

enum publisher_state publisher_reap(struct publisher *publisher, struct outbox_row **ret_rows,
				    struct err *err)
{
	enum publisher_state state;

	pthread_mutex_lock(&publisher->lock);
	state = publisher->state;
	*ret_rows = NULL;
	if (state == PUBLISHER_COMMITTED || state == PUBLISHER_FAILED) {
		*ret_rows = publisher->rows;
		if (state == PUBLISHER_FAILED)
			*err = publisher->err;
		publisher->rows = NULL;
		rd_kafka_consumer_group_metadata_destroy(publisher->group);
		publisher->group = NULL;
		publisher->state = PUBLISHER_IDLE;
	}
	pthread_mutex_unlock(&publisher->lock);
	return state;
}

bool publisher_wait(struct publisher *publisher, int timeout_ms)
{
	struct timespec deadline;
	bool idle;

	clock_gettime(CLOCK_MONOTONIC, &deadline);
	deadline.tv_sec += timeout_ms / 1000;
	deadline.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
	if (deadline.tv_nsec >= 1000000000) {
		deadline.tv_sec++;
		deadline.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&publisher->lock);
	while (publisher->state == PUBLISHER_BUSY &&
	       pthread_cond_timedwait(&publisher->changed, &publisher->lock, &deadline) == 0)
		;
	idle = publisher->state != PUBLISHER_BUSY;
	pthread_mutex_unlock(&publisher->lock);
	return idle;
}

void publisher_abort(struct publisher *publisher)
{
	atomic_store(&publisher->abort, true);
}

int64_t publisher_call_us(const struct publisher *publisher)
{
	int64_t since = atomic_load(&publisher->call_since);

	return since ? monotonic_us() - since : 0;
}

bool publisher_is_ready(const struct publisher *publisher)
{
	return atomic_load(&publisher->ready);
}
