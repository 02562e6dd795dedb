/*
 * Reading a file. libconfig parses the text, then a walk over its tree turns nested groups into
 * dotted keys. The bytes are read here: libconfig itself ends the process when a read fails (of a
 * directory, say). A value goes to option_parse() as text once its type is one that the option
 * takes.
 */
#include <errno.h>
#include <libconfig.h>

#include "options_internal.h"

#define SIZE_LIMIT (1024 * 1024)

/* A group of settings and the dotted key that leads to it. */
struct place {
	struct options_reader *reader;
	const char *file;
	const config_setting_t *setting;
	const char *key;
};

bool options_read_bytes(struct options_reader *reader, const char *path, struct buffer *out)
{
	const char *failure = NULL;
	char chunk[4096];
	size_t length;

	FILE *stream = fopen(path, "re");
	while (stream && out->length <= SIZE_LIMIT &&
	       (length = fread(chunk, 1, sizeof(chunk), stream)) > 0)
		buffer_add(out, chunk, length);
	if (!stream || ferror(stream))
		failure = strerror(errno);
	else if (out->length > SIZE_LIMIT)
		failure = "larger than 1 MiB, that is no configuration";
	else if (out->length && memchr(out->bytes, '\0', out->length))
		failure = "a NUL character inside, that is no configuration";
	if (stream)
		fclose(stream);
	if (failure)
		options_complain(reader, "%s: %s", path, failure);
	return !failure;
}

/* "FILE:LINE", where FILE may be one that the file includes. */
static const char *line_of(const struct place *place)
{
	const char *file = config_setting_source_file(place->setting);

	return arena_printf(place->reader->arena, "%s:%u", file ? file : place->file,
			    config_setting_source_line(place->setting));
}

/* "FILE:LINE: KEY" */
static const char *where(const struct place *place)
{
	return arena_printf(place->reader->arena, "%s: %s", line_of(place),
			    option_excerpt(place->key, place->reader->arena));
}

static const char *joined(const char *above, const char *name, struct arena *arena)
{
	return arena_printf(arena, "%s%s%s", above, *above ? "." : "", name);
}

/* The member or item `index` of a place. */
static struct place inside(const struct place *outer, int index)
{
	struct place inner = *outer;

	inner.setting = config_setting_get_elem(outer->setting, (unsigned)index);
	const char *name = config_setting_name(inner.setting);
	if (name)
		inner.key = joined(outer->key, name, outer->reader->arena);
	return inner;
}

/* A scalar as one would write it after --set; NULL for anything else. */
static const char *scalar_text(const config_setting_t *setting, struct arena *arena)
{
	struct buffer number = { 0 };
	const char *text;

	switch (config_setting_type(setting)) {
	case CONFIG_TYPE_STRING:
		return arena_strdup(arena, config_setting_get_string(setting));
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		return arena_printf(arena, "%lld", config_setting_get_int64(setting));
	case CONFIG_TYPE_BOOL:
		return config_setting_get_bool(setting) ? "true" : "false";
	case CONFIG_TYPE_FLOAT:
		option_write_number(&number, config_setting_get_float(setting));
		text = arena_strdup(arena, number.bytes);
		buffer_release(&number);
		return text;
	default:
		return NULL;
	}
}

/* What stands in the file, in words, its value only when it is no secret. */
static const char *found(const struct place *place, bool secret)
{
	static const char *const words[] = {
		[CONFIG_TYPE_NONE] = "nothing", [CONFIG_TYPE_GROUP] = "group",
		[CONFIG_TYPE_INT] = "integer",  [CONFIG_TYPE_INT64] = "integer",
		[CONFIG_TYPE_FLOAT] = "number", [CONFIG_TYPE_STRING] = "text",
		[CONFIG_TYPE_BOOL] = "boolean", [CONFIG_TYPE_ARRAY] = "array",
		[CONFIG_TYPE_LIST] = "list",
	};
	int type = config_setting_type(place->setting);
	const char *text = secret ? NULL : scalar_text(place->setting, place->reader->arena);
	const char *quote = type == CONFIG_TYPE_STRING ? "\"" : "";

	if (!text)
		return words[type];
	return arena_printf(place->reader->arena, "%s %s%s%s", words[type], quote,
			    option_excerpt(text, place->reader->arena), quote);
}

