#include "evidence.h"
#include "lift.h"

#define HELD_OUT_MIN 20 /* levellers */

static void lean_all(const struct cohorts *cohorts, const struct spells *rest,
		     struct item_use *items, size_t count, struct arena *arena)
{
	struct item_use *outside = arena_array(arena, struct item_use, count);

	for (size_t i = 0; i < count; i++)
		outside[i].number = items[i].number;
	measure_lifts(cohorts, rest, outside, count, arena);
	for (size_t i = 0; i < count; i++)
		lean_on_rest(&items[i].lift, &outside[i].lift);
}

struct item_uses weigh_items(const struct cohorts *cohorts, const struct spells *spells,
			     const struct spells *rest, struct arena *arena)
{
	struct item_uses uses = count_items(cohorts, spells, arena);
	int64_t k = cohorts->constants.k;
	size_t tested = 0;

	while (tested < uses.count && uses.items[tested].users >= k)
		tested++;
	measure_lifts(cohorts, spells, uses.items, tested, arena);
	if (rest && rest->levellers >= (size_t)k)
		lean_all(cohorts, rest, uses.items, tested, arena);
	grade_items(uses.items, uses.count, spells->levellers, &cohorts->constants, arena);
	sort_by_grade(uses.items, uses.count);
	return uses;
}

static bool is_wanted(const struct cohort_spell *spell, const void *held_out)
{
	return spell->held_out == *(const bool *)held_out;
}

static struct spells part_of_spells(const struct spells *spells, bool held_out, struct arena *arena)
{
	return spells_where(spells, is_wanted, &held_out, arena);
}

static int by_log_lift(const void *left, const void *right)
{
	const struct item_use *a = left, *b = right;

	return (a->lift.log_lift > b->lift.log_lift) - (a->lift.log_lift < b->lift.log_lift);
}

/* The items that matter among the learners: they are the first. */
static size_t count_supported(const struct item_uses *uses)
{
	size_t count = 0;

	while (count < uses->count &&
	       (uses->items[count].grade == GRADE_A || uses->items[count].grade == GRADE_B))
		count++;
	return count;
}

struct held_out_test test_held_out(const struct cohorts *cohorts, const struct spells *spells,
				   const struct spells *rest, struct arena *arena)
{
	struct spells held_out = part_of_spells(spells, true, arena);
	struct spells learners, learners_rest;
	struct item_uses uses;
	size_t count;
	double median;

	if (held_out.levellers < HELD_OUT_MIN)
		return (struct held_out_test){ .result = HELD_OUT_TOO_SMALL };
	learners = part_of_spells(spells, false, arena);
	if (rest)
		learners_rest = part_of_spells(rest, false, arena);
	uses = weigh_items(cohorts, &learners, rest ? &learners_rest : NULL, arena);
	count = count_supported(&uses);
	if (count == 0)
		return (struct held_out_test){ .result = HELD_OUT_NOTHING_TO_TEST };
	measure_lifts(cohorts, &held_out, uses.items, count, arena);
	qsort(uses.items, count, sizeof(*uses.items), by_log_lift);
	median = (uses.items[(count - 1) / 2].lift.log_lift + uses.items[count / 2].lift.log_lift) /
		 2;
	return (struct held_out_test){
		.result = median > 0 ? HELD_OUT_PASSED : HELD_OUT_FAILED,
		.median_log_lift = { .value = median, .present = true },
	};
}
