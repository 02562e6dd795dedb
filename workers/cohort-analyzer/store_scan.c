/*
 * Reading the history for a recalculation. Two COPYs in the order of the tables, because a server that sorts takes several times
 * as long; so all rows are held (packed.h), until partition after partition has become spells. Contractors of whom the event ids
 * decide something are read again, with these (store_history_of.c).
 */
#include <math.h>

#include "heap.h"
#include "packed.h"
#include "rows.h"
#include "store.h"

struct scan {
	const struct analyzer_config *config;
	struct cohorts *cohorts;
	const atomic_bool *stop;
	atomic_llong *rows_done;
	struct packed_history packed;
	struct contractor_id_row *undecided; /* contractors to be read again */
	size_t undecided_count, undecided_room;
};

static bool stopped(const struct scan *scan, struct err *err)
{
	return atomic_load(scan->stop) && !err_set(err, ERR_RETRY, "stopped");
}

/* Of a profile and of an action, in the order of the statements' columns. */
enum {
	SEEN_CONTRACTOR,
	SEEN_AT,
	SEEN_HEARD_UNTIL,
	SEEN_TEAM_SIZE,
	SEEN_REVENUE,
	SEEN_TIER_SINCE,
	SEEN_TIER,
	SEEN_STAGE,
	SEEN_BAND,
	SEEN_STATUS,
	SEEN_AREAS
};
enum { DONE_BY, DONE_AT, DONE_SATISFACTION, DONE_KIND, DONE_ITEM, DONE_NAME };

static const char *text_of(const struct pg_field *field, struct arena *arena)
{
	return field->bytes ? arena_strndup(arena, field->bytes, (size_t)field->length) : NULL;
}

/* All bytes of several fields, the first of which is not NULL, with the lengths in between: equal only if the fields are. */
static size_t span_of(const struct pg_field *first, const struct pg_field *last)
{
	size_t nulls = 0;

	while (!last->bytes) {
		nulls++;
		last--;
	}
	return (size_t)(last->bytes + last->length - first->bytes) + nulls * sizeof(uint32_t);
}

static uint32_t observation_said(struct scan *scan, const struct pg_field *fields)
{
	struct packed_history *packed = &scan->packed;
	bool new;
	uint32_t said = packed_observation_said(packed, fields[SEEN_TIER].bytes,
						span_of(&fields[SEEN_TIER], &fields[SEEN_STATUS]),
						&new);

	if (new) {
		struct arena *arena = &packed->arena;
		const char *band = text_of(&fields[SEEN_BAND], arena);

		packed->observation_forms[said] = (struct observation){
			.tier_rank = vocabulary_tier_rank(&scan->config->vocabulary,
							  text_of(&fields[SEEN_TIER], arena)),
			.team_size = { .text = band, .present = band },
			.stage = text_of(&fields[SEEN_STAGE], arena),
			.status = (enum contractor_status)name_index(
				contractor_status_names, text_of(&fields[SEEN_STATUS], arena)),
		};
	}
	return said;
}

/* As JSON, behind a byte for the version of its format. */
static bool areas_said(struct scan *scan, const struct pg_field *field, uint32_t *ret_said,
		       struct err *err)
{
	struct packed_history *packed = &scan->packed;
	bool new;

	if (!field->bytes) {
		*ret_said = NOTHING_SAID;
		return true;
	}
	*ret_said = packed_areas_said(packed, field->bytes, (size_t)field->length, &new);
	return !new || focus_areas_read(text_of(field, &packed->arena) + 1,
					&packed->areas[*ret_said], &packed->arena, err);
}

static bool take_observation(const struct pg_field *fields, void *closure, struct err *err)
{
	struct scan *scan = closure;
	struct packed_observation row = {
		.contractor_id = (int32_t)pg_field_integer(&fields[SEEN_CONTRACTOR]),
		.time = pg_field_time(&fields[SEEN_AT]),
		.heard_until = pg_field_time(&fields[SEEN_HEARD_UNTIL]),
		.team_size = INT32_MIN,
		.annual_revenue = NAN,
		.tier_since = INT64_MIN,
	};

	if (stopped(scan, err))
		return false;
	atomic_fetch_add_explicit(scan->rows_done, 1, memory_order_relaxed);
	if (row.time > scan->cohorts->as_of)
		return true;
	if (fields[SEEN_TEAM_SIZE].bytes)
		row.team_size = (int32_t)pg_field_integer(&fields[SEEN_TEAM_SIZE]);
	if (fields[SEEN_REVENUE].bytes)
		row.annual_revenue = pg_field_float8(&fields[SEEN_REVENUE]);
	if (fields[SEEN_TIER_SINCE].bytes)
		row.tier_since = pg_field_time(&fields[SEEN_TIER_SINCE]);
	row.said = observation_said(scan, fields);
	if (!areas_said(scan, &fields[SEEN_AREAS], &row.areas, err))
		return false;
	memcpy(partitions_add(&scan->packed.observations, row.contractor_id), &row, sizeof(row));
	return true;
}

