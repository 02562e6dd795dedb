/*
 * A line is cut into its members by a scanner that only knows where JSON values end, so that a
 * value is sent byte for byte as it was written; whether it is any good is json_decode()'s
 * judgement.
 */
#include "decide_emit.h"

#include <json-c/json.h>

#include "instant.h"

struct cursor {
	const char *at, *end;
};

struct slice {
	const char *start;
	size_t length; /* 0: absent */
};

struct members {
	struct slice topic, key, id, source, time, value, payload, headers, dead_letter;
};

static void skip_space(struct cursor *cursor)
{
	while (cursor->at < cursor->end && strchr(" \t\r\n", *cursor->at) && *cursor->at)
		cursor->at++;
}

static bool skip_text(struct cursor *cursor)
{
	for (cursor->at++; cursor->at < cursor->end; cursor->at++) {
		if (*cursor->at == '"') {
			cursor->at++;
			return true;
		}
		if (*cursor->at == '\\')
			cursor->at++;
	}
	return false;
}

/* A text, a scalar, or brackets up to the one that closes the first. */
static bool skip_value(struct cursor *cursor)
{
	const char *start = cursor->at;
	int depth = 0;

	while (cursor->at < cursor->end) {
		char character = *cursor->at;

		if (character == '"') {
			if (!skip_text(cursor))
				return false;
		} else if (character == '{' || character == '[') {
			depth++;
			cursor->at++;
			continue;
		} else if (character == '}' || character == ']') {
			if (depth == 0)
				return cursor->at > start;
			depth--;
			cursor->at++;
		} else if (depth == 0 && (character == ',' || strchr(" \t\r\n", character))) {
			return cursor->at > start;
		} else {
			cursor->at++;
			continue;
		}
		if (depth == 0)
			return true;
	}
	return depth == 0 && cursor->at > start;
}

static struct slice *member_of(struct members *members, struct slice name)
{
	static const struct {
		const char *name;
		size_t offset;
	} known[] = {
		{ "\"topic\"", offsetof(struct members, topic) },
		{ "\"key\"", offsetof(struct members, key) },
		{ "\"id\"", offsetof(struct members, id) },
		{ "\"source\"", offsetof(struct members, source) },
		{ "\"time\"", offsetof(struct members, time) },
		{ "\"value\"", offsetof(struct members, value) },
		{ "\"payload\"", offsetof(struct members, payload) },
		{ "\"headers\"", offsetof(struct members, headers) },
		{ "\"dead_letter\"", offsetof(struct members, dead_letter) },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strlen(known[i].name) == name.length &&
		    memcmp(known[i].name, name.start, name.length) == 0)
			return (struct slice *)((char *)members + known[i].offset);
	return NULL;
}

static bool at(const struct cursor *cursor, char character)
{
	return cursor->at < cursor->end && *cursor->at == character;
}

static bool scan_member(struct cursor *cursor, struct members *members, struct err *err)
{
	struct slice name = { .start = cursor->at }, *member;
	const char *start;

	if (!at(cursor, '"') || !skip_text(cursor))
		return err_set(err, ERR_POISON, "not a JSON object: a member's name expected");
	name.length = (size_t)(cursor->at - name.start);
	skip_space(cursor);
	if (!at(cursor, ':'))
		return err_set(err, ERR_POISON, "not a JSON object: ':' expected after %.*s",
			       name.length < 100 ? (int)name.length : 100, name.start);
	cursor->at++;
	skip_space(cursor);
	start = cursor->at;
	if (!skip_value(cursor))
		return err_set(err, ERR_POISON, "not a JSON object: the value of %.*s has no end",
			       name.length < 100 ? (int)name.length : 100, name.start);
	member = member_of(members, name);
	if (member && member->length)
		return err_set(err, ERR_POISON, "%.*s occurs twice", (int)name.length, name.start);
	if (member)
		*member = (struct slice){ start, (size_t)(cursor->at - start) };
	skip_space(cursor);
	return true;
}

static bool scan(const char *text, size_t length, struct members *members, struct err *err)
{
	struct cursor cursor = { text, text + length };

	skip_space(&cursor);
	if (!at(&cursor, '{'))
		return err_set(err, ERR_POISON, "not a JSON object");
	cursor.at++;
	skip_space(&cursor);
	while (!at(&cursor, '}')) {
		if (!scan_member(&cursor, members, err))
			return false;
		if (at(&cursor, '}'))
			break;
		if (!at(&cursor, ','))
			return err_set(err, ERR_POISON, "not a JSON object: no end");
		cursor.at++;
		skip_space(&cursor);
	}
	cursor.at++;
	skip_space(&cursor);
	return cursor.at == cursor.end ||
	       err_set(err, ERR_POISON, "not one JSON object: more follows it");
}

static void put_tree(void *tree)
{
	json_object_put(tree);
}

/* Lenient where a test of the workers needs it: invalid UTF-8 and \u0000 pass. */
static struct json_object *tree_of(struct slice slice, struct arena *arena)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *tree;

	if (!tokener)
		abort();
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	tree = json_tokener_parse_ex(tokener, slice.start, (int)slice.length);
	if (json_tokener_get_error(tokener) != json_tokener_success) {
		json_object_put(tree);
		tree = NULL;
	}
	json_tokener_free(tokener);
	if (tree)
		arena_defer(arena, put_tree, tree);
	return tree;
}

