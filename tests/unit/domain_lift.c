/* The sweep counts what walking every risk set counts, whatever the histories. */
#include <criterion/criterion.h>
#include <math.h>

#include "cohort.h"
#include "golden.h"
#include "items.h"
#include "lift.h"
#include "seeded.h"

#define PEOPLE_MAX 260
#define ITEMS 14
#define FROM 1

static struct arena arena;
static struct cohorts *cohorts;

static void set_up(void)
{
	arena_init(&arena);
	cohorts = cohorts_new(&arena, &default_vocabulary, &default_constants, 0);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(lift, .init = set_up, .fini = tear_down);

static struct spell_item made_up_item(int number, struct seeded *random)
{
	static const char *const names[ITEMS] = { "a", "b", "c", "d", "e", "f", "g",
						  "h", "i", "j", "k", "l", "m", "n" };
	bool held = seeded_below(random, 5) == 0;
	int64_t day = held ? 0 : seeded_below(random, 40);

	return (struct spell_item){
		.kind = held ? ACTION_FOCUS_AREA : ACTION_BOOK,
		.item = names[number],
		.held = held,
		.day = day,
	};
}

/* Short spells, so that many share a day, with many ties. */
static void add_made_up_spell(int64_t id, int often, struct seeded *random)
{
	struct spell_item items[ITEMS];
	struct spell spell = { .enter = seeded_below(random, 4) ? 0 : seeded_below(random, 30) };

	for (int i = 0; i < ITEMS; i++)
		if (seeded_below(random, 8) < often)
			items[spell.items_count++] = made_up_item(i, random);
	spell.leave = spell.enter + 1 + seeded_below(random, 60);
	spell.event = seeded_below(random, 3) > 0;
	spell.basis = seeded_below(random, 3) ? BASIS_OBSERVED : BASIS_FIRST_SEEN;
	spell.team = (struct optional_number){ 1 + seeded_below(random, 70),
					       seeded_below(random, 6) > 0 };
	spell.items = items;
	cohorts_add(cohorts, FROM, id, &spell);
}

static int64_t onset_of(const struct cohort_spell *spell, uint32_t number)
{
	for (uint32_t i = 0; i < spell->items_count; i++)
		if (spell->items[i].name == number)
			return cohort_item_onset(&spell->items[i], &default_constants);
	return INT64_MAX;
}

static bool is_at_risk(const struct cohort_spell *spell, int64_t day)
{
	return spell->enter < day && day <= spell->leave;
}

static int band(int64_t others)
{
	static const int edges[] = { 0, 1, 2, 3, 4, 6, 8, 11, 15, 20, 27, 36 };
	int found = 0;

	while (found < 11 && others >= edges[found + 1])
		found++;
	return found;
}

static int stratum(const struct cohort_spell *spell, size_t levellers)
{
	int team = isnan(spell->team)  ? 4
		   : spell->team <= 5  ? 0
		   : spell->team <= 15 ? 1
		   : spell->team <= 50 ? 2
				       : 3;

	return (int)spell->basis * 5 + (levellers >= 200 ? team : 0);
}

/* An item, or all of a set of them. */
struct subject {
	const uint32_t *numbers;
	size_t count;
	const bool *counted; /* by number: whether it is among the others */
};

static int64_t subject_onset(const struct cohort_spell *spell, const struct subject *subject)
{
	int64_t latest = 0;

	for (size_t i = 0; i < subject->count; i++) {
		int64_t onset = onset_of(spell, subject->numbers[i]);

		latest = onset > latest ? onset : latest;
	}
	return latest;
}

/* Other items that he is exposed to on the day. */
static int others_on(const struct cohort_spell *spell, const struct subject *subject, int64_t day)
{
	int others = 0;

	for (uint32_t i = 0; i < spell->items_count; i++) {
		uint32_t number = spell->items[i].name;
		bool own = subject->count == 1 && number == subject->numbers[0];

		others += subject->counted[number] && !own && onset_of(spell, number) < day;
	}
	return band(others);
}

static double survival_before(const struct spells *spells, int64_t day)
{
	double survival = 1;

	for (int64_t t = 0; t < day; t++) {
		int at_risk = 0, events = 0;

		for (size_t i = 0; i < spells->count; i++) {
			at_risk += is_at_risk(spells->items[i], t);
			events += spells->items[i]->event && spells->items[i]->leave == t;
		}
		if (events > 0 && at_risk >= 5)
			survival *= 1 - (double)events / at_risk;
	}
	return survival;
}

/* Statistics §3 word by word. */
static struct lift walk(const struct spells *spells, const struct subject *subject)
{
	struct lift sum = { 0 };

	for (size_t i = 0; i < spells->count; i++) {
		const struct cohort_spell *kase = spells->items[i];
		int64_t day = kase->leave;
		double w, p, h = subject_onset(kase, subject) < day;
		int peers = 0, exposed = 0;

		if (!kase->event)
			continue;
		for (size_t j = 0; j < spells->count; j++) {
			const struct cohort_spell *peer = spells->items[j];

			if (!is_at_risk(peer, day) ||
			    stratum(peer, spells->levellers) != stratum(kase, spells->levellers) ||
			    others_on(peer, subject, day) != others_on(kase, subject, day))
				continue;
			peers++;
			exposed += subject_onset(peer, subject) < day;
		}
		w = survival_before(spells, day);
		p = (double)exposed / peers;
		sum.observed += w * h;
		sum.expected += w * p;
		sum.variance += w * w * p * (1 - p);
		sum.with += w * h * (1 - p);
		sum.without += w * (1 - h) * p;
		sum.control_rate += p / (double)spells->levellers;
	}
	return sum;
}

static void assert_same(const struct lift *actual, const struct lift *wanted)
{
	cr_assert_float_eq(actual->observed, wanted->observed, 1e-9);
	cr_assert_float_eq(actual->expected, wanted->expected, 1e-9);
	cr_assert_float_eq(actual->variance, wanted->variance, 1e-9);
	cr_assert_float_eq(actual->with, wanted->with, 1e-9);
	cr_assert_float_eq(actual->without, wanted->without, 1e-9);
	cr_assert_float_eq(actual->control_rate, wanted->control_rate, 1e-9);
}

/* Enough of them for strata by team in the last rounds. */
static struct spells made_up_spells(int round, struct seeded *random)
{
	int count = round < 10 ? 3 + seeded_below(random, 60) : PEOPLE_MAX;
	int often = 1 + seeded_below(random, 7);

	tear_down();
	set_up();
	for (int i = 0; i < count + (round >= 10 ? 80 : 0); i++)
		add_made_up_spell(i, often, random);
	return cohort_spells(cohorts, FROM, &arena);
}

Test(lift, sweep_equals_walking_every_risk_set)
{
	struct seeded random = seeded_start("sweep_equals_walking_every_risk_set");

	for (int round = 0; round < 12; round++) {
		struct spells spells = made_up_spells(round, &random);
		struct item_uses uses = count_items(cohorts, &spells, &arena);
		bool counted[2 * ITEMS];

		memset(counted, true, sizeof(counted));
		measure_lifts(cohorts, &spells, uses.items, uses.count, &arena);
		for (size_t i = 0; i < uses.count && (round < 10 || i < 3); i++) {
			struct subject subject = { &uses.items[i].number, 1, counted };
			struct lift wanted = walk(&spells, &subject);

			assert_same(&uses.items[i].lift, &wanted);
		}
	}
}

/* Sets are compared by the number of items that are no candidates, their single parts as well. */
Test(lift, sets_equal_walking_every_risk_set)
{
	struct seeded random = seeded_start("sets_equal_walking_every_risk_set");

	for (int round = 0; round < 10; round++) {
		struct spells spells = made_up_spells(round, &random);
		const uint32_t members[] = { 0, 1, 2, 1, 2, 0, 1, 2 };
		struct item_set sets[] = {
			{ .members = &members[0], .count = 1 },
			{ .members = &members[0], .count = 2 },
			{ .members = &members[3], .count = 2 },
			{ .members = &members[5], .count = 3 },
		};
		uint32_t candidates[3], used[3];
		bool counted[2 * ITEMS];

		if (cohorts->names.count < 4)
			continue;
		memset(counted, true, sizeof(counted));
		for (uint32_t i = 0; i < 3; i++) {
			candidates[i] = (uint32_t)cohorts->names.count - 1 - i;
			counted[candidates[i]] = false;
		}
		measure_set_lifts(cohorts, &spells, candidates, 3, sets, 4, &arena);
		for (size_t i = 0; i < 4; i++) {
			struct subject subject = { used, sets[i].count, counted };
			int64_t users = 0;

			for (size_t j = 0; j < sets[i].count; j++)
				used[j] = candidates[sets[i].members[j]];

			struct lift wanted = walk(&spells, &subject);

			for (size_t j = 0; j < spells.count; j++)
				users += spells.items[j]->event &&
					 subject_onset(spells.items[j], &subject) <
						 spells.items[j]->leave;
			assert_same(&sets[i].lift, &wanted);
			cr_assert_eq(sets[i].users, users);
		}
	}
}

/* Nobody differs, so there is nothing to compare: as often as comparable ones. */
Test(lift, without_contrast_it_is_one)
{
	struct spell_item item = { .kind = ACTION_BOOK, .item = "a", .day = 1 };
	struct spell spell = { .leave = 300, .event = true, .items = &item, .items_count = 1 };

	for (int64_t i = 0; i < 20; i++)
		cohorts_add(cohorts, FROM, i, &spell);

	struct spells spells = cohort_spells(cohorts, FROM, &arena);
	struct item_uses uses = count_items(cohorts, &spells, &arena);

	measure_lifts(cohorts, &spells, uses.items, 1, &arena);
	cr_assert_eq(uses.items[0].lift.log_lift, 0);
	cr_assert_float_eq(uses.items[0].lift.se, 2, 1e-12);
	cr_assert_eq(uses.items[0].lift.control_rate, 1);
}

/* Weights 1/0.25 and 1/(0.04 + 0.21): both 4. */
Test(lift, a_sub_cohort_leans_on_the_rest)
{
	struct lift own = { .log_lift = 1, .se = 0.5 }, rest = { .log_lift = 0, .se = sqrt(0.21) };

	lean_on_rest(&own, &rest);
	cr_assert_float_eq(own.log_lift, 0.5, 1e-12);
	cr_assert_float_eq(own.se, sqrt(1.0 / 8), 1e-12);
}
