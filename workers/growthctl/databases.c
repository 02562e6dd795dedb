#include "databases.h"

#include <string.h>

#include "buffer.h"
#include "growthctl_core_sql.h"
#include "rows.h"

static const struct statement read_beside = {
	.name = "databases_beside",
	.sql = SQL_DATABASES_BESIDE,
	.shape = STATEMENT_SCALARS,
	.parameters = name_columns,
	.parameter_size = sizeof(struct name_row),
	.results = name_columns,
	.result_size = sizeof(struct name_row),
};

const struct statement *const databases_statements[] = { &read_beside, NULL };

bool databases_beside(struct db *db, const char *database, struct arena *arena,
		      struct texts *ret_names, struct err *err)
{
	const struct name_row live = { database };
	struct name_row *rows;
	size_t count;

	if (!db_run(db, &read_beside, &live, 1, arena, &rows, &count, err))
		return false;
	ret_names->items = arena_array(arena, const char *, count);
	ret_names->count = count;
	for (size_t i = 0; i < count; i++)
		ret_names->items[i] = rows[i].name;
	return true;
}

static bool has(const struct texts *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->items[i], name) == 0)
			return true;
	return false;
}

static bool no_such(const struct texts *names, const char *live, const char *title, struct err *err)
{
	struct buffer list = { 0 };

	for (size_t i = 0; i < names->count; i++)
		buffer_printf(&list, "%s%s", i ? ", " : "", names->items[i]);
	err_set(err, ERR_POISON, "there is no shadow '%s' of %s; there %s%s", title, live,
		names->count ? "are: " : "is none: growthctl replay makes one",
		names->count ? list.bytes : "");
	buffer_release(&list);
	return false;
}

static bool find_other(struct side *side, struct ctl *ctl, const struct texts *names,
		       const char *live, struct err *err)
{
	struct shadow shadow;

	if (has(names, side->title)) {
		side->database = side->title;
		side->ctl.config.postgres.conninfo = shadow_conninfo(
			ctl->config.postgres.conninfo, side->database, true, &ctl->arena, err);
		return side->ctl.config.postgres.conninfo != NULL;
	}
	if (!shadow_name_is_fine(side->title))
		return no_such(names, live, side->title, err);
	if (!shadow_init(&shadow, ctl, side->title, live, err))
		return false;
	side->database = shadow.database;
	side->ctl.config = shadow.ctl.config;
	side->has_topics = true;
	return has(names, side->database) || no_such(names, live, side->title, err);
}

static bool open_other(struct side *side, struct ctl *ctl, struct db *live, const char *live_name,
		       struct err *err)
{
	struct texts names;

	if (!databases_beside(live, live_name, &ctl->arena, &names, err) ||
	    !find_other(side, ctl, &names, live_name, err))
		return false;
	side->db = ctl_database(&side->ctl, err);
	return side->db != NULL;
}

bool side_open(struct side *side, struct ctl *ctl, const char *title, struct err *err)
{
	const char *live_name;
	struct db *live;
	bool ok;

	*side = (struct side){ .title = title, .ctl = *ctl, .is_live = strcmp(title, "live") == 0 };
	/* The original's would be written through a copy. */
	arena_init(&side->ctl.arena);
	live = ctl_database(ctl, err);
	ok = live && shadow_live_database(live, &ctl->arena, &live_name, err);
	if (ok && !side->is_live)
		ok = open_other(side, ctl, live, live_name, err);
	if (!ok || !side->is_live) {
		db_close(live);
		return ok;
	}
	side->database = live_name;
	side->has_topics = true;
	side->db = live;
	return true;
}

void side_close(struct side *side)
{
	db_close(side->db);
	if (side->title)
		arena_release(&side->ctl.arena);
}
