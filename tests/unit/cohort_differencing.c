/*
 * Who watches every publication of a transition's patterns cannot tell a single contractor from two
 * of them: the contractors in the numbers differ by none or by at least five, in the whole cohort,
 * in a sub-cohort, and in what is left when the one is taken from the other.
 */
#include <criterion/criterion.h>

#include "decide.h"
#include "golden.h"
#include "instant.h"
#include "seeded.h"

#define FROM 0
#define STEPS 400
#define PEOPLE 160
#define DAY US_PER_DAY
#define START (INT64_C(19000) * DAY)
#define K 5

static const char whole_key[] = "0_5_million>5_10_million/revenue_growth";
static const char part_key[] = "0_5_million>5_10_million/team_expansion";

/* A contractor in the numbers: who he is, in which of his states. */
typedef int state_of_person[PEOPLE]; /* 0: not in the numbers */

struct person {
	bool present, in_part, levelled;
	int state; /* rises with each change */
};

struct watcher {
	state_of_person whole, part, rest; /* as in the numbers last published */
};

static struct person people[PEOPLE];

static void feed(struct cohorts *cohorts, int id)
{
	const struct person *person = &people[id];
	const char *const areas[] = { person->in_part ? "hiring_skilled_team" : "closing_sales" };
	const struct texts held = { .items = (const char **)areas, .count = 1 };
	const struct observation seen[] = {
		{ .time = START,
		  .tier_rank = 0,
		  .tier_since = { START, true },
		  .focus_areas = held },
		{ .time = START + 100 * DAY, .tier_rank = person->levelled, .focus_areas = held },
	};
	const struct action action = { .time = START + (10 + person->state % 40) * DAY,
				       .event_id = "a",
				       .kind = ACTION_BOOK,
				       .item = person->state % 2 ? "odd" : "even" };
	struct history history = { seen, 2, &action, 1, id + 1 };

	analyze_revenue_transitions(cohorts, &history);
}

static void change_somebody(struct seeded *random)
{
	struct person *person = &people[seeded_below(random, PEOPLE)];

	if (!person->present)
		*person = (struct person){ true, seeded_below(random, 3) == 0,
					   seeded_below(random, 2), 1 + person->state };
	else if (seeded_below(random, 4) == 0)
		*person = (struct person){ .state = person->state + 1 }; /* erased */
	else
		*person = (struct person){ true, person->in_part, seeded_below(random, 2),
					   1 + person->state };
}

/* Whoever is in, of those who levelled up or of the others. */
static void take(state_of_person *states, bool part, bool rest, bool levelled)
{
	for (int i = 0; i < PEOPLE; i++) {
		bool in = people[i].present && people[i].levelled == levelled &&
			  (people[i].in_part ? !rest || part : !part || rest);

		(*states)[i] = in ? people[i].state : 0;
	}
}

static int differing(const state_of_person *before, const state_of_person *now)
{
	int count = 0;

	for (int i = 0; i < PEOPLE; i++)
		count += (*before)[i] != (*now)[i];
	return count;
}

static void assert_hidden(const state_of_person *before, const state_of_person *now,
			  const char *what, int step)
{
	int count = differing(before, now);

	cr_assert(count == 0 || count >= K, "step %d: %s differ by %d", step, what, count);
}

/* What is published and whose numbers it is, as the worker stores both. */
struct shelf {
	const struct pattern *known[8];
	size_t known_count;
	struct publication publications[8];
	size_t publications_count;
};

