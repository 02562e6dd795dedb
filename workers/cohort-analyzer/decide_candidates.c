#include "decide_candidates.h"

#define BITS_MIN UINT64_C(8)
#define BITS_CHEAP (UINT64_C(1) << 20) /* 128 KiB: to be had whoever is in the set */
#define BITS_MAX (UINT64_C(1) << 25)
#define BITS_EACH 32

static uint32_t number_of(int64_t id, int shift)
{
	return (uint32_t)((int32_t)id >> shift);
}

/* As many as may be used for so many contractors. */
static uint64_t bits_allowed(size_t count)
{
	uint64_t bits = BITS_CHEAP;

	while (bits < BITS_EACH * (uint64_t)count && bits < BITS_MAX)
		bits *= 2;
	return bits;
}

static uint32_t greatest_number(const int64_t *ids, size_t count)
{
	uint32_t greatest = 0;

	for (size_t i = 0; i < count; i++)
		if (number_of(ids[i], 0) > greatest)
			greatest = number_of(ids[i], 0);
	return greatest;
}

/* The low bits that no id has set would leave most of the set unused. */
static int common_zeros(const int64_t *ids, size_t count)
{
	uint32_t used = 0;

	for (size_t i = 0; i < count; i++)
		used |= number_of(ids[i], 0);
	return used ? __builtin_ctz(used) : 0;
}

struct candidate_bits candidate_bits_of(const int64_t *ids, size_t count, struct arena *arena)
{
	uint32_t greatest = greatest_number(ids, count);
	uint64_t allowed = bits_allowed(count), bits = BITS_MIN;
	int shift = greatest < allowed ? 0 : common_zeros(ids, count);

	while (bits < allowed && bits <= greatest >> shift)
		bits *= 2;

	struct candidate_bits set = {
		.bytes = arena_array(arena, unsigned char, bits / 8),
		.length = bits / 8,
		.shift = shift,
	};

	for (size_t i = 0; i < count; i++) {
		uint64_t number = number_of(ids[i], shift) & (bits - 1);

		set.bytes[number / 8] |= (unsigned char)(1U << number % 8);
	}
	return set;
}
