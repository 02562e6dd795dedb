#include "standing.h"

#include <string.h>

#include "instant.h"
#include "special.h"

#define LOW_SHARE 0.8 /* of the pooled success rate: less is failure */
#define VOTERS_MIN 10 /* and k at least: a flag says how their goals turned out */
#define FLAG_ABOVE 0.95
#define STAY_FROM 0.80
#define RETURN_BELOW 0.50
#define RETIRE_STREAK 3
#define CERTAIN_ABOVE 0.995 /* then one look less is enough */

const char *const standing_names[] = { "active", "flagged", "retired", NULL };

double probability_of_failure(const struct outcome_evidence *evidence)
{
	double m = evidence->pooled;
	double a = 2 * m + evidence->good, b = 2 * (1 - m) + evidence->bad;

	if (a <= 0 || b <= 0)
		return 0;
	return beta_cdf(a, b, LOW_SHARE * m);
}

static size_t level_ups_before(const struct level_ups *level_ups, utc_us time)
{
	int64_t day = instant_days_between(0, time);
	size_t low = 0, high = level_ups->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (level_ups->days[middle] < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_back(const struct pattern_standing *standing, const struct level_ups *level_ups,
		    utc_us look, int64_t k)
{
	utc_us retired = standing->changes[standing->changes_count - 1].look;

	return standing->probability < RETURN_BELOW &&
	       level_ups_before(level_ups, look) - level_ups_before(level_ups, retired) >=
		       (size_t)k;
}

static bool is_sure_failure(const struct pattern_standing *standing, int64_t k)
{
	int64_t voters = standing->evidence.voters;

	return voters >= VOTERS_MIN && voters >= k && standing->probability > FLAG_ABOVE;
}

static enum standing next_standing(struct pattern_standing *standing,
				   const struct level_ups *level_ups, utc_us look, int64_t k)
{
	double p = standing->probability;

	if (standing->standing == STANDING_RETIRED)
		return is_back(standing, level_ups, look, k) ? STANDING_ACTIVE : STANDING_RETIRED;
	if (is_sure_failure(standing, k)) {
		standing->streak++;
		return standing->streak >= RETIRE_STREAK - (p > CERTAIN_ABOVE) ? STANDING_RETIRED
									       : STANDING_FLAGGED;
	}
	return p < STAY_FROM ? STANDING_ACTIVE : standing->standing;
}

struct pattern_standing judge_standing(const struct monthly_votes *votes,
				       const struct level_ups *level_ups, int64_t k,
				       struct arena *arena)
{
	struct standing_change *changes = arena_array(arena, struct standing_change, votes->count);
	struct pattern_standing standing = { .evidence = { .pooled = 0.5 }, .changes = changes };

	for (size_t i = 0; i < votes->count; i++) {
		utc_us look = instant_month(votes->first, (int)i);
		enum standing to;

		standing.evidence = votes->looks[i];
		standing.probability = probability_of_failure(&standing.evidence);
		to = next_standing(&standing, level_ups, look, k);
		if (to == STANDING_ACTIVE)
			standing.streak = 0;
		standing.retired_once |= to == STANDING_RETIRED;
		if (to == standing.standing)
			continue;
		standing.standing = to;
		changes[standing.changes_count++] = (struct standing_change){ look, to,
									      standing.probability,
									      standing.evidence };
	}
	return standing;
}

/* "2024-07-01" */
static const char *day_text(utc_us time, struct arena *arena)
{
	char text[INSTANT_TEXT_SIZE];

	instant_format(time, text);
	return arena_strndup(arena, text, strcspn(text, "T"));
}

const char *standing_reason(const struct pattern_standing *standing, const struct wording *wording,
			    struct arena *arena)
{
	const struct outcome_evidence *evidence = &standing->evidence;
	double probability = standing->probability;
	const struct standing_change *last;

	if (standing->standing == STANDING_ACTIVE)
		return NULL;
	last = &standing->changes[standing->changes_count - 1];
	if (standing->standing == STANDING_RETIRED) {
		evidence = &last->evidence;
		probability = last->probability;
	}
	return say(wording, SENTENCE_PATTERN_STANDING, arena,
		   SAY_TEXT("standing", standing_names[standing->standing]),
		   SAY_TEXT("rate",
			    rate_text(wording, evidence->good / (evidence->good + evidence->bad),
				      false, arena)),
		   SAY_NUMBER("voters", evidence->voters),
		   SAY_TEXT("pooled", rate_text(wording, evidence->pooled, false, arena)),
		   SAY_TEXT("certainty", rate_text(wording, probability, true, arena)),
		   SAY_NUMBER("looks", standing->streak),
		   SAY_TEXT("since", day_text(last->look, arena)));
}
