/* Many tests at once (statistics §3). */
#pragma once

#include <stddef.h>

#include "arena.h"

/*
 * Benjamini and Hochberg's q of each of `count` p values, in any order: the smallest false
 * discovery rate at which its test would be rejected, min over all p_j >= p of p_j·count/rank(p_j),
 * at most 1. Equal p have equal q. The p are in [0, 1]; q may be the same array. The arena serves
 * for sorting.
 */
void benjamini_hochberg(const double *p, double *q, size_t count, struct arena *arena);
