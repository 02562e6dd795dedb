/* The whole story of one pattern, as one JSON document; what people see is printed from it. */
#pragma once

#include <json-c/json.h>

#include "ctl.h"

/* Of a pattern that there is (pattern_keys.h). The caller puts *ret_story. */
bool story_read(struct ctl *ctl, struct db *db, const char *pattern_key,
		struct json_object **ret_story, struct err *err);
/* Of all patterns that are in force, in the order of the ladder, without uptake and the parts of
 * the confidence; in the caller's snapshot. They and their array belong to the arena. */
bool story_read_all(struct db *db, struct arena *arena, struct json_object ***ret_stories,
		    size_t *ret_count, struct err *err);
void story_print(struct ctl *ctl, struct json_object *story);
