/* Kafka for the operator: a client that says plainly what is wrong, and the few questions that
 * commands ask. */
#pragma once

#include <librdkafka/rdkafka.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "ctl.h"

struct kafka {
	rd_kafka_t *client;
	const struct ctl_config *config;
	char complaint[1024]; /* the last thing librdkafka complained of, and what to do about it */
	_Atomic(const char *)
		certificate; /* what is wrong with the broker's; NULL: nothing known */
	void (*on_delivery)(const rd_kafka_message_t *message, void *closure);
	void *closure;
};

/* A client that has not yet talked to anybody. properties: pairs, ended by NULL, under what the
 * user configured. */
bool kafka_open(struct kafka *kafka, const struct ctl_config *config, rd_kafka_type_t type,
		const char *const *properties, struct err *err);
/* A consumer of committed messages that joins no group. */
bool kafka_open_reader(struct kafka *kafka, const struct ctl_config *config, struct err *err);
/* One for kafka_ask() alone: to it the end of a partition is the log's, whatever transaction is
 * open. */
bool kafka_open_asker(struct kafka *kafka, const struct ctl_config *config, struct err *err);
void kafka_close(struct kafka *kafka);
/* ERR_RETRY: what was tried at which broker, the code, and librdkafka's last complaint. */
bool kafka_fail(struct kafka *kafka, rd_kafka_resp_err_t code, const char *what, struct err *err);

/* All topics of the cluster; waits until a broker answers, at most timeout_ms. Freed by
 * rd_kafka_metadata_destroy(). */
const struct rd_kafka_metadata *kafka_metadata(struct kafka *kafka, int64_t timeout_ms,
					       struct err *err);
/* A topic by its name without prefix; NULL: there is none. */
const struct rd_kafka_metadata_topic *
kafka_topic(const struct kafka *kafka, const struct rd_kafka_metadata *metadata, const char *topic);
/* prefix and name */
const char *kafka_topic_name(const struct kafka *kafka, const char *topic, struct arena *arena);

/* Sets each entry's offset to the start (RD_KAFKA_OFFSET_BEGINNING) or the end
 * (RD_KAFKA_OFFSET_END) of its partition, in one request. For a read_committed client the end is
 * the last stable offset: behind it there is an open transaction, and there may be what others have
 * committed since it began. */
bool kafka_ask(struct kafka *kafka, rd_kafka_topic_partition_list_t *list, int64_t which,
	       int64_t timeout_ms, struct err *err);
/* The same with a question for each entry: one of the two, or milliseconds since 1970 for the first
 * message at or after them (RD_KAFKA_OFFSET_END: there is none). */
bool kafka_ask_each(struct kafka *kafka, rd_kafka_topic_partition_list_t *list, int64_t timeout_ms,
		    struct err *err);

/*
 * Whether messages of committed transactions, or of none, come at or after each entry's offset (not
 * a logical one: asking for it would take half a second); if so its opaque becomes non-NULL. The
 * offset between them and the end says nothing: markers of transactions, and what was aborted, take
 * offsets too. all false: the first one found is enough. ret_sent_ms[i] becomes the timestamp of
 * what was found for the i-th entry, or stays (nothing found, or it has none).
 */
bool kafka_find_data(struct kafka *kafka, rd_kafka_topic_partition_list_t *list, bool all,
		     int64_t timeout_ms, int64_t *ret_sent_ms, struct err *err);

/* Hands each committed message from the entries' offsets to their ends to each(). Fails when
 * nothing comes for timeout_ms. */
bool kafka_scan(struct kafka *kafka, rd_kafka_topic_partition_list_t *list, int64_t timeout_ms,
		void (*each)(const rd_kafka_message_t *message, void *closure), void *closure,
		struct err *err);

struct kafka_sample {
	int64_t most, timeout_ms; /* so many messages, and for so long, at most */
	bool whole;               /* afterwards: the ends were come to, there is no more */
};
/* The same as far as the sample goes. */
bool kafka_scan_some(struct kafka *kafka, rd_kafka_topic_partition_list_t *list,
		     struct kafka_sample *sample,
		     void (*each)(const rd_kafka_message_t *message, void *closure), void *closure,
		     struct err *err);

/* The answer to an admin request, which the caller destroys; NULL is a failure: what was asked, and
 * why. *ret_code (NULL: nobody wants it) as librdkafka has it. */
rd_kafka_event_t *kafka_answer(struct kafka *kafka, rd_kafka_queue_t *queue, int64_t timeout_ms,
			       const char *what, rd_kafka_resp_err_t *ret_code, struct err *err);
