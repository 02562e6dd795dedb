#include "output.h"

#include <limits.h>
#include <locale.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#define COLUMN_MIN 12  /* to which a column of text is narrowed */
#define WRAPPED_MIN 20 /* columns; in fewer, wrapping makes nothing readable */

void table_init(struct table *table, struct arena *arena, const char *const *headings)
{
	*table = (struct table){ .arena = arena, .headings = headings };
	while (headings[table->columns])
		table->columns++;
}

void table_add(struct table *table, const char *cell)
{
	table->cells = arena_room(table->arena, table->cells, table->count, &table->capacity,
				  sizeof(*table->cells));
	table->cells[table->count++] = cell ? cell : "-";
}

void table_add_number(struct table *table, long long number)
{
	table_add(table, arena_printf(table->arena, "%lld", number));
}

static enum output_color color_wanted = OUTPUT_COLOR_AUTO;

const char *const output_color_names[] = { "auto", "always", "never", NULL };

void output_set_color(enum output_color color)
{
	color_wanted = color;
}

/* ---- columns ---- */

/* The character at `text`, whatever the user's locale is: what we show is UTF-8. Its bytes; its
 * columns. What is no character, and control characters (a stranger's text must not command the
 * terminal), take one column as U+FFFD. */
static size_t next_character(const char *text, int *ret_columns)
{
	static locale_t utf8;
	mbstate_t state = { 0 };
	locale_t former;
	wchar_t character;
	size_t bytes;

	if (!utf8)
		utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
	former = utf8 ? uselocale(utf8) : NULL;
	bytes = mbrtowc(&character, text, strlen(text), &state);
	*ret_columns = bytes == 0 || bytes > MB_LEN_MAX ? -1 : wcwidth(character);
	if (former)
		uselocale(former);
	return bytes == 0 || bytes > MB_LEN_MAX ? 1 : bytes;
}

int output_columns(const char *text)
{
	int columns, all = 0;

	while (*text) {
		text += next_character(text, &columns);
		all += columns < 0 ? 1 : columns;
	}
	return all;
}

/* At most `length` bytes of the text. */
static void put_text(FILE *out, const char *text, size_t length)
{
	const char *end = text + length;
	int columns;

	while (text < end && *text) {
		size_t bytes = next_character(text, &columns);

		if (columns < 0)
			fputs("\xef\xbf\xbd", out);
		else
			fwrite(text, 1, bytes, out);
		text += bytes;
	}
}

void output_text(FILE *out, const char *text)
{
	put_text(out, text, strlen(text));
}

void output_json(FILE *out, const char *json)
{
	int columns;

	for (size_t bytes; *json; json += bytes) {
		bytes = next_character(json, &columns);
		if (*json == 0x7f)
			fputs("\\u007f", out);
		else if (bytes == 2 && json[0] == '\xc2' && (unsigned char)json[1] < 0xa0)
			fprintf(out, "\\u%04x", (unsigned int)(unsigned char)json[1]);
		else if (*json == '\n')
			fputc('\n', out);
		else
			put_text(out, json, bytes);
	}
}

static bool window(struct winsize *ret_size)
{
	return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, ret_size) == 0;
}

int output_window_width(void)
{
	struct winsize size = { 0 };

	return !window(&size) ? INT_MAX : size.ws_col ? size.ws_col : 80;
}

int output_window_rows(void)
{
	struct winsize size = { 0 };

	return window(&size) ? size.ws_row : 0;
}

/* How many bytes of the text go into a line of `width` columns: up to a blank, or inside a word
 * that is longer than that, behind a '_' where it has one. */
static size_t fitting(const char *text, int width)
{
	size_t at = 0, blank = 0, part = 0;
	int columns, used = 0;

	while (text[at]) {
		size_t bytes = next_character(text + at, &columns);

		used += columns < 0 ? 1 : columns;
		if (text[at] == ' ')
			blank = at;
		if (used > width)
			return blank ? blank : part ? part : at ? at : bytes;
		if (text[at] == '_')
			part = at + 1;
		at += bytes;
	}
	return at;
}

void output_wrapped(FILE *out, int used, const char *text)
{
	int width = output_window_width();
	int room = width == INT_MAX ? INT_MAX : width - used;

	if (room < WRAPPED_MIN)
		room = INT_MAX;
	for (;;) {
		size_t length = fitting(text, room);

		put_text(out, text, length);
		text += length;
		text += strspn(text, " ");
		if (!*text)
			break;
		fprintf(out, "\n%*s", used, "");
	}
	fputc('\n', out);
}

/* ---- tables ---- */

static const char *heading_of(const struct table *table, size_t column)
{
	return table->headings[column] + (table->headings[column][0] == '>');
}

static int longest_word(const char *text)
{
	int columns, word = 0, longest = 0;

	while (*text) {
		bool blank = *text == ' ';

		text += next_character(text, &columns);
		word = blank ? 0 : word + (columns < 0 ? 1 : columns);
		longest = word > longest ? word : longest;
	}
	return longest;
}

