#include "decide_markup.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

#define REPLACEMENT "\xef\xbf\xbd"
#define NUMBER_MAX 1e12 /* beyond, no chart has a place for it */

static const char *entity_of(char character)
{
	switch (character) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

/* XML 1.0, §2.2: of the characters below U+0020 only tab, line feed and carriage return; neither
 * U+FFFE nor U+FFFF. */
static bool is_allowed(const char *character, size_t size)
{
	unsigned char first = (unsigned char)character[0];

	if (size == 1)
		return (first >= 0x20 && first != 0x7f) || first == '\t' || first == '\n';
	return size != 3 || (memcmp(character, "\xef\xbf\xbe", 3) != 0 &&
			     memcmp(character, "\xef\xbf\xbf", 3) != 0);
}

void markup_text(struct buffer *out, const char *text)
{
	size_t left = text ? strlen(text) : 0;

	while (left > 0) {
		size_t size = utf8_character(text, left);
		const char *entity = entity_of(*text);

		if (entity)
			buffer_add_text(out, entity);
		else if (size > 0 && is_allowed(text, size))
			buffer_add(out, text, size);
		else
			buffer_add_text(out, REPLACEMENT);
		size = size > 0 ? size : 1;
		text += size;
		left -= size;
	}
}

void markup_number(struct buffer *out, double number)
{
	long long hundredths =
		isfinite(number) ? llround(fmax(-NUMBER_MAX, fmin(number, NUMBER_MAX)) * 100) : 0;
	long long size = llabs(hundredths);

	buffer_printf(out, "%s%lld", hundredths < 0 ? "-" : "", size / 100);
	if (size % 100)
		buffer_printf(out, size % 10 ? ".%02lld" : ".%lld",
			      size % 10 ? size % 100 : size % 100 / 10);
}

/* What stands behind a percent sign; returns how much of the format it was. */
static size_t add_value(struct buffer *out, const char *conversion, va_list *values)
{
	switch (*conversion) {
	case 's':
		markup_text(out, va_arg(*values, const char *));
		return 1;
	case 'f':
		markup_number(out, va_arg(*values, double));
		return 1;
	case 'd':
		buffer_printf(out, "%d", va_arg(*values, int));
		return 1;
	case '%':
		buffer_add_char(out, '%');
		return 1;
	default:
		break;
	}
	if (strncmp(conversion, "lld", 3) == 0) {
		buffer_printf(out, "%lld", va_arg(*values, long long));
		return 3;
	}
	if (strncmp(conversion, "zu", 2) != 0)
		abort(); /* a mistake of ours, in a text of ours */
	buffer_printf(out, "%zu", va_arg(*values, size_t));
	return 2;
}

void markup(struct buffer *out, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	while (*format) {
		size_t plain = strcspn(format, "%");

		buffer_add(out, format, plain);
		format += plain;
		if (*format)
			format += 1 + add_value(out, format + 1, &values);
	}
	va_end(values);
}

const char *grouped(int64_t number, struct arena *arena)
{
	char *digits = arena_printf(arena, "%lld", (long long)number);
	size_t length = strlen(digits), first = *digits == '-';
	char *text = arena_alloc(arena, length + length / 3 + 1), *to = text;

	for (size_t i = 0; i < length; i++) {
		if (i > first && (length - i) % 3 == 0)
			*to++ = ',';
		*to++ = digits[i];
	}
	return text;
}

const char *people_text(int64_t count, int64_t k, struct arena *arena)
{
	if (count > 0 && count < k)
		return arena_printf(arena, "fewer than %lld", (long long)k);
	return grouped(count, arena);
}
