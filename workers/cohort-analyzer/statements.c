/*
 * Every statement once: its text, and which member of which row each parameter and result column
 * is.
 */
#include "cohort_analyzer_core_sql.h"
#include "rows.h"
#include "store.h"

/* One that reads or writes rows of `type` through a table of columns. */
#define TAKES(table, type) .parameters = (table), .parameter_size = sizeof(struct type)
#define GIVES(table, type) .results = (table), .result_size = sizeof(struct type)

static const struct pg_column event_columns[] = {
	PG_INT4(struct observation_row, contractor_id),
	PG_TIME(struct observation_row, occurred_at),
	PG_TEXT(struct observation_row, event_id),
	PG_END,
};

static const struct pg_column checked_columns[] = {
	PG_INT4(struct observation_row, contractor_id),
	PG_TIME(struct observation_row, occurred_at),
	PG_TEXT(struct observation_row, event_id),
	PG_INT4(struct observation_row, version),
	PG_END,
};

static const struct pg_column heard_columns[] = {
	PG_INT4(struct observation_row, contractor_id),
	PG_TIME(struct observation_row, occurred_at),
	PG_TEXT(struct observation_row, event_id),
	PG_TIME(struct observation_row, heard_until),
	PG_END,
};

#define OBSERVATION_COLUMNS \
	PG_INT4(struct observation_row, contractor_id), \
		PG_TIME(struct observation_row, occurred_at), \
		PG_TEXT(struct observation_row, event_id), \
		PG_TIME(struct observation_row, heard_until), \
		PG_TEXT(struct observation_row, revenue_tier), \
		PG_INT4(struct observation_row, team_size), \
		PG_TEXT(struct observation_row, team_band), \
		PG_TEXT(struct observation_row, current_stage), \
		PG_JSONB(struct observation_row, focus_areas), \
		PG_FLOAT8(struct observation_row, annual_revenue), \
		PG_TIME(struct observation_row, tier_since), \
		PG_TEXT(struct observation_row, status)

static const struct pg_column observation_columns[] = { OBSERVATION_COLUMNS, PG_END };
static const struct pg_column observation_read_columns[] = {
	OBSERVATION_COLUMNS,
	PG_INT4(struct observation_row, version),
	PG_END,
};

static const struct pg_column action_columns[] = {
	PG_INT4(struct action_row, contractor_id), PG_TIME(struct action_row, occurred_at),
	PG_TEXT(struct action_row, event_id),      PG_TEXT(struct action_row, kind),
	PG_TEXT(struct action_row, item),          PG_TEXT(struct action_row, name),
	PG_INT4(struct action_row, satisfaction),  PG_END,
};

static const struct pg_column vote_columns[] = {
	PG_UUID(struct vote_row, goal_uuid),
	PG_TEXT(struct vote_row, pattern_key),
	PG_UUID(struct vote_row, voter),
	PG_TEXT(struct vote_row, outcome),
	PG_TIME(struct vote_row, goal_created_at),
	PG_TIME(struct vote_row, occurred_at),
	PG_TEXT(struct vote_row, event_id),
	PG_INT4(struct vote_row, satisfaction),
	PG_TEXT(struct vote_row, revenue_impact),
	PG_TIME(struct vote_row, matters_from),
	PG_END,
};

static const struct pg_column vote_read_columns[] = {
	PG_TEXT(struct recorded_vote, pattern_key),
	PG_UUID(struct recorded_vote, voter),
	PG_TEXT(struct recorded_vote, outcome),
	PG_TIME(struct recorded_vote, goal_created_at),
	PG_TIME(struct recorded_vote, occurred_at),
	PG_INT4(struct recorded_vote, satisfaction),
	PG_TEXT(struct recorded_vote, revenue_impact),
	PG_END,
};

static const struct pg_column request_columns[] = {
	PG_TEXT(struct request_row, event_id),
	PG_TEXT(struct request_row, event_source),
	PG_TEXT(struct request_row, pattern_key),
	PG_TIME(struct request_row, as_of),
	PG_TEXT(struct request_row, reason),
	PG_INT8(struct request_row, kafka_offset),
	PG_END,
};

static const struct pg_column request_read_columns[] = {
	PG_TEXT(struct request_row, event_id),
	PG_TEXT(struct request_row, pattern_key),
	PG_TIME(struct request_row, as_of),
	PG_END,
};

static const struct pg_column finished_columns[] = {
	PG_TEXT(struct finished_row, event_id),
	PG_JSONB(struct finished_row, inputs),
	PG_JSONB(struct finished_row, outcome),
	PG_END,
};

