#include <math.h>

#include "lift.h"

struct single_subjects {
	const struct constants *constants;
	const uint32_t *subject_of; /* by number of the name */
};

static size_t find_items(const struct cohort_spell *spell, const void *closure,
			 struct onset *onsets)
{
	const struct single_subjects *subjects = closure;
	size_t count = 0;

	for (uint32_t i = 0; i < spell->items_count; i++) {
		int64_t day = cohort_item_onset(&spell->items[i], subjects->constants);

		if (day < spell->leave)
			onsets[count++] = (struct onset){
				.day = (int32_t)day,
				.counts = true,
				.subject = subjects->subject_of[spell->items[i].name] & NO_SUBJECT,
			};
	}
	return count;
}

static uint32_t *no_subjects(size_t names, struct arena *arena)
{
	uint32_t *subject_of = arena_array(arena, uint32_t, names);

	for (size_t i = 0; i < names; i++)
		subject_of[i] = NO_SUBJECT;
	return subject_of;
}

struct compared *measure_parts(const struct cohorts *cohorts, const struct comparison *parts,
			       const struct item_use *items, size_t count, struct arena *arena)
{
	uint32_t *subject_of = no_subjects(cohorts->names.count, arena);
	struct single_subjects single = { &cohorts->constants, subject_of };
	struct subjects subjects = {
		.count = count,
		.own = 1,
		.find = find_items,
		.closure = &single,
	};
	struct comparison comparison = *parts;

	for (size_t i = 0; i < count; i++)
		subject_of[items[i].number] = (uint32_t)i;
	comparison.subjects = &subjects;
	return compare_spells(&comparison, &cohorts->constants, arena);
}

/* Not parted. */
static const struct part everybody = { 0, 0 };

void measure_lifts(const struct cohorts *cohorts, const struct spells *spells,
		   struct item_use *items, size_t count, struct arena *arena)
{
	struct comparison all = { .spells = spells, .parts = &everybody, .parts_count = 1 };
	const struct compared *compared = measure_parts(cohorts, &all, items, count, arena);

	for (size_t i = 0; i < count; i++)
		items[i].lift = compared->lifts[i];
}

struct set_subjects {
	const struct constants *constants;
	const uint32_t *candidate_of; /* by number of the name */
	const struct item_set *sets;
	size_t sets_count;
	int32_t *day_of; /* by candidate, of the spell at hand */
};

/* The latest onset of the members; INT32_MAX: not all of them are there. */
static int32_t set_onset(const struct item_set *set, const int32_t *day_of)
{
	int32_t latest = 0;

	for (size_t i = 0; i < set->count; i++)
		if (day_of[set->members[i]] > latest)
			latest = day_of[set->members[i]];
	return latest;
}

static size_t find_sets(const struct cohort_spell *spell, const void *closure, struct onset *onsets)
{
	const struct set_subjects *subjects = closure;
	size_t count = 0;

	for (uint32_t i = 0; i < spell->items_count; i++) {
		int64_t day = cohort_item_onset(&spell->items[i], subjects->constants);
		uint32_t candidate = subjects->candidate_of[spell->items[i].name];

		if (candidate != NO_SUBJECT)
			subjects->day_of[candidate] = (int32_t)day;
		else if (day < spell->leave)
			onsets[count++] = (struct onset){ .day = (int32_t)day,
							  .counts = true,
							  .subject = NO_SUBJECT };
	}
	for (size_t i = 0; i < subjects->sets_count; i++) {
		int32_t day = set_onset(&subjects->sets[i], subjects->day_of);

		if (day < spell->leave)
			onsets[count++] =
				(struct onset){ .day = day, .subject = (uint32_t)i & NO_SUBJECT };
	}
	for (uint32_t i = 0; i < spell->items_count; i++) {
		uint32_t candidate = subjects->candidate_of[spell->items[i].name];

		if (candidate != NO_SUBJECT)
			subjects->day_of[candidate] = INT32_MAX;
	}
	return count;
}

void measure_set_lifts(const struct cohorts *cohorts, const struct spells *spells,
		       const uint32_t *candidates, size_t candidates_count, struct item_set *sets,
		       size_t sets_count, struct arena *arena)
{
	uint32_t *candidate_of = no_subjects(cohorts->names.count, arena);
	struct set_subjects of_sets = {
		.constants = &cohorts->constants,
		.candidate_of = candidate_of,
		.sets = sets,
		.sets_count = sets_count,
		.day_of = arena_array(arena, int32_t, candidates_count),
	};
	struct subjects subjects = {
		.count = sets_count,
		.find = find_sets,
		.closure = &of_sets,
		.room = sets_count,
	};
	struct comparison comparison = {
		.spells = spells,
		.parts = &everybody,
		.parts_count = 1,
		.subjects = &subjects,
	};
	const struct compared *compared;

	for (size_t i = 0; i < candidates_count; i++) {
		candidate_of[candidates[i]] = (uint32_t)i;
		of_sets.day_of[i] = INT32_MAX;
	}
	compared = compare_spells(&comparison, &cohorts->constants, arena);
	for (size_t i = 0; i < sets_count; i++) {
		sets[i].users = compared->users[i];
		sets[i].lift = compared->lifts[i];
	}
}

void lean_on_rest(struct lift *lift, const struct lift *rest)
{
	double own = 1 / (lift->se * lift->se), other = 1 / (0.04 + rest->se * rest->se);

	lift->log_lift = (own * lift->log_lift + other * rest->log_lift) / (own + other);
	lift->se = 1 / sqrt(own + other);
}
