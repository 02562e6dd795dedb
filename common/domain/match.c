/* Matches of score.h. */
#include <stdlib.h>

#include "match_reasons.h"

struct match_texts *match_texts_new(size_t patterns, struct arena *arena)
{
	struct match_texts *texts = arena_new(arena, struct match_texts);

	texts->arena = arena;
	texts->candidates = arena_array(arena, struct scored_pattern, patterns);
	texts->ranks = arena_array(arena, int, patterns);
	return texts;
}

/* Of the tier that the pattern starts from. */
static int rank_of(const struct vocabulary *vocabulary, const struct pattern *pattern, int *known)
{
	if (*known == 0)
		*known = RANKED + vocabulary_tier_rank(vocabulary, pattern->from_revenue_tier);
	return *known - RANKED;
}

static struct pattern_match match_of(const struct vocabulary *vocabulary,
				     const struct profile *profile, int own,
				     const struct scored_pattern *match, struct match_texts *texts,
				     struct arena *arena)
{
	const struct match_score *score = &match->score;

	return (struct pattern_match){
		.pattern_key = match->pattern->pattern_key,
		.pattern_version = match->pattern->version,
		.match_score = score->total,
		.tier_score = score->tier,
		.focus_score = score->focus,
		.team_score = score->team,
		.stage_score = score->stage,
		.match_reason = match_reason(vocabulary, match, texts, arena),
		.reasons = match_reasons(vocabulary, profile, own, match, texts, arena),
	};
}

pattern_matches find_matching_patterns(const struct vocabulary *vocabulary,
				       const struct profile *profile,
				       const struct pattern *const *patterns, size_t count,
				       struct match_texts *texts, struct arena *arena)
{
	int own = vocabulary_tier_rank(vocabulary, profile->revenue_tier);
	pattern_matches matches = { .items =
					    arena_array(arena, struct pattern_match, MATCHES_MAX) };
	struct scored_pattern *candidates;
	size_t found = 0;

	if (!texts)
		texts = match_texts_new(count, arena);
	candidates = texts->candidates;
	for (size_t i = 0; i < count; i++) {
		int from = rank_of(vocabulary, patterns[i], &texts->ranks[i]);
		struct match_score score;

		/* Most patterns are for other tiers: no need to know how well the rest fits. */
		if (patterns[i]->status == PATTERN_REMOVED || rank_alignment(own, from) == 0)
			continue;
		score = match_score_of_ranks(own, from, profile, patterns[i]);
		if (score.total >= MATCH_SCORE_MIN - SCORE_SLACK)
			candidates[found++] = (struct scored_pattern){ patterns[i], score, i };
	}
	matches.count = rank_patterns_by_relevance(candidates, found, MATCHES_MAX);
	for (size_t i = 0; i < matches.count; i++)
		matches.items[i] = match_of(vocabulary, profile, own, &candidates[i], texts, arena);
	return matches;
}

static int by_pattern_key(const void *key, const void *item)
{
	return strcmp(key, (*(const struct pattern *const *)item)->pattern_key);
}

const struct pattern *known_pattern(const struct pattern *const *patterns, size_t count,
				    const char *pattern_key)
{
	const struct pattern *const *found =
		count ? bsearch(pattern_key, patterns, count, sizeof(*patterns), by_pattern_key)
		      : NULL;

	return found && (*found)->status != PATTERN_REMOVED ? *found : NULL;
}
