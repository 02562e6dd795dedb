/*
 * The borders of characters, with a decoder of its own as second opinion; text cut to a length (the
 * input's first byte); and text written as JSON, which is valid whatever the bytes are and the same
 * again when they were.
 */
#include "fields.h"
#include "fuzz.h"

/* The character's number, -1 for none, by RFC 3629's table of ranges read the other way: what a
 * number is encoded as. */
static int32_t decode(const unsigned char *text, size_t length, size_t *ret_size)
{
	static const int32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t size = text[0] < 0x80   ? 1
		      : text[0] < 0xc0 ? 0
		      : text[0] < 0xe0 ? 2
		      : text[0] < 0xf0 ? 3
				       : 4;
	int32_t number = size == 1 ? text[0] : text[0] & (0x7f >> size);

	if (size == 0 || size > length || text[0] >= 0xf8)
		return -1;
	for (size_t i = 1; i < size; i++) {
		if (text[i] >> 6 != 2)
			return -1;
		number = number << 6 | (text[i] & 0x3f);
	}
	*ret_size = size;
	if (number < smallest[size] || number > 0x10ffff || (number >= 0xd800 && number < 0xe000))
		return -1;
	return number;
}

static void check_characters(const char *text, size_t length)
{
	for (size_t at = 0; at < length; at++) {
		size_t expected = 0;
		size_t size = utf8_character(text + at, length - at);
		bool is = decode((const unsigned char *)text + at, length - at, &expected) >= 0;

		holds(size == (is ? expected : 0), "%zu instead of %zu bytes at %zu", size,
		      is ? expected : 0, at);
	}
}

static void check_cut(const char *text, size_t length, size_t most)
{
	size_t cut = utf8_cut(text, length, most);

	holds(cut <= length && cut <= most, "cut to %zu, at most %zu", cut, most);
	holds(length <= most ? cut == length : cut + 4 > most, "%zu of %zu, at most %zu", cut,
	      length, most);
	if (is_utf8(text, length))
		holds(is_utf8(text, cut), "half a character at %zu", cut);
}

static void check_written(const char *text, size_t length)
{
	static const struct json_field fields[] = {
		{ FIELD_NAMED("t"), .kind = FIELD_KIND_TEXT, .presence = OPTIONAL }, FIELD_END
	};
	struct buffer out = { 0 };
	struct arena arena;
	struct err err = { 0 };
	const char *again = NULL;
	bool no_nul = !memchr(text, '\0', length);

	arena_init(&arena);
	buffer_add_text(&out, "{\"t\":");
	json_write_text(&out, text, length);
	buffer_add_char(&out, '}');
	holds(is_utf8(out.bytes, out.length), "written, but no UTF-8: %s", out.bytes);
	holds(json_decode(out.bytes, out.length, fields, &again, sizeof(again), &arena, &err) ||
		      !no_nul,
	      "%s: %s", err.text, out.bytes);
	if (no_nul && length > 0 && is_utf8(text, length))
		holds(again && strlen(again) == length && memcmp(again, text, length) == 0,
		      "other text came back: %s", out.bytes);
	buffer_release(&out);
	arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_of(data, size);
	size_t most = input_number(&input, 1);
	struct arena arena;
	struct bytes text;

	arena_init(&arena);
	text = input_rest(&input, &arena);
	check_characters(text.data, text.length);
	check_cut(text.data, text.length, most);
	check_written(text.data, text.length);
	arena_release(&arena);
	return 0;
}
