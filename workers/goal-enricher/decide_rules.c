/* The configuration of the rules, and what it is when nobody sets it. */
#include "decide.h"

#define LABELS(array) \
	{ \
		.items = (array), .count = sizeof(array) / sizeof((array)[0]) \
	}

static const struct label data_gaps[] = {
	{ "lead_improvement", "close_rate lead_sources" },
	{ "team_expansion", "open_positions" },
	{ "customer_retention", "repeat_business_rate" },
	{ "financial_health", "gross_margin cash_reserve" },
};
static const struct labels default_data_gaps = LABELS(data_gaps);

static const struct label indicators[] = {
	{ "revenue_growth", "revenue_increased" },
	{ "team_expansion", "team_doubled" },
	{ "lead_improvement", "lead_flow_improved" },
};
static const struct labels default_indicators = LABELS(indicators);

static const struct label began_words[] = {
	{ "lead_improvement", "improved lead systems" },
	{ "team_expansion", "strengthened their team" },
	{ "operational_improvement", "made operations more efficient" },
	{ "customer_retention", "improved customer experience" },
	{ "financial_health", "got a grip on their finances" },
};
static const struct labels default_began_words = LABELS(began_words);

const struct config_option goal_rules_options[] = {
	OPTION_INT(struct goal_rules, milestones, "checklist.milestones", "3", 1, STEPS_MAX,
		   "milestones in a goal's checklist, at most"),
	OPTION_INT(struct goal_rules, partners, "checklist.partners", "2", 1, STEPS_MAX,
		   "partners that a goal's checklist recommends, at most"),
	OPTION_INT(struct goal_rules, content, "checklist.content", "1", 0, STEPS_MAX,
		   "books in a goal's checklist, at most; so too for podcasts and events"),
	OPTION_NUMBER(
		struct goal_rules, first_share, "goals.first_share", "0", 0, 1,
		"a goal says with what contractors began when at least this share of them did"),
	OPTION_LABELS(struct goal_rules, data_gaps, "goals.data_gaps", &default_data_gaps,
		      "types of goals, each with what has to be asked for it, apart by spaces"),
	OPTION_LABELS(struct goal_rules, indicators, "goals.success_indicators",
		      &default_indicators,
		      "types of goals, each with what shows its success: revenue_increased, "
		      "team_doubled or lead_flow_improved"),
	OPTION_LABELS(struct goal_rules, began_words, "goals.began_words", &default_began_words,
		      "types of goals, each with what those did who began with it"),
	OPTION_END,
};
