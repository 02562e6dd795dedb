/* What was recommended and what came of it (growth_v1.pattern_uptake). */
#pragma once

#include <json-c/json.h>

#include "ctl.h"

#define UPTAKE_WITHIN_DAYS 90

struct uptake_wanted {
	const char *pattern_key; /* NULL: all */
	int64_t within;          /* days */
	struct optional_time as_of;
};

/* The rows as one JSON array. */
bool uptake_read(struct db *db, const struct uptake_wanted *wanted, struct arena *arena,
		 const char **ret_json, struct err *err);
/* A table of its rows; with_pattern: the pattern's key in front of each. */
void uptake_print(struct ctl *ctl, struct json_object *rows, bool with_pattern);