static bool takes_type(enum option_kind kind, int type)
{
	static const unsigned taken[] = {
		[OPTION_KIND_TEXT] = 1u << CONFIG_TYPE_STRING,
		[OPTION_KIND_TEMPLATE] = 1u << CONFIG_TYPE_STRING,
		[OPTION_KIND_INT] = 1u << CONFIG_TYPE_INT | 1u << CONFIG_TYPE_INT64,
		[OPTION_KIND_NUMBER] = 1u << CONFIG_TYPE_INT | 1u << CONFIG_TYPE_INT64 |
				       1u << CONFIG_TYPE_FLOAT,
		[OPTION_KIND_BOOL] = 1u << CONFIG_TYPE_BOOL,
		[OPTION_KIND_DURATION] = 1u << CONFIG_TYPE_INT | 1u << CONFIG_TYPE_INT64 |
					 1u << CONFIG_TYPE_STRING,
		[OPTION_KIND_CHOICE] = 1u << CONFIG_TYPE_STRING,
	};

	return taken[kind] & 1u << type;
}

static void read_scalar(const struct place *place, const struct config_option *option, void *member)
{
	struct arena *arena = place->reader->arena;
	bool taken = takes_type(option->kind, config_setting_type(place->setting));
	const char *text = scalar_text(place->setting, arena);
	struct buffer expected = { 0 };

	if (taken && option_parse(option, text, arena, member))
		return;
	option_describe(option, &expected);
	options_complain(place->reader, "%s: %s expected, %s found%s", where(place), expected.bytes,
			 found(place, option->secret),
			 taken ? option_problem(option, text, arena) : "");
	buffer_release(&expected);
}

static void read_texts(const struct place *place, struct texts *ret_texts)
{
	int count = config_setting_length(place->setting);
	struct arena *arena = place->reader->arena;

	if (!config_setting_is_array(place->setting) && !config_setting_is_list(place->setting)) {
		options_complain(place->reader, "%s: array of texts expected, %s found",
				 where(place), found(place, false));
		return;
	}
	struct texts texts = { arena_array(arena, const char *, (size_t)count), 0 };
	for (int i = 0; i < count; i++) {
		struct place item = inside(place, i);

		if (config_setting_type(item.setting) == CONFIG_TYPE_STRING)
			texts.items[texts.count++] = scalar_text(item.setting, arena);
		else
			options_complain(place->reader, "%s[%d]: text expected, %s found",
					 where(&item), i, found(&item, false));
	}
	*ret_texts = texts;
}

/* { name = "…"; <second> = "…"; } */
static bool read_pair(const struct place *place, const char *second, bool any_scalar,
		      struct label *ret_pair)
{
	const config_setting_t *name, *value;
	bool group = config_setting_is_group(place->setting) &&
		     config_setting_length(place->setting) == 2;

	if (!group)
		return false;
	name = config_setting_get_member(place->setting, "name");
	value = config_setting_get_member(place->setting, second);
	if (!name || !value || config_setting_type(name) != CONFIG_TYPE_STRING)
		return false;
	if (config_setting_type(value) != CONFIG_TYPE_STRING && !any_scalar)
		return false;
	ret_pair->name = scalar_text(name, place->reader->arena);
	ret_pair->label = scalar_text(value, place->reader->arena);
	return *ret_pair->name && ret_pair->label;
}

static void put_pair(const struct place *place, struct label pair, struct labels *labels)
{
	if (!option_put_label(labels, pair, place->reader->arena))
		options_complain(place->reader, "%s: name \"%s\" twice", where(place),
				 option_excerpt(pair.name, place->reader->arena));
}

