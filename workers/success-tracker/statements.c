/* The statements of sql/, with what they take and give. */
#include "rows.h"
#include "success_tracker_core_sql.h"

#define OVERTAKEN "were changed by another instance meanwhile"

static const struct pg_column goal_id_columns[] = { PG_UUID(struct goal_id_row, goal_uuid),
						    PG_END };

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

static const struct pg_column start_columns[] = {
	PG_UUID(struct start_row, goal_uuid),
	PG_TEXT(struct start_row, pattern_key),
	PG_TIME(struct start_row, created_at),
	PG_INT4(struct start_row, partition),
	PG_END,
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

static const struct pg_column closing_columns[] = {
	PG_INT4(struct closing_row, id),
	PG_TEXT(struct closing_row, status),
	PG_TIME(struct closing_row, completed_at),
	PG_TEXT(struct closing_row, former_status),
	PG_TIME(struct closing_row, formerly_completed_at),
	PG_BOOL(struct closing_row, has_pattern),
	PG_END,
};

static const struct pg_column contractor_columns[] = { PG_INT4(struct erasure, contractor_id),
						       PG_END };

static const struct pg_column erasure_columns[] = { PG_INT4(struct erasure, contractor_id),
						    PG_TIME(struct erasure, time), PG_END };

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

static const struct pg_column reminder_columns[] = {
	PG_INT4(struct reminder_row, goal_id),
	PG_INT4(struct reminder_row, number),
	PG_END,
};

const struct tracker_statements tracker_statements = {
	.read_goals = {
		.name = "success_read_goals",
		.sql = SQL_READ_GOALS,
		.parameters = goal_id_columns,
		.parameter_size = sizeof(struct goal_id_row),
		.results = goal_columns,
		.result_size = sizeof(struct goal_row),
	},
	.lock_goals = {
		.name = "success_lock_goals",
		.sql = SQL_LOCK_GOALS,
		.parameters = goal_id_columns,
		.parameter_size = sizeof(struct goal_id_row),
	},
	.lock_tracking = {
		.name = "success_lock_tracking",
		.sql = SQL_LOCK_TRACKING,
		.parameters = goal_id_columns,
		.parameter_size = sizeof(struct goal_id_row),
	},
	.insert_tracking = {
		.name = "success_insert_tracking",
		.sql = SQL_INSERT_TRACKING,
		.parameters = start_columns,
		.parameter_size = sizeof(struct start_row),
		.results = goal_id_columns,
		.result_size = sizeof(struct goal_id_row),
	},
	.save_outcomes = {
		.name = "success_save_outcomes",
		.sql = SQL_SAVE_OUTCOMES,
		.parameters = outcome_columns,
		.parameter_size = sizeof(struct outcome_row),
		.if_fewer = OVERTAKEN,
	},
	.save_feedback = {
		.name = "success_save_feedback",
		.sql = SQL_SAVE_FEEDBACK,
		.parameters = feedback_columns,
		.parameter_size = sizeof(struct feedback_row),
		.if_fewer = OVERTAKEN,
	},
	.close_goals = {
		.name = "success_close_goals",
		.sql = SQL_CLOSE_GOALS,
		.parameters = closing_columns,
		.parameter_size = sizeof(struct closing_row),
		.if_fewer = OVERTAKEN,
	},
	.find_goals = {
		.name = "success_find_goals",
		.sql = SQL_FIND_GOALS,
		.parameters = contractor_columns,
		.parameter_size = sizeof(struct erasure),
		.results = goal_id_columns,
		.result_size = sizeof(struct goal_id_row),
	},
	.reopen_goals = {
		.name = "success_reopen_goals",
		.sql = SQL_REOPEN_GOALS,
		.parameters = erasure_columns,
		.parameter_size = sizeof(struct erasure),
	},
	.erase_tracking = {
		.name = "success_erase_tracking",
		.sql = SQL_ERASE_TRACKING,
		.parameters = erasure_columns,
		.parameter_size = sizeof(struct erasure),
	},
	.find_due_reminders = {
		.name = "success_find_due_reminders",
		.sql = SQL_FIND_DUE_REMINDERS,
		.parameters = due_columns,
		.parameter_size = sizeof(struct reminder_window),
		.results = unrated_columns,
		.result_size = sizeof(struct unrated_goal),
	},
	.save_reminders = {
		.name = "success_save_reminders",
		.sql = SQL_SAVE_REMINDERS,
		.parameters = reminder_columns,
		.parameter_size = sizeof(struct reminder_row),
	},
};

const struct statement *const success_statements[] = {
	&tracker_statements.read_goals,
	&tracker_statements.lock_goals,
	&tracker_statements.lock_tracking,
	&tracker_statements.insert_tracking,
	&tracker_statements.save_outcomes,
	&tracker_statements.save_feedback,
	&tracker_statements.close_goals,
	&tracker_statements.find_due_reminders,
	&tracker_statements.save_reminders,
	&tracker_statements.find_goals,
	&tracker_statements.reopen_goals,
	&tracker_statements.erase_tracking,
	NULL,
};
