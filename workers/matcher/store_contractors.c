/* Profiles. A row's columns serve reading, inserting and updating alike. */
#include "store_rows.h"

#include "matcher_core_sql.h"
#include "numbers.h"

struct contractor_row {
	int64_t id;
	const char *revenue_tier;
	struct optional_int team_size;
	const char *team_band, *current_stage;
	const char *focus_areas; /* read: a JSON array; written: an object that holds it */
	struct optional_number annual_revenue;
	const char *status;
	utc_us tier_entered_at, occurred_at;
	const char *event_id;
	int64_t kafka_partition;
	int64_t place;     /* read, and where an update looks for it */
	int64_t version;   /* read, and compared by an update */
	utc_us created_at; /* inserted only */
};

struct focus {
	struct texts focus_areas;
};

static const struct json_field focus_fields[] = {
	FIELD_TEXTS(struct focus, focus_areas, "focus_areas", OPTIONAL), FIELD_END
};

const struct pg_column matcher_id_columns[] = { { "id", PG_TYPE_INT4, false, 0 }, PG_END };

#define CONTRACTOR_COLUMNS \
	PG_INT4(struct contractor_row, id), PG_TEXT(struct contractor_row, revenue_tier), \
		PG_INT4(struct contractor_row, team_size), \
		PG_TEXT(struct contractor_row, team_band), \
		PG_TEXT(struct contractor_row, current_stage), \
		PG_JSONB(struct contractor_row, focus_areas), \
		PG_FLOAT8(struct contractor_row, annual_revenue), \
		PG_TEXT(struct contractor_row, status), \
		PG_TIME(struct contractor_row, tier_entered_at), \
		PG_TIME(struct contractor_row, occurred_at), \
		PG_TEXT(struct contractor_row, event_id), \
		PG_INT4(struct contractor_row, kafka_partition)

static const struct pg_column contractor_columns[] = { CONTRACTOR_COLUMNS,
						       PG_TID(struct contractor_row, place),
						       PG_INT4(struct contractor_row, version),
						       PG_END };
static const struct pg_column insert_columns[] = { CONTRACTOR_COLUMNS,
						   PG_TIME(struct contractor_row, created_at),
						   PG_END };

const struct statement matcher_read_contractors = {
	.name = "matcher_read_contractors",
	.sql = SQL_READ_CONTRACTORS,
	.parameters = matcher_id_columns,
	.parameter_size = sizeof(int64_t),
	.results = contractor_columns,
	.result_size = sizeof(struct contractor_row),
};

const struct statement matcher_lock_contractors = {
	.name = "matcher_lock_contractors",
	.sql = SQL_LOCK_CONTRACTORS,
	.parameters = matcher_id_columns,
	.parameter_size = sizeof(int64_t),
	.results = contractor_columns,
	.result_size = sizeof(struct contractor_row),
};

struct chunk_row {
	int64_t partition;
	const char *tier;
	int64_t after, limit;
};

static const struct pg_column chunk_columns[] = {
	PG_INT4(struct chunk_row, partition),
	PG_TEXT(struct chunk_row, tier),
	PG_INT4(struct chunk_row, after),
	PG_INT4(struct chunk_row, limit),
	PG_END,
};

const struct statement matcher_lock_partition = {
	.name = "matcher_lock_partition",
	.sql = SQL_LOCK_PARTITION,
	.parameters = chunk_columns,
	.parameter_size = sizeof(struct chunk_row),
	.results = contractor_columns,
	.result_size = sizeof(struct contractor_row),
};

const struct statement matcher_insert_contractors = {
	.name = "matcher_insert_contractors",
	.sql = SQL_INSERT_CONTRACTORS,
	.parameters = insert_columns,
	.parameter_size = sizeof(struct contractor_row),
	.if_fewer = "were inserted by another instance meanwhile",
};

const struct statement matcher_update_contractors = {
	.name = "matcher_update_contractors",
	.sql = SQL_UPDATE_CONTRACTORS,
	.parameters = contractor_columns,
	.parameter_size = sizeof(struct contractor_row),
	.if_fewer = "were changed by another instance meanwhile",
};

static const struct pg_column figures_columns[] = {
	PG_INT4(struct contractor_row, id),
	PG_INT4(struct contractor_row, team_size),
	PG_FLOAT8(struct contractor_row, annual_revenue),
	PG_TIME(struct contractor_row, occurred_at),
	PG_TEXT(struct contractor_row, event_id),
	PG_TID(struct contractor_row, place),
	PG_INT4(struct contractor_row, version),
	PG_END,
};

