/*
 * Marks, transitions and the schedule. A mark carries the number of the transaction that made it
 * last, so a recalculation can clear what its snapshot saw and leave what came meanwhile.
 */
#include "store_changes.h"

#include "cohort_analyzer_core_sql.h"
#include "instant.h"

struct mark_row {
	int64_t contractor_id;
	utc_us latest;
	struct optional_time matters_after;
};

struct contractor_row {
	int64_t contractor_id;
};

struct state_row {
	const char *transition, *tier;
	utc_us until;
	const char *event_id;
	struct optional_time as_of, horizon;
	const char *settings;
	struct optional_int at_risk, levelled_up;
	const char *result;
	int64_t changed;
	bool erased;
};

struct transition_row {
	const char *transition;
	int64_t place;
	const char *from_tier, *to_tier, *event_id;
	utc_us as_of;
	const char *settings;
	int64_t at_risk, levelled_up;
	const char *result;
};

struct seen_row {
	const char *snapshot;
	utc_us as_of;
	const char *tier; /* NULL: all */
};

struct schedule_row {
	struct optional_time asked_for, looked_at;
	bool begun, changed;
};

struct done_row {
	const char *what;
	utc_us at;
};

struct rows_row {
	int64_t rows;
};

struct progress_row {
	const char *event_id, *phase;
	int64_t done, total;
};

static const struct pg_column mark_columns[] = {
	PG_INT4(struct mark_row, contractor_id),
	PG_TIME(struct mark_row, latest),
	PG_TIME(struct mark_row, matters_after),
	PG_END,
};

static const struct pg_column contractor_columns[] = {
	PG_INT4(struct contractor_row, contractor_id),
	PG_END,
};

static const struct pg_column ladder_columns[] = {
	PG_TEXT(struct state_row, transition),
	PG_TEXT(struct state_row, tier),
	PG_TIME(struct state_row, until),
	PG_END,
};

static const struct pg_column state_columns[] = {
	PG_TEXT(struct state_row, transition),
	PG_TEXT(struct state_row, event_id),
	PG_TIME(struct state_row, as_of),
	PG_TIME(struct state_row, horizon),
	PG_TEXT(struct state_row, settings),
	PG_INT8(struct state_row, at_risk),
	PG_INT8(struct state_row, levelled_up),
	PG_TEXT(struct state_row, result),
	PG_INT8(struct state_row, changed),
	PG_BOOL(struct state_row, erased),
	PG_END,
};

static const struct pg_column snapshot_columns[] = {
	PG_TEXT(struct seen_row, snapshot),
	PG_END,
};

static const struct pg_column transition_columns[] = {
	PG_TEXT(struct transition_row, transition),
	PG_INT4(struct transition_row, place),
	PG_TEXT(struct transition_row, from_tier),
	PG_TEXT(struct transition_row, to_tier),
	PG_TEXT(struct transition_row, event_id),
	PG_TIME(struct transition_row, as_of),
	PG_TEXT(struct transition_row, settings),
	PG_INT8(struct transition_row, at_risk),
	PG_INT8(struct transition_row, levelled_up),
	PG_TEXT(struct transition_row, result),
	PG_END,
};

static const struct pg_column transition_key_columns[] = {
	PG_TEXT(struct transition_row, transition),
	PG_END,
};

static const struct pg_column cleared_columns[] = {
	PG_TEXT(struct seen_row, snapshot),
	PG_TIME(struct seen_row, as_of),
	PG_END,
};

static const struct pg_column cleared_tier_columns[] = {
	PG_TEXT(struct seen_row, snapshot),
	PG_TEXT(struct seen_row, tier),
	PG_END,
};

static const struct pg_column seen_columns[] = {
	PG_TEXT(struct seen_row, snapshot),
	PG_TIME(struct seen_row, as_of),
	PG_TEXT(struct seen_row, tier),
	PG_END,
};

static const struct pg_column schedule_columns[] = {
	PG_TIME(struct schedule_row, asked_for),
	PG_TIME(struct schedule_row, looked_at),
	PG_BOOL(struct schedule_row, begun),
	PG_BOOL(struct schedule_row, changed),
	PG_END,
};

static const struct pg_column done_columns[] = {
	PG_TEXT(struct done_row, what),
	PG_TIME(struct done_row, at),
	PG_END,
};

static const struct pg_column done_read_columns[] = {
	PG_TEXT(struct done_row, what),
	PG_END,
};

static const struct pg_column rows_columns[] = {
	PG_INT8(struct rows_row, rows),
	PG_END,
};

static const struct pg_column progress_columns[] = {
	PG_TEXT(struct progress_row, event_id),
	PG_TEXT(struct progress_row, phase),
	PG_INT8(struct progress_row, done),
	PG_INT8(struct progress_row, total),
	PG_END,
};

#define TAKES(table, type) .parameters = (table), .parameter_size = sizeof(struct type)
#define GIVES(table, type) .results = (table), .result_size = sizeof(struct type)

