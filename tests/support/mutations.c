/*
 * Each kind of mutation is a function; some look for a token in the JSON text and put another in
 * its place. A mutation that finds nothing to do leaves the message as it is: some mutants are good
 * messages, as they should be.
 */
#include "mutations.h"

#include "buffer.h"

struct workshop {
	struct mutant *mutant;
	struct seeded *random;
	struct arena *arena;
};

#define PICK(workshop, items) \
	((items)[seeded_below((workshop)->random, (int)(sizeof(items) / sizeof(*(items))))])

static struct bytes text_of(const char *text)
{
	return (struct bytes){ text, strlen(text) };
}

static struct bytes filled(struct workshop *shop, char character, size_t length)
{
	char *text = arena_alloc(shop->arena, length + 1);

	memset(text, character, length);
	return (struct bytes){ text, length };
}

static size_t below(struct workshop *shop, size_t count)
{
	return count ? (size_t)seeded_below(shop->random, (int)count) : 0;
}

/* Puts `with` in the place of `length` bytes at `at`. */
static void splice(struct workshop *shop, size_t at, size_t length, struct bytes with)
{
	struct bytes *value = &shop->mutant->value;
	size_t rest = value->length - at - length;
	char *text = arena_alloc(shop->arena, at + with.length + rest + 1);

	memcpy(text, value->data, at);
	memcpy(text + at, with.data, with.length);
	memcpy(text + at + with.length, (const char *)value->data + at + length, rest);
	*value = (struct bytes){ text, at + with.length + rest };
}

/* ---- bytes ---- */

static void flip_bits(struct workshop *shop)
{
	char bit;
	size_t at = below(shop, shop->mutant->value.length);

	if (!shop->mutant->value.length)
		return;
	bit = (char)(((const char *)shop->mutant->value.data)[at] ^ (1 << below(shop, 8)));
	splice(shop, at, 1, (struct bytes){ &bit, 1 });
}

static void insert_byte(struct workshop *shop)
{
	char byte = (char)seeded_below(shop->random, 256);

	splice(shop, below(shop, shop->mutant->value.length), 0, (struct bytes){ &byte, 1 });
}

static void cut_out(struct workshop *shop)
{
	size_t length = shop->mutant->value.length, at = below(shop, length);

	splice(shop, at, below(shop, length - at), text_of(""));
}

static void truncate_value(struct workshop *shop)
{
	shop->mutant->value.length = below(shop, shop->mutant->value.length);
}

static void repeat_part(struct workshop *shop)
{
	const struct bytes *value = &shop->mutant->value;
	size_t at = below(shop, value->length);

	splice(shop, at, 0,
	       (struct bytes){ (const char *)value->data + at, below(shop, value->length - at) });
}

/* ---- tokens ---- */

enum token { TOKEN_KEY, TOKEN_TEXT, TOKEN_NUMBER };

#define TOKENS_MAX 512

struct slice {
	size_t at, length;
};

static size_t end_of_text(const char *text, size_t length, size_t at)
{
	for (at++; at < length && text[at] != '"'; at++)
		at += text[at] == '\\';
	return at < length ? at + 1 : length;
}

/* Tokens of one kind, as far as the text is JSON. */
static size_t find_tokens(const struct bytes *value, enum token wanted, struct slice *tokens)
{
	const char *text = value->data;
	size_t count = 0;

	for (size_t at = 0, end; at < value->length && count < TOKENS_MAX; at = end) {
		enum token token = TOKEN_NUMBER;

		end = at + 1;
		if (text[at] == '"') {
			end = end_of_text(text, value->length, at);
			token = end < value->length && text[end] == ':' ? TOKEN_KEY : TOKEN_TEXT;
		} else if (strchr("-0123456789", text[at]) && text[at]) {
			while (end < value->length && text[end] &&
			       strchr("-+.eE0123456789", text[end]))
				end++;
		} else {
			continue;
		}
		if (token == wanted)
			tokens[count++] = (struct slice){ at, end - at };
	}
	return count;
}

static bool replace_token(struct workshop *shop, enum token wanted, struct bytes with)
{
	struct slice tokens[TOKENS_MAX];
	size_t count = find_tokens(&shop->mutant->value, wanted, tokens);

	if (count == 0)
		return false;
	size_t index = below(shop, count);
	splice(shop, tokens[index].at, tokens[index].length, with);
	return true;
}