const struct statement matcher_update_figures = {
	.name = "matcher_update_figures",
	.sql = SQL_UPDATE_FIGURES,
	.parameters = figures_columns,
	.parameter_size = sizeof(struct contractor_row),
	.if_fewer = "were changed by another instance meanwhile",
};

const struct statement matcher_hold_places_statement = {
	.name = "matcher_hold_places",
	.sql = SQL_HOLD_PLACES,
	.parameters = matcher_id_columns,
	.parameter_size = sizeof(int64_t),
	.if_fewer = "came in another instance meanwhile",
};

const struct statement matcher_free_places_statement = {
	.name = "matcher_free_places",
	.sql = SQL_FREE_PLACES,
	.parameters = matcher_id_columns,
	.parameter_size = sizeof(int64_t),
};

const struct statement matcher_erase_contractors_statement = {
	.name = "matcher_erase_contractors",
	.sql = SQL_ERASE_CONTRACTORS,
	.parameters = matcher_id_columns,
	.parameter_size = sizeof(int64_t),
};

/* A struct contractor starts with its id. */
struct contractor *matcher_find_contractor(const struct contractors *contractors, int64_t id)
{
	return bsearch(&id, contractors->items, contractors->count, sizeof(*contractors->items),
		       numbers_order);
}

int64_t *matcher_unique_ids(struct arena *arena, const int64_t *ids, size_t count,
			    size_t *ret_count)
{
	int64_t *sorted = arena_memdup(arena, ids, count * sizeof(*ids));

	*ret_count = numbers_unique(sorted, count);
	return sorted;
}

static enum contractor_status status_of(const char *name)
{
	int status = STATUS_ABSENT;

	for (int i = 1; name && contractor_status_names[i]; i++) {
		if (strcmp(contractor_status_names[i], name) == 0)
			status = i;
	}
	return (enum contractor_status)status;
}

static bool read_focus(struct arena *arena, const char *array, struct texts *ret_texts,
		       struct err *err)
{
	struct focus focus = { { NULL, 0 } };

	if (array) {
		const char *object = arena_printf(arena, "{\"focus_areas\":%s}", array);

		if (!json_decode(object, strlen(object), focus_fields, &focus, sizeof(focus), arena,
				 err)) {
			err->kind = ERR_FATAL; /* the table is at fault, no message is */
			return false;
		}
	}
	*ret_texts = focus.focus_areas;
	return true;
}

static bool read_row(struct arena *arena, const struct contractor_row *row,
		     struct contractor *contractor, struct err *err)
{
	*contractor = (struct contractor){
		.id = row->id,
		.known = true,
		.stored = true,
		.revenue_tier = row->revenue_tier,
		.team_size = {
			.number = row->team_size.value,
			.text = row->team_band,
			.present = row->team_size.present || row->team_band,
		},
		.current_stage = row->current_stage,
		.annual_revenue = row->annual_revenue,
		.status = status_of(row->status),
		.tier_entered_at = row->tier_entered_at,
		.occurred_at = row->occurred_at,
		.event_id = row->event_id,
		.partition = row->kafka_partition,
		.place = row->place,
		.version = row->version,
	};
	return read_focus(arena, row->focus_areas, &contractor->focus_areas, err) ||
	       err_wrap(err, "contractor %lld", (long long)row->id);
}

/* Contractors of whom nothing is known yet. */
static struct contractors blank(struct arena *arena, const int64_t *ids, size_t count)
{
	struct contractors contractors = { arena_array(arena, struct contractor, count), count };

	for (size_t i = 0; i < count; i++)
		contractors.items[i].id = ids[i];
	return contractors;
}

/* Rows of other contractors are left out. */
static bool fill_in(struct arena *arena, const struct contractors *contractors,
		    const struct contractor_row *rows, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		struct contractor *contractor = matcher_find_contractor(contractors, rows[i].id);

		if (contractor && !read_row(arena, &rows[i], contractor, err))
			return false;
	}
	return true;
}

/* Each is larger than the one before it by as much as the first one has: the server has something
 * to write soon. */
static size_t start_of(size_t count, size_t group, size_t groups)
{
	return count * (group * (group + 1)) / (groups * (groups + 1));
}

