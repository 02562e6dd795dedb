#include "outbox.h"

#include <arpa/inet.h>

#include "heap.h"

static void add_nullable(struct buffer *out, const void *bytes, size_t length)
{
	buffer_add_u32(out, bytes ? (uint32_t)length : UINT32_MAX);
	if (bytes)
		buffer_add(out, bytes, length);
}

static bool has_room(const struct outbox_header *header)
{
	return header->name_length <= OUTBOX_NAME_MAX;
}

/* How many are written of the first OUTBOX_HEADERS_MAX. */
static size_t count_headers(const struct outbox_message *message)
{
	size_t count = 0;

	for (size_t i = 0; i < message->header_count && i < OUTBOX_HEADERS_MAX; i++)
		count += has_room(&message->headers[i]);
	return count;
}

void outbox_write(struct buffer *out, const struct outbox_message *message)
{
	buffer_add_u32(out, (uint32_t)message->topic_length);
	buffer_add(out, message->topic, message->topic_length);
	add_nullable(out, message->key, message->key_length);
	add_nullable(out, message->value, message->value_length);
	buffer_add_u16(out, (uint16_t)count_headers(message));
	for (size_t i = 0; i < message->header_count && i < OUTBOX_HEADERS_MAX; i++) {
		const struct outbox_header *header = &message->headers[i];

		if (!has_room(header))
			continue;
		buffer_add_u16(out, (uint16_t)header->name_length);
		buffer_add(out, header->name, header->name_length);
		add_nullable(out, header->value, header->value_length);
	}
}

struct reader {
	const char *bytes;
	size_t length, position;
	bool damaged;
};

static const char *take(struct reader *reader, size_t count)
{
	const char *at = reader->bytes + reader->position;

	if (reader->damaged || reader->length - reader->position < count) {
		reader->damaged = true;
		return NULL;
	}
	reader->position += count;
	return at;
}

static uint32_t take_u32(struct reader *reader)
{
	const char *at = take(reader, 4);
	uint32_t value = 0;

	if (at)
		memcpy(&value, at, 4);
	return ntohl(value);
}

static uint16_t take_u16(struct reader *reader)
{
	const char *at = take(reader, 2);
	uint16_t value = 0;

	if (at)
		memcpy(&value, at, 2);
	return ntohs(value);
}

static const void *take_nullable(struct reader *reader, size_t *ret_length)
{
	uint32_t length = take_u32(reader);

	*ret_length = 0;
	if (length == UINT32_MAX)
		return NULL;
	*ret_length = length;
	return take(reader, length);
}

bool outbox_read(const char *bytes, size_t length, size_t *position,
		 struct outbox_message *ret_message, struct err *err)
{
	struct reader reader = { .bytes = bytes, .length = length, .position = *position };

	err->kind = ERR_NONE;
	if (reader.position == length)
		return false;
	ret_message->topic_length = take_u32(&reader);
	ret_message->topic = take(&reader, ret_message->topic_length);
	ret_message->key = take_nullable(&reader, &ret_message->key_length);
	ret_message->value = take_nullable(&reader, &ret_message->value_length);
	ret_message->header_count = take_u16(&reader);
	if (ret_message->header_count > OUTBOX_HEADERS_MAX)
		reader.damaged = true;
	for (size_t i = 0; i < ret_message->header_count && !reader.damaged; i++) {
		struct outbox_header *header = &ret_message->headers[i];

		header->name_length = take_u16(&reader);
		header->name = take(&reader, header->name_length);
		header->value = take_nullable(&reader, &header->value_length);
	}
	if (reader.damaged)
		return err_set(err, ERR_FATAL, "an outbox row is damaged at byte %zu of %zu",
			       *position, length);
	*position = reader.position;
	return true;
}

struct outbox_row *outbox_row_new(const char *topic, int32_t partition, int64_t sequence,
				  int64_t next_offset, int64_t message_count, const void *bytes,
				  size_t length)
{
	struct outbox_row *row = heap_zeroed(1, sizeof(*row) + length);

	snprintf(row->topic, sizeof(row->topic), "%s", topic);
	row->partition = partition;
	row->sequence = sequence;
	row->next_offset = next_offset;
	row->message_count = message_count;
	row->length = length;
	if (length)
		memcpy(row->bytes, bytes, length);
	return row;
}

void outbox_row_set_causes(struct outbox_row *row, const struct cause_times *causes, size_t count)
{
	if (count == 0)
		return;
	row->causes = heap_resize(NULL, count * sizeof(*causes));
	memcpy(row->causes, causes, count * sizeof(*causes));
	row->cause_count = count;
}

void outbox_row_free(struct outbox_row *row)
{
	free(row->causes);
	free(row);
}

void outbox_rows_free(struct outbox_row *rows)
{
	while (rows) {
		struct outbox_row *next = rows->next;

		outbox_row_free(rows);
		rows = next;
	}
}
