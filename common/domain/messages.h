/*
 * Every message of the pipeline (design: events), each a struct and its table of fields. The tables
 * decode and encode; schemas/events/TOPIC.schema.json says the same to others, and a test compares
 * the two.
 */
#pragma once

#include "fields.h"
#include "values.h"

#define TOPIC_CONTRACTOR_UPDATED "contractor.updated"
#define TOPIC_ACTION_RECORDED "action.recorded"
#define TOPIC_GOAL_CREATED "goal.created"
#define TOPIC_GOAL_COMPLETED "goal.completed"
#define TOPIC_FEEDBACK_SUBMITTED "feedback.submitted"
#define TOPIC_PARTNER_SCORED "partner.scored"
#define TOPIC_RECALCULATION_REQUESTED "recalculation.requested"
#define TOPIC_PATTERN_RECALCULATED "pattern.recalculated"
#define TOPIC_CONTRACTOR_MATCHED "contractor.matched"
#define TOPIC_PARTNER_RECOMMENDED "partner.recommended"
#define TOPIC_GOAL_ENRICHED "goal.enriched"
#define TOPIC_FEEDBACK_REQUESTED "feedback.requested"
#define TOPIC_OUTCOME_RECORDED "outcome.recorded"

enum contractor_status {
	STATUS_ABSENT,
	STATUS_ACTIVE,
	STATUS_INACTIVE,
	STATUS_CLOSED,
	STATUS_DELETED
};
extern const char *const contractor_status_names[]; /* [0] NULL, then "active" …, NULL */

/* contractor.updated: the full profile. A null value erases the contractor. */
struct contractor_updated {
	int64_t contractor_id;
	utc_us occurred_at;
	const char *revenue_tier;
	struct int_or_text team_size; /* people, or a band such as "11_50" */
	const char *current_stage;
	struct texts focus_areas;
	struct optional_number annual_revenue; /* USD */
	struct optional_time tier_since;
	enum contractor_status status;
};
extern const struct json_field contractor_updated_fields[];

enum action_kind {
	ACTION_ABSENT,
	ACTION_MILESTONE,
	ACTION_PARTNER,
	ACTION_BOOK,
	ACTION_PODCAST,
	ACTION_EVENT,
	ACTION_FOCUS_AREA,
	ACTION_KINDS /* their number + 1 */
};
extern const char *const action_kind_names[];

struct action_recorded {
	int64_t contractor_id;
	utc_us occurred_at;
	enum action_kind kind;
	const char *item;                 /* stable id */
	const char *name;                 /* what people call it; NULL */
	struct optional_int satisfaction; /* 1-5 */
};
extern const struct json_field action_recorded_fields[];

/* goal.created: Phase 1's goal, to be enriched. */
struct goal_created {
	struct uuid goal_id;
	int64_t contractor_id;
	utc_us occurred_at;
	const char *goal_type;
	const char *goal_description;
	const char *target_milestone;
	struct optional_int priority_score; /* 1-10 */
	struct texts data_gaps;
	const char *trigger_condition;
};
extern const struct json_field goal_created_fields[];

/* OPEN occurs in outcome.recorded only. */
enum goal_outcome { OUTCOME_ABSENT, OUTCOME_COMPLETED, OUTCOME_ABANDONED, OUTCOME_OPEN };
extern const char *const goal_completed_outcome_names[];   /* completed, abandoned */
extern const char *const outcome_recorded_outcome_names[]; /* completed, abandoned, open */

enum revenue_impact {
	IMPACT_ABSENT,
	IMPACT_POSITIVE,
	IMPACT_NEUTRAL,
	IMPACT_NEGATIVE,
	IMPACT_TOO_EARLY
};
extern const char *const revenue_impact_names[];

struct goal_completed {
	struct uuid goal_id;
	int64_t contractor_id;
	utc_us occurred_at;
	enum goal_outcome outcome;
	struct optional_int satisfaction; /* 1-5 */
	enum revenue_impact revenue_impact;
	const char *notes;
	const char *what_worked;
	const char *what_didnt_work;
};
extern const struct json_field goal_completed_fields[];

