/*
 * The outbox row: what is to be published because of one partition's part of a batch. It is a
 * concatenation of messages, written while handlers emit, compressed (outbox_block.h), stored in
 * Postgres, sent to Kafka:
 *
 * 	u32 topic length, topic; i32 key length (-1: null), key; i32 value length (-1: null), value;
 * 	u16 header count, each: u16 name length, name, i32 value length (-1: null), value
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "err.h"

#define OUTBOX_HEADERS_MAX 64
#define OUTBOX_NAME_MAX 65535 /* bytes of a header's name */

/* The metadata committed with an offset: the sequence of the last row that is in Kafka. */
#define OUTBOX_METADATA_FORMAT "growth;sequence=%lld"

struct outbox_header {
	const char *name; /* not NUL-terminated */
	size_t name_length;
	const void *value; /* NULL: null */
	size_t value_length;
};

struct outbox_message {
	const char *topic; /* without the configured prefix; not NUL-terminated */
	size_t topic_length;
	const void *key, *value; /* NULL: null */
	size_t key_length, value_length;
	struct outbox_header headers[OUTBOX_HEADERS_MAX];
	size_t header_count;
};

/* Appends a message. Headers beyond OUTBOX_HEADERS_MAX and those with a longer name than
 * OUTBOX_NAME_MAX are left out: only strangers' messages have such, as dead letters or parked. */
void outbox_write(struct buffer *out, const struct outbox_message *message);

/* Reads the next message of a plain concatenation, from *position on; false at the end (err->kind
 * ERR_NONE) or on damage (ERR_FATAL). The message points into bytes. */
bool outbox_read(const char *bytes, size_t length, size_t *position,
		 struct outbox_message *ret_message, struct err *err);

/* Of a message whose effects a row carries. */
struct cause_times {
	int64_t event; /* utc_us */
	int64_t append_ms;
};

/* A row on its way to Kafka. */
struct outbox_row {
	struct outbox_row *next;
	struct cause_times
		*causes; /* of the messages handled, as many as cause_count; the row's own */
	size_t cause_count;
	/* of the partition when the row was made: rows of former assignments are dropped */
	uint64_t assignment;
	uint64_t batch;  /* the same of all rows that were queued together; set by loop_enqueue() */
	char topic[250]; /* the consumed topic, without prefix */
	int32_t partition;
	int64_t sequence;
	int64_t next_offset;
	int64_t message_count;
	struct buffer
		bytes; /* the row's own; none any more once they have been handed to librdkafka */
	size_t length; /* of the bytes, also when they are gone */
};

/* Takes the bytes over: the buffer is empty then. */
struct outbox_row *outbox_row_new(const char *topic, int32_t partition, int64_t sequence,
				  int64_t next_offset, int64_t message_count, struct buffer *bytes);
/* Copies them. */
void outbox_row_set_causes(struct outbox_row *row, const struct cause_times *causes, size_t count);
void outbox_row_free(struct outbox_row *row);
void outbox_rows_free(struct outbox_row *rows);
