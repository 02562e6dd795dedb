/*
 * The tables of messages.h. What the design's table of events marks with a question mark is
 * OPTIONAL here. Lists that may well be empty in our own messages are REQUIRED where a reader must
 * be told so (contractor.matched without a match), OPTIONAL where an absent list means nothing else
 * than an empty one.
 */
#include "messages.h"

/* Serial and bigint columns: what Postgres's integer and a double hold exactly. */
#define INTEGER_MAX 2147483647
#define EXACT_MAX 9007199254740992.0
/* Numbers without a natural upper end; the bound only keeps nonsense out. */
#define USD_MAX 1e15
#define MONTHS_MAX 1e6
#define LIFT_MAX 1e9
#define LOG_MAX 100

const char *const contractor_status_names[] = { NULL,     "active",  "inactive",
						"closed", "deleted", NULL };
const char *const action_kind_names[] = { NULL,      "milestone", "partner",    "book",
					  "podcast", "event",     "focus_area", NULL };
const char *const goal_completed_outcome_names[] = { NULL, "completed", "abandoned", NULL };
const char *const outcome_recorded_outcome_names[] = { NULL, "completed", "abandoned", "open",
						       NULL };
const char *const revenue_impact_names[] = { NULL,       "positive",  "neutral",
					     "negative", "too_early", NULL };
const char *const recalculation_reason_names[] = { NULL, "scheduled", "manual", "drift", NULL };
const char *const pattern_status_names[] = { NULL, "active", "downgraded", "removed", NULL };

const struct json_field contractor_updated_fields[] = {
	FIELD_INT(struct contractor_updated, contractor_id, "contractor_id", REQUIRED, 1,
		  INTEGER_MAX),
	FIELD_TIME(struct contractor_updated, occurred_at, "occurred_at", REQUIRED),
	FIELD_TEXT(struct contractor_updated, revenue_tier, "revenue_tier", REQUIRED),
	FIELD_INT_OR_TEXT(struct contractor_updated, team_size, "team_size", OPTIONAL),
	FIELD_TEXT(struct contractor_updated, current_stage, "current_stage", OPTIONAL),
	FIELD_TEXTS_OR_TEXT(struct contractor_updated, focus_areas, "focus_areas", OPTIONAL),
	FIELD_NUMBER(struct contractor_updated, annual_revenue, "annual_revenue", OPTIONAL, 0,
		     USD_MAX),
	FIELD_TIME(struct contractor_updated, tier_since, "tier_since", OPTIONAL),
	FIELD_ENUM(struct contractor_updated, status, "status", OPTIONAL, contractor_status_names),
	FIELD_END
};

const struct json_field action_recorded_fields[] = {
	FIELD_INT(struct action_recorded, contractor_id, "contractor_id", REQUIRED, 1, INTEGER_MAX),
	FIELD_TIME(struct action_recorded, occurred_at, "occurred_at", REQUIRED),
	FIELD_ENUM(struct action_recorded, kind, "kind", REQUIRED, action_kind_names),
	FIELD_TEXT(struct action_recorded, item, "item", REQUIRED),
	FIELD_TEXT(struct action_recorded, name, "name", OPTIONAL),
	FIELD_INT(struct action_recorded, satisfaction, "satisfaction", OPTIONAL, 1, 5),
	FIELD_END
};

const struct json_field goal_created_fields[] = {
	FIELD_UUID(struct goal_created, goal_id, "goal_id", REQUIRED),
	FIELD_INT(struct goal_created, contractor_id, "contractor_id", REQUIRED, 1, INTEGER_MAX),
	FIELD_TIME(struct goal_created, occurred_at, "occurred_at", REQUIRED),
	FIELD_TEXT(struct goal_created, goal_type, "goal_type", REQUIRED),
	FIELD_TEXT(struct goal_created, goal_description, "goal_description", REQUIRED),
	FIELD_TEXT(struct goal_created, target_milestone, "target_milestone", OPTIONAL),
	FIELD_INT(struct goal_created, priority_score, "priority_score", OPTIONAL, 1, 10),
	FIELD_TEXTS(struct goal_created, data_gaps, "data_gaps", OPTIONAL),
	FIELD_TEXT(struct goal_created, trigger_condition, "trigger_condition", OPTIONAL),
	FIELD_END
};

