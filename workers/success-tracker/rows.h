/* The rows that the store's statements read and write. */
#pragma once

#include "store.h"

struct goal_id_row {
	struct uuid goal_uuid;
};

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

struct start_row {
	struct uuid goal_uuid;
	const char *pattern_key;
	utc_us created_at;
	int64_t partition;
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

struct closing_row {
	int64_t id;
	const char *status;
	utc_us completed_at;
	const char *former_status;
	struct optional_time formerly_completed_at;
	bool has_pattern;
};

struct reminder_row {
	int64_t goal_id, number;
};

/* Every statement, under the name of its file in sql/. */
struct tracker_statements {
	struct statement read_goals, lock_goals, lock_tracking, insert_tracking, save_outcomes,
		save_feedback, close_goals, find_goals, reopen_goals, erase_tracking,
		find_due_reminders, save_reminders;
};
extern const struct tracker_statements tracker_statements;
