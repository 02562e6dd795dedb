/* Rows of one column, which many of growthctl's queries give. */
#pragma once

#include "db.h"

struct yes_row {
	bool yes;
};

struct name_row {
	const char *name;
};

struct json_row {
	const char *json;
};

extern const struct pg_column yes_columns[], name_columns[];
extern const struct pg_column json_columns[]; /* as text: the statement casts it */