static uint32_t action_said(struct scan *scan, const struct pg_field *fields)
{
	struct packed_history *packed = &scan->packed;
	bool new;
	uint32_t said = packed_action_said(packed, fields[DONE_KIND].bytes,
					   span_of(&fields[DONE_KIND], &fields[DONE_NAME]), &new);

	if (new) {
		struct arena *arena = &packed->arena;

		packed->action_forms[said] = (struct action){
			.kind = (enum action_kind)name_index(action_kind_names,
							     text_of(&fields[DONE_KIND], arena)),
			.item = text_of(&fields[DONE_ITEM], arena),
			.name = text_of(&fields[DONE_NAME], arena),
		};
	}
	return said;
}

static bool take_action(const struct pg_field *fields, void *closure, struct err *err)
{
	struct scan *scan = closure;
	struct packed_action row = {
		.contractor_id = (int32_t)pg_field_integer(&fields[DONE_BY]),
		.time = pg_field_time(&fields[DONE_AT]),
	};

	if (stopped(scan, err))
		return false;
	atomic_fetch_add_explicit(scan->rows_done, 1, memory_order_relaxed);
	if (row.time > scan->cohorts->as_of)
		return true;
	row.said = action_said(scan, fields) << 3;
	if (fields[DONE_SATISFACTION].bytes &&
	    scan->packed.action_forms[row.said >> 3].kind == ACTION_PARTNER)
		row.said |= (uint32_t)pg_field_integer(&fields[DONE_SATISFACTION]);
	memcpy(partitions_add(&scan->packed.actions, row.contractor_id), &row, sizeof(row));
	return true;
}

static void add_undecided(struct scan *scan, int64_t contractor_id)
{
	if (scan->undecided_count == scan->undecided_room) {
		scan->undecided_room = scan->undecided_room ? 2 * scan->undecided_room : 64;
		scan->undecided = heap_resize(scan->undecided,
					      scan->undecided_room * sizeof(*scan->undecided));
	}
	scan->undecided[scan->undecided_count++].contractor_id = contractor_id;
}

static bool take_history(int64_t contractor_id, const struct history *history, void *closure,
			 struct err *err)
{
	struct scan *scan = closure;

	if (stopped(scan, err))
		return false;
	if (history)
		analyze_revenue_transitions(scan->cohorts, history);
	else
		add_undecided(scan, contractor_id);
	return true;
}

/* The tiers whose contractors are to be read. Returns how many. */
static size_t wanted_tiers(const struct cohorts *cohorts, struct tier_row *ret_tiers)
{
	size_t count = 0;

	for (size_t i = 0; i < cohorts->count; i++)
		if (cohorts->items[i].wanted)
			ret_tiers[count++].revenue_tier = cohorts->vocabulary->tiers.items[i].name;
	return count;
}

/* A spell in a tier needs a profile that says so. */
static bool read_rows(struct scan *scan, struct db *db, struct err *err)
{
	const struct analyzer_statements *sql = &analyzer_statements;
	const struct cohorts *cohorts = scan->cohorts;
	struct tier_row *tiers = arena_array(&scan->packed.arena, struct tier_row, cohorts->count);
	size_t count = wanted_tiers(cohorts, tiers);
	bool all = count == cohorts->count;

	if (count == 0)
		return true;
	return (all || db_execute(db, &sql->set_scan_tiers, tiers, count, err)) &&
	       db_copy_out(db, all ? &sql->scan_observations : &sql->scan_observations_of_tiers,
			   take_observation, scan, err) &&
	       db_copy_out(db, all ? &sql->scan_actions : &sql->scan_actions_of_tiers, take_action,
			   scan, err);
}

bool history_scan(struct db *db, const struct analyzer_config *config, struct cohorts *cohorts,
		  const atomic_bool *stop, atomic_llong *rows_done, struct err *err)
{
	struct scan scan = {
		.config = config,
		.cohorts = cohorts,
		.stop = stop,
		.rows_done = rows_done,
	};
	bool ok;

	packed_init(&scan.packed);
	ok = read_rows(&scan, db, err);
	for (size_t i = 0; ok && i < PARTITIONS; i++)
		ok = packed_take(&scan.packed, i, take_history, &scan, err);
	packed_release(&scan.packed);
	ok = ok &&
	     history_scan_of(db, config, scan.undecided, scan.undecided_count, cohorts, stop, err);
	free(scan.undecided);
	return ok;
}
