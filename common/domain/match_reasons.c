#include "match_reasons.h"

#include <math.h>

#include "team.h"

#define SAYS_WELL (0.5 - SCORE_SLACK) /* a part with this score or more is a reason */
#define HIGH_CONFIDENCE 0.60
#define MEDIUM_CONFIDENCE 0.40
#define REASONS_MAX 6
#define PARTS 4
#define FIRST_CAPACITY 64
#define AREAS_MAX 63 /* of a pattern, for those shared to be one number */

/* ---- what was said before ---- */

/* Where it is, or belongs. */
static struct said *find_said(struct said *said, size_t capacity, enum sentence sentence,
			      size_t place, int64_t value)
{
	uint64_t hash = ((uint64_t)value * 31 + place) * 31 + sentence;

	hash *= UINT64_C(0x9e3779b97f4a7c15);
	for (size_t i = hash >> 32;; i++) {
		struct said *slot = &said[i & (capacity - 1)];

		if (!slot->text ||
		    (slot->sentence == sentence && slot->place == place && slot->value == value))
			return slot;
	}
}

/* Half of the table stays free. */
static void make_room(struct match_texts *texts)
{
	size_t capacity = texts->capacity ? 2 * texts->capacity : FIRST_CAPACITY;
	struct said *said;

	if (texts->count * 2 < texts->capacity)
		return;
	said = arena_array(texts->arena, struct said, capacity);
	for (size_t i = 0; i < texts->capacity; i++) {
		const struct said *old = &texts->said[i];

		if (old->text)
			*find_said(said, capacity, old->sentence, old->place, old->value) = *old;
	}
	texts->said = said;
	texts->capacity = capacity;
}

static const char *recall(struct match_texts *texts, enum sentence sentence, size_t place,
			  int64_t value)
{
	make_room(texts);
	return find_said(texts->said, texts->capacity, sentence, place, value)->text;
}

static const char *keep(struct match_texts *texts, enum sentence sentence, size_t place,
			int64_t value, const char *text)
{
	*find_said(texts->said, texts->capacity, sentence, place, value) =
		(struct said){ sentence, place, value, text };
	texts->count++;
	return text;
}

/* ---- the match as a whole ---- */

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

const char *match_reason(const struct vocabulary *vocabulary, const struct scored_pattern *match,
			 struct match_texts *texts, struct arena *arena)
{
	const struct match_score *score = &match->score;
	const bool is_known[PARTS] = { score->tier_known, score->focus_known, score->team_known,
				       score->stage_known };
	const double scores[PARTS] = { score->tier, score->focus, score->team, score->stage };
	enum pattern_status status = match->pattern->status;
	unsigned known = 0, fitting = 0;
	const char *text;

	for (unsigned part = 0; part < PARTS; part++) {
		known |= (unsigned)is_known[part] << part;
		fitting |= (unsigned)(is_known[part] && scores[part] >= SAYS_WELL) << part;
	}
	text = recall(texts, SENTENCE_MATCH_REASON, status, known << PARTS | fitting);
	return text ? text
		    : keep(texts, SENTENCE_MATCH_REASON, status, known << PARTS | fitting,
			   say_reason(known, fitting, status, &vocabulary->wording, arena));
}

/* ---- its reasons one by one ---- */

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

static const char *evidence_reason(const struct scored_pattern *match,
				   const struct wording *wording, struct match_texts *texts,
				   struct arena *arena)
{
	const char *text = recall(texts, SENTENCE_MATCH_CONFIDENCE, match->place, 0);

	return text ? text
		    : keep(texts, SENTENCE_MATCH_CONFIDENCE, match->place, 0,
			   evidence_text(match->pattern, wording, arena));
}

/* own: the rank of the profile's tier. Each contractor has another revenue, but hardly anybody
 * tells it. */
static const char *tier_reason(const struct vocabulary *vocabulary, const struct profile *profile,
			       int own, struct match_texts *texts, struct arena *arena)
{
	const struct wording *wording = &vocabulary->wording;
	bool shared = !wording_mentions(wording, SENTENCE_MATCH_TIER, "revenue");
	const char *text = shared ? recall(texts, SENTENCE_MATCH_TIER, 0, own) : NULL;

	if (text)
		return text;
	text = say(wording, SENTENCE_MATCH_TIER, arena,
		   SAY_TEXT("tier", label_of(&vocabulary->tiers, profile->revenue_tier)),
		   SAY_TEXT("revenue", money_text(wording, profile->annual_revenue, arena)));
	return shared ? keep(texts, SENTENCE_MATCH_TIER, 0, own, text) : text;
}

static const char *say_shared_areas(const struct vocabulary *vocabulary,
				    const struct profile *profile, const pattern_items *listed,
				    struct arena *arena)
{
	const struct wording *wording = &vocabulary->wording;
	const char **words = arena_array(arena, const char *, listed->count);
	size_t count = 0;

