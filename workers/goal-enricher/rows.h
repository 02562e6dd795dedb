/* The rows that the store's statements read and write. */
#pragma once

#include "store.h"

struct contractor_row {
	int64_t contractor_id;
	bool exists;
	struct optional_time occurred_at; /* absent: no contractor.matched yet, nor what follows */
	struct optional_int snapshot;
	const char *event_id;
	const char *message;
};
/* With what a contractor.matched says. */
struct contractor_row contractor_row_of(const struct contractor_matched *matched,
					const char *event_id, struct arena *arena);

struct erasure_row {
	int64_t contractor_id;
	utc_us erased_at;
};

struct goal_row {
	int64_t id;
	struct uuid goal_uuid;
	int64_t contractor_id;
	const char *goal_type, *goal_description, *target_milestone;
	struct optional_int priority_score;
	int64_t progress;
	const char *next_milestone;
	const char *success_criteria; /* {"items":[…]}, as data_gaps */
	const char *pattern_source;
	struct optional_number pattern_confidence;
	const char *data_gaps;
	const char *status, *trigger_condition;
	struct optional_time last_action_at;
	utc_us created_at, updated_at;
	const char *pattern_key, *pattern_status;
	struct optional_number match_score;
	struct optional_int pattern_version, expected_months_low, expected_months_high;
	const char *timeline;
	bool upstream;
	utc_us occurred_at;
};

/* A step that was done. */
struct step_row {
	int64_t goal_id, position;
	utc_us completed_at;
};

struct item_row {
	int64_t goal_id;
	int64_t contractor_id, position; /* when written */
	const char *checklist_item, *item_type, *item;
	struct optional_number usage_rate;
	const char *status;
	const char *execution_context; /* the step */
	struct optional_time completed_at;
	utc_us time;
};

/* How many items a goal's checklist has. */
struct length_row {
	int64_t goal_id;
	int64_t length;
};

/* A contractor (no pattern), or one of his goals. */
struct count_row {
	int64_t contractor_id;
	const char *pattern_key;
	int64_t items; /* on its checklist */
};

struct upstream_row {
	struct uuid goal_uuid; /* when written */
	int64_t contractor_id;
	const char *event_id;
	const char *message;
};

/* JSON arrays of text, as a member of an object. */
extern const struct json_field list_fields[]; /* of a struct texts */

/* Every statement, under the name of its file in sql/. */
struct goal_statements {
	struct statement claim_contractors, lock_contractors, lock_goals, load_profiles, load_goals,
		load_items, load_steps, load_done_actions, load_upstream_goals, load_goal_owners,
		save_matched, save_upstream_goals, forget_upstream_goals, save_done_actions,
		save_steps, save_progress, insert_goals, update_goals, insert_items, save_items,
		trim_items, save_recommendations, count_goals, erase_contractors;
};
extern const struct goal_statements goal_statements;