static struct contractors group_of(const struct reading *reading, size_t group)
{
	size_t count = reading->contractors.count, groups = reading->group_count;
	size_t start = start_of(count, group, groups);

	return (struct contractors){ reading->contractors.items + start,
				     start_of(count, group + 1, groups) - start };
}

bool matcher_ask_contractors(struct context *ctx, const int64_t *ids, size_t count,
			     struct reading *ret_reading, struct err *err)
{
	size_t unique_count;
	int64_t *unique = matcher_unique_ids(ctx->arena, ids, count, &unique_count);
	size_t wanted = unique_count / READ_GROUP_LEAST;

	*ret_reading = (struct reading){
		.contractors = blank(ctx->arena, unique, unique_count),
		.group_count = wanted < 1                 ? 1
			       : wanted > READ_GROUPS_MAX ? READ_GROUPS_MAX
							  : wanted,
	};
	if (!matcher_ask_patterns(ctx, &ret_reading->patterns, err))
		return false;
	for (size_t i = 0; i < ret_reading->group_count; i++) {
		struct contractors group = group_of(ret_reading, i);
		const int64_t *first = unique + (group.items - ret_reading->contractors.items);
		struct db_answer *profiles = &ret_reading->profiles[i];

		if (!db_ask(ctx->db, &matcher_read_contractors, first, group.count, ctx->arena,
			    profiles, err) ||
		    !matcher_ask_matches(ctx, first, group.count, &ret_reading->matches[i], err))
			return false;
	}
	return true;
}

bool matcher_ask_again(struct context *ctx, const int64_t *ids, size_t count,
		       struct reading *reading, struct err *err)
{
	struct reading_again *again = arena_new(ctx->arena, struct reading_again);

	reading->again = again;
	again->ids = matcher_unique_ids(ctx->arena, ids, count, &again->count);
	return db_ask(ctx->db, &matcher_read_contractors, again->ids, again->count, ctx->arena,
		      &again->profiles, err) &&
	       matcher_ask_matches(ctx, again->ids, again->count, &again->matches, err);
}

static bool take(struct context *ctx, const struct db_answer *profiles,
		 const struct db_answer *matches, const struct db_answer *patterns,
		 const struct contractors *contractors, struct err *err)
{
	return db_take(profiles, err) &&
	       fill_in(ctx->arena, contractors, profiles->rows, profiles->count, err) &&
	       matcher_take_matches(ctx, matches, patterns, contractors, err);
}

/* What was read of them first is forgotten. */
static void blank_again(const struct reading_again *again, const struct contractors *contractors)
{
	for (size_t i = 0; i < again->count; i++) {
		struct contractor *contractor = matcher_find_contractor(contractors, again->ids[i]);

		if (contractor)
			*contractor = (struct contractor){ .id = contractor->id };
	}
}

bool matcher_take_group(struct context *ctx, const struct reading *reading, size_t group,
			struct contractors *ret_contractors, struct err *err)
{
	const struct reading_again *again = reading->again;

	*ret_contractors = group_of(reading, group);
	if (!take(ctx, &reading->profiles[group], &reading->matches[group], &reading->patterns,
		  ret_contractors, err))
		return false;
	if (!again)
		return true;
	blank_again(again, ret_contractors);
	return take(ctx, &again->profiles, &again->matches, &reading->patterns, ret_contractors,
		    err);
}

bool matcher_lock_known(struct context *ctx, const int64_t *ids, size_t count,
			struct contractors *ret_contractors, struct err *err)
{
	size_t unique_count, rows_count;
	int64_t *unique = matcher_unique_ids(ctx->arena, ids, count, &unique_count);
	struct contractor_row *rows;

	*ret_contractors = blank(ctx->arena, unique, unique_count);
	return db_run(ctx->db, &matcher_lock_contractors, unique, unique_count, ctx->arena, &rows,
		      &rows_count, err) &&
	       fill_in(ctx->arena, ret_contractors, rows, rows_count, err) &&
	       matcher_load_matches(ctx, ret_contractors, err);
}

bool matcher_load_partition(struct context *ctx, int32_t partition, const struct texts *tiers,
			    int64_t after, int64_t limit, struct contractors *ret_contractors,
			    struct err *err)
{
	struct chunk_row *chunks = arena_array(ctx->arena, struct chunk_row, tiers->count);
	struct contractor_row *rows;
	size_t count;

