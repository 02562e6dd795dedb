#include "outbox.h"

#include <arpa/inet.h>

#include "heap.h"

static bool has_room(const struct outbox_header *header)
{
	return header->name_length <= OUTBOX_NAME_MAX;
}

static char *put(char *at, const void *bytes, size_t length)
{
	if (length)
		memcpy(at, bytes, length);
	return at + length;
}

static char *put_u32(char *at, size_t value)
{
	uint32_t bytes = htonl((uint32_t)value);

	return put(at, &bytes, sizeof(bytes));
}

static char *put_u16(char *at, size_t value)
{
	uint16_t bytes = htons((uint16_t)value);

	return put(at, &bytes, sizeof(bytes));
}

static char *put_nullable(char *at, const void *bytes, size_t length)
{
	at = put_u32(at, bytes ? length : UINT32_MAX);
	return put(at, bytes, bytes ? length : 0);
}

/* Of all that is written of a message. */
static size_t size_of(const struct outbox_message *message, size_t *ret_headers)
{
	size_t size = 4 + message->topic_length + 4 + message->key_length + 4 +
		      message->value_length + 2;

	*ret_headers = 0;
	for (size_t i = 0; i < message->header_count && i < OUTBOX_HEADERS_MAX; i++) {
		const struct outbox_header *header = &message->headers[i];

		if (!has_room(header))
			continue;
		size += 2 + header->name_length + 4 + header->value_length;
		++*ret_headers;
	}
	return size;
}

void outbox_write(struct buffer *out, const struct outbox_message *message)
{
	size_t headers;
	char *at = buffer_reserve(out, size_of(message, &headers));

	at = put_u32(at, message->topic_length);
	at = put(at, message->topic, message->topic_length);
	at = put_nullable(at, message->key, message->key_length);
	at = put_nullable(at, message->value, message->value_length);
	at = put_u16(at, headers);
	for (size_t i = 0; headers; i++) {
		const struct outbox_header *header = &message->headers[i];

		if (!has_room(header))
			continue;
		at = put_u16(at, header->name_length);
		at = put(at, header->name, header->name_length);
		at = put_nullable(at, header->value, header->value_length);
		headers--;
	}
	*at = '\0';
	out->length = (size_t)(at - out->bytes);
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

	return at ? buffer_u32_at(at) : 0;
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
				  int64_t next_offset, int64_t message_count, struct buffer *bytes)
{
	struct outbox_row *row = heap_zeroed(1, sizeof(*row));

	snprintf(row->topic, sizeof(row->topic), "%s", topic);
	row->partition = partition;
	row->sequence = sequence;
	row->next_offset = next_offset;
	row->message_count = message_count;
	row->bytes = *bytes;
	row->length = bytes->length;
	*bytes = (struct buffer){ 0 };
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
	buffer_release(&row->bytes);
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
