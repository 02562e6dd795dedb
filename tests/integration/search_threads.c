/* Patterns of made-up cohorts, searched by different numbers of threads. */
#include <criterion/criterion.h>

#include "instant.h"
#include "search.h"
#include "seeded.h"

#define TRANSITIONS 6
#define ITEMS 30

static struct arena arena;

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(search_threads, .init = set_up, .fini = tear_down, .timeout = 300);

/* Some cared for lead flow before they began, so that there are sub-cohorts. */
static struct spell any_spell(struct seeded *random)
{
	size_t count = (size_t)seeded_below(random, 8);
	struct spell spell = {
		.leave = 100 + seeded_below(random, 900),
		.event = seeded_below(random, 2) == 0,
		.basis = seeded_below(random, 2) ? BASIS_OBSERVED : BASIS_FIRST_SEEN,
		.team = { .value = 1 + seeded_below(random, 80), .present = true },
		.stage = "growth",
		.items = arena_array(&arena, struct spell_item, count + 1),
	};
	int first = seeded_below(random, ITEMS);

	for (size_t i = 0; i < count; i++)
		spell.items[spell.items_count++] = (struct spell_item){
			.kind = ACTION_BOOK,
			.item = arena_printf(&arena, "%d", (first + 3 * (int)i) % ITEMS),
			.day = seeded_below(random, 900),
		};
	if (seeded_below(random, 3) == 0)
		spell.items[spell.items_count++] = (struct spell_item){ .kind = ACTION_FOCUS_AREA,
									.item = "closing_sales",
									.held = true };
	for (size_t i = 0; i < spell.items_count; i++) {
		struct spell_item *item = &spell.items[i];

		item->hash = name_hash(item->kind, item->item);
	}
	return spell;
}

/* The larger ones last; the first one has no patterns. */
static struct cohorts *made_up_cohorts(void)
{
	struct seeded random = seeded_start("search_threads");
	struct cohorts *cohorts =
		cohorts_new(&arena, &default_vocabulary, &default_constants, 9000 * US_PER_DAY);

	for (size_t from = 0; from < TRANSITIONS; from++)
		for (int64_t id = 1; id <= 4 + 200 * (int64_t)from; id++) {
			struct spell spell = any_spell(&random);

			cohorts_add(cohorts, from, id, &spell);
		}
	return cohorts;
}

static const char *text_of(const struct cohorts *cohorts, const struct found_patterns *found)
{
	const char *text = "";

	for (size_t i = 0; i < cohorts->count; i++)
		for (size_t j = 0; j < found[i].count; j++)
			text = arena_printf(&arena, "%s%zu %s %zu\n", text, i,
					    json_encode_text(pattern_fields,
							     &found[i].items[j].pattern, &arena),
					    found[i].items[j].inside.levellers.count);
	return text;
}

static const char *search_with(int64_t threads)
{
	struct cohorts *cohorts = made_up_cohorts();
	struct found_patterns *found = arena_array(&arena, struct found_patterns, cohorts->count);
	atomic_bool stop = false;
	struct err err = { 0 };

	cr_assert(search_patterns(cohorts, threads, &stop, &arena, found, &err), "%s", err.text);
	cr_expect_eq(found[0].count, 0);
	cr_expect_eq(found[TRANSITIONS - 1].count, 2);
	cr_expect_eq(cohorts->items[TRANSITIONS - 1].count, 4 + 200 * (TRANSITIONS - 1));
	return text_of(cohorts, found);
}

Test(search_threads, find_the_same_however_many_they_are)
{
	const char *one = search_with(1);

	cr_expect(strstr(one, "lead_improvement"));
	cr_expect_str_eq(search_with(2), one);
	cr_expect_str_eq(search_with(3), one);
	cr_expect_str_eq(search_with(64), one);
}

Test(search_threads, end_when_they_are_stopped)
{
	struct cohorts *cohorts = made_up_cohorts();
	struct found_patterns *found = arena_array(&arena, struct found_patterns, cohorts->count);
	atomic_bool stop = true;
	struct err err = { 0 };

	cr_expect(!search_patterns(cohorts, 3, &stop, &arena, found, &err));
	cr_expect_eq(err.kind, ERR_RETRY, "%s", err.text);
	cr_expect_eq(found[TRANSITIONS - 1].count, 0);
}