static bool is_null(struct slice slice)
{
	return slice.length == 0 || (slice.length == 4 && memcmp(slice.start, "null", 4) == 0);
}

static struct bytes bytes_of(struct json_object *text)
{
	return (struct bytes){ json_object_get_string(text),
			       (size_t)json_object_get_string_len(text) };
}

/* Absent and null give data NULL. */
static bool read_bytes(struct slice slice, const char *name, struct arena *arena,
		       struct bytes *ret_bytes, struct err *err)
{
	struct json_object *text;

	*ret_bytes = (struct bytes){ 0 };
	if (is_null(slice))
		return true;
	text = *slice.start == '"' ? tree_of(slice, arena) : NULL;
	if (!text)
		return err_set(err, ERR_POISON, "%s: text expected", name);
	*ret_bytes = bytes_of(text);
	return true;
}

static bool read_text(struct slice slice, const char *name, struct arena *arena,
		      const char **ret_text, struct err *err)
{
	struct bytes bytes;

	if (!read_bytes(slice, name, arena, &bytes, err))
		return false;
	if (bytes.data && (!bytes.length || memchr(bytes.data, 0, bytes.length)))
		return err_set(err, ERR_POISON, "%s: empty, or with a NUL character", name);
	*ret_text = bytes.data;
	return true;
}

static bool read_time(struct slice slice, struct arena *arena, struct optional_time *ret_time,
		      struct err *err)
{
	const char *text;

	if (!read_text(slice, "time", arena, &text, err))
		return false;
	ret_time->present = text != NULL;
	if (text && !instant_parse(text, strlen(text), &ret_time->value))
		return err_set(err, ERR_POISON, "time: RFC 3339 expected, \"%s\" found", text);
	return true;
}

/* ---- headers: {"name": "text"}, or kcat's ["name", "text", …] ---- */

static bool add_header(struct emit_line *line, const char *name, struct json_object *value,
		       struct arena *arena, struct err *err)
{
	struct emit_header *header = &line->headers.items[line->headers.count];

	if (value && !json_object_is_type(value, json_type_string))
		return err_set(err, ERR_POISON, "headers.%s: text expected", name);
	header->name = arena_strdup(arena, name);
	if (value)
		header->value = bytes_of(value);
	line->headers.count++;
	return true;
}

static bool read_headers(struct slice slice, struct arena *arena, struct emit_line *line,
			 struct err *err)
{
	struct json_object *tree;
	size_t length;

	if (is_null(slice))
		return true;
	tree = tree_of(slice, arena);
	if (json_object_is_type(tree, json_type_object)) {
		line->headers.items = arena_array(arena, struct emit_header,
						  (size_t)json_object_object_length(tree));
		json_object_object_foreach(tree, name, value)
			if (!add_header(line, name, value, arena, err))
				return false;
		return true;
	}
	length = json_object_is_type(tree, json_type_array) ? json_object_array_length(tree) : 1;
	if (length % 2)
		return err_set(err, ERR_POISON,
			       "headers: an object, or a list of names and values expected");
	line->headers.items = arena_array(arena, struct emit_header, length / 2);
	for (size_t i = 0; i < length; i += 2) {
		struct json_object *name = json_object_array_get_idx(tree, i);

		if (!json_object_is_type(name, json_type_string))
			return err_set(err, ERR_POISON, "headers[%zu]: text expected", i);
		if (!add_header(line, json_object_get_string(name),
				json_object_array_get_idx(tree, i + 1), arena, err))
			return false;
	}
	return true;
}

static bool read_value(const struct members *members, struct arena *arena, struct emit_line *line,
		       struct err *err)
{
	if (members->value.length && members->payload.length)
		return err_set(err, ERR_POISON, "both \"value\" and \"payload\"");
	if (members->payload.length)
		return read_bytes(members->payload, "payload", arena, &line->value, err);
	if (!members->value.length)
		return err_set(err, ERR_POISON, "no \"value\"");
	if (!is_null(members->value))
		line->value = (struct bytes){ members->value.start, members->value.length };
	return true;
}

bool emit_parse(const char *text, size_t length, const char *prefix, struct arena *arena,
		struct emit_line *ret_line, struct err *err)
{
	struct emit_line line = { 0 };
	struct members members = { 0 };
	size_t prefix_length = strlen(prefix);

	if (!scan(text, length, &members, err) ||
	    !read_text(members.topic, "topic", arena, &line.topic, err) ||
	    !read_bytes(members.key, "key", arena, &line.key, err) ||
	    !read_text(members.id, "id", arena, &line.id, err) ||
	    !read_text(members.source, "source", arena, &line.source, err) ||
	    !read_time(members.time, arena, &line.time, err) ||
	    !read_headers(members.headers, arena, &line, err) ||
	    !read_value(&members, arena, &line, err))
		return false;
	if (!line.topic)
		return err_set(err, ERR_POISON, "no \"topic\"");
	if (!is_null(members.dead_letter))
		line.dead_letter =
			(struct bytes){ members.dead_letter.start, members.dead_letter.length };
	if (strncmp(line.topic, prefix, prefix_length) == 0 && line.topic[prefix_length])
		line.topic += prefix_length;
	*ret_line = line;
	return true;
}
