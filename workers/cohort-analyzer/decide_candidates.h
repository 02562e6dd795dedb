/* Some contractors as a set of bits, which a server can ask at each row that it reads. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/*
 * The bit of a contractor is number (id >> shift) modulo 8 * length, ids being 32 bits with a sign;
 * number 0 is the lowest of the first byte. Whoever is in the set has his bit set. Others may share
 * one: who reads by it gets all of the set, and rows of others.
 */
struct candidate_bits {
	unsigned char *bytes;
	size_t length; /* a power of two */
	int shift;
};

/*
 * The set of these ids, which may be there several times, of at most 4 MiB, in the arena. Nobody
 * shares a bit when ids go up to a million, or are a sequence up to 32 million of which a
 * thirty-second is in the set, or multiples of one power of two like that; of others each in the
 * set has 32 bits while that fits.
 */
struct candidate_bits candidate_bits_of(const int64_t *ids, size_t count, struct arena *arena);
