/* growthctl migrate: what is to be done is decide_migrate.c's; here it is done. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl.h"
#include "decide_migrate.h"
#include "growthctl_core_sql.h"
#include "instant.h"
#include "json_write.h"
#include "migrate.h"
#include "output.h"
#include "reading_words.h"
#include "rows.h"

#define FILE_BYTES_MAX (16 << 20)

struct arguments {
	bool status, json;
};

static const struct usage_option options[] = {
	USAGE_FLAG(struct arguments, status, "status", 0,
		   "Change nothing, only tell what is applied and what is not"),
	USAGE_FLAG(struct arguments, json, "json", 0, "Write JSON (with --status)"), USAGE_END
};

static const struct usage usage = {
	.options = options,
	.doc = "Applies the SQL files NNNN_name.sql that the database does not have yet, in "
	       "order, each in a transaction of its own, and remembers them with their SHA-256 in "
	       "growth_migrations. Then takes over the tiers and texts.* of the configuration for the "
	       "read interface. Only one runs at a time; others wait.\v"
	       "Examples:\n"
	       "  growthctl migrate --set postgres.conninfo='host=db dbname=growth "
	       "user=postgres'\n"
	       "  growthctl migrate --status\n"
	       "\n"
	       "The role must be allowed to create tables, schemas and roles. An applied file "
	       "that has changed, a number left out, a file that comes too late are refused, and "
	       "nothing is applied.\n"
	       "\n"
	       "Exit status: 65 for those, and with --status when something is not applied; 77 "
	       "when the role may not.",
};

/* ---- statements ---- */

struct content_row {
	struct bytes content;
};

static const struct pg_column content_columns[] = { PG_BYTEA(struct content_row, content), PG_END };
static const struct pg_column checksum_columns[] = { PG_TEXT(struct migration, checksum), PG_END };
static const struct pg_column record_columns[] = { PG_INT4(struct migration, version),
						   PG_TEXT(struct migration, name),
						   PG_TEXT(struct migration, checksum), PG_END };
static const struct pg_column applied_columns[] = { PG_INT4(struct migration, version),
						    PG_TEXT(struct migration, name),
						    PG_TEXT(struct migration, checksum),
						    PG_TIME(struct migration, applied_at), PG_END };

static const struct statement migrations_exist = {
	.name = "migrations_exist",
	.sql = SQL_MIGRATIONS_EXIST,
	.shape = STATEMENT_SCALARS,
	.results = yes_columns,
	.result_size = sizeof(struct yes_row),
};
static const struct statement migrations_try_lock = {
	.name = "migrations_try_lock",
	.sql = SQL_MIGRATIONS_TRY_LOCK,
	.shape = STATEMENT_SCALARS,
	.results = yes_columns,
	.result_size = sizeof(struct yes_row),
};
static const struct statement migrations_applied = {
	.name = "migrations_applied",
	.sql = SQL_MIGRATIONS_APPLIED,
	.shape = STATEMENT_SCALARS,
	.results = applied_columns,
	.result_size = sizeof(struct migration),
};
static const struct statement migrations_record = {
	.name = "migrations_record",
	.sql = SQL_MIGRATIONS_RECORD,
	.shape = STATEMENT_SCALARS,
	.parameters = record_columns,
	.parameter_size = sizeof(struct migration),
};
static const struct statement migrations_checksum = {
	.name = "migrations_checksum",
	.sql = SQL_MIGRATIONS_CHECKSUM,
	.parameters = content_columns,
	.parameter_size = sizeof(struct content_row),
	.results = checksum_columns,
	.result_size = sizeof(struct migration),
};

/* ---- the folder ---- */

/* As configured; else installed beside this program; else where it was built. */
static const char *find_folder(struct ctl *ctl)
{
	char program[PATH_MAX];
	ssize_t length;
	const char *folder;

	if (*ctl->config.migrations)
		return ctl->config.migrations;
	length = readlink("/proc/self/exe", program, sizeof(program) - 1);
	if (length > 0) {
		program[length] = 0;
		*strrchr(program, '/') = 0;
		folder = arena_printf(&ctl->arena, "%s/../share/growth-patterns/sql", program);
		if (access(folder, R_OK) == 0)
			return folder;
	}
	return GROWTH_MIGRATIONS;
}