static void put(struct shelf *shelf, const struct recalculation *result, struct arena *arena)
{
	for (size_t i = 0; i < result->changes_count; i++) {
		const struct pattern *changed = &result->changes[i].pattern;
		size_t place = 0;

		while (place < shelf->known_count &&
		       strcmp(shelf->known[place]->pattern_key, changed->pattern_key) != 0)
			place++;
		shelf->known[place] = arena_memdup(arena, changed, sizeof(*changed));
		shelf->known_count += place == shelf->known_count;
	}
	for (size_t i = 0; i < result->publications_count; i++) {
		const struct publication *changed = &result->publications[i];
		size_t place = 0;

		while (place < shelf->publications_count &&
		       strcmp(shelf->publications[place].pattern_key, changed->pattern_key) != 0)
			place++;
		shelf->publications[place] = *changed;
		shelf->publications_count += place == shelf->publications_count;
	}
}

static bool has_new_numbers(const struct recalculation *result, const char *key)
{
	for (size_t i = 0; i < result->publications_count; i++)
		if (strcmp(result->publications[i].pattern_key, key) == 0 &&
		    !result->publications[i].erased_since.present)
			return true;
	return false;
}

static struct recalculation recalculate(const struct shelf *shelf, utc_us as_of,
					struct arena *arena)
{
	static const struct votes no_votes = { .pooled = 0.5 };
	struct cohorts *cohorts =
		cohorts_new(arena, &default_vocabulary, &default_constants, as_of);
	struct transition transition = { .transition = "0_5_million>5_10_million" };
	struct analysis analysis = {
		.transitions = &transition,
		.transitions_count = 1,
		.known = shelf->known,
		.known_count = shelf->known_count,
		.publications = shelf->publications,
		.publications_count = shelf->publications_count,
		.votes = &no_votes,
		.as_of = as_of,
		.k = K,
	};

	for (size_t i = 1; i < cohorts->count; i++)
		cohorts->items[i].wanted = false;
	for (int i = 0; i < PEOPLE; i++)
		if (people[i].present)
			feed(cohorts, i);
	transition.found = identify_common_patterns(cohorts, FROM, arena);
	return decide_recalculation(&analysis, arena);
}

/* The levellers' numbers and the others' are told apart, so each has to hide its own. */
static void watch(struct watcher *watcher, bool levelled, const struct recalculation *result,
		  int step)
{
	state_of_person now;

	if (has_new_numbers(result, whole_key)) {
		take(&now, true, true, levelled);
		assert_hidden((const state_of_person *)&watcher->whole,
			      (const state_of_person *)&now, "whole cohorts", step);
		memcpy(watcher->whole, now, sizeof(now));
	}
	if (has_new_numbers(result, part_key)) {
		take(&now, true, false, levelled);
		assert_hidden((const state_of_person *)&watcher->part,
			      (const state_of_person *)&now, "sub-cohorts", step);
		memcpy(watcher->part, now, sizeof(now));
		take(&now, false, true, levelled);
		assert_hidden((const state_of_person *)&watcher->rest,
			      (const state_of_person *)&now, "those outside", step);
		memcpy(watcher->rest, now, sizeof(now));
	}
}

Test(differencing, nobody_is_told_by_two_publications)
{
	struct seeded random = seeded_start("nobody_is_told_by_two_publications");
	struct watcher levellers = { 0 }, others = { 0 };
	struct shelf shelf = { 0 };
	struct arena arena;
	int published = 0, parts = 0, waited = 0;

	arena_init(&arena);
	for (int step = 0; step < STEPS; step++) {
		utc_us as_of = START + (1000 + step) * DAY;

		for (int changes = 1 + seeded_below(&random, 4); changes > 0; changes--)
			change_somebody(&random);

		struct recalculation result = recalculate(&shelf, as_of, &arena);

		watch(&levellers, true, &result, step);
		watch(&others, false, &result, step);
		put(&shelf, &result, &arena);
		published += has_new_numbers(&result, whole_key);
		parts += has_new_numbers(&result, part_key);
		waited += result.findings.transitions.count > 0 &&
			  strstr(result.findings.transitions.items[0].result, "frozen") != NULL;
	}
	cr_assert(published > 20 && parts > 5 && waited > 50, "%d %d %d", published, parts, waited);
	arena_release(&arena);
}
