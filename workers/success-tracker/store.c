/*
 * Goals are read without locks, and what follows is written to rows that are still as read: of a
 * goal its end, since its other columns are goal-enricher's, of its tracking row everything. Rows
 * are locked in one order: goals, by their numbers, then tracking rows, by the same numbers.
 */
#include "store.h"

#include "identity.h"
#include "success_tracker_core_sql.h"

#define PORTION 250 /* goals, at least: a statement more costs its start */
#define OVERTAKEN "were changed by another instance meanwhile"

struct goal_id_row {
	struct uuid goal_uuid;
};

static const struct pg_column goal_id_columns[] = { PG_UUID(struct goal_id_row, goal_uuid),
						    PG_END };

/* A goal, and its tracking row when it is tracked. */
struct goal_row {
	struct uuid goal_uuid;
	int64_t id, contractor_id;
	bool has_pattern;
	utc_us created_at;
	const char *status;
	struct optional_time completed_at;
	struct optional_int tracking_id, version;
	const char *pattern_key, *outcome;
	struct optional_time outcome_at;
	const char *outcome_event_id;
	struct optional_int outcome_satisfaction;
	const char *revenue_impact, *notes, *what_worked, *what_didnt_work;
	struct optional_time first_completed_at;
	struct optional_time feedback_at;
	const char *feedback_event_id;
	struct optional_int feedback_rating, satisfaction;
	bool feedback_requested;
	int64_t reminders;
	struct optional_time published_at;
};

static const struct pg_column goal_columns[] = {
	PG_UUID(struct goal_row, goal_uuid),
	PG_INT4(struct goal_row, id),
	PG_INT4(struct goal_row, contractor_id),
	PG_BOOL(struct goal_row, has_pattern),
	PG_TIME(struct goal_row, created_at),
	PG_TEXT(struct goal_row, status),
	PG_TIME(struct goal_row, completed_at),
	PG_INT4(struct goal_row, tracking_id),
	PG_INT4(struct goal_row, version),
	PG_TEXT(struct goal_row, pattern_key),
	PG_TEXT(struct goal_row, outcome),
	PG_TIME(struct goal_row, outcome_at),
	PG_TEXT(struct goal_row, outcome_event_id),
	PG_INT4(struct goal_row, outcome_satisfaction),
	PG_TEXT(struct goal_row, revenue_impact),
	PG_TEXT(struct goal_row, notes),
	PG_TEXT(struct goal_row, what_worked),
	PG_TEXT(struct goal_row, what_didnt_work),
	PG_TIME(struct goal_row, first_completed_at),
	PG_TIME(struct goal_row, feedback_at),
	PG_TEXT(struct goal_row, feedback_event_id),
	PG_INT4(struct goal_row, feedback_rating),
	PG_INT4(struct goal_row, satisfaction),
	PG_BOOL(struct goal_row, feedback_requested),
	PG_INT4(struct goal_row, reminders),
	PG_TIME(struct goal_row, published_at),
	PG_END,
};

static const struct statement read_goals = {
	.name = "success_read_goals",
	.sql = SQL_READ_GOALS,
	.parameters = goal_id_columns,
	.parameter_size = sizeof(struct goal_id_row),
	.results = goal_columns,
	.result_size = sizeof(struct goal_row),
};

static const struct statement lock_goals = {
	.name = "success_lock_goals",
	.sql = SQL_LOCK_GOALS,
	.parameters = goal_id_columns,
	.parameter_size = sizeof(struct goal_id_row),
};

static const struct statement lock_tracking = {
	.name = "success_lock_tracking",
	.sql = SQL_LOCK_TRACKING,
	.parameters = goal_id_columns,
	.parameter_size = sizeof(struct goal_id_row),
};

struct start_row {
	struct uuid goal_uuid;
	const char *pattern_key;
	utc_us created_at;
	int64_t partition;
};

static const struct pg_column start_columns[] = {
	PG_UUID(struct start_row, goal_uuid),
	PG_TEXT(struct start_row, pattern_key),
	PG_TIME(struct start_row, created_at),
	PG_INT4(struct start_row, partition),
	PG_END,
};

