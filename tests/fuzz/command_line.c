/*
 * A worker's command line, an argument a line: it is refused, or says which file, which settings
 * and what is wanted; the settings are those that were given, in their order, and go on to the
 * options.
 */
#include "arguments.h"
#include "fuzz_options.h"

#define ARGUMENTS_MAX 100

/* Each --set is found again among the lines: its key, '=' and its value, at the end of one of
 * them. */
static void check_settings(const struct arguments *arguments, const char *const *lines, int count)
{
	holds(arguments->count <= SETTINGS_MAX, "%zu settings", arguments->count);
	for (size_t i = 0; i < arguments->count; i++) {
		const struct option_setting *setting = &arguments->settings[i];
		size_t key = strlen(setting->key), length = key + 1 + strlen(setting->value);
		bool found = false;

		holds(!strchr(setting->key, '='), "'=' in the key %s", setting->key);
		for (int k = 1; k < count && !found; k++) {
			size_t whole = strlen(lines[k]);
			const char *end = lines[k] + whole - (whole < length ? whole : length);

			found = whole >= length && strncmp(end, setting->key, key) == 0 &&
				end[key] == '=' && strcmp(end + key + 1, setting->value) == 0;
		}
		holds(found, "%s=%s was not given", setting->key, setting->value);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *argv[ARGUMENTS_MAX + 1] = { NULL };
	const char *lines[ARGUMENTS_MAX];
	struct arguments arguments;
	struct arena arena;
	char *text, *line;
	int count = 0;

	arena_init(&arena);
	argv[count++] = arena_strdup(&arena, "matcher");
	text = arena_strndup(&arena, (const char *)data, size);
	while (count < ARGUMENTS_MAX && (line = strsep(&text, "\n"))) {
		lines[count] = arena_strdup(&arena, line);
		argv[count++] = arena_strdup(&arena, line);
	}
	if (arguments_parse(&arguments, count, argv, "matcher: a worker", true)) {
		check_settings(&arguments, lines, count);
		fuzz_load(&(struct option_sources){ .settings = arguments.settings,
						    .settings_count = arguments.count },
			  &arena);
	}
	arena_release(&arena);
	return 0;
}
