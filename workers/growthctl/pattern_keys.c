#include "pattern_keys.h"

#include "buffer.h"
#include "growthctl_core_sql.h"
#include "nearest.h"

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

bool pattern_read_keys(struct ctl *ctl, struct db *db, const char ***ret_keys, size_t *ret_count,
		       struct err *err)
{
	struct key_row *rows;

	if (!db_run(db, &read_keys, NULL, 0, &ctl->arena, &rows, ret_count, err))
		return false;
	*ret_keys = arena_array(&ctl->arena, const char *, *ret_count);
	for (size_t i = 0; i < *ret_count; i++)
		(*ret_keys)[i] = rows[i].pattern_key;
	return true;
}

int pattern_check(struct ctl *ctl, struct db *db, const char *pattern_key)
{
	struct err err = { 0 };
	const char **keys;
	size_t count;

	if (!pattern_read_keys(ctl, db, &keys, &count, &err))
		return ctl_fail(ctl, &err);
	for (size_t i = 0; i < count; i++)
		if (strcmp(keys[i], pattern_key) == 0)
			return 0;
	return say_missing(ctl, pattern_key, keys, count);
}
