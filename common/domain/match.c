/* Matches of score.h, with the reasons that people read. */
#include <math.h>
#include <stdlib.h>

#include "score.h"
#include "team.h"

#define SAYS_WELL 0.5 /* a part with this score or more is a reason */
#define HIGH_CONFIDENCE 0.60
#define MEDIUM_CONFIDENCE 0.40
#define REASONS_MAX 6
#define PARTS 4

/* What was said before. */
struct match_texts {
	/* By the pattern's status, which parts are known (a bit each), and which of them speak for the match. */
	const char *reasons[PATTERN_REMOVED + 1][1 << PARTS][1 << PARTS];
	const char **evidence; /* by the pattern's place in the library */
};

struct match_texts *match_texts_new(size_t patterns, struct arena *arena)
{
	struct match_texts *texts = arena_new(arena, struct match_texts);

	texts->evidence = arena_array(arena, const char *, patterns);
	return texts;
}

const char *evidence_text(const struct pattern *pattern, const struct wording *wording,
			  struct arena *arena)
{
	const char *level = "low";

	if (pattern->confidence_score >= HIGH_CONFIDENCE)
		level = "high";
	else if (pattern->confidence_score >= MEDIUM_CONFIDENCE)
		level = "medium";
	return say(wording, SENTENCE_MATCH_CONFIDENCE, arena, SAY_TEXT("level", level),
		   SAY_NUMBER("contractors", pattern->sample_size));
}

/* In the order in which they are named. */
enum part { PART_TIER, PART_FOCUS, PART_TEAM, PART_STAGE };

static const char *const part_names[PARTS] = { "tier", "focus", "team", "stage" };

static const char *list_parts(unsigned parts, size_t *ret_count, const struct wording *wording,
			      struct arena *arena)
{
	const char *names[PARTS];
	size_t count = 0;

	for (unsigned part = 0; part < PARTS; part++)
		if (parts & 1U << part)
			names[count++] = say(wording, SENTENCE_MATCH_PART, arena,
					     SAY_TEXT("part", part_names[part]));
	*ret_count = count;
	return enumerate(wording, names, count, SENTENCE_LIST_AND, arena);
}

/* "Revenue tier and focus areas align; team size unknown" */
static const char *say_reason(unsigned known, unsigned fitting, enum pattern_status status,
			      const struct wording *wording, struct arena *arena)
{
	size_t count, ignored;
	const char *aligned = list_parts(fitting, &count, wording, arena);
	const char *unknown = list_parts(~known, &ignored, wording, arena);
	bool areas = fitting & 1U << PART_FOCUS; /* more than one by themselves */

	return capitalized(say(wording, SENTENCE_MATCH_REASON, arena, SAY_TEXT("fitting", aligned),
			       SAY_NUMBER("number", (int64_t)count + areas),
			       SAY_TEXT("unknown", unknown),
			       SAY_TEXT("status", pattern_status_names[status])),
			   arena);
}

static const char *match_reason(const struct match_score *score, enum pattern_status status,
				const struct wording *wording, struct match_texts *texts,
				struct arena *arena)
{
	const bool is_known[PARTS] = { score->tier_known, score->focus_known, score->team_known,
				       score->stage_known };
	const double scores[PARTS] = { score->tier, score->focus, score->team, score->stage };
	unsigned known = 0, fitting = 0;
	const char **said;

	for (unsigned part = 0; part < PARTS; part++) {
		known |= (unsigned)is_known[part] << part;
		fitting |= (unsigned)(is_known[part] && scores[part] >= SAYS_WELL) << part;
	}
	said = &texts->reasons[status][known][fitting];
	if (!*said)
		*said = say_reason(known, fitting, status, wording, arena);
	return *said;
}

/* NULL: none is shared. */
static const char *shared_areas(const struct vocabulary *vocabulary, const struct profile *profile,
				const struct pattern *pattern, size_t *ret_count,
				struct arena *arena)
{
	const pattern_items *listed = &pattern->common_focus_areas;
	const char **words = arena_array(arena, const char *, listed->count);
	size_t count = 0;

	for (size_t i = 0; i < listed->count; i++)
		if (texts_hold(&profile->focus_areas, listed->items[i].item))
			words[count++] = label_of(&vocabulary->focus_areas, listed->items[i].item);
	*ret_count = count;
	return enumerate(&vocabulary->wording, words, count, SENTENCE_LIST_AND, arena);
}

