/* The short way of decoding gives what the long way gives, and leaves to it whatever is unusual. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>

#include "fields_direct.h"
#include "seeded.h"

struct inner {
	double share;
};

struct every_kind {
	int64_t id;
	struct optional_int count;
	double score;
	struct optional_number rate;
	const char *name;
	int colour;
	struct uuid key;
	struct optional_time since;
	struct optional_bool sure;
	struct int_or_text team;
	struct texts areas, words;
	struct inner inner;
	LIST_OF(struct inner) list;
};

static const char *const colours[] = { NULL, "red", "green", NULL };

static const struct json_field inner_fields[] = {
	FIELD_NUMBER(struct inner, share, "share", REQUIRED, 0, 1), FIELD_END
};

static const struct json_field fields[] = {
	FIELD_INT(struct every_kind, id, "id", REQUIRED, 1, 1000),
	FIELD_INT(struct every_kind, count, "count", OPTIONAL, 0, 0),
	FIELD_NUMBER(struct every_kind, score, "score", OPTIONAL, 0, 0),
	FIELD_NUMBER(struct every_kind, rate, "rate", OPTIONAL, -1, 1),
	FIELD_TEXT(struct every_kind, name, "name", OPTIONAL),
	FIELD_ENUM(struct every_kind, colour, "colour", OPTIONAL, colours),
	FIELD_UUID(struct every_kind, key, "key", OPTIONAL),
	FIELD_TIME(struct every_kind, since, "since", OPTIONAL),
	FIELD_BOOL(struct every_kind, sure, "sure", OPTIONAL),
	FIELD_INT_OR_TEXT(struct every_kind, team, "team", OPTIONAL),
	FIELD_TEXTS(struct every_kind, areas, "areas", OPTIONAL),
	FIELD_TEXTS_OR_TEXT(struct every_kind, words, "words", OPTIONAL),
	FIELD_OBJECT(struct every_kind, inner, "inner", OPTIONAL, inner_fields),
	FIELD_OBJECTS(struct every_kind, list, "list", OPTIONAL, inner_fields),
	FIELD_END
};

static struct arena arena;

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(direct, .init = set_up, .fini = tear_down);

enum ways { NEITHER, TREE_ONLY, BOTH };

/* From memory of its own, so that a read past the end is seen. *ret_… are what it decoded to,
 * encoded. */
static enum ways decode(const char *text, char **ret_direct, char **ret_tree)
{
	size_t length = strlen(text);
	char *exact = malloc(length ? length : 1);
	struct every_kind direct = { 0 }, tree = { 0 };
	struct err err = { 0 };
	enum ways ways = NEITHER;

	memcpy(exact, text, length);
	if (json_decode_tree(exact, length, fields, &tree, &arena, &err)) {
		ways = TREE_ONLY;
		*ret_tree = json_encode_text(fields, &tree, &arena);
	}
	if (json_decode_direct(exact, length, fields, &direct, &arena)) {
		cr_assert_eq(ways, TREE_ONLY, "only directly: %s", text);
		ways = BOTH;
		*ret_direct = json_encode_text(fields, &direct, &arena);
	}
	free(exact);
	return ways;
}

