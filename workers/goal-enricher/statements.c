/*
 * Every statement once: its text, and which member of which row each parameter and result column
 * is.
 */
#include "goal_enricher_core_sql.h"
#include "rows.h"

const struct json_field list_fields[] = {
	{ FIELD_NAMED("items"), .kind = FIELD_KIND_TEXTS, .presence = OPTIONAL, .offset = 0 },
	FIELD_END,
};

/* One that reads or writes rows of `type` through a table of columns. */
#define TAKES(table, type) .parameters = (table), .parameter_size = sizeof(struct type)
#define GIVES(table, type) .results = (table), .result_size = sizeof(struct type)
#define OF_CONTRACTORS TAKES(contractor_columns, contractor_row)

static const struct pg_column contractor_columns[] = {
	PG_INT4(struct contractor_row, contractor_id), PG_END
};

static const struct pg_column head_columns[] = {
	PG_INT4(struct contractor_row, contractor_id), PG_BOOL(struct contractor_row, exists),
	PG_TIME(struct contractor_row, occurred_at),   PG_INT8(struct contractor_row, snapshot),
	PG_TEXT(struct contractor_row, event_id),      PG_END,
};

static const struct pg_column profile_columns[] = {
	PG_INT4(struct contractor_row, contractor_id),
	PG_JSONB(struct contractor_row, message),
	PG_END,
};

static const struct pg_column claimed_columns[] = { PG_INT4(struct contractor_row, contractor_id),
						    PG_BOOL(struct contractor_row, exists),
						    PG_END };

static const struct pg_column matched_columns[] = {
	PG_INT4(struct contractor_row, contractor_id), PG_TIME(struct contractor_row, occurred_at),
	PG_INT8(struct contractor_row, snapshot),      PG_TEXT(struct contractor_row, event_id),
	PG_JSONB(struct contractor_row, message),      PG_END,
};

static const struct pg_column goal_read_columns[] = {
	PG_INT4(struct goal_row, id),
	PG_UUID(struct goal_row, goal_uuid),
	PG_INT4(struct goal_row, contractor_id),
	PG_TEXT(struct goal_row, goal_type),
	PG_TEXT(struct goal_row, goal_description),
	PG_TEXT(struct goal_row, target_milestone),
	PG_INT4(struct goal_row, priority_score),
	PG_JSONB(struct goal_row, success_criteria),
	PG_TEXT(struct goal_row, pattern_source),
	PG_FLOAT8(struct goal_row, pattern_confidence),
	PG_JSONB(struct goal_row, data_gaps),
	PG_TEXT(struct goal_row, status),
	PG_TEXT(struct goal_row, trigger_condition),
	PG_TIME(struct goal_row, created_at),
	PG_TEXT(struct goal_row, pattern_key),
	PG_INT8(struct goal_row, pattern_version),
	PG_TEXT(struct goal_row, pattern_status),
	PG_FLOAT8(struct goal_row, match_score),
	PG_INT4(struct goal_row, expected_months_low),
	PG_INT4(struct goal_row, expected_months_high),
	PG_TEXT(struct goal_row, timeline),
	PG_BOOL(struct goal_row, upstream),
	PG_TIME(struct goal_row, occurred_at),
	PG_END,
};

static const struct pg_column goal_key_columns[] = { PG_INT4(struct goal_row, id), PG_END };

static const struct pg_column count_columns[] = {
	PG_INT4(struct count_row, contractor_id),
	PG_TEXT(struct count_row, pattern_key),
	PG_INT4(struct count_row, items),
	PG_END,
};

static const struct pg_column item_read_columns[] = {
	PG_INT4(struct item_row, goal_id),      PG_TEXT(struct item_row, checklist_item),
	PG_TEXT(struct item_row, item_type),    PG_TEXT(struct item_row, item),
	PG_FLOAT8(struct item_row, usage_rate), PG_JSONB(struct item_row, execution_context),
	PG_TIME(struct item_row, completed_at), PG_END,
};

static const struct pg_column step_read_columns[] = {
	PG_INT4(struct item_row, goal_id),      PG_INT4(struct item_row, contractor_id),
	PG_TEXT(struct item_row, item_type),    PG_JSONB(struct item_row, execution_context),
	PG_TIME(struct item_row, completed_at), PG_END,
};

static const struct pg_column step_columns[] = {
	PG_INT4(struct step_row, goal_id),
	PG_INT4(struct step_row, position),
	PG_TIME(struct step_row, completed_at),
	PG_END,
};

static const struct pg_column progress_columns[] = {
	PG_INT4(struct goal_row, id),
	PG_INT4(struct goal_row, progress),
	PG_TEXT(struct goal_row, next_milestone),
	PG_TIME(struct goal_row, last_action_at),
	PG_END,
};

static const struct pg_column done_action_columns[] = {
	PG_INT4(struct done_action, contractor_id),
	PG_TEXT(struct done_action, item_type),
	PG_TEXT(struct done_action, item),
	PG_TIME(struct done_action, first_at),
	PG_END,
};

