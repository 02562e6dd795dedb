/* Data on stdout, for people: tables aligned by the columns that characters take on a terminal,
 * wrapped to its window; bold and colour where the terminal can and NO_COLOR is not set. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "arena.h"

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

/* A stranger's text as it is, no line end; control characters show as U+FFFD. */
void output_text(FILE *out, const char *text);
/* JSON, which may have line ends, but no other control characters than those that it allows in
 * strings: DEL and U+0080 to U+009F, which terminals obey. They show as JSON escapes them, so it
 * says the same. */
void output_json(FILE *out, const char *json);

enum output_color { OUTPUT_COLOR_AUTO, OUTPUT_COLOR_ALWAYS, OUTPUT_COLOR_NEVER };
extern const char *const output_color_names[]; /* of --color, by output_color, ended by NULL */

/* As --color says; AUTO until then: escapes on a terminal that can, unless NO_COLOR is set. */
void output_set_color(enum output_color color);
/* Whether escapes for bold and colour may go to it. */
bool output_is_styled(FILE *out);
/* A line in bold. */
void output_heading(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

enum output_tone { OUTPUT_GOOD, OUTPUT_WARNING, OUTPUT_BAD };
/* The text in a colour, no line end. */
void output_toned(FILE *out, enum output_tone tone, const char *text);

/* Of the terminal's window that stdout is; INT_MAX, and 0 rows, where it is none: nothing is
 * wrapped. */
int output_window_width(void);
int output_window_rows(void);
/* How many columns a terminal gives to the text (UTF-8). */
int output_columns(const char *text);
/* The rest of a line of which `used` columns are written: the text, its further lines indented by
 * as many, and the line's end. Control characters show as U+FFFD. */
void output_wrapped(FILE *out, int used, const char *text);
