/* The history from Postgres: of all contractors one at a time is held. */
#include "growthctl_core_sql.h"
#include "recorded.h"
#include "validate.h"

struct ends_row {
	struct optional_time history, votes;
};

static const struct pg_column ends_columns[] = { PG_TIME(struct ends_row, history),
						 PG_TIME(struct ends_row, votes), PG_END };
static const struct pg_column vote_columns[] = { PG_TEXT(struct recorded_vote, pattern_key),
						 PG_UUID(struct recorded_vote, voter),
						 PG_TEXT(struct recorded_vote, outcome),
						 PG_TIME(struct recorded_vote, goal_created_at),
						 PG_TIME(struct recorded_vote, occurred_at),
						 PG_INT4(struct recorded_vote, satisfaction),
						 PG_TEXT(struct recorded_vote, revenue_impact),
						 PG_END };
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
	.result_size = sizeof(struct recorded_vote),
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

bool validate_outcomes(struct db *db, struct arena *arena, struct outcome_recorded **ret_outcomes,
		       size_t *ret_count, struct err *err)
{
	struct outcome_recorded *outcomes;
	struct recorded_vote *rows;
	size_t count;

	if (!db_run(db, &votes, NULL, 0, arena, &rows, &count, err))
		return false;
	outcomes = arena_array(arena, struct outcome_recorded, count);
	for (size_t i = 0; i < count; i++)
		outcomes[i] = outcome_of_vote(&rows[i]);
	*ret_outcomes = outcomes;
	*ret_count = count;
	return true;
}

/* The contractor whose rows are coming in. */
struct reading {
	const struct vocabulary *vocabulary;
	validate_each *each;
	void *closure;
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
		reading->each(reading->closure, &history);
	arena_reset(&reading->arena);
	reading->observations = NULL;
	reading->observations_count = reading->observations_room = 0;
	reading->actions = NULL;
	reading->actions_count = reading->actions_room = 0;
}

/* The row lives until the next one comes. */
static struct history_row keep(const struct history_row *row, struct arena *arena)
{
	struct history_row kept = *row;

	kept.event_id = arena_strdup(arena, row->event_id);
	kept.team_band = arena_strdup(arena, row->team_band);
	kept.current_stage = arena_strdup(arena, row->current_stage);
	kept.item = arena_strdup(arena, row->item);
	return kept;
}

static bool add_observation(struct reading *reading, const struct history_row *row, struct err *err)
{
	struct arena *arena = &reading->arena;

	reading->observations = arena_room(arena, reading->observations,
					   reading->observations_count, &reading->observations_room,
					   sizeof(*reading->observations));
	return observation_of_row(row, reading->vocabulary, arena,
				  &reading->observations[reading->observations_count++], err);
}

static void add_action(struct reading *reading, const struct history_row *row)
{
	struct arena *arena = &reading->arena;

	reading->actions = arena_room(arena, reading->actions, reading->actions_count,
				      &reading->actions_room, sizeof(*reading->actions));
	reading->actions[reading->actions_count++] = action_of_row(row);
}

static bool take_row(const void *row, void *closure, struct err *err)
{
	const struct history_row *history = row;
	struct reading *reading = closure;
	struct history_row kept;

	if (history->contractor_id != reading->contractor_id) {
		finish_contractor(reading);
		reading->contractor_id = history->contractor_id;
	}
	kept = keep(history, &reading->arena);
	if (!kept.is_action)
		return add_observation(reading, &kept, err);
	add_action(reading, &kept);
	return true;
}

bool validate_history(struct db *db, const struct vocabulary *vocabulary, validate_each *each,
		      void *closure, struct err *err)
{
	struct reading reading = { .vocabulary = vocabulary, .each = each, .closure = closure };
	bool ok;

	arena_init(&reading.arena);
	ok = db_stream(db, &everything, NULL, take_row, &reading, err);
	if (ok)
		finish_contractor(&reading);
	arena_release(&reading.arena);
	return ok;
}
