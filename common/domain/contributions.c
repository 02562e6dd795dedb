#include "contributions.h"

static struct fingerprints fingerprints_of(const struct spells *spells, bool event, size_t count,
					   struct arena *arena)
{
	uint64_t *items = arena_array(arena, uint64_t, count);
	size_t found = 0;

	for (size_t i = 0; i < spells->count; i++)
		if (spells->items[i]->event == event)
			items[found++] = spells->items[i]->fingerprint;
	return (struct fingerprints){ items, found };
}

struct contributions contributions_of(const struct spells *spells, struct arena *arena)
{
	return (struct contributions){
		fingerprints_of(spells, true, spells->levellers, arena),
		fingerprints_of(spells, false, spells->count - spells->levellers, arena),
	};
}

int64_t fingerprints_differing(const struct fingerprints *before, const struct fingerprints *now)
{
	size_t i = 0, j = 0, same = 0;

	while (i < before->count && j < now->count) {
		uint64_t a = before->items[i], b = now->items[j];

		same += a == b;
		i += a <= b;
		j += b <= a;
	}

	size_t gone = before->count - same, added = now->count - same;

	return (int64_t)(gone > added ? gone : added);
}

bool contributions_may_follow(const struct contributions *before, const struct contributions *now,
			      int64_t k)
{
	int64_t levellers = fingerprints_differing(&before->levellers, &now->levellers);
	int64_t others = fingerprints_differing(&before->others, &now->others);

	return (levellers == 0 || levellers >= k) && (others == 0 || others >= k) &&
	       (levellers >= k || others >= k);
}

bool contributions_equal(const struct contributions *a, const struct contributions *b)
{
	return fingerprints_differing(&a->levellers, &b->levellers) == 0 &&
	       fingerprints_differing(&a->others, &b->others) == 0;
}
