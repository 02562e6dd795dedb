/* Marks, and what transitions came to. How marks are cleared is store_clearing.c's. */
#include "store_changes.h"

#include "cohort_analyzer_core_sql.h"
#include "instant.h"

struct mark_row {
	int64_t contractor_id;
	utc_us latest;
	struct optional_time matters_after;
};

struct erased_row {
	int64_t contractor_id;
	utc_us erased_at;
};

struct state_row {
	const char *transition, *tier;
	struct optional_time until;
	const char *event_id;
	struct optional_time as_of, horizon;
	const char *settings;
	struct optional_int at_risk, levelled_up;
	const char *result;
	int64_t changed;
	struct optional_time erased_at;
	struct optional_time overdue_before;
	bool overdue;
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

static const struct pg_column mark_columns[] = {
	PG_INT4(struct mark_row, contractor_id),
	PG_TIME(struct mark_row, latest),
	PG_TIME(struct mark_row, matters_after),
	PG_END,
};

static const struct pg_column erased_columns[] = {
	PG_INT4(struct erased_row, contractor_id),
	PG_TIME(struct erased_row, erased_at),
	PG_END,
};

static const struct pg_column ladder_columns[] = {
	PG_TEXT(struct state_row, transition),
	PG_TEXT(struct state_row, tier),
	PG_TIME(struct state_row, until),
	PG_TIME(struct state_row, overdue_before),
	PG_END,
};

static const struct pg_column state_columns[] = {
	PG_TEXT(struct state_row, transition),  PG_TEXT(struct state_row, event_id),
	PG_TIME(struct state_row, as_of),       PG_TIME(struct state_row, horizon),
	PG_TEXT(struct state_row, settings),    PG_INT8(struct state_row, at_risk),
	PG_INT8(struct state_row, levelled_up), PG_TEXT(struct state_row, result),
	PG_INT8(struct state_row, changed),     PG_TIME(struct state_row, erased_at),
	PG_BOOL(struct state_row, overdue),     PG_END,
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
	TAKES(erased_columns, erased_row),
};
static const struct statement load_transitions = {
	.name = "load_transitions",
	.sql = SQL_LOAD_TRANSITIONS,
	TAKES(ladder_columns, state_row),
	GIVES(state_columns, state_row),
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
const struct statement *const change_statements[] = {
	&mark_profiles,    &mark_erased,        &load_transitions,
	&save_transitions, &forget_transitions, NULL,
};

/* ---- marks ---- */

/* A profile that is new matters always; one that was heard again only to who counted its
 * silence. */
static void add_change(struct mark_row *mark, const struct kept_profile *kept, int64_t silent_days)
{
	utc_us after = kept->stored_until + silent_days * US_PER_DAY;

	if (kept->heard_until > mark->latest)
		mark->latest = kept->heard_until;
	if (kept->added)
		mark->matters_after.present = false;
	else if (after < mark->matters_after.value)
		mark->matters_after.value = after;
}

/* Of a contractor in whose log something has changed. */
static struct mark_row mark_of(const struct contractor_log *log, int64_t silent_days)
{
	struct mark_row mark = { .contractor_id = log->contractor_id,
				 .latest = INSTANT_EARLIEST,
				 .matters_after = { .value = INT64_MAX, .present = true } };

	for (size_t i = 0; i < log->count; i++)
		if (log->rows[i].added || log->rows[i].extended)
			add_change(&mark, &log->rows[i], silent_days);
	return mark;
}

bool changes_mark_profiles(struct context *ctx, const struct contractor_logs *logs, struct err *err)
{
	const struct analyzer_config *config = ctx->config;
	struct mark_row *marks = arena_array(ctx->arena, struct mark_row, logs->count);
	size_t count = 0;

	for (size_t i = 0; i < logs->count; i++)
		if (log_has_changed(&logs->items[i]))
			marks[count++] = mark_of(&logs->items[i], config->constants.silent_days);
	return db_post(ctx->db, &mark_profiles, marks, count, err);
}

bool changes_mark_erased(struct context *ctx, const struct batch *erasures, struct err *err)
{
	struct erased_row *rows = arena_array(ctx->arena, struct erased_row, erasures->count);

	for (size_t i = 0; i < erasures->count; i++)
		rows[i] = (struct erased_row){ erasures->messages[i]->contractor_id,
					       erasures->messages[i]->time };
	return db_execute(ctx->db, &mark_erased, rows, erasures->count, err);
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
		states[i].erased_at = row->erased_at;
		states[i].overdue = row->overdue;
	}
}

bool transitions_load(struct db *db, struct transition_state *states, size_t count,
		      struct optional_time until, struct arena *arena, struct err *err)
{
	struct state_row *asked = arena_array(arena, struct state_row, count), *rows = NULL;
	struct optional_time overdue = until;
	size_t found = 0;

	overdue.value -= ERASED_MAX_DAYS * US_PER_DAY;
	for (size_t i = 0; i < count; i++)
		asked[i] = (struct state_row){ .transition = states[i].transition,
					       .tier = states[i].from_tier,
					       .until = until,
					       .overdue_before = overdue };
	if (!db_run(db, &load_transitions, asked, count, arena, &rows, &found, err))
		return false;
	for (size_t i = 0; i < found; i++)
		fill_in(states, count, &rows[i]);
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

/* Transitions that are no longer in the ladder. */
static bool forget_others(struct context *ctx, const struct calculated *calculated, struct err *err)
{
	struct transition_row *ladder =
		arena_array(ctx->arena, struct transition_row, calculated->ladder.count);

	for (size_t i = 0; i < calculated->ladder.count; i++)
		ladder[i].transition = calculated->ladder.items[i];
	return db_execute(ctx->db, &forget_transitions, ladder, calculated->ladder.count, err);
}

bool transitions_save(struct context *ctx, const struct calculated *calculated,
		      const char *event_id, struct err *err)
{
	struct clearing clearing = { .event_id = event_id,
				     .snapshot = calculated->snapshot,
				     .as_of = calculated->as_of };

	if (calculated->only && calculated->count == 0)
		return true; /* it is not in the ladder */
	if (calculated->only)
		clearing.tier = calculated->states[0].from_tier;
	return save_found(ctx, calculated, err) &&
	       (calculated->only || forget_others(ctx, calculated, err)) &&
	       erased_tiers_clear(ctx, calculated, err) && clearing_add(ctx, &clearing, err);
}
