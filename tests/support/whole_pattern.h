/* The first pattern of a transition, with the confidence that it has before any outcome. */
#pragma once

#include "pattern.h"

/* NULL: there is none. */
static inline const struct pattern *whole_pattern(const struct cohorts *cohorts, size_t from,
						  struct arena *arena)
{
	struct found_patterns found = identify_common_patterns(cohorts, from, arena);
	const struct outcome_evidence nothing = { .pooled = 0.5 };

	if (found.count == 0)
		return NULL;
	pattern_set_confidence(&found.items[0].pattern, &nothing, cohorts->constants.k);
	return &found.items[0].pattern;
}
