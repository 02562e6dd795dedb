/* The whole story of one pattern, as one JSON document; what people see is printed from it. */
#pragma once

#include <json-c/json.h>

#include "ctl.h"

/* Of a pattern that there is (pattern_keys.h). The caller puts *ret_story. */
bool story_read(struct ctl *ctl, struct db *db, const char *pattern_key,
		struct json_object **ret_story, struct err *err);
void story_print(struct ctl *ctl, struct json_object *story);
