/* What the learning part teaches: the same functions as cohort-analyzer's, and what the naive method
 * would take from the same contractors. */
#include "decide_validate_parts.h"

#include <math.h>

#include "items.h"

#define NAIVE_CONFIDENCE_ITEMS 5

/* The most used, of all kinds: count_items() has them first. */
static void learn_popular(const struct validation *validation, size_t from, struct lesson *lesson)
{
	struct item_uses uses = count_items(validation->cohorts, from, validation->arena);
	double sum = 0;

	for (size_t i = 0; i < uses.count && i < POPULAR_ITEMS; i++) {
		const struct item_use *use = &uses.items[i];

		lesson->popular[lesson->popular_count++] =
			(struct popular_item){ use->kind, use->item, use->usage_rate };
		sum += i < NAIVE_CONFIDENCE_ITEMS ? use->usage_rate : 0;
	}
	lesson->popularity = sum / NAIVE_CONFIDENCE_ITEMS;
}

static void learn_times(const struct validation *validation, const struct cohort *cohort,
			struct lesson *lesson)
{
	const struct constants *constants = &validation->settings.constants;
	struct arena *arena = validation->arena;
	struct duration *durations = arena_array(arena, struct duration, cohort->count);
	size_t count = 0;

	for (const struct cohort_spell *spell = cohort->spells; spell; spell = spell->next)
		durations[count++] =
			(struct duration){ spell->enter, spell->leave, spell->event, spell->basis };

	struct time_data data = time_data_of(durations, count, constants->k, arena);

	lesson->basis = data.basis;
	lesson->mean_months = time_summary_of(&data, constants).average.value;
	for (size_t i = 0; i < VALIDATION_ISSUES; i++)
		lesson->timelines[i] = predict_time(&data, validation_issues[i], constants, arena);
}

void learn_lessons(struct validation *validation)
{
	const struct cohorts *cohorts = validation->cohorts;
	const struct label *tiers = cohorts->vocabulary->tiers.items;

	validation->lessons_count = cohorts->count;
	validation->lessons = arena_array(validation->arena, struct lesson, cohorts->count);
	for (size_t from = 0; from < cohorts->count; from++) {
		struct lesson *lesson = &validation->lessons[from];
		struct outcome_evidence evidence;

		lesson->pattern_key = pattern_key_of(tiers[from].name, tiers[from + 1].name,
						     PATTERN_TYPE_WHOLE, validation->arena);
		lesson->levelled = (int64_t)cohorts->items[from].levellers;
		evidence = learnt_evidence_of(validation, lesson->pattern_key);
		lesson->pattern =
			identify_common_patterns(cohorts, from, &evidence, validation->arena);
		if (!lesson->pattern)
			continue;
		learn_popular(validation, from, lesson);
		learn_times(validation, &cohorts->items[from], lesson);
	}
}
