#include <math.h>

#include "score.h"
#include "team.h"

#define TIER_WEIGHT 0.30
#define FOCUS_WEIGHT 0.40
#define TEAM_WEIGHT 0.15
#define STAGE_WEIGHT 0.15
#define UNKNOWN 0.5          /* a part for which data are missing */
#define OTHER_AREA_COST 0.25 /* a focus area that the pattern does not list */
#define TEAM_SPAN 4.0        /* a team so many times larger or smaller has nothing in common */

double rank_alignment(int own, int from)
{
	if (own < 0 || from < 0)
		return 0;
	if (own == from)
		return 1;
	if (own == from - 1)
		return 0.5;
	return own == from + 1 ? 0.25 : 0;
}

double tier_alignment(const struct vocabulary *vocabulary, const char *tier, const char *from_tier)
{
	return rank_alignment(vocabulary_tier_rank(vocabulary, tier),
			      vocabulary_tier_rank(vocabulary, from_tier));
}

static const struct pattern_item *find_item(const pattern_items *list, const char *item)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].item, item) == 0)
			return &list->items[i];
	return NULL;
}

static bool is_repeated(const struct texts *texts, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (strcmp(texts->items[i], texts->items[index]) == 0)
			return true;
	return false;
}

/* Both sums run in the pattern's order: a contractor who shares all of it scores exactly 1. */
static double focus_score(const struct texts *own, const pattern_items *listed)
{
	double shared = 0, all = 0, others = 0;

	for (size_t i = 0; i < listed->count; i++) {
		all += listed->items[i].usage_rate;
		if (texts_hold(own, listed->items[i].item))
			shared += listed->items[i].usage_rate;
	}
	for (size_t i = 0; i < own->count; i++) {
		if (!is_repeated(own, i) && !find_item(listed, own->items[i]))
			others++;
	}
	return shared > 0 ? shared / (all + OTHER_AREA_COST * others) : 0;
}

static double stage_score(const struct pattern *pattern, const char *stage)
{
	double own = 0, largest = 0;

	for (size_t i = 0; i < pattern->stages.count; i++) {
		const struct stage_share *share = &pattern->stages.items[i];

		largest = fmax(largest, share->share);
		if (strcmp(share->stage, stage) == 0)
			own = share->share;
	}
	return own > 0 ? own / largest : 0;
}

struct match_score match_score_of_ranks(int own, int from, const struct profile *profile,
					const struct pattern *pattern)
{
	struct optional_number team = team_people(&profile->team_size);
	struct match_score score = {
		.tier_known = own >= 0 && from >= 0,
		.focus_known = profile->focus_areas.count > 0 &&
			       pattern->common_focus_areas.count > 0,
		.team_known = team.present && pattern->team_median.present &&
			      pattern->team_median.value > 0,
		.stage_known = profile->current_stage && pattern->stages.count > 0,
		.focus = UNKNOWN,
		.team = UNKNOWN,
		.stage = UNKNOWN,
	};

	if (!score.tier_known)
		return (struct match_score){ .tier_known = false };
	score.tier = rank_alignment(own, from);
	if (score.focus_known)
		score.focus = focus_score(&profile->focus_areas, &pattern->common_focus_areas);
	if (score.team_known)
		score.team = fmax(0, 1 - fabs(log(team.value / pattern->team_median.value)) /
						     log(TEAM_SPAN));
	if (score.stage_known)
		score.stage = stage_score(pattern, profile->current_stage);
	score.total = TIER_WEIGHT * score.tier + FOCUS_WEIGHT * score.focus +
		      TEAM_WEIGHT * score.team + STAGE_WEIGHT * score.stage;
	score.total = fmin(1, score.total);
	return score;
}

struct match_score calculate_match_score(const struct vocabulary *vocabulary,
					 const struct profile *profile,
					 const struct pattern *pattern)
{
	return match_score_of_ranks(vocabulary_tier_rank(vocabulary, profile->revenue_tier),
				    vocabulary_tier_rank(vocabulary, pattern->from_revenue_tier),
				    profile, pattern);
}

static int by_relevance(const void *left, const void *right)
{
	const struct scored_pattern *a = left, *b = right;
	const struct pattern *p = a->pattern, *q = b->pattern;

	if ((p->status == PATTERN_DOWNGRADED) != (q->status == PATTERN_DOWNGRADED))
		return p->status == PATTERN_DOWNGRADED ? 1 : -1;
	if (a->score.total != b->score.total)
		return a->score.total > b->score.total ? -1 : 1;
	if (p->confidence_score != q->confidence_score)
		return p->confidence_score > q->confidence_score ? -1 : 1;
	if (p->sample_size != q->sample_size)
		return p->sample_size > q->sample_size ? -1 : 1;
	return strcmp(p->pattern_key, q->pattern_key);
}

size_t rank_patterns_by_relevance(struct scored_pattern *candidates, size_t count, size_t limit)
{
	if (count > 1)
		qsort(candidates, count, sizeof(*candidates), by_relevance);
	return count < limit ? count : limit;
}
