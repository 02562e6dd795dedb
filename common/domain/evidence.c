#include "evidence.h"

#define HELD_OUT_MIN 20 /* levellers, and k at least */

#define HELD_OUT 1u /* the mark; those of sub-cohorts follow */
#define PARTS_WHOLE 3
#define PARTS_SUB 5

/* The parts of a group, in this order: of compare_groups(). */
static void list_parts(struct part *parts, uint32_t group)
{
	const struct part whole[] = { { 0, 0 }, { 0, HELD_OUT }, { HELD_OUT, 0 } };
	const struct part sub[] = { { group, 0 },
				    { group, HELD_OUT },
				    { group | HELD_OUT, 0 },
				    { 0, group },
				    { 0, group | HELD_OUT } };

	memcpy(parts, group ? sub : whole, group ? sizeof(sub) : sizeof(whole));
}

static uint32_t *marks_of(const struct spells *spells, const uint32_t *sub_cohorts_of,
			  struct arena *arena)
{
	uint32_t *marks = arena_array(arena, uint32_t, spells->count);

	for (size_t i = 0; i < spells->count; i++)
		marks[i] = (sub_cohorts_of ? sub_cohorts_of[i] << 1 : 0) |
			   (spells->items[i]->held_out ? HELD_OUT : 0);
	return marks;
}

static size_t count_tested(const struct item_uses *uses, int64_t k)
{
	size_t tested = 0;

	while (tested < uses->count && uses->items[tested].users >= k)
		tested++;
	return tested;
}

struct group_lifts *compare_groups(const struct cohorts *cohorts, const struct spells *spells,
				   const uint32_t *sub_cohorts_of, size_t count,
				   struct arena *arena)
{
	struct item_uses uses = count_items(cohorts, spells, arena);
	size_t tested = count_tested(&uses, cohorts->constants.k);
	uint32_t *place_of = arena_array(arena, uint32_t, cohorts->names.count);
	struct group_lifts *groups = arena_array(arena, struct group_lifts, count + 1);
	struct part parts[PARTS_WHOLE + SUB_COHORTS_MAX * PARTS_SUB];
	const struct compared *found;

	for (size_t i = 0; i < tested; i++)
		place_of[uses.items[i].number] = (uint32_t)i;
	list_parts(parts, 0);
	for (size_t i = 0; i < count; i++)
		list_parts(parts + PARTS_WHOLE + i * PARTS_SUB, HELD_OUT << (i + 1));
	found = measure_parts(cohorts,
			      &(struct comparison){
				      .spells = spells,
				      .marks = marks_of(spells, sub_cohorts_of, arena),
				      .parts = parts,
				      .parts_count = PARTS_WHOLE + count * PARTS_SUB,
			      },
			      uses.items, tested, arena);
	groups[0] = (struct group_lifts){ place_of,       found[0].lifts, found[1].lifts,
					  found[2].lifts, NULL,           NULL };
	found += PARTS_WHOLE;
	for (size_t i = 1; i <= count; i++, found += PARTS_SUB)
		groups[i] = (struct group_lifts){ place_of,       found[0].lifts, found[1].lifts,
						  found[2].lifts, found[3].lifts, found[4].lifts };
	return groups;
}

/* rest: NULL, or what the lifts lean on. */
static struct item_uses weigh(const struct cohorts *cohorts, const struct spells *spells,
			      const uint32_t *place_of, const struct lift *lifts,
			      const struct lift *rest, struct arena *arena)
{
	struct item_uses uses = count_items(cohorts, spells, arena);
	size_t tested = count_tested(&uses, cohorts->constants.k);

	for (size_t i = 0; i < tested; i++) {
		struct item_use *item = &uses.items[i];

		item->lift = lifts[place_of[item->number]];
		if (rest)
			lean_on_rest(&item->lift, &rest[place_of[item->number]]);
	}
	grade_items(uses.items, uses.count, spells->levellers, &cohorts->constants, arena);
	sort_by_grade(uses.items, uses.count);
	return uses;
}

struct item_uses weigh_items(const struct cohorts *cohorts, const struct spells *spells,
			     const struct spells *rest, const struct group_lifts *lifts,
			     struct arena *arena)
{
	bool leans = rest && rest->levellers >= (size_t)cohorts->constants.k;

	return weigh(cohorts, spells, lifts->place_of, lifts->all, leans ? lifts->rest : NULL,
		     arena);
}

static bool is_wanted(const struct spells *spells, size_t place, const void *held_out)
{
	return spells->items[place]->held_out == *(const bool *)held_out;
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

/* Those who levelled up and are not held out. */
static int64_t count_learners(const struct spells *spells)
{
	int64_t count = 0;

	for (size_t i = 0; i < spells->count; i++)
		count += spells->items[i]->event && !spells->items[i]->held_out;
	return count;
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
				   const struct spells *rest, const struct group_lifts *lifts,
				   struct arena *arena)
{
	struct spells held_out = part_of_spells(spells, true, arena);
	struct spells learners;
	struct item_uses uses;
	size_t count;
	double median;

	if (held_out.levellers < HELD_OUT_MIN || (int64_t)held_out.levellers < cohorts->constants.k)
		return (struct held_out_test){ .result = HELD_OUT_TOO_SMALL };
	learners = part_of_spells(spells, false, arena);
	uses = weigh(cohorts, &learners, lifts->place_of, lifts->learners,
		     rest && count_learners(rest) >= cohorts->constants.k ? lifts->rest_learners
									  : NULL,
		     arena);
	count = count_supported(&uses);
	if (count == 0)
		return (struct held_out_test){ .result = HELD_OUT_NOTHING_TO_TEST };
	for (size_t i = 0; i < count; i++)
		uses.items[i].lift = lifts->held_out[lifts->place_of[uses.items[i].number]];
	qsort(uses.items, count, sizeof(*uses.items), by_log_lift);
	median = (uses.items[(count - 1) / 2].lift.log_lift + uses.items[count / 2].lift.log_lift) /
		 2;
	return (struct held_out_test){
		.result = median > 0 ? HELD_OUT_PASSED : HELD_OUT_FAILED,
		.median_log_lift = { .value = median, .present = true },
	};
}
