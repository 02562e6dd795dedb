/* The rows that the store's statements read and write. */
#pragma once

#include "decide.h"
#include "db.h"
#include "recorded.h"

struct observation_row {
	int64_t contractor_id;
	utc_us occurred_at;
	const char *event_id;
	utc_us heard_until;
	const char *revenue_tier;
	struct optional_int team_size;
	const char *team_band, *current_stage;
	const char *focus_areas; /* a JSON array */
	struct optional_number annual_revenue;
	struct optional_time tier_since;
	const char *status;
	struct optional_int
		version; /* read, and compared when what follows from the row is written */
};

struct action_row {
	int64_t contractor_id;
	utc_us occurred_at;
	const char *event_id;
	const char *kind, *item, *name;
	struct optional_int satisfaction;
};

struct vote_row {
	struct uuid goal_uuid;
	const char *pattern_key;
	struct uuid voter;
	const char *outcome;
	utc_us goal_created_at, occurred_at;
	const char *event_id;
	struct optional_int satisfaction;
	const char *revenue_impact;
	struct optional_time
		matters_from; /* when it says something, if nothing else is said of its goal */
};

struct request_row {
	const char *event_id, *event_source, *pattern_key;
	utc_us as_of;
	const char *reason;
	int64_t kafka_offset;
};

struct finished_row {
	const char *event_id;
	const char *inputs, *outcome;
};

struct contractor_id_row {
	int64_t contractor_id;
};

struct tier_row {
	const char *revenue_tier;
};

/* Blocks of the history's tables. */
struct history_size_row {
	int64_t observations, actions;
};

/* Of each table the blocks from one up to another, without that. */
struct scan_part_row {
	int64_t observations_from, observations_to, actions_from, actions_to;
};

struct scan_candidates_row {
	struct bytes bits;
	int64_t shift;
};

struct pattern_key_row {
	const char *pattern_key;
	utc_us as_of;
};

struct position_row {
	const char *topic;
	int64_t partition, next_offset;
};

struct content_row {
	const char *content; /* a pattern as in pattern.recalculated */
};

struct pattern_row {
	const char *pattern_key;
	int64_t version;
	const char *status, *status_reason;
	utc_us as_of;
	const char *from_revenue_tier, *to_revenue_tier, *pattern_name, *pattern_description,
		*pattern_type;
	const char *common_focus_areas, *common_partners, *common_milestones;
	const char *common_books, *common_podcasts, *common_events;
	struct optional_int avg_months, median_months, fastest_months;
	const char *timeline, *success_indicators;
	int64_t sample_size;
	double confidence, confidence_score, expected_success, consistency;
	int64_t outcome_voters;
	struct optional_number team_median;
	const char *stages, *inputs;
	struct optional_int at_risk, shape_version;
	const char *held_out;
	utc_us confidence_as_of;
	const char *cause; /* of this version */
};

/* Every statement, under the name of its file in sql/. */
struct analyzer_statements {
	struct statement load_latest, load_predecessors, check_predecessors, add_observations,
		add_remainders, extend_observations, add_actions, save_votes, add_requests,
		erase_history, erase_votes, load_pattern_keys, find_request, finish_request,
		load_positions, load_patterns, load_votes, load_history, lock_history,
		measure_history, set_scan_tiers, scan_candidates, set_scan_part,
		set_scan_candidates, scan_observations, scan_actions,
		scan_observations_of_candidates, scan_actions_of_candidates, save_patterns,
		add_confidence_history, touch_patterns, save_confidence;
};
extern const struct analyzer_statements analyzer_statements;