const struct json_field goal_completed_fields[] = {
	FIELD_UUID(struct goal_completed, goal_id, "goal_id", REQUIRED),
	FIELD_INT(struct goal_completed, contractor_id, "contractor_id", REQUIRED, 1, INTEGER_MAX),
	FIELD_TIME(struct goal_completed, occurred_at, "occurred_at", REQUIRED),
	FIELD_ENUM(struct goal_completed, outcome, "outcome", REQUIRED,
		   goal_completed_outcome_names),
	FIELD_INT(struct goal_completed, satisfaction, "satisfaction", OPTIONAL, 1, 5),
	FIELD_ENUM(struct goal_completed, revenue_impact, "revenue_impact", OPTIONAL,
		   revenue_impact_names),
	FIELD_TEXT(struct goal_completed, notes, "notes", OPTIONAL),
	FIELD_TEXT(struct goal_completed, what_worked, "what_worked", OPTIONAL),
	FIELD_TEXT(struct goal_completed, what_didnt_work, "what_didnt_work", OPTIONAL),
	FIELD_END
};

const struct json_field feedback_submitted_fields[] = {
	FIELD_UUID(struct feedback_submitted, goal_id, "goal_id", REQUIRED),
	FIELD_INT(struct feedback_submitted, contractor_id, "contractor_id", REQUIRED, 1,
		  INTEGER_MAX),
	FIELD_TIME(struct feedback_submitted, occurred_at, "occurred_at", REQUIRED),
	FIELD_INT(struct feedback_submitted, rating, "rating", REQUIRED, 1, 5),
	FIELD_TEXT(struct feedback_submitted, notes, "notes", OPTIONAL),
	FIELD_END
};

const struct json_field scored_partner_fields[] = {
	FIELD_TEXT(struct scored_partner, partner_id, "partner_id", REQUIRED),
	FIELD_TEXT(struct scored_partner, name, "name", OPTIONAL),
	FIELD_NUMBER(struct scored_partner, match_score, "match_score", REQUIRED, 0, 1), FIELD_END
};

const struct json_field partner_scored_fields[] = {
	FIELD_INT(struct partner_scored, contractor_id, "contractor_id", REQUIRED, 1, INTEGER_MAX),
	FIELD_TIME(struct partner_scored, occurred_at, "occurred_at", REQUIRED),
	FIELD_OBJECTS(struct partner_scored, partners, "partners", REQUIRED, scored_partner_fields),
	FIELD_END
};

const struct json_field recalculation_requested_fields[] = {
	FIELD_TIME(struct recalculation_requested, as_of, "as_of", REQUIRED),
	FIELD_ENUM(struct recalculation_requested, reason, "reason", REQUIRED,
		   recalculation_reason_names),
	FIELD_END
};

const struct json_field pattern_item_fields[] = {
	FIELD_TEXT(struct pattern_item, item, "item", REQUIRED),
	FIELD_TEXT(struct pattern_item, name, "name", OPTIONAL),
	FIELD_INT(struct pattern_item, users, "users", REQUIRED, 1, INTEGER_MAX),
	FIELD_NUMBER(struct pattern_item, usage_rate, "usage_rate", REQUIRED, 0, 1),
	FIELD_BOOL(struct pattern_item, at_least, "at_least", REQUIRED),
	FIELD_NUMBER(struct pattern_item, usage_low, "usage_low", OPTIONAL, 0, 1),
	FIELD_NUMBER(struct pattern_item, usage_high, "usage_high", OPTIONAL, 0, 1),
	FIELD_TEXT(struct pattern_item, grade, "grade", OPTIONAL),
	FIELD_NUMBER(struct pattern_item, control_rate, "control_rate", OPTIONAL, 0, 1),
	FIELD_NUMBER(struct pattern_item, lift, "lift", OPTIONAL, 0, LIFT_MAX),
	FIELD_NUMBER(struct pattern_item, lift_low, "lift_low", OPTIONAL, 0, LIFT_MAX),
	FIELD_NUMBER(struct pattern_item, lift_high, "lift_high", OPTIONAL, 0, LIFT_MAX),
	FIELD_NUMBER(struct pattern_item, q_value, "q_value", OPTIONAL, 0, 1),
	FIELD_NUMBER(struct pattern_item, first_share, "first_share", OPTIONAL, 0, 1),
	FIELD_NUMBER(struct pattern_item, median_adoption_months, "median_adoption_months",
		     OPTIONAL, 0, MONTHS_MAX),
	FIELD_NUMBER(struct pattern_item, avg_satisfaction, "avg_satisfaction", OPTIONAL, 1, 5),
	FIELD_INT(struct pattern_item, raters, "raters", OPTIONAL, 1, INTEGER_MAX),
	FIELD_NUMBER(struct pattern_item, shrunk_satisfaction, "shrunk_satisfaction", OPTIONAL, 1,
		     5),
	FIELD_NUMBER(struct pattern_item, outcome_success, "outcome_success", OPTIONAL, 0, 1),
	FIELD_NUMBER(struct pattern_item, outcome_ratio, "outcome_ratio", OPTIONAL, 0, LIFT_MAX),
	FIELD_INT(struct pattern_item, outcome_users, "outcome_users", OPTIONAL, 1, INTEGER_MAX),
	FIELD_END
};