	for (size_t i = 0; i < tiers->count; i++)
		chunks[i] = (struct chunk_row){ partition, tiers->items[i], after, limit };
	if (!db_run(ctx->db, &matcher_lock_partition, chunks, tiers->count, ctx->arena, &rows,
		    &count, err))
		return false;
	*ret_contractors =
		(struct contractors){ arena_array(ctx->arena, struct contractor, count), count };
	for (size_t i = 0; i < count; i++) {
		if (!read_row(ctx->arena, &rows[i], &ret_contractors->items[i], err))
			return false;
	}
	return matcher_load_matches(ctx, ret_contractors, err);
}

/* Without its words if they are not wanted: to encode focus areas takes time. */
static struct contractor_row row_of(struct arena *arena, const struct contractor *contractor,
				    bool words)
{
	struct focus focus = { contractor->focus_areas };
	bool people = contractor->team_size.present && !contractor->team_size.text;

	return (struct contractor_row){
		.id = contractor->id,
		.revenue_tier = contractor->revenue_tier,
		.team_size = { .value = contractor->team_size.number, .present = people },
		.team_band = contractor->team_size.text,
		.current_stage = contractor->current_stage,
		.focus_areas = words ? json_encode_text(focus_fields, &focus, arena) : NULL,
		.annual_revenue = contractor->annual_revenue,
		.status = contractor_status_names[contractor->status],
		.tier_entered_at = contractor->tier_entered_at,
		.occurred_at = contractor->occurred_at,
		.event_id = contractor->event_id,
		.kafka_partition = contractor->partition,
		.place = contractor->place,
		.version = contractor->version,
		.created_at = contractor->created_at,
	};
}

static bool has_changed_matches(const struct contractor *contractor)
{
	for (size_t i = 0; i < contractor->matches_count; i++) {
		if (contractor->matches[i].changed)
			return true;
	}
	return false;
}

/* One statement for all of them, so that they are locked in the order of ids. */
static bool update(struct context *ctx, const struct contractors *contractors, struct err *err)
{
	struct contractor_row *rows =
		arena_array(ctx->arena, struct contractor_row, contractors->count);
	size_t count = 0;
	bool recast = false;

	for (size_t i = 0; i < contractors->count; i++)
		recast = recast || (contractors->items[i].stored && contractors->items[i].recast);
	for (size_t i = 0; i < contractors->count; i++) {
		const struct contractor *contractor = &contractors->items[i];

		if (contractor->stored && (contractor->changed || has_changed_matches(contractor)))
			rows[count++] = row_of(ctx->arena, contractor, recast);
	}
	return db_post(ctx->db, recast ? &matcher_update_contractors : &matcher_update_figures,
		       rows, count, err);
}

bool matcher_save_profiles(struct context *ctx, const struct contractors *contractors,
			   struct err *err)
{
	struct contractor_row *fresh =
		arena_array(ctx->arena, struct contractor_row, contractors->count);
	size_t count = 0;

	for (size_t i = 0; i < contractors->count; i++) {
		const struct contractor *contractor = &contractors->items[i];

		if (contractor->changed && !contractor->stored)
			fresh[count++] = row_of(ctx->arena, contractor, true);
	}
	return db_post(ctx->db, &matcher_insert_contractors, fresh, count, err) &&
	       update(ctx, contractors, err);
}

static size_t unknown_ids(const struct contractors *contractors, int64_t *ids)
{
	size_t count = 0;

	for (size_t i = 0; i < contractors->count; i++) {
		if (!contractors->items[i].known)
			ids[count++] = contractors->items[i].id;
	}
	return count;
}

bool matcher_hold_places(struct context *ctx, const struct contractors *contractors,
			 struct err *err)
{
	int64_t *ids = arena_array(ctx->arena, int64_t, contractors->count);

	return db_post(ctx->db, &matcher_hold_places_statement, ids, unknown_ids(contractors, ids),
		       err);
}

bool matcher_free_places(struct context *ctx, const struct contractors *contractors,
			 struct err *err)
{
	int64_t *ids = arena_array(ctx->arena, int64_t, contractors->count);

	return db_post(ctx->db, &matcher_free_places_statement, ids, unknown_ids(contractors, ids),
		       err);
}

bool matcher_erase_contractors(struct context *ctx, const int64_t *ids, size_t count,
			       struct err *err)
{
	return db_execute(ctx->db, &matcher_erase_contractors_statement, ids, count, err) &&
	       db_execute(ctx->db, &matcher_erase_scores, ids, count, err);
}
