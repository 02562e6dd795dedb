/*
 * Loading, in the order in which a later source overrides an earlier one: defaults, file,
 * environment, --set. Every source is read to its end and every finding goes into one report, also
 * of values that a later source overrides. A MAP collects: a later source replaces the names that
 * it gives and keeps the others.
 */
#include <ctype.h>
#include <stdarg.h>

#include "nearest.h"
#include "options_internal.h"

#define ENVIRONMENT_PREFIX "GROWTH_"
#define SUGGESTION_DISTANCE 3
#define SUGGESTION_LENGTH 100 /* longer keys are not typing errors */
#define MISSPELT_DISTANCE 2 /* of a variable: other programs may have GROWTH_ names of their own */
#define MISSPELT_LENGTH 8

bool option_next(struct option_cursor *cursor)
{
	if (cursor->option)
		cursor->option++;
	else if (cursor->group)
		cursor->option = cursor->group->options;
	while (cursor->option && cursor->option->kind == OPTION_KIND_END) {
		cursor->group++;
		cursor->option = cursor->group->options;
	}
	if (!cursor->option)
		return false;
	cursor->place++;
	cursor->offset = cursor->group->offset + cursor->option->offset;
	return true;
}

bool option_find(const struct option_group *groups, const char *key,
		 struct option_cursor *ret_found, const char **ret_below)
{
	bool found = false;

	for (struct option_cursor at = { .group = groups }; option_next(&at);) {
		size_t length = strlen(at.option->name);
		bool below = at.option->kind == OPTION_KIND_MAP && strlen(key) > length &&
			     key[length] == '.';

		if (strncmp(at.option->name, key, length) != 0 || (key[length] && !below))
			continue;
		*ret_found = at;
		*ret_below = below ? key + length + 1 : NULL;
		found = true;
		if (!below)
			break; /* an option of its own goes before a map with a shorter name */
	}
	return found;
}

bool option_has_below(const struct option_group *groups, const char *key)
{
	size_t length = strlen(key);

	for (struct option_cursor at = { .group = groups }; option_next(&at);)
		if (strncmp(at.option->name, key, length) == 0 && at.option->name[length] == '.')
			return true;
	return false;
}

void options_complain(struct options_reader *reader, const char *format, ...)
{
	va_list arguments;
	char line[sizeof(reader->err->text)];

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	err_append(reader->err, ERR_USAGE, "%s", line);
	reader->failed = true;
}

/* How much of the key is to be compared with the option's name: of a map, as many parts as its name
 * has. */
static size_t compared_length(const struct config_option *option, const char *key)
{
	size_t length = strcspn(key, ".");

	if (option->kind != OPTION_KIND_MAP)
		return strlen(key);
	for (const char *dot = strchr(option->name, '.'); dot && key[length];
	     dot = strchr(dot + 1, '.'))
		length += 1 + strcspn(key + length + 1, ".");
	return length;
}

static void suggest(const struct option_group *groups, const char *key, struct arena *arena,
		    size_t *distance, const char **suggestion)
{
	for (struct option_cursor at = { .group = groups }; option_next(&at);) {
		const char *name = at.option->name;
		size_t length = compared_length(at.option, key);
		size_t found = length <= SUGGESTION_LENGTH ? nearest_edits(key, length, name)
							   : SIZE_MAX / 2;

		if (found >= *distance || 2 * found >= length) /* "ratio" is not meant by "batch" */
			continue;
		*distance = found;
		*suggestion = arena_printf(arena, "%s%s", name, key + length);
	}
}

void options_unknown_key(struct options_reader *reader, const char *where, const char *key,
			 const struct option_group *more)
{
	size_t distance = SUGGESTION_DISTANCE + 1;
	const char *suggestion = NULL;

	suggest(reader->groups, key, reader->arena, &distance, &suggestion);
	suggest(more, key, reader->arena, &distance, &suggestion);
	key = option_excerpt(key, reader->arena);
	if (suggestion)
		options_complain(reader, "%s: unknown key \"%s\"; did you mean \"%s\"?", where, key,
				 option_excerpt(suggestion, reader->arena));
	else
		options_complain(reader, "%s: unknown key \"%s\"", where, key);
}

void options_note_origin(struct options_reader *reader, const struct option_cursor *at,
			 const char *origin)
{
	const char **noted = reader->origins ? &reader->origins->items[at->place - 1] : NULL;

	if (!noted)
		return;
	if (at->option->kind == OPTION_KIND_MAP && *noted && !strstr(*noted, origin))
		origin = arena_printf(reader->arena, "%s, %s", *noted, origin);
	else if (at->option->kind == OPTION_KIND_MAP && *noted)
		origin = *noted;
	*noted = origin;
}