static const struct pg_column finished_read_columns[] = {
	PG_TEXT(struct finished_row, event_id),
	PG_END,
};

static const struct pg_column contractor_columns[] = {
	PG_INT4(struct contractor_id_row, contractor_id),
	PG_END,
};

static const struct pg_column voter_columns[] = {
	PG_TEXT(struct voter, pattern_key),
	PG_UUID(struct voter, voter),
	PG_END,
};

static const struct pg_column key_columns[] = {
	PG_TEXT(struct pattern_key_row, pattern_key),
	PG_END,
};

static const struct pg_column looked_columns[] = {
	PG_TEXT(struct pattern_key_row, pattern_key),
	PG_TIME(struct pattern_key_row, as_of),
	PG_END,
};

static const struct pg_column position_columns[] = {
	PG_TEXT(struct position_row, topic),
	PG_INT4(struct position_row, partition),
	PG_INT8(struct position_row, next_offset),
	PG_END,
};

static const struct pg_column content_columns[] = {
	PG_JSONB(struct content_row, content),
	PG_END,
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
	PG_TEXT(struct history_row, name),
	PG_INT4(struct history_row, satisfaction),
	PG_END,
};

/* The texts last, behind each other: store_packed.c takes their bytes together. */
static const struct pg_column scan_observation_columns[] = {
	PG_INT4(struct observation_row, contractor_id),
	PG_TIME(struct observation_row, occurred_at),
	PG_TIME(struct observation_row, heard_until),
	PG_INT4(struct observation_row, team_size),
	PG_FLOAT8(struct observation_row, annual_revenue),
	PG_TIME(struct observation_row, tier_since),
	PG_TEXT(struct observation_row, revenue_tier),
	PG_TEXT(struct observation_row, current_stage),
	PG_TEXT(struct observation_row, team_band),
	PG_TEXT(struct observation_row, status),
	PG_JSONB(struct observation_row, focus_areas),
	PG_END,
};

static const struct pg_column scan_action_columns[] = {
	PG_INT4(struct action_row, contractor_id),
	PG_TIME(struct action_row, occurred_at),
	PG_INT4(struct action_row, satisfaction),
	PG_TEXT(struct action_row, kind),
	PG_TEXT(struct action_row, item),
	PG_TEXT(struct action_row, name),
	PG_END,
};

static const struct pg_column history_size_columns[] = {
	PG_INT8(struct history_size_row, observations),
	PG_INT8(struct history_size_row, actions),
	PG_END,
};

static const struct pg_column scan_part_columns[] = {
	PG_INT8(struct scan_part_row, observations_from),
	PG_INT8(struct scan_part_row, observations_to),
	PG_INT8(struct scan_part_row, actions_from),
	PG_INT8(struct scan_part_row, actions_to),
	PG_END,
};

static const struct pg_column tier_columns[] = {
	PG_TEXT(struct tier_row, revenue_tier),
	PG_END,
};

static const struct pg_column scan_candidates_columns[] = {
	PG_BYTEA(struct scan_candidates_row, bits),
	PG_INT4(struct scan_candidates_row, shift),
	PG_END,
};

static const struct pg_column pattern_columns[] = {
	PG_TEXT(struct pattern_row, pattern_key),
	PG_INT8(struct pattern_row, version),
	PG_TEXT(struct pattern_row, status),
	PG_TEXT(struct pattern_row, status_reason),
	PG_TIME(struct pattern_row, as_of),
	PG_TEXT(struct pattern_row, from_revenue_tier),
	PG_TEXT(struct pattern_row, to_revenue_tier),
	PG_TEXT(struct pattern_row, pattern_name),
	PG_TEXT(struct pattern_row, pattern_description),
	PG_TEXT(struct pattern_row, pattern_type),
	PG_JSONB(struct pattern_row, common_focus_areas),
	PG_JSONB(struct pattern_row, common_partners),
	PG_JSONB(struct pattern_row, common_milestones),
	PG_JSONB(struct pattern_row, common_books),
	PG_JSONB(struct pattern_row, common_podcasts),
	PG_JSONB(struct pattern_row, common_events),
	PG_INT4(struct pattern_row, avg_months),
	PG_INT4(struct pattern_row, median_months),
	PG_INT4(struct pattern_row, fastest_months),
	PG_JSONB(struct pattern_row, timeline),
	PG_JSONB(struct pattern_row, success_indicators),
	PG_INT4(struct pattern_row, sample_size),
	PG_FLOAT8(struct pattern_row, confidence),
	PG_FLOAT8(struct pattern_row, confidence_score),
	PG_FLOAT8(struct pattern_row, expected_success),
	PG_FLOAT8(struct pattern_row, consistency),
	PG_INT4(struct pattern_row, outcome_voters),
	PG_FLOAT8(struct pattern_row, team_median),
	PG_JSONB(struct pattern_row, stages),
	PG_JSONB(struct pattern_row, inputs),
	PG_INT4(struct pattern_row, at_risk),
	PG_JSONB(struct pattern_row, held_out),
	PG_INT4(struct pattern_row, shape_version),
	PG_TIME(struct pattern_row, confidence_as_of),
	PG_END,
};

