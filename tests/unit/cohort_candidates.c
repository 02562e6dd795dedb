/* Whoever is in a set of bits has his bit set; and others are few, whatever the ids are like. */
#include <criterion/criterion.h>

#include "decide_candidates.h"
#include "seeded.h"

#define CONTRACTORS 100000

static bool has(const struct candidate_bits *set, int64_t id)
{
	uint32_t number = (uint32_t)((int32_t)id >> set->shift) & (uint32_t)(8 * set->length - 1);

	return set->bytes[number / 8] >> number % 8 & 1;
}

/* Half of the ids, by a coin, are in the set. Returns how many of the others pass for it. */
static size_t strangers_let_in(const int64_t *ids, struct seeded *random, size_t most_bytes)
{
	struct arena arena;
	size_t members_count = 0, strangers_count = 0, let_in = 0;
	int64_t *members, *strangers;

	arena_init(&arena);
	members = arena_array(&arena, int64_t, CONTRACTORS);
	strangers = arena_array(&arena, int64_t, CONTRACTORS);
	for (int i = 0; i < CONTRACTORS; i++) {
		if (seeded_below(random, 2))
			members[members_count++] = ids[i];
		else
			strangers[strangers_count++] = ids[i];
	}

	struct candidate_bits set = candidate_bits_of(members, members_count, &arena);

	cr_expect_leq(set.length, most_bytes);
	for (size_t i = 0; i < members_count; i++)
		cr_assert(has(&set, members[i]), "%lld", (long long)members[i]);
	for (size_t i = 0; i < strangers_count; i++)
		let_in += has(&set, strangers[i]);
	arena_release(&arena);
	return let_in;
}

Test(candidates, of_a_sequence_are_exact)
{
	static int64_t ids[CONTRACTORS];
	struct seeded random = seeded_start("of_a_sequence_are_exact");

	for (int i = 0; i < CONTRACTORS; i++)
		ids[i] = i + 1;
	cr_expect_eq(strangers_let_in(ids, &random, 131072 / 8), 0);
}

Test(candidates, with_a_common_factor_are_exact)
{
	static int64_t ids[CONTRACTORS];
	struct seeded random = seeded_start("with_a_common_factor_are_exact");

	for (int i = 0; i < CONTRACTORS; i++)
		ids[i] = INT64_C(16384) * (i + 1);
	cr_expect_eq(strangers_let_in(ids, &random, 131072 / 8), 0);
}

/* 50,000 of 2^21 bits are set: a fortieth. */
Test(candidates, of_any_ids_let_few_others_in)
{
	static int64_t ids[CONTRACTORS];
	struct seeded random = seeded_start("of_any_ids_let_few_others_in");
	size_t let_in;

	for (int i = 0; i < CONTRACTORS; i++)
		ids[i] = (int64_t)(seeded_unit(&random) * 4294967295.0) - INT64_C(2147483648);
	let_in = strangers_let_in(ids, &random, 2097152 / 8);
	cr_expect_gt(let_in, 500);
	cr_expect_lt(let_in, 2500);
}

Test(candidates, of_nobody_is_nobody)
{
	struct candidate_bits set;
	struct arena arena;

	arena_init(&arena);
	set = candidate_bits_of(NULL, 0, &arena);
	for (int64_t id = -20; id < 20; id++)
		cr_expect(!has(&set, id));
	arena_release(&arena);
}