static const struct statement insert_tracking = {
	.name = "success_insert_tracking",
	.sql = SQL_INSERT_TRACKING,
	.parameters = start_columns,
	.parameter_size = sizeof(struct start_row),
	.results = goal_id_columns,
	.result_size = sizeof(struct goal_id_row),
};

struct outcome_row {
	int64_t goal_id;
	const char *outcome;
	utc_us outcome_at;
	const char *event_id;
	struct optional_int days, outcome_satisfaction, satisfaction;
	const char *revenue_impact, *notes, *what_worked, *what_didnt_work;
	bool feedback_requested;
	struct optional_time ended_at, first_completed_at, published_at;
	struct optional_int version;
};

static const struct pg_column outcome_columns[] = {
	PG_INT4(struct outcome_row, goal_id),
	PG_TEXT(struct outcome_row, outcome),
	PG_TIME(struct outcome_row, outcome_at),
	PG_TEXT(struct outcome_row, event_id),
	PG_INT4(struct outcome_row, days),
	PG_INT4(struct outcome_row, outcome_satisfaction),
	PG_INT4(struct outcome_row, satisfaction),
	PG_TEXT(struct outcome_row, revenue_impact),
	PG_TEXT(struct outcome_row, notes),
	PG_TEXT(struct outcome_row, what_worked),
	PG_TEXT(struct outcome_row, what_didnt_work),
	PG_BOOL(struct outcome_row, feedback_requested),
	PG_TIME(struct outcome_row, ended_at),
	PG_TIME(struct outcome_row, first_completed_at),
	PG_TIME(struct outcome_row, published_at),
	PG_INT4(struct outcome_row, version),
	PG_END,
};

static const struct statement save_outcomes = {
	.name = "success_save_outcomes",
	.sql = SQL_SAVE_OUTCOMES,
	.parameters = outcome_columns,
	.parameter_size = sizeof(struct outcome_row),
	.if_fewer = OVERTAKEN,
};

struct feedback_row {
	int64_t goal_id;
	utc_us feedback_at;
	const char *event_id;
	struct optional_int rating;
	const char *notes;
	struct optional_int satisfaction;
	struct optional_time published_at;
	struct optional_int version;
};

static const struct pg_column feedback_columns[] = {
	PG_INT4(struct feedback_row, goal_id),
	PG_TIME(struct feedback_row, feedback_at),
	PG_TEXT(struct feedback_row, event_id),
	PG_INT4(struct feedback_row, rating),
	PG_TEXT(struct feedback_row, notes),
	PG_INT4(struct feedback_row, satisfaction),
	PG_TIME(struct feedback_row, published_at),
	PG_INT4(struct feedback_row, version),
	PG_END,
};

static const struct statement save_feedback = {
	.name = "success_save_feedback",
	.sql = SQL_SAVE_FEEDBACK,
	.parameters = feedback_columns,
	.parameter_size = sizeof(struct feedback_row),
	.if_fewer = OVERTAKEN,
};

struct closing_row {
	int64_t id;
	const char *status;
	utc_us completed_at;
	const char *former_status;
	struct optional_time formerly_completed_at;
	bool has_pattern;
};

static const struct pg_column closing_columns[] = {
	PG_INT4(struct closing_row, id),
	PG_TEXT(struct closing_row, status),
	PG_TIME(struct closing_row, completed_at),
	PG_TEXT(struct closing_row, former_status),
	PG_TIME(struct closing_row, formerly_completed_at),
	PG_BOOL(struct closing_row, has_pattern),
	PG_END,
};

static const struct statement close_goals = {
	.name = "success_close_goals",
	.sql = SQL_CLOSE_GOALS,
	.parameters = closing_columns,
	.parameter_size = sizeof(struct closing_row),
	.if_fewer = OVERTAKEN,
};

static const struct pg_column contractor_columns[] = { PG_INT4(struct erasure, contractor_id),
						       PG_END };

static const struct pg_column erasure_columns[] = { PG_INT4(struct erasure, contractor_id),
						    PG_TIME(struct erasure, time), PG_END };

