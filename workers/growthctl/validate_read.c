/* The history from Postgres: of all contractors one at a time is held. */
#include "growthctl_core_sql.h"
#include "validate.h"

struct ends_row {
	struct optional_time history, votes;
};

struct vote_row {
	const char *pattern_key;
	struct uuid voter;
	const char *outcome;
	utc_us goal_created_at, occurred_at;
	struct optional_int satisfaction;
	const char *revenue_impact;
};

struct history_row {
	int64_t contractor_id;
	utc_us occurred_at;
	const char *event_id;
	bool is_action;
	struct optional_time heard_until;
	const char *revenue_tier;
	struct optional_int team_size;
	const char *team_band, *current_stage, *focus_areas;
	struct optional_number annual_revenue;
	struct optional_time tier_since;
	const char *status;
	const char *kind, *item;
	struct optional_int satisfaction;
};

static const struct pg_column ends_columns[] = { PG_TIME(struct ends_row, history),
						 PG_TIME(struct ends_row, votes), PG_END };
static const struct pg_column vote_columns[] = {
	PG_TEXT(struct vote_row, pattern_key),    PG_UUID(struct vote_row, voter),
	PG_TEXT(struct vote_row, outcome),        PG_TIME(struct vote_row, goal_created_at),
	PG_TIME(struct vote_row, occurred_at),    PG_INT4(struct vote_row, satisfaction),
	PG_TEXT(struct vote_row, revenue_impact), PG_END
};
static const struct pg_column history_columns[] = {
	PG_INT4(struct history_row, contractor_id),
	PG_TIME(struct history_row, occurred_at),
	PG_TEXT(struct history_row, event_id),
	PG_BOOL(struct history_row, is_action),
	PG_TIME(struct history_row, heard_until),
	PG_TEXT(struct history_row, revenue_tier),
	PG_INT4(struct history_row, team_size),
	PG_TEXT(struct history_row, team_band),
	PG_TEXT(struct history_row, current_stage),
	PG_JSONB(struct history_row, focus_areas),
	PG_FLOAT8(struct history_row, annual_revenue),
	PG_TIME(struct history_row, tier_since),
	PG_TEXT(struct history_row, status),
	PG_TEXT(struct history_row, kind),
	PG_TEXT(struct history_row, item),
	PG_INT4(struct history_row, satisfaction),
	PG_END,
};

static const struct statement ends = {
	.name = "validate_ends",
	.sql = SQL_VALIDATE_ENDS,
	.shape = STATEMENT_SCALARS,
	.results = ends_columns,
	.result_size = sizeof(struct ends_row),
};
static const struct statement votes = {
	.name = "validate_votes",
	.sql = SQL_VALIDATE_VOTES,
	.shape = STATEMENT_SCALARS,
	.results = vote_columns,
	.result_size = sizeof(struct vote_row),
};
static const struct statement everything = {
	.name = "validate_history",
	.sql = SQL_VALIDATE_HISTORY,
	.shape = STATEMENT_SCALARS,
	.results = history_columns,
	.result_size = sizeof(struct history_row),
};

const struct statement *const validate_statements[] = { &ends, &votes, &everything, NULL };

bool validate_ends(struct db *db, struct arena *arena, struct optional_time *ret_history,
		   struct optional_time *ret_votes, struct err *err)
{
	struct ends_row *rows;
	size_t count;

	if (!db_run(db, &ends, NULL, 0, arena, &rows, &count, err))
		return false;
	*ret_history = rows[0].history;
	*ret_votes = rows[0].votes;
	return true;
}

