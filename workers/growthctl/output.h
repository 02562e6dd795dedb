/* Data on stdout, for people: aligned tables, bold where the terminal can and NO_COLOR is not set.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "arena.h"
#include "buffer.h"

#define TABLE_COLUMNS_MAX 12

struct table {
	struct arena *arena;
	const char *const
		*headings; /* ended by NULL; one that starts with '>' is of a column of numbers */
	size_t columns;
	const char **cells;
	size_t count, capacity; /* of cells */
};

void table_init(struct table *table, struct arena *arena, const char *const *headings);
/* A cell of the current row; NULL is shown as "-". Kept, not copied. */
void table_add(struct table *table, const char *cell);
void table_add_number(struct table *table, long long number);
void table_print(const struct table *table, FILE *out);

/* Whether escapes for bold and colour may go to it. */
bool output_is_styled(FILE *out);
/* A line in bold. */
void output_heading(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "a":"text", with a comma in front unless it is the first of its object; text NULL: null. */
void json_member_text(struct buffer *out, const char *name, const char *text);
void json_member_int(struct buffer *out, const char *name, long long number);
void json_member_number(struct buffer *out, const char *name, double number);
void json_member_bool(struct buffer *out, const char *name, bool value);
/* "a": alone, for what is written next. */
void json_member(struct buffer *out, const char *name);
