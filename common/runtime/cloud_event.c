#include "cloud_event.h"

#include <strings.h>

#include "decimal.h"
#include "instant.h"
#include "json_member.h"

#define NAME_MAX_BYTES 512
#define TIME_MAX_BYTES 64
#define TRACE_MAX_BYTES 128
#define MODE_PREFIX "application/cloudevents"
#define STRUCTURED "application/cloudevents+json"

static const struct outbox_header *find_header(const struct raw_message *raw, const char *name)
{
	for (size_t i = 0; i < raw->header_count; i++) {
		const struct outbox_header *header = &raw->headers[i];

		if (header->value && header->name_length == strlen(name) &&
		    memcmp(header->name, name, header->name_length) == 0)
			return header;
	}
	return NULL;
}

/* Attributes come from strangers: what is not short printable ASCII counts as absent. */
static const char *attribute(const void *text, size_t length, size_t longest, struct arena *arena)
{
	const unsigned char *bytes = text;

	if (!text || length == 0 || length > longest)
		return NULL;
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] < 0x20 || bytes[i] > 0x7e)
			return NULL;
	}
	return arena_strndup(arena, text, length);
}

static const char *header_text(const struct raw_message *raw, const char *name, size_t longest,
			       struct arena *arena)
{
	const struct outbox_header *header = find_header(raw, name);

	return header ? attribute(header->value, header->value_length, longest, arena) : NULL;
}

/* A producer may claim any time at all; what cannot be written as text cannot be sent on. */
static utc_us broker_time(int64_t timestamp_ms)
{
	if (timestamp_ms < INSTANT_EARLIEST / 1000)
		return INSTANT_EARLIEST;
	if (timestamp_ms > INSTANT_LATEST / 1000)
		return INSTANT_LATEST;
	return timestamp_ms * 1000;
}

/* Of an event in structured mode, but its data. */
struct envelope {
	const char *specversion, *id, *source, *type, *time, *traceparent;
};

static const struct json_field envelope_fields[] = {
	FIELD_TEXT(struct envelope, specversion, "specversion", REQUIRED),
	FIELD_TEXT(struct envelope, id, "id", REQUIRED),
	FIELD_TEXT(struct envelope, source, "source", REQUIRED),
	FIELD_TEXT(struct envelope, type, "type", REQUIRED),
	FIELD_TEXT(struct envelope, time, "time", OPTIONAL),
	FIELD_TEXT(struct envelope, traceparent, "traceparent", OPTIONAL),
	FIELD_END,
};

static void use_attributes(struct message *message, const char *source, const char *id,
			   const char *time)
{
	utc_us at;

	if (source && id) {
		message->source = source;
		message->id = id;
	}
	if (time && instant_parse(time, strlen(time), &at))
		message->time = at;
}

#define PLACE_SOURCE "kafka:"
#define OFFSET_DIGITS 20 /* zeros in front, so that ids of a partition sort by offset */

/* Of an event that brings none: "contractor.updated/3/00000000000000001234". */
static void name_by_place(const struct raw_message *raw, struct message *message,
			  struct arena *arena)
{
	const char *topic = raw->route->topic;
	size_t length = strlen(topic);
	char partition[DECIMAL_SIZE], offset[DECIMAL_SIZE];
	size_t partition_length = decimal_format(raw->partition, partition);
	size_t offset_length = decimal_format(raw->offset, offset);
	char *source = arena_alloc(arena, sizeof(PLACE_SOURCE) + length);
	char *id = arena_alloc(arena, length + 1 + partition_length + 1 + OFFSET_DIGITS + 1);

	memcpy(source, PLACE_SOURCE, sizeof(PLACE_SOURCE) - 1);
	memcpy(source + sizeof(PLACE_SOURCE) - 1, topic, length);
	message->source = source;
	message->id = id;
	memcpy(id, topic, length);
	id[length] = '/';
	memcpy(id + length + 1, partition, partition_length);
	id += length + 1 + partition_length;
	*id++ = '/';
	memset(id, '0', OFFSET_DIGITS - offset_length);
	memcpy(id + OFFSET_DIGITS - offset_length, offset, offset_length);
}

static void read_headers(const struct raw_message *raw, struct message *message,
			 struct arena *arena)
{
	message->time = broker_time(raw->timestamp_ms);
	use_attributes(message, header_text(raw, "ce_source", NAME_MAX_BYTES, arena),
		       header_text(raw, "ce_id", NAME_MAX_BYTES, arena),
		       header_text(raw, "ce_time", TIME_MAX_BYTES, arena));
	if (!message->id)
		name_by_place(raw, message, arena);
	/* The plain header is that of the hop, the attribute that of where the event began. */
	message->traceparent = header_text(raw, "traceparent", TRACE_MAX_BYTES, arena);
	if (!message->traceparent)
		message->traceparent = header_text(raw, "ce_traceparent", TRACE_MAX_BYTES, arena);
}

static const char *optional_attribute(const char *text, size_t longest, struct arena *arena)
{
	return text ? attribute(text, strlen(text), longest, arena) : NULL;
}

static bool open_structured(struct message *message, struct content *content, struct arena *arena,
			    struct err *err)
{
	struct envelope envelope = { 0 };
	const char *data;

	if (!json_decode(content->data, content->length, envelope_fields, &envelope,
			 sizeof(envelope), arena, err))
		return err_wrap(err, "structured CloudEvent");
	if (strcmp(envelope.specversion, "1.0") != 0)
		return err_set(err, ERR_POISON,
			       "structured CloudEvent: specversion 1.0 expected, \"%.32s\" found",
			       envelope.specversion);
	use_attributes(message, optional_attribute(envelope.source, NAME_MAX_BYTES, arena),
		       optional_attribute(envelope.id, NAME_MAX_BYTES, arena),
		       optional_attribute(envelope.time, TIME_MAX_BYTES, arena));
	if (!message->traceparent)
		message->traceparent =
			optional_attribute(envelope.traceparent, TRACE_MAX_BYTES, arena);
	if (!json_member(content->data, content->length, "data", &data, &content->length))
		return err_set(err, ERR_POISON,
			       "structured CloudEvent: data is missing (data_base64 is not taken)");
	content->data = data;
	return true;
}

/* Parameters, such as a character set, may follow. */
static bool is_type(const char *type, const char *wanted)
{
	size_t length = strlen(wanted);

	return strncasecmp(type, wanted, length) == 0 &&
	       (type[length] == '\0' || type[length] == ';' || type[length] == ' ');
}

bool cloud_event_open(const struct raw_message *raw, struct message *message, size_t value_max,
		      struct content *ret_content, struct arena *arena, struct err *err)
{
	const char *type = header_text(raw, "content-type", TRACE_MAX_BYTES, arena);

	read_headers(raw, message, arena);
	*ret_content = (struct content){ raw->value, raw->value_length };
	if (raw->value_length > value_max)
		return err_set(err, ERR_POISON,
			       "the value has %zu bytes: at most %zu expected (message.max_bytes)",
			       raw->value_length, value_max);
	if (!raw->value || !type || strncasecmp(type, MODE_PREFIX, strlen(MODE_PREFIX)) != 0)
		return true;
	if (!is_type(type, STRUCTURED))
		return err_set(err, ERR_POISON,
			       "content-type: " STRUCTURED " expected, \"%.64s\" found", type);
	return open_structured(message, ret_content, arena, err);
}
