/*
 * One value: from the text that a person wrote to the member that the option describes, and what an
 * option takes, in words. A value in a file that is a number or a boolean comes through here as
 * text as well, so that ranges are checked in one place.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <strings.h>

#include "options_internal.h"
#include "template.h"
#include "utf8.h"

#define EXCERPT_LENGTH 80
#define NO_LIMIT 9.2e18 /* a bound that no int64_t can pass is none */

struct duration_unit {
	const char *name;
	int64_t milliseconds;
};

static const struct duration_unit units[] = {
	{ "d", 86400000 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 },
};

static bool in_range(const struct config_option *option, double value)
{
	bool any = option->minimum == 0 && option->maximum == 0;

	return any || (value >= option->minimum && value <= option->maximum);
}

static bool parse_int(const struct config_option *option, const char *text, int64_t *ret_value)
{
	const char *digits = *text == '-' || *text == '+' ? text + 1 : text;
	char *end;

	if (!isdigit((unsigned char)*digits)) /* strtoll() would take blanks in front */
		return false;
	errno = 0;
	int64_t value = strtoll(text, &end, 10);
	if (errno || *end || !in_range(option, (double)value))
		return false;
	*ret_value = value;
	return true;
}

static bool parse_number(const struct config_option *option, const char *text, double *ret_value)
{
	char *end;

	/* strtod() would take blanks in front, "inf", "nan" and hexadecimal */
	if (!*text || text[strspn(text, "+-.0123456789eE")])
		return false;
	double value = strtod(text, &end);
	if (*end || end == text || !isfinite(value) || !in_range(option, value))
		return false;
	*ret_value = value;
	return true;
}

static bool parse_bool(const char *text, bool *ret_value)
{
	static const char *const yes[] = { "true", "yes", "on", "1" };
	static const char *const no[] = { "false", "no", "off", "0" };

	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++) {
		if (strcasecmp(text, yes[i]) && strcasecmp(text, no[i]))
			continue;
		*ret_value = strcasecmp(text, yes[i]) == 0;
		return true;
	}
	return false;
}

static bool parse_duration(const struct config_option *option, const char *text, int64_t *ret_value)
{
	char *suffix;
	int64_t unit = 0;
	int64_t value;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	int64_t count = strtoll(text, &suffix, 10);
	if (errno)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (strcmp(*suffix ? suffix : "ms", units[i].name) == 0)
			unit = units[i].milliseconds;
	}
	if (!unit || __builtin_mul_overflow(count, unit, &value) ||
	    !in_range(option, (double)value))
		return false;
	*ret_value = value;
	return true;
}

static bool parse_choice(const struct config_option *option, const char *text, int *ret_value)
{
	for (int i = 0; option->choices[i]; i++) {
		if (strcmp(option->choices[i], text) == 0) {
			*ret_value = i;
			return true;
		}
	}
	return false;
}

/* The next item of "a, b" without the blanks around it; false at the end. Moves *text behind it. */
static bool next_item(const char **text, struct arena *arena, char **ret_item)
{
	const char *start = *text;

	if (!start)
		return false;
	size_t length = strcspn(start, ",");
	*text = start[length] ? start + length + 1 : NULL;
	while (length && isspace((unsigned char)*start))
		start++, length--;
	while (length && isspace((unsigned char)start[length - 1]))
		length--;
	*ret_item = arena_strndup(arena, start, length);
	return true;
}

static bool parse_texts(const char *text, struct arena *arena, struct texts *ret_texts)
{
	struct texts texts = { 0 };
	const char *rest = *text ? text : NULL;
	char *item;

	while (next_item(&rest, arena, &item)) {
		if (!*item)
			return false;
		texts.items = arena_grow(arena, texts.items, texts.count, texts.count + 1,
					 sizeof(*texts.items));
		texts.items[texts.count++] = item;
	}
	*ret_texts = texts;
	return true;
}

static bool parse_labels(const char *text, struct arena *arena, struct labels *ret_labels)
{
	struct labels labels = { 0 };
	const char *rest = *text ? text : NULL;
	char *item;

	while (next_item(&rest, arena, &item)) {
		char *equals = strchr(item, '=');

		if (!equals || equals == item)
			return false;
		*equals = '\0';
		if (!option_put_label(&labels, (struct label){ item, equals + 1 }, arena))
			return false;
	}
	*ret_labels = labels;
	return true;
}

static bool parse_template(const struct config_option *option, const char *text,
			   struct arena *arena, const char **ret_template)
{
	struct err err = { 0 };

	if (!template_check(text, option->arguments, &err))
		return false;
	*ret_template = arena_strdup(arena, text);
	return true;
}

const char *option_problem(const struct config_option *option, const char *text,
			   struct arena *arena)
{
	struct err err = { 0 };

