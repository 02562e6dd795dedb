/* What the learning part teaches: the same functions as cohort-analyzer's, and what the naive
 * method would take from the same contractors. */
#include "decide_validate_parts.h"

#include "items.h"

#define NAIVE_CONFIDENCE_ITEMS 5

/* The most used, of all kinds: count_items() has them first. */
static void learn_popular(const struct validation *validation, const struct spells *spells,
			  struct lesson *lesson)
{
	struct item_uses uses = count_items(validation->cohorts, spells, validation->arena);
	double sum = 0;

	for (size_t i = 0; i < uses.count && i < POPULAR_ITEMS; i++) {
		const struct item_use *use = &uses.items[i];

		lesson->popular[lesson->popular_count++] =
			(struct popular_item){ use->kind, use->item, use->usage_rate };
		sum += i < NAIVE_CONFIDENCE_ITEMS ? use->usage_rate : 0;
	}
	lesson->popularity = sum / NAIVE_CONFIDENCE_ITEMS;
}

static void learn_times(const struct validation *validation, const struct spells *spells,
			struct lesson *lesson)
{
	const struct constants *constants = &validation->settings.constants;
	struct arena *arena = validation->arena;
	struct time_data data = time_data_of_spells(spells, constants->k, arena);

	lesson->basis = data.basis;
	lesson->mean_months = time_summary_of(&data, constants).average.value;
	for (size_t i = 0; i < VALIDATION_ISSUES; i++)
		lesson->timelines[i] = predict_time(&data, validation_issues[i], constants, arena);
}

/* A pattern that does not hold for others is not published. */
static void learn_patterns(struct validation *validation, size_t from)
{
	struct found_patterns found =
		identify_common_patterns(validation->cohorts, from, validation->arena);

	for (size_t i = 0; i < found.count; i++) {
		struct pattern *pattern = &found.items[i].pattern;
		struct outcome_evidence evidence =
			learnt_evidence_of(validation, pattern->pattern_key);

		if (pattern->held_out.result == HELD_OUT_FAILED)
			continue;
		pattern_set_confidence(pattern, &evidence, validation->settings.constants.k);
		validation->learnt[validation->learnt_count] =
			(struct learnt_pattern){ pattern, from };
		validation->patterns[validation->learnt_count++] = pattern;
	}
}

void learn_lessons(struct validation *validation)
{
	const struct cohorts *cohorts = validation->cohorts;
	const struct vocabulary *vocabulary = cohorts->vocabulary;
	struct arena *arena = validation->arena;
	size_t most = cohorts->count * (vocabulary->goal_types.count + 1);

	validation->lessons_count = cohorts->count;
	validation->lessons = arena_array(arena, struct lesson, cohorts->count);
	validation->learnt = arena_array(arena, struct learnt_pattern, most);
	validation->patterns = arena_array(arena, const struct pattern *, most);
	for (size_t from = 0; from < cohorts->count; from++) {
		const struct label *tiers = &vocabulary->tiers.items[from];
		struct spells spells = cohort_spells(cohorts, from, arena);
		struct lesson *lesson = &validation->lessons[from];

		lesson->transition = arena_printf(arena, "%s>%s", tiers[0].name, tiers[1].name);
		lesson->levelled = (int64_t)spells.levellers;
		if (lesson->levelled < cohorts->constants.k)
			continue;
		lesson->learnt = true;
		learn_popular(validation, &spells, lesson);
		learn_times(validation, &spells, lesson);
		learn_patterns(validation, from);
	}
}
