#include "rows.h"

const struct pg_column yes_columns[] = { PG_BOOL(struct yes_row, yes), PG_END };
const struct pg_column name_columns[] = { PG_TEXT(struct name_row, name), PG_END };
const struct pg_column json_columns[] = { PG_TEXT(struct json_row, json), PG_END };
