/*
 * Bytes that claim to be an outbox row: whatever they are, what is read lies inside of them, and
 * written again it is the very same bytes. There is one form, so a row that was written reads back.
 * The same bytes as a row of blocks: nothing is read outside.
 */
#include "fuzz.h"
#include "outbox_block.h"

static void holds_inside(const void *part, size_t length, const char *bytes, size_t size)
{
	const char *at = part;

	if (at)
		holds(at >= bytes && length <= size && at <= bytes + size - length,
		      "%zu bytes outside of the row", length);
}

static void holds_all_inside(const struct outbox_message *message, const char *bytes, size_t size)
{
	holds_inside(message->topic, message->topic_length, bytes, size);
	holds_inside(message->key, message->key_length, bytes, size);
	holds_inside(message->value, message->value_length, bytes, size);
	holds(message->header_count <= OUTBOX_HEADERS_MAX, "%zu headers", message->header_count);
	for (size_t i = 0; i < message->header_count; i++) {
		const struct outbox_header *header = &message->headers[i];

		holds_inside(header->name, header->name_length, bytes, size);
		holds_inside(header->value, header->value_length, bytes, size);
	}
}

static void read_blocks(const char *bytes, size_t size)
{
	struct outbox_reader reader;
	struct outbox_message message;
	struct err err = { 0 };

	outbox_reader_init(&reader, bytes, size);
	while (outbox_reader_next(&reader, &message, &err))
		holds_all_inside(&message, reader.messages, reader.messages_length);
	if (err.kind != ERR_NONE)
		holds_error(&err, ERR_FATAL);
	outbox_reader_release(&reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	struct outbox_message message;
	struct buffer again = { 0 };
	struct err err = { 0 };
	size_t position = 0, start = 0;

	read_blocks(bytes, size);
	while (outbox_read(bytes, size, &position, &message, &err)) {
		holds(position > start && position <= size, "from %zu to %zu of %zu", start,
		      position, size);
		holds_all_inside(&message, bytes, size);
		buffer_clear(&again);
		outbox_write(&again, &message);
		holds(again.length == position - start &&
			      memcmp(again.bytes, bytes + start, again.length) == 0,
		      "read and written again, the message at %zu is another", start);
		start = position;
	}
	holds(position == start, "a failed read moved on");
	if (err.kind == ERR_NONE)
		holds(position == size, "the end at %zu of %zu", position, size);
	else
		holds_error(&err, ERR_FATAL);
	buffer_release(&again);
	return 0;
}
