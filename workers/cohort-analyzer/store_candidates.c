#include "store_candidates.h"

#define BITS_MAX (UINT64_C(1) << 25)
#define BITS_EXACT (UINT64_C(1) << 20) /* to be had whatever the ids are: 128 KiB */
#define BITS_A_CANDIDATE 32            /* beyond that: so few others share a bit */

struct gathering {
	const atomic_bool *stop;
	struct contractor_id_row *items; /* the first ones */
	size_t few;
	size_t count;
	uint32_t greatest; /* of the ids, as unsigned numbers */
	unsigned char *bits;
};

static bool take_candidate(const struct pg_field *fields, void *closure, struct err *err)
{
	struct gathering *gathered = closure;
	int64_t contractor_id = pg_field_integer(&fields[0]);
	uint32_t number = (uint32_t)contractor_id;
	size_t bit = number & (BITS_MAX - 1);

	if (atomic_load(gathered->stop))
		return err_set(err, ERR_RETRY, "stopped");
	if (gathered->count < gathered->few)
		gathered->items[gathered->count].contractor_id = contractor_id;
	gathered->count++;
	if (number > gathered->greatest)
		gathered->greatest = number;
	gathered->bits[bit / 8] |= (unsigned char)(1U << bit % 8);
	return true;
}

/* Half as many bits lose nothing where the upper half is empty, and little where there are many more bits than candidates. */
static bool may_be_halved(const struct gathering *gathered, uint64_t bits)
{
	uint64_t half = bits / 2;

	return half >= 8 &&
	       (half > gathered->greatest ||
		(half >= BITS_EXACT && half >= BITS_A_CANDIDATE * (uint64_t)gathered->count));
}

static struct bytes fold(struct gathering *gathered)
{
	uint64_t bits = BITS_MAX;

	while (may_be_halved(gathered, bits)) {
		bits /= 2;
		for (size_t i = 0; i < bits / 8; i++)
			gathered->bits[i] |= gathered->bits[bits / 8 + i];
	}
	return (struct bytes){ gathered->bits, bits / 8 };
}

bool candidates_find(struct db *db, const struct tier_row *tiers, size_t tiers_count, size_t few,
		     const atomic_bool *stop, struct arena *arena,
		     struct candidates *ret_candidates, struct err *err)
{
	struct gathering gathered = {
		.stop = stop,
		.items = arena_array(arena, struct contractor_id_row, few),
		.few = few,
		.bits = arena_array(arena, unsigned char, BITS_MAX / 8),
	};

	if (!db_execute(db, &analyzer_statements.set_scan_tiers, tiers, tiers_count, err) ||
	    !db_copy_out(db, &analyzer_statements.scan_candidates, take_candidate, &gathered, err))
		return false;
	*ret_candidates = (struct candidates){ .bits = fold(&gathered) };
	if (gathered.count <= few) {
		ret_candidates->items = gathered.items;
		ret_candidates->count = gathered.count;
	}
	return true;
}
