/* Who levelled up: raw figures of the contractors of a transition with event. They stay inside the
 * analyzer, as items.h's do. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "cohort.h"
#include "values.h"

struct stage_count {
	const char *stage;
	uint32_t number; /* in cohorts.names */
	int64_t count;   /* > 0 */
};

struct levellers {
	int64_t count;                      /* n */
	struct optional_number team_median; /* people at entry, with >= k known */
	int64_t team_known;                 /* team known at entry and at level-up */
	int64_t team_doubled;               /* of these, team at level-up >= 2·team at entry */
	struct optional_number revenue_increased; /* median growth in per cent; with >= k known */
	int64_t lead_flow_improved; /* with a counted item (X < D) of category lead_improvement */
	int64_t stage_known;        /* stage known at entry */
	struct stage_count *stages; /* at entry; most first, then by name */
	size_t stages_count;
	const int64_t *count_of_stage; /* the same by number of the name */
};

/* When they levelled up: days since 1970, ascending. */
struct level_ups {
	const int32_t *days;
	size_t count;
};

/* Of those among the spells who levelled up; in the arena. */
struct level_ups level_ups_of(const struct spells *spells, struct arena *arena);

/* Of those among the spells who levelled up. Lives in the arena; text belongs to the cohorts. The
 * same whatever the order of the contractors. */
struct levellers describe_levellers(const struct cohorts *cohorts, const struct spells *spells,
				    struct arena *arena);
