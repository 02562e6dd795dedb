/*
 * The same way that a history takes through cohort-analyzer: messages to observations and actions,
 * these to spells, spells to weighed items. No server, no file.
 */
#include "truth.h"

#include <stdlib.h>
#include <string.h>

#include "cohort.h"
#include "decide_simulate.h"
#include "decide_simulate_world.h"
#include "evidence.h"
#include "instant.h"

struct judged {
	enum grade grade;
	bool effective;
	double by[TRUTH_ORDERS]; /* greater is more promising */
};

/* One contractor's events, in order. */
static void collect(const struct simulation_options *options, const struct simulated_event *event,
		    const struct vocabulary *vocabulary, struct history *history,
		    struct observation *observations, struct action *actions, struct arena *arena)
{
	if (event->topic == SIMULATED_PROFILE) {
		struct contractor_updated told = simulated_profile_message(options, event, arena);

		observations[history->observations_count++] = (struct observation){
			.time = told.occurred_at,
			.event_id = "",
			.tier_rank = vocabulary_tier_rank(vocabulary, told.revenue_tier),
			.team_size = told.team_size,
			.stage = told.current_stage,
			.focus_areas = told.focus_areas,
			.annual_revenue = told.annual_revenue,
			.tier_since = told.tier_since,
			.status = told.status,
		};
	} else if (event->topic == SIMULATED_ACTION) {
		struct action_recorded done = simulated_action_message(options, event);

		actions[history->actions_count++] = (struct action){
			.time = done.occurred_at,
			.event_id = "",
			.kind = done.kind,
			.item = done.item,
			.name = done.name,
			.satisfaction = done.satisfaction,
		};
	}
}

/* Sorts by contractor and leaves each one's events in their order. */
static const struct simulated_event **by_contractor(const struct simulated_events *events,
						    int64_t contractors, size_t *starts)
{
	const struct simulated_event **sorted = calloc(events->count, sizeof(const void *));

	for (size_t i = 0; i < events->count; i++)
		starts[events->items[i].contractor + 1]++;
	for (int64_t i = 1; i <= contractors + 1; i++)
		starts[i] += starts[i - 1];
	for (size_t i = 0; i < events->count; i++)
		sorted[starts[events->items[i].contractor]++] = &events->items[i];
	return sorted;
}

static struct cohorts *cohorts_of(const struct simulation_options *options, struct arena *arena)
{
	struct cohorts *cohorts =
		cohorts_new(arena, options->vocabulary, &default_constants, options->to);
	size_t *starts = calloc((size_t)options->contractors + 2, sizeof(size_t));
	const struct simulated_event **sorted;
	struct simulated_events events;
	struct arena scratch;

	arena_init(&scratch);
	simulate(options, &events);
	sorted = by_contractor(&events, options->contractors, starts);
	for (size_t i = 0, contractor = 1; i < events.count; contractor++) {
		size_t end = starts[contractor], count = end - i;
		struct observation *observations = arena_array(&scratch, struct observation, count);
		struct action *actions = arena_array(&scratch, struct action, count);
		struct history history = { .observations = observations,
					   .actions = actions,
					   .contractor_id = (int64_t)contractor };

		for (; i < end; i++)
			collect(options, sorted[i], options->vocabulary, &history, observations,
				actions, &scratch);
		analyze_revenue_transitions(cohorts, &history);
		arena_reset(&scratch);
	}
	free(sorted);
	free(starts);
	simulated_events_release(&events);
	arena_release(&scratch);
	return cohorts;
}

static bool is_effective(const struct item_use *use, size_t from)
{
	int column = world_column((int)from);

	if (use->kind == ACTION_FOCUS_AREA)
		return world_focus_area(use->item)->effect[column] > 0;
	for (int i = 0; i < world_items_count; i++)
		if (world_items[i].kind == use->kind && strcmp(world_items[i].item, use->item) == 0)
			return world_items[i].effect[column] > 0;
	return false;
}

/* Haldane's, of levelling up: those who were ever exposed against the others. */
static double odds_ratio(const int64_t *ever)
{
	return ((double)ever[0] + 0.5) * ((double)ever[3] + 0.5) /
	       (((double)ever[1] + 0.5) * ((double)ever[2] + 0.5));
}