static const struct statement find_goals = {
	.name = "success_find_goals",
	.sql = SQL_FIND_GOALS,
	.parameters = contractor_columns,
	.parameter_size = sizeof(struct erasure),
	.results = goal_id_columns,
	.result_size = sizeof(struct goal_id_row),
};

static const struct statement reopen_goals = {
	.name = "success_reopen_goals",
	.sql = SQL_REOPEN_GOALS,
	.parameters = erasure_columns,
	.parameter_size = sizeof(struct erasure),
};

static const struct statement erase_tracking = {
	.name = "success_erase_tracking",
	.sql = SQL_ERASE_TRACKING,
	.parameters = erasure_columns,
	.parameter_size = sizeof(struct erasure),
};

static const struct pg_column due_columns[] = {
	PG_INT4(struct reminder_window, partition),
	PG_INT4(struct reminder_window, reminders),
	PG_TIME(struct reminder_window, completed_after),
	PG_TIME(struct reminder_window, completed_until),
	PG_END,
};

static const struct pg_column unrated_columns[] = {
	PG_INT4(struct unrated_goal, partition),
	PG_UUID(struct unrated_goal, goal_uuid),
	PG_END,
};

static const struct statement find_due_reminders = {
	.name = "success_find_due_reminders",
	.sql = SQL_FIND_DUE_REMINDERS,
	.parameters = due_columns,
	.parameter_size = sizeof(struct reminder_window),
	.results = unrated_columns,
	.result_size = sizeof(struct unrated_goal),
};

struct reminder_row {
	int64_t goal_id, number;
};

static const struct pg_column reminder_columns[] = {
	PG_INT4(struct reminder_row, goal_id),
	PG_INT4(struct reminder_row, number),
	PG_END,
};

static const struct statement save_reminders = {
	.name = "success_save_reminders",
	.sql = SQL_SAVE_REMINDERS,
	.parameters = reminder_columns,
	.parameter_size = sizeof(struct reminder_row),
};

const struct statement *const success_statements[] = {
	&read_goals,
	&lock_goals,
	&lock_tracking,
	&insert_tracking,
	&save_outcomes,
	&save_feedback,
	&close_goals,
	&find_due_reminders,
	&save_reminders,
	&find_goals,
	&reopen_goals,
	&erase_tracking,
	NULL,
};

static int by_uuid(const void *a, const void *b)
{
	return uuid_order(a, b); /* a struct goal starts with its UUID */
}

static struct goal *find(const struct goals *goals, const struct uuid *goal_id)
{
	return bsearch(goal_id, goals->items, goals->count, sizeof(*goals->items), by_uuid);
}

struct goal *success_find_goal(const struct goals *goals, const struct uuid *goal_id)
{
	struct goal *goal = find(goals, goal_id);

	return goal->id ? goal : NULL;
}

static void take_row(struct goal *goal, const struct goal_row *row)
{
	*goal = (struct goal){
		.goal_uuid = row->goal_uuid,
		.id = row->id,
		.contractor_id = row->contractor_id,
		.has_pattern = row->has_pattern,
		.created_at = row->created_at,
		.status = row->status,
		.closed_at = row->completed_at,
		.stored_status = row->status,
		.stored_closed_at = row->completed_at,
		.tracking_id = row->tracking_id.value,
		.version = row->version,
		.pattern_key = row->pattern_key,
		.outcome =
			(enum goal_outcome)name_index(outcome_recorded_outcome_names, row->outcome),
		.outcome_at = row->outcome_at,
		.outcome_event_id = row->outcome_event_id,
		.outcome_satisfaction = row->outcome_satisfaction,
		.revenue_impact =
			(enum revenue_impact)name_index(revenue_impact_names, row->revenue_impact),
		.notes = row->notes,
		.what_worked = row->what_worked,
		.what_didnt_work = row->what_didnt_work,
		.first_completed_at = row->first_completed_at,
		.feedback_at = row->feedback_at,
		.feedback_event_id = row->feedback_event_id,
		.feedback_rating = row->feedback_rating,
		.satisfaction = row->satisfaction,
		.feedback_requested = row->feedback_requested,
		.reminders = row->reminders,
		.published_at = row->published_at,
	};
}

