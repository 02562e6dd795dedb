#include "shadow.h"

#include <libpq-fe.h>

#include "buffer.h"
#include "conninfo.h"
#include "growthctl_core_sql.h"
#include "migrate.h"
#include "rows.h"

#define NAME_MOST 20
#define DATABASE_MOST 63 /* Postgres cuts what is longer */

static const struct statement read_database = {
	.name = "replay_database",
	.sql = SQL_REPLAY_DATABASE,
	.shape = STATEMENT_SCALARS,
	.results = name_columns,
	.result_size = sizeof(struct name_row),
};
static const struct statement read_like = {
	.name = "replay_like",
	.sql = SQL_REPLAY_LIKE,
	.shape = STATEMENT_SCALARS,
	.results = name_columns,
	.result_size = sizeof(struct name_row),
};
static const struct statement read_shadows = {
	.name = "replay_shadows",
	.sql = SQL_REPLAY_SHADOWS,
	.shape = STATEMENT_SCALARS,
	.parameters = name_columns,
	.parameter_size = sizeof(struct name_row),
	.results = name_columns,
	.result_size = sizeof(struct name_row),
};

/* ---- names ---- */

bool shadow_name_is_fine(const char *name)
{
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return length > 0 && length <= NAME_MOST && !name[length];
}

static void add_keyword(struct buffer *text, const char *keyword, const char *value)
{
	buffer_printf(text, "%s%s='", text->length ? " " : "", keyword);
	for (; *value; value++) {
		if (*value == '\'' || *value == '\\')
			buffer_add_char(text, '\\');
		buffer_add_char(text, *value);
	}
	buffer_add_char(text, '\'');
}

const char *shadow_conninfo(const char *conninfo, const char *database, bool keep_user,
			    struct arena *arena, struct err *err)
{
	PQconninfoOption *options;
	struct buffer text = { 0 };
	const char *copy;

	if (!conninfo_check(conninfo, err))
		return NULL;
	options = PQconninfoParse(conninfo, NULL); /* NULL: the name of a database alone */
	for (const PQconninfoOption *option = options; option && option->keyword; option++) {
		bool who = strcmp(option->keyword, "user") == 0 ||
			   strcmp(option->keyword, "password") == 0;

		if (option->val && strcmp(option->keyword, "dbname") != 0 && (keep_user || !who))
			add_keyword(&text, option->keyword, option->val);
	}
	PQconninfoFree(options);
	add_keyword(&text, "dbname", database);
	copy = arena_strndup(arena, text.bytes, text.length);
	buffer_release(&text);
	return copy;
}

bool shadow_init(struct shadow *shadow, struct ctl *live, const char *name,
		 const char *live_database, struct err *err)
{
	struct arena *arena = &live->arena;

	*shadow = (struct shadow){ .live = live, .ctl = *live, .name = name };
	/* Live's would be written through a copy; what is said and made of the shadow has its
	 * own. */
	arena_init(&shadow->ctl.arena);
	shadow->database = arena_printf(arena, "%s_shadow_%s", live_database, name);
	shadow->prefix = arena_printf(arena, "%sshadow.%s.", live->config.kafka.topic_prefix, name);
	if (strlen(shadow->database) > DATABASE_MOST)
		return err_set(err, ERR_USAGE,
			       "%s is too long for a database: choose a shorter name",
			       shadow->database);
	shadow->ctl.config.kafka.topic_prefix = shadow->prefix;
	shadow->ctl.config.postgres.conninfo =
		shadow_conninfo(live->config.postgres.conninfo, shadow->database, true, arena, err);
	return shadow->ctl.config.postgres.conninfo != NULL;
}

void shadow_release(struct shadow *shadow)
{
	if (shadow->live)
		arena_release(&shadow->ctl.arena);
}

/* ---- the database ---- */

bool shadow_live_database(struct db *db, struct arena *arena, const char **ret_name,
			  struct err *err)
{
	struct name_row *rows;
	size_t count;

	if (!db_run(db, &read_database, NULL, 0, arena, &rows, &count, err))
		return false;
	*ret_name = rows->name;
	return true;
}

bool shadow_list(struct db *db, const char *live_database, struct arena *arena,
		 struct texts *ret_names, struct err *err)
{
	const struct name_row stem = { arena_printf(arena, "%s_shadow_", live_database) };
	struct name_row *rows;
	size_t count;

	if (!db_run(db, &read_shadows, &stem, 1, arena, &rows, &count, err))
		return false;
	ret_names->items = arena_array(arena, const char *, count);
	ret_names->count = count;
	for (size_t i = 0; i < count; i++)
		ret_names->items[i] = rows[i].name + strlen(stem.name);
	return true;
}

const char *shadow_quoted(const char *name, struct arena *arena)
{
	struct buffer text = { 0 };
	const char *copy;

	buffer_add_char(&text, '"');
	for (; *name; name++) {
		if (*name == '"')
			buffer_add_char(&text, '"');
		buffer_add_char(&text, *name);
	}
	buffer_add_char(&text, '"');
	copy = arena_strndup(arena, text.bytes, text.length);
	buffer_release(&text);
	return copy;
}

bool shadow_drop_database(struct shadow *shadow, struct db *db, struct err *err)
{
	const char *sql = arena_printf(&shadow->live->arena,
				       "DROP DATABASE IF EXISTS %s WITH (FORCE)",
				       shadow_quoted(shadow->database, &shadow->live->arena));

	return db_script(db, sql, err);
}

/* What cannot be changed later is as live's: a promotion puts it in live's place. */
static bool create_database(struct shadow *shadow, struct db *db, struct err *err)
{
	struct arena *arena = &shadow->live->arena;
	struct name_row *like;
	size_t count;

	return db_run(db, &read_like, NULL, 0, arena, &like, &count, err) &&
	       db_script(db,
			 arena_printf(arena, "CREATE DATABASE %s%s",
				      shadow_quoted(shadow->database, arena), like->name),
			 err);
}

static bool make_database(struct shadow *shadow, struct db *db, bool exists, struct err *err)
{
	struct db *made;
	bool ok;

	if (!exists && !create_database(shadow, db, err))
		return err_wrap(err, "making database %s", shadow->database);
	made = ctl_database(&shadow->ctl, err);
	ok = made && migrate_database(&shadow->ctl, made, err) &&
	     db_script(made, SQL_REPLAY_CREATE, err);
	db_close(made);
	return ok;
}

bool shadow_create(struct shadow *shadow, struct db *db, bool exists, bool own_topics,
		   int64_t timeout_ms, struct err *err)
{
	return make_database(shadow, db, exists, err) &&
	       shadow_make_topics(shadow, own_topics, timeout_ms, err);
}
