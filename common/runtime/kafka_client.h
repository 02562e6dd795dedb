/* librdkafka's clients, configured: what is common to consumer, producer and library reader. */
#pragma once

#include <librdkafka/rdkafka.h>
#include <stdatomic.h>

#include "err.h"
#include "runtime_config.h"

/* Set by librdkafka's threads, read by the loop and the health endpoint. */
struct kafka_health {
	atomic_bool brokers_down;
	atomic_int fatal; /* rd_kafka_resp_err_t of a fatal error; 0: none */
};

/* The client has a fatal error: says which, once for the log and for who looks at the health. */
void kafka_note_fatal(rd_kafka_t *client, struct kafka_health *health);

/* A configuration with bootstrap servers, client.id, the user's properties, log and error callbacks. The user's properties are
 * applied first, so that what the exactly-once protocol rests on cannot be switched off by them. Failure is ERR_USAGE. */
rd_kafka_conf_t *kafka_conf_new(const struct runtime_config *config, const char *client_id,
				struct kafka_health *health, struct err *err);

/* Sets properties, pairs ended by NULL. Destroys conf and returns false on failure. */
bool kafka_conf_set(rd_kafka_conf_t *conf, struct err *err, ...) __attribute__((sentinel));

/* Takes conf over, in failure too. */
rd_kafka_t *kafka_client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, struct err *err);

/* rd_kafka_assign() (NULL: unassign) that returns when what it takes away has stopped to fetch. */
rd_kafka_resp_err_t kafka_assign(rd_kafka_t *consumer, const rd_kafka_topic_partition_list_t *list);
