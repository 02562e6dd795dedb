/*
 * One sweep over the days of some spells: each level-up is compared with those at risk that day
 * (statistics §3; lift.h says with whom). The subjects are whatever somebody can be exposed to.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "cohort.h"
#include "items.h"
#include "members.h"

struct subjects {
	size_t count;
	uint32_t own; /* 1: who is exposed to a subject has it among his counted items; else 0 */
	find_onsets *find;
	const void *closure;
	size_t room; /* for find() */
};

struct compared {
	const struct lift *lifts; /* by subject */
	const int64_t *users;     /* levellers who were exposed to it when they levelled up */
};

/* The result is in the arena. The same whatever the order of the contractors, to the last bit. */
struct compared sweep_spells(const struct spells *spells, const struct subjects *subjects,
			     const struct constants *constants, struct arena *arena);