static int widest_of(const struct table *table, size_t column, int (*width)(const char *))
{
	int widest = 0;

	for (size_t i = column; i < table->count; i += table->columns) {
		int columns = width(table->cells[i]);

		widest = columns > widest ? columns : widest;
	}
	return widest;
}

static int larger(int a, int b)
{
	return a > b ? a : b;
}

struct layout {
	/* in which all is in one line; narrowed to what the window has */
	int widths[TABLE_COLUMNS_MAX];
	int gap;
};

static int missing(const struct table *table, const struct layout *layout)
{
	int all = layout->gap * ((int)table->columns - 1);

	for (size_t i = 0; i < table->columns; i++)
		all += layout->widths[i];
	return all - output_window_width();
}

/* Takes from the widest columns of text what the window does not have, down to `least`; their cells
 * are wrapped. */
static void take_from_widest(const struct table *table, struct layout *layout, const int *least)
{
	while (missing(table, layout) > 0) {
		size_t widest = table->columns;

		for (size_t i = 0; i < table->columns; i++)
			if (table->headings[i][0] != '>' && layout->widths[i] > least[i] &&
			    (widest == table->columns ||
			     layout->widths[i] > layout->widths[widest]))
				widest = i;
		if (widest == table->columns)
			return;
		layout->widths[widest]--;
	}
}

/* Where the window is too small: first the gaps, then headings of numbers in several lines, then
 * lines between words of text, and only then inside words. */
static void narrow(const struct table *table, struct layout *layout)
{
	int words[TABLE_COLUMNS_MAX], least[TABLE_COLUMNS_MAX];

	if (missing(table, layout) <= 0)
		return;
	layout->gap = 1;
	for (size_t i = 0; i < table->columns; i++) {
		bool number = table->headings[i][0] == '>';

		words[i] = larger(longest_word(heading_of(table, i)),
				  widest_of(table, i, number ? output_columns : longest_word));
		least[i] = COLUMN_MIN;
		if (number && missing(table, layout) > 0)
			layout->widths[i] = words[i];
	}
	take_from_widest(table, layout, words);
	take_from_widest(table, layout, least);
}

static void print_piece(const struct table *table, const char *text, size_t length, size_t column,
			const struct layout *layout, FILE *out)
{
	bool number = table->headings[column][0] == '>', last = column + 1 == table->columns;
	int padding = layout->widths[column];
	char *piece = arena_strndup(table->arena, text, length);

	padding -= output_columns(piece);
	if (number)
		fprintf(out, "%*s", padding, "");
	put_text(out, piece, length);
	if (last)
		fputc('\n', out);
	else
		fprintf(out, "%*s", (number ? 0 : padding) + layout->gap, "");
}

/* As many lines as its longest cell needs. */
static void print_row(const struct table *table, const char *const *cells,
		      const struct layout *layout, FILE *out)
{
	const char *rest[TABLE_COLUMNS_MAX];
	bool more = true;

	memcpy((void *)rest, (const void *)cells, table->columns * sizeof(*rest));
	while (more) {
		more = false;
		for (size_t column = 0; column < table->columns; column++) {
			size_t length = fitting(rest[column], layout->widths[column]);

			print_piece(table, rest[column], length, column, layout, out);
			rest[column] += length;
			rest[column] += strspn(rest[column], " ");
			more = more || *rest[column];
		}
	}
}

void table_print(const struct table *table, FILE *out)
{
	const char *headings[TABLE_COLUMNS_MAX];
	struct layout layout = { .gap = 2 };
	bool styled = output_is_styled(out);

	for (size_t column = 0; column < table->columns; column++) {
		headings[column] = heading_of(table, column);
		layout.widths[column] = larger(output_columns(headings[column]),
					       widest_of(table, column, output_columns));
	}
	narrow(table, &layout);
	fputs(styled ? "\033[1m" : "", out);
	print_row(table, headings, &layout, out);
	fputs(styled ? "\033[0m" : "", out);
	for (size_t i = 0; i < table->count; i += table->columns)
		print_row(table, table->cells + i, &layout, out);
}

/* ---- bold and colour ---- */

bool output_is_styled(FILE *out)
{
	const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");

	if (color_wanted != OUTPUT_COLOR_AUTO)
		return color_wanted == OUTPUT_COLOR_ALWAYS;
	return isatty(fileno(out)) && !(no_color && *no_color) && terminal &&
	       strcmp(terminal, "dumb") != 0;
}

void output_heading(FILE *out, const char *format, ...)
{
	bool styled = output_is_styled(out);
	va_list arguments;

	fputs(styled ? "\033[1m" : "", out);
	va_start(arguments, format);
	vfprintf(out, format, arguments);
	va_end(arguments);
	fputs(styled ? "\033[0m\n" : "\n", out);
}

void output_toned(FILE *out, enum output_tone tone, const char *text)
{
	static const char *const escapes[] = { "\033[1;32m", "\033[1;33m", "\033[1;31m" };
	bool styled = output_is_styled(out);

	fprintf(out, "%s%s%s", styled ? escapes[tone] : "", text, styled ? "\033[0m" : "");
}
