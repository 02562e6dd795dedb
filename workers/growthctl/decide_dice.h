/*
 * Seeded random numbers: xoshiro256** (Blackman, Vigna), seeded by splitmix64. Each stream of a
 * seed is independent of the others. Integer arithmetic and exact floating point only, no libm: the
 * same seed gives the same numbers on every machine.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct dice {
	uint64_t state[4];
};

void dice_init(struct dice *dice, uint64_t seed, uint64_t stream);
uint64_t dice_next(struct dice *dice);
/* In [0, 1), 53 bits of it random. */
double dice_unit(struct dice *dice);
/* In [0, limit); limit 0 gives 0. Its bias is below limit / 2^32. */
uint32_t dice_below(struct dice *dice, uint32_t limit);
/* In [low, high], both included. */
int64_t dice_between(struct dice *dice, int64_t low, int64_t high);
bool dice_chance(struct dice *dice, double probability);
/* Mean 0, standard deviation 1, within ±6: the sum of twelve uniform numbers. */
double dice_normal(struct dice *dice);
