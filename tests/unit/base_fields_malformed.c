/* Text that is not JSON, or not as we want it, is refused; the error tells where it is at fault. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"

struct message {
	int64_t id;
	const char *notes;
};

static const struct json_field message_fields[] = {
	FIELD_INT(struct message, id, "id", REQUIRED, 0, 0),
	FIELD_TEXT(struct message, notes, "notes", OPTIONAL), FIELD_END
};

static struct arena arena;
static struct buffer out;
static struct err err;
static struct message message;

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
	buffer_release(&out);
}

TestSuite(malformed, .init = set_up, .fini = tear_down);

/* From memory of its own, so that a read past the end is seen. */
static bool decode(const char *text, size_t length)
{
	char *exact = malloc(length ? length : 1);

	memcpy(exact, text, length);
	err = (struct err){ .kind = ERR_NONE };
	bool decoded =
		json_decode(exact, length, message_fields, &message, sizeof(message), &arena, &err);
	free(exact);
	return decoded;
}

#define CASE(name, text, error) \
	{ \
		name, text, sizeof(text) - 1, error \
	}

static const struct {
	const char *name, *text;
	size_t length;
	const char *error;
} malformed[] = {
	CASE("empty value", "", "not JSON: no data"),
	CASE("only space", " \n", "not JSON: unexpected end of data at byte 2"),
	CASE("truncated in an object",
	     "{\"id\":1,\"rating\":", "not JSON: unexpected end of data at byte 17"),
	CASE("truncated in a text", "{\"id\":\"ab", "not JSON: unexpected end of data at byte 9"),
	CASE("truncated in an escape", "{\"id\":\"\\u00",
	     "not JSON: unexpected end of data at byte 11"),
	CASE("truncated behind a backslash", "{\"id\":\"\\",
	     "not JSON: unexpected end of data at byte 8"),
	CASE("truncated in a number", "{\"id\":1", "not JSON: unexpected end of data at byte 7"),
	CASE("truncated in a word", "{\"id\":nul", "not JSON: unexpected end of data at byte 9"),
	CASE("truncated in a character", "{\"id\":\"\xe2\x82", "not JSON: invalid UTF-8 at byte 7"),

	CASE("list instead of an object", "[{\"id\":1}]", "object expected, list found"),
	CASE("text instead of an object", "\"id\"", "object or list expected at byte 0"),
	CASE("number instead of an object", "17", "object or list expected at byte 0"),
	CASE("null instead of an object", "null", "object or list expected at byte 0"),
	CASE("no JSON at all", "hello", "object or list expected at byte 0"),
	CASE("byte order mark", "\xef\xbb\xbf{\"id\":1}", "object or list expected at byte 0"),

	CASE("trailing object", "{\"id\":1}{\"id\":2}",
	     "not JSON: something follows the value at byte 8"),
	CASE("trailing text", "{\"id\":1} x", "not JSON: something follows the value at byte 9"),
	CASE("trailing NUL", "{\"id\":1}\0", "not JSON: something follows the value at byte 8"),
	CASE("trailing bracket", "{\"id\":1}}", "not JSON: something follows the value at byte 8"),
	CASE("closed before it was opened", "]", "not JSON: unexpected ']' at byte 0"),
	CASE("closed by the wrong bracket", "{\"id\":1]",
	     "not JSON: object value separator ',' expected at byte 7"),
	CASE("comma before the end", "{\"id\":1,}", "not JSON: unexpected character at byte 8"),
	CASE("comma before the end of a list", "{\"id\":[1,]}",
	     "not JSON: unexpected character at byte 9"),
	CASE("no colon", "{\"id\" 1}",
	     "not JSON: object property name separator ':' expected at byte 6"),
	CASE("no comma", "{\"id\":1 \"rating\":2}",
	     "not JSON: object value separator ',' expected at byte 8"),
	CASE("key without quotes", "{id:1}", "not JSON: unexpected 'i' at byte 1"),
	CASE("key in single quotes", "{'id':1}", "not JSON: unexpected ''' at byte 1"),
	CASE("key that is a number", "{1:1}", "not JSON: malformed number at byte 1"),
	CASE("comment", "{\"id\":1/* one */}", "not JSON: malformed number at byte 6"),
	CASE("comment in front", "/**/{\"id\":1}", "object or list expected at byte 0"),

	CASE("NUL byte between tokens", "{\"id\":\0001}",
	     "not JSON: unexpected byte 0x00 at byte 6"),
	CASE("NUL byte in a text", "{\"id\":1,\"notes\":\"a\0b\"}",
	     "not JSON: unexpected byte 0x00 at byte 18"),
	CASE("\\u0000 in a text", "{\"id\":1,\"notes\":\"a\\u0000b\"}",
	     "NUL character (\\u0000) in text at byte 18"),
	CASE("\\u0000 in a key", "{\"id\":1,\"notes\\u0000\":\"a\"}",
	     "NUL character (\\u0000) in text at byte 14"),
	CASE("\\u0000 in an unknown member", "{\"id\":1,\"x\":[\"\\u0000\"]}",
	     "NUL character (\\u0000) in text at byte 14"),
	CASE("newline in a text", "{\"id\":1,\"notes\":\"a\nb\"}",
	     "not JSON: unexpected byte 0x0a at byte 18"),
	CASE("unknown escape", "{\"id\":1,\"notes\":\"\\x\"}",
	     "not JSON: unknown escape at byte 17"),
	CASE("escape without digits", "{\"id\":1,\"notes\":\"\\u12g4\"}",
	     "not JSON: hexadecimal digit expected at byte 21"),
	CASE("high surrogate alone", "{\"id\":1,\"notes\":\"\\ud83d\"}",
	     "not JSON: half of a surrogate pair at byte 17"),
	CASE("low surrogate alone", "{\"id\":1,\"notes\":\"\\ude00\"}",
	     "not JSON: half of a surrogate pair at byte 17"),
	CASE("two high surrogates", "{\"id\":1,\"notes\":\"\\ud83d\\ud83d\"}",
	     "not JSON: half of a surrogate pair at byte 17"),
	CASE("stray continuation byte", "{\"id\":1,\"notes\":\"\x80\"}",
	     "not JSON: invalid UTF-8 at byte 17"),
	CASE("overlong UTF-8", "{\"id\":1,\"notes\":\"\xc0\xaf\"}",
	     "not JSON: invalid UTF-8 at byte 17"),
	CASE("surrogate in UTF-8", "{\"id\":1,\"notes\":\"\xed\xa0\x80\"}",
	     "not JSON: invalid UTF-8 at byte 17"),
	CASE("beyond U+10FFFF", "{\"id\":1,\"notes\":\"\xf4\x90\x80\x80\"}",
	     "not JSON: invalid UTF-8 at byte 17"),
	CASE("Latin 1 in a key", "{\"id\":1,\"caf\xe9\":1}", "not JSON: invalid UTF-8 at byte 12"),

	CASE("NaN", "{\"id\":1,\"revenue\":NaN}", "not JSON: unexpected 'N' at byte 18"),
	CASE("nan", "{\"id\":1,\"revenue\":nan}", "not JSON: unexpected 'a' at byte 19"),
	CASE("Infinity", "{\"id\":1,\"revenue\":Infinity}", "not JSON: unexpected 'I' at byte 18"),
	CASE("-Infinity", "{\"id\":1,\"revenue\":-Infinity}",
	     "not JSON: malformed number at byte 18"),
	CASE("True", "{\"id\":1,\"urgent\":True}", "not JSON: unexpected 'T' at byte 17"),
	CASE("truex", "{\"id\":1,\"urgent\":truex}", "not JSON: unexpected 'x' at byte 21"),
	CASE("leading zero", "{\"id\":01}", "not JSON: malformed number at byte 6"),
	CASE("two zeros", "{\"id\":00}", "not JSON: malformed number at byte 6"),
	CASE("negative leading zero", "{\"id\":-01}", "not JSON: malformed number at byte 6"),
	CASE("plus sign", "{\"id\":+1}", "not JSON: unexpected '+' at byte 6"),
	CASE("only a sign", "{\"id\":-}", "not JSON: malformed number at byte 6"),
	CASE("no digit before the point", "{\"id\":.5}", "not JSON: unexpected '.' at byte 6"),
	CASE("no digit behind the point", "{\"id\":1.}", "not JSON: malformed number at byte 6"),
	CASE("no digit in the exponent", "{\"id\":1e+}", "not JSON: malformed number at byte 6"),
	CASE("hexadecimal", "{\"id\":0x10}", "not JSON: malformed number at byte 6"),
	CASE("integer beyond 64 bits", "{\"id\":18446744073709551616}",
	     "integer beyond 64 bits at byte 6"),
	CASE("negative integer beyond 64 bits", "{\"id\":-9223372036854775809}",
	     "integer beyond 64 bits at byte 6"),
	CASE("integer beyond 64 bits in an unknown member",
	     "{\"id\":1,\"x\":99999999999999999999999999}", "integer beyond 64 bits at byte 12"),

	CASE("key twice", "{\"id\":1,\"rating\":3,\"id\":2}", "id: occurs twice in an object"),
	CASE("unknown key twice", "{\"id\":1,\"x\":3,\"x\":2}", "x: occurs twice in an object"),
	CASE("key twice, differently written", "{\"id\":1,\"\\u0069d\":2}",
	     "id: occurs twice in an object"),
	CASE("key twice, deep inside",
	     "{\"id\":1,\"x\":[{\"y\":{\"z\":\"}\\\"\",\"a\":1,\"z\" : 2}}]}",
	     "z: occurs twice in an object"),
	CASE("key twice, once null", "{\"id\":1,\"rating\":null,\"rating\":2}",
	     "rating: occurs twice in an object"),
};