struct feedback_submitted {
	struct uuid goal_id;
	int64_t contractor_id;
	utc_us occurred_at;
	int64_t rating; /* 1-5 */
	const char *notes;
};
extern const struct json_field feedback_submitted_fields[];

struct scored_partner {
	const char *partner_id;
	const char *name;
	double match_score; /* 0-1 */
};

struct partner_scored {
	int64_t contractor_id;
	utc_us occurred_at;
	LIST_OF(struct scored_partner) partners;
};
extern const struct json_field scored_partner_fields[];
extern const struct json_field partner_scored_fields[];

enum recalculation_reason { REASON_ABSENT, REASON_SCHEDULED, REASON_MANUAL, REASON_DRIFT };
extern const char *const recalculation_reason_names[];

struct recalculation_requested {
	utc_us as_of;
	enum recalculation_reason reason;
};
extern const struct json_field recalculation_requested_fields[];

enum pattern_status { PATTERN_ABSENT, PATTERN_ACTIVE, PATTERN_DOWNGRADED, PATTERN_REMOVED };
extern const char *const pattern_status_names[];

/* What is published of a pattern's documents: lists of items, timeline, success_indicators. */
#define PATTERN_SHAPE_VERSION 2

/*
 * One item of a pattern: what the contractors who levelled up did. Rates are published rates
 * (statistics §9); what a field rests on fewer than k contractors for is absent. grade,
 * control_rate, lift and q_value are of the comparison with contractors at risk on the same day
 * (statistics §3).
 */
struct pattern_item {
	const char *item; /* as in action.recorded, without the kind */
	const char *name; /* for people; NULL: none known */
	int64_t users;    /* of sample_size */
	double usage_rate;
	bool at_least; /* usage_rate is a lower bound, published so for privacy */
	struct optional_number usage_low, usage_high; /* Wilson 95 % */
	const char *grade;                            /* "A" … "D" */
	struct optional_number control_rate;          /* of comparable contractors */
	/* How many times as often who had done it levelled up, with 95 % limits. */
	struct optional_number lift, lift_low, lift_high;
	struct optional_number q_value;
	struct optional_number first_share; /* share whose earliest counted action was this one */
	struct optional_number median_adoption_months;
	struct optional_number avg_satisfaction; /* partners: 1-5 */
	struct optional_int raters;
	struct optional_number shrunk_satisfaction; /* partners: for ranking and boost */
	/* Partners: how the goals of those voters turned out who had used it (0-1), how many times
	 * as well as the others', and how many they are (partner_outcomes.h). */
	struct optional_number outcome_success, outcome_ratio;
	struct optional_int outcome_users;
};
extern const struct json_field pattern_item_fields[];

typedef LIST_OF(struct pattern_item) pattern_items;

struct stage_share {
	const char *stage;
	double share; /* among levellers at entry */
};
extern const struct json_field stage_share_fields[];

struct combination_item {
	enum action_kind kind;
	const char *item;
	const char *name; /* NULL: none known */
};
extern const struct json_field combination_item_fields[];

/* Two or three items that do more together than each for itself (statistics §5). */
struct pattern_combination {
	LIST_OF(struct combination_item) items;
	int64_t users; /* of sample_size: the support */
	double usage_rate;
	bool at_least;
	struct optional_number lift, lift_low, lift_high, q_value;
};
extern const struct json_field pattern_combination_fields[];

/* How many of those who levelled up began with something of the category (statistics §2). */
struct category_share {
	const char *category; /* a type of goal: "lead_improvement" */
	double share;
};
extern const struct json_field category_share_fields[];

