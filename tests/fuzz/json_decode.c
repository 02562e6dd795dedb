/*
 * The first byte picks a message's table of fields, the rest is its JSON. What decodes encodes to
 * what decodes to the same, and encoding that gives the same bytes: outputs are compared byte by
 * byte to tell what changed.
 */
#include "fuzz.h"
#include "fields_direct.h"
#include "fields_presence.h"
#include "identity.h"
#include "messages.h"

static bool same_object(const struct json_field *fields, const char *a, const char *b);

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_texts(const struct texts *a, const struct texts *b)
{
	bool same = a->count == b->count && !a->items == !b->items;

	for (size_t i = 0; same && i < a->count; i++)
		same = same_text(a->items[i], b->items[i]);
	return same;
}

static bool same_objects(const struct json_field *field, const char *a, const char *b)
{
	struct any_list left, right;
	bool same;

	memcpy(&left, a, sizeof(left));
	memcpy(&right, b, sizeof(right));
	same = left.count == right.count && !left.items == !right.items;
	for (size_t i = 0; same && i < left.count; i++)
		same = same_object(field->fields, (char *)left.items + i * field->item_size,
				   (char *)right.items + i * field->item_size);
	return same;
}

static bool same_member(const struct json_field *field, const void *a, const void *b)
{
	const struct int_or_text *left = a, *right = b;

	switch (field->kind) {
	case FIELD_KIND_TEXT:
		return same_text(*(const char *const *)a, *(const char *const *)b);
	case FIELD_KIND_ENUM:
		return *(const int *)a == *(const int *)b;
	case FIELD_KIND_UUID:
		return uuid_equal(a, b);
	case FIELD_KIND_TIME:
	case FIELD_KIND_INT:
		return *(const int64_t *)a == *(const int64_t *)b;
	case FIELD_KIND_NUMBER:
		return *(const double *)a == *(const double *)b;
	case FIELD_KIND_BOOL:
		return *(const bool *)a == *(const bool *)b;
	case FIELD_KIND_INT_OR_TEXT:
		return left->present == right->present && left->number == right->number &&
		       same_text(left->text, right->text);
	case FIELD_KIND_TEXTS:
		return same_texts(a, b);
	case FIELD_KIND_OBJECT:
		return same_object(field->fields, a, b);
	case FIELD_KIND_OBJECTS:
		return same_objects(field, a, b);
	case FIELD_KIND_END:
		break;
	}
	return false;
}

static bool same_object(const struct json_field *fields, const char *a, const char *b)
{
	for (const struct json_field *field = fields; field->kind != FIELD_KIND_END; field++) {
		size_t offset = field->offset;

		if (field->carries_presence) {
			size_t presence = offset + presence_offset(field->kind);

			if (*(const bool *)(a + presence) != *(const bool *)(b + presence))
				return false;
		}
		if (!same_member(field, a + offset, b + offset))
			return false;
	}
	return true;
}

static void check_round_trip(const struct message_type *type, const void *object,
			     struct arena *arena)
{
	const char *once = json_encode_text(type->fields, object, arena);
	void *again = arena_alloc(arena, type->size);
	struct err err = { 0 };

	holds(json_decode(once, strlen(once), type->fields, again, type->size, arena, &err),
	      "%s: our own words are refused: %s: %s", type->topic, err.text, once);
	holds(same_object(type->fields, object, again), "%s decodes to something else: %s",
	      type->topic, once);

	const char *twice = json_encode_text(type->fields, again, arena);
	holds(strcmp(once, twice) == 0, "two forms: %s and %s", once, twice);
}

/* What the short way accepts, the long one accepts and takes for the same. */
static void check_ways(const struct message_type *type, const char *text, size_t length,
		       struct arena *arena)
{
	void *direct = arena_alloc(arena, type->size), *tree = arena_alloc(arena, type->size);
	struct err err = { 0 };

	if (!json_decode_direct(text, length, type->fields, direct, arena))
		return;
	holds(json_decode_tree(text, length, type->fields, tree, arena, &err),
	      "%s: decoded directly, but refused: %s", type->topic, err.text);
	holds(same_object(type->fields, direct, tree), "%s: decoded directly to something else",
	      type->topic);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t count = 0;
	struct arena arena;
	struct err err = { 0 };
	const struct message_type *type;
	void *object;

	if (size == 0)
		return 0;
	while (message_types[count].topic)
		count++;
	type = &message_types[data[0] % count];

	arena_init(&arena);
	object = arena_alloc(&arena, type->size);
	check_ways(type, (const char *)data + 1, size - 1, &arena);
	if (json_decode((const char *)data + 1, size - 1, type->fields, object, type->size, &arena,
			&err))
		check_round_trip(type, object, &arena);
	else
		holds_error(&err, ERR_POISON);
	arena_release(&arena);
	return 0;
}