static void read_pairs(const struct place *place, const struct config_option *option,
		       struct labels *labels)
{
	bool map = option->kind == OPTION_KIND_MAP;
	const char *second = map ? "value" : "label";
	struct label pair = { 0 };

	if (!config_setting_is_list(place->setting)) {
		options_complain(place->reader,
				 "%s: list ( { name = \"…\"; %s = \"…\"; }, … ) expected, %s found",
				 where(place), second, found(place, option->secret));
		return;
	}
	for (int i = 0; i < config_setting_length(place->setting); i++) {
		struct place item = inside(place, i);

		if (read_pair(&item, second, map, &pair))
			put_pair(&item, pair, labels);
		else
			options_complain(place->reader,
					 "%s[%d]: { name = \"…\"; %s = \"…\"; } expected",
					 where(&item), i, second);
	}
}

/* The form of a map in nested groups: `below` is the dotted name so far. */
static void read_map_group(const struct place *place, const char *below, struct labels *map)
{
	struct arena *arena = place->reader->arena;

	for (int i = 0; i < config_setting_length(place->setting); i++) {
		struct place item = inside(place, i);
		const char *name = config_setting_name(item.setting);
		const char *text = scalar_text(item.setting, arena);

		name = joined(below, name, arena);
		if (config_setting_is_group(item.setting))
			read_map_group(&item, name, map);
		else if (text)
			put_pair(&item, (struct label){ name, text }, map);
		else
			options_complain(place->reader, "%s: one value expected, %s found",
					 where(&item), found(&item, true));
	}
}

static void read_option(const struct place *place, const struct option_cursor *at)
{
	void *member = place->reader->config + at->offset;
	struct labels labels = { 0 };

	if (place->reader->origins)
		options_note_origin(place->reader, at, line_of(place));
	switch (at->option->kind) {
	case OPTION_KIND_TEXTS:
		read_texts(place, member);
		break;
	case OPTION_KIND_LABELS:
		read_pairs(place, at->option, &labels);
		*(struct labels *)member = labels;
		break;
	case OPTION_KIND_MAP:
		if (config_setting_is_group(place->setting))
			read_map_group(place, "", member);
		else
			read_pairs(place, at->option, member);
		break;
	default:
		read_scalar(place, at->option, member);
	}
}

static void read_group(const struct place *place)
{
	struct options_reader *reader = place->reader;
	struct option_cursor at;
	const char *below;

	for (int i = 0; i < config_setting_length(place->setting); i++) {
		struct place item = inside(place, i);
		bool prefix = option_has_below(reader->groups, item.key) ||
			      option_has_below(reader->known, item.key);
		bool group = config_setting_is_group(item.setting);

		if (option_find(reader->groups, item.key, &at, &below))
			read_option(&item, &at);
		else if (option_find(reader->known, item.key, &at, &below))
			continue; /* its own executable checks it */
		else if (group && (prefix || config_setting_length(item.setting)))
			read_group(&item); /* unknown or not: each key below gets its suggestion */
		else if (prefix)
			options_complain(reader, "%s: group { … } expected, %s found", where(&item),
					 found(&item, true));
		else
			options_unknown_key(reader, line_of(&item), item.key, reader->known);
	}
}

static void read_text(struct options_reader *reader, const char *path, const char *text)
{
	config_t config;

	config_init(&config);
	if (config_read_string(&config, text)) {
		struct place root = { reader, path, config_root_setting(&config), "" };

		read_group(&root);
	} else {
		const char *file = config_error_file(&config);

		options_complain(reader, "%s:%d: %s", file ? file : path,
				 config_error_line(&config), config_error_text(&config));
	}
	config_destroy(&config);
}

void options_read_file(struct options_reader *reader, const char *path)
{
	struct buffer bytes = { 0 };

	buffer_add_text(&bytes, "");
	if (options_read_bytes(reader, path, &bytes) && options_scan(reader, path, bytes.bytes))
		read_text(reader, path, bytes.bytes);
	buffer_release(&bytes);
}
