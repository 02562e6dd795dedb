/* Who learns, who is tested, and the order of it all. */
#include "decide_validate_parts.h"

#include "instant.h"

const double validation_issues[VALIDATION_ISSUES] = { 0, 6, 12 };

/* splitmix64's last step: nearby ids come far apart. */
static uint64_t mix(uint64_t bits)
{
	bits = (bits ^ (bits >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	bits = (bits ^ (bits >> 27)) * UINT64_C(0x94d049bb133111eb);
	return bits ^ (bits >> 31);
}

bool split_holds_out(const struct split *split, int64_t contractor_id)
{
	uint64_t hash =
		mix(mix(split->seed + UINT64_C(0x9e3779b97f4a7c15)) ^ (uint64_t)contractor_id);

	return (double)(hash >> 11) / 9007199254740992.0 < split->hold_out;
}

void judged_add(struct judged_list *list, double predicted, double observed, struct arena *arena)
{
	list->items =
		arena_room(arena, list->items, list->count, &list->room, sizeof(*list->items));
	list->items[list->count++] = (struct judged){ predicted, observed };
}

void number_add(struct number_list *list, double number, struct arena *arena)
{
	list->items =
		arena_room(arena, list->items, list->count, &list->room, sizeof(*list->items));
	list->items[list->count++] = number;
}

static void release_scratch(void *scratch)
{
	arena_release(scratch);
}

struct validation *validation_new(const struct validation_settings *settings,
				  const struct outcome_recorded *outcomes, size_t outcomes_count,
				  struct arena *arena)
{
	struct validation *validation = arena_new(arena, struct validation);
	const struct optional_time *until = &settings->split.learn_until;

	validation->settings = *settings;
	validation->arena = arena;
	arena_init(&validation->scratch);
	arena_defer(arena, release_scratch, &validation->scratch);
	validation->outcomes = outcomes;
	validation->outcomes_count = outcomes_count;
	sort_votes(validation);
	validation->cohorts = cohorts_new(arena, settings->vocabulary, &settings->constants,
					  until->present ? until->value : settings->as_of);
	if (until->present)
		hold_out_later_votes(validation);
	return validation;
}

static bool is_tested(const struct validation *validation, int64_t contractor_id)
{
	const struct split *split = &validation->settings.split;

	return split->learn_until.present || split_holds_out(split, contractor_id);
}

static bool is_learnt_from(const struct validation *validation, int64_t contractor_id)
{
	const struct split *split = &validation->settings.split;

	return split->learn_until.present || !split_holds_out(split, contractor_id);
}

void validation_learn(struct validation *validation, const struct history *history)
{
	if (!is_learnt_from(validation, history->contractor_id)) {
		hold_out_votes(validation, history->contractor_id);
		return;
	}
	analyze_revenue_transitions(validation->cohorts, history);
	validation->learnt_from++;
}

void validation_conclude(struct validation *validation)
{
	learn_lessons(validation);
}

void validation_test(struct validation *validation, const struct history *history)
{
	if (!is_tested(validation, history->contractor_id))
		return;
	test_match(validation, history);
	test_timelines(validation, history);
	validation->tested_on++;
	arena_reset(&validation->scratch);
}

/* Those that were learnt, and between them the transitions of which nothing was. */
static struct pattern_report *report_patterns(const struct validation *validation,
					      size_t *ret_count)
{
	struct pattern_report *reports =
		arena_array(validation->arena, struct pattern_report,
			    validation->learnt_count + validation->lessons_count);
	size_t count = 0, next = 0;

	for (size_t from = 0; from < validation->lessons_count; from++) {
		const struct lesson *lesson = &validation->lessons[from];
		size_t before = next;

		for (; next < validation->learnt_count && validation->learnt[next].from == from;
		     next++) {
			const struct pattern *pattern = validation->learnt[next].pattern;

			reports[count++] = (struct pattern_report){
				.key = pattern->pattern_key,
				.levelled = pattern->sample_size,
				.found = true,
				.confidence = pattern->confidence_score,
				.expected = pattern->expected_success,
				.timeline = pattern->timeline,
			};
		}
		if (next == before)
			reports[count++] = (struct pattern_report){
				.key = lesson->transition,
				.levelled = lesson->levelled,
			};
	}
	*ret_count = count;
	return reports;
}

struct validation_report validation_report(struct validation *validation)
{
	struct validation_report report = {
		.learnt_from = validation->learnt_from,
		.tested_on = validation->tested_on,
		.match = report_match(validation),
	};

	report.patterns = report_patterns(validation, &report.patterns_count);
	report.confidence = report_confidence(validation, report.patterns, report.patterns_count);
	for (size_t i = 0; i < VALIDATION_ISSUES; i++)
		report.timelines[i] = report_timeline(validation, i);
	return report;
}