static const struct pg_column confidence_columns[] = {
	PG_TEXT(struct pattern_row, pattern_key),
	PG_INT8(struct pattern_row, version),
	PG_TIME(struct pattern_row, confidence_as_of),
	PG_FLOAT8(struct pattern_row, confidence),
	PG_FLOAT8(struct pattern_row, expected_success),
	PG_INT4(struct pattern_row, sample_size),
	PG_INT4(struct pattern_row, outcome_voters),
	PG_TEXT(struct pattern_row, status),
	PG_TEXT(struct pattern_row, cause),
	PG_TEXT(struct pattern_row, status_reason),
	PG_END,
};

static const struct pg_column moved_columns[] = {
	PG_TEXT(struct pattern_row, pattern_key),
	PG_INT8(struct pattern_row, version),
	PG_FLOAT8(struct pattern_row, confidence),
	PG_FLOAT8(struct pattern_row, confidence_score),
	PG_FLOAT8(struct pattern_row, expected_success),
	PG_INT4(struct pattern_row, outcome_voters),
	PG_TIME(struct pattern_row, confidence_as_of),
	PG_END,
};

const struct analyzer_statements analyzer_statements = {
	.load_latest = {
		.name = "load_latest", .sql = SQL_LOAD_LATEST,
		TAKES(contractor_columns, contractor_id_row),
		GIVES(observation_read_columns, observation_row),
	},
	.load_predecessors = {
		.name = "load_predecessors", .sql = SQL_LOAD_PREDECESSORS,
		TAKES(event_columns, observation_row),
		GIVES(observation_read_columns, observation_row),
	},
	.check_predecessors = {
		.name = "check_predecessors", .sql = SQL_CHECK_PREDECESSORS,
		TAKES(checked_columns, observation_row),
		.if_fewer = "follow a profile that another instance has changed meanwhile",
	},
	.add_observations = {
		.name = "add_observations", .sql = SQL_ADD_OBSERVATIONS,
		TAKES(observation_columns, observation_row),
	},
	.add_remainders = {
		.name = "add_remainders", .sql = SQL_ADD_REMAINDERS,
		TAKES(observation_columns, observation_row),
	},
	.extend_observations = {
		.name = "extend_observations", .sql = SQL_EXTEND_OBSERVATIONS,
		TAKES(heard_columns, observation_row),
	},
	.add_actions = {
		.name = "add_actions", .sql = SQL_ADD_ACTIONS,
		TAKES(action_columns, action_row),
	},
	.save_votes = {
		.name = "save_votes", .sql = SQL_SAVE_VOTES,
		TAKES(vote_columns, vote_row),
	},
	.add_requests = {
		.name = "add_requests", .sql = SQL_ADD_REQUESTS,
		TAKES(request_columns, request_row),
	},
	.erase_history = {
		.name = "erase_history", .sql = SQL_ERASE_HISTORY,
		TAKES(contractor_columns, contractor_id_row),
	},
	.erase_votes = {
		.name = "erase_votes", .sql = SQL_ERASE_VOTES,
		TAKES(voter_columns, voter),
	},
	.load_pattern_keys = {
		.name = "load_pattern_keys", .sql = SQL_LOAD_PATTERN_KEYS,
		GIVES(key_columns, pattern_key_row),
	},
	.find_request = {
		.name = "find_request", .sql = SQL_FIND_REQUEST,
		GIVES(request_read_columns, request_row),
	},
	.finish_request = {
		.name = "finish_request", .sql = SQL_FINISH_REQUEST,
		.shape = STATEMENT_SCALARS,
		TAKES(finished_columns, finished_row),
		GIVES(finished_read_columns, finished_row),
	},
	.load_positions = {
		.name = "load_positions", .sql = SQL_LOAD_POSITIONS,
		GIVES(position_columns, position_row),
	},
	.load_patterns = {
		.name = "load_patterns", .sql = SQL_LOAD_PATTERNS,
		GIVES(content_columns, content_row),
	},
	.load_votes = {
		.name = "load_votes", .sql = SQL_LOAD_VOTES,
		GIVES(vote_read_columns, recorded_vote),
	},
	.load_history = {
		.name = "load_history", .sql = SQL_LOAD_HISTORY,
		TAKES(contractor_columns, contractor_id_row),
		GIVES(history_columns, history_row),
	},
	.lock_history = {
		.name = "lock_history", .sql = SQL_LOCK_HISTORY,
	},
	.measure_history = {
		.name = "measure_history", .sql = SQL_MEASURE_HISTORY,
		GIVES(history_size_columns, history_size_row),
	},
	.set_scan_part = {
		.name = "set_scan_part", .sql = SQL_SET_SCAN_PART,
		.shape = STATEMENT_SCALARS,
		TAKES(scan_part_columns, scan_part_row),
	},
	.set_scan_tiers = {
		.name = "set_scan_tiers", .sql = SQL_SET_SCAN_TIERS,
		TAKES(tier_columns, tier_row),
		GIVES(tier_columns, tier_row),
	},
	.scan_candidates = {
		.name = "scan_candidates", .sql = SQL_SCAN_CANDIDATES,
		GIVES(contractor_columns, contractor_id_row),
	},
	.set_scan_candidates = {
		.name = "set_scan_candidates", .sql = SQL_SET_SCAN_CANDIDATES,
		.shape = STATEMENT_SCALARS,
		TAKES(scan_candidates_columns, scan_candidates_row),
	},
	.scan_observations = {
		.name = "scan_observations", .sql = SQL_SCAN_OBSERVATIONS,
		GIVES(scan_observation_columns, observation_row),
	},
	.scan_actions = {
		.name = "scan_actions", .sql = SQL_SCAN_ACTIONS,
		GIVES(scan_action_columns, action_row),
	},
	.scan_observations_of_candidates = {
		.name = "scan_observations_of_candidates",
		.sql = SQL_SCAN_OBSERVATIONS_OF_CANDIDATES,
		GIVES(scan_observation_columns, observation_row),
	},
	.scan_actions_of_candidates = {
		.name = "scan_actions_of_candidates", .sql = SQL_SCAN_ACTIONS_OF_CANDIDATES,
		GIVES(scan_action_columns, action_row),
	},
	.save_patterns = {
		.name = "save_patterns", .sql = SQL_SAVE_PATTERNS,
		TAKES(pattern_columns, pattern_row),
	},
	.add_confidence_history = {
		.name = "add_confidence_history", .sql = SQL_ADD_CONFIDENCE_HISTORY,
		TAKES(confidence_columns, pattern_row),
	},
	.touch_patterns = {
		.name = "touch_patterns", .sql = SQL_TOUCH_PATTERNS,
		TAKES(looked_columns, pattern_key_row),
	},
	.save_confidence = {
		.name = "save_confidence", .sql = SQL_SAVE_CONFIDENCE,
		TAKES(moved_columns, pattern_row),
	},
};

