/*
 * Byte strings that occur millions of times, kept once and numbered 0, 1, 2 … in the order of their
 * first occurrence.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "values.h"

struct distinct {
	struct arena *arena; /* what everything here lives in */
	struct bytes *items;
	uint64_t *hashes; /* of the items */
	size_t count, capacity;
	uint32_t *slots; /* open addressing: number + 1; 0: free */
	size_t slots_count;
};

/* Empty. */
void distinct_init(struct distinct *distinct, struct arena *arena);
/* The number of a byte string. *ret_new: it was added (copied, with a NUL behind it) just now. */
uint32_t distinct_add(struct distinct *distinct, const void *bytes, size_t length, bool *ret_new);
