#include "store_candidates.h"

#include "heap.h"

#define FIRST_ROOM 64

void contractor_ids_add(struct contractor_ids *ids, int64_t contractor_id)
{
	if (ids->count == ids->room) {
		ids->room = ids->room ? 2 * ids->room : FIRST_ROOM;
		ids->items = heap_resize(ids->items, ids->room * sizeof(*ids->items));
	}
	ids->items[ids->count++] = contractor_id;
}

void contractor_ids_release(struct contractor_ids *ids)
{
	free(ids->items);
	*ids = (struct contractor_ids){ .items = NULL };
}

void contractor_ids_join(struct contractor_ids *ids, struct contractor_ids *from)
{
	for (size_t i = 0; i < from->count; i++)
		contractor_ids_add(ids, from->items[i]);
	contractor_ids_release(from);
}

static bool take_candidate(const struct pg_field *fields, void *closure, struct err *err)
{
	struct finding_candidates *finding = closure;

	if (atomic_load(finding->stop) || atomic_load(finding->given_up))
		return err_set(err, ERR_RETRY, "stopped");
	contractor_ids_add(&finding->ids, pg_field_integer(&fields[0]));
	return true;
}

bool candidates_find(struct finding_candidates *finding, struct db *db, struct err *err)
{
	const struct analyzer_statements *sql = &analyzer_statements;

	return db_execute(db, &sql->set_scan_tiers, finding->tiers, finding->tiers_count, err) &&
	       db_copy_out(db, &sql->scan_candidates, take_candidate, finding, err);
}