/* "--set batch.max" is enough of it as "--set". */
static const char *origin_of(const char *where)
{
	return strncmp(where, "--set", strlen("--set")) == 0 ? "--set" : where;
}

/* A value written as text, from whatever source but a file. */
static void load_text(struct options_reader *reader, const struct option_cursor *at,
		      const char *where, const char *text)
{
	struct buffer expected = { 0 };

	options_note_origin(reader, at, origin_of(where));
	if (option_parse(at->option, text, reader->arena, reader->config + at->offset))
		return;
	option_describe(at->option, &expected);
	if (at->option->secret)
		options_complain(reader, "%s: %s expected", where, expected.bytes);
	else
		options_complain(reader, "%s: %s expected, \"%s\" found%s", where, expected.bytes,
				 option_excerpt(text, reader->arena),
				 option_problem(at->option, text, reader->arena));
	buffer_release(&expected);
}

static void load_pair(struct options_reader *reader, const struct option_cursor *at,
		      const char *where, struct label pair)
{
	if (!pair.name || !*pair.name)
		options_complain(reader, "%s: a name below %s expected", where, at->option->name);
	else
		option_put_label((struct labels *)(reader->config + at->offset), pair,
				 reader->arena);
	options_note_origin(reader, at, origin_of(where));
}

static void load_default(struct options_reader *reader, const struct option_cursor *at)
{
	static const size_t sizes[] = {
		[OPTION_KIND_TEXT] = sizeof(const char *),
		[OPTION_KIND_TEMPLATE] = sizeof(const char *),
		[OPTION_KIND_INT] = sizeof(int64_t),
		[OPTION_KIND_NUMBER] = sizeof(double),
		[OPTION_KIND_BOOL] = sizeof(bool),
		[OPTION_KIND_DURATION] = sizeof(int64_t),
		[OPTION_KIND_CHOICE] = sizeof(int),
		[OPTION_KIND_LABELS] = sizeof(struct labels),
		[OPTION_KIND_TEXTS] = sizeof(struct texts),
		[OPTION_KIND_MAP] = sizeof(struct labels),
	};
	const struct config_option *option = at->option;

	memset(reader->config + at->offset, 0, sizes[option->kind]);
	if (option->default_labels)
		*(struct labels *)(reader->config + at->offset) = *option->default_labels;
	else if (option->default_text)
		load_text(reader, at, arena_printf(reader->arena, "default of %s", option->name),
			  option->default_text);
}

/* Whether the variable (without its prefix) is the option's; of a map *ret_below is the rest of the
 * variable's name. */
static bool is_variable_of(const struct config_option *option, const char *variable, size_t length,
			   const char **ret_below)
{
	size_t name_length = strlen(option->name);

	if (length < name_length)
		return false;
	for (size_t i = 0; i < name_length; i++) {
		char wanted = option->name[i];

		if (variable[i] != (strchr(".-", wanted) ? '_' : toupper((unsigned char)wanted)))
			return false;
	}
	bool below = option->kind == OPTION_KIND_MAP && length > name_length &&
		     variable[name_length] == '_';
	*ret_below = below ? variable + name_length + 1 : NULL;
	return below || length == name_length;
}

/* SECURITY_PROTOCOL -> security.protocol */
static const char *dotted(struct arena *arena, const char *below, const char *end)
{
	char *name = arena_strndup(arena, below, (size_t)(end - below));

	for (char *c = name; *c; c++)
		*c = (char)(*c == '_' ? '.' : tolower((unsigned char)*c));
	return name;
}

/* batch.max -> GROWTH_BATCH_MAX */
static const char *variable_of(const struct config_option *option, struct arena *arena)
{
	char *name = arena_printf(arena, ENVIRONMENT_PREFIX "%s", option->name);

	for (char *c = name; *c; c++)
		*c = (char)(strchr(".-", *c) ? '_' : toupper((unsigned char)*c));
	return name;
}

/* A name that is no option's, here or elsewhere, but nearly one of ours: who wrote it believes that
 * it is in force. */