static size_t judge(const struct cohorts *cohorts, size_t from, struct judged *judged,
		    struct arena *arena)
{
	struct spells spells = cohort_spells(cohorts, from, arena);
	struct item_uses uses = weigh_items(
		cohorts, &spells, NULL, compare_groups(cohorts, &spells, NULL, 0, arena), arena);
	size_t count = 0;

	for (size_t i = 0; i < uses.count; i++) {
		const struct item_use *use = &uses.items[i];
		int place = use->grade == GRADE_NONE ? TRUTH_GRADES : (int)use->grade;

		if (use->users < cohorts->constants.k)
			continue;
		judged[count++] = (struct judged){
			.grade = use->grade,
			.effective = is_effective(use, from),
			.by = { use->usage_rate, odds_ratio(use->ever), use->z,
				use->z - 1000 * place },
		};
	}
	return count;
}

static double auc_of(const struct judged *judged, size_t count, enum truth_order order)
{
	double better = 0, pairs = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; judged[i].effective && j < count; j++) {
			double a = judged[i].by[order], b = judged[j].by[order];

			if (judged[j].effective)
				continue;
			pairs++;
			better += a > b ? 1 : a < b ? 0 : 0.5;
		}
	return better / pairs;
}

/* Effective ones with fewer than ten before them. */
static double top_ten_of(const struct judged *judged, size_t count, enum truth_order order)
{
	double found = 0;

	for (size_t i = 0; i < count; i++) {
		size_t before = 0;

		for (size_t j = 0; j < count; j++)
			before += judged[j].by[order] > judged[i].by[order];
		found += judged[i].effective && before < 10;
	}
	return found;
}

static void add_transition(struct truth_result *result, const struct judged *judged, size_t count,
			   size_t from)
{
	for (size_t i = 0; i < count; i++) {
		result->effective += judged[i].effective / (double)TRUTH_TRANSITIONS;
		result->graded[judged[i].grade]++;
		result->wrong[judged[i].grade] += !judged[i].effective;
	}
	result->items += (double)count / TRUTH_TRANSITIONS;
	for (int order = 0; order < TRUTH_ORDERS; order++) {
		double auc = auc_of(judged, count, (enum truth_order)order);

		result->auc_of[from][order] = auc;
		result->auc[order] += auc / TRUTH_TRANSITIONS;
		result->top_ten[order] += top_ten_of(judged, count, (enum truth_order)order) /
					  TRUTH_TRANSITIONS;
	}
}

double truth_wrong(const struct truth_result *result, enum grade first, enum grade last)
{
	double graded = 0, wrong = 0;

	for (int grade = (int)first; grade <= (int)last; grade++) {
		graded += (double)result->graded[grade];
		wrong += (double)result->wrong[grade];
	}
	return graded > 0 ? wrong / graded : 0;
}

void truth_add_grades(struct truth_result *sum, const struct truth_result *more)
{
	for (int grade = 0; grade < TRUTH_GRADES; grade++) {
		sum->graded[grade] += more->graded[grade];
		sum->wrong[grade] += more->wrong[grade];
	}
}

struct truth_result truth_measure(int64_t contractors, uint64_t seed)
{
	const struct simulation_options options = {
		.contractors = contractors,
		.seed = seed,
		.from = 18077 * US_PER_DAY, /* 2019-06-30 */
		.to = 19904 * US_PER_DAY,   /* 2024-06-30 */
		.history = true,
		.vocabulary = &default_vocabulary,
	};
	struct truth_result result = { 0 };
	struct cohorts *cohorts;
	struct arena arena;

	arena_init(&arena);
	cohorts = cohorts_of(&options, &arena);
	for (size_t from = 0; from < TRUTH_TRANSITIONS; from++) {
		struct judged *judged = arena_array(&arena, struct judged, cohorts->names.count);
		size_t count = judge(cohorts, from, judged, &arena);

		add_transition(&result, judged, count, from);
		result.levellers += (double)cohorts->items[from].levellers / TRUTH_TRANSITIONS;
	}
	arena_release(&arena);
	return result;
}
