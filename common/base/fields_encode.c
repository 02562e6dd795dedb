/*
 * Written straight into the buffer. A value has one form only: outputs are compared byte by byte
 * to tell what changed.
 */
#include <assert.h>
#include <string.h>

#include "fields.h"
#include "fields_presence.h"
#include "identity.h"
#include "instant.h"
#include "json_plain.h"
#include "utf8.h"

static void encode_object(const struct json_field *fields, const char *object, struct buffer *out);

static void write_escape(struct buffer *out, char character)
{
	static const char hex[] = "0123456789abcdef";
	static const char letters[] = "\bb\nn\rr\tt\ff\"\"\\\\"; /* what is escaped, and how */
	char escape[] = "\\u0000";

	for (const char *pair = letters; *pair; pair += 2) {
		if (*pair == character) {
			escape[1] = pair[1];
			buffer_add(out, escape, 2);
			return;
		}
	}
	escape[4] = hex[character >> 4];
	escape[5] = hex[character & 15];
	buffer_add(out, escape, 6);
}

/* U+FFFD for bytes that are no UTF-8: a log line stays readable. */
#define REPLACEMENT "\xef\xbf\xbd"

void json_write_text(struct buffer *out, const char *text, size_t length)
{
	const char *end = text + length;

	buffer_reserve(out, length + 2);
	buffer_add_char(out, '"');
	while (text < end) {
		const char *run = text;

		text = json_skip_plain(run, end);
		buffer_add(out, run, (size_t)(text - run));
		if (text == end)
			break;

		size_t size = utf8_character(text, (size_t)(end - text));
		if (size > 1)
			buffer_add(out, text, size);
		else if (size == 1)
			write_escape(out, *text);
		else
			buffer_add_text(out, REPLACEMENT);
		text += size ? size : 1;
	}
	buffer_add_char(out, '"');
}

static void write_text(struct buffer *out, const char *text)
{
	assert(text && *text);
	json_write_text(out, text ? text : "", text ? strlen(text) : 0);
}

/* Names and UUIDs: nothing to escape. */
static void write_quoted(struct buffer *out, const char *text, size_t length)
{
	char *end = buffer_reserve(out, length + 2);

	end[0] = '"';
	memcpy(end + 1, text, length);
	end[length + 1] = '"';
	end[length + 2] = '\0';
	out->length += length + 2;
}

/* The comma in front of it, too. */
static void write_member_name(struct buffer *out, const struct json_field *field, bool first)
{
	char *end = buffer_reserve(out, field->name_length + 4);

	assert(field->name_length == strlen(field->name));

	if (!first)
		*end++ = ',';
	*end++ = '"';
	memcpy(end, field->name, field->name_length);
	end += field->name_length;
	memcpy(end, "\":", 3);
	out->length = (size_t)(end + 2 - out->bytes);
}

static void write_uuid(struct buffer *out, const struct uuid *uuid)
{
	char text[UUID_TEXT_SIZE];

	uuid_to_text(uuid, text);
	write_quoted(out, text, sizeof(text) - 1);
}

static void write_time(struct buffer *out, utc_us time)
{
	char text[INSTANT_TEXT_SIZE];
	size_t length = instant_format(time, text);

	write_quoted(out, text, length);
}

static void write_name(struct buffer *out, const char *const *names, int index)
{
	assert(index > 0);
	write_quoted(out, index > 0 ? names[index] : "", index > 0 ? strlen(names[index]) : 0);
}

static void write_int_or_text(struct buffer *out, const struct int_or_text *either)
{
	if (either->text)
		write_text(out, either->text);
	else
		json_write_integer(out, either->number);
}

static void encode_texts(struct buffer *out, const struct texts *texts)
{
	buffer_add_char(out, '[');
	for (size_t i = 0; i < texts->count; i++) {
		if (i > 0)
			buffer_add_char(out, ',');
		write_text(out, texts->items[i]);
	}
	buffer_add_char(out, ']');
}

/* A member's list as the type that every LIST_OF() looks like. */
static struct any_list list_of(const void *member)
{
	struct any_list list;

	memcpy(&list, member, sizeof(list));
	return list;
}

