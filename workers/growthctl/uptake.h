/* What was recommended and what came of it (growth_v1.pattern_uptake). */
#pragma once

#include <json-c/json.h>

#include "ctl.h"

/* A table of its rows; with_pattern: the pattern's key in front of each. */
void uptake_print(struct ctl *ctl, struct json_object *rows, bool with_pattern);
