#include "decide_evaluate.h"

#include <math.h>

#include "outcome.h"

const struct config_option confidence_options[] = {
	OPTION_NUMBER(struct confidence_options, publish_step, "confidence.publish_step", "0.01", 0,
		      1,
		      "publish a pattern anew when outcomes have moved its confidence by more than "
		      "this; 1: never, until it is recalculated"),
	OPTION_DURATION(struct confidence_options, every_ms, "confidence.every", "10s", 0,
			86400000.0 * 366,
			"how often to look at what outcomes say of patterns; 0: only when a replay "
			"asks for it"),
	OPTION_END
};

bool evaluation_is_due(const struct evaluation_state *state,
		       const struct confidence_options *options, utc_us now)
{
	if (state->asked.present || options->every_ms == 0)
		return state->asked.present;
	return state->due && (!state->complete || !state->evaluated_at.present ||
			      now - state->evaluated_at.value >= options->every_ms * 1000);
}

void decide_evaluation(struct evaluated_pattern *patterns, size_t count, utc_us as_of, int64_t k,
		       double step, struct arena *arena)
{
	struct outcome_evidence *evidence = arena_array(arena, struct outcome_evidence, count);
	double pooled;

	for (size_t i = 0; i < count; i++)
		evidence[i] = evidence_as_of(patterns[i].good, patterns[i].bad, patterns[i].voters,
					     as_of);
	pooled = pooled_success(evidence, count);
	for (size_t i = 0; i < count; i++) {
		struct evaluated_pattern *pattern = &patterns[i];

		evidence[i].pooled = pooled;
		pattern->confidence = calculate_pattern_confidence(
			pattern->sample_size, pattern->consistency, &evidence[i], k);
		pattern->moved = pattern->version.present && pattern->status != PATTERN_REMOVED &&
				 fabs(cap_confidence(pattern->confidence.score, pattern->status) -
				      pattern->published) > step;
	}
}