static const char *team_reason(const struct profile *profile, const struct pattern *pattern,
			       const struct wording *wording, struct arena *arena)
{
	return say(wording, SENTENCE_MATCH_TEAM, arena,
		   SAY_TEXT("team", team_text(&profile->team_size, arena)),
		   SAY_NUMBER("typical", (int64_t)floor(pattern->team_median.value + 0.5)));
}

static const char *months_reason(const struct profile *profile, const struct timeline *time,
				 const struct wording *wording, struct arena *arena)
{
	return say(wording, SENTENCE_MATCH_MONTHS, arena,
		   SAY_NUMBER("months", (int64_t)floor(profile->months_in_tier.value)),
		   SAY_NUMBER("low", (int64_t)floor(time->low.value)),
		   SAY_NUMBER("high", (int64_t)ceil(time->high.value)));
}

static struct texts reasons_of(const struct vocabulary *vocabulary, const struct profile *profile,
			       const struct scored_pattern *match, const char **evidence,
			       struct arena *arena)
{
	const struct wording *wording = &vocabulary->wording;
	const struct match_score *score = &match->score;
	const struct pattern *pattern = match->pattern;
	const struct timeline *time = &pattern->timeline;
	struct texts reasons = { .items = arena_array(arena, const char *, REASONS_MAX) };
	size_t areas_count;
	const char *areas = shared_areas(vocabulary, profile, pattern, &areas_count, arena);

	if (score->tier >= SAYS_WELL)
		reasons.items[reasons.count++] = say(
			wording, SENTENCE_MATCH_TIER, arena,
			SAY_TEXT("tier", label_of(&vocabulary->tiers, profile->revenue_tier)),
			SAY_TEXT("revenue", money_text(wording, profile->annual_revenue, arena)));
	if (areas)
		reasons.items[reasons.count++] = say(wording, SENTENCE_MATCH_FOCUS, arena,
						     SAY_NUMBER("count", (int64_t)areas_count),
						     SAY_TEXT("areas", areas));
	if (score->team_known && score->team >= SAYS_WELL)
		reasons.items[reasons.count++] = team_reason(profile, pattern, wording, arena);
	if (score->stage_known && score->stage >= SAYS_WELL)
		reasons.items[reasons.count++] = say(
			wording, SENTENCE_MATCH_STAGE, arena,
			SAY_TEXT("stage", label_of(&vocabulary->stages, profile->current_stage)));
	if (profile->months_in_tier.present && score->tier == 1 && time->low.present &&
	    time->high.present)
		reasons.items[reasons.count++] = months_reason(profile, time, wording, arena);
	if (!*evidence)
		*evidence = evidence_text(pattern, wording, arena);
	reasons.items[reasons.count++] = *evidence;
	return reasons;
}

static struct pattern_match match_of(const struct vocabulary *vocabulary,
				     const struct profile *profile,
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
		.match_reason = match_reason(score, match->pattern->status, &vocabulary->wording,
					     texts, arena),
		.reasons = reasons_of(vocabulary, profile, match, &texts->evidence[match->place],
				      arena),
	};
}

pattern_matches find_matching_patterns(const struct vocabulary *vocabulary,
				       const struct profile *profile,
				       const struct pattern *const *patterns, size_t count,
				       struct match_texts *texts, struct arena *arena)
{
	struct scored_pattern *candidates = arena_array(arena, struct scored_pattern, count);
	pattern_matches matches = { .items =
					    arena_array(arena, struct pattern_match, MATCHES_MAX) };
	size_t found = 0;

	if (!texts)
		texts = match_texts_new(count, arena);
	for (size_t i = 0; i < count; i++) {
		struct match_score score;

		/* Most patterns are for other tiers: no need to know how well the rest fits. */
		if (patterns[i]->status == PATTERN_REMOVED ||
		    tier_alignment(vocabulary, profile->revenue_tier,
				   patterns[i]->from_revenue_tier) == 0)
			continue;
		score = calculate_match_score(vocabulary, profile, patterns[i]);
		if (score.total >= MATCH_SCORE_MIN)
			candidates[found++] = (struct scored_pattern){ patterns[i], score, i };
	}
	matches.count = rank_patterns_by_relevance(candidates, found, MATCHES_MAX);
	for (size_t i = 0; i < matches.count; i++)
		matches.items[i] = match_of(vocabulary, profile, &candidates[i], texts, arena);
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