/* statistics §4: each absent unless it rests on k contractors. */
struct success_indicators {
	struct optional_number team_doubled;       /* share */
	struct optional_number revenue_increased;  /* median growth in per cent */
	struct optional_number lead_flow_improved; /* share */
	LIST_OF(struct category_share) first_categories;
	LIST_OF(struct pattern_combination) combinations;
};
extern const struct json_field success_indicators_fields[];

/* The same for contractors who are in the tier for `months` already; counted from tier entry,
 * too. */
struct later_timeline {
	int64_t months;
	double low, median, high;
	struct optional_number p_by_horizon;
};
extern const struct json_field later_timeline_fields[];

/* Months from tier entry to the next tier: 15 %, 50 %, 85 % quantiles (statistics §4). */
struct timeline {
	const char *basis;  /* "tier_entry" or "first_seen"; NULL: not enough data */
	const char *method; /* "log_normal", "kaplan_meier" */
	struct optional_number low, median, high;
	struct optional_number p_by_horizon, horizon;
	/* Kaplan-Meier: when half of all have made it, those still waiting counted, with 95 %
	 * limits. Absent: not reached. */
	struct optional_int survival_median, survival_median_low, survival_median_high;
	LIST_OF(struct later_timeline) later;
};
extern const struct json_field timeline_fields[];

/* Whether what is learnt from four fifths of the contractors holds for the rest (statistics §8). */
enum held_out_result {
	HELD_OUT_ABSENT,
	HELD_OUT_PASSED,
	HELD_OUT_FAILED,
	HELD_OUT_TOO_SMALL,
	HELD_OUT_NOTHING_TO_TEST
};
extern const char *const held_out_result_names[];

struct held_out_test {
	enum held_out_result result;
	struct optional_number median_log_lift;
};
extern const struct json_field held_out_test_fields[];

/* pattern.recalculated: the whole pattern. A last event with status removed, then a null value,
 * ends it. */
struct pattern {
	const char *pattern_key; /* "0_5_million>5_10_million/revenue_growth" */
	int64_t version;         /* rises with every publication of this key */
	enum pattern_status status;
	const char *status_reason;
	utc_us as_of;
	const char *from_revenue_tier, *to_revenue_tier;
	const char *pattern_name, *pattern_description, *pattern_type;
	pattern_items common_focus_areas, common_partners, common_milestones;
	pattern_items common_books, common_podcasts, common_events;
	struct optional_int avg_time_to_level_up_months;
	struct optional_int median_time_to_level_up_months;
	struct optional_int fastest_time_months;
	struct timeline timeline;
	struct success_indicators success_indicators;
	struct held_out_test held_out;
	int64_t shape_version;                 /* 0: from before it was told */
	int64_t sample_size;                   /* contractors who levelled up: n */
	struct optional_int at_risk;           /* contractors in the cohort, levelled up or not */
	double confidence_score;               /* 0-1, unrounded */
	struct optional_time confidence_as_of; /* the outcomes that are in it; absent: as_of's */
	double expected_success;               /* 0-1 */
	double consistency;                    /* 0-1 */
	int64_t outcome_voters;             /* contractors whose goals' outcomes are in the score */
	struct optional_number team_median; /* of levellers at entry */
	LIST_OF(struct stage_share) stages;
};
extern const struct json_field pattern_fields[];

/* A pattern that fits a contractor (statistics §7). */
struct pattern_match {
	const char *pattern_key;
	int64_t pattern_version;
	double match_score; /* unrounded */
	double tier_score, focus_score, team_score, stage_score;
	const char *match_reason;
	struct texts reasons;
};
extern const struct json_field pattern_match_fields[];

typedef LIST_OF(struct pattern_match) pattern_matches;

/* contractor.matched: on first sight, and when the profile or its matches changed. */
struct contractor_matched {
	int64_t contractor_id;
	utc_us occurred_at;
	const char *revenue_tier;
	struct int_or_text team_size;
	const char *current_stage;
	struct texts focus_areas;
	struct optional_number annual_revenue;
	enum contractor_status status;
	utc_us tier_entered_at;
	int64_t snapshot; /* offset after the last pattern event that the matcher knew; 0: none */
	pattern_matches matches; /* best first, at most 3, may be empty */
};
extern const struct json_field contractor_matched_fields[];

