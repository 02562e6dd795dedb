/*
 * A message of the usual form is decoded without a detour (fields_direct.c). Of any other
 * json_tree() makes a tree, and the table says what to take from it. The tree is freed at once:
 * texts are copied, and the next message finds the same memory in the cache.
 */
#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "fields.h"
#include "fields_direct.h"
#include "fields_presence.h"
#include "identity.h"
#include "instant.h"
#include "json_tree.h"
#include "utf8.h"

#define EXACT_MAX 9007199254740992.0 /* 2^53: beyond it a double skips integers */
#define QUOTED_MAX 40                /* bytes of a value that an error shows */

struct decoder {
	struct arena *arena;
	struct err *err;
};

/* A value, what it should be, and for its error where in the message it stands. */
struct value {
	const struct decoder *decoder;
	struct json_object *json;
	const struct json_field *field; /* NULL: the message itself */
	bool required;
	const struct value *parent;
	const char *name; /* NULL: an item of a list */
	size_t index;
};

static bool decode_object(const struct value *value, const struct json_field *fields, char *object);

static struct value item_of(const struct value *list, size_t index)
{
	return (struct value){
		.decoder = list->decoder,
		.json = json_object_array_get_idx(list->json, index),
		.field = list->field,
		.required = true,
		.parent = list,
		.index = index,
	};
}

static void add_path(struct buffer *path, const struct value *value)
{
	if (!value->parent)
		return;
	add_path(path, value->parent);
	if (value->name)
		buffer_printf(path, "%s%s", path->length ? "." : "", value->name);
	else
		buffer_printf(path, "[%zu]", value->index);
}

