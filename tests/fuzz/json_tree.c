/*
 * json_scan() and json-c together accept exactly what RFC 8259 calls an object or an array, less
 * what fields.h refuses: judged by a plain recursive descent over the grammar.
 */
#include "fuzz.h"
#include "json_scan.h"
#include "json_tree.h"

struct judge {
	const char *at, *end;
	int depth;
	size_t containers, members;
	struct arena *arena;
};

struct key {
	struct key *next;
	const char *text;
	size_t length;
};

static bool judge_value(struct judge *judge);

static char ahead(const struct judge *judge)
{
	return judge->at < judge->end ? *judge->at : '\0'; /* a NUL is nowhere allowed */
}

static bool eat(struct judge *judge, char character)
{
	if (ahead(judge) != character || judge->at == judge->end)
		return false;
	judge->at++;
	return true;
}

static void eat_space(struct judge *judge)
{
	while (eat(judge, ' ') || eat(judge, '\t') || eat(judge, '\r') || eat(judge, '\n'))
		;
}

static bool eat_word(struct judge *judge, const char *word)
{
	for (; *word; word++)
		if (!eat(judge, *word))
			return false;
	return true;
}

static size_t eat_digits(struct judge *judge)
{
	const char *start = judge->at;

	while (ahead(judge) >= '0' && ahead(judge) <= '9')
		judge->at++;
	return (size_t)(judge->at - start);
}

/* Whether the decimal is at most `most`, both without leading zeros. */
static bool at_most(const char *digits, size_t count, const char *most)
{
	size_t length = strlen(most);

	return count < length || (count == length && memcmp(digits, most, length) <= 0);
}

static bool judge_number(struct judge *judge)
{
	bool negative = eat(judge, '-'), whole = true;
	const char *digits = judge->at;
	size_t count = eat(judge, '0') ? 1 : eat_digits(judge);

	if (count == 0)
		return false;
	if (eat(judge, '.')) {
		whole = false;
		if (eat_digits(judge) == 0)
			return false;
	}
	if (eat(judge, 'e') || eat(judge, 'E')) {
		whole = false;
		if (!eat(judge, '+'))
			eat(judge, '-');
		if (eat_digits(judge) == 0)
			return false;
	}
	return !whole ||
	       at_most(digits, count, negative ? "9223372036854775808" : "18446744073709551615");
}

static bool judge_unit(struct judge *judge, uint32_t *ret_unit)
{
	*ret_unit = 0;
	for (int i = 0; i < 4; i++) {
		char digit = ahead(judge);
		const char *digits = "0123456789abcdefABCDEF", *found = strchr(digits, digit);

		if (!digit || !found)
			return false;
		judge->at++;
		*ret_unit = *ret_unit * 16 + (uint32_t)(found - digits) -
			    (found - digits > 15 ? 6 : 0);
	}
	return true;
}

static size_t put_character(uint32_t number, char *out)
{
	if (number < 0x80) {
		out[0] = (char)number;
		return 1;
	}
	size_t size = number < 0x800 ? 2 : number < 0x10000 ? 3 : 4;
	for (size_t i = size - 1; i > 0; i--, number >>= 6)
		out[i] = (char)(0x80 | (number & 0x3f));
	out[0] = (char)((0xf00u >> size & 0xf0u) | number);
	return size;
}

static bool judge_escape(struct judge *judge, char *out, size_t *length)
{
	static const char plain[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
	uint32_t unit, low;

	for (const char *pair = plain; *pair; pair += 2) {
		if (eat(judge, pair[0])) {
			out[(*length)++] = pair[1];
			return true;
		}
	}
	if (!eat(judge, 'u') || !judge_unit(judge, &unit) || unit == 0)
		return false;
	if (unit >= 0xdc00 && unit < 0xe000)
		return false;
	if (unit >= 0xd800 && unit < 0xdc00) {
		if (!eat_word(judge, "\\u") || !judge_unit(judge, &low) || low < 0xdc00 ||
		    low >= 0xe000)
			return false;
		unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
	}
	*length += put_character(unit, out + *length);
	return true;
}

static bool judge_text(struct judge *judge, struct key *ret_text)
{
	/* No escape is longer than what it stands for. */
	char *out = arena_alloc(judge->arena, (size_t)(judge->end - judge->at) + 1);
	size_t length = 0;

	if (!eat(judge, '"'))
		return false;
	while (judge->at < judge->end && ahead(judge) != '"') {
		if (eat(judge, '\\')) {
			if (!judge_escape(judge, out, &length))
				return false;
			continue;
		}
		size_t size = utf8_character(judge->at, (size_t)(judge->end - judge->at));
		if (size == 0 || (unsigned char)*judge->at < ' ')
			return false;
		memcpy(out + length, judge->at, size);
		judge->at += size;
		length += size;
	}
	*ret_text = (struct key){ .text = out, .length = length };
	return eat(judge, '"');
}

static bool judge_member(struct judge *judge, struct key **keys)
{
	struct key *key = arena_new(judge->arena, struct key);

	if (!judge_text(judge, key))
		return false;
	for (struct key *other = *keys; other; other = other->next)
		if (other->length == key->length &&
		    memcmp(other->text, key->text, key->length) == 0)
			return false;
	key->next = *keys;
	*keys = key;
	judge->members++;
	eat_space(judge);
	if (!eat(judge, ':'))
		return false;
	eat_space(judge);
	return judge_value(judge);
}

static bool judge_container(struct judge *judge, char close)
{
	struct key *keys = NULL;

	judge->at++;
	if (++judge->depth > JSON_DEPTH_MAX || ++judge->containers > JSON_CONTAINERS_MAX)
		return false;
	eat_space(judge);
	for (bool first = true; !eat(judge, close); first = false) {
		if (!first && !eat(judge, ','))
			return false;
		eat_space(judge);
		if (!(close == '}' ? judge_member(judge, &keys) : judge_value(judge)))
			return false;
		eat_space(judge);
	}
	judge->depth--;
	return true;
}

static bool judge_value(struct judge *judge)
{
	struct key text;

	switch (ahead(judge)) {
	case '{':
		return judge_container(judge, '}');
	case '[':
		return judge_container(judge, ']');
	case '"':
		return judge_text(judge, &text);
	case 't':
		return eat_word(judge, "true");
	case 'f':
		return eat_word(judge, "false");
	case 'n':
		return eat_word(judge, "null");
	default:
		return judge_number(judge);
	}
}

static bool judge_document(struct judge *judge)
{
	eat_space(judge);
	if (ahead(judge) != '{' && ahead(judge) != '[')
		return false;
	if (!judge_value(judge))
		return false;
	eat_space(judge);
	return judge->at == judge->end;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct arena arena;
	struct judge judge = { .at = text, .end = text + size, .arena = &arena };
	struct err err = { 0 };
	size_t members = 0;

	arena_init(&arena);
	bool expected = judge_document(&judge);
	struct json_object *tree = json_tree(text, size, &err);
	holds((tree != NULL) == expected, "%s (%s): %.*s", expected ? "refused" : "accepted",
	      err.text, (int)size, text);
	if (tree) {
		holds(json_scan(text, size, &members, &err) && members == judge.members,
		      "%zu members instead of %zu", members, judge.members);
		json_object_put(tree);
	} else {
		holds_error(&err, ERR_POISON);
	}
	arena_release(&arena);
	return 0;
}