const struct json_field stage_share_fields[] = {
	FIELD_TEXT(struct stage_share, stage, "stage", REQUIRED),
	FIELD_NUMBER(struct stage_share, share, "share", REQUIRED, 0, 1), FIELD_END
};

const struct json_field combination_item_fields[] = {
	FIELD_ENUM(struct combination_item, kind, "kind", REQUIRED, action_kind_names),
	FIELD_TEXT(struct combination_item, item, "item", REQUIRED),
	FIELD_TEXT(struct combination_item, name, "name", OPTIONAL), FIELD_END
};

const struct json_field pattern_combination_fields[] = {
	FIELD_OBJECTS(struct pattern_combination, items, "items", REQUIRED,
		      combination_item_fields),
	FIELD_INT(struct pattern_combination, users, "users", REQUIRED, 1, INTEGER_MAX),
	FIELD_NUMBER(struct pattern_combination, usage_rate, "usage_rate", REQUIRED, 0, 1),
	FIELD_BOOL(struct pattern_combination, at_least, "at_least", REQUIRED),
	FIELD_NUMBER(struct pattern_combination, lift, "lift", OPTIONAL, 0, LIFT_MAX),
	FIELD_NUMBER(struct pattern_combination, lift_low, "lift_low", OPTIONAL, 0, LIFT_MAX),
	FIELD_NUMBER(struct pattern_combination, lift_high, "lift_high", OPTIONAL, 0, LIFT_MAX),
	FIELD_NUMBER(struct pattern_combination, q_value, "q_value", OPTIONAL, 0, 1),
	FIELD_END
};

const struct json_field category_share_fields[] = {
	FIELD_TEXT(struct category_share, category, "category", REQUIRED),
	FIELD_NUMBER(struct category_share, share, "share", REQUIRED, 0, 1), FIELD_END
};

const struct json_field success_indicators_fields[] = {
	FIELD_NUMBER(struct success_indicators, team_doubled, "team_doubled", OPTIONAL, 0, 1),
	FIELD_NUMBER(struct success_indicators, revenue_increased, "revenue_increased", OPTIONAL, 0,
		     0),
	FIELD_NUMBER(struct success_indicators, lead_flow_improved, "lead_flow_improved", OPTIONAL,
		     0, 1),
	FIELD_OBJECTS(struct success_indicators, first_categories, "first_categories", OPTIONAL,
		      category_share_fields),
	FIELD_OBJECTS(struct success_indicators, combinations, "combinations", OPTIONAL,
		      pattern_combination_fields),
	FIELD_END
};

const struct json_field later_timeline_fields[] = {
	FIELD_INT(struct later_timeline, months, "months", REQUIRED, 1, MONTHS_MAX),
	FIELD_NUMBER(struct later_timeline, low, "low", REQUIRED, 0, MONTHS_MAX),
	FIELD_NUMBER(struct later_timeline, median, "median", REQUIRED, 0, MONTHS_MAX),
	FIELD_NUMBER(struct later_timeline, high, "high", REQUIRED, 0, MONTHS_MAX),
	FIELD_NUMBER(struct later_timeline, p_by_horizon, "p_by_horizon", OPTIONAL, 0, 1),
	FIELD_END
};

