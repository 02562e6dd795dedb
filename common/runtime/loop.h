/* The one thread that handles batches: consumer, assignment, batches, publishing, work without
 * messages. What loop.c (the turn) and loop_*.c share. */
#pragma once

#include <signal.h>

#include "batch_run.h"
#include "health.h"
#include "publisher.h"
#include "task_runner.h"

struct loop_metrics {
	struct metric *in, *out, *rebalances, *library_stale, *parked;
	struct metric *since_event, *since_append, *postgres_retries, *kafka_retries;
};

/* What Kafka denies to the consumer: a right, a topic that is not there, or a place in the
 * group. */
struct refusal {
	char text[512]; /* for people; "": none */
	rd_kafka_resp_err_t code;
	bool by_fetch; /* the topic may be seen, but not read */
	int64_t asked_at;
};

struct loop {
	const struct worker *worker;
	const struct runtime_config *config;
	const void *worker_config;
	const char *group;
	struct db_options db_options;

	struct kafka_health consumer_health, producer_health;
	rd_kafka_t *consumer;
	rd_kafka_queue_t *consumer_queue;
	struct publisher *publisher;
	struct library_reader *reader; /* NULL: none */
	struct health *health;
	struct task_runner *task; /* NULL: none */
	struct runner runner;     /* runner.db is NULL while there is no connection */

	struct partition **partitions; /* as the group assigned them */
	size_t partition_count;
	uint64_t assignments;
	bool reassign; /* what fetches has changed: tell librdkafka */

	/* Fetched, not handled yet, in arrival order: raws[i] points into kafka[i] and into
	 * places[i]. */
	struct raw_message *raws;
	rd_kafka_message_t **kafka;
	struct pending_arena **places;
	size_t pending, pending_capacity, pending_bytes;
	int64_t pending_at; /* monotonic_us() when the first of them came, or one before it */
	/* since a batch was handled something has waited: what was dropped and comes again does not
	 * linger anew */
	bool waited;
	/* By turns: while one is filled, the other one's messages are handled. */
	struct pending_arena {
		struct arena arena;
		size_t messages;
	} pending_arenas[2], *filling;

	struct outbox_row *queue, **queue_end; /* rows waiting for their Kafka transaction */
	size_t queued_rows, queued_bytes, queued_batches;
	uint64_t enqueued, last_queued; /* batches so far; that of the queue's last row, 0: none */
	size_t rows_at_most; /* in the next transaction, since one has failed; 0: no such limit */
	int64_t queued_at;   /* the first of them, monotonic_us() */
	struct err publish_failed; /* seen in the middle of a batch; the next turn's to answer */

	int64_t library_changed_at, duties_at, tidied_at, reviewed_at,
		library_check_at; /* monotonic_us() */
	int64_t messages_at,
		batch_us; /* the last batch of messages, and what one takes, on average */
	/* the next chunk not before; what a contractor of the last one took */
	int64_t sweep_at, sweep_each_us;
	int64_t retry_at, backoff_us; /* after a failure: not before this, doubled each time */
	int64_t outage_since;         /* 0: none */
	/* of the broker, while a call of the producer does not return; 0: not known to */
	int64_t answers_since;
	bool held; /* nothing is assigned, because nothing can be handled */
	/* the last check found a difference: look again before believing it */
	bool library_suspect;
	/* a full batch is being run, or was by the last turn: the next is likely to follow at
	 * once */
	bool full;
	/* the last turn did one: look for the next without waiting for messages */
	bool more_duties;
	int timeouts;    /* statement timeouts of the messages in hand */
	size_t suspects; /* one of the first so many pending messages is poison; 0: none known */
	struct refusal
		refusals[ROUTES_MAX + 1]; /* by the worker's route index; the last: of the group */
	/* the last trouble that the log has, and when: it is not said again for a minute */
	char told[1024];
	int64_t told_at;
	bool kafka_failed; /* the last that was asked of Kafka did not succeed; health says what */
	int64_t lag_at, parked_at; /* monotonic_us(), when the metrics were set */
	struct loop_metrics metrics;
};

/* loop_observe.c */
void loop_register_metrics(struct loop *loop);
void loop_observe_lag(struct loop *loop);
/* The same once a second: what waits grows older while nothing is handled. */
void loop_observe_waiting(struct loop *loop);
/* Kafka has the row. */
void loop_observe_published(struct loop *loop, const struct outbox_row *row);
/* Now and then, by a query. */
bool loop_count_parked(struct loop *loop, struct err *err);
void loop_observe_gone(const struct partition *partition);

/* loop_fetch.c */
/* Whether what is pending makes a full batch. */
bool loop_has_full_batch(const struct loop *loop);
/* Of the pending messages from `first` on, how many are a batch; *ret_full: no more would be. */
size_t loop_batch_size(const struct loop *loop, size_t first, bool *ret_full);
/* The partition's first; NULL: it has none. */
const struct raw_message *loop_first_pending(const struct loop *loop,
					     const struct partition *partition);
/* Whether what is pending waits for more messages (batch.linger). */
bool loop_lingers(const struct loop *loop);
/* Takes messages for one batch, or for two where the next one is read ahead for: waits at most
 * idle_ms for the first, and for more while it lingers; takes what is there for batch.wait at
 * most. */
