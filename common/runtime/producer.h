/*
 * A transactional producer, and what the errors of its calls mean. An error that librdkafka calls
 * retriable is tried again on the same producer (an unknown result is asked again), one that
 * requires an abort is aborted, a fatal one ends the producer; the next has the same
 * transactional.id, so its init_transactions() settles what the former left open.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "kafka_client.h"

enum verdict {
	VERDICT_DONE,
	VERDICT_AGAIN, /* the same call once more, on the same producer */
	VERDICT_ABORT, /* the transaction is to be aborted */
	VERDICT_FATAL, /* the producer is of no use any more */
};

/* Of a partition's messages in one request; a record batch of a topic may have 1 MiB unless its
 * max.message.bytes says more. */
#define PRODUCER_BATCH_BYTES 1000000

/* A topic that is produced to, by the name that outbox rows have. */
struct produced_topic {
	char name[256];
	rd_kafka_topic_t *handle;
};

/* One thread's; others read what is atomic. */
struct producer {
	const struct runtime_config *config;
	const char *transactional_id;
	const char *const *outputs; /* topics that it is going to produce to; ends with NULL */
	struct kafka_health *health;
	rd_kafka_t *client;      /* NULL: none */
	atomic_bool ready;       /* init_transactions() has succeeded */
	atomic_llong call_since; /* monotonic_us() of the call under way; 0: none is */
	int64_t ended_at; /* monotonic_us() of the last transaction's end; 0: there was none */
	struct produced_topic *topics; /* the client's */
	size_t topic_count;
};

/* Makes the client, not initialised yet. Failure: ERR_USAGE. */
bool producer_make(struct producer *producer, struct err *err);
/* A call of init_transactions(); resumed: the last one of this client had no result in time. DONE:
 * the producer is ready, or there is none because a resumed one is not trusted. */
enum verdict producer_initialise(struct producer *producer, bool resumed, struct err *err);
/* The client's topic behind the output prefix. NULL: librdkafka does not take the name. */
rd_kafka_topic_t *producer_topic(struct producer *producer, const char *name, size_t length);
/* Ends the client, if there is one, with all that it has not sent. */
void producer_drop(struct producer *producer);

/* Around a call that waits, with all its repetitions. */
void producer_enter_call(struct producer *producer);
void producer_leave_call(struct producer *producer);
/* For how long the call under way has not led to anything, in microseconds; 0: there is none. */
int64_t producer_call_us(const struct producer *producer);

/* What the call's error means; frees it. *err: its text, behind `what`. */
enum verdict verdict_of(rd_kafka_error_t *error, const char *what, struct err *err);
