#include "event_identity.h"

#include "cloud_event.h"
#include "instant.h"

#define NO_TIMESTAMP INT64_MIN /* what cloud_event_open() makes of it is INSTANT_EARLIEST */

static bool is_among(const struct outbox_header *headers, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (headers[i].value && headers[i].value_length == strlen(text) &&
		    memcmp(headers[i].value, text, headers[i].value_length) == 0)
			return true;
	return false;
}

struct event_identity event_identity(const struct letter_place *at,
				     const struct emit_header *headers, size_t count,
				     struct bytes value, struct arena *arena)
{
	struct outbox_header *copies = arena_array(arena, struct outbox_header, count);
	const struct route route = { .topic = at->topic, .key = ROUTE_KEY_ANY };
	struct raw_message raw = {
		.route = &route,
		.partition = (int32_t)at->partition,
		.offset = at->offset,
		.timestamp_ms = NO_TIMESTAMP,
		.value = value.data,
		.value_length = value.length,
		.headers = copies,
		.header_count = count,
	};
	struct message message = { 0 };
	struct content content;
	struct err ignored = { 0 };

	for (size_t i = 0; i < count; i++)
		copies[i] = (struct outbox_header){ headers[i].name, strlen(headers[i].name),
						    headers[i].value.data,
						    headers[i].value.length };
	cloud_event_open(&raw, &message, SIZE_MAX, &content, arena, &ignored);
	return (struct event_identity){
		.id = message.id,
		.source = message.source,
		.time = { message.time, message.time > INSTANT_EARLIEST },
		.in_headers = is_among(copies, count, message.id) &&
			      is_among(copies, count, message.source),
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