/* Index of a name that a CHECK of the table allows; 0 for NULL. */
static int index_of(const char *const *names, const char *name)
{
	for (int i = 1; name && names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return 0;
}

bool validate_outcomes(struct db *db, struct arena *arena, struct outcome_recorded **ret_outcomes,
		       size_t *ret_count, struct err *err)
{
	struct outcome_recorded *outcomes;
	struct vote_row *rows;
	size_t count;

	if (!db_run(db, &votes, NULL, 0, arena, &rows, &count, err))
		return false;
	outcomes = arena_array(arena, struct outcome_recorded, count);
	for (size_t i = 0; i < count; i++)
		outcomes[i] = (struct outcome_recorded){
			.pattern_key = rows[i].pattern_key,
			.voter = rows[i].voter,
			.outcome = (enum goal_outcome)index_of(outcome_recorded_outcome_names,
							       rows[i].outcome),
			.goal_created_at = rows[i].goal_created_at,
			.occurred_at = rows[i].occurred_at,
			.satisfaction = rows[i].satisfaction,
			.revenue_impact = (enum revenue_impact)index_of(revenue_impact_names,
									rows[i].revenue_impact),
		};
	*ret_outcomes = outcomes;
	*ret_count = count;
	return true;
}

/* The contractor whose rows are coming in. */
struct reading {
	const struct vocabulary *vocabulary;
	validate_each *each;
	struct validation *validation;
	struct arena arena; /* his history */
	int64_t contractor_id;
	struct observation *observations;
	size_t observations_count, observations_room;
	struct action *actions;
	size_t actions_count, actions_room;
};

static void finish_contractor(struct reading *reading)
{
	const struct history history = {
		.contractor_id = reading->contractor_id,
		.observations = reading->observations,
		.observations_count = reading->observations_count,
		.actions = reading->actions,
		.actions_count = reading->actions_count,
	};

	/* The server's order of event ids may not be ours. */
	history_sort(reading->observations, reading->observations_count, reading->actions,
		     reading->actions_count);
	if (history.observations_count > 0)
		reading->each(reading->validation, &history);
	arena_reset(&reading->arena);
	reading->observations = NULL;
	reading->observations_count = reading->observations_room = 0;
	reading->actions = NULL;
	reading->actions_count = reading->actions_room = 0;
}

static const struct json_field list_fields[] = {
	{ .name = "items", .kind = FIELD_KIND_TEXTS, .presence = OPTIONAL, .offset = 0 },
	FIELD_END,
};

static bool read_focus_areas(const char *text, struct texts *areas, struct arena *arena,
			     struct err *err)
{
	const char *object;

	if (!text)
		return true;
	object = arena_printf(arena, "{\"items\":%s}", text);
	return json_decode(object, strlen(object), list_fields, areas, sizeof(*areas), arena, err);
}

static bool add_observation(struct reading *reading, const struct history_row *row, struct err *err)
{
	struct arena *arena = &reading->arena;

	if (reading->observations_count == reading->observations_room) {
		reading->observations_room =
			reading->observations_room ? 2 * reading->observations_room : 8;
		reading->observations =
			arena_grow(arena, reading->observations, reading->observations_count,
				   reading->observations_room, sizeof(*reading->observations));
	}

	struct observation *observation = &reading->observations[reading->observations_count++];

	*observation = (struct observation){
		.time = row->occurred_at,
		.event_id = arena_strdup(arena, row->event_id),
		.tier_rank = vocabulary_tier_rank(reading->vocabulary, row->revenue_tier),
		.team_size = {
			.number = row->team_size.value,
			.text = arena_strdup(arena, row->team_band),
			.present = row->team_size.present || row->team_band,
		},
		.stage = arena_strdup(arena, row->current_stage),
		.annual_revenue = row->annual_revenue,
		.tier_since = row->tier_since,
		.status = (enum contractor_status)index_of(contractor_status_names, row->status),
		.heard_until = row->heard_until.value,
	};
	return read_focus_areas(row->focus_areas, &observation->focus_areas, arena, err);
}

static void add_action(struct reading *reading, const struct history_row *row)
{
	struct arena *arena = &reading->arena;

	if (reading->actions_count == reading->actions_room) {
		reading->actions_room = reading->actions_room ? 2 * reading->actions_room : 16;
		reading->actions = arena_grow(arena, reading->actions, reading->actions_count,
					      reading->actions_room, sizeof(*reading->actions));
	}
	reading->actions[reading->actions_count++] = (struct action){
		.time = row->occurred_at,
		.event_id = arena_strdup(arena, row->event_id),
		.kind = (enum action_kind)index_of(action_kind_names, row->kind),
		.item = arena_strdup(arena, row->item),
		.satisfaction = row->satisfaction,
	};
}

static bool take_row(const void *row, void *closure, struct err *err)
{
	const struct history_row *history = row;
	struct reading *reading = closure;

	if (history->contractor_id != reading->contractor_id) {
		finish_contractor(reading);
		reading->contractor_id = history->contractor_id;
	}
	if (!history->is_action)
		return add_observation(reading, history, err);
	add_action(reading, history);
	return true;
}

bool validate_history(struct db *db, const struct vocabulary *vocabulary, validate_each *each,
		      struct validation *validation, struct err *err)
{
	struct reading reading = { .vocabulary = vocabulary,
				   .each = each,
				   .validation = validation };
	bool ok;

	arena_init(&reading.arena);
	ok = db_stream(db, &everything, NULL, take_row, &reading, err);
	if (ok)
		finish_contractor(&reading);
	arena_release(&reading.arena);
	return ok;
}
