/*
 * Random cases that can be repeated: the seed is printed, and GROWTH_TEST_SEED=n runs the same ones
 * again.
 */
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct seeded {
	uint64_t seed, state;
};

static inline struct seeded seeded_start(const char *test)
{
	const char *given = getenv("GROWTH_TEST_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 10) : 20240701;

	printf("%s: GROWTH_TEST_SEED=%llu\n", test, (unsigned long long)seed);
	return (struct seeded){ seed, seed };
}

/* splitmix64 */
static inline uint64_t seeded_bits(struct seeded *random)
{
	uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* 0 to count - 1 */
static inline int seeded_below(struct seeded *random, int count)
{
	return (int)(seeded_bits(random) % (uint64_t)count);
}

/* In [0, 1) */
static inline double seeded_unit(struct seeded *random)
{
	return (double)(seeded_bits(random) >> 11) / 9007199254740992.0;
}
