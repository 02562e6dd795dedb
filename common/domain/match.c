/* Matches of score.h, with the reasons that people read. */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>

#include "score.h"
#include "team.h"

#define SAYS_WELL 0.5 /* a part with this score or more is a reason */
#define HIGH_CONFIDENCE 0.60
#define MEDIUM_CONFIDENCE 0.40
#define REASONS_MAX 6

const char *evidence_text(const struct pattern *pattern, struct arena *arena)
{
	const char *level = "Low";

	if (pattern->confidence_score >= HIGH_CONFIDENCE)
		level = "High";
	else if (pattern->confidence_score >= MEDIUM_CONFIDENCE)
		level = "Medium";
	return arena_printf(arena, "%s confidence: %" PRId64 " contractors", level,
			    pattern->sample_size);
}

/* "a", "a and b", "a, b and c" */
static const char *enumerate(const char *const *words, size_t count, struct arena *arena)
{
	const char *text = count > 0 ? words[0] : "";

	for (size_t i = 1; i < count; i++)
		text = arena_printf(arena, "%s%s%s", text, i + 1 == count ? " and " : ", ",
				    words[i]);
	return text;
}

struct part {
	const char *name;
	bool known;
	double score;
};

/* "Revenue tier and focus areas align; team size unknown" */
static const char *match_reason(const struct match_score *score, struct arena *arena)
{
	const struct part parts[] = {
		{ "revenue tier", score->tier_known, score->tier },
		{ "focus areas", score->focus_known, score->focus },
		{ "team size", score->team_known, score->team },
		{ "stage", score->stage_known, score->stage },
	};
	const char *well[4], *unknown[4];
	size_t well_count = 0, unknown_count = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!parts[i].known)
			unknown[unknown_count++] = parts[i].name;
		else if (parts[i].score >= SAYS_WELL)
			well[well_count++] = parts[i].name;
	}

	if (well_count + unknown_count == 0)
		return "A partial fit in every part";

	char *text = arena_strdup(arena, "");

	if (well_count > 0)
		text = arena_printf(arena, "%s %s", enumerate(well, well_count, arena),
				    well_count == 1 && well[0] != parts[1].name ? "aligns"
										: "align");
	if (unknown_count > 0)
		text = arena_printf(arena, "%s%s%s unknown", text, well_count > 0 ? "; " : "",
				    enumerate(unknown, unknown_count, arena));
	text[0] = (char)toupper((unsigned char)text[0]);
	return text;
}

static const char *shared_areas(const struct vocabulary *vocabulary, const struct profile *profile,
				const struct pattern *pattern, struct arena *arena)
{
	const pattern_items *listed = &pattern->common_focus_areas;
	const char **words = arena_array(arena, const char *, listed->count);
	size_t count = 0;

	for (size_t i = 0; i < listed->count; i++)
		for (size_t j = 0; j < profile->focus_areas.count; j++)
			if (strcmp(listed->items[i].item, profile->focus_areas.items[j]) == 0) {
				words[count++] =
					label_of(&vocabulary->focus_areas, listed->items[i].item);
				break;
			}
	return count > 0 ? enumerate(words, count, arena) : NULL;
}

static struct texts reasons_of(const struct vocabulary *vocabulary, const struct profile *profile,
			       const struct scored_pattern *match, struct arena *arena)
{
	const struct match_score *score = &match->score;
	const struct pattern *pattern = match->pattern;
	const struct timeline *time = &pattern->timeline;
	struct texts reasons = { .items = arena_array(arena, const char *, REASONS_MAX) };
	const char *areas = shared_areas(vocabulary, profile, pattern, arena);

	if (score->tier >= SAYS_WELL)
		reasons.items[reasons.count++] =
			arena_printf(arena, "Revenue tier: %s",
				     label_of(&vocabulary->tiers, profile->revenue_tier));
	if (areas)
		reasons.items[reasons.count++] =
			arena_printf(arena, "Shared focus areas: %s", areas);
	if (score->team_known && score->team >= SAYS_WELL)
		reasons.items[reasons.count++] = arena_printf(
			arena, "Team of %s, typical is %.0f", team_text(&profile->team_size, arena),
			floor(pattern->team_median.value + 0.5));
	if (score->stage_known && score->stage >= SAYS_WELL)
		reasons.items[reasons.count++] = arena_printf(
			arena, "Stage: %s", label_of(&vocabulary->stages, profile->current_stage));
	if (profile->months_in_tier.present && score->tier == 1 && time->low.present &&
	    time->high.present)
		reasons.items[reasons.count++] =
			arena_printf(arena, "%.0f months in this tier; others took %.0f to %.0f",
				     floor(profile->months_in_tier.value), floor(time->low.value),
				     ceil(time->high.value));
	reasons.items[reasons.count++] = evidence_text(pattern, arena);
	return reasons;
}

static struct pattern_match match_of(const struct vocabulary *vocabulary,
				     const struct profile *profile,
				     const struct scored_pattern *match, struct arena *arena)
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
		.match_reason = match_reason(score, arena),
		.reasons = reasons_of(vocabulary, profile, match, arena),
	};
}

pattern_matches find_matching_patterns(const struct vocabulary *vocabulary,
				       const struct profile *profile,
				       const struct pattern *const *patterns, size_t count,
				       struct arena *arena)
{
	struct scored_pattern *candidates = arena_array(arena, struct scored_pattern, count);
	pattern_matches matches = { .items =
					    arena_array(arena, struct pattern_match, MATCHES_MAX) };
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		struct match_score score;

		if (patterns[i]->status == PATTERN_REMOVED)
			continue;
		score = calculate_match_score(vocabulary, profile, patterns[i]);
		if (score.tier > 0 && score.total >= MATCH_SCORE_MIN)
			candidates[found++] = (struct scored_pattern){ patterns[i], score };
	}
	matches.count = rank_patterns_by_relevance(candidates, found, MATCHES_MAX);
	for (size_t i = 0; i < matches.count; i++)
		matches.items[i] = match_of(vocabulary, profile, &candidates[i], arena);
	return matches;
}