void loop_fetch(struct loop *loop, int idle_ms);
/* Forgets the first `count` pending messages, or those of one partition, or all. */
void loop_drop_first(struct loop *loop, size_t count);
void loop_drop_partition(struct loop *loop, const struct partition *partition);
void loop_drop_pending(struct loop *loop);
/* The highest snapshot number that a message in hand or an owned partition needs. */
int64_t loop_needed_snapshot(const struct loop *loop);

/* loop_assignment.c */
void loop_on_rebalance(rd_kafka_t *consumer, rd_kafka_resp_err_t code,
		       rd_kafka_topic_partition_list_t *list, void *opaque);
struct partition *loop_partition(const struct loop *loop, const char *topic, int32_t number);
bool loop_needs_recovery(const struct loop *loop);
/* Reads the positions of partitions whose place is in doubt; loop_assign() lets them fetch.
 * ERR_RETRY: not now. */
bool loop_recover(struct loop *loop, struct err *err);
/* Tells librdkafka what fetches, each from its position; what is pending comes again. */
bool loop_assign(struct loop *loop, struct err *err);
/* Nothing can be handled: fetches nothing, drops what is pending, until loop_assign(). */
void loop_hold(struct loop *loop);
/* The position is in doubt: read it again before the partition goes on. */
void loop_distrust(struct loop *loop, struct partition *partition);
void loop_distrust_all(struct loop *loop);
void loop_forget_partitions(struct loop *loop);

/* loop_stopped.c */
/* The partition waits for an operator; log, metric and readiness say why. */
void loop_stop_partition(struct loop *loop, struct partition *partition, const char *reason);
/* Its position is certain (again). */
void loop_clear_stop(struct partition *partition);
/* Readiness names the partitions that are stopped. */
void loop_tell_stopped(struct loop *loop);
/* Stopped partitions are looked at again now and then: an operator may have decided. */
void loop_review_stopped(struct loop *loop);
/* False, with the reason: the log did not have the offset when it was asked, under this epoch. */
bool loop_check_log(struct loop *loop, const struct partition *partition, int64_t epoch,
		    int64_t next_offset, struct err *err);
/* False, with the reason: the partition's state was made with patterns that the pattern topic does
 * not have. */
bool loop_check_patterns(struct loop *loop, int64_t snapshot, struct err *err);

/* loop_refusal.c */
/* A consumer's error after which nothing comes, though brokers answer: readiness says so until it
 * is over. False: it is something else. */
bool loop_note_refusal(struct loop *loop, const rd_kafka_message_t *kafka);
/* The text of one of them; NULL: there is none. */
const char *loop_refusal(const struct loop *loop);
/* Something was read from the route's topic, so the group has let us in, too. */
void loop_end_refusal(struct loop *loop, const struct route *route);
/* Partitions were assigned: the group has let us in, and what cannot be fetched will be told
 * anew. */
void loop_end_refusals(struct loop *loop);
/* Asks again now and then: librdkafka tells of a refusal once, and not of its end. */
void loop_review_refusals(struct loop *loop);

/* loop_publish.c */
void loop_enqueue(struct loop *loop, struct outbox_row *rows);
void loop_drop_rows(struct loop *loop, const struct partition *partition); /* NULL: all */
/* Sees how the last transaction ended and starts the next with what of the queue goes together,
 * unless it is worth waiting for more (`full`). False: it failed, everything is to be recovered. */
bool loop_publish(struct loop *loop, struct err *err);
/* The same in the middle of a batch. A failure is the next turn's to see. */
void loop_publish_meanwhile(struct loop *loop);
bool loop_is_ahead(const struct loop *loop); /* no further batch until Kafka has caught up */
/* Waits at most timeout_ms until all that is queued is in Kafka. */
bool loop_drain(struct loop *loop, int timeout_ms);

/* loop_library_check.c */
/* Compares the library with Postgres when it is time; a library that is stale is read again. */
bool loop_check_library(struct loop *loop, struct err *err);

/* loop_duties.c */
/* Does at most one piece of work without messages. *ret_did: there was one. */
bool loop_do_duty(struct loop *loop, bool busy, bool *ret_did, struct err *err);
/* Deletes outbox rows that Kafka has, now and then. */
bool loop_tidy(struct loop *loop, struct err *err);

/* loop_bisect.c */
#define PARKED_LIMIT 500
/* Runs one attempt at the pending messages. True: it succeeded, or the next attempt will be a
 * smaller one. */
bool loop_run_messages(struct loop *loop, struct err *err);
/* Tries parked messages of the partition that are due. The same. */
bool loop_retry_parked(struct loop *loop, struct partition *partition, struct err *err);

/* loop.c */
/* While Postgres has a batch: under full load it would wait for this between two of them. closure:
 * the loop. */
void loop_meanwhile(void *closure);
bool loop_run_work(struct loop *loop, const struct work *work, struct err *err);
/* Until *stop. The exit code. */
int loop_run(struct loop *loop, const volatile sig_atomic_t *stop);
