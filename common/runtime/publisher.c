/* The thread's life: make a producer, then job after job. What is shared with the loop's thread is
 * behind the lock, or atomic. */
#include "publisher.h"

#include <pthread.h>

#include "heap.h"
#include "instant.h"
#include "log.h"
#include "metrics.h"
#include "transaction.h"

struct publisher {
	rd_kafka_queue_t *wake;
	pthread_t thread;

	pthread_mutex_t lock;
	pthread_cond_t changed;
	enum publisher_state state;
	struct outbox_row *rows;
	rd_kafka_consumer_group_metadata_t *group;
	struct err err;

	atomic_bool abort, stop; /* what is under way; the thread. stop changes under the lock */
	struct producer producer;
	struct metric *transaction_seconds, *aborted;
};

static const double transaction_bounds[] = { .005, .01, .025, .05, .075, .1,  .25,
					     .5,   .75, 1,    2.5, 5,    7.5, 10 };

/* A second, or until the worker stops: two processes of one name must not fence each other at full
 * speed. */
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
static void tell_start(const struct producer *producer, const struct err *err)
{
	if (strstr(err->text, "authorization failed"))
		kafka_note_refusal(producer->health, producer->transactional_id, err->text);
	else
		log_warn("transactional producer starts anew", log_text("error", err->text));
}

/* Until it succeeds or the worker stops. */
static bool ensure_producer(struct publisher *publisher)
{
	struct producer *producer = &publisher->producer;
	bool resumed = false;

	while (!atomic_load(&publisher->stop) && !atomic_load(&producer->ready)) {
		struct err err = { 0 };
		enum verdict verdict;

		if (!producer->client && !producer_make(producer, &err)) {
			log_error("transactional producer; trying again",
				  log_text("error", err.text));
			rest(publisher);
			continue;
		}
		verdict = producer_initialise(producer, resumed, &err);
		if (verdict != VERDICT_DONE && verdict != VERDICT_AGAIN) {
			tell_start(producer, &err);
			producer_drop(producer);
			rest(publisher);
		}
		resumed = verdict == VERDICT_AGAIN;
	}
	return atomic_load(&producer->ready);
}

static bool run_job(struct publisher *publisher, struct err *err)
{
	const struct transaction transaction = {
		.producer = &publisher->producer,
		.rows = publisher->rows,
		.group = publisher->group,
		.unwanted = &publisher->abort,
		.leaving = &publisher->stop,
	};
	int64_t start = monotonic_us();
	bool committed = transaction_run(&transaction, err);

	if (!committed)
		metric_add(publisher->aborted, 1);
	metric_observe(publisher->transaction_seconds, (double)(monotonic_us() - start) / 1e6);
	return committed;
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
		bool committed = run_job(publisher, &err);

		finish_job(publisher, committed, &err);
	}
	producer_drop(&publisher->producer);
	return NULL;
}

struct publisher *publisher_new(const struct runtime_config *config, const char *transactional_id,
				const char *const *outputs, struct kafka_health *health,
				rd_kafka_queue_t *wake, struct err *err)
{
	struct publisher *publisher = heap_zeroed(1, sizeof(*publisher));
	pthread_condattr_t monotonic;

	publisher->producer = (struct producer){ .config = config,
						 .transactional_id = transactional_id,
						 .outputs = outputs,
						 .health = health };
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
	if (!producer_make(&publisher->producer, err)) {
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
	atomic_store(&publisher->stop, true);
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
	return producer_call_us(&publisher->producer);
}

bool publisher_is_ready(const struct publisher *publisher)
{
	return atomic_load(&publisher->producer.ready);
}
