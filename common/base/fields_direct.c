/*
 * One pass over the bytes, straight into the struct. Whatever is unusual (an unknown member, an
 * escape, a wrong type, a value out of range) ends it at once: the tree decides, and only the tree
 * says what is wrong, so there is one wording of each error. What is accepted here must be what
 * json_scan() and json-c accept together.
 */
#include "fields_direct.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fields_presence.h"
#include "identity.h"
#include "instant.h"
#include "json_plain.h"
#include "json_scan.h"
#include "utf8.h"

#define NO_MORE_DIGITS INT64_C(100000000000000000) /* it has 18 already */
#define DIGITS_MAX 18                              /* of an integer that surely fits */
#define NUMBER_LENGTH_MAX 40
#define TEXTS_MAX 32
#define FIRST_ITEMS 4
#define LONGEST_MESSAGE ((size_t)1 << 30)
#define EXACT_DOUBLE ((int64_t)1 << 53) /* up to it each integer is a double */
#define EXACT_POWER 22                  /* 10 to the power of it is one, too */

struct reader {
	const char *at, *end;
	struct arena *arena;
	size_t containers;
};

struct span {
	const char *start;
	size_t length;
};

static bool read_object(struct reader *reader, const struct json_field *fields, char *object);

static void skip_space(struct reader *reader)
{
	while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\n' ||
					    *reader->at == '\t' || *reader->at == '\r'))
		reader->at++;
}

/* The byte, after space. */
static bool take(struct reader *reader, char wanted)
{
	skip_space(reader);
	if (reader->at == reader->end || *reader->at != wanted)
		return false;
	reader->at++;
	return true;
}

static bool take_word(struct reader *reader, const char *word, size_t length)
{
	if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0)
		return false;
	reader->at += length;
	return true;
}

/* A string without escapes. */
static bool read_string(struct reader *reader, struct span *ret_text)
{
	if (!take(reader, '"'))
		return false;

	const char *at = json_skip_plain(reader->at, reader->end);

	while (at < reader->end && *at != '"') {
		size_t size = (signed char)*at < 0 ? utf8_character(at, (size_t)(reader->end - at))
						   : 0; /* an escape, or a control character */

		if (size == 0)
			return false;
		at = json_skip_plain(at + size, reader->end);
	}
	if (at == reader->end)
		return false;
	*ret_text = (struct span){ reader->at, (size_t)(at - reader->at) };
	reader->at = at + 1;
	return true;
}

static size_t skip_digits(struct reader *reader, int64_t *number)
{
	const char *start = reader->at;

	for (; reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9'; reader->at++) {
		if (*number < NO_MORE_DIGITS)
			*number = *number * 10 + (*reader->at - '0');
	}
	return (size_t)(reader->at - start);
}

/* The digits before point and exponent. */
static bool read_integer(struct reader *reader, int64_t *ret_integer)
{
	skip_space(reader);

	bool negative = take_word(reader, "-", 1);
	const char *start = reader->at;
	int64_t number = 0;
	size_t digits = skip_digits(reader, &number);

	if (digits == 0 || digits > DIGITS_MAX || (digits > 1 && *start == '0'))
		return false;
	*ret_integer = negative ? -number : number;
	return true;
}

static bool at_fraction(const struct reader *reader)
{
	return reader->at < reader->end && *reader->at == '.';
}

static bool at_exponent(const struct reader *reader)
{
	return reader->at < reader->end && (*reader->at | 0x20) == 'e';
}

/* For what has too many digits to be calculated. */
static bool convert(const char *start, const char *end, double *ret_number)
{
	char text[NUMBER_LENGTH_MAX + 1];
	size_t length = (size_t)(end - start);

	if (length > NUMBER_LENGTH_MAX)
		return false;
	memcpy(text, start, length);
	text[length] = '\0';
	*ret_number = strtod(text, NULL);
	return isfinite(*ret_number);
}

/*
 * The quotient of two integers that doubles hold exactly is the double nearest to it, as strtod()
 * gives it (Clinger, "How to Read Floating Point Numbers Accurately").
 */
