/* A command's options as argp wants them, and back: argp knows an option by its letter or, without
 * one, by its place in the table. */
#include "usage.h"

#include <errno.h>

#include "decide_positions.h"

#define KEY_FIRST 0x2000 /* above all letters, and apart from the keys of every command */

static int key_of(const struct usage *usage, const struct usage_option *option)
{
	return option->key ? option->key : KEY_FIRST + (int)(option - usage->options);
}

int64_t usage_number(struct argp_state *state, const struct usage_option *option, const char *text)
{
	char *end;
	long long number;

	errno = 0;
	number = strtoll(text, &end, 10);
	if (errno || end == text || *end || number < option->low || number > option->high)
		argp_error(state, "--%s wants a whole number from %lld to %lld, not '%s'",
			   option->name, (long long)option->low, (long long)option->high, text);
	return number;
}

static int64_t duration_of(struct argp_state *state, const struct usage_option *option,
			   const char *text)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = { { "", 1000 }, { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 } };
	char *end;
	long long number = strtoll(text, &end, 10);

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (end > text && number >= 0 && number < 1000000 &&
		    strcmp(end, units[i].unit) == 0)
			return number * units[i].ms;
	argp_error(state, "--%s wants a duration such as 30s or 2m, not '%s'", option->name, text);
	return 0;
}

static struct optional_time time_of(struct argp_state *state, const struct usage_option *option,
				    const char *text)
{
	struct optional_time time = { .present = true };

	if (!time_parse(text, &time.value))
		argp_error(state, "--%s wants a time such as %s, not '%s'", option->name,
			   option->example, text);
	return time;
}

static void take_option(struct argp_state *state, const struct usage_option *option,
			const char *text, void *member)
{
	switch (option->kind) {
	case USAGE_KIND_FLAG:
	case USAGE_KIND_OFF:
		*(bool *)member = option->kind == USAGE_KIND_FLAG;
		break;
	case USAGE_KIND_TEXT:
		*(const char **)member = text;
		break;
	case USAGE_KIND_NUMBER:
		*(int64_t *)member = usage_number(state, option, text);
		break;
	case USAGE_KIND_DURATION:
		*(int64_t *)member = duration_of(state, option, text);
		break;
	case USAGE_KIND_TIME:
		*(struct optional_time *)member = time_of(state, option, text);
		break;
	case USAGE_KIND_OWN:
		option->parse(state, option, text, member);
		break;
	case USAGE_KIND_END:
	case USAGE_KIND_GROUP:
		break;
	}
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	const struct usage_input *input = state->input;
	const struct usage *usage = input->usage;

	if (key == ARGP_KEY_ARG)
		return usage->take && usage->take(state, text, input->into) ? 0 : ARGP_ERR_UNKNOWN;
	if (key == ARGP_KEY_END && usage->check)
		usage->check(state, input->into);
	for (const struct usage_option *option = usage->options; option->kind; option++) {
		if (key != key_of(usage, option))
			continue;
		take_option(state, option, text, (char *)input->into + option->offset);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

struct argp usage_argp(const struct usage *usage, struct arena *arena)
{
	struct argp_option *options;
	size_t count = 0, used = 0;
	int group = 0;

	while (usage->options[count].kind)
		count++;
	options = arena_array(arena, struct argp_option, count + 1);
	for (const struct usage_option *from = usage->options; from->kind; from++) {
		if (from->kind == USAGE_KIND_GROUP)
			group++;
		else
			options[used++] = (struct argp_option){
				.name = from->name,
				.key = key_of(usage, from),
				.arg = from->placeholder,
				.flags = from->text_optional ? OPTION_ARG_OPTIONAL : 0,
				.doc = from->help,
				.group = group,
			};
	}
	options[used] = (struct argp_option){ 0 };
	return (struct argp){
		.options = options,
		.parser = parse,
		.args_doc = usage->arguments,
		.doc = usage->doc,
	};
}
