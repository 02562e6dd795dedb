/* Out of a parsed JSON document, what is to be shown of it. A missing member is as one that is
 * null. */
#pragma once

#include <json-c/json.h>
#include <stdbool.h>

#include "arena.h"

/* The member at a path of names parted by dots; NULL: there is none, or it is null. */
struct json_object *json_at(struct json_object *object, const char *path);
/* NULL: there is none. The text lives as long as the document. */
const char *json_text_at(struct json_object *object, const char *path);
double json_number_at(struct json_object *object, const char *path);
/* The following give NULL where something is missing. "0.35" */
const char *json_decimals(struct json_object *object, const char *path, int decimals,
			  struct arena *arena);
/* "35%" of a share */
const char *json_percent(struct json_object *object, const char *path, struct arena *arena);
/* "2024-07-01T00:00:00Z" of any instant */
const char *json_time(struct json_object *object, const char *path, struct arena *arena);
/* "0.30 to 0.52", "30 to 52%" */
const char *json_limits(struct json_object *object, const char *low, const char *high, int decimals,
			struct arena *arena);
const char *json_percent_limits(struct json_object *object, const char *low, const char *high,
				struct arena *arena);