static bool read_number(struct reader *reader, double *ret_number)
{
	static const double powers[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
					 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
					 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
	static_assert(sizeof(powers) / sizeof(powers[0]) == EXACT_POWER + 1, "each power");
	int64_t integer, all;

	skip_space(reader);

	const char *start = reader->at;

	if (!read_integer(reader, &integer))
		return false;
	if (at_exponent(reader))
		return false;
	if (!at_fraction(reader)) {
		*ret_number = (double)integer;
		return true;
	}
	reader->at++;
	all = integer < 0 ? -integer : integer;
	const char *fraction = reader->at;
	size_t whole = (size_t)(fraction - start);
	size_t digits = skip_digits(reader, &all);

	if (digits == 0 || at_exponent(reader))
		return false;
	if (whole + digits > DIGITS_MAX || all > EXACT_DOUBLE || digits > EXACT_POWER)
		return convert(start, reader->at, ret_number);
	*ret_number = (double)all / powers[digits];
	if (*start == '-')
		*ret_number = -*ret_number;
	return true;
}

static bool in_range(const struct json_field *field, double number)
{
	return (field->minimum == 0 && field->maximum == 0) ||
	       (number >= field->minimum && number <= field->maximum);
}

static bool read_integer_field(struct reader *reader, const struct json_field *field,
			       int64_t *ret_integer)
{
	return read_integer(reader, ret_integer) && !at_fraction(reader) && !at_exponent(reader) &&
	       in_range(field, (double)*ret_integer);
}

static bool read_text(struct reader *reader, bool required, const char **ret_text)
{
	struct span text;

	if (!read_string(reader, &text))
		return false;
	if (text.length == 0)
		return !required;
	*ret_text = arena_strndup(reader->arena, text.start, text.length);
	return true;
}

static bool read_enum(struct reader *reader, const struct json_field *field, int *ret_index)
{
	struct span text;

	if (!read_string(reader, &text))
		return false;
	for (int i = 1; field->names[i]; i++) {
		if (strlen(field->names[i]) == text.length &&
		    memcmp(field->names[i], text.start, text.length) == 0) {
			*ret_index = i;
			return true;
		}
	}
	return false;
}

static bool read_uuid(struct reader *reader, bool required, struct uuid *ret_uuid)
{
	static const struct uuid nil;
	struct span text;

	return read_string(reader, &text) && uuid_from_text(text.start, text.length, ret_uuid) &&
	       !(required && uuid_equal(ret_uuid, &nil));
}

static bool read_time(struct reader *reader, utc_us *ret_time)
{
	struct span text;

	return read_string(reader, &text) && instant_parse(text.start, text.length, ret_time);
}

static bool read_bool(struct reader *reader, bool *ret_bool)
{
	skip_space(reader);
	*ret_bool = take_word(reader, "true", 4);
	return *ret_bool || take_word(reader, "false", 5);
}

static bool read_int_or_text(struct reader *reader, const struct json_field *field, bool required,
			     struct int_or_text *ret_either)
{
	skip_space(reader);
	if (reader->at < reader->end && *reader->at == '"') {
		bool ok = read_text(reader, required, &ret_either->text);

		ret_either->present = ret_either->text != NULL;
		return ok;
	}
	ret_either->present = true;
	return read_integer_field(reader, field, &ret_either->number);
}

static bool read_texts(struct reader *reader, struct texts *ret_texts)
{
	struct span items[TEXTS_MAX];
	size_t count = 0;

	if (!take(reader, '['))
		return false;
	reader->containers++;
	if (!take(reader, ']')) {
		do {
			if (count == TEXTS_MAX || !read_string(reader, &items[count]) ||
			    items[count].length == 0)
				return false;
			count++;
		} while (take(reader, ','));
		if (!take(reader, ']'))
			return false;
	}
	*ret_texts = (struct texts){ arena_array(reader->arena, const char *, count), count };
	for (size_t i = 0; i < count; i++)
		ret_texts->items[i] = arena_strndup(reader->arena, items[i].start, items[i].length);
	return true;
}

static bool read_objects(struct reader *reader, const struct json_field *field, void *member)
{
	struct any_list list = { .items = NULL };
	size_t capacity = FIRST_ITEMS, size = field->item_size;

	if (!take(reader, '['))
		return false;
	reader->containers++;
	list.items = arena_alloc_array(reader->arena, capacity, size);
	if (!take(reader, ']')) {
		do {
			if (list.count == capacity) {
				list.items = arena_grow(reader->arena, list.items, list.count,
							2 * capacity, size);
				capacity *= 2;
			}
			if (!read_object(reader, field->fields,
					 (char *)list.items + list.count * size))
				return false;
			list.count++;
		} while (take(reader, ','));
		if (!take(reader, ']'))
			return false;
	}
	memcpy(member, &list, sizeof(list)); /* the member has another type: LIST_OF() something */
	return true;
}

static bool read_member(struct reader *reader, const struct json_field *field, void *member)
{
	bool required = field->presence == REQUIRED;
	double number;

	switch (field->kind) {
	case FIELD_KIND_TEXT:
		return read_text(reader, required, member);
	case FIELD_KIND_ENUM:
		return read_enum(reader, field, member);
	case FIELD_KIND_UUID:
		return read_uuid(reader, required, member);
	case FIELD_KIND_TIME:
		return read_time(reader, member);
	case FIELD_KIND_INT:
		return read_integer_field(reader, field, member);
	case FIELD_KIND_NUMBER:
		if (!read_number(reader, &number) || !in_range(field, number))
			return false;
		*(double *)member = number;
		return true;
	case FIELD_KIND_BOOL:
		return read_bool(reader, member);
	case FIELD_KIND_INT_OR_TEXT:
		return read_int_or_text(reader, field, required, member);
	case FIELD_KIND_TEXTS:
		return read_texts(reader, member);
	case FIELD_KIND_OBJECT:
		return read_object(reader, field->fields, member);
	case FIELD_KIND_OBJECTS:
		return read_objects(reader, field, member);
	case FIELD_KIND_END:
		break;
	}
	return false;
}

static bool is_named(const struct json_field *field, const struct span *key)
{
	assert(field->name_length == strlen(field->name));
	return field->name_length == key->length &&
	       memcmp(field->name, key->start, key->length) == 0;
}

/* Producers mostly write members in the table's order, so the search begins behind the last one.
 * -1: there is none. */
static int find_field(const struct json_field *fields, int after, const struct span *key)
{
	for (int i = after + 1; fields[i].kind != FIELD_KIND_END; i++) {
		if (is_named(&fields[i], key))
			return i;
	}
	for (int i = 0; i <= after; i++) {
		if (is_named(&fields[i], key))
			return i;
	}
	return -1;
}

static bool has_required(const struct json_field *fields, uint64_t present)
{
	for (int i = 0; fields[i].kind != FIELD_KIND_END; i++) {
		if (fields[i].presence == REQUIRED && !(present & UINT64_C(1) << i))
			return false;
	}
	return true;
}

static bool read_object(struct reader *reader, const struct json_field *fields, char *object)
{
	uint64_t seen = 0, present = 0;
	int index = -1;

	if (!take(reader, '{') || ++reader->containers > JSON_CONTAINERS_MAX)
		return false;
	if (take(reader, '}'))
		return has_required(fields, 0);
	do {
		struct span key;

		if (!read_string(reader, &key) || !take(reader, ':'))
			return false;
		index = find_field(fields, index, &key);
		if (index < 0 || index > 63 || seen & UINT64_C(1) << index)
			return false;
		seen |= UINT64_C(1) << index;

		const struct json_field *field = &fields[index];

		skip_space(reader);
		if (take_word(reader, "null", 4))
			continue;
		present |= UINT64_C(1) << index;
		if (!read_member(reader, field, object + field->offset))
			return false;
		if (field->carries_presence)
			*(bool *)(object + field->offset + presence_offset(field->kind)) = true;
	} while (take(reader, ','));
	return take(reader, '}') && has_required(fields, present);
}

bool json_decode_direct(const char *text, size_t length, const struct json_field *fields,
			void *object, struct arena *arena)
{
	struct reader reader = { .at = text, .end = text + length, .arena = arena };

	if (length > LONGEST_MESSAGE || !read_object(&reader, fields, object))
		return false;
	skip_space(&reader);
	return reader.at == reader.end && reader.containers <= JSON_CONTAINERS_MAX;
}
