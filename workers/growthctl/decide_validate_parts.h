/* The parts of a validation, for decide_validate*.c. */
#pragma once

#include "cohort.h"
#include "decide_validate.h"
#include "pattern.h"
#include "survival.h"

#define POPULAR_ITEMS 10

/* What most of the winners did: all that the naive method knows. */
struct popular_item {
	enum action_kind kind;
	const char *item;
	double usage_rate;
};

/* What was learnt of a transition. */
struct lesson {
	const char *transition; /* "0_5_million>5_10_million" */
	int64_t levelled;       /* n; below k nothing else is known */
	bool learnt;
	enum basis basis; /* of the predictions, which are the whole cohort's */
	struct timeline timelines[VALIDATION_ISSUES];
	double mean_months; /* of the winners */
	struct popular_item popular[POPULAR_ITEMS];
	size_t popular_count;
	double popularity; /* the mean usage of the five most popular: the naive confidence */
};

/* A pattern that would be published, of the transition from the tier of rank `from`. */
struct learnt_pattern {
	const struct pattern *pattern;
	size_t from;
};

struct judged_list {
	struct judged *items;
	size_t count, room;
};

struct number_list {
	double *items;
	size_t count, room;
};

/* Predictions of one issue that have come true or not. */
struct timeline_tally {
	int64_t ripe, levelled, good, covered, near, naive_near;
	struct number_list widths, errors, naive_errors, residuals; /* residual: ln T - ln median */
	struct judged_list horizons;
};

/* The outcomes of one pattern, outcomes[first] to [end - 1], by voter. */
struct ballot_box {
	const char *pattern_key;
	size_t first, end;
};

struct validation {
	struct validation_settings settings;
	struct arena *arena;
	struct arena scratch; /* one contractor's */
	const struct outcome_recorded *outcomes;
	size_t outcomes_count;
	struct ballot_box *boxes;
	size_t boxes_count;
	bool *tested_outcomes; /* which of them are not learnt from */
	struct cohorts *cohorts;
	struct lesson *lessons; /* by rank of the tier */
	size_t lessons_count;
	struct learnt_pattern *learnt;   /* by tier, the whole cohort's first */
	const struct pattern **patterns; /* of them */
	size_t learnt_count;
	int64_t learnt_from, tested_on;
	struct match_report match;
	struct judged_list scores, naive_scores;           /* of contractors */
	struct judged_list pair_scores, naive_pair_scores; /* and patterns */
	struct timeline_tally timelines[VALIDATION_ISSUES];
};

extern const double validation_issues[VALIDATION_ISSUES]; /* months from entry */

void judged_add(struct judged_list *list, double predicted, double observed, struct arena *arena);
void number_add(struct number_list *list, double number, struct arena *arena);

/* decide_validate_learn.c */
void learn_lessons(struct validation *validation);

/* decide_validate_votes.c */
void sort_votes(struct validation *validation);
/* Marks the outcomes of a contractor who is held out. */
void hold_out_votes(struct validation *validation, int64_t contractor_id);
/* Marks what is not known yet when learning ends. */
void hold_out_later_votes(struct validation *validation);
/* What the learning part's votes say of the pattern, with the success of all its patterns. */
struct outcome_evidence learnt_evidence_of(const struct validation *validation,
					   const char *pattern_key);
struct confidence_report report_confidence(const struct validation *validation,
					   struct pattern_report *patterns, size_t count);

/* decide_validate_match.c */
void test_match(struct validation *validation, const struct history *history);
struct match_report report_match(struct validation *validation);

/* decide_validate_time.c */
void test_timelines(struct validation *validation, const struct history *history);
struct timeline_report report_timeline(const struct validation *validation, size_t issue);
