#include "output.h"

#include <stdarg.h>
#include <unistd.h>

#include "fields.h"

void table_init(struct table *table, struct arena *arena, const char *const *headings)
{
	*table = (struct table){ .arena = arena, .headings = headings };
	while (headings[table->columns])
		table->columns++;
}

void table_add(struct table *table, const char *cell)
{
	if (table->count == table->capacity) {
		size_t capacity = table->capacity ? table->capacity * 2 : 64;

		table->cells = arena_grow(table->arena, table->cells, table->count, capacity,
					  sizeof(*table->cells));
		table->capacity = capacity;
	}
	table->cells[table->count++] = cell ? cell : "-";
}

void table_add_number(struct table *table, long long number)
{
	table_add(table, arena_printf(table->arena, "%lld", number));
}

/* Characters, not bytes; that some are wider than others is not known here. */
static int width_of(const char *text)
{
	int width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

static void print_cell(const char *cell, int width, bool number, bool last, FILE *out)
{
	int padding = width - width_of(cell);

	if (number)
		fprintf(out, "%*s", padding, "");
	fputs(cell, out);
	if (!number && !last)
		fprintf(out, "%*s", padding, "");
	fputs(last ? "\n" : "  ", out);
}

static const char *heading_of(const struct table *table, size_t column)
{
	return table->headings[column] + (table->headings[column][0] == '>');
}

void table_print(const struct table *table, FILE *out)
{
	int widths[TABLE_COLUMNS_MAX];
	bool styled = output_is_styled(out);

	for (size_t column = 0; column < table->columns; column++) {
		widths[column] = width_of(heading_of(table, column));
		for (size_t i = column; i < table->count; i += table->columns)
			if (width_of(table->cells[i]) > widths[column])
				widths[column] = width_of(table->cells[i]);
	}
	fputs(styled ? "\033[1m" : "", out);
	for (size_t column = 0; column < table->columns; column++)
		print_cell(heading_of(table, column), widths[column],
			   table->headings[column][0] == '>', column + 1 == table->columns, out);
	fputs(styled ? "\033[0m" : "", out);
	for (size_t i = 0; i < table->count; i++)
		print_cell(table->cells[i], widths[i % table->columns],
			   table->headings[i % table->columns][0] == '>',
			   i % table->columns + 1 == table->columns, out);
}

bool output_is_styled(FILE *out)
{
	const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");

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

void json_member(struct buffer *out, const char *name)
{
	char last = out->length ? out->bytes[out->length - 1] : '{';

	if (last != '{' && last != '[')
		buffer_add_char(out, ',');
	json_write_text(out, name, strlen(name));
	buffer_add_char(out, ':');
}

void json_member_text(struct buffer *out, const char *name, const char *text)
{
	json_member(out, name);
	if (text)
		json_write_text(out, text, strlen(text));
	else
		buffer_add_text(out, "null");
}

void json_member_int(struct buffer *out, const char *name, long long number)
{
	json_member(out, name);
	buffer_printf(out, "%lld", number);
}

void json_member_number(struct buffer *out, const char *name, double number)
{
	json_member(out, name);
	json_write_number(out, number);
}

void json_member_bool(struct buffer *out, const char *name, bool value)
{
	json_member(out, name);
	buffer_add_text(out, value ? "true" : "false");
}
