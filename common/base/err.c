/*
 * Every text is built beside the error first: an argument may well be the error's own text.
 */
#include "err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

/* A stranger's bytes, or half a character that "%.64s" left. */
static void make_utf8(char *text, size_t length)
{
	for (size_t at = 0, size; at < length; at += size) {
		size = utf8_character(text + at, length - at);
		if (size == 0) {
			text[at] = '?';
			size = 1;
		}
	}
}

/* Puts text[0..length), as far as it fits, behind the first `at` bytes. Returns where it ends. */
static size_t put(struct err *err, size_t at, const char *text, size_t length)
{
	size_t fits = utf8_cut(text, length, sizeof(err->text) - 1 - at);

	memmove(err->text + at, text, fits);
	make_utf8(err->text + at, fits);
	err->text[at + fits] = '\0';
	return at + fits;
}

/* Formats into text[0..size); returns the length of what is there, which may be cut. */
static size_t format_into(char *text, size_t size, const char *format, va_list arguments)
	__attribute__((format(printf, 3, 0)));

static size_t format_into(char *text, size_t size, const char *format, va_list arguments)
{
	int wanted = vsnprintf(text, size, format, arguments);

	if (wanted < 0) /* only a format for wide characters can do this */
		text[0] = '\0';
	return strlen(text);
}

/* A byte longer than an error's text: put() sees what is too long and cuts between characters. */
#define PIECE_SIZE (sizeof(((struct err *)NULL)->text) + 1)

bool err_set(struct err *err, enum err_kind kind, const char *format, ...)
{
	char text[PIECE_SIZE];
	va_list arguments;

	va_start(arguments, format);
	size_t length = format_into(text, sizeof(text), format, arguments);
	va_end(arguments);

	err->kind = kind;
	err->code[0] = '\0';
	put(err, 0, text, length);
	return false;
}

bool err_wrap(struct err *err, const char *format, ...)
{
	char context[PIECE_SIZE];
	char inner[sizeof(err->text)];
	size_t inner_length = strlen(err->text);
	va_list arguments;

	memcpy(inner, err->text, inner_length);
	va_start(arguments, format);
	size_t length = format_into(context, sizeof(context), format, arguments);
	va_end(arguments);

	size_t end = put(err, 0, context, length);
	end = put(err, end, ": ", 2);
	put(err, end, inner, inner_length);
	return false;
}

bool err_append(struct err *err, enum err_kind kind, const char *format, ...)
{
	char line[PIECE_SIZE];
	va_list arguments;

	va_start(arguments, format);
	size_t length = format_into(line, sizeof(line), format, arguments);
	va_end(arguments);

	size_t end = err->kind == ERR_NONE ? 0 : strlen(err->text);
	if (end > 0)
		end = put(err, end, "\n", 1);
	put(err, end, line, length);
	err->kind = kind;
	return false;
}