static void encode_value(const struct json_field *field, const void *member, struct buffer *out)
{
	switch (field->kind) {
	case FIELD_KIND_TEXT:
		write_text(out, *(const char *const *)member);
		return;
	case FIELD_KIND_ENUM:
		write_name(out, field->names, *(const int *)member);
		return;
	case FIELD_KIND_UUID:
		write_uuid(out, member);
		return;
	case FIELD_KIND_TIME:
		write_time(out, *(const utc_us *)member);
		return;
	case FIELD_KIND_INT:
		json_write_integer(out, *(const int64_t *)member);
		return;
	case FIELD_KIND_NUMBER:
		json_write_number(out, *(const double *)member);
		return;
	case FIELD_KIND_BOOL:
		buffer_add_text(out, *(const bool *)member ? "true" : "false");
		return;
	case FIELD_KIND_INT_OR_TEXT:
		write_int_or_text(out, member);
		return;
	case FIELD_KIND_TEXTS:
		encode_texts(out, member);
		return;
	case FIELD_KIND_OBJECT:
		encode_object(field->fields, member, out);
		return;
	case FIELD_KIND_OBJECTS: {
		struct any_list list = list_of(member);

		json_encode_list(field->fields, field->item_size, &list, out);
		return;
	}
	case FIELD_KIND_END:
		break;
	}
	assert(false && "a field without a kind");
}

static bool object_absent(const struct json_field *fields, const char *object);

static bool absent(const struct json_field *field, const char *member)
{
	static const struct uuid nil;

	if (field->carries_presence)
		return !*(const bool *)(member + presence_offset(field->kind));

	switch (field->kind) {
	case FIELD_KIND_TEXT: {
		const char *text = *(const char *const *)(const void *)member;

		return !text || !*text;
	}
	case FIELD_KIND_ENUM:
		return *(const int *)(const void *)member == 0;
	case FIELD_KIND_UUID:
		return uuid_equal((const struct uuid *)member, &nil);
	case FIELD_KIND_TIME:
	case FIELD_KIND_INT:
		return *(const int64_t *)(const void *)member == 0;
	case FIELD_KIND_NUMBER:
		return *(const double *)(const void *)member == 0;
	case FIELD_KIND_BOOL:
		return !*(const bool *)member;
	case FIELD_KIND_INT_OR_TEXT:
		return !((const struct int_or_text *)(const void *)member)->present;
	case FIELD_KIND_TEXTS:
	case FIELD_KIND_OBJECTS:
		return !list_of(member).items;
	case FIELD_KIND_OBJECT:
		return object_absent(field->fields, member);
	case FIELD_KIND_END:
		break;
	}
	return true;
}

static bool object_absent(const struct json_field *fields, const char *object)
{
	for (const struct json_field *field = fields; field->kind != FIELD_KIND_END; field++)
		if (!absent(field, object + field->offset))
			return false;
	return true;
}

static void encode_object(const struct json_field *fields, const char *object, struct buffer *out)
{
	bool first = true;

	buffer_add_char(out, '{');
	for (const struct json_field *field = fields; field->kind != FIELD_KIND_END; field++) {
		const char *member = object + field->offset;

		if (field->presence == OPTIONAL && absent(field, member))
			continue;
		write_member_name(out, field, first);
		first = false;
		encode_value(field, member, out);
	}
	buffer_add_char(out, '}');
}

void json_encode(const struct json_field *fields, const void *object, struct buffer *out)
{
	encode_object(fields, object, out);
}

char *json_encode_text(const struct json_field *fields, const void *object, struct arena *arena)
{
	struct buffer out = { 0 };

	encode_object(fields, object, &out);

	char *text = arena_strndup(arena, out.bytes, out.length);
	buffer_release(&out);
	return text;
}

void json_encode_list(const struct json_field *fields, size_t item_size,
		      const struct any_list *list, struct buffer *out)
{
	buffer_add_char(out, '[');
	for (size_t i = 0; list->items && i < list->count; i++) {
		if (i > 0)
			buffer_add_char(out, ',');
		encode_object(fields, (const char *)list->items + i * item_size, out);
	}
	buffer_add_char(out, ']');
}