static const struct {
	enum ways ways;
	const char *text;
} cases[] = {
	{ BOTH, "{\"id\":1}" },
	{ BOTH, " \r\n\t{ \"id\" : 1 } \n" },
	{ BOTH,
	  "{\"id\":7,\"count\":-0,\"score\":-0.0,\"rate\":0.25,\"name\":\"\xc3\xa4 b\",\"colour\":\"green\","
	  "\"key\":\"5e0c3d1c-8a52-4b6f-9d2e-0b1f5f1f3a77\",\"since\":\"2024-07-01T00:00:00.5+02:00\",\"sure\":false,"
	  "\"team\":12,\"areas\":[\"a\",\"b\"],\"words\":[],\"inner\":{\"share\":0.6785714285714286},"
	  "\"list\":[{\"share\":1},{\"share\":0},{\"share\":0.1},{\"share\":0.2},{\"share\":0.30000000000000004}]}" },
	{ BOTH, "{\"team\":\"11_50\",\"id\":1,\"list\":[],\"sure\":true,\"name\":\"\"}" },
	{ BOTH, "{\"name\":null,\"id\":1,\"list\":null,\"count\":123456789012345678}" },
	/* What is unusual, but allowed. */
	{ TREE_ONLY, "{\"id\":1,\"stranger\":2}" },
	{ TREE_ONLY, "{\"\\u0069d\":1}" },
	{ TREE_ONLY, "{\"id\":1,\"name\":\"a\\nb\"}" },
	{ TREE_ONLY, "{\"id\":1.0}" },
	{ TREE_ONLY, "{\"id\":1e0}" },
	{ TREE_ONLY, "{\"id\":1,\"score\":1.5e300}" },
	{ TREE_ONLY, "{\"id\":1,\"count\":9223372036854775807}" },
	{ TREE_ONLY, "{\"id\":1,\"words\":\"a, b\"}" },
	/* What is wrong. */
	{ NEITHER, "" },
	{ NEITHER, "{" },
	{ NEITHER, "{}" },
	{ NEITHER, "[]" },
	{ NEITHER, "{\"id\":1}x" },
	{ NEITHER, "{\"id\":1,}" },
	{ NEITHER, "{\"id\":1,\"id\":1}" },
	{ NEITHER, "{\"id\":null}" },
	{ NEITHER, "{\"id\":0}" },
	{ NEITHER, "{\"id\":1001}" },
	{ NEITHER, "{\"id\":01}" },
	{ NEITHER, "{\"id\":+1}" },
	{ NEITHER, "{\"id\":1 2}" },
	{ NEITHER, "{\"id\":\"1\"}" },
	{ NEITHER, "{\"id\":1,\"rate\":1.5}" },
	{ NEITHER, "{\"id\":1,\"rate\":.5}" },
	{ NEITHER, "{\"id\":1,\"rate\":1.}" },
	{ NEITHER, "{\"id\":1,\"rate\":0x1}" },
	{ NEITHER, "{\"id\":1,\"name\":\"\xc3\"}" },
	{ NEITHER, "{\"id\":1,\"name\":\"\t\"}" },
	{ NEITHER, "{\"id\":1,\"name\":\"a}" },
	{ NEITHER, "{\"id\":1,\"colour\":\"blue\"}" },
	{ NEITHER, "{\"id\":1,\"colour\":\"\"}" },
	{ NEITHER, "{\"id\":1,\"sure\":tru}" },
	{ NEITHER, "{\"id\":1,\"areas\":[\"\"]}" },
	{ NEITHER, "{\"id\":1,\"areas\":[\"a\",]}" },
	{ NEITHER, "{\"id\":1,\"areas\":\"a\"}" },
	{ NEITHER, "{\"id\":1,\"list\":[{}]}" },
	{ NEITHER, "{\"id\":1,\"list\":[{\"share\":0.5}" },
	{ NEITHER, "{\"id\":1,\"since\":\"2024-07-01\"}" },
};

ParameterizedTestParameters(direct, ways)
{
	static size_t indices[sizeof(cases) / sizeof(cases[0])];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		indices[i] = i;
	return cr_make_param_array(size_t, indices, sizeof(cases) / sizeof(cases[0]));
}

ParameterizedTest(size_t *index, direct, ways)
{
	char *direct = NULL, *tree = NULL;
	enum ways ways = decode(cases[*index].text, &direct, &tree);

	cr_assert_eq(ways, cases[*index].ways, "%d: %s", (int)ways, cases[*index].text);
	if (ways == BOTH)
		cr_assert_str_eq(direct, tree);
}

/* As many digits as there may be, and the value that they stand for to the last bit. */
Test(direct, numbers_are_read_as_the_tree_reads_them)
{
	struct seeded random = seeded_start("numbers");

	for (int i = 0; i < 20000; i++) {
		double number = (double)(seeded_bits(&random) >> 11) / 9007199254740992.0;
		char text[80];
		struct every_kind direct = { 0 }, tree = { 0 };
		struct err err = { 0 };

		number *= i % 3 == 0 ? 1 : i % 3 == 1 ? 1e6 : -0.01;
		snprintf(text, sizeof(text), "{\"id\":1,\"score\":%.*f}", 1 + i % 19, number);
		cr_assert(json_decode_direct(text, strlen(text), fields, &direct, &arena), "%s",
			  text);
		cr_assert(json_decode_tree(text, strlen(text), fields, &tree, &arena, &err), "%s",
			  err.text);
		cr_assert(memcmp(&direct.score, &tree.score, sizeof(double)) == 0, "%s: %a or %a",
			  text, direct.score, tree.score);
	}
}
