#include <math.h>

#include "levellers.h"

#define LEAD_CATEGORY "lead_improvement"

/* The next spell with event, from `spell` on. */
static const struct cohort_spell *leveller(const struct cohort_spell *spell)
{
	while (spell && !spell->event)
		spell = spell->next;
	return spell;
}

static int by_number(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* Sorts; absent below k numbers. */
static struct optional_number median_of(double *numbers, size_t count, int64_t k)
{
	if (count == 0 || count < (size_t)k)
		return (struct optional_number){ .present = false };
	qsort(numbers, count, sizeof(*numbers), by_number);
	return (struct optional_number){
		.value = (numbers[(count - 1) / 2] + numbers[count / 2]) / 2,
		.present = true,
	};
}

static void describe_teams(struct levellers *levellers, const struct cohort *cohort, int64_t k,
			   struct arena *arena)
{
	double *teams = arena_array(arena, double, cohort->levellers);
	size_t count = 0;

	for (const struct cohort_spell *spell = leveller(cohort->spells); spell;
	     spell = leveller(spell->next)) {
		if (isnan(spell->team))
			continue;
		teams[count++] = spell->team;
		levellers->team_known += !isnan(spell->team_after);
		levellers->team_doubled += spell->team_after >= 2 * spell->team;
	}
	levellers->team_median = median_of(teams, count, k);
}

static void describe_revenue(struct levellers *levellers, const struct cohort *cohort, int64_t k,
			     struct arena *arena)
{
	double *growths = arena_array(arena, double, cohort->levellers);
	size_t count = 0;

	for (const struct cohort_spell *spell = leveller(cohort->spells); spell;
	     spell = leveller(spell->next))
		if (!isnan(spell->revenue_growth))
			growths[count++] = spell->revenue_growth;
	levellers->revenue_increased = median_of(growths, count, k);
}

/* By number of the name. */
static bool *names_in_category(const struct cohorts *cohorts, const char *category,
			       struct arena *arena)
{
	bool *in = arena_array(arena, bool, cohorts->names.count);

	for (size_t i = 0; i < cohorts->names.count; i++) {
		const struct name *name = &cohorts->names.items[i];

		if (name->kind == ACTION_ABSENT)
			continue;

		const char *id =
			arena_printf(arena, "%s:%s", action_kind_names[name->kind], name->item);

		in[i] = strcmp(label_of(&cohorts->vocabulary->categories, id), category) == 0;
	}
	return in;
}

static void describe_lead_flow(struct levellers *levellers, const struct cohorts *cohorts,
			       const struct cohort *cohort, struct arena *arena)
{
	const bool *wanted = names_in_category(cohorts, LEAD_CATEGORY, arena);

	for (const struct cohort_spell *spell = leveller(cohort->spells); spell;
	     spell = leveller(spell->next)) {
		bool found = false;

		for (size_t i = 0; i < spell->items_count && !found; i++)
			found = wanted[spell->items[i].name] &&
				cohort_item_onset(&spell->items[i], &cohorts->constants) <
					spell->leave;
		levellers->lead_flow_improved += found;
	}
}

static int by_count(const void *left, const void *right)
{
	const struct stage_count *a = left, *b = right;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return strcmp(a->stage, b->stage);
}

static void describe_stages(struct levellers *levellers, const struct cohorts *cohorts,
			    const struct cohort *cohort, struct arena *arena)
{
	size_t names = cohorts->names.count;
	int64_t *counts = arena_array(arena, int64_t, names);

	for (const struct cohort_spell *spell = leveller(cohort->spells); spell;
	     spell = leveller(spell->next)) {
		if (spell->stage == NO_NAME)
			continue;
		counts[spell->stage]++;
		levellers->stage_known++;
	}
	levellers->stages = arena_array(arena, struct stage_count, names);
	for (size_t i = 0; i < names; i++)
		if (counts[i] > 0)
			levellers->stages[levellers->stages_count++] =
				(struct stage_count){ cohorts->names.items[i].item, counts[i] };
	if (levellers->stages_count > 1)
		qsort(levellers->stages, levellers->stages_count, sizeof(*levellers->stages),
		      by_count);
}

struct levellers describe_levellers(const struct cohorts *cohorts, size_t from, struct arena *arena)
{
	const struct cohort *cohort = &cohorts->items[from];
	struct levellers levellers = { .count = (int64_t)cohort->levellers };

	describe_teams(&levellers, cohort, cohorts->constants.k, arena);
	describe_revenue(&levellers, cohort, cohorts->constants.k, arena);
	describe_lead_flow(&levellers, cohorts, cohort, arena);
	describe_stages(&levellers, cohorts, cohort, arena);
	return levellers;
}
