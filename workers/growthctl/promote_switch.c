/*
 * ALTER DATABASE … RENAME is transactional and refuses while somebody is connected. From then on
 * whoever connects by live's name waits for the commit, and finds the other database.
 */
#include <string.h>
#include <unistd.h>

#include "fault.h"
#include "promote.h"
#include "promote_statements.h"

#define IN_USE "55006" /* somebody is connected */
#define LOOKS 10
#define LOOK_EVERY_US 200000 /* a backend whose client has left is there a moment longer */

static struct db *connect_to(const struct promotion *promotion, const char *database,
			     struct err *err)
{
	struct ctl ctl = *promotion->ctl;

	ctl.config.postgres.conninfo = shadow_conninfo(ctl.config.postgres.conninfo, database, true,
						       &promotion->ctl->arena, err);
	return ctl.config.postgres.conninfo ? ctl_database(&ctl, err) : NULL;
}

static struct db *connect_beside(const struct promotion *promotion, struct err *err)
{
	return connect_to(promotion, promotion->arguments->maintenance, err);
}

/* ---- who is connected ---- */

static bool look(struct promotion *promotion, struct db *db, struct session_row **ret_rows,
		 size_t *ret_count, struct err *err)
{
	const struct pair_row names = { promotion->live_name, promotion->next_name };

	*ret_count = 1;
	for (int i = 0; i < LOOKS && *ret_count; i++) {
		if (i)
			usleep(LOOK_EVERY_US);
		if (!db_run(db, &read_sessions, &names, 1, &promotion->ctl->arena, ret_rows,
			    ret_count, err))
			return false;
	}
	return true;
}

bool promotion_find_sessions(struct promotion *promotion, struct err *err)
{
	struct db *db = connect_beside(promotion, err);
	struct session_row *rows;
	size_t count;
	bool ok = db && look(promotion, db, &rows, &count, err);

	db_close(db);
	if (!ok)
		return false;
	for (size_t i = 0; i < count; i++)
		promotion_doubt(
			promotion,
			arena_printf(&promotion->ctl->arena,
				     "%s (role %s, process %lld, from %s) is connected to "
				     "%s: a database in use cannot be renamed",
				     *rows[i].application ? rows[i].application : "somebody",
				     rows[i].role, (long long)rows[i].pid, rows[i].host,
				     rows[i].database));
	return true;
}

/* ---- the names ---- */

/* first becomes second, and third becomes first, in db's transaction. */
static bool rename_both(const struct promotion *promotion, struct db *db, const char *first,
			const char *second, const char *third, struct err *err)
{
	struct arena *arena = &promotion->ctl->arena;
	bool ok = db_script(
		db,
		arena_printf(arena,
			     "ALTER DATABASE %s RENAME TO %s; ALTER DATABASE %s RENAME TO %s",
			     shadow_quoted(first, arena), shadow_quoted(second, arena),
			     shadow_quoted(third, arena), shadow_quoted(first, arena)),
		err);

	crash_point("promote.renaming");
	ok = ok && db_commit(db, err);
	crash_point("promote.renamed");
	return ok || err_wrap(err, "renaming %s and %s", first, third);
}

bool promotion_switch(struct promotion *promotion, struct err *err)
{
	struct db *db = connect_beside(promotion, err);
	bool ok = db && db_begin(db, err) && promotion_make_alike(promotion, db, err) &&
		  rename_both(promotion, db, promotion->live_name, promotion->kept_name,
			      promotion->next_name, err);

	promotion->overtaken = !ok && strcmp(err->code, IN_USE) == 0;
	db_close(db);
	return ok;
}

static bool switch_back(struct promotion *promotion, struct err *err)
{
	struct db *db = connect_beside(promotion, err);
	bool ok = db && db_begin(db, err) &&
		  rename_both(promotion, db, promotion->live_name, promotion->next_name,
			      promotion->kept_name, err);

	promotion->overtaken = ok;
	db_close(db);
	return ok || err_wrap(err, "a worker has moved the positions of what is %s now meanwhile",
			      promotion->kept_name);
}

static bool is_as_read(const struct promotion *promotion, const struct own_row *row)
{
	for (size_t i = 0; i < promotion->count; i++) {
		const struct position *read = promotion->positions[i].from.current;

		if (read->partition == row->partition && strcmp(read->topic, row->topic) == 0 &&
		    strcmp(promotion->positions[i].from.worker, row->worker) == 0)
			return read->stored && read->epoch == row->epoch &&
			       read->sequence == row->sequence &&
			       read->next_offset == row->next_offset;
	}
	return false;
}

/* A worker that came and went between reading and renaming has moved its positions, and the new
 * ones would be below them. */
bool promotion_confirm(struct promotion *promotion, struct err *err)
{
	struct db *db = connect_to(promotion, promotion->kept_name, err);
	struct own_row *rows;
	size_t count, same = 0;
	bool ok = db && db_run(db, &read_own, NULL, 0, &promotion->ctl->arena, &rows, &count, err);

	db_close(db);
	if (!ok)
		return err_wrap(err,
				"the databases are renamed, but whether %s is as it was cannot "
				"be read",
				promotion->kept_name);
	for (size_t i = 0; i < count; i++)
		same += is_as_read(promotion, &rows[i]);
	if (same == count)
		return true;
	return switch_back(promotion, err) &&
	       err_set(err, ERR_RETRY,
		       "a worker has moved live's positions meanwhile; all is as it was, stop the "
		       "workers and try again");
}
