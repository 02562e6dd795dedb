/*
 * Configuration as text: a line that begins with GROWTH_ is an environment variable, every other
 * KEY=VALUE a --set.
 */
#include "fuzz_options.h"

#define LINES_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *environment[LINES_MAX + 1] = { NULL };
	struct option_setting settings[LINES_MAX];
	struct option_sources sources = { .environment = environment, .settings = settings };
	size_t variables = 0;
	struct arena arena;
	char *text, *line;

	arena_init(&arena);
	text = arena_strndup(&arena, (const char *)data, size);
	while ((line = strsep(&text, "\n"))) {
		char *equals = strchr(line, '=');

		if (strncmp(line, "GROWTH_", 7) == 0 && variables < LINES_MAX) {
			environment[variables++] = arena_strdup(&arena, line);
		} else if (equals && sources.settings_count < LINES_MAX) {
			settings[sources.settings_count++] = (struct option_setting){
				.key = arena_strndup(&arena, line, (size_t)(equals - line)),
				.value = arena_strdup(&arena, equals + 1),
			};
		}
	}
	fuzz_load(&sources, &arena);
	arena_release(&arena);
	return 0;
}
