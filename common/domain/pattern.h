/* What is found in a transition, put together from evidence.h, levellers.h, survival.h,
 * combinations.h and publish.h. */
#pragma once

#include <stddef.h>

#include "arena.h"
#include "cohort.h"
#include "confidence.h"
#include "contributions.h"
#include "levellers.h"
#include "messages.h"
#include "survival.h"

/* The pattern of the whole cohort, which every transition has. */
#define PATTERN_TYPE_WHOLE "revenue_growth"
#define PATTERN_LIST_MAX 10
#define DOWNGRADED_CONFIDENCE_MAX 0.30

/* "0_5_million>5_10_million/revenue_growth" */
const char *pattern_key_of(const char *from, const char *to, const char *type, struct arena *arena);

struct found_pattern {
	/* As it may be published: status active, version and confidence still 0. */
	struct pattern pattern;
	/* Whose numbers they are; and, of a sub-cohort's pattern, who in the cohort is not in
	 * it. */
	struct contributions inside, outside;
	struct level_ups level_ups; /* of those inside */
};

struct found_patterns {
	struct found_pattern *items;
	size_t count;
};

/*
 * The patterns of cohorts->items[from] (statistics §5): first that of the whole cohort, then those
 * of sub-cohorts, in the order of vocabulary.goal_types. None when fewer than k contractors
 * levelled up.
 *
 * A sub-cohort is made of all spells that hold, at entry, a focus area of one type (of
 * vocabulary.categories). It has a pattern with at least 2k levellers, at most 80 % of the
 * cohort's, and at least k outside.
 *
 * Lists: graded items of a kind in the order of sort_by_grade(), of grade D only to fill up to 3,
 * at most 10; partners with what the cohorts' voters say of them (partner_outcomes.h), which does
 * not order them yet: whether it may be published is known later.
 *
 * Success indicators (of levellers): team_doubled = share with team at level-up >= 2·team at entry,
 * revenue_increased = median growth of annual revenue in per cent, lead_flow_improved = share with
 * a counted item of the category lead_improvement, and of the whole cohort the combinations; each
 * as publish.h allows.
 *
 * Everything is in the arena or belongs to the cohorts and their vocabulary. The same whatever the
 * order of the contractors, to the last bit.
 */
struct found_patterns identify_common_patterns(const struct cohorts *cohorts, size_t from,
					       struct arena *arena);

/* What the spells tell about time (survival.h). */
struct time_data time_data_of_spells(const struct spells *spells, int64_t k, struct arena *arena);

/* What is published of a score: of a downgraded pattern at most DOWNGRADED_CONFIDENCE_MAX
 * (statistics §8). */
double cap_confidence(double score, enum pattern_status status);

/* Sets what outcomes say: confidence_score, capped, expected_success, outcome_voters; from the
 * pattern's status, sample_size and consistency. */
void pattern_set_confidence(struct pattern *pattern, const struct outcome_evidence *outcomes,
			    int64_t k);
