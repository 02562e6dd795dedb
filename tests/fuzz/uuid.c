/*
 * A UUID's text is taken exactly when libuuid takes it and it has 36 characters; written it is
 * lower case and reads back. Ids of two different lists of parts (the input cut at two places)
 * differ, and are those that libuuid makes.
 */
#include <ctype.h>
#include <uuid/uuid.h>

#include "fuzz.h"
#include "identity.h"

static void check_text(const char *text, size_t length)
{
	char exact[UUID_TEXT_SIZE] = "", again[UUID_TEXT_SIZE];
	struct uuid uuid;
	uuid_t expected;
	bool taken = uuid_from_text(text, length, &uuid);
	bool is = false;

	if (length == UUID_TEXT_SIZE - 1) {
		memcpy(exact, text, length);
		is = uuid_parse(exact, expected) == 0;
	}
	holds(taken == is, "\"%s\" is taken: %d, by libuuid: %d", exact, taken, is);
	if (!taken)
		return;
	holds(memcmp(uuid.bytes, expected, sizeof(uuid.bytes)) == 0, "%s is another", exact);
	uuid_to_text(&uuid, again);
	holds(strcasecmp(exact, again) == 0, "%s became %s", exact, again);
	for (const char *at = again; *at; at++)
		holds(!isupper((unsigned char)*at), "upper case: %s", again);
}

static void check_version_5(struct uuid made, const char *first, const char *second,
			    struct arena *arena)
{
	const char *name = arena_printf(arena, "4:fuzz,%zu:%s,%zu:%s,", strlen(first), first,
					strlen(second), second);
	uuid_t expected;

	uuid_generate_sha1(expected, identity_namespace.bytes, name, strlen(name));
	holds(memcmp(made.bytes, expected, sizeof(made.bytes)) == 0, "libuuid makes another of %s",
	      name);
}

static void check_identity(const char *text, size_t cut_a, size_t cut_b, struct arena *arena)
{
	size_t length = strlen(text);

	if (cut_a > length || cut_b > length)
		return;
	const char *first = arena_strndup(arena, text, cut_a);
	struct uuid a = identity("fuzz", first, text + cut_a, NULL);
	struct uuid b = identity("fuzz", arena_strndup(arena, text, cut_b), text + cut_b, NULL);
	holds(uuid_equal(&a, &b) == (cut_a == cut_b), "\"%s\" cut at %zu and %zu", text, cut_a,
	      cut_b);
	check_version_5(a, first, text + cut_a, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_of(data, size);
	size_t cut_a = input_number(&input, 1), cut_b = input_number(&input, 1);
	struct arena arena;
	struct bytes text;

	arena_init(&arena);
	text = input_rest(&input, &arena);
	check_text(text.data, text.length);
	check_identity(arena_strndup(&arena, text.data, text.length), cut_a, cut_b, &arena);
	arena_release(&arena);
	return 0;
}
