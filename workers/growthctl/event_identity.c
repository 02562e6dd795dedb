#include "event_identity.h"

#include "instant.h"
#include "raw_message.h"

#define NO_TIMESTAMP INT64_MIN /* what message_decode() makes of it is INSTANT_EARLIEST */

static bool is_among(const struct outbox_header *headers, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (headers[i].value && headers[i].value_length == strlen(text) &&
		    memcmp(headers[i].value, text, headers[i].value_length) == 0)
			return true;
	return false;
}

struct event_identity event_identity(const char *topic, int64_t partition, int64_t offset,
				     const struct emit_header *headers, size_t count,
				     struct arena *arena)
{
	struct outbox_header *copies = arena_array(arena, struct outbox_header, count);
	const struct route route = { .topic = topic, .key = ROUTE_KEY_ANY };
	struct raw_message raw = {
		.route = &route,
		.partition = (int32_t)partition,
		.offset = offset,
		.timestamp_ms = NO_TIMESTAMP,
		.headers = copies,
		.header_count = count,
	};
	const struct message *message;
	struct err ignored = { 0 };
	bool decoded;

	for (size_t i = 0; i < count; i++)
		copies[i] = (struct outbox_header){ headers[i].name, strlen(headers[i].name),
						    headers[i].value.data,
						    headers[i].value.length };
	message = message_decode(&raw, NULL, SIZE_MAX, arena, &decoded, &ignored);
	return (struct event_identity){
		.id = message->id,
		.source = message->source,
		.time = { message->time, message->time > INSTANT_EARLIEST },
		.from_place = !is_among(copies, count, message->id) ||
			      !is_among(copies, count, message->source),
	};
}

size_t event_headers(const rd_kafka_message_t *message, struct arena *arena,
		     struct emit_header **ret_headers)
{
	rd_kafka_headers_t *found;
	struct emit_header *headers;
	size_t count;

	if (rd_kafka_message_headers(message, &found))
		return 0;
	count = rd_kafka_header_cnt(found);
	headers = arena_array(arena, struct emit_header, count);
	for (size_t i = 0; i < count; i++)
		rd_kafka_header_get_all(found, i, &headers[i].name, &headers[i].value.data,
					&headers[i].value.length);
	*ret_headers = headers;
	return count;
}