static const struct statement mark_profiles = {
	.name = "mark_profiles",
	.sql = SQL_MARK_PROFILES,
	TAKES(mark_columns, mark_row),
};
static const struct statement mark_erased = {
	.name = "mark_erased",
	.sql = SQL_MARK_ERASED,
	TAKES(contractor_columns, contractor_row),
};
static const struct statement load_transitions = {
	.name = "load_transitions",
	.sql = SQL_LOAD_TRANSITIONS,
	TAKES(ladder_columns, state_row),
	GIVES(state_columns, state_row),
};
static const struct statement read_snapshot = {
	.name = "read_snapshot",
	.sql = SQL_READ_SNAPSHOT,
	GIVES(snapshot_columns, seen_row),
};
static const struct statement save_transitions = {
	.name = "save_transitions",
	.sql = SQL_SAVE_TRANSITIONS,
	TAKES(transition_columns, transition_row),
};
static const struct statement forget_transitions = {
	.name = "forget_transitions",
	.sql = SQL_FORGET_TRANSITIONS,
	TAKES(transition_key_columns, transition_row),
};
static const struct statement clear_marks = {
	.name = "clear_marks",
	.sql = SQL_CLEAR_MARKS,
	.shape = STATEMENT_SCALARS,
	TAKES(cleared_columns, seen_row),
};
static const struct statement clear_erased_tiers = {
	.name = "clear_erased_tiers",
	.sql = SQL_CLEAR_ERASED_TIERS,
	.shape = STATEMENT_SCALARS,
	TAKES(cleared_tier_columns, seen_row),
};
static const struct statement note_seen = {
	.name = "note_seen",
	.sql = SQL_NOTE_SEEN,
	.shape = STATEMENT_SCALARS,
	TAKES(seen_columns, seen_row),
};
static const struct statement load_schedule = {
	.name = "load_schedule",
	.sql = SQL_LOAD_SCHEDULE,
	GIVES(schedule_columns, schedule_row),
};
static const struct statement save_schedule = {
	.name = "save_schedule",
	.sql = SQL_SAVE_SCHEDULE,
	.shape = STATEMENT_SCALARS,
	TAKES(done_columns, done_row),
	GIVES(done_read_columns, done_row),
};
static const struct statement estimate_history = {
	.name = "estimate_history",
	.sql = SQL_ESTIMATE_HISTORY,
	GIVES(rows_columns, rows_row),
};
static const struct statement tell_progress = {
	.name = "tell_progress",
	.sql = SQL_TELL_PROGRESS,
	.shape = STATEMENT_SCALARS,
	TAKES(progress_columns, progress_row),
};

const struct statement *const change_statements[] = {
	&mark_profiles,    &mark_erased,
	&load_transitions, &read_snapshot,
	&save_transitions, &forget_transitions,
	&clear_marks,      &clear_erased_tiers,
	&note_seen,        &load_schedule,
	&save_schedule,    &estimate_history,
	&tell_progress,    NULL,
};

/* ---- marks ---- */

/* A profile that is new matters always; one that was heard again only to who counted its silence. */
static struct mark_row mark_of(const struct kept_profile *kept, const struct constants *constants)
{
	return (struct mark_row){
		.contractor_id = kept->profile.contractor_id,
		.latest = kept->heard_until,
		.matters_after = { .value = kept->stored_until +
					    constants->silent_days * US_PER_DAY,
				   .present = !kept->added },
	};
}

bool changes_mark_profiles(struct context *ctx, const struct contractor_logs *logs, struct err *err)
{
	const struct analyzer_config *config = ctx->config;
	struct mark_row *marks;
	size_t room = 0, count = 0;

	for (size_t i = 0; i < logs->count; i++)
		room += logs->items[i].count;
	marks = arena_array(ctx->arena, struct mark_row, room);
	for (size_t i = 0; i < logs->count; i++)
		for (size_t j = 0; j < logs->items[i].count; j++)
			if (logs->items[i].rows[j].added || logs->items[i].rows[j].extended)
				marks[count++] =
					mark_of(&logs->items[i].rows[j], &config->constants);
	return db_execute(ctx->db, &mark_profiles, marks, count, err);
}

bool changes_mark_erased(struct context *ctx, const int64_t *contractors, size_t count,
			 struct err *err)
{
	struct contractor_row *rows = arena_array(ctx->arena, struct contractor_row, count);

	for (size_t i = 0; i < count; i++)
		rows[i].contractor_id = contractors[i];
	return db_execute(ctx->db, &mark_erased, rows, count, err);
}

/* ---- transitions ---- */

static void fill_in(struct transition_state *states, size_t count, const struct state_row *row)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(states[i].transition, row->transition) != 0)
			continue;
		states[i].as_of = row->as_of;
		states[i].horizon = row->horizon.value;
		states[i].settings = row->settings;
		states[i].event_id = row->event_id;
		states[i].result = row->result;
		states[i].at_risk = row->at_risk.value;
		states[i].levelled_up = row->levelled_up.value;
		states[i].changed = row->changed;
		states[i].erased = row->erased;
	}
}

