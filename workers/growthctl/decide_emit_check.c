/* What a worker would say to a line, and the headers that it goes out with. */
#include "decide_emit.h"
#include "instant.h"

static const struct json_field *field_named(const struct json_field *fields, const char *name)
{
	for (; fields->kind != FIELD_KIND_END; fields++)
		if (strcmp(fields->name, name) == 0)
			return fields;
	return NULL;
}

/* The key as the value has it; NULL: the topic's value does not tell. */
static const char *expected_key(const struct message_type *type, const char *value,
				struct arena *arena)
{
	const struct json_field *field;

	if (type->key == MESSAGE_KEY_CONTRACTOR) {
		field = field_named(type->fields, "contractor_id");
		return arena_printf(arena, "%lld",
				    (long long)*(const int64_t *)(value + field->offset));
	}
	if (type->key == MESSAGE_KEY_PATTERN) {
		field = field_named(type->fields, "pattern_key");
		return *(const char *const *)(value + field->offset);
	}
	return NULL;
}

static bool is_contractor_key(const char *key)
{
	size_t length = strspn(key, "0123456789");

	return length && length <= 10 && !key[length] && key[0] != '0' &&
	       strtoll(key, NULL, 10) <= INT32_MAX;
}

#define KEY_BYTES_MAX 1024 /* the workers' own limit: tests/fuzz/emit_line.c compares the two */

static bool check_key(const struct emit_line *line, const struct message_type *type,
		      const char *value, struct arena *arena, struct err *err)
{
	const char *key = line->key.data, *expected;

	if (!key)
		return type->key == MESSAGE_KEY_PATTERN_OR_NONE ||
		       err_set(err, ERR_POISON, "%s: no key", line->topic);
	if (!line->key.length || line->key.length > KEY_BYTES_MAX)
		return err_set(err, ERR_POISON, "%s: a key of %zu bytes: 1 to %d expected",
			       line->topic, line->key.length, KEY_BYTES_MAX);
	if (strlen(key) != line->key.length)
		return err_set(err, ERR_POISON, "%s: a NUL character in the key", line->topic);
	if (!value)
		return type->key != MESSAGE_KEY_CONTRACTOR || is_contractor_key(key) ||
		       err_set(err, ERR_POISON, "%s: key \"%.100s\" is no contractor id",
			       line->topic, key);
	expected = expected_key(type, value, arena);
	if (expected && strcmp(expected, key) != 0)
		return err_set(err, ERR_POISON,
			       "%s: key \"%.100s\" contradicts the value, which says \"%.100s\"",
			       line->topic, key, expected);
	return true;
}

static void take_time(struct emit_line *line, const struct message_type *type, const char *value)
{
	const struct json_field *field = field_named(type->fields, "occurred_at");

	if (!field)
		field = field_named(type->fields, "as_of");
	if (field && !line->time.present)
		line->time =
			(struct optional_time){ *(const utc_us *)(value + field->offset), true };
}

bool emit_check(struct emit_line *line, struct arena *arena, struct err *err)
{
	const struct message_type *type = message_type_of(line->topic);
	void *value;

	if (!type)
		return err_set(err, ERR_POISON, "topic \"%.100s\" is unknown", line->topic);
	if (!line->value.data) {
		if (!type->tombstone)
			return err_set(err, ERR_POISON, "%s: a null value means nothing here",
				       line->topic);
		return check_key(line, type, NULL, arena, err);
	}
	value = arena_alloc(arena, type->size);
	if (!json_decode(line->value.data, line->value.length, type->fields, value, type->size,
			 arena, err))
		return err_wrap(err, "%s", line->topic);
	take_time(line, type, value);
	return check_key(line, type, value, arena, err);
}

/* ---- headers to send ---- */

static bool has_header(const struct emit_line *line, const char *name)
{
	for (size_t i = 0; i < line->headers.count; i++)
		if (strcmp(line->headers.items[i].name, name) == 0)
			return true;
	return false;
}

void emit_headers(const struct emit_line *line, const char *default_source, struct arena *arena,
		  struct emit_header **ret_headers, size_t *ret_count)
{
	char time[INSTANT_TEXT_SIZE];
	const struct {
		const char *name, *value;
	} made[] = {
		{ "ce_specversion", line->id || has_header(line, "ce_id")
					    ? "1.0"
					    : NULL }, /* not one without an id */
		{ "ce_id", line->id },
		{ "ce_type", arena_printf(arena, EMIT_TYPE_PREFIX "%s", line->topic) },
		{ "ce_source", line->source ? line->source : default_source },
		{ "ce_time",
		  line->time.present ? (instant_format(line->time.value, time), time) : NULL },
		{ "content-type", line->value.data ? "application/json" : NULL },
	};
	size_t made_count = sizeof(made) / sizeof(made[0]), count = 0;
	struct emit_header *headers =
		arena_array(arena, struct emit_header, made_count + line->headers.count);

	for (size_t i = 0; i < made_count; i++) {
		if (!made[i].value || has_header(line, made[i].name))
			continue;
		headers[count].name = made[i].name;
		headers[count].value.data = arena_strdup(arena, made[i].value);
		headers[count++].value.length = strlen(made[i].value);
	}
	for (size_t i = 0; i < line->headers.count; i++)
		headers[count++] = line->headers.items[i];
	*ret_headers = headers;
	*ret_count = count;
}
