#include "outbox_block.h"

#include <lz4.h>

#define BLOCK_LENGTH ((size_t)64 * 1024) /* LZ4 does not look back further */
#define LENGTH_MAX ((size_t)LZ4_MAX_INPUT_SIZE)
/* Of 1435 bytes of a contractor.matched 140 are left; by 1 it would be 131, in 1.4 times the
 * time. */
#define ACCELERATION 4
#define MOST_OF_A_BYTE 255 /* what one of LZ4's may stand for */

static void close_block(struct outbox_writer *writer)
{
	struct buffer *messages = &writer->messages, *row = &writer->row;
	int room = LZ4_compressBound((int)messages->length);
	size_t start;
	uint32_t length;
	char *bytes;

	if (row->length == 0)
		buffer_add_u32(row, OUTBOX_BLOCKS);
	buffer_add_u32(row, (uint32_t)messages->length);
	start = row->length;
	buffer_add_u32(row, 0); /* not known yet */
	bytes = buffer_reserve(row, (size_t)room);
	length = (uint32_t)LZ4_compress_fast(messages->bytes, bytes, (int)messages->length, room,
					     ACCELERATION);
	row->length += length;
	row->bytes[row->length] = '\0';
	length = htobe32(length);
	memcpy(row->bytes + start, &length, sizeof(length));
	buffer_clear(messages);
}

void outbox_close_full(struct outbox_writer *writer)
{
	if (writer->messages.length >= BLOCK_LENGTH)
		close_block(writer);
}

void outbox_close(struct outbox_writer *writer)
{
	if (writer->messages.length)
		close_block(writer);
	buffer_release(&writer->messages);
}

void outbox_writer_release(struct outbox_writer *writer)
{
	buffer_release(&writer->messages);
	buffer_release(&writer->row);
}

void outbox_reader_init(struct outbox_reader *reader, const char *row, size_t length)
{
	*reader = (struct outbox_reader){ .row = row, .length = length };
	if (length >= 4 && buffer_u32_at(row) == OUTBOX_BLOCKS) {
		reader->position = 4;
		return;
	}
	reader->position = length;
	reader->messages = row;
	reader->messages_length = length;
}

void outbox_reader_release(struct outbox_reader *reader)
{
	buffer_release(&reader->block);
}

static bool open_block(struct outbox_reader *reader)
{
	const char *header = reader->row + reader->position;
	size_t left = reader->length - reader->position, length, packed;

	if (left < 8)
		return false;
	length = buffer_u32_at(header);
	packed = buffer_u32_at(header + 4);
	if (packed > left - 8 || length == 0 || length > LENGTH_MAX ||
	    length / MOST_OF_A_BYTE > packed)
		return false;
	buffer_clear(&reader->block);
	if (LZ4_decompress_safe(header + 8, buffer_reserve(&reader->block, length), (int)packed,
				(int)length) != (int)length)
		return false;
	reader->position += 8 + packed;
	reader->messages = reader->block.bytes;
	reader->messages_length = length;
	reader->messages_position = 0;
	return true;
}

bool outbox_reader_next(struct outbox_reader *reader, struct outbox_message *ret_message,
			struct err *err)
{
	err->kind = ERR_NONE;
	if (reader->messages_position == reader->messages_length) {
		if (reader->position == reader->length)
			return false;
		if (!open_block(reader))
			return err_set(err, ERR_FATAL,
				       "an outbox row is damaged at byte %zu of %zu",
				       reader->position, reader->length);
	}
	return outbox_read(reader->messages, reader->messages_length, &reader->messages_position,
			   ret_message, err);
}
