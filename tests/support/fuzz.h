/*
 * What the fuzz targets share. A target gets bytes from libFuzzer (tests/fuzz/run) or from files
 * (fuzz_replay.c, in every build), and aborts where a property does not hold. It is deterministic:
 * no clock, no random, nothing kept from one input to the next, no file left behind.
 */
#pragma once

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "err.h"
#include "utf8.h"
#include "values.h"

/* What a target defines. The input is in memory of its own: a read behind its end is seen. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property: what did not hold, and the values that show it. */
__attribute__((format(printf, 2, 3))) static inline void holds(bool property, const char *format,
							       ...)
{
	va_list arguments;

	if (property)
		return;
	fputs("PROPERTY VIOLATED: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	abort();
}

static inline bool is_utf8(const char *text, size_t length)
{
	for (size_t at = 0, size; at < length; at += size) {
		size = utf8_character(text + at, length - at);
		if (size == 0)
			return false;
	}
	return true;
}

/* An error that a person can read, and of the kind that the caller must act on. */
static inline void holds_error(const struct err *err, enum err_kind kind)
{
	holds(err->kind == kind, "kind %d instead of %d: %s", err->kind, kind, err->text);
	holds(err->text[0], "an error without a text");
	holds(is_utf8(err->text, strlen(err->text)), "an error's text is no UTF-8: %s", err->text);
}

/* An input taken apart from its front. Behind its end come zeros. */
struct input {
	const uint8_t *at;
	size_t left;
};

static inline struct input input_of(const uint8_t *data, size_t size)
{
	return (struct input){ data, size };
}

/* Big-endian. */
static inline uint64_t input_number(struct input *input, size_t bytes)
{
	uint64_t number = 0;

	for (; bytes > 0; bytes--) {
		number <<= 8;
		if (input->left > 0) {
			number |= *input->at++;
			input->left--;
		}
	}
	return number;
}

/* In memory of its own, filled up with 'x' when the input is shorter: a few bytes can ask for a
 * long text. */
static inline const char *input_text(struct input *input, size_t length, struct arena *arena)
{
	size_t given = length < input->left ? length : input->left;
	char *text = arena_alloc(arena, length + 1);

	memset(text, 'x', length);
	memcpy(text, input->at, given);
	input->at += given;
	input->left -= given;
	return arena_memdup(arena, text, length);
}

/* The rest, in memory of its own. */
static inline struct bytes input_rest(struct input *input, struct arena *arena)
{
	struct bytes rest = { arena_memdup(arena, input->at, input->left), input->left };

	input->at += input->left;
	input->left = 0;
	return rest;
}