bool success_lock_goals(struct context *ctx, const struct uuid *goal_ids, size_t count,
			struct err *err)
{
	return db_post(ctx->db, &lock_goals, goal_ids, count, err) &&
	       db_post(ctx->db, &lock_tracking, goal_ids, count, err);
}

static struct goal *unknown_goals(const struct uuid *goal_ids, size_t count, struct arena *arena,
				  size_t *ret_count)
{
	struct goal *goals = arena_array(arena, struct goal, count);
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		goals[i].goal_uuid = goal_ids[i];
	if (count > 1)
		qsort(goals, count, sizeof(*goals), by_uuid);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || by_uuid(&goals[kept - 1], &goals[i]) != 0)
			goals[kept++] = goals[i];
	*ret_count = kept;
	return goals;
}

bool success_ask_goals(struct context *ctx, const struct uuid *goal_ids, size_t count,
		       struct goals *ret_goals, struct err *err)
{
	size_t portion = count / PORTIONS_MAX + 1;

	if (portion < PORTION)
		portion = PORTION;
	*ret_goals = (struct goals){ .portion = portion };
	ret_goals->items = unknown_goals(goal_ids, count, ctx->arena, &ret_goals->count);
	for (size_t first = 0, i = 0; first < count; first += portion, i++) {
		size_t rest = count - first;

		if (!db_ask(ctx->db, &read_goals, &goal_ids[first], rest < portion ? rest : portion,
			    ctx->arena, &ret_goals->answers[i], err))
			return false;
	}
	return true;
}

bool success_take_goals(struct goals *goals, size_t until, struct err *err)
{
	for (; goals->taken * goals->portion < until; goals->taken++) {
		const struct db_answer *answer = &goals->answers[goals->taken];
		const struct goal_row *rows;

		if (!db_take(answer, err))
			return false;
		rows = answer->rows;
		for (size_t i = 0; i < answer->count; i++) {
			struct goal *goal = find(goals, &rows[i].goal_uuid);

			/* else an earlier portion had it, and it may have changed since */
			if (!goal->id)
				take_row(goal, &rows[i]);
		}
	}
	return true;
}

static struct outcome_row outcome_row_of(const struct goal *goal)
{
	return (struct outcome_row){
		.goal_id = goal->id,
		.outcome = outcome_recorded_outcome_names[goal->outcome],
		.outcome_at = goal->outcome_at.value,
		.event_id = goal->outcome_event_id,
		.days = goal->days,
		.outcome_satisfaction = goal->outcome_satisfaction,
		.satisfaction = goal->satisfaction,
		.revenue_impact = revenue_impact_names[goal->revenue_impact],
		.notes = goal->notes,
		.what_worked = goal->what_worked,
		.what_didnt_work = goal->what_didnt_work,
		.feedback_requested = goal->feedback_requested,
		.ended_at = goal->closed_at,
		.first_completed_at = goal->first_completed_at,
		.published_at = goal->published_at,
		.version = goal->version,
	};
}

static struct feedback_row feedback_row_of(const struct goal *goal)
{
	return (struct feedback_row){
		.goal_id = goal->id,
		.feedback_at = goal->feedback_at.value,
		.event_id = goal->feedback_event_id,
		.rating = goal->feedback_rating,
		.notes = goal->feedback_notes,
		.satisfaction = goal->satisfaction,
		.published_at = goal->published_at,
		.version = goal->version,
	};
}

static struct closing_row closing_row_of(const struct goal *goal)
{
	return (struct closing_row){
		.id = goal->id,
		.status = goal->status,
		.completed_at = goal->closed_at.value,
		.former_status = goal->stored_status,
		.formerly_completed_at = goal->stored_closed_at,
		.has_pattern = goal->has_pattern,
	};
}

static int by_number(const void *left, const void *right)
{
	const struct goal *const *a = left, *const *b = right;

	return ((*a)->id > (*b)->id) - ((*a)->id < (*b)->id);
}