	if (option->kind != OPTION_KIND_TEMPLATE || template_check(text, option->arguments, &err))
		return "";
	return arena_printf(arena, ": %s", err.text);
}

bool option_parse(const struct config_option *option, const char *text, struct arena *arena,
		  void *member)
{
	switch (option->kind) {
	case OPTION_KIND_TEXT:
		*(const char **)member = arena_strdup(arena, text);
		return true;
	case OPTION_KIND_TEMPLATE:
		return parse_template(option, text, arena, member);
	case OPTION_KIND_INT:
		return parse_int(option, text, member);
	case OPTION_KIND_NUMBER:
		return parse_number(option, text, member);
	case OPTION_KIND_BOOL:
		return parse_bool(text, member);
	case OPTION_KIND_DURATION:
		return parse_duration(option, text, member);
	case OPTION_KIND_CHOICE:
		return parse_choice(option, text, member);
	case OPTION_KIND_LABELS:
		return parse_labels(text, arena, member);
	case OPTION_KIND_TEXTS:
		return parse_texts(text, arena, member);
	case OPTION_KIND_MAP:
	case OPTION_KIND_END:
		break;
	}
	return false;
}

bool option_put_label(struct labels *labels, struct label label, struct arena *arena)
{
	/* A copy each time: the items in place may be a table of defaults. */
	struct label *items =
		arena_grow(arena, labels->items, labels->count, labels->count + 1, sizeof(label));
	size_t at = 0;

	while (at < labels->count && strcmp(items[at].name, label.name) != 0)
		at++;
	items[at] = label;
	labels->items = items;
	if (at < labels->count)
		return false;
	labels->count++;
	return true;
}

const char *option_excerpt(const char *text, struct arena *arena)
{
	size_t length = strlen(text);
	size_t cut = utf8_cut(text, length, EXCERPT_LENGTH);

	return cut == length ? text : arena_printf(arena, "%.*s…", (int)cut, text);
}

void option_write_duration(struct buffer *out, int64_t milliseconds)
{
	const struct duration_unit *unit = units;

	if (milliseconds == 0) {
		buffer_add_text(out, "0s");
		return;
	}
	while (milliseconds % unit->milliseconds)
		unit++;
	buffer_printf(out, "%lld%s", (long long)(milliseconds / unit->milliseconds), unit->name);
}

void option_write_number(struct buffer *out, double number)
{
	char text[32];

	for (int precision = 15; precision <= 17; precision++) {
		snprintf(text, sizeof(text), "%.*g", precision, number);
		if (strtod(text, NULL) == number)
			break;
	}
	buffer_add_text(out, text);
}

static void describe_bound(const struct config_option *option, double bound, struct buffer *out)
{
	if (option->kind == OPTION_KIND_DURATION)
		option_write_duration(out, (int64_t)bound);
	else
		option_write_number(out, bound);
}

static void describe_range(const struct config_option *option, struct buffer *out)
{
	bool low = option->minimum > -NO_LIMIT;
	bool high = option->maximum < NO_LIMIT;

	if ((!low && !high) || (option->minimum == 0 && option->maximum == 0))
		return;
	buffer_add_text(out, low && high ? " " : low ? " of at least " : " of at most ");
	if (low)
		describe_bound(option, option->minimum, out);
	if (low && high)
		buffer_add_text(out, "..");
	if (high)
		describe_bound(option, option->maximum, out);
}

/* " with {from} {to}" */
static void describe_arguments(const char *arguments, struct buffer *out)
{
	if (*arguments)
		buffer_add_text(out, " with");
	for (const char *at = arguments; *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");
		size_t mark = *at == '#';

		buffer_printf(out, " {%.*s}", (int)(length - mark), at + mark);
		at += length;
	}
}

void option_describe(const struct config_option *option, struct buffer *out)
{
	static const char *const words[] = {
		[OPTION_KIND_TEXT] = "text",
		[OPTION_KIND_TEMPLATE] = "template",
		[OPTION_KIND_INT] = "integer",
		[OPTION_KIND_NUMBER] = "number",
		[OPTION_KIND_BOOL] = "true or false",
		[OPTION_KIND_DURATION] = "duration",
		[OPTION_KIND_CHOICE] = "one of",
		[OPTION_KIND_LABELS] = "name=label,name=label with each name once",
		[OPTION_KIND_TEXTS] = "list of texts",
		[OPTION_KIND_MAP] = "names and values",
	};

	buffer_add_text(out, words[option->kind]);
	if (option->kind == OPTION_KIND_CHOICE) {
		for (int i = 0; option->choices[i]; i++)
			buffer_printf(out, "%s %s", i ? "," : "", option->choices[i]);
	}
	if (option->kind == OPTION_KIND_TEMPLATE)
		describe_arguments(option->arguments, out);
	describe_range(option, out);
}