const struct statement *const cohort_analyzer_statements[] = {
	&analyzer_statements.load_latest,
	&analyzer_statements.load_predecessors,
	&analyzer_statements.check_predecessors,
	&analyzer_statements.add_observations,
	&analyzer_statements.add_remainders,
	&analyzer_statements.extend_observations,
	&analyzer_statements.add_actions,
	&analyzer_statements.save_votes,
	&analyzer_statements.add_requests,
	&analyzer_statements.erase_history,
	&analyzer_statements.erase_votes,
	&analyzer_statements.load_pattern_keys,
	&analyzer_statements.find_request,
	&analyzer_statements.finish_request,
	&analyzer_statements.load_positions,
	&analyzer_statements.load_patterns,
	&analyzer_statements.load_votes,
	&analyzer_statements.load_history,
	&analyzer_statements.save_patterns,
	&analyzer_statements.add_confidence_history,
	&analyzer_statements.touch_patterns,
	&analyzer_statements.save_confidence,
	&analyzer_statements.lock_history,
	&analyzer_statements.measure_history,
	&analyzer_statements.set_scan_part,
	&analyzer_statements.set_scan_tiers,
	&analyzer_statements.scan_candidates,
	&analyzer_statements.set_scan_candidates,
	&analyzer_statements.scan_observations,
	&analyzer_statements.scan_actions,
	&analyzer_statements.scan_observations_of_candidates,
	&analyzer_statements.scan_actions_of_candidates,
	NULL,
};
