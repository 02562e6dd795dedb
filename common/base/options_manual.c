/* The options' tables as a manual has them. */
#include "options_internal.h"
#include "roff.h"

void options_manual(const struct option_group *groups, FILE *out)
{
	for (struct option_cursor at = { .group = groups }; option_next(&at);) {
		struct buffer text = { 0 };

		buffer_add_text(&text, at.option->help ? at.option->help : at.option->name);
		option_write_type(&text, at.option);
		/* The comment is for those that make one page of several executables' tables. */
		fprintf(out, ".\\\" key %s\n", at.option->name);
		roff_term(out, at.option->name, text.bytes);
		buffer_release(&text);
	}
}
