#include <math.h>
#include <stdlib.h>

#include "levellers.h"
#include "median.h"

#define LEAD_CATEGORY "lead_improvement"

/* Sorts; absent below k numbers. */
static struct optional_number median_from(double *numbers, size_t count, int64_t k)
{
	if (count == 0 || count < (size_t)k)
		return (struct optional_number){ .present = false };
	return (struct optional_number){ .value = median_of(numbers, count), .present = true };
}

static void describe_teams(struct levellers *levellers, const struct spells *spells, int64_t k,
			   struct arena *arena)
{
	double *teams = arena_array(arena, double, spells->levellers);
	size_t count = 0;

	for (size_t i = 0; i < spells->count; i++) {
		const struct cohort_spell *spell = spells->items[i];

		if (!spell->event || isnan(spell->team))
			continue;
		teams[count++] = spell->team;
		levellers->team_known += !isnan(spell->team_after);
		levellers->team_doubled += spell->team_after >= 2 * spell->team;
	}
	levellers->team_median = median_from(teams, count, k);
}

static void describe_revenue(struct levellers *levellers, const struct spells *spells, int64_t k,
			     struct arena *arena)
{
	double *growths = arena_array(arena, double, spells->levellers);
	size_t count = 0;

	for (size_t i = 0; i < spells->count; i++)
		if (spells->items[i]->event && !isnan(spells->items[i]->revenue_growth))
			growths[count++] = spells->items[i]->revenue_growth;
	levellers->revenue_increased = median_from(growths, count, k);
}

static void describe_lead_flow(struct levellers *levellers, const struct cohorts *cohorts,
			       const struct spells *spells, struct arena *arena)
{
	const bool *wanted = names_in_category(cohorts, LEAD_CATEGORY, arena);

	for (size_t i = 0; i < spells->count; i++) {
		const struct cohort_spell *spell = spells->items[i];

		bool found = false;

		for (size_t j = 0; j < spell->items_count && spell->event && !found; j++)
			found = wanted[spell->items[j].name] &&
				cohort_item_onset(&spell->items[j], &cohorts->constants) <
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
			    const struct spells *spells, struct arena *arena)
{
	size_t names = cohorts->names.count;
	int64_t *counts = arena_array(arena, int64_t, names);

	for (size_t i = 0; i < spells->count; i++) {
		const struct cohort_spell *spell = spells->items[i];

		if (!spell->event || spell->stage == NO_NAME)
			continue;
		counts[spell->stage]++;
		levellers->stage_known++;
	}
	levellers->stages = arena_array(arena, struct stage_count, names);
	for (size_t i = 0; i < names; i++)
		if (counts[i] > 0)
			levellers->stages[levellers->stages_count++] =
				(struct stage_count){ cohorts->names.items[i].item, (uint32_t)i,
						      counts[i] };
	levellers->count_of_stage = counts;
	if (levellers->stages_count > 1)
		qsort(levellers->stages, levellers->stages_count, sizeof(*levellers->stages),
		      by_count);
}

struct levellers describe_levellers(const struct cohorts *cohorts, const struct spells *spells,
				    struct arena *arena)
{
	struct levellers levellers = { .count = (int64_t)spells->levellers };

	describe_teams(&levellers, spells, cohorts->constants.k, arena);
	describe_revenue(&levellers, spells, cohorts->constants.k, arena);
	describe_lead_flow(&levellers, cohorts, spells, arena);
	describe_stages(&levellers, cohorts, spells, arena);
	return levellers;
}

static int by_day(const void *left, const void *right)
{
	int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;

	return (a > b) - (a < b);
}

struct level_ups level_ups_of(const struct spells *spells, struct arena *arena)
{
	int32_t *days = arena_array(arena, int32_t, spells->levellers);
	size_t count = 0;

	for (size_t i = 0; i < spells->count; i++)
		if (spells->items[i]->event)
			days[count++] = spells->items[i]->last_day;
	if (count > 1)
		qsort(days, count, sizeof(*days), by_day);
	return (struct level_ups){ days, count };
}