static bool read_file(const char *folder, struct migration *migration, struct content_row *content,
		      struct arena *arena, struct err *err)
{
	const char *path = arena_printf(arena, "%s/%s.sql", folder, migration->name);
	FILE *file = fopen(path, "re");
	struct stat about;
	char *sql;
	bool ok;

	if (!file)
		return err_set(err, ERR_USAGE, "%s: %s", path, strerror(errno));
	ok = fstat(fileno(file), &about) == 0 && about.st_size < FILE_BYTES_MAX;
	sql = arena_alloc(arena, ok ? (size_t)about.st_size + 1 : 1);
	ok = ok && fread(sql, 1, (size_t)about.st_size, file) == (size_t)about.st_size;
	fclose(file);
	if (!ok || strlen(sql) != (size_t)about.st_size)
		return err_set(err, ERR_USAGE,
			       "%s: cannot be read, is too large, or has NUL characters", path);
	migration->sql = sql;
	content->content = (struct bytes){ sql, (size_t)about.st_size };
	return true;
}

static bool add_file(struct migrations *files, const char *name, const char *folder,
		     struct arena *arena, struct err *err)
{
	const char *dot = strrchr(name, '.');

	if (name[0] == '.' || !dot || strcmp(dot, ".sql") != 0)
		return true;
	files->items = arena_grow(arena, files->items, files->count, files->count + 1,
				  sizeof(*files->items));
	if (!migration_name(name, arena, &files->items[files->count]))
		return err_set(err, ERR_POISON, "%s/%s is not named NNNN_name.sql", folder, name);
	files->count++;
	return true;
}

static bool list_folder(const char *folder, struct migrations *files, struct arena *arena,
			struct err *err)
{
	DIR *directory = opendir(folder);
	const struct dirent *entry;
	bool ok = true;

	if (!directory)
		return err_set(err, ERR_USAGE, "folder of migrations %s: %s", folder,
			       strerror(errno));
	while (ok && (entry = readdir(directory)))
		ok = add_file(files, entry->d_name, folder, arena, err);
	closedir(directory);
	if (ok && files->count == 0)
		return err_set(err, ERR_USAGE,
			       "folder of migrations %s: no file NNNN_name.sql in it", folder);
	return ok;
}

/* The files with their contents and checksums, which Postgres calculates. */
static bool read_folder(struct ctl *ctl, struct db *db, struct migrations *files, struct err *err)
{
	const char *folder = find_folder(ctl);
	struct content_row *contents;
	struct migration *sums;
	size_t count;

	if (!list_folder(folder, files, &ctl->arena, err))
		return false;
	contents = arena_array(&ctl->arena, struct content_row, files->count);
	for (size_t i = 0; i < files->count; i++)
		if (!read_file(folder, &files->items[i], &contents[i], &ctl->arena, err))
			return false;
	if (!db_run(db, &migrations_checksum, contents, files->count, &ctl->arena, &sums, &count,
		    err))
		return false;
	for (size_t i = 0; i < files->count && i < count; i++)
		files->items[i].checksum = sums[i].checksum;
	return true;
}

/* ---- the database ---- */

static bool ask(struct db *db, const struct statement *statement, struct arena *arena,
		bool *ret_yes, struct err *err)
{
	struct yes_row *rows;
	size_t count;

	if (!db_run(db, statement, NULL, 0, arena, &rows, &count, err))
		return false;
	*ret_yes = count == 1 && rows[0].yes;
	return true;
}

static bool lock(struct ctl *ctl, struct db *db, struct err *err)
{
	bool locked;

	if (!ask(db, &migrations_try_lock, &ctl->arena, &locked, err))
		return false;
	if (locked)
		return true;
	ctl_say(ctl, "another migration is running; waiting for it");
	return db_script(db, SQL_MIGRATIONS_WAIT_LOCK, err);
}

static bool read_applied(struct db *db, struct migrations *applied, struct arena *arena,
			 struct err *err)
{
	bool exist;

	if (!ask(db, &migrations_exist, arena, &exist, err))
		return false;
	return !exist || db_run(db, &migrations_applied, NULL, 0, arena, &applied->items,
				&applied->count, err);
}

static bool apply(struct ctl *ctl, struct db *db, const struct migration *migration,
		  struct err *err)
{
	int64_t start = monotonic_us();