static void refuse_misspelt(struct options_reader *reader, const char *variable, size_t length)
{
	const char *below;

	if (length < MISSPELT_LENGTH + strlen(ENVIRONMENT_PREFIX) || length > SUGGESTION_LENGTH)
		return;
	for (struct option_cursor at = { .group = reader->known }; option_next(&at);)
		if (is_variable_of(at.option, variable + strlen(ENVIRONMENT_PREFIX),
				   length - strlen(ENVIRONMENT_PREFIX), &below))
			return;
	for (struct option_cursor at = { .group = reader->groups }; option_next(&at);) {
		const char *name = variable_of(at.option, reader->arena);

		if (nearest_edits(variable, length, name) > MISSPELT_DISTANCE)
			continue;
		options_complain(reader, "environment %.*s: unknown key; did you mean %s?",
				 (int)length, variable, name);
		return;
	}
}

static void load_variable(struct options_reader *reader, const char *variable)
{
	const char *name = variable + strlen(ENVIRONMENT_PREFIX);
	const char *equals = strchr(name, '=');
	struct option_cursor map = { 0 };
	const char *below;
	const char *map_below = NULL;

	if (!equals)
		return;
	const char *where =
		arena_printf(reader->arena, "environment %.*s", (int)(equals - variable), variable);
	for (struct option_cursor at = { .group = reader->groups }; option_next(&at);) {
		if (!is_variable_of(at.option, name, (size_t)(equals - name), &below))
			continue;
		if (at.option->kind != OPTION_KIND_MAP) {
			/* An option of its own goes before a map with a shorter name. */
			load_text(reader, &at, where, equals + 1);
			return;
		}
		map = at;
		map_below = below;
	}
	if (map.option) {
		struct label pair = { map_below ? dotted(reader->arena, map_below, equals) : NULL,
				      arena_strdup(reader->arena, equals + 1) };
		load_pair(reader, &map, where, pair);
	} else {
		refuse_misspelt(reader, variable, (size_t)(equals - variable));
	}
}

static void load_setting(struct options_reader *reader, const struct option_setting *setting)
{
	const char *where = arena_printf(reader->arena, "--set %s",
					 option_excerpt(setting->key, reader->arena));
	struct option_cursor at;
	const char *below;

	if (!option_find(reader->groups, setting->key, &at, &below))
		options_unknown_key(reader, "--set", setting->key, NULL);
	else if (at.option->kind == OPTION_KIND_MAP)
		load_pair(reader, &at, where,
			  (struct label){ arena_strdup(reader->arena, below),
					  arena_strdup(reader->arena, setting->value) });
	else
		load_text(reader, &at, where, setting->value);
}

/* As long as the tables, nothing noted yet. */
static struct option_origins *new_origins(const struct option_group *groups,
					  struct option_origins *origins, struct arena *arena)
{
	size_t count = 0;

	if (!origins)
		return NULL;
	for (struct option_cursor at = { .group = groups }; option_next(&at);)
		count = at.place;
	*origins = (struct option_origins){ arena_array(arena, const char *, count), count };
	return origins;
}

/* `known` without the sections that are not only others': in these a key that is not in our table
 * is a mistake. */
static const struct option_group *others_of(const struct option_group *groups,
					    const struct option_group *known, struct arena *arena)
{
	struct config_option *others;
	struct option_group *group = arena_array(arena, struct option_group, 2);
	size_t count = 0;

	for (struct option_cursor at = { .group = known }; option_next(&at);)
		count = at.place;
	others = arena_array(arena, struct config_option, count + 1);
	count = 0;
	for (struct option_cursor at = { .group = known }; option_next(&at);)
		if (at.option->kind != OPTION_KIND_MAP ||
		    !option_has_below(groups, at.option->name))
			others[count++] = *at.option;
	others[count].kind = OPTION_KIND_END;
	*group = (struct option_group){ others, 0 };
	return group;
}

bool options_load(const struct option_group *groups, const struct option_group *known,
		  const struct option_sources *sources, void *config, struct arena *arena,
		  struct err *err)
{
	struct options_reader reader = {
		.groups = groups,
		.known = others_of(groups, known, arena),
		.config = config,
		.arena = arena,
		.err = err,
	};

	for (struct option_cursor at = { .group = groups }; option_next(&at);)
		load_default(&reader, &at);
	reader.origins = new_origins(groups, sources->ret_origins, arena);
	if (sources->file)
		options_read_file(&reader, sources->file);
	for (const char *const *variable = sources->environment; variable && *variable;
	     variable++) {
		if (strncmp(*variable, ENVIRONMENT_PREFIX, strlen(ENVIRONMENT_PREFIX)) == 0)
			load_variable(&reader, *variable);
	}
	for (size_t i = 0; i < sources->settings_count; i++)
		load_setting(&reader, &sources->settings[i]);
	return !reader.failed;
}