static void replace_number(struct workshop *shop)
{
	static const char *const numbers[] = {
		"-1",
		"0",
		"-0",
		"3.0",
		"1e400",
		"-1e400",
		"1E308",
		"5e-324",
		"1e-400",
		"0.1e1",
		"2147483647",
		"2147483648",
		"NaN",
		"-Infinity",
		"01",
		"1.",
		"9007199254740993",
		"-9223372036854775808",
		"+5",
		"0x10",
		"1e",
		".5",
		"99999999999999999999",
		"18446744073709551615",
		"null",
		"\"5\"",
		"true",
		"[5]",
		"{}",
	};

	replace_token(shop, TOKEN_NUMBER, text_of(PICK(shop, numbers)));
}

static void replace_text(struct workshop *shop)
{
	static const char *const texts[] = {
		"\"\"",
		"\" \"",
		"\"\\u0000\"",
		"\"a\\u0000b\"",
		"\"\\ud800\"",
		"\"\\udc00\\ud800\"",
		"\"\xff\xfe\"",
		"\"\xc0\x80\"",
		"\"\xed\xa0\x80\"",
		"\"\xf0\x9f\x98\x80\"",
		"\"\\uffff\"",
		"\"\x01\"",
		"\"\\u0001\\u001f\"",
		"\"\\x41\"",
		"\"'; DROP TABLE contractors; --\"",
		"\"%s%n%1000000d\"",
		"\"\\\\\"",
		"\"{1,2}\"",
		"\"NaN\"",
		"\"0001-01-01T00:00:00Z\"",
		"\"9999-12-31T23:59:59.999999Z\"",
		"\"2024-02-30T00:00:00Z\"",
		"\"infinity\"",
		"\"2024-06-30T23:59:60+23:59\"",
		"\"00000000-0000-0000-0000-000000000000\"",
		"\"30_plus_million\"",
		"\"5_10_million\"",
		"\"9999999999999999999_1e308\"",
		"null",
		"7",
		"[]",
		"{\"a\":1}",
		"'single'",
		"nul",
		"\"open",
	};

	replace_token(shop, TOKEN_TEXT, text_of(PICK(shop, texts)));
}

static void lengthen_text(struct workshop *shop)
{
	static const size_t lengths[] = { 51, 256, 3000, 20000, 70000, 300000 };
	struct bytes text = filled(shop, 'x', PICK(shop, lengths));

	((char *)(uintptr_t)text.data)[0] = '"';
	((char *)(uintptr_t)text.data)[text.length - 1] = '"';
	replace_token(shop, TOKEN_TEXT, text);
}

static void rename_member(struct workshop *shop)
{
	static const char *const names[] = { "\"x\"",
					     "\"\"",
					     "\"contractor_id\"",
					     "\"occurred_at\"",
					     "\"c\\u006fntractor_id\"",
					     "\"goal_id\"",
					     "5",
					     "\"\\u0000\"" };

	replace_token(shop, TOKEN_KEY, text_of(PICK(shop, names)));
}

/* In front of a member: one more, whose value may be what that member has. */
static void add_member(struct workshop *shop)
{
	static const char *const members[] = {
		"\"contractor_id\":1,",
		"\"occurred_at\":\"2024-01-01T00:00:00Z\",",
		"\"unknown\":{\"a\":[1,2]},",
		"\"goal_id\":null,",
		",",
		"\"satisfaction\":99,",
		"\"snapshot\":9007199254740991,",
	};
	struct slice tokens[TOKENS_MAX];
	size_t count = find_tokens(&shop->mutant->value, TOKEN_KEY, tokens);

	if (count)
		splice(shop, tokens[below(shop, count)].at, 0, text_of(PICK(shop, members)));
}

static void deepen(struct workshop *shop)
{
	static const size_t depths[] = { 20, 31, 32, 33, 200, 20000 };
	size_t depth = PICK(shop, depths);
	struct bytes open = filled(shop, '[', depth), close = filled(shop, ']', depth);
	struct buffer out = { 0 };

	buffer_add_text(&out, "\"deep\":");
	buffer_add(&out, open.data, open.length);
	buffer_add(&out, close.data, close.length);
	buffer_add_char(&out, ',');
	if (shop->mutant->value.length > 1)
		splice(shop, 1, 0, (struct bytes){ out.bytes, out.length });
	buffer_release(&out);
}

/* ---- whole values, keys, headers, time ---- */

static void replace_value(struct workshop *shop)
{
	static const char *const values[] = {
		"",  "{}", "[]",   "null", "\"\"",    " ",    "\xef\xbb\xbf{}", "{}{}",
		"{", "}",  "[{}]", "true", "nothing", "\xff", "\x1f\x8b\x08"
	};

	shop->mutant->value = text_of(PICK(shop, values));
}

static void null_value(struct workshop *shop)
{
	shop->mutant->value = (struct bytes){ 0 };
}

