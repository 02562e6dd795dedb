/* Which patterns fit a contractor, and what they say for a partner (statistics §7). All of it works
 * on published patterns. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "messages.h"
#include "values.h"
#include "vocabulary.h"

#define MATCHES_MAX 3
#define MATCH_SCORE_MIN 0.5
#define SCORE_SLACK 1e-9 /* what rounding may do to a score: what is no further apart is equal */

/* What counts of a contractor. Text is not owned; NULL, absent and empty are unknown. */
struct profile {
	const char *revenue_tier;
	struct int_or_text team_size;
	const char *current_stage;
	struct texts focus_areas;
	struct optional_number months_in_tier; /* only for a sentence; absent: no such sentence */
	struct optional_number annual_revenue; /* USD; only for a sentence */
};

struct match_score {
	bool tier_known; /* both tiers are in the vocabulary; false: all is 0 */
	bool focus_known, team_known, stage_known; /* false: that part is 0.5 for want of data */
	double tier, focus, team, stage;
	double total;
};

/*
 * How well a contractor fits a pattern: 0.30 tier + 0.40 focus + 0.15 team + 0.15 stage, each of
 * them 0-1, and 0.5 when data for it are missing on either side:
 *   tier   the pattern's from-tier 1; one below 0.5; one above 0.25 (already done); else 0
 *   focus  Σ u over A∩P / (Σ u over P + 0.25·|A \ P|), with the usage rates u of the pattern's
 *          focus areas P and the contractor's areas A, each counted once
 *   team   max(0, 1 - |ln(a/b)|/ln 4), b = the pattern's team_median, a as team_people() reads it
 *   stage  the stage's share among the pattern's levellers / the largest such share; 0 if unseen
 */
struct match_score calculate_match_score(const struct vocabulary *vocabulary,
					 const struct profile *profile,
					 const struct pattern *pattern);

/* The same by the ranks of the two tiers, -1 for an unknown one. */
struct match_score match_score_of_ranks(int own, int from, const struct profile *profile,
					const struct pattern *pattern);

/* The tier's part of it: how far a pattern that starts from from_tier is for who is in `tier`. 0:
 * too far for a match, or one of them unknown. */
double tier_alignment(const struct vocabulary *vocabulary, const char *tier, const char *from_tier);
double rank_alignment(int own, int from); /* the same by their ranks */

/* A candidate and its score. */
struct scored_pattern {
	const struct pattern *pattern;
	struct match_score score;
	size_t place; /* of the pattern among those that were looked at */
};

/*
 * Sorts best first and returns how many to keep, at most `limit`. Downgraded patterns come last;
 * then by score, confidence and sample_size, greater first, then pattern_key ascending.
 */
size_t rank_patterns_by_relevance(struct scored_pattern *candidates, size_t count, size_t limit);

/* What is worth keeping of one library's patterns from match to match: their tiers' ranks, and the
 * sentences said, because most matches get some of a few. */
struct match_texts;

struct match_texts *match_texts_new(size_t patterns, struct arena *arena);

/*
 * The contractor's matches among the patterns (removed ones are passed over), best first, at most
 * 3: tier > 0 and score >= 0.50. Unknown tier: none. items is never NULL. Reasons are for people:
 *   match_reason  the parts that score >= 0.5, and those unknown:
 *                 "Revenue tier and focus areas align; team size unknown"; and that the pattern
 *                 is downgraded
 *   reasons       "Revenue tier: $5-10M" "Shared focus areas: Closing sales"
 *                 "Team of 10, typical is 12" "Stage: Growth"
 *                 "6 months in this tier; others took 8 to 21" "High confidence: 47 contractors"
 * They are in the arena, or in texts (NULL: none), which is for these very patterns and words, and
 * lives as long as the arena does; keys belong to the patterns.
 */
pattern_matches find_matching_patterns(const struct vocabulary *vocabulary,
				       const struct profile *profile,
				       const struct pattern *const *patterns, size_t count,
				       struct match_texts *texts, struct arena *arena);

/* The pattern of the key among `count` sorted by theirs; NULL: there is none, or it is removed. */
const struct pattern *known_pattern(const struct pattern *const *patterns, size_t count,
				    const char *pattern_key);

/* "High confidence: 47 contractors": high from 0.60, medium from 0.40, else low. */
const char *evidence_text(const struct pattern *pattern, const struct wording *wording,
			  struct arena *arena);

/*
 * What a pattern adds to a partner's score, 0 to 0.15 of it:
 * 0.15·min(1, usage_rate/0.89)·clamp((satisfaction - 2.5)/1.5, 0, 1)·rank_ratio.
 * satisfaction is the shrunk one, absent: factor 1; rank_ratio = the pattern's match_score / the
 * best match's.
 */
double partner_boost(double usage_rate, struct optional_number satisfaction, double rank_ratio);

/* Whose numbers speak for a partner. */
struct partner_support {
	double boost;                    /* 0-0.15 */
	const struct pattern *pattern;   /* NULL: no pattern lists the partner */
	const struct pattern_item *item; /* the partner in it */
};

/* The largest boost over the contractor's matches, whose patterns are patterns[i] of
 * matches->items[i] (NULL: no longer known). */
struct partner_support best_partner_boost(const pattern_matches *matches,
					  const struct pattern *const *patterns,
					  const char *partner_id);

/* min(1, score·(1 + boost)) */
double boosted_score(double score, double boost);
