/*
 * HTML and SVG as text: what every byte of the report goes through, so that nothing lands on the
 * page unescaped. What is written is XML, too (polyglot markup), so any parser of either reads it.
 */
#pragma once

#include <stdint.h>

#include "arena.h"
#include "buffer.h"

/*
 * Markup with values in it. The format is trusted, its values are not:
 *   %s   text, escaped for content and for attributes in double quotes; NULL: nothing
 *   %f   a number, markup_number()
 *   %d   an int
 *   %zu %lld   whole numbers
 *   %%   a percent sign
 * Anything else ends the process.
 */
void markup(struct buffer *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The text with &, <, >, " and ' as entities, and U+FFFD for bytes that XML does not allow: control
 * characters, broken UTF-8. */
void markup_text(struct buffer *out, const char *text);

/* Rounded half away from zero to two decimals, without zeros at the end and without "-0": "12.5",
 * "0.33", "3". The same in every locale. Not finite: "0". */
void markup_number(struct buffer *out, double number);

/* "1,234,567" */
const char *grouped(int64_t number, struct arena *arena);

/* A count of people: below k, but for none at all, "fewer than 5" (statistics §9). */
const char *people_text(int64_t count, int64_t k, struct arena *arena);
