#include "complete.h"

#include "options_internal.h"

void complete_offer(FILE *out, const char *word, const char *candidate, const char *meaning)
{
	if (strncmp(candidate, word, strlen(word)) != 0)
		return;
	fputs(candidate, out);
	if (meaning && *meaning)
		fprintf(out, "\t%s", meaning);
	fputc('\n', out);
}

static void offer_behind(FILE *out, const char *word, const char *before, const char *name,
			 const char *after, const char *meaning)
{
	struct buffer candidate = { 0 };

	buffer_printf(&candidate, "%s%s%s", before, name, after);
	complete_offer(out, word, candidate.bytes, meaning);
	buffer_release(&candidate);
}

void complete_names(FILE *out, const char *word, const char *before, const char *const *names)
{
	for (; *names; names++)
		offer_behind(out, word, before, *names, "", NULL);
}

void complete_options(FILE *out, const char *word, const struct argp_option *options)
{
	for (; options->name || options->key; options++) {
		bool needs_value = options->arg && !(options->flags & OPTION_ARG_OPTIONAL);

		if (options->name && !(options->flags & OPTION_HIDDEN))
			offer_behind(out, word, "--", options->name, needs_value ? "=" : "",
				     options->doc);
	}
}

void complete_setting(FILE *out, const char *word, const char *before,
		      const struct option_group *groups)
{
	static const char *const truths[] = { "true", "false", NULL };

	for (struct option_cursor at = { .group = groups }; option_next(&at);) {
		struct buffer key = { 0 };
		bool map = at.option->kind == OPTION_KIND_MAP;

		buffer_printf(&key, "%s%s%s", before, at.option->name, map ? "." : "=");
		if (strncmp(word, key.bytes, key.length) != 0)
			complete_offer(out, word, key.bytes, at.option->help);
		else if (at.option->kind == OPTION_KIND_BOOL)
			complete_names(out, word, key.bytes, truths);
		else if (at.option->kind == OPTION_KIND_CHOICE)
			complete_names(out, word, key.bytes, at.option->choices);
		buffer_release(&key);
	}
}

static const struct argp_option *find_key(int key, const struct argp_option *const *tables)
{
	for (; *tables; tables++)
		for (const struct argp_option *option = *tables; option->name || option->key;
		     option++)
			if (option->arg && option->key == key)
				return option;
	return NULL;
}

static const struct argp_option *find(const char *name, size_t length,
				      const struct argp_option *const *tables)
{
	for (; *tables; tables++)
		for (const struct argp_option *option = *tables; option->name || option->key;
		     option++)
			if (option->arg && option->name && strlen(option->name) == length &&
			    memcmp(option->name, name, length) == 0)
				return option;
	return NULL;
}

const struct argp_option *complete_value_of(int count, char *const *words,
					    const struct argp_option *const *tables,
					    const char **ret_before, struct arena *arena)
{
	const char *word = words[count - 1], *former = count > 1 ? words[count - 2] : "";
	const char *equals = strncmp(word, "--", 2) == 0 ? strchr(word, '=') : NULL;
	const struct argp_option *found;

	*ret_before = "";
	if (equals) {
		*ret_before = arena_strndup(arena, word, (size_t)(equals + 1 - word));
		return find(word + 2, (size_t)(equals - word - 2), tables);
	}
	if (strncmp(former, "--", 2) == 0)
		found = find(former + 2, strlen(former + 2), tables);
	else
		found = former[0] == '-' && strlen(former) == 2 ? find_key(former[1], tables)
								: NULL;
	return found && !(found->flags & OPTION_ARG_OPTIONAL) ? found : NULL;
}
