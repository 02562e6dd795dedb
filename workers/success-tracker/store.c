/* The goal's row lock stands for its tracking row as well, so both are read in two statements:
 * first lock, then look. */
#include "store.h"

#include "identity.h"
#include "success_tracker_core_sql.h"

struct goal_id_row {
	struct uuid goal_uuid;
};

static const struct pg_column goal_id_columns[] = { PG_UUID(struct goal_id_row, goal_uuid),
						    PG_END };

struct goal_row {
	struct uuid goal_uuid;
	int64_t id, contractor_id;
	bool has_pattern;
	utc_us created_at;
	const char *status;
	struct optional_time completed_at;
};

static const struct pg_column goal_key_columns[] = { PG_INT4(struct goal_row, id), PG_END };

static const struct pg_column goal_columns[] = {
	PG_UUID(struct goal_row, goal_uuid),     PG_INT4(struct goal_row, id),
	PG_INT4(struct goal_row, contractor_id), PG_BOOL(struct goal_row, has_pattern),
	PG_TIME(struct goal_row, created_at),    PG_TEXT(struct goal_row, status),
	PG_TIME(struct goal_row, completed_at),  PG_END,
};

static const struct statement lock_goals = {
	.name = "success_lock_goals",
	.sql = SQL_LOCK_GOALS,
	.parameters = goal_id_columns,
	.parameter_size = sizeof(struct goal_id_row),
	.results = goal_columns,
	.result_size = sizeof(struct goal_row),
};

struct tracking_row {
	struct uuid goal_uuid;
	int64_t id;
	const char *pattern_key, *outcome;
	struct optional_time outcome_at;
	const char *outcome_event_id;
	struct optional_int outcome_satisfaction;
	const char *revenue_impact, *notes, *what_worked, *what_didnt_work;
	struct optional_time first_completed_at;
	struct optional_time feedback_at;
	const char *feedback_event_id;
	struct optional_int feedback_rating;
	bool feedback_requested;
	int64_t reminders;
	struct optional_time published_at;
};

static const struct pg_column tracking_columns[] = {
	PG_UUID(struct tracking_row, goal_uuid),
	PG_INT4(struct tracking_row, id),
	PG_TEXT(struct tracking_row, pattern_key),
	PG_TEXT(struct tracking_row, outcome),
	PG_TIME(struct tracking_row, outcome_at),
	PG_TEXT(struct tracking_row, outcome_event_id),
	PG_INT4(struct tracking_row, outcome_satisfaction),
	PG_TEXT(struct tracking_row, revenue_impact),
	PG_TEXT(struct tracking_row, notes),
	PG_TEXT(struct tracking_row, what_worked),
	PG_TEXT(struct tracking_row, what_didnt_work),
	PG_TIME(struct tracking_row, first_completed_at),
	PG_TIME(struct tracking_row, feedback_at),
	PG_TEXT(struct tracking_row, feedback_event_id),
	PG_INT4(struct tracking_row, feedback_rating),
	PG_BOOL(struct tracking_row, feedback_requested),
	PG_INT4(struct tracking_row, reminders),
	PG_TIME(struct tracking_row, published_at),
	PG_END,
};

static const struct statement load_tracking = {
	.name = "success_load_tracking",
	.sql = SQL_LOAD_TRACKING,
	.parameters = goal_key_columns,
	.parameter_size = sizeof(struct goal_row),
	.results = tracking_columns,
	.result_size = sizeof(struct tracking_row),
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
	PG_END,
};

static const struct statement save_outcomes = {
	.name = "success_save_outcomes",
	.sql = SQL_SAVE_OUTCOMES,
	.parameters = outcome_columns,
	.parameter_size = sizeof(struct outcome_row),
};

struct feedback_row {
	int64_t goal_id;
	utc_us feedback_at;
	const char *event_id;
	struct optional_int rating;
	const char *notes;
	struct optional_int satisfaction;
	struct optional_time published_at;
};

static const struct pg_column feedback_columns[] = {
	PG_INT4(struct feedback_row, goal_id),      PG_TIME(struct feedback_row, feedback_at),
	PG_TEXT(struct feedback_row, event_id),     PG_INT4(struct feedback_row, rating),
	PG_TEXT(struct feedback_row, notes),        PG_INT4(struct feedback_row, satisfaction),
	PG_TIME(struct feedback_row, published_at), PG_END,
};

static const struct statement save_feedback = {
	.name = "success_save_feedback",
	.sql = SQL_SAVE_FEEDBACK,
	.parameters = feedback_columns,
	.parameter_size = sizeof(struct feedback_row),
};

struct closing_row {
	int64_t id;
	const char *status;
	utc_us completed_at;
};

static const struct pg_column closing_columns[] = {
	PG_INT4(struct closing_row, id),
	PG_TEXT(struct closing_row, status),
	PG_TIME(struct closing_row, completed_at),
	PG_END,
};

