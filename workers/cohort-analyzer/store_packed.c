/* What the server sends of a row becomes a record of a few numbers; its texts are looked up by the
 * bytes in which they came. */
#include "store_packed.h"

#include <math.h>

#define ROWS_AT_ONCE 1024 /* that are told */

static void tell_rows(struct reading *reading)
{
	atomic_fetch_add(reading->rows_done, reading->rows - reading->rows_told);
	reading->rows_told = reading->rows;
}

static bool count_row(struct reading *reading, struct err *err)
{
	if (atomic_load(reading->stop) || atomic_load(reading->given_up))
		return err_set(err, ERR_RETRY, "stopped");
	if (reading->rows % ROWS_AT_ONCE == 0)
		tell_rows(reading);
	reading->rows++;
	return true;
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

/* All bytes of several fields, the first of which is not NULL, with the lengths in between: equal
 * only if the fields are. */
static size_t span_of(const struct pg_field *first, const struct pg_field *last)
{
	size_t nulls = 0;

	while (!last->bytes) {
		nulls++;
		last--;
	}
	return (size_t)(last->bytes + last->length - first->bytes) + nulls * sizeof(uint32_t);
}

static uint32_t observation_said(struct reading *reading, const struct pg_field *fields)
{
	struct packed_history *packed = reading->packed;
	bool new;
	uint32_t said = packed_observation_said(packed, fields[SEEN_TIER].bytes,
						span_of(&fields[SEEN_TIER], &fields[SEEN_STATUS]),
						&new);

	if (new) {
		struct arena *arena = &packed->arena;
		const char *band = text_of(&fields[SEEN_BAND], arena);

		packed->observation_forms[said] = (struct observation){
			.tier_rank = vocabulary_tier_rank(reading->vocabulary,
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
static bool areas_said(struct reading *reading, const struct pg_field *field, uint32_t *ret_said,
		       struct err *err)
{
	struct packed_history *packed = reading->packed;
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
	struct reading *reading = closure;
	struct packed_observation row = {
		.contractor_id = (int32_t)pg_field_integer(&fields[SEEN_CONTRACTOR]),
		.time = pg_field_time(&fields[SEEN_AT]),
		.heard_until = pg_field_time(&fields[SEEN_HEARD_UNTIL]),
		.team_size = INT32_MIN,
		.annual_revenue = NAN,
		.tier_since = INT64_MIN,
	};

	if (!count_row(reading, err))
		return false;
	if (row.time > reading->as_of)
		return true;
	if (fields[SEEN_TEAM_SIZE].bytes)
		row.team_size = (int32_t)pg_field_integer(&fields[SEEN_TEAM_SIZE]);
	if (fields[SEEN_REVENUE].bytes)
		row.annual_revenue = pg_field_float8(&fields[SEEN_REVENUE]);
	if (fields[SEEN_TIER_SINCE].bytes)
		row.tier_since = pg_field_time(&fields[SEEN_TIER_SINCE]);
	row.said = observation_said(reading, fields);
	if (!areas_said(reading, &fields[SEEN_AREAS], &row.areas, err))
		return false;
	memcpy(buckets_add(&reading->packed->observations, row.contractor_id), &row, sizeof(row));
	return true;
}

static uint32_t action_said(struct reading *reading, const struct pg_field *fields)
{
	struct packed_history *packed = reading->packed;
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
	struct reading *reading = closure;
	struct packed_action row = {
		.contractor_id = (int32_t)pg_field_integer(&fields[DONE_BY]),
		.time = pg_field_time(&fields[DONE_AT]),
	};

	if (!count_row(reading, err))
		return false;
	if (row.time > reading->as_of)
		return true;
	row.said = action_said(reading, fields) << 3;
	if (fields[DONE_SATISFACTION].bytes &&
	    reading->packed->action_forms[row.said >> 3].kind == ACTION_PARTNER)
		row.said |= (uint32_t)pg_field_integer(&fields[DONE_SATISFACTION]);
	memcpy(buckets_add(&reading->packed->actions, row.contractor_id), &row, sizeof(row));
	return true;
}

static bool copy_rows(struct reading *reading, struct db *db, const struct statement *observations,
		      const struct statement *actions, struct err *err)
{
	return db_copy_out(db, observations, take_observation, reading, err) &&
	       db_copy_out(db, actions, take_action, reading, err);
}

static bool copy_tables(struct reading *reading, struct db *db,
			const struct scan_candidates_row *candidates, struct err *err)
{
	const struct analyzer_statements *sql = &analyzer_statements;

	if (!candidates)
		return copy_rows(reading, db, &sql->scan_observations, &sql->scan_actions, err);
	return db_execute(db, &sql->set_scan_candidates, candidates, 1, err) &&
	       copy_rows(reading, db, &sql->scan_observations_of_candidates,
			 &sql->scan_actions_of_candidates, err);
}

bool packed_read(struct reading *reading, struct db *db,
		 const struct scan_candidates_row *candidates, struct err *err)
{
	bool ok = copy_tables(reading, db, candidates, err);

	tell_rows(reading);
	return ok;
}