static const struct pg_column upstream_read_columns[] = {
	PG_INT4(struct upstream_row, contractor_id),
	PG_TEXT(struct upstream_row, event_id),
	PG_JSONB(struct upstream_row, message),
	PG_END,
};

static const struct pg_column owner_columns[] = {
	PG_UUID(struct goal_owner, goal_id),
	PG_INT4(struct goal_owner, contractor_id),
	PG_END,
};

static const struct pg_column upstream_name_columns[] = {
	PG_UUID(struct upstream_row, goal_uuid),
	PG_TEXT(struct upstream_row, event_id),
	PG_END,
};

static const struct pg_column upstream_write_columns[] = {
	PG_UUID(struct upstream_row, goal_uuid),
	PG_INT4(struct upstream_row, contractor_id),
	PG_TEXT(struct upstream_row, event_id),
	PG_JSONB(struct upstream_row, message),
	PG_END,
};

#define TOLD_COLUMNS \
	PG_TEXT(struct goal_row, goal_type), PG_TEXT(struct goal_row, goal_description), \
		PG_TEXT(struct goal_row, target_milestone), \
		PG_INT4(struct goal_row, priority_score), PG_INT4(struct goal_row, progress), \
		PG_TEXT(struct goal_row, next_milestone), \
		PG_JSONB(struct goal_row, success_criteria), \
		PG_TEXT(struct goal_row, pattern_source), \
		PG_FLOAT8(struct goal_row, pattern_confidence), \
		PG_JSONB(struct goal_row, data_gaps), PG_TEXT(struct goal_row, trigger_condition), \
		PG_TIME(struct goal_row, last_action_at)

#define STANDING_COLUMNS \
	PG_TIME(struct goal_row, updated_at), PG_TEXT(struct goal_row, pattern_key), \
		PG_INT8(struct goal_row, pattern_version), \
		PG_TEXT(struct goal_row, pattern_status), PG_FLOAT8(struct goal_row, match_score), \
		PG_INT4(struct goal_row, expected_months_low), \
		PG_INT4(struct goal_row, expected_months_high), \
		PG_TEXT(struct goal_row, timeline), PG_BOOL(struct goal_row, upstream), \
		PG_TIME(struct goal_row, occurred_at)

static const struct pg_column goal_insert_columns[] = {
	PG_UUID(struct goal_row, goal_uuid),
	PG_INT4(struct goal_row, contractor_id),
	TOLD_COLUMNS,
	PG_TIME(struct goal_row, created_at),
	STANDING_COLUMNS,
	PG_END,
};

static const struct pg_column goal_update_columns[] = {
	PG_INT4(struct goal_row, id),
	TOLD_COLUMNS,
	STANDING_COLUMNS,
	PG_END,
};

static const struct pg_column goal_inserted_columns[] = {
	PG_INT4(struct goal_row, id),
	PG_UUID(struct goal_row, goal_uuid),
	PG_END,
};

static const struct pg_column item_write_columns[] = {
	PG_INT4(struct item_row, goal_id),
	PG_INT4(struct item_row, contractor_id),
	PG_INT4(struct item_row, position),
	PG_TEXT(struct item_row, checklist_item),
	PG_TEXT(struct item_row, item_type),
	PG_TEXT(struct item_row, item),
	PG_FLOAT8(struct item_row, usage_rate),
	PG_TEXT(struct item_row, status),
	PG_JSONB(struct item_row, execution_context),
	PG_TIME(struct item_row, completed_at),
	PG_TIME(struct item_row, time),
	PG_END,
};

static const struct pg_column recommendation_columns[] = {
	PG_TEXT(struct recommendation, pattern_key), PG_INT4(struct recommendation, contractor_id),
	PG_TEXT(struct recommendation, item_type),   PG_TEXT(struct recommendation, item),
	PG_TIME(struct recommendation, time),        PG_END,
};

static const struct pg_column erasure_columns[] = {
	PG_INT4(struct erasure_row, contractor_id),
	PG_TIME(struct erasure_row, erased_at),
	PG_END,
};

static const struct pg_column length_columns[] = {
	PG_INT4(struct length_row, goal_id),
	PG_INT4(struct length_row, length),
	PG_END,
};