const struct json_field timeline_fields[] = {
	FIELD_TEXT(struct timeline, basis, "basis", OPTIONAL),
	FIELD_TEXT(struct timeline, method, "method", OPTIONAL),
	FIELD_NUMBER(struct timeline, low, "low", OPTIONAL, 0, MONTHS_MAX),
	FIELD_NUMBER(struct timeline, median, "median", OPTIONAL, 0, MONTHS_MAX),
	FIELD_NUMBER(struct timeline, high, "high", OPTIONAL, 0, MONTHS_MAX),
	FIELD_NUMBER(struct timeline, p_by_horizon, "p_by_horizon", OPTIONAL, 0, 1),
	FIELD_NUMBER(struct timeline, horizon, "horizon", OPTIONAL, 0, MONTHS_MAX),
	FIELD_INT(struct timeline, survival_median, "survival_median", OPTIONAL, 0, MONTHS_MAX),
	FIELD_INT(struct timeline, survival_median_low, "survival_median_low", OPTIONAL, 0,
		  MONTHS_MAX),
	FIELD_INT(struct timeline, survival_median_high, "survival_median_high", OPTIONAL, 0,
		  MONTHS_MAX),
	FIELD_OBJECTS(struct timeline, later, "later", OPTIONAL, later_timeline_fields),
	FIELD_END
};

const char *const held_out_result_names[] = { NULL,        "passed",          "failed",
					      "too_small", "nothing_to_test", NULL };

const struct json_field held_out_test_fields[] = {
	FIELD_ENUM(struct held_out_test, result, "result", OPTIONAL, held_out_result_names),
	FIELD_NUMBER(struct held_out_test, median_log_lift, "median_log_lift", OPTIONAL, -LOG_MAX,
		     LOG_MAX),
	FIELD_END
};

