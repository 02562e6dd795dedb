#include <math.h>

#include "combinations.h"
#include "lift.h"
#include "multiplicity.h"
#include "special.h"

#define CANDIDATES_MAX 12
#define SETS_MAX (12 + 66 + 220)             /* of one, two and three of them */
#define BETTER_THAN_PARTS 0.0953101798043249 /* ln 1.1 */
#define Z90 1.2816

struct search {
	const struct item_use *candidates[CANDIDATES_MAX]; /* by kind, then item */
	uint32_t numbers[CANDIDATES_MAX];
	size_t candidates_count;
	struct item_set sets[SETS_MAX]; /* the single ones first, then pairs, then triples */
	uint32_t masks[SETS_MAX];       /* bit i: candidate i */
	double q[SETS_MAX];             /* of those tested */
	size_t sets_count;
	int64_t k;
};

static bool is_better(const struct item_use *a, const struct item_use *b)
{
	if (a->z != b->z)
		return a->z > b->z;
	int order = strcmp(a->item, b->item);

	return order ? order < 0 : a->kind < b->kind;
}

static int by_name(const void *left, const void *right)
{
	const struct item_use *a = *(const struct item_use *const *)left;
	const struct item_use *b = *(const struct item_use *const *)right;

	return a->kind != b->kind ? (a->kind > b->kind) - (a->kind < b->kind)
				  : strcmp(a->item, b->item);
}

/* The best first, then in the order in which they are named. */
static void choose_candidates(struct search *search, const struct item_uses *uses)
{
	const struct item_use **chosen = search->candidates;

	for (size_t i = 0; i < uses->count; i++) {
		const struct item_use *use = &uses->items[i];
		size_t place = search->candidates_count;

		if (use->grade != GRADE_A && use->grade != GRADE_B)
			continue;
		if (place == CANDIDATES_MAX && !is_better(use, chosen[--place]))
			continue;
		for (; place > 0 && is_better(use, chosen[place - 1]); place--)
			chosen[place] = chosen[place - 1];
		chosen[place] = use;
		if (search->candidates_count < CANDIDATES_MAX)
			search->candidates_count++;
	}
	if (search->candidates_count > 1)
		qsort(chosen, search->candidates_count, sizeof(*chosen), by_name);
	for (size_t i = 0; i < search->candidates_count; i++)
		search->numbers[i] = chosen[i]->number;
}

static void add_set(struct search *search, uint32_t mask, struct arena *arena)
{
	uint32_t *members = arena_array(arena, uint32_t, COMBINATION_MAX);
	struct item_set *set = &search->sets[search->sets_count];

	*set = (struct item_set){ .members = members };
	for (uint32_t i = 0; i < search->candidates_count; i++)
		if (mask & 1u << i)
			members[set->count++] = i;
	search->masks[search->sets_count++] = mask;
}

static int bits_in(uint32_t mask)
{
	int bits = 0;

	for (; mask; mask &= mask - 1)
		bits++;
	return bits;
}

static void list_sets(struct search *search, struct arena *arena)
{
	for (int size = 1; size <= COMBINATION_MAX; size++)
		for (uint32_t mask = 1; mask < 1u << search->candidates_count; mask++)
			if (bits_in(mask) == size)
				add_set(search, mask, arena);
}

static bool is_tested(const struct search *search, size_t set)
{
	return search->sets[set].count > 1 && search->sets[set].users >= search->k;
}

static void test_sets(struct search *search, struct arena *arena)
{
	size_t tested[SETS_MAX], count = 0;
	double p[SETS_MAX] = { 0 };

	for (size_t i = 0; i < search->sets_count; i++) {
		const struct lift *lift = &search->sets[i].lift;

		if (!is_tested(search, i))
			continue;
		p[count] = normal_upper_tail(lift->log_lift / lift->se);
		tested[count++] = i;
	}
	benjamini_hochberg(p, p, count, arena);
	for (size_t i = 0; i < count; i++)
		search->q[tested[i]] = p[i];
}

static bool is_kept(const struct search *search, size_t set, double fdr)
{
	const struct item_set *own = &search->sets[set];

	if (!is_tested(search, set) || search->q[set] > fdr)
		return false;
	for (size_t i = 0; i < search->sets_count; i++) {
		uint32_t shared = search->masks[i] & search->masks[set];
		bool part = i != set && shared == search->masks[i];
		bool superset = i != set && shared == search->masks[set];
		const struct item_set *other = &search->sets[i];

		if (superset && is_tested(search, i) && other->users == own->users)
			return false;
		if (part && own->lift.log_lift < other->lift.log_lift + BETTER_THAN_PARTS)
			return false;
	}
	return true;
}

static double lower_limit(const struct combination *combination)
{
	return combination->lift.log_lift - Z90 * combination->lift.se;
}

static int by_lower_limit(const void *left, const void *right)
{
	const struct combination *a = left, *b = right;
	double low_a = lower_limit(a), low_b = lower_limit(b);
	int order = (low_a < low_b) - (low_a > low_b);

	for (size_t i = 0; !order && i < a->count && i < b->count; i++)
		order = by_name(&a->items[i], &b->items[i]);
	return order ? order : (a->count > b->count) - (a->count < b->count);
}

static struct combination combination_of(const struct search *search, size_t set)
{
	const struct item_set *found = &search->sets[set];
	struct combination combination = {
		.count = found->count,
		.users = found->users,
		.lift = found->lift,
		.q = search->q[set],
	};

	for (size_t i = 0; i < found->count; i++)
		combination.items[i] = search->candidates[found->members[i]];
	return combination;
}

struct combinations find_combinations(const struct cohorts *cohorts, const struct spells *spells,
				      const struct item_uses *uses, struct arena *arena)
{
	struct search *search = arena_new(arena, struct search);
	struct combinations result = { .items = NULL };

	search->k = cohorts->constants.k;
	choose_candidates(search, uses);
	if (search->candidates_count < 2)
		return result;
	list_sets(search, arena);
	measure_set_lifts(cohorts, spells, search->numbers, search->candidates_count, search->sets,
			  search->sets_count, arena);
	test_sets(search, arena);
	result.items = arena_array(arena, struct combination, search->sets_count);
	for (size_t i = 0; i < search->sets_count; i++)
		if (is_kept(search, i, cohorts->constants.fdr))
			result.items[result.count++] = combination_of(search, i);
	if (result.count > 1)
		qsort(result.items, result.count, sizeof(*result.items), by_lower_limit);
	if (result.count > COMBINATIONS_MAX)
		result.count = COMBINATIONS_MAX;
	return result;
}
