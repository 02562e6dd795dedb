/*
 * The configuration as a file that options_load() reads back. libconfig refuses a group that occurs
 * twice, so options that share the beginning of their names are printed together, wherever in the
 * tables they are.
 */
#include <ctype.h>

#include "options_internal.h"

struct printer {
	const struct option_group *groups;
	const char *config;
	const struct option_origins *origins; /* NULL: without them */
	struct buffer *out;
};

static bool is_text(const struct config_option *option)
{
	return option->kind == OPTION_KIND_TEXT || option->kind == OPTION_KIND_TEMPLATE;
}

static void indent(struct buffer *out, int depth)
{
	for (int i = 0; i < depth; i++)
		buffer_add_char(out, '\t');
}

static void write_text(struct buffer *out, const char *text)
{
	buffer_add_char(out, '"');
	for (const char *c = text; *c; c++) {
		if (*c == '"' || *c == '\\')
			buffer_printf(out, "\\%c", *c);
		else if (iscntrl((unsigned char)*c))
			buffer_printf(out, "\\x%02x", (unsigned)(unsigned char)*c);
		else
			buffer_add_char(out, *c);
	}
	buffer_add_char(out, '"');
}

static void write_secret(struct buffer *out, const char *text)
{
	struct buffer masked = { 0 };

	buffer_add_text(&masked, "");
	option_write_masked(&masked, text);
	write_text(out, masked.bytes);
	buffer_release(&masked);
}

/* Always as a floating point number: an integer without a dot would be cut to 32 bits. */
static void write_number(struct buffer *out, double number)
{
	size_t start = out->length;

	option_write_number(out, number);
	if (!strpbrk(out->bytes + start, ".e"))
		buffer_add_text(out, ".0");
}

static void write_int(struct buffer *out, int64_t value)
{
	bool wide = value < INT32_MIN || value > INT32_MAX;

	buffer_printf(out, "%lld%s", (long long)value, wide ? "L" : "");
}

static void write_texts(struct buffer *out, const struct texts *texts)
{
	buffer_add_char(out, '[');
	for (size_t i = 0; i < texts->count; i++) {
		buffer_add_text(out, i ? ", " : " ");
		write_text(out, texts->items[i]);
	}
	buffer_add_text(out, " ]");
}

static void write_pairs(struct buffer *out, const struct config_option *option,
			const struct labels *labels, int depth)
{
	bool map = option->kind == OPTION_KIND_MAP;

	buffer_add_text(out, "(");
	for (size_t i = 0; i < labels->count; i++) {
		const struct label *pair = &labels->items[i];

		buffer_add_text(out, i ? ",\n" : "\n");
		indent(out, depth + 1);
		buffer_add_text(out, "{ name = ");
		write_text(out, pair->name);
		buffer_add_text(out, map ? "; value = " : "; label = ");
		if (option->secret && option_name_is_secret(pair->name) && *pair->label)
			buffer_add_text(out, "\"***\"");
		else
			write_text(out, pair->label);
		buffer_add_text(out, "; }");
	}
	buffer_add_text(out, labels->count ? "\n" : " ");
	indent(out, labels->count ? depth : 0);
	buffer_add_text(out, ")");
}

static void write_value(struct buffer *out, const struct config_option *option, const void *member,
			int depth)
{
	const char *text = is_text(option) ? *(const char *const *)member : NULL;

	switch (option->kind) {
	case OPTION_KIND_TEXT:
	case OPTION_KIND_TEMPLATE:
		if (option->secret && text)
			write_secret(out, text);
		else
			write_text(out, text ? text : "");
		break;
	case OPTION_KIND_INT:
		write_int(out, *(const int64_t *)member);
		break;
	case OPTION_KIND_NUMBER:
		write_number(out, *(const double *)member);
		break;
	case OPTION_KIND_BOOL:
		buffer_add_text(out, *(const bool *)member ? "true" : "false");
		break;
	case OPTION_KIND_DURATION:
		buffer_add_char(out, '"');
		option_write_duration(out, *(const int64_t *)member);
		buffer_add_char(out, '"');
		break;
	case OPTION_KIND_CHOICE:
		write_text(out, option->choices[*(const int *)member]);
		break;
	case OPTION_KIND_TEXTS:
		write_texts(out, member);
		break;
	case OPTION_KIND_LABELS:
	case OPTION_KIND_MAP:
		write_pairs(out, option, member, depth);
		break;
	case OPTION_KIND_END:
		break;
	}
}

