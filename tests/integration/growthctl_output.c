/* Tables as a terminal shows them: columns, not bytes, are what is aligned. (No server is needed;
 * the file is here because it links growthctl's core.) */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diff.h"
#include "dlq.h"
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

/* JSON may have these in a string as they are: DEL, CSI in one character, and what is none. */
#define COMMANDS \
	"\x7f\xc2\x9b" \
	"31m\xc2\x80\xc2\x9f\xc2\xa0\xc3\x9f\xe6\x97\xa5"
#define ESCAPED "\\u007f\\u009b31m\\u0080\\u009f\xc2\xa0\xc3\x9f\xe6\x97\xa5"

Test(output, text_and_json_command_no_terminal)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	output_text(out, "a\033[2J\r\n\xc2\x9b\x7f\xc3\x9f");
	output_json(out, "\n{\"a\": \"" COMMANDS "\\u001b\"}");
	fclose(out);
	cr_expect_str_eq(text,
			 "a\xef\xbf\xbd[2J\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xc3\x9f"
			 "\n{\"a\": \"" ESCAPED "\\u001b\"}");
	free(text);
}

/* All that was written to stdout. */
static char *written(FILE *file)
{
	static char text[4096];
	size_t length;

	fflush(stdout);
	rewind(file);
	length = fread(text, 1, sizeof(text) - 1, file);
	text[length] = '\0';
	return text;
}

static FILE *capture(void)
{
	FILE *file = tmpfile();

	cr_assert(file && dup2(fileno(file), STDOUT_FILENO) == STDOUT_FILENO);
	return file;
}

Test(output, a_dead_letter_commands_no_terminal)
{
	static const char value[] = "{\"note\":\"\\u007f\\u009b31m\\u001b[2J\"}";
	struct dead_letter letter = { .at = { "matcher.dlq", 0, 1 },
				      .reason = "because",
				      .value = { value, strlen(value) } };
	struct arena arena;
	FILE *file = capture();
	const char *text;

	arena_init(&arena);
	dlq_print_letter(&letter, &arena);
	text = written(file);
	cr_expect(strstr(text, "\"note\": \"\\u007f\\u009b31m\\u001b[2J\""), "%s", text);
	arena_release(&arena);
	fclose(file);
}

Test(output, a_difference_commands_no_terminal)
{
	static const struct diff_table table = { .name = "public.contractor_actions" };
	struct difference item = { .path = "item",
				   .left = "\"" COMMANDS "\"",
				   .right = "\"plain\"" };
	const struct differences found = { &item, 1 };
	struct diff diff = { .unexplained = 1 };
	struct arena arena;
	FILE *file = capture();

	arena_init(&arena);
	diff_print_row(&diff, &table, "{\"event_id\": \"\\u001b[2J\xc2\x9bx\"}", &found, &arena);
	cr_expect_str_eq(written(file),
			 "\npublic.contractor_actions event_id=\xef\xbf\xbd[2J\xef\xbf\xbdx\n"
			 "  item: \"" ESCAPED "\" | \"plain\"\n");
	arena_release(&arena);
	fclose(file);
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