bool transitions_load(struct db *db, struct transition_state *states, size_t count, utc_us until,
		      struct arena *arena, struct err *err)
{
	struct state_row *asked = arena_array(arena, struct state_row, count), *rows = NULL;
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		asked[i] = (struct state_row){ .transition = states[i].transition,
					       .tier = states[i].from_tier,
					       .until = until };
	if (!db_run(db, &load_transitions, asked, count, arena, &rows, &found, err))
		return false;
	for (size_t i = 0; i < found; i++)
		fill_in(states, count, &rows[i]);
	return true;
}

bool snapshot_read(struct db *db, struct arena *arena, const char **ret_snapshot, struct err *err)
{
	struct seen_row *rows;
	size_t count;

	if (!db_run(db, &read_snapshot, NULL, 0, arena, &rows, &count, err))
		return false;
	*ret_snapshot = rows->snapshot;
	return true;
}

static int64_t place_of(const struct calculated *calculated, const char *transition)
{
	size_t place = 0;

	while (strcmp(calculated->ladder.items[place], transition) != 0)
		place++;
	return (int64_t)place;
}

static bool save_found(struct context *ctx, const struct calculated *calculated, struct err *err)
{
	struct transition_row *rows =
		arena_array(ctx->arena, struct transition_row, calculated->count);

	for (size_t i = 0; i < calculated->count; i++) {
		const struct transition_state *state = &calculated->states[i];

		rows[i] = (struct transition_row){
			.transition = state->transition,
			.place = place_of(calculated, state->transition),
			.from_tier = state->from_tier,
			.to_tier = state->to_tier,
			.event_id = state->event_id,
			.as_of = calculated->as_of,
			.settings = state->settings,
			.at_risk = state->at_risk,
			.levelled_up = state->levelled_up,
			.result = state->result,
		};
	}
	return db_execute(ctx->db, &save_transitions, rows, calculated->count, err);
}

static bool clear_seen_by_all(struct context *ctx, const struct calculated *calculated,
			      struct err *err)
{
	const struct seen_row seen = { calculated->snapshot, calculated->as_of, NULL };
	struct transition_row *ladder =
		arena_array(ctx->arena, struct transition_row, calculated->ladder.count);

	for (size_t i = 0; i < calculated->ladder.count; i++)
		ladder[i].transition = calculated->ladder.items[i];
	return db_execute(ctx->db, &forget_transitions, ladder, calculated->ladder.count, err) &&
	       db_execute(ctx->db, &clear_marks, &seen, 1, err) &&
	       db_execute(ctx->db, &clear_erased_tiers, &seen, 1, err);
}

/* The others have still to see the marks. */
static bool note_seen_by_one(struct context *ctx, const struct calculated *calculated,
			     struct err *err)
{
	struct seen_row seen = { calculated->snapshot, calculated->as_of, NULL };

	if (calculated->count == 0)
		return true; /* it is not in the ladder */
	seen.tier = calculated->states[0].from_tier;
	return db_execute(ctx->db, &note_seen, &seen, 1, err) &&
	       db_execute(ctx->db, &clear_erased_tiers, &seen, 1, err);
}

bool transitions_save(struct context *ctx, const struct calculated *calculated, struct err *err)
{
	return save_found(ctx, calculated, err) &&
	       (calculated->only ? note_seen_by_one : clear_seen_by_all)(ctx, calculated, err);
}

/* ---- the schedule ---- */

bool schedule_load(struct db *db, struct arena *arena, struct schedule_state *ret_state,
		   struct err *err)
{
	struct schedule_row *rows;
	size_t count;

	if (!db_run(db, &load_schedule, NULL, 0, arena, &rows, &count, err))
		return false;
	*ret_state = (struct schedule_state){ rows->asked_for, rows->looked_at, rows->begun,
					      rows->changed };
	return true;
}

bool schedule_save(struct context *ctx, enum due_kind kind, utc_us at, bool *ret_first,
		   struct err *err)
{
	const struct done_row row = { kind == DUE_DRIFT ? "drift" : "monthly", at };
	struct done_row *rows;
	size_t count;

	if (!db_run(ctx->db, &save_schedule, &row, 1, ctx->arena, &rows, &count, err))
		return false;
	*ret_first = count > 0;
	return true;
}

/* ---- progress ---- */

bool history_estimate(struct db *db, struct arena *arena, int64_t *ret_rows, struct err *err)
{
	struct rows_row *rows;
	size_t count;

	if (!db_run(db, &estimate_history, NULL, 0, arena, &rows, &count, err))
		return false;
	*ret_rows = rows->rows;
	return true;
}

bool progress_tell(struct db *db, const char *event_id, const char *phase, int64_t done,
		   int64_t total, struct err *err)
{
	const struct progress_row row = { event_id, phase, done, total };

	return db_execute(db, &tell_progress, &row, 1, err);
}
