/*
 * An outbox row as it is kept: blocks of messages (outbox.h), each compressed as LZ4's block format
 * has it, so that a batch's row takes an eighth of the memory, here, on the way to Postgres and
 * while it waits for Kafka:
 *
 *   u32 OUTBOX_BLOCKS, then each:
 *   u32 length of the messages, u32 length of the compressed bytes, these
 *
 * A row that does not begin so is the messages themselves: that of an older version.
 */
#pragma once

#include "outbox.h"

#define OUTBOX_BLOCKS 0x6c7a3401 /* no topic is so long */

/* A row that is being written. Zeroed: an empty one. */
struct outbox_writer {
	/* of the last block, which is still open: outbox_write() to it, then outbox_close_full() */
	struct buffer messages;
	struct buffer row;
};

/* Compresses the open block if it is large enough. */
void outbox_close_full(struct outbox_writer *writer);
/* Compresses what is left: the row is whole. */
void outbox_close(struct outbox_writer *writer);
void outbox_writer_release(struct outbox_writer *writer);

/* The messages of a row, one after the other. */
struct outbox_reader {
	const char *row;         /* the caller's, for as long as there is a reader */
	size_t length, position; /* of the next block */
	struct buffer block;
	const char *messages; /* the block, or a row that has none */
	size_t messages_length, messages_position;
};

void outbox_reader_init(struct outbox_reader *reader, const char *row, size_t length);
/* As outbox_read(); the message is valid until the next call. */
bool outbox_reader_next(struct outbox_reader *reader, struct outbox_message *ret_message,
			struct err *err);
void outbox_reader_release(struct outbox_reader *reader);