static void replace_key(struct workshop *shop)
{
	static const struct bytes keys[] = {
		{ NULL, 0 },
		{ "", 0 },
		{ "0", 1 },
		{ "007", 3 },
		{ "+7", 2 },
		{ "-7", 2 },
		{ "7 ", 2 },
		{ "7\0", 2 },
		{ "\xff\xfe", 2 },
		{ "2147483647", 10 },
		{ "1", 1 },
		{ "2147483648", 10 },
		{ "99999999999999999999", 20 },
		{ "seven", 5 },
	};

	shop->mutant->key = PICK(shop, keys);
}

static void lengthen_key(struct workshop *shop)
{
	shop->mutant->key = filled(shop, '7', 1000 + below(shop, 5000));
}

static void add_header(struct workshop *shop, struct bytes name, struct bytes value)
{
	struct mutant *mutant = shop->mutant;

	if (mutant->header_count < sizeof(mutant->headers) / sizeof(mutant->headers[0]))
		mutant->headers[mutant->header_count++] =
			(struct outbox_header){ name.data, name.length, value.data, value.length };
}

static void replace_header(struct workshop *shop)
{
	static const struct bytes values[] = {
		{ NULL, 0 },
		{ "", 0 },
		{ "\0", 1 },
		{ "\xff\xfe", 2 },
		{ "9999-12-31T23:59:59.999999Z", 27 },
		{ "0001-01-01T00:00:00Z", 20 },
		{ "yesterday", 9 },
		{ "same", 4 },
		{ "a\nb\tc", 5 },
		{ "application/cloudevents+json; charset=UTF-8", 43 },
		{ "\"\\'", 3 },
	};
	struct mutant *mutant = shop->mutant;

	if (mutant->header_count == 0)
		return;
	struct outbox_header *header = &mutant->headers[below(shop, mutant->header_count)];
	struct bytes value = PICK(shop, values);
	header->value = value.data;
	header->value_length = value.length;
}

static void drop_header(struct workshop *shop)
{
	struct mutant *mutant = shop->mutant;

	if (mutant->header_count == 0)
		return;
	mutant->header_count--;
	mutant->headers[below(shop, mutant->header_count + 1)] =
		mutant->headers[mutant->header_count];
}

static void long_header(struct workshop *shop)
{
	struct bytes text = filled(shop, 'h', below(shop, 2) ? 70000 : 600);

	if (below(shop, 2))
		add_header(shop, text, text_of("value"));
	else
		add_header(shop, text_of("ce_id"), text);
}

static void many_headers(struct workshop *shop)
{
	for (int i = 0; i < 70; i++)
		add_header(shop, text_of("again"), text_of("and again"));
}

static void old_timestamp(struct workshop *shop)
{
	static const int64_t times[] = { 1, 1000, INT64_C(951782400000), INT64_C(1700000000000) };

	shop->mutant->timestamp_ms = PICK(shop, times);
}

static const struct kind {
	const char *name;
	void (*apply)(struct workshop *);
	int weight;
	bool needs_value;
} kinds[] = {
	{ "bits", flip_bits, 10, true },
	{ "byte", insert_byte, 5, true },
	{ "cut", cut_out, 5, true },
	{ "truncate", truncate_value, 5, true },
	{ "repeat", repeat_part, 5, true },
	{ "number", replace_number, 20, true },
	{ "text", replace_text, 25, true },
	{ "long", lengthen_text, 3, true },
	{ "rename", rename_member, 4, true },
	{ "member", add_member, 6, true },
	{ "deep", deepen, 3, true },
	{ "value", replace_value, 3, false },
	{ "null", null_value, 1, false },
	{ "key", replace_key, 6, false },
	{ "long key", lengthen_key, 1, false },
	{ "header", replace_header, 10, false },
	{ "no header", drop_header, 4, false },
	{ "long header", long_header, 2, false },
	{ "headers", many_headers, 1, false },
	{ "timestamp", old_timestamp, 3, false },
};

static const struct kind *pick_kind(struct seeded *random)
{
	const struct kind *kind = kinds;
	int total = 0;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		total += kinds[i].weight;
	for (int left = seeded_below(random, total); left >= kind->weight; kind++)
		left -= kind->weight;
	return kind;
}

void mutate(struct mutant *mutant, struct seeded *random, struct arena *arena, char *text,
	    size_t size)
{
	struct workshop shop = { mutant, random, arena };
	int rounds = 1 + seeded_below(random, 3) / 2 + seeded_below(random, 8) / 7;
	size_t length = 0;

	text[0] = '\0';
	for (; rounds > 0; rounds--) {
		const struct kind *kind = pick_kind(random);

		if (kind->needs_value && !mutant->value.data)
			continue;
		kind->apply(&shop);
		length += (size_t)snprintf(text + length, size - length, "%s%s", length ? "," : "",
					   kind->name);
		if (length >= size)
			return;
	}
}
