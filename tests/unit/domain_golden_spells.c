/* The spells of the worked example: twelve contractors, each an awkward case of statistics §1. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "golden.h"
#include "spell.h"

static struct spell golden_spell(struct json_object *root, int id, struct arena *arena)
{
	struct history history = golden_history(root, id, arena);
	struct runs runs = runs_of(&history, golden_as_of(root), &default_constants, arena);
	struct spell spell;

	cr_assert(spell_of(&history, &runs, GOLDEN_FROM, GOLDEN_FROM + 1, &default_constants, arena,
			   &spell),
		  "contractor %d has no spell", id);
	return spell;
}

static struct json_object *expected_spell(struct json_object *root, int id)
{
	char key[16];

	snprintf(key, sizeof(key), "%d", id);
	return golden_get(golden_get(golden_get(root, "expect"), "spells"), key);
}

static const struct spell_item *find_item(const struct spell *spell, const char *name,
					  struct arena *arena)
{
	for (size_t i = 0; i < spell->items_count; i++)
		if (strcmp(golden_item_name(spell->items[i].kind, spell->items[i].item, arena),
			   name) == 0)
			return &spell->items[i];
	return NULL;
}

ParameterizedTestParameters(golden_spells, span)
{
	static int ids[GOLDEN_CONTRACTORS];

	for (int i = 0; i < GOLDEN_CONTRACTORS; i++)
		ids[i] = i + 1;
	return cr_make_param_array(int, ids, GOLDEN_CONTRACTORS);
}

ParameterizedTest(int *id, golden_spells, span)
{
	struct json_object *root = golden_root(), *wanted = expected_spell(root, *id);
	struct arena arena;

	arena_init(&arena);

	struct spell spell = golden_spell(root, *id, &arena);

	cr_assert_eq(spell.enter, (int64_t)golden_number(wanted, "enter"), "contractor %d", *id);
	cr_assert_eq(spell.leave, (int64_t)golden_number(wanted, "leave"), "contractor %d: day %d",
		     *id, (int)spell.leave);
	cr_assert_eq(spell.event, json_object_get_boolean(golden_get(wanted, "event")),
		     "contractor %d", *id);
	cr_assert_str_eq(spell.basis == BASIS_OBSERVED ? "observed" : "first_seen",
			 golden_text(wanted, "basis"));
	assert_optional(spell.team, golden_get(wanted, "team"), "team");
	assert_optional(spell.team_after, golden_get(wanted, "team_after"), "team_after");
	cr_assert_str_eq(spell.stage, golden_text(wanted, "stage"));
	arena_release(&arena);
	json_object_put(root);
}

ParameterizedTestParameters(golden_spells, items)
{
	static int ids[GOLDEN_CONTRACTORS];

	for (int i = 0; i < GOLDEN_CONTRACTORS; i++)
		ids[i] = i + 1;
	return cr_make_param_array(int, ids, GOLDEN_CONTRACTORS);
}

ParameterizedTest(int *id, golden_spells, items)
{
	struct json_object *root = golden_root(), *wanted = expected_spell(root, *id);
	struct json_object *days = golden_get(wanted, "day"),
			   *ratings = golden_get(wanted, "rating");
	struct json_object *held = golden_get(wanted, "held");
	struct arena arena;

	arena_init(&arena);

	struct spell spell = golden_spell(root, *id, &arena);

	cr_assert_eq(spell.items_count,
		     (size_t)json_object_object_length(days) + json_object_array_length(held),
		     "contractor %d", *id);
	json_object_object_foreach(days, name, day) {
		const struct spell_item *item = find_item(&spell, name, &arena);

		cr_assert(item && !item->held, "contractor %d: %s", *id, name);
		cr_assert_eq(item->day, json_object_get_int64(day), "contractor %d: %s", *id, name);
	}
	for (size_t i = 0; i < json_object_array_length(held); i++) {
		const char *area = json_object_get_string(json_object_array_get_idx(held, i));
		const struct spell_item *item = find_item(&spell, area, &arena);

		cr_assert(item && item->held, "contractor %d: %s", *id, area);
	}
	for (size_t i = 0; i < spell.items_count; i++) {
		const char *rated =
			golden_item_name(spell.items[i].kind, spell.items[i].item, &arena);
		struct json_object *rating = NULL;

		json_object_object_get_ex(ratings, rated, &rating);
		cr_assert_eq(spell.items[i].rating, json_object_get_int64(rating),
			     "contractor %d: %s", *id, rated);
	}
	arena_release(&arena);
	json_object_put(root);
}

/* The file gives the onset of what counts (X < D), and null for the rest. */
Test(golden_spells, onsets)
{
	struct json_object *root = golden_root();
	struct arena arena;
	int checked = 0;

	arena_init(&arena);
	for (int id = 1; id <= GOLDEN_CONTRACTORS; id++) {
		struct spell spell = golden_spell(root, id, &arena);
		struct json_object *onsets = golden_get(expected_spell(root, id), "onset");

		json_object_object_foreach(onsets, name, onset) {
			const struct spell_item *item = find_item(&spell, name, &arena);
			bool counts = item && item->onset < spell.leave;

			cr_assert_eq(counts, onset != NULL, "contractor %d: %s", id, name);
			if (onset)
				cr_assert_eq(item->onset, json_object_get_int64(onset),
					     "contractor %d: %s", id, name);
			checked++;
		}
	}
	cr_assert_eq(checked, 12 * 7);
	arena_release(&arena);
	json_object_put(root);
}

Test(golden_spells, feeding_the_cohorts_gives_the_same_numbers)
{
	struct json_object *root = golden_root(), *expect = golden_get(root, "expect");
	struct arena arena;

	arena_init(&arena);

	struct cohorts *cohorts = golden_cohorts(root, NULL, &arena);
	const struct cohort *cohort = &cohorts->items[GOLDEN_FROM];

	cr_assert_eq(cohort->levellers, (size_t)golden_number(expect, "sample_size"));
	cr_assert_eq(cohort->count, (size_t)golden_number(expect, "at_risk"));
	arena_release(&arena);
	json_object_put(root);
}