static bool fail(const struct value *value, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static bool fail(const struct value *value, const char *format, ...)
{
	struct err *err = value->decoder->err;
	struct buffer path = { 0 };
	char problem[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(problem, sizeof(problem), format, arguments);
	va_end(arguments);

	err_set(err, ERR_POISON, "%s", problem);
	add_path(&path, value);
	if (path.length > 0)
		err_wrap(err, "%s", path.bytes);
	buffer_release(&path);
	return false;
}

static bool fail_type(const struct value *value, const char *expected)
{
	static const char *const found[] = {
		[json_type_null] = "null",     [json_type_boolean] = "true or false",
		[json_type_double] = "number", [json_type_int] = "number",
		[json_type_object] = "object", [json_type_array] = "list",
		[json_type_string] = "text",
	};

	return fail(value, "%s expected, %s found", expected,
		    found[json_object_get_type(value->json)]);
}

static bool is(const struct value *value, enum json_type type)
{
	return json_object_is_type(value->json, type);
}

static bool is_number(const struct value *value)
{
	return is(value, json_type_int) || is(value, json_type_double);
}

static const char *text_of(const struct value *value)
{
	return json_object_get_string(value->json);
}

static size_t length_of(const struct value *value)
{
	return (size_t)json_object_get_string_len(value->json);
}

/* A number or a text of the right type that will not do: rating: 6 is not between 1 and 5. */
static bool fail_value(const struct value *value, const char *problem)
{
	const char *text = text_of(value);
	const char *quote = is(value, json_type_string) ? "\"" : "";
	size_t length = strlen(text);
	size_t shown = utf8_cut(text, length, QUOTED_MAX);
	const char *more = shown < length ? "…" : "";

	return fail(value, "%s%.*s%s%s %s", quote, (int)shown, text, more, quote, problem);
}

static bool decode_text(const struct value *value, const char **ret_text)
{
	if (!is(value, json_type_string))
		return fail_type(value, "text");

	size_t length = length_of(value);
	if (length == 0)
		return !value->required || fail(value, "text is empty");
	*ret_text = arena_strndup(value->decoder->arena, text_of(value), length);
	return true;
}

static bool fail_enum(const struct value *value)
{
	struct buffer problem = { 0 };

	buffer_add_text(&problem, "is none of");
	for (int i = 1; value->field->names[i]; i++)
		buffer_printf(&problem, "%s%s", i > 1 ? ", " : " ", value->field->names[i]);
	fail_value(value, problem.bytes);
	buffer_release(&problem);
	return false;
}

int name_index(const char *const *names, const char *name)
{
	for (int i = 1; name && names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return 0;
}

static bool decode_enum(const struct value *value, int *ret_index)
{
	int index;

	if (!is(value, json_type_string))
		return fail_type(value, "text");
	index = name_index(value->field->names, text_of(value));
	if (!index)
		return fail_enum(value);
	*ret_index = index;
	return true;
}

static bool decode_uuid(const struct value *value, struct uuid *ret_uuid)
{
	static const struct uuid nil;

	if (!is(value, json_type_string))
		return fail_type(value, "UUID as text");
	if (!uuid_from_text(text_of(value), length_of(value), ret_uuid))
		return fail_value(value, "is not a UUID");
	if (value->required && uuid_equal(ret_uuid, &nil))
		return fail_value(value, "is the nil UUID");
	return true;
}

static bool decode_time(const struct value *value, utc_us *ret_time)
{
	if (!is(value, json_type_string))
		return fail_type(value, "time as text");
	return instant_parse(text_of(value), length_of(value), ret_time) ||
	       fail_value(value, "is not an RFC 3339 time");
}

static bool decode_bool(const struct value *value, bool *ret_bool)
{
	if (!is(value, json_type_boolean))
		return fail_type(value, "true or false");
	*ret_bool = json_object_get_boolean(value->json);
	return true;
}

static bool check_range(const struct value *value, double number)
{
	double low = value->field->minimum, high = value->field->maximum;
	char problem[80];

	if ((low == 0 && high == 0) || (number >= low && number <= high))
		return true;
	if (high >= EXACT_MAX) /* not a bound that a person has in mind */
		snprintf(problem, sizeof(problem), "is less than %.15g", low);
	else
		snprintf(problem, sizeof(problem), "is not between %.15g and %.15g", low, high);
	return fail_value(value, problem);
}

/* An integer, however it is written: 3, 3.0, 3e0. */
static bool decode_integer(const struct value *value, int64_t *ret_integer)
{
	if (!is_number(value))
		return fail_type(value, "whole number");

	double number = json_object_get_double(value->json);
	if (is(value, json_type_int)) {
		if (json_object_get_uint64(value->json) > INT64_MAX)
			return fail_value(value, "is out of range");
		*ret_integer = json_object_get_int64(value->json);
	} else {
		if (!(fabs(number) <= EXACT_MAX))
			return fail_value(value, "is out of range");
		if (trunc(number) != number)
			return fail_value(value, "is not a whole number");
		*ret_integer = (int64_t)number;
	}
	return check_range(value, number);
}

static bool decode_number(const struct value *value, double *ret_number)
{
	if (!is_number(value))
		return fail_type(value, "number");
	*ret_number = json_object_get_double(value->json);
	if (!isfinite(*ret_number)) /* 1e400 */
		return fail_value(value, "is out of range");
	return check_range(value, *ret_number);
}

static bool decode_int_or_text(const struct value *value, struct int_or_text *ret_either)
{
	if (is_number(value)) {
		ret_either->present = true;
		return decode_integer(value, &ret_either->number);
	}
	if (!is(value, json_type_string))
		return fail_type(value, "whole number or text");
	if (!decode_text(value, &ret_either->text))
		return false;
	ret_either->present = ret_either->text != NULL;
	return true;
}

static bool decode_lone_text(const struct value *value, struct texts *ret_texts)
{
	const char *text = NULL;

	if (!decode_text(value, &text))
		return false;
	if (!text) /* OPTIONAL and "" */
		return true;
	*ret_texts = (struct texts){ arena_array(value->decoder->arena, const char *, 1), 1 };
	ret_texts->items[0] = text;
	return true;
}

static bool decode_texts(const struct value *value, struct texts *ret_texts)
{
	if (is(value, json_type_string) && value->field->or_text)
		return decode_lone_text(value, ret_texts);
	if (!is(value, json_type_array))
		return fail_type(value, value->field->or_text ? "list of texts, or text,"
							      : "list of texts");

	ret_texts->count = json_object_array_length(value->json);
	ret_texts->items = arena_array(value->decoder->arena, const char *, ret_texts->count);
	for (size_t i = 0; i < ret_texts->count; i++) {
		struct value item = item_of(value, i);

		if (!decode_text(&item, &ret_texts->items[i]))
			return false;
	}
	return true;
}

static bool decode_objects(const struct value *value, const struct json_field *fields,
			   size_t item_size, struct any_list *ret_list)
{
	if (!is(value, json_type_array))
		return fail_type(value, "list of objects");

	struct any_list list = { .count = json_object_array_length(value->json) };
	list.items = arena_alloc_array(value->decoder->arena, list.count, item_size);
	for (size_t i = 0; i < list.count; i++) {
		struct value item = item_of(value, i);

		if (!decode_object(&item, fields, (char *)list.items + i * item_size))
			return false;
	}
	*ret_list = list;
	return true;
}

static bool decode_list_member(const struct value *value, void *member)
{
	struct any_list list;

	if (!decode_objects(value, value->field->fields, value->field->item_size, &list))
		return false;
	memcpy(member, &list, sizeof(list)); /* the member has another type: LIST_OF() something */
	return true;
}

/* The value of a member; its presence, where the member carries one, is the caller's. */
static bool decode_member(const struct value *value, void *member)
{
	switch (value->field->kind) {
	case FIELD_KIND_TEXT:
		return decode_text(value, member);
	case FIELD_KIND_ENUM:
		return decode_enum(value, member);
	case FIELD_KIND_UUID:
		return decode_uuid(value, member);
	case FIELD_KIND_TIME:
		return decode_time(value, member);
	case FIELD_KIND_INT:
		return decode_integer(value, member);
	case FIELD_KIND_NUMBER:
		return decode_number(value, member);
	case FIELD_KIND_BOOL:
		return decode_bool(value, member);
	case FIELD_KIND_INT_OR_TEXT:
		return decode_int_or_text(value, member);
	case FIELD_KIND_TEXTS:
		return decode_texts(value, member);
	case FIELD_KIND_OBJECT:
		return decode_object(value, value->field->fields, member);
	case FIELD_KIND_OBJECTS:
		return decode_list_member(value, member);
	case FIELD_KIND_END:
		break;
	}
	assert(false && "a field without a kind");
	return false;
}

static bool decode_object(const struct value *value, const struct json_field *fields, char *object)
{
	if (!is(value, json_type_object))
		return fail_type(value, "object");

	for (const struct json_field *field = fields; field->kind != FIELD_KIND_END; field++) {
		struct value member = {
			.decoder = value->decoder,
			.field = field,
			.required = field->presence == REQUIRED,
			.parent = value,
			.name = field->name,
		};

		json_object_object_get_ex(value->json, field->name, &member.json);
		if (!member.json) { /* absent, or null */
			if (member.required)
				return fail(&member, "required, but absent");
			continue;
		}
		if (!decode_member(&member, object + field->offset))
			return false;
		if (field->carries_presence)
			*(bool *)(object + field->offset + presence_offset(field->kind)) = true;
	}
	return true;
}

bool json_decode_tree(const char *text, size_t length, const struct json_field *fields,
		      void *object, struct arena *arena, struct err *err)
{
	struct decoder decoder = { .arena = arena, .err = err };
	struct value message = { .decoder = &decoder, .json = json_tree(text, length, err) };

	if (!message.json)
		return false;

	bool decoded = decode_object(&message, fields, object);
	json_object_put(message.json);
	return decoded;
}

bool json_decode(const char *text, size_t length, const struct json_field *fields, void *object,
		 size_t size, struct arena *arena, struct err *err)
{
	struct arena_mark mark = arena_mark(arena);

	memset(object, 0, size);
	if (json_decode_direct(text, length, fields, object, arena))
		return true;
	arena_rewind(arena, mark);
	memset(object, 0, size);
	return json_decode_tree(text, length, fields, object, arena, err);
}

bool json_decode_list(const char *text, size_t length, const struct json_field *fields,
		      size_t item_size, struct arena *arena, struct any_list *ret_list,
		      struct err *err)
{
	struct decoder decoder = { .arena = arena, .err = err };
	struct value message = { .decoder = &decoder, .json = json_tree(text, length, err) };

	if (!message.json)
		return false;

	bool decoded = decode_objects(&message, fields, item_size, ret_list);
	json_object_put(message.json);
	return decoded;
}
