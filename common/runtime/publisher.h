/*
 * Sends outbox rows to Kafka, a transaction at a time, on a thread of its own, so that the next
 * batch's Postgres transaction overlaps this one's Kafka transaction. One job is under way at most;
 * whoever gives the next one knows how the last one ended, so row n+1 is never sent before row n's
 * transaction is known to be committed.
 */
#pragma once

#include <librdkafka/rdkafka.h>
#include <stdbool.h>

#include "err.h"
#include "kafka_client.h"
#include "outbox.h"

struct publisher;

enum publisher_state {
	PUBLISHER_IDLE, /* a job may be given */
	PUBLISHER_BUSY,
	PUBLISHER_COMMITTED, /* the job's rows are in Kafka with their offsets */
	PUBLISHER_FAILED, /* aborted, or unknown after a fatal error: re-read what is committed */
};

/* Starts the thread; it makes the transactional producer and init_transactions() before the first
 * job, for as long as that takes. `outputs`: topics that rows are going to name; ends with NULL.
 * `wake` (a consumer's queue) is yielded when a job ends. Failure: ERR_USAGE. */
struct publisher *publisher_new(const struct runtime_config *config, const char *transactional_id,
				const char *const *outputs, struct kafka_health *health,
				rd_kafka_queue_t *wake, struct err *err);
/* Ends the thread; a job under way is aborted unless its commit has begun. */
void publisher_free(struct publisher *publisher);

/* Takes the rows (all of one assignment) and the group's metadata over. Only when the state is
 * IDLE. */
void publisher_send(struct publisher *publisher, struct outbox_row *rows,
		    rd_kafka_consumer_group_metadata_t *group);

/* How the job stands. COMMITTED and FAILED hand the rows back (the caller frees them) and make the
 * publisher idle; after FAILED *err tells why. */
enum publisher_state publisher_reap(struct publisher *publisher, struct outbox_row **ret_rows,
				    struct err *err);

/* Waits until no job is under way, at most timeout_ms; true if so. */
bool publisher_wait(struct publisher *publisher, int timeout_ms);
/* The job under way is to be aborted if its commit has not begun. Returns at once. */
void publisher_abort(struct publisher *publisher);
/* For how long the producer's call under way has not led to anything, however often it was asked
 * again. Each is given a second, but in librdkafka 2.0.2 one that looks for the group's coordinator
 * ignores that, and is forgotten when the answer is "not available" a few times in a row. */
int64_t publisher_call_us(const struct publisher *publisher);
/* Whether a producer is ready (init_transactions() succeeded). */
bool publisher_is_ready(const struct publisher *publisher);
