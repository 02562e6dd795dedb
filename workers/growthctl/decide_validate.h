/*
 * Validation before production: patterns are learnt from one part of the contractors or of the time
 * and judged by the other (statistics §4, §6, §7), beside the naive method: what most of the
 * winners used, and their mean time. The history is read twice, contractor after contractor, in any
 * order:
 *
 *   validation_new, validation_learn for each contractor, validation_conclude,
 *   validation_test for each contractor, validation_report
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "constants.h"
#include "decide_metrics.h"
#include "messages.h"
#include "spell.h"
#include "values.h"
#include "vocabulary.h"

/* How the two parts are made. */
struct split {
	uint64_t seed;
	double hold_out;                  /* the share of contractors to test on, 0-1 */
	struct optional_time learn_until; /* given: all contractors, learn before it, test after */
};

/* Whether a contractor is held out of learning, by a hash of seed and id: the same ones each time,
 * whatever the others. */
bool split_holds_out(const struct split *split, int64_t contractor_id);

struct validation_settings {
	const struct vocabulary *vocabulary;
	struct constants constants;
	struct split split;
	utc_us as_of;       /* when the history ends */
	utc_us votes_as_of; /* when outcomes of goals end */
	double within;      /* months in which a match should lead to levelling up; by time: all */
};

struct validation;

/* Outcomes are those of all patterns, by pattern_key and voter. They and the vocabulary are kept,
 * not copied. */
struct validation *validation_new(const struct validation_settings *settings,
				  const struct outcome_recorded *outcomes, size_t outcomes_count,
				  struct arena *arena);
/* The history is sorted (spell.h), and not kept. */
void validation_learn(struct validation *validation, const struct history *history);
void validation_conclude(struct validation *validation);
void validation_test(struct validation *validation, const struct history *history);

/* How those fared who matched, `within` months before the end or at learn_until. */
struct match_report {
	int64_t contractors; /* tested: active then, with a pattern for their tier */
	int64_t matched;     /* of them, with a score >= 0.50 */
	int64_t levelled;    /* of them, up within those months */
	/* Of levelling up out of the tier, by the best score of a pattern of that tier; and by what
	 * of the winners' most used items they had used. */
	struct area_under_curve auc, naive_auc;
	/* Over all pairs of a contractor and a pattern near his tier: of making just that step. */
	int64_t pairs;
	struct area_under_curve step_auc, naive_step_auc;
};

struct confidence_report {
	int64_t voters; /* tested, each counted for each pattern */
	int64_t ranked; /* patterns with 30 of them: in the rank correlations */
	double brier, error, spearman;
	double naive_brier, naive_error, naive_spearman;
	struct calibration calibration;
};

#define VALIDATION_ISSUES 3

/* Predictions issued some months after entry. NAN: none to judge. */
struct timeline_report {
	double issued; /* months from entry */
	int64_t ripe;  /* as_of >= issue + 2·high */
	int64_t levelled;
	double good;       /* share with low/1.2 <= T <= high/0.8 */
	double covered;    /* share with low <= T <= high */
	double width;      /* median high/low */
	double near;       /* share with the predicted median within 20 % of T */
	double attainable; /* the best share that a spread like theirs allows: 2Φ(ln 1.5/2σ) - 1 */
	double error;      /* median |median - T|, months */
	int64_t horizons;  /* predictions whose horizon is over */
	double brier;      /* of p_by_horizon */
	double naive_near, naive_error, naive_brier;
};

/* A pattern that was learnt, or the transition for which nothing could be. */
struct pattern_report {
	const char *key;  /* of the pattern, or the transition */
	int64_t levelled; /* n, of the learning part */
	bool found;       /* false: fewer than k levelled up, or it does not hold for others */
	double confidence, expected;
	struct timeline timeline; /* as it would be published */
	int64_t voters;           /* tested */
	double success;           /* their mean; NAN: none */
};

struct validation_report {
	int64_t learnt_from, tested_on; /* contractors */
	struct match_report match;
	struct confidence_report confidence;
	struct timeline_report timelines[VALIDATION_ISSUES];
	struct pattern_report *patterns; /* by tier */
	size_t patterns_count;
};

struct validation_report validation_report(struct validation *validation);
