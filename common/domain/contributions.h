/*
 * What of the contractors is in a published pattern, and when the next version may follow
 * (statistics §9, differencing): two versions that differ by fewer than k contractors would tell
 * what these did.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "cohort.h"

/* Fingerprints (cohort.h), ascending. */
struct fingerprints {
	const uint64_t *items;
	size_t count;
};

/* Levellers and others apart: the numbers about levellers would tell of one who joins them among
 * many others who changed. */
struct contributions {
	struct fingerprints levellers, others;
};

struct contributions contributions_of(const struct spells *spells, struct arena *arena);

/* At least so many contractors differ: max(only in one, only in the other). */
int64_t fingerprints_differing(const struct fingerprints *before, const struct fingerprints *now);

/*
 * Whether numbers made from `now` may be published after those made from `before`: among levellers
 * and among others either nobody differs or at least k contractors do (added, removed, changed),
 * and somewhere k do. A changed contractor is in both by different fingerprints, so that at least
 * max(only in one, only in the other) contractors differ.
 */
bool contributions_may_follow(const struct contributions *before, const struct contributions *now,
			      int64_t k);
/* Nothing at all differs. */
bool contributions_equal(const struct contributions *a, const struct contributions *b);