Test(malformed, text_is_refused_with_its_place)
{
	for (size_t i = 0; i < sizeof(malformed) / sizeof(*malformed); i++) {
		bool decoded = decode(malformed[i].text, malformed[i].length);

		cr_expect_not(decoded, "%s: accepted", malformed[i].name);
		cr_expect_eq(err.kind, ERR_POISON, "%s", malformed[i].name);
		cr_expect_str_eq(err.text, malformed[i].error, "%s: %s", malformed[i].name,
				 err.text);
	}
}

/* {"id":1,"x":[[[…]]]} with so many lists. */
static bool decode_nested(size_t lists)
{
	buffer_clear(&out);
	buffer_add_text(&out, "{\"id\":1,\"x\":");
	for (size_t i = 0; i < lists; i++)
		buffer_add_char(&out, '[');
	buffer_add_text(&out, "0");
	for (size_t i = 0; i < lists; i++)
		buffer_add_char(&out, ']');
	buffer_add_char(&out, '}');
	return decode(out.bytes, out.length);
}

Test(malformed, nesting_has_a_limit)
{
	cr_expect(decode_nested(31), "32 levels: %s", err.text);
	cr_expect_not(decode_nested(32), "33 levels");
	cr_expect_str_eq(err.text, "more than 32 levels at byte 43");
	cr_expect_not(decode_nested(100000), "100001 levels");
}

Test(malformed, a_small_message_cannot_ask_for_much_memory)
{
	buffer_add_text(&out, "{\"id\":1,\"x\":[");
	for (int i = 0; i < 10000; i++)
		buffer_add_text(&out, i ? ",{}" : "{}");
	buffer_add_text(&out, "]}");

	cr_expect_not(decode(out.bytes, out.length));
	cr_expect_str_eq(err.text, "more than 10000 objects and lists at byte 30007");
}

Test(malformed, a_failure_leaves_nothing_behind_for_the_next_message)
{
	/* json-c's tokener, reset, would put a replacement character before the next escape. */
	cr_expect_not(decode("{\"id\":1,\"notes\":\"\\ud83d", 23));
	cr_expect_not(decode("{\"id\":1,]", 9));
	cr_assert(decode("{\"id\":1,\"notes\":\"\\u0041\"}", 25), "%s", err.text);
	cr_expect_str_eq(message.notes, "A");
}