static const struct statement close_goals = {
	.name = "success_close_goals",
	.sql = SQL_CLOSE_GOALS,
	.parameters = closing_columns,
	.parameter_size = sizeof(struct closing_row),
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
	&lock_goals,  &load_tracking,      &insert_tracking, &save_outcomes, &save_feedback,
	&close_goals, &find_due_reminders, &save_reminders,  NULL,
};

static int by_uuid(const void *a, const void *b)
{
	return uuid_order(a, b); /* a struct goal starts with its UUID */
}

struct goal *success_find_goal(const struct goals *goals, const struct uuid *goal_id)
{
	return bsearch(goal_id, goals->items, goals->count, sizeof(*goals->items), by_uuid);
}

static struct goal goal_of_row(const struct goal_row *row)
{
	return (struct goal){
		.goal_uuid = row->goal_uuid,
		.id = row->id,
		.contractor_id = row->contractor_id,
		.has_pattern = row->has_pattern,
		.created_at = row->created_at,
		.status = row->status,
		.closed_at = row->completed_at,
	};
}

static void add_tracking(struct goal *goal, const struct tracking_row *row)
{
	goal->tracking_id = row->id;
	goal->pattern_key = row->pattern_key;
	goal->outcome = (enum goal_outcome)name_index(outcome_recorded_outcome_names, row->outcome);
	goal->outcome_at = row->outcome_at;
	goal->outcome_event_id = row->outcome_event_id;
	goal->outcome_satisfaction = row->outcome_satisfaction;
	goal->revenue_impact =
		(enum revenue_impact)name_index(revenue_impact_names, row->revenue_impact);
	goal->notes = row->notes;
	goal->what_worked = row->what_worked;
	goal->what_didnt_work = row->what_didnt_work;
	goal->first_completed_at = row->first_completed_at;
	goal->feedback_at = row->feedback_at;
	goal->feedback_event_id = row->feedback_event_id;
	goal->feedback_rating = row->feedback_rating;
	goal->feedback_requested = row->feedback_requested;
	goal->reminders = row->reminders;
	goal->published_at = row->published_at;
}

bool success_load_goals(struct context *ctx, const struct uuid *goal_ids, size_t count,
			struct goals *ret_goals, struct err *err)
{
	struct goal_row *goals;
	struct tracking_row *tracking = NULL;
	size_t goals_count, tracking_count = 0;

	if (!db_run(ctx->db, &lock_goals, goal_ids, count, ctx->arena, &goals, &goals_count, err) ||
	    !db_run(ctx->db, &load_tracking, goals, goals_count, ctx->arena, &tracking,
		    &tracking_count, err))
		return false;

	ret_goals->items = arena_array(ctx->arena, struct goal, goals_count);
	ret_goals->count = goals_count;
	for (size_t i = 0; i < goals_count; i++)
		ret_goals->items[i] = goal_of_row(&goals[i]);
	qsort(ret_goals->items, goals_count, sizeof(*ret_goals->items), by_uuid);

	for (size_t i = 0; i < tracking_count; i++) {
		struct goal *goal = success_find_goal(ret_goals, &tracking[i].goal_uuid);

		if (goal)
			add_tracking(goal, &tracking[i]);
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
	};
}

bool success_save_goals(struct context *ctx, const struct goals *goals, struct err *err)
{
	struct outcome_row *outcomes = arena_array(ctx->arena, struct outcome_row, goals->count);
	struct feedback_row *feedback = arena_array(ctx->arena, struct feedback_row, goals->count);
	struct closing_row *closings = arena_array(ctx->arena, struct closing_row, goals->count);
	size_t outcomes_count = 0, feedback_count = 0, closings_count = 0;

	for (size_t i = 0; i < goals->count; i++) {
		const struct goal *goal = &goals->items[i];

		if (goal->outcome_changed)
			outcomes[outcomes_count++] = outcome_row_of(goal);
		if (goal->feedback_changed)
			feedback[feedback_count++] = feedback_row_of(goal);
		if (goal->closed)
			closings[closings_count++] = (struct closing_row){ goal->id, goal->status,
									   goal->closed_at.value };
	}
	return db_post(ctx->db, &save_outcomes, outcomes, outcomes_count, err) &&
	       db_post(ctx->db, &save_feedback, feedback, feedback_count, err) &&
	       db_post(ctx->db, &close_goals, closings, closings_count, err);
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

bool success_find_unrated(struct context *ctx, const struct reminder_window *windows, size_t count,
			  struct unrated_goal **ret_goals, size_t *ret_count, struct err *err)
{
	return db_run(ctx->db, &find_due_reminders, windows, count, ctx->arena, ret_goals,
		      ret_count, err);
}

bool success_save_reminders(struct context *ctx, const struct goals *goals, struct err *err)
{
	struct reminder_row *rows = arena_array(ctx->arena, struct reminder_row, goals->count);

	for (size_t i = 0; i < goals->count; i++)
		rows[i] = (struct reminder_row){ goals->items[i].id, goals->items[i].reminders };
	return db_post(ctx->db, &save_reminders, rows, goals->count, err);
}