void option_write_type(struct buffer *out, const struct config_option *option)
{
	const struct labels *labels = option->default_labels;
	bool quoted = is_text(option) || option->kind == OPTION_KIND_TEXTS;

	buffer_add_text(out, " (");
	option_describe(option, out);
	if (labels) {
		for (size_t i = 0; i < labels->count; i++)
			buffer_printf(out, "%s%s=%s", i ? "," : ", default ", labels->items[i].name,
				      labels->items[i].label);
	} else if (option->default_text) {
		buffer_add_text(out, ", default ");
		if (option->secret)
			write_secret(out, option->default_text);
		else if (quoted)
			write_text(out, option->default_text);
		else
			buffer_add_text(out, option->default_text);
	}
	buffer_add_char(out, ')');
}

static void write_comment(struct buffer *out, const struct config_option *option, int depth)
{
	indent(out, depth);
	buffer_add_text(out, "# ");
	buffer_add_text(out, option->help ? option->help : option->name);
	option_write_type(out, option);
	buffer_add_char(out, '\n');
}

static void write_leaf(const struct printer *printer, const struct option_cursor *at,
		       const char *name, int depth)
{
	const struct config_option *option = at->option;
	const void *member = printer->config + at->offset;
	bool unset = is_text(option) && !*(const char *const *)member;
	struct buffer *out = printer->out;

	write_comment(out, option, depth);
	indent(out, depth);
	buffer_printf(out, "%s%s = ", unset ? "# " : "", name);
	write_value(out, option, member, depth);
	buffer_add_text(out, ";");
	if (printer->origins) {
		const char *origin = printer->origins->items[at->place - 1];

		buffer_printf(out, "  # %s", origin ? origin : "default");
	}
	buffer_add_char(out, '\n');
}

/* Whether an option before `at` begins with the same `length` characters. */
static bool is_first(const struct printer *printer, const struct option_cursor *at, size_t length)
{
	for (struct option_cursor before = { .group = printer->groups }; option_next(&before);) {
		if (before.option == at->option && before.offset == at->offset)
			return true;
		if (strncmp(before.option->name, at->option->name, length) == 0)
			return false;
	}
	return true;
}

/* The options whose names begin with prefix[0..length), which ends with a dot or is empty. */
static void print_below(const struct printer *printer, const char *prefix, size_t length, int depth)
{
	struct buffer *out = printer->out;
	bool separate = false;

	for (struct option_cursor at = { .group = printer->groups }; option_next(&at);) {
		const char *name = at.option->name;

		if (strncmp(name, prefix, length) != 0)
			continue;
		size_t part = strcspn(name + length, ".");
		bool leaf = name[length + part] == '\0';
		if (!leaf && !is_first(printer, &at, length + part + 1))
			continue;
		if (separate && (!leaf || depth == 0))
			buffer_add_char(out, '\n');
		separate = true;
		if (leaf) {
			write_leaf(printer, &at, name + length, depth);
			continue;
		}
		indent(out, depth);
		buffer_printf(out, "%.*s = {\n", (int)part, name + length);
		print_below(printer, name, length + part + 1, depth + 1);
		indent(out, depth);
		buffer_add_text(out, "};\n");
	}
}

void options_print(const struct option_group *groups, const void *config, FILE *out)
{
	options_print_origins(groups, config, NULL, out);
}

void options_print_origins(const struct option_group *groups, const void *config,
			   const struct option_origins *origins, FILE *out)
{
	struct buffer text = { 0 };
	struct printer printer = {
		.groups = groups, .config = config, .origins = origins, .out = &text
	};

	buffer_add_text(&text, "");
	print_below(&printer, "", 0, 0);
	fwrite(text.bytes, 1, text.length, out);
	buffer_release(&text);
}

void options_help(const struct option_group *groups, FILE *out)
{
	struct buffer text = { 0 };
	size_t width = 0;

	buffer_add_text(&text, "");
	for (struct option_cursor at = { .group = groups }; option_next(&at);) {
		size_t length = strlen(at.option->name);

		width = length > width ? length : width;
	}
	for (struct option_cursor at = { .group = groups }; option_next(&at);) {
		buffer_printf(&text, "  %-*s  %s", (int)width, at.option->name,
			      at.option->help ? at.option->help : "");
		option_write_type(&text, at.option);
		buffer_add_char(&text, '\n');
	}
	fwrite(text.bytes, 1, text.length, out);
	buffer_release(&text);
}
