/*
 * One walk over the days of some spells: each level-up is compared with those at risk that day
 * (statistics §3; lift.h says with whom), in several parts of the spells at once, for they share
 * the way.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "cohort.h"
#include "items.h"
#include "members.h"

/* Some of the spells: those whose marks have all bits of `with` and none of `without`. */
struct part {
	uint32_t with, without;
};
#define PART_WITHOUT_MAX 2 /* bits */

/* What is compared: in each part its own spells with each other. */
struct comparison {
	const struct spells *spells;
	const uint32_t *marks; /* by spell; NULL: none */
	const struct part *parts;
	size_t parts_count;
	const struct subjects *subjects;
};

struct compared {
	const struct lift *lifts; /* by subject */
	const int64_t *users;     /* levellers who were exposed to it when they levelled up */
};

/* By part. The result is in the arena. The same whatever the order of the contractors, to the last
 * bit. */
struct compared *compare_spells(const struct comparison *comparison,
				const struct constants *constants, struct arena *arena);
