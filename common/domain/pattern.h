/* A pattern: what is published about one transition, put together from items.h, grade.h, survival.h
 * and publish.h. */
#pragma once

#include <stddef.h>

#include "arena.h"
#include "cohort.h"
#include "confidence.h"
#include "messages.h"

/* The pattern of the whole cohort, which every transition has. */
#define PATTERN_TYPE_WHOLE "revenue_growth"
#define PATTERN_LIST_MAX 10

/* "0_5_million>5_10_million/revenue_growth" */
const char *pattern_key_of(const char *from, const char *to, const char *type, struct arena *arena);

/*
 * The pattern of cohorts->items[from] as it may be published, with status active and version 0 (the
 * caller counts versions), or NULL when fewer than k contractors levelled up. Everything in it is
 * in the arena or belongs to the cohorts and their vocabulary. The same whatever the order of the
 * contractors, to the last bit.
 *
 * Lists: at most 10 items a kind, by users, most first, then by item. Success indicators (of
 * levellers): team_doubled = share with team at level-up >= 2·team at entry, revenue_increased =
 * median growth of annual revenue in per cent, lead_flow_improved = share with a counted item of
 * the category lead_improvement; each as publish.h allows.
 */
struct pattern *identify_common_patterns(const struct cohorts *cohorts, size_t from,
					 const struct outcome_evidence *outcomes,
					 struct arena *arena);

/* Sets what outcomes say: confidence_score, expected_success, outcome_voters. For a pattern whose
 * cohort did not change. */
void pattern_set_confidence(struct pattern *pattern, const struct outcome_evidence *outcomes,
			    int64_t k);