#define PATTERN_ITEMS(member) \
	FIELD_OBJECTS(struct pattern, member, #member, OPTIONAL, pattern_item_fields)

const struct json_field pattern_fields[] = {
	FIELD_TEXT(struct pattern, pattern_key, "pattern_key", REQUIRED),
	FIELD_INT(struct pattern, version, "version", REQUIRED, 1, EXACT_MAX),
	FIELD_ENUM(struct pattern, status, "status", REQUIRED, pattern_status_names),
	FIELD_TEXT(struct pattern, status_reason, "status_reason", OPTIONAL),
	FIELD_TIME(struct pattern, as_of, "as_of", REQUIRED),
	FIELD_TEXT(struct pattern, from_revenue_tier, "from_revenue_tier", REQUIRED),
	FIELD_TEXT(struct pattern, to_revenue_tier, "to_revenue_tier", REQUIRED),
	FIELD_TEXT(struct pattern, pattern_name, "pattern_name", REQUIRED),
	FIELD_TEXT(struct pattern, pattern_description, "pattern_description", OPTIONAL),
	FIELD_TEXT(struct pattern, pattern_type, "pattern_type", REQUIRED),
	PATTERN_ITEMS(common_focus_areas),
	PATTERN_ITEMS(common_partners),
	PATTERN_ITEMS(common_milestones),
	PATTERN_ITEMS(common_books),
	PATTERN_ITEMS(common_podcasts),
	PATTERN_ITEMS(common_events),
	FIELD_INT(struct pattern, avg_time_to_level_up_months, "avg_time_to_level_up_months",
		  OPTIONAL, 0, MONTHS_MAX),
	FIELD_INT(struct pattern, median_time_to_level_up_months, "median_time_to_level_up_months",
		  OPTIONAL, 0, MONTHS_MAX),
	FIELD_INT(struct pattern, fastest_time_months, "fastest_time_months", OPTIONAL, 0,
		  MONTHS_MAX),
	FIELD_OBJECT(struct pattern, timeline, "timeline", OPTIONAL, timeline_fields),
	FIELD_OBJECT(struct pattern, success_indicators, "success_indicators", OPTIONAL,
		     success_indicators_fields),
	FIELD_OBJECT(struct pattern, held_out, "held_out", OPTIONAL, held_out_test_fields),
	FIELD_INT(struct pattern, shape_version, "shape_version", OPTIONAL, 1, 1000),
	FIELD_INT(struct pattern, sample_size, "sample_size", REQUIRED, 0, INTEGER_MAX),
	FIELD_INT(struct pattern, at_risk, "at_risk", OPTIONAL, 0, INTEGER_MAX),
	FIELD_NUMBER(struct pattern, confidence_score, "confidence_score", REQUIRED, 0, 1),
	FIELD_TIME(struct pattern, confidence_as_of, "confidence_as_of", OPTIONAL),
	FIELD_NUMBER(struct pattern, expected_success, "expected_success", REQUIRED, 0, 1),
	FIELD_NUMBER(struct pattern, consistency, "consistency", REQUIRED, 0, 1),
	FIELD_INT(struct pattern, outcome_voters, "outcome_voters", REQUIRED, 0, INTEGER_MAX),
	FIELD_NUMBER(struct pattern, team_median, "team_median", OPTIONAL, 0, EXACT_MAX),
	FIELD_OBJECTS(struct pattern, stages, "stages", OPTIONAL, stage_share_fields),
	FIELD_END
};

const struct json_field pattern_match_fields[] = {
	FIELD_TEXT(struct pattern_match, pattern_key, "pattern_key", REQUIRED),
	FIELD_INT(struct pattern_match, pattern_version, "pattern_version", REQUIRED, 1, EXACT_MAX),
	FIELD_NUMBER(struct pattern_match, match_score, "match_score", REQUIRED, 0, 1),
	FIELD_NUMBER(struct pattern_match, tier_score, "tier_score", REQUIRED, 0, 1),
	FIELD_NUMBER(struct pattern_match, focus_score, "focus_score", REQUIRED, 0, 1),
	FIELD_NUMBER(struct pattern_match, team_score, "team_score", REQUIRED, 0, 1),
	FIELD_NUMBER(struct pattern_match, stage_score, "stage_score", REQUIRED, 0, 1),
	FIELD_TEXT(struct pattern_match, match_reason, "match_reason", REQUIRED),
	FIELD_TEXTS(struct pattern_match, reasons, "reasons", OPTIONAL),
	FIELD_END
};

const struct json_field contractor_matched_fields[] = {
	FIELD_INT(struct contractor_matched, contractor_id, "contractor_id", REQUIRED, 1,
		  INTEGER_MAX),
	FIELD_TIME(struct contractor_matched, occurred_at, "occurred_at", REQUIRED),
	FIELD_TEXT(struct contractor_matched, revenue_tier, "revenue_tier", REQUIRED),
	FIELD_INT_OR_TEXT(struct contractor_matched, team_size, "team_size", OPTIONAL),
	FIELD_TEXT(struct contractor_matched, current_stage, "current_stage", OPTIONAL),
	FIELD_TEXTS(struct contractor_matched, focus_areas, "focus_areas", OPTIONAL),
	FIELD_NUMBER(struct contractor_matched, annual_revenue, "annual_revenue", OPTIONAL, 0,
		     USD_MAX),
	FIELD_ENUM(struct contractor_matched, status, "status", OPTIONAL, contractor_status_names),
	FIELD_TIME(struct contractor_matched, tier_entered_at, "tier_entered_at", REQUIRED),
	FIELD_INT(struct contractor_matched, snapshot, "snapshot", REQUIRED, 0, EXACT_MAX),
	FIELD_OBJECTS(struct contractor_matched, matches, "matches", REQUIRED,
		      pattern_match_fields),
	FIELD_END
};

const struct json_field recommended_partner_fields[] = {
	FIELD_TEXT(struct recommended_partner, partner_id, "partner_id", REQUIRED),
	FIELD_TEXT(struct recommended_partner, name, "name", OPTIONAL),
	FIELD_NUMBER(struct recommended_partner, match_score, "match_score", REQUIRED, 0, 1),
	FIELD_NUMBER(struct recommended_partner, boost, "boost", REQUIRED, 0, 1),
	FIELD_NUMBER(struct recommended_partner, boosted_score, "boosted_score", REQUIRED, 0, 1),
	FIELD_NUMBER(struct recommended_partner, usage_rate, "usage_rate", OPTIONAL, 0, 1),
	FIELD_BOOL(struct recommended_partner, at_least, "at_least", REQUIRED),
	FIELD_NUMBER(struct recommended_partner, avg_satisfaction, "avg_satisfaction", OPTIONAL, 1,
		     5),
	FIELD_TEXT(struct recommended_partner, pattern_key, "pattern_key", OPTIONAL),
	FIELD_TEXT(struct recommended_partner, message, "message", OPTIONAL),
	FIELD_TEXT(struct recommended_partner, like_you, "like_you", OPTIONAL),
	FIELD_END
};

const struct json_field partner_recommended_fields[] = {
	FIELD_INT(struct partner_recommended, contractor_id, "contractor_id", REQUIRED, 1,
		  INTEGER_MAX),
	FIELD_TIME(struct partner_recommended, occurred_at, "occurred_at", REQUIRED),
	FIELD_OBJECTS(struct partner_recommended, partners, "partners", REQUIRED,
		      recommended_partner_fields),
	FIELD_END
};

const struct json_field checklist_item_fields[] = {
	FIELD_TEXT(struct checklist_item, checklist_item, "checklist_item", REQUIRED),
	FIELD_TEXT(struct checklist_item, item_type, "item_type", REQUIRED),
	FIELD_TEXT(struct checklist_item, item, "item", OPTIONAL),
	FIELD_NUMBER(struct checklist_item, usage_rate, "usage_rate", OPTIONAL, 0, 1),
	FIELD_TEXT(struct checklist_item, status, "status", REQUIRED),
	FIELD_END
};

const struct json_field goal_enriched_fields[] = {
	FIELD_UUID(struct goal_enriched, goal_id, "goal_id", REQUIRED),
	FIELD_INT(struct goal_enriched, contractor_id, "contractor_id", REQUIRED, 1, INTEGER_MAX),
	FIELD_TIME(struct goal_enriched, occurred_at, "occurred_at", REQUIRED),
	FIELD_TIME(struct goal_enriched, created_at, "created_at", REQUIRED),
	FIELD_TEXT(struct goal_enriched, goal_type, "goal_type", REQUIRED),
	FIELD_TEXT(struct goal_enriched, goal_description, "goal_description", REQUIRED),
	FIELD_TEXT(struct goal_enriched, target_milestone, "target_milestone", OPTIONAL),
	FIELD_INT(struct goal_enriched, priority_score, "priority_score", OPTIONAL, 1, 10),
	FIELD_TEXT(struct goal_enriched, next_milestone, "next_milestone", OPTIONAL),
	FIELD_TEXT(struct goal_enriched, pattern_key, "pattern_key", OPTIONAL),
	FIELD_INT(struct goal_enriched, pattern_version, "pattern_version", OPTIONAL, 1, EXACT_MAX),
	FIELD_ENUM(struct goal_enriched, pattern_status, "pattern_status", OPTIONAL,
		   pattern_status_names),
	FIELD_TEXT(struct goal_enriched, pattern_source, "pattern_source", OPTIONAL),
	FIELD_NUMBER(struct goal_enriched, pattern_confidence, "pattern_confidence", OPTIONAL, 0,
		     1),
	FIELD_NUMBER(struct goal_enriched, match_score, "match_score", OPTIONAL, 0, 1),
	FIELD_TEXTS(struct goal_enriched, data_gaps, "data_gaps", OPTIONAL),
	FIELD_TEXTS(struct goal_enriched, success_criteria, "success_criteria", OPTIONAL),
	FIELD_TEXT(struct goal_enriched, trigger_condition, "trigger_condition", OPTIONAL),
	FIELD_TEXT(struct goal_enriched, status, "status", REQUIRED),
	FIELD_INT(struct goal_enriched, expected_months_low, "expected_months_low", OPTIONAL, 0,
		  MONTHS_MAX),
	FIELD_INT(struct goal_enriched, expected_months_high, "expected_months_high", OPTIONAL, 0,
		  MONTHS_MAX),
	FIELD_TEXT(struct goal_enriched, timeline, "timeline", OPTIONAL),
	FIELD_OBJECTS(struct goal_enriched, checklist, "checklist", OPTIONAL,
		      checklist_item_fields),
	FIELD_END
};

const struct json_field feedback_requested_fields[] = {
	FIELD_UUID(struct feedback_requested, goal_id, "goal_id", REQUIRED),
	FIELD_INT(struct feedback_requested, contractor_id, "contractor_id", REQUIRED, 1,
		  INTEGER_MAX),
	FIELD_TIME(struct feedback_requested, occurred_at, "occurred_at", REQUIRED),
	FIELD_TEXT(struct feedback_requested, question, "question", REQUIRED),
	FIELD_INT(struct feedback_requested, reminder, "reminder", OPTIONAL, 1, 10),
	FIELD_END
};

const struct json_field outcome_recorded_fields[] = {
	FIELD_UUID(struct outcome_recorded, goal_id, "goal_id", REQUIRED),
	FIELD_TEXT(struct outcome_recorded, pattern_key, "pattern_key", REQUIRED),
	FIELD_UUID(struct outcome_recorded, voter, "voter", REQUIRED),
	FIELD_ENUM(struct outcome_recorded, outcome, "outcome", REQUIRED,
		   outcome_recorded_outcome_names),
	FIELD_TIME(struct outcome_recorded, goal_created_at, "goal_created_at", REQUIRED),
	FIELD_TIME(struct outcome_recorded, occurred_at, "occurred_at", REQUIRED),
	FIELD_INT(struct outcome_recorded, satisfaction, "satisfaction", OPTIONAL, 1, 5),
	FIELD_ENUM(struct outcome_recorded, revenue_impact, "revenue_impact", OPTIONAL,
		   revenue_impact_names),
	FIELD_END
};

#define MESSAGE(topic_name, type, table, message_key, may_be_null, maker) \
	{ \
		.topic = (topic_name), .fields = (table), .size = sizeof(type), \
		.key = (message_key), .tombstone = (may_be_null), .producer = (maker) \
	}

const struct message_type message_types[] = {
	MESSAGE(TOPIC_CONTRACTOR_UPDATED, struct contractor_updated, contractor_updated_fields,
		MESSAGE_KEY_CONTRACTOR, true, "upstream"),
	MESSAGE(TOPIC_ACTION_RECORDED, struct action_recorded, action_recorded_fields,
		MESSAGE_KEY_CONTRACTOR, false, "upstream"),
	MESSAGE(TOPIC_GOAL_CREATED, struct goal_created, goal_created_fields,
		MESSAGE_KEY_CONTRACTOR, false, "upstream"),
	MESSAGE(TOPIC_GOAL_COMPLETED, struct goal_completed, goal_completed_fields,
		MESSAGE_KEY_CONTRACTOR, false, "upstream"),
	MESSAGE(TOPIC_FEEDBACK_SUBMITTED, struct feedback_submitted, feedback_submitted_fields,
		MESSAGE_KEY_CONTRACTOR, false, "upstream"),
	MESSAGE(TOPIC_PARTNER_SCORED, struct partner_scored, partner_scored_fields,
		MESSAGE_KEY_CONTRACTOR, false, "upstream"),
	MESSAGE(TOPIC_RECALCULATION_REQUESTED, struct recalculation_requested,
		recalculation_requested_fields, MESSAGE_KEY_PATTERN_OR_NONE, false,
		"cohort-analyzer"),
	MESSAGE(TOPIC_PATTERN_RECALCULATED, struct pattern, pattern_fields, MESSAGE_KEY_PATTERN,
		true, "cohort-analyzer"),
	MESSAGE(TOPIC_CONTRACTOR_MATCHED, struct contractor_matched, contractor_matched_fields,
		MESSAGE_KEY_CONTRACTOR, true, "matcher"),
	MESSAGE(TOPIC_PARTNER_RECOMMENDED, struct partner_recommended, partner_recommended_fields,
		MESSAGE_KEY_CONTRACTOR, false, "matcher"),
	MESSAGE(TOPIC_GOAL_ENRICHED, struct goal_enriched, goal_enriched_fields,
		MESSAGE_KEY_CONTRACTOR, true, "goal-enricher"),
	MESSAGE(TOPIC_FEEDBACK_REQUESTED, struct feedback_requested, feedback_requested_fields,
		MESSAGE_KEY_CONTRACTOR, false, "success-tracker"),
	MESSAGE(TOPIC_OUTCOME_RECORDED, struct outcome_recorded, outcome_recorded_fields,
		MESSAGE_KEY_PATTERN, false, "success-tracker"),
	{ .topic = NULL },
};

const struct message_type *message_type_of(const char *topic)
{
	for (const struct message_type *type = message_types; type->topic; type++)
		if (strcmp(type->topic, topic) == 0)
			return type;
	return NULL;
}
