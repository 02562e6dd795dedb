#include "pattern_keys.h"

#include "buffer.h"
#include "decide_nearest.h"
#include "growthctl_core_sql.h"

#define NEAREST_MAX 3

struct key_row {
	const char *pattern_key;
};

static const struct pg_column key_columns[] = { PG_TEXT(struct key_row, pattern_key), PG_END };

static const struct statement read_keys = {
	.name = "pattern_keys",
	.sql = SQL_PATTERN_KEYS,
	.shape = STATEMENT_SCALARS,
	.results = key_columns,
	.result_size = sizeof(struct key_row),
};

static int say_missing(struct ctl *ctl, const char *pattern_key, const char **keys, size_t count)
{
	size_t near = nearest_names(pattern_key, keys, count, NEAREST_MAX);
	struct buffer said = { 0 };

	buffer_printf(&said, "there is no pattern '%s'", pattern_key);
	for (size_t i = 0; i < near; i++)
		buffer_printf(&said, "%s '%s'", i ? "," : "; nearest:", keys[i]);
	if (!near)
		buffer_add_text(&said, "; growthctl patterns --all shows them");
	ctl_say(ctl, "%s", said.bytes);
	buffer_release(&said);
	return EX_NOINPUT;
}

int pattern_check(struct ctl *ctl, struct db *db, const char *pattern_key)
{
	struct key_row *rows;
	struct err err = { 0 };
	const char **keys;
	size_t count;

	if (!db_run(db, &read_keys, NULL, 0, &ctl->arena, &rows, &count, &err))
		return ctl_fail(ctl, &err);
	keys = arena_array(&ctl->arena, const char *, count);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(rows[i].pattern_key, pattern_key) == 0)
			return 0;
		keys[i] = rows[i].pattern_key;
	}
	return say_missing(ctl, pattern_key, keys, count);
}