/* Those that the batch has changed, in the order in which rows are locked. */
static size_t changed_goals(const struct goals *goals, struct arena *arena,
			    const struct goal ***ret_changed)
{
	const struct goal **changed = arena_array(arena, const struct goal *, goals->count);
	size_t count = 0;

	for (size_t i = 0; i < goals->count; i++) {
		const struct goal *goal = &goals->items[i];

		if (goal->outcome_changed || goal->feedback_changed || goal->closed)
			changed[count++] = goal;
	}
	if (count > 1)
		qsort(changed, count, sizeof(const struct goal *), by_number);
	*ret_changed = changed;
	return count;
}

bool success_save_goals(struct context *ctx, const struct goals *goals, struct err *err)
{
	const struct goal **changed;
	size_t count = changed_goals(goals, ctx->arena, &changed);
	struct closing_row *closings = arena_array(ctx->arena, struct closing_row, count);
	struct outcome_row *outcomes = arena_array(ctx->arena, struct outcome_row, count);
	struct feedback_row *feedback = arena_array(ctx->arena, struct feedback_row, count);
	size_t closings_count = 0, outcomes_count = 0, feedback_count = 0;

	for (size_t i = 0; i < count; i++) {
		if (changed[i]->closed)
			closings[closings_count++] = closing_row_of(changed[i]);
		if (changed[i]->outcome_changed)
			outcomes[outcomes_count++] = outcome_row_of(changed[i]);
		if (changed[i]->feedback_changed)
			feedback[feedback_count++] = feedback_row_of(changed[i]);
	}
	return db_post(ctx->db, &close_goals, closings, closings_count, err) &&
	       db_post(ctx->db, &save_outcomes, outcomes, outcomes_count, err) &&
	       db_post(ctx->db, &save_feedback, feedback, feedback_count, err);
}

bool success_start_tracking(struct context *ctx, const struct message *const *messages,
			    size_t count, struct started_goals *ret_started, struct err *err)
{
	struct start_row *rows = arena_array(ctx->arena, struct start_row, count);
	struct goal_id_row *started;
	size_t started_count;

	for (size_t i = 0; i < count; i++) {
		const struct goal_enriched *goal = messages[i]->value;

		rows[i] = (struct start_row){ goal->goal_id, goal->pattern_key, goal->created_at,
					      messages[i]->partition };
	}
	if (!db_run(ctx->db, &insert_tracking, rows, count, ctx->arena, &started, &started_count,
		    err))
		return false;

	ret_started->items = arena_array(ctx->arena, struct started_goal, started_count);
	ret_started->count = started_count;
	for (size_t i = 0; i < started_count; i++)
		ret_started->items[i].goal_uuid = started[i].goal_uuid;
	success_sort_started(ret_started);
	return true;
}

/* Goals before tracking rows, as everywhere. */
bool success_erase_goals(struct context *ctx, const struct erasure *erasures, size_t count,
			 struct err *err)
{
	return db_post(ctx->db, &reopen_goals, erasures, count, err) &&
	       db_post(ctx->db, &erase_tracking, erasures, count, err);
}

bool success_goals_of(struct context *ctx, const struct erasure *erasures, size_t count,
		      struct uuid **ret_goal_ids, size_t *ret_count, struct err *err)
{
	*ret_count = 0;
	return db_run(ctx->db, &find_goals, erasures, count, ctx->arena, ret_goal_ids, ret_count,
		      err);
}

bool success_find_unrated(struct context *ctx, const struct reminder_window *windows, size_t count,
			  struct unrated_goal **ret_goals, size_t *ret_count, struct err *err)
{
	return db_run(ctx->db, &find_due_reminders, windows, count, ctx->arena, ret_goals,
		      ret_count, err);
}

bool success_save_reminders(struct context *ctx, const struct goals *goals, struct err *err)
{
	struct reminder_row *rows = arena_array(ctx->arena, struct reminder_row, goals->count);
	size_t count = 0;

	for (size_t i = 0; i < goals->count; i++)
		if (goals->items[i].id)
			rows[count++] = (struct reminder_row){ goals->items[i].id,
							       goals->items[i].reminders };
	return db_post(ctx->db, &save_reminders, rows, count, err);
}