struct recommended_partner {
	const char *partner_id;
	const char *name;
	double match_score;   /* as scored */
	double boost;         /* 0-0.15 */
	double boosted_score; /* min(1, match_score * (1 + boost)) */
	struct optional_number usage_rate;
	bool at_least;
	struct optional_number avg_satisfaction;
	const char *pattern_key; /* whose numbers these are; NULL: no pattern lists the partner */
	/* "BuildPro (used by 89% of contractors who went from … to …, avg satisfaction 4.8/5)" */
	const char *message;
	const char *like_you; /* the same to the contractor: "Contractors like you used BuildPro" */
};
extern const struct json_field recommended_partner_fields[];

struct partner_recommended {
	int64_t contractor_id;
	utc_us occurred_at;
	LIST_OF(struct recommended_partner) partners; /* best first */
};
extern const struct json_field partner_recommended_fields[];

/* item_type: "data_gap" "milestone" "partner" "book" "podcast" "event" */
struct checklist_item {
	const char *checklist_item; /* the sentence to show */
	const char *item_type;
	const char *item; /* the pattern's item id; NULL */
	struct optional_number usage_rate;
	const char *status; /* "pending" "in_progress" "completed" "skipped" */
};
extern const struct json_field checklist_item_fields[];

typedef LIST_OF(struct checklist_item) checklist_items;

struct goal_enriched {
	struct uuid goal_id;
	int64_t contractor_id;
	utc_us occurred_at; /* of the event that caused this version */
	utc_us created_at;
	const char *goal_type;
	const char *goal_description;
	const char *target_milestone;
	struct optional_int priority_score; /* 1-10 */
	const char *next_milestone;
	const char *pattern_key; /* NULL: passed on without a pattern */
	struct optional_int pattern_version;
	enum pattern_status pattern_status; /* when this was told, so never REMOVED */
	const char *pattern_source;
	struct optional_number pattern_confidence;
	struct optional_number match_score; /* of contractor and pattern, unrounded */
	struct texts data_gaps;
	struct texts success_criteria;
	const char *trigger_condition;
	const char *status; /* "active" … */
	/* Months from when profile and pattern were this way; absent: see timeline. */
	struct optional_int expected_months_low, expected_months_high;
	const char *timeline; /* the sentence to show; NULL without a pattern */
	checklist_items checklist;
};
extern const struct json_field goal_enriched_fields[];

struct feedback_requested {
	struct uuid goal_id;
	int64_t contractor_id;
	utc_us occurred_at;
	const char *question;
	struct optional_int reminder; /* its number; absent: asked for the first time */
};
extern const struct json_field feedback_requested_fields[];

/* outcome.recorded, keyed by pattern: a goal's next one replaces this one. */
struct outcome_recorded {
	struct uuid goal_id;
	const char *pattern_key;
	struct uuid voter; /* identity("voter", contractor_id in decimal, pattern_key) */
	enum goal_outcome outcome;
	utc_us goal_created_at;
	utc_us occurred_at;
	struct optional_int satisfaction;
	enum revenue_impact revenue_impact;
};
extern const struct json_field outcome_recorded_fields[];

/* Every topic with its table, for emit, tests and documentation. */
enum message_key { MESSAGE_KEY_CONTRACTOR, MESSAGE_KEY_PATTERN, MESSAGE_KEY_PATTERN_OR_NONE };

struct message_type {
	const char *topic;
	const struct json_field *fields;
	size_t size;
	enum message_key key;
	bool tombstone;       /* a null value is allowed and means erasure or removal */
	const char *producer; /* "upstream" or the worker's name */
};
extern const struct message_type message_types[];              /* ends with topic NULL */
const struct message_type *message_type_of(const char *topic); /* NULL: unknown */
