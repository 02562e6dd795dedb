#include "json_read.h"

#include <math.h>
#include <string.h>

#include "instant.h"

struct json_object *json_at(struct json_object *object, const char *path)
{
	char name[64];

	while (object && *path) {
		size_t length = strcspn(path, ".");

		snprintf(name, sizeof(name), "%.*s", (int)length, path);
		if (!json_object_object_get_ex(object, name, &object))
			return NULL;
		path += length + (path[length] == '.');
	}
	return object;
}

const char *json_text_at(struct json_object *object, const char *path)
{
	struct json_object *member = json_at(object, path);

	return member ? json_object_get_string(member) : NULL;
}

double json_number_at(struct json_object *object, const char *path)
{
	return json_object_get_double(json_at(object, path));
}

const char *json_decimals(struct json_object *object, const char *path, int decimals,
			  struct arena *arena)
{
	if (!json_at(object, path))
		return NULL;
	return arena_printf(arena, "%.*f", decimals, json_number_at(object, path));
}

const char *json_time(struct json_object *object, const char *path, struct arena *arena)
{
	const char *text = json_text_at(object, path);
	char utc[INSTANT_TEXT_SIZE];
	utc_us time;

	if (!text || !instant_parse(text, strlen(text), &time))
		return text;
	instant_format(time, utc);
	return arena_strdup(arena, utc);
}

static int percent(double share)
{
	return (int)floor(100 * share + 0.5);
}

const char *json_percent(struct json_object *object, const char *path, struct arena *arena)
{
	if (!json_at(object, path))
		return NULL;
	return arena_printf(arena, "%d%%", percent(json_number_at(object, path)));
}

const char *json_limits(struct json_object *object, const char *low, const char *high, int decimals,
			struct arena *arena)
{
	if (!json_at(object, low) || !json_at(object, high))
		return NULL;
	return arena_printf(arena, "%.*f to %.*f", decimals, json_number_at(object, low), decimals,
			    json_number_at(object, high));
}

const char *json_percent_limits(struct json_object *object, const char *low, const char *high,
				struct arena *arena)
{
	if (!json_at(object, low) || !json_at(object, high))
		return NULL;
	return arena_printf(arena, "%d to %d%%", percent(json_number_at(object, low)),
			    percent(json_number_at(object, high)));
}
