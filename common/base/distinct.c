#include "distinct.h"

#include <string.h>

#define FIRST_CAPACITY 64

void distinct_init(struct distinct *distinct, struct arena *arena)
{
	*distinct = (struct distinct){ .arena = arena };
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

/* Eight bytes at a time: the strings are short, but there are millions. */
static uint64_t hash_of(const char *bytes, size_t length)
{
	uint64_t hash = mix(0, length), word;

	for (; length >= sizeof(word); bytes += sizeof(word), length -= sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		hash = mix(hash, word);
	}
	word = 0;
	memcpy(&word, bytes, length);
	hash = mix(hash, word);
	return hash ^ hash >> 32;
}

/* The slot where the string is, or the free one where it belongs. */
static uint32_t *slot_of(const struct distinct *distinct, uint64_t hash, const void *bytes,
			 size_t length)
{
	size_t mask = distinct->slots_count - 1;

	for (size_t i = hash & mask;; i = (i + 1) & mask) {
		uint32_t *slot = &distinct->slots[i];
		const struct bytes *item = &distinct->items[*slot ? *slot - 1 : 0];

		if (*slot == 0 || (distinct->hashes[*slot - 1] == hash && item->length == length &&
				   memcmp(item->data, bytes, length) == 0))
			return slot;
	}
}

/* Half of the slots stay free, so a search ends soon. */
static void grow(struct distinct *distinct)
{
	size_t capacity = distinct->capacity ? 2 * distinct->capacity : FIRST_CAPACITY;

	distinct->items = arena_grow(distinct->arena, distinct->items, distinct->count, capacity,
				     sizeof(*distinct->items));
	distinct->hashes = arena_grow(distinct->arena, distinct->hashes, distinct->count, capacity,
				      sizeof(*distinct->hashes));
	distinct->capacity = capacity;
	distinct->slots_count = 2 * capacity;
	distinct->slots = arena_array(distinct->arena, uint32_t, distinct->slots_count);
	for (size_t i = 0; i < distinct->count; i++)
		*slot_of(distinct, distinct->hashes[i], distinct->items[i].data,
			 distinct->items[i].length) = (uint32_t)i + 1;
}

uint32_t distinct_add(struct distinct *distinct, const void *bytes, size_t length, bool *ret_new)
{
	uint64_t hash = hash_of(bytes, length);

	if (distinct->count == distinct->capacity)
		grow(distinct);

	uint32_t *slot = slot_of(distinct, hash, bytes, length);

	*ret_new = *slot == 0;
	if (*ret_new) {
		distinct->items[distinct->count] =
			(struct bytes){ arena_strndup(distinct->arena, bytes, length), length };
		distinct->hashes[distinct->count] = hash;
		*slot = (uint32_t)++distinct->count;
	}
	return *slot - 1;
}
