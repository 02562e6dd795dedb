/*
 * What belongs to a database itself and not to what is in it goes with neither of two names that
 * are exchanged: owner, rights, settings. The one that comes is given what live has, in the
 * transaction of the renaming, so that it is both or neither.
 */
#include "promote.h"
#include "promote_statements.h"

/* They are chosen when a database is made, and stay. */
static bool check_locale(struct promotion *promotion, const struct pair_row *names, struct err *err)
{
	struct arena *arena = &promotion->ctl->arena;
	struct pair_row *rows;
	size_t count;

	if (!db_run(promotion->current.db, &read_locales, names, 1, arena, &rows, &count, err))
		return false;
	if (count)
		promotion_doubt(
			promotion,
			arena_printf(
				arena,
				"%s is made otherwise than %s and cannot be changed (%s; live: %s): make "
				"a new one, by growthctl replay drop and growthctl replay",
				promotion->next_name, promotion->live_name, rows->second,
				rows->first));
	return true;
}

bool promotion_compare_databases(struct promotion *promotion, struct err *err)
{
	const struct pair_row names = { promotion->live_name, promotion->next_name };
	struct arena *arena = &promotion->ctl->arena;
	struct name_row *rows;
	size_t count;

	/* The one that comes back was live as it is. */
	if (promotion->kind == SWITCH_PROMOTE && !check_locale(promotion, &names, err))
		return false;
	if (!db_run(promotion->current.db, &read_likeness, &names, 1, arena, &rows, &count, err))
		return false;
	promotion->likeness.items = arena_array(arena, const char *, count);
	promotion->likeness.count = count;
	for (size_t i = 0; i < count; i++)
		promotion->likeness.items[i] = rows[i].name;
	return true;
}

bool promotion_make_alike(const struct promotion *promotion, struct db *db, struct err *err)
{
	for (size_t i = 0; i < promotion->likeness.count; i++)
		if (!db_script(db, promotion->likeness.items[i], err))
			return err_wrap(
				err,
				"nothing is changed; run this as a role that may, then try again: %s",
				promotion->likeness.items[i]);
	return true;
}
