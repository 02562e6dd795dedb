/* librdkafka's clients, configured: what is common to consumer, producer and library reader. */
#pragma once

#include <librdkafka/rdkafka.h>
#include <stdatomic.h>

#include "err.h"
#include "runtime_config.h"

#define KAFKA_TOLD_MAX 4

/* Set by librdkafka's threads, read by the loop and the health endpoint. */
struct kafka_health {
	atomic_bool brokers_down;
	atomic_int fatal; /* rd_kafka_resp_err_t of a fatal error; 0: none */
	/* Why a broker, or a right, is refused, in words of diagnosis.h; NULL: nothing is, or
	 * nobody knows. */
	_Atomic(const char *) refusal;
	_Atomic(const char *) certificate; /* what is wrong with the broker's */
	/* Refusals that the log has, and when: several come by turns, as the library's reader has
	 * the same health. */
	struct {
		_Atomic(const char *) advice;
		atomic_llong at;
	} told[KAFKA_TOLD_MAX];
};

/* The client has a fatal error: says which, once for the log and for who looks at the health. */
void kafka_note_fatal(rd_kafka_t *client, struct kafka_health *health);

/* librdkafka said why it is refused: kept in the health, and told in the log, at once and then once
 * a minute at most. A text that diagnosis.h does not know is none of this. */
void kafka_note_refusal(struct kafka_health *health, const char *client, const char *said);
/* It is over. */
void kafka_clear_refusal(struct kafka_health *health);

/* What to do about a text of librdkafka's (diagnosis.h); `certificate` is what is known to be wrong
 * with the broker's. NULLs: nothing. */
const char *kafka_advice(const char *said, const char *certificate);
/* For rd_kafka_conf_set_ssl_cert_verify_cb(): OpenSSL's verdict stands, and what it means is kept,
 * since librdkafka does not say. */
int kafka_note_certificate(int verdict, _Atomic(const char *) *certificate, char *ret_reason,
			   size_t size);
/* sasl.password from the file of kafka.password_file; NULL or "": none. */
bool kafka_conf_set_password(rd_kafka_conf_t *conf, const char *path, struct err *err);

/* A configuration with bootstrap servers, client.id, the user's properties, log and error
 * callbacks. The user's properties are applied first, so that what the exactly-once protocol rests
 * on cannot be switched off by them. Failure is ERR_USAGE: a file that cannot be read, too, with
 * what to do about it. */
rd_kafka_conf_t *kafka_conf_new(const struct runtime_config *config, const char *client_id,
				struct kafka_health *health, struct err *err);

/* Sets properties, pairs ended by NULL. Destroys conf and returns false on failure. */
bool kafka_conf_set(rd_kafka_conf_t *conf, struct err *err, ...) __attribute__((sentinel));

/* Takes conf over, in failure too. */
rd_kafka_t *kafka_client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, struct err *err);

/* Asks the brokers about a topic, by its whole name. False: none answered in time. *ret_code: what
 * is wrong with the topic, for this client. */
bool kafka_ask_topic(rd_kafka_t *client, const char *name, int timeout_ms,
		     rd_kafka_resp_err_t *ret_code);
/* Where the partition's log ends, or begins (where: RD_KAFKA_OFFSET_END, _BEGINNING), for this
 * client's isolation level. False: it was not answered in time, or the partition is not there. */
bool kafka_ask_offset(rd_kafka_t *client, const char *topic, int32_t partition, int64_t where,
		      int timeout_ms, int64_t *ret_offset);
/* Partitions that had enough queued are looked at again at once, not within a second; asks no
 * broker anything. Does nothing for a client whose configuration is none of those that
 * kafka_can_fetch_on(): with SASL, but without a password. */
void kafka_fetch_on(rd_kafka_t *consumer);
bool kafka_can_fetch_on(const rd_kafka_conf_t *conf);

/* rd_kafka_assign() (NULL: unassign) that returns when what it takes away has stopped to fetch. */
rd_kafka_resp_err_t kafka_assign(rd_kafka_t *consumer, const rd_kafka_topic_partition_list_t *list);