	if (!db_begin(db, err) || !db_script(db, migration->sql, err) ||
	    !db_execute(db, &migrations_record, migration, 1, err) || !db_commit(db, err)) {
		db_rollback(db);
		return err_wrap(err, "%s", migration->name);
	}
	ctl_say(ctl, "%s applied in %lld ms", migration->name,
		(long long)(monotonic_us() - start) / 1000);
	return true;
}

static bool apply_all(struct ctl *ctl, struct db *db, const struct migrations *files,
		      struct err *err)
{
	size_t pending = 0;
	bool exist;

	if (!ask(db, &migrations_exist, &ctl->arena, &exist, err) ||
	    (!exist && !db_script(db, SQL_MIGRATIONS_CREATE, err)))
		return false;
	for (size_t i = 0; i < files->count; i++) {
		if (files->items[i].applied_at.present)
			continue;
		pending++;
		if (!apply(ctl, db, &files->items[i], err))
			return false;
	}
	ctl_say(ctl, "%s; the database is at %s", pending ? "done" : "nothing to do",
		files->items[files->count - 1].name);
	return true;
}

/* What SQL says in words follows the configuration, whether there was a migration or not. */
static bool bring_words(struct ctl *ctl, struct db *db, struct err *err)
{
	int64_t changed;

	if (!reading_words_save(db, &ctl->config.vocabulary, &ctl->arena, &changed, err))
		return false;
	if (changed)
		ctl_say(ctl, "%lld texts and tiers taken over from the configuration",
			(long long)changed);
	return true;
}

/* ---- --status ---- */

static void print_json(const struct migrations *files)
{
	struct buffer out = { 0 };
	char time[INSTANT_TEXT_SIZE];

	buffer_add_char(&out, '[');
	for (size_t i = 0; i < files->count; i++) {
		const struct migration *file = &files->items[i];

		buffer_add_text(&out, i ? ",{" : "{");
		json_write_member_int(&out, "version", file->version);
		json_write_member_text(&out, "name", file->name);
		json_write_member_text(&out, "checksum", file->checksum);
		json_write_member_text(
			&out, "applied_at",
			file->applied_at.present
				? (instant_format(file->applied_at.value, time), time)
				: NULL);
		buffer_add_char(&out, '}');
	}
	buffer_add_text(&out, "]\n");
	fwrite(out.bytes, 1, out.length, stdout);
	buffer_release(&out);
}

static int print_status(struct ctl *ctl, const struct migrations *files, bool json)
{
	static const char *const headings[] = { "MIGRATION", "APPLIED", NULL };
	struct table table;
	size_t pending = 0;
	int status;

	table_init(&table, &ctl->arena, headings);
	for (size_t i = 0; i < files->count; i++) {
		const struct migration *file = &files->items[i];
		char time[INSTANT_TEXT_SIZE];

		pending += !file->applied_at.present;
		table_add(&table, file->name);
		table_add(&table, file->applied_at.present
					  ? (instant_format(file->applied_at.value, time),
					     arena_strdup(&ctl->arena, time))
					  : "not yet");
	}
	if (json)
		print_json(files);
	else
		table_print(&table, stdout);
	status = ctl_flush(ctl);
	return status ? status : pending ? CTL_DIFFERENT : 0;
}

static bool work(struct ctl *ctl, struct db *db, const struct arguments *arguments,
		 struct migrations *files, struct err *err)
{
	struct migrations applied = { 0 };

	if (!arguments->status && !lock(ctl, db, err))
		return false;
	if (!read_folder(ctl, db, files, err) || !read_applied(db, &applied, &ctl->arena, err) ||
	    !migrate_plan(files, &applied, err))
		return false;
	return arguments->status || (apply_all(ctl, db, files, err) && bring_words(ctl, db, err));
}

bool migrate_database(struct ctl *ctl, struct db *db, struct err *err)
{
	const struct arguments arguments = { 0 };
	struct migrations files = { 0 };

	return work(ctl, db, &arguments, &files, err);
}

int command_migrate(struct ctl *ctl, int argc, char **argv)
{
	struct arguments arguments = { 0 };
	struct migrations files = { 0 };
	struct err err = { 0 };
	struct db *db;
	int status = ctl_parse(ctl, &usage, &arguments, argc, argv);

	if (status)
		return status;
	db = ctl_database(ctl, &err);
	if (!db || !work(ctl, db, &arguments, &files, &err))
		status = ctl_fail(ctl, &err);
	else if (arguments.status)
		status = print_status(ctl, &files, arguments.json);
	db_close(db);
	return status;
}
