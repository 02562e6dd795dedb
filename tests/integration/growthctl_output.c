/* Tables as a terminal shows them: columns, not bytes, are what is aligned. (No server is needed; the file is here because it
 * links growthctl's core.) */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"

static const struct {
	const char *what, *text;
	int columns;
} cases[] = {
	{ "nothing", "", 0 },
	{ "ASCII", "abc", 3 },
	{ "two bytes a character",
	  "Gr\xc3\xb6\xc3\x9f"
	  "e",
	  5 },
	{ "wide", "\xe6\x97\xa5\xe6\x9c\xac", 4 },
	{ "an emoji", "\xf0\x9f\x94\xa8", 2 },
	{ "a combining accent", "e\xcc\x81", 1 },
	{ "a control character shows as one", "a\033[31m", 6 },
	{ "what is no UTF-8 shows as one a byte", "a\xff\xfe", 3 },
};

Test(output, columns_of)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(output_columns(cases[i].text), cases[i].columns, "%s: %d",
			     cases[i].what, output_columns(cases[i].text));
}

Test(output, a_table_is_aligned_and_commands_no_terminal)
{
	static const char *const headings[] = { "NAME", ">N", "SAYS", NULL };
	struct arena arena;
	struct table table;
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	arena_init(&arena);
	table_init(&table, &arena, headings);
	table_add(&table, "\xe6\x97\xa5\xe6\x9c\xac");
	table_add_number(&table, 7);
	table_add(&table, "a\033[2Jb");
	table_add(&table, "plain");
	table_add_number(&table, 1234);
	table_add(&table, NULL);
	table_print(&table, out);
	fclose(out);
	cr_expect_str_eq(text, "NAME      N  SAYS\n"
			       "\xe6\x97\xa5\xe6\x9c\xac      7  a\xef\xbf\xbd[2Jb\n"
			       "plain  1234  -\n");
	free(text);
	arena_release(&arena);
}
