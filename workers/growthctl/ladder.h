/* Every transition of the configured ladder, with what its last calculation found. */
#pragma once

#include "ctl.h"

struct ladder_transition {
	const char *from_tier, *to_tier;
	const char *result; /* "not calculated yet" */
	struct optional_int at_risk, levelled_up, version;
	struct optional_time as_of; /* absent: never calculated */
};

struct ladder {
	struct ladder_transition *items;
	size_t count;
};

/* In the order of the configured tiers; in the arena. */
bool ladder_read(const struct ctl *ctl, struct db *db, struct arena *arena,
		 struct ladder *ret_ladder, struct err *err);
