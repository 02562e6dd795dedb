/*
 * A message is declared once, as a table of fields; the table decodes it from JSON, encodes it to
 * JSON, and is compared with its JSON Schema by a test. The macros check the member's type with
 * _Generic: a table that disagrees with its struct does not compile.
 *
 * 	static const struct json_field feedback_fields[] = {
 * 		FIELD_UUID(struct feedback, goal_id, "goal_id", REQUIRED),
 * 		FIELD_INT(struct feedback, rating, "rating", REQUIRED, 1, 5),
 * 		FIELD_END
 * 	};
 *
 * Decoding is strict: UTF-8 is validated, depth is at most 32, a key that occurs twice, a NUL
 * character (\u0000) in text, bytes behind the value, a wrong type, a number out of range (an
 * integer written 3.0 is an integer) or a missing required field is an error that names the path
 * and both types: "partners[2].match_score: number expected, text found". JSON null counts as
 * absent. Unknown members are ignored, but have to be valid too: no integer beyond 64 bits, and at
 * most 10,000 objects and lists in a message.
 *
 * An OPTIONAL member that carries no presence (int64_t, double, bool, utc_us, an embedded struct)
 * is absent when it is zero: not written, and zero when it was not there. Where zero means
 * something, use struct optional_….
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "buffer.h"
#include "err.h"
#include "values.h"

enum field_kind {
	FIELD_KIND_END,
	FIELD_KIND_TEXT,        /* const char *: not empty; OPTIONAL and "" is absent */
	FIELD_KIND_ENUM,        /* int: index into names; 0 is absent, names[0] is NULL */
	FIELD_KIND_UUID,        /* struct uuid; all zero is absent */
	FIELD_KIND_TIME,        /* utc_us, or struct optional_time */
	FIELD_KIND_INT,         /* int64_t, or struct optional_int */
	FIELD_KIND_NUMBER,      /* double, or struct optional_number */
	FIELD_KIND_BOOL,        /* bool, or struct optional_bool */
	FIELD_KIND_INT_OR_TEXT, /* struct int_or_text */
	/* struct texts: none empty; where or_text, a text alone is a list of one */
	FIELD_KIND_TEXTS,
	/* an embedded struct with a table of its own; absent: all its members are */
	FIELD_KIND_OBJECT,
	/* LIST_OF(struct …) with a table for its items; REQUIRED and NULL is written as [] */
	FIELD_KIND_OBJECTS,
};

enum field_presence { OPTIONAL, REQUIRED };

struct json_field {
	const char *name;
	size_t name_length;
	enum field_kind kind;
	enum field_presence presence;
	bool carries_presence; /* the member is the struct optional_… form */
	bool or_text;          /* FIELD_KIND_TEXTS */
	size_t offset;
	double minimum, maximum;  /* of numbers; both 0: any */
	const char *const *names; /* FIELD_KIND_ENUM: names[1..], ended by NULL; names[0] is NULL */
	const struct json_field *fields; /* FIELD_KIND_OBJECT(S) */
	size_t item_size;                /* FIELD_KIND_OBJECTS */
};

/* A name goes with its length: for tables by hand, too. */
#define FIELD_NAMED(key) .name = (key), .name_length = sizeof("" key) - 1
#define FIELD_MEMBER(type, member) (((type *)0)->member)
#define FIELD_FLAG_(type, member, plain, optional_type) \
	_Generic(FIELD_MEMBER(type, member), plain : false, optional_type : true)
#define FIELD_IS_(type, member, wanted) \
	(_Generic(FIELD_MEMBER(type, member), wanted : true) ? 0 : 0)

#define FIELD_TEXT(type, member, key, need) \
	{ \
		FIELD_NAMED(key), \
			.kind = FIELD_KIND_TEXT, .presence = (need), \
			.offset = offsetof(type, member) + FIELD_IS_(type, member, const char *) \
	}
/* The member is any enum (or int): its size is checked. */
#define FIELD_ENUM(type, member, key, need, enum_names) \
	{ \
		FIELD_NAMED(key), \
			.kind = FIELD_KIND_ENUM, .presence = (need), .names = (enum_names), \
			.offset = offsetof(type, member) + \
				  0 / (sizeof(FIELD_MEMBER(type, member)) == sizeof(int)) \
	}
#define FIELD_UUID(type, member, key, need) \
	{ \
		FIELD_NAMED(key), \
			.kind = FIELD_KIND_UUID, .presence = (need), \
			.offset = offsetof(type, member) + FIELD_IS_(type, member, struct uuid) \
	}