const struct goal_statements goal_statements = {
	.claim_contractors = {
		.name = "claim_contractors", .sql = SQL_CLAIM_CONTRACTORS,
		TAKES(matched_columns, contractor_row),
		GIVES(claimed_columns, contractor_row),
	},
	.lock_contractors = {
		.name = "lock_contractors", .sql = SQL_LOCK_CONTRACTORS,
		OF_CONTRACTORS,
		GIVES(head_columns, contractor_row),
	},
	.lock_goals = {
		.name = "lock_goals", .sql = SQL_LOCK_GOALS,
		TAKES(done_action_columns, done_action),
		GIVES(contractor_columns, contractor_row),
	},
	.load_profiles = {
		.name = "load_profiles", .sql = SQL_LOAD_PROFILES,
		OF_CONTRACTORS,
		GIVES(profile_columns, contractor_row),
	},
	.load_goals = {
		.name = "load_goals", .sql = SQL_LOAD_GOALS,
		OF_CONTRACTORS,
		GIVES(goal_read_columns, goal_row),
	},
	.load_items = {
		.name = "load_items", .sql = SQL_LOAD_ITEMS,
		TAKES(goal_key_columns, goal_row),
		GIVES(item_read_columns, item_row),
	},
	.load_steps = {
		.name = "load_steps", .sql = SQL_LOAD_STEPS,
		TAKES(done_action_columns, done_action),
		GIVES(step_read_columns, item_row),
	},
	.load_done_actions = {
		.name = "load_done_actions", .sql = SQL_LOAD_DONE_ACTIONS,
		OF_CONTRACTORS,
		GIVES(done_action_columns, done_action),
	},
	.load_upstream_goals = {
		.name = "load_upstream_goals", .sql = SQL_LOAD_UPSTREAM_GOALS,
		OF_CONTRACTORS,
		GIVES(upstream_read_columns, upstream_row),
	},
	.load_goal_owners = {
		.name = "load_goal_owners", .sql = SQL_LOAD_GOAL_OWNERS,
		TAKES(owner_columns, goal_owner),
		GIVES(owner_columns, goal_owner),
	},
	.save_matched = {
		.name = "save_matched", .sql = SQL_SAVE_MATCHED,
		TAKES(matched_columns, contractor_row),
	},
	.save_upstream_goals = {
		.name = "save_upstream_goals", .sql = SQL_SAVE_UPSTREAM_GOALS,
		TAKES(upstream_write_columns, upstream_row),
	},
	.forget_upstream_goals = {
		.name = "forget_upstream_goals", .sql = SQL_FORGET_UPSTREAM_GOALS,
		TAKES(upstream_name_columns, upstream_row),
	},
	.save_done_actions = {
		.name = "save_done_actions", .sql = SQL_SAVE_DONE_ACTIONS,
		TAKES(done_action_columns, done_action),
	},
	.save_steps = {
		.name = "save_steps", .sql = SQL_SAVE_STEPS,
		TAKES(step_columns, step_row),
	},
	.save_progress = {
		.name = "save_progress", .sql = SQL_SAVE_PROGRESS,
		TAKES(progress_columns, goal_row),
	},
	.insert_goals = {
		.name = "insert_goals", .sql = SQL_INSERT_GOALS,
		TAKES(goal_insert_columns, goal_row),
		GIVES(goal_inserted_columns, goal_row),
	},
	.update_goals = {
		.name = "update_goals", .sql = SQL_UPDATE_GOALS,
		TAKES(goal_update_columns, goal_row),
	},
	.insert_items = {
		.name = "insert_items", .sql = SQL_INSERT_ITEMS,
		TAKES(item_write_columns, item_row),
	},
	.save_items = {
		.name = "save_items", .sql = SQL_SAVE_ITEMS,
		TAKES(item_write_columns, item_row),
	},
	.trim_items = {
		.name = "trim_items", .sql = SQL_TRIM_ITEMS,
		TAKES(length_columns, length_row),
	},
	.save_recommendations = {
		.name = "save_recommendations", .sql = SQL_SAVE_RECOMMENDATIONS,
		TAKES(recommendation_columns, recommendation),
	},
	.count_goals = {
		.name = "count_goals", .sql = SQL_COUNT_GOALS,
		TAKES(count_columns, count_row),
	},
	.erase_contractors = {
		.name = "erase_contractors", .sql = SQL_ERASE_CONTRACTORS,
		TAKES(erasure_columns, erasure_row),
	},
};

const struct statement goal_enricher_pattern_versions = {
	.name = "goal_pattern_versions",
	.sql = SQL_LOAD_PATTERN_VERSIONS,
	.shape = STATEMENT_SCALARS,
	.results = library_version_columns,
	.result_size = sizeof(struct library_version),
};

const struct statement *const goal_enricher_statements[] = {
	&goal_enricher_pattern_versions,      &goal_statements.claim_contractors,
	&goal_statements.lock_contractors,    &goal_statements.load_profiles,
	&goal_statements.load_goals,          &goal_statements.load_items,
	&goal_statements.load_done_actions,   &goal_statements.load_upstream_goals,
	&goal_statements.load_goal_owners,    &goal_statements.save_matched,
	&goal_statements.save_upstream_goals, &goal_statements.forget_upstream_goals,
	&goal_statements.save_done_actions,   &goal_statements.insert_goals,
	&goal_statements.update_goals,        &goal_statements.insert_items,
	&goal_statements.save_items,          &goal_statements.trim_items,
	&goal_statements.count_goals,         &goal_statements.erase_contractors,
	&goal_statements.lock_goals,          &goal_statements.save_recommendations,
	&goal_statements.load_steps,          &goal_statements.save_steps,
	&goal_statements.save_progress,       NULL,
};
