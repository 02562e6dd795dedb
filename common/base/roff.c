#include "roff.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "buffer.h"

/* Part of a line; at a line's start, a dot or an apostrophe would be a command. A minus that is
 * copied from a page must be the one that a shell takes. */
static void put(FILE *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\\')
			fputs("\\e", out);
		else if (text[i] == '-')
			fputs("\\-", out);
		else if (text[i] == '\'' || text[i] == '`' || text[i] == '^' || text[i] == '~' ||
			 text[i] == '"')
			fprintf(out, "\\(%s",
				text[i] == '\''  ? "aq"
				: text[i] == '`' ? "ga"
				: text[i] == '^' ? "ha"
				: text[i] == '~' ? "ti"
						 : "dq");
		else
			fputc(text[i], out);
		/* Where a long list may be broken. */
		if (i + 1 < length && strchr(",|}", text[i]) && text[i + 1] != ' ')
			fputs("\\:", out);
	}
}

static void put_line(FILE *out, const char *text, size_t length)
{
	if (length && *text == '.')
		fputs("\\&", out);
	put(out, text, length);
	fputc('\n', out);
}

static void put_upper(FILE *out, const char *text)
{
	for (; *text; text++)
		fputc(toupper((unsigned char)*text), out);
}

void roff_begin(FILE *out, const struct roff_page *page)
{
	fputs(".TH ", out);
	put_upper(out, page->name);
	fprintf(out, " %d \"%s\" \"growth\\-patterns %s\" \"Growth patterns\"\n", page->section,
		page->date, GROWTH_VERSION);
	/* Lines of long keys and texts cannot be filled to both edges, and no key is to be
	 * hyphenated. */
	fputs(".ad l\n.nh\n", out);
	roff_section(out, "NAME");
	put(out, page->name, strlen(page->name));
	fputs(" \\- ", out);
	put_line(out, page->summary, strlen(page->summary));
}

void roff_section(FILE *out, const char *title)
{
	fprintf(out, ".SH ");
	put_line(out, title, strlen(title));
}

void roff_subsection(FILE *out, const char *title)
{
	fprintf(out, ".SS ");
	put_line(out, title, strlen(title));
}

static bool is_kept(const char *line)
{
	return *line == ' ' || *line == '\t';
}

void roff_text(FILE *out, const char *text)
{
	bool kept = false, blank = false, first = true;

	for (; *text; text += strspn(text, "\n") > 0) {
		size_t length = strcspn(text, "\n");
		bool keep = is_kept(text);

		if (!length) {
			blank = true;
			continue;
		}
		if (kept && !keep)
			fputs(".EE\n.RE\n", out);
		if (blank && !first && !(kept && keep) && !(keep && !kept))
			fputs(".PP\n", out);
		if (keep && !kept)
			fputs(".PP\n.RS 4\n.EX\n", out);
		if (keep)
			text += strspn(text, " \t"), length = strcspn(text, "\n");
		put_line(out, text, length);
		text += length;
		kept = keep;
		blank = first = false;
	}
	if (kept)
		fputs(".EE\n.RE\n", out);
}

void roff_term(FILE *out, const char *term, const char *meaning)
{
	fputs(".TP\n\\fB", out);
	put(out, term, strlen(term));
	fputs("\\fR\n", out);
	put_line(out, meaning, strlen(meaning));
}

/* "-w, --watch[=SECONDS]" */
static void write_name(struct buffer *name, const struct argp_option *option)
{
	bool optional = option->flags & OPTION_ARG_OPTIONAL;

	if (option->key > ' ' && option->key < 0x7f)
		buffer_printf(name, "-%c%s", option->key, option->name ? ", " : "");
	if (option->name)
		buffer_printf(name, "--%s", option->name);
	if (option->arg)
		buffer_printf(name, optional ? "[=%s]" : "=%s", option->arg);
}

void roff_options(FILE *out, const struct argp_option *options)
{
	for (; options->name || options->key; options++) {
		struct buffer name = { 0 };

		if (options->flags & OPTION_HIDDEN)
			continue;
		write_name(&name, options);
		roff_term(out, name.bytes, options->doc ? options->doc : "");
		buffer_release(&name);
	}
}
