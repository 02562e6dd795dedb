/* Why a pattern fits, in sentences: score.h says which. */
#pragma once

#include "score.h"
#include "wording.h"

/* What has been said of a batch's matches: most are told the same as others. */
struct said {
	enum sentence sentence;
	size_t place;     /* of the pattern, where it matters */
	int64_t value;    /* what else it is made of */
	const char *text; /* NULL: the place in the table is free */
};

struct match_texts {
	struct arena *arena;
	struct scored_pattern *candidates; /* room for each pattern */
	int *ranks;        /* RANKED + that of a pattern's first tier; 0: not looked up */
	struct said *said; /* open addressing */
	size_t count, capacity;
};

#define RANKED 2 /* an unknown tier has rank -1 */

/* match_reason and reasons of a match; own: the rank of the profile's tier. */
const char *match_reason(const struct vocabulary *vocabulary, const struct scored_pattern *match,
			 struct match_texts *texts, struct arena *arena);
struct texts match_reasons(const struct vocabulary *vocabulary, const struct profile *profile,
			   int own, const struct scored_pattern *match, struct match_texts *texts,
			   struct arena *arena);