	for (size_t i = 0; i < listed->count; i++)
		if (texts_hold(&profile->focus_areas, listed->items[i].item))
			words[count++] = label_of(&vocabulary->focus_areas, listed->items[i].item);
	if (count == 0)
		return NULL;
	return say(wording, SENTENCE_MATCH_FOCUS, arena, SAY_NUMBER("count", (int64_t)count),
		   SAY_TEXT("areas", enumerate(wording, words, count, SENTENCE_LIST_AND, arena)));
}

/* NULL: none is shared. */
static const char *focus_reason(const struct vocabulary *vocabulary, const struct profile *profile,
				const struct scored_pattern *match, struct match_texts *texts,
				struct arena *arena)
{
	const pattern_items *listed = &match->pattern->common_focus_areas;
	int64_t shared = 0;
	const char *text;

	if (listed->count > AREAS_MAX)
		return say_shared_areas(vocabulary, profile, listed, arena);
	for (size_t i = 0; i < listed->count; i++)
		shared |= (int64_t)texts_hold(&profile->focus_areas, listed->items[i].item) << i;
	if (shared == 0)
		return NULL;
	text = recall(texts, SENTENCE_MATCH_FOCUS, match->place, shared);
	return text ? text
		    : keep(texts, SENTENCE_MATCH_FOCUS, match->place, shared,
			   say_shared_areas(vocabulary, profile, listed, arena));
}

static const char *team_reason(const struct profile *profile, const struct scored_pattern *match,
			       const struct wording *wording, struct match_texts *texts,
			       struct arena *arena)
{
	const struct int_or_text *team = &profile->team_size;
	const char *text =
		team->text ? NULL : recall(texts, SENTENCE_MATCH_TEAM, match->place, team->number);

	if (text)
		return text;
	text = say(wording, SENTENCE_MATCH_TEAM, arena, SAY_TEXT("team", team_text(team, arena)),
		   SAY_NUMBER("typical", (int64_t)floor(match->pattern->team_median.value + 0.5)));
	return team->text ? text
			  : keep(texts, SENTENCE_MATCH_TEAM, match->place, team->number, text);
}

static const char *stage_reason(const struct vocabulary *vocabulary, const struct profile *profile,
				struct match_texts *texts, struct arena *arena)
{
	int rank = label_rank(&vocabulary->stages, profile->current_stage);
	const char *text = rank < 0 ? NULL : recall(texts, SENTENCE_MATCH_STAGE, 0, rank);

	if (text)
		return text;
	text = say(&vocabulary->wording, SENTENCE_MATCH_STAGE, arena,
		   SAY_TEXT("stage", label_of(&vocabulary->stages, profile->current_stage)));
	return rank < 0 ? text : keep(texts, SENTENCE_MATCH_STAGE, 0, rank, text);
}

static const char *months_reason(const struct profile *profile, const struct scored_pattern *match,
				 const struct wording *wording, struct match_texts *texts,
				 struct arena *arena)
{
	const struct timeline *time = &match->pattern->timeline;
	int64_t months = (int64_t)floor(profile->months_in_tier.value);
	const char *text = recall(texts, SENTENCE_MATCH_MONTHS, match->place, months);

	return text ? text
		    : keep(texts, SENTENCE_MATCH_MONTHS, match->place, months,
			   say(wording, SENTENCE_MATCH_MONTHS, arena, SAY_NUMBER("months", months),
			       SAY_NUMBER("low", (int64_t)floor(time->low.value)),
			       SAY_NUMBER("high", (int64_t)ceil(time->high.value))));
}

struct texts match_reasons(const struct vocabulary *vocabulary, const struct profile *profile,
			   int own, const struct scored_pattern *match, struct match_texts *texts,
			   struct arena *arena)
{
	const struct wording *wording = &vocabulary->wording;
	const struct match_score *score = &match->score;
	const struct timeline *time = &match->pattern->timeline;
	struct texts reasons = { .items = arena_array(arena, const char *, REASONS_MAX) };
	const char *focus = focus_reason(vocabulary, profile, match, texts, arena);

	if (score->tier >= SAYS_WELL)
		reasons.items[reasons.count++] =
			tier_reason(vocabulary, profile, own, texts, arena);
	if (focus)
		reasons.items[reasons.count++] = focus;
	if (score->team_known && score->team >= SAYS_WELL)
		reasons.items[reasons.count++] = team_reason(profile, match, wording, texts, arena);
	if (score->stage_known && score->stage >= SAYS_WELL)
		reasons.items[reasons.count++] = stage_reason(vocabulary, profile, texts, arena);
	if (profile->months_in_tier.present && score->tier == 1 && time->low.present &&
	    time->high.present)
		reasons.items[reasons.count++] =
			months_reason(profile, match, wording, texts, arena);
	reasons.items[reasons.count++] = evidence_reason(match, wording, texts, arena);
	return reasons;
}