#define FIELD_TIME(type, member, key, need) \
	{ \
		FIELD_NAMED(key), .kind = FIELD_KIND_TIME, .presence = (need), \
				  .offset = offsetof(type, member), \
				  .carries_presence = \
					  FIELD_FLAG_(type, member, utc_us, struct optional_time) \
	}
#define FIELD_INT(type, member, key, need, low, high) \
	{ \
		FIELD_NAMED(key), .kind = FIELD_KIND_INT, .presence = (need), \
				  .offset = offsetof(type, member), .minimum = (low), \
				  .maximum = (high), \
				  .carries_presence = \
					  FIELD_FLAG_(type, member, int64_t, struct optional_int) \
	}
#define FIELD_NUMBER(type, member, key, need, low, high) \
	{ \
		FIELD_NAMED(key), \
			.kind = FIELD_KIND_NUMBER, .presence = (need), \
			.offset = offsetof(type, member), .minimum = (low), .maximum = (high), \
			.carries_presence = \
				FIELD_FLAG_(type, member, double, struct optional_number) \
	}
#define FIELD_BOOL(type, member, key, need) \
	{ \
		FIELD_NAMED(key), \
			.kind = FIELD_KIND_BOOL, .presence = (need), \
			.offset = offsetof(type, member), \
			.carries_presence = FIELD_FLAG_(type, member, bool, struct optional_bool) \
	}
#define FIELD_INT_OR_TEXT(type, member, key, need) \
	{ \
		FIELD_NAMED(key), .kind = FIELD_KIND_INT_OR_TEXT, .presence = (need), \
				  .offset = offsetof(type, member) + \
					    FIELD_IS_(type, member, struct int_or_text) \
	}
#define FIELD_TEXTS(type, member, key, need) \
	{ \
		FIELD_NAMED(key), \
			.kind = FIELD_KIND_TEXTS, .presence = (need), \
			.offset = offsetof(type, member) + FIELD_IS_(type, member, struct texts) \
	}
#define FIELD_TEXTS_OR_TEXT(type, member, key, need) \
	{ \
		FIELD_NAMED(key), \
			.kind = FIELD_KIND_TEXTS, .presence = (need), .or_text = true, \
			.offset = offsetof(type, member) + FIELD_IS_(type, member, struct texts) \
	}
#define FIELD_OBJECT(type, member, key, need, table) \
	{ \
		FIELD_NAMED(key), .kind = FIELD_KIND_OBJECT, .presence = (need), \
				  .offset = offsetof(type, member), .fields = (table) \
	}
#define FIELD_OBJECTS(type, member, key, need, table) \
	{ \
		FIELD_NAMED(key), .kind = FIELD_KIND_OBJECTS, .presence = (need), \
				  .offset = offsetof(type, member), .fields = (table), \
				  .item_size = sizeof(*FIELD_MEMBER(type, member).items) \
	}
#define FIELD_END \
	{ \
		.kind = FIELD_KIND_END \
	}

/*
 * Decodes one JSON object, text[0..length), into *object (zeroed first, `size` bytes, laid out as
 * `fields` says). Text and lists go to the arena. Failure is ERR_POISON with a text for a person:
 * "not JSON: unexpected end of data at byte 17", "satisfaction: 6 is not between 1 and 5".
 */
bool json_decode(const char *text, size_t length, const struct json_field *fields, void *object,
		 size_t size, struct arena *arena, struct err *err);

/* Appends the object as compact JSON, fields in the table's order, absent ones left out, numbers in
 * their shortest form that reads back the same. NaN and infinities are our own mistakes: asserted.
 * Never fails. */
void json_encode(const struct json_field *fields, const void *object, struct buffer *out);
/* The same into the arena, NUL-terminated. */
char *json_encode_text(const struct json_field *fields, const void *object, struct arena *arena);
/* Like json_encode(), for an array of objects: [{…},{…}]. list->items NULL: []. */
void json_encode_list(const struct json_field *fields, size_t item_size,
		      const struct any_list *list, struct buffer *out);
/* A JSON array of objects, as json_encode_list() wrote it. */
bool json_decode_list(const char *text, size_t length, const struct json_field *fields,
		      size_t item_size, struct arena *arena, struct any_list *ret_list,
		      struct err *err);

/* The index of a name in a list as FIELD_KIND_ENUM has it; 0 for NULL, or when it is none of
 * them. */
int name_index(const char *const *names, const char *name);

/* Pieces for those who write JSON by hand: logs, status. */
void json_write_text(struct buffer *out, const char *text,
		     size_t length);                       /* with quotes and escapes */
void json_write_number(struct buffer *out, double number); /* finite; one form for each */
void json_write_integer(struct buffer *out, int64_t integer);
