/* A profile in anyone's spelling: its focus areas come out as words, none empty, none twice, none a
 * list, and a second time the same; a tier is a name of the vocabulary or what it was. */
#include "fuzz.h"
#include "normalise.h"

static void check_area(const struct texts *areas, size_t at)
{
	holds(areas->items[at][0] != 0, "an empty area");
	holds(!strpbrk(areas->items[at], ",; -ABCDEFGHIJKLMNOPQRSTUVWXYZ"), "not a word: %s",
	      areas->items[at]);
	for (size_t i = 0; i < at; i++)
		holds(strcmp(areas->items[i], areas->items[at]) != 0, "%s twice", areas->items[at]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	const char *said[2];
	struct contractor_updated once, twice;

	arena_init(&arena);
	said[0] = arena_strndup(&arena, (const char *)data, size);
	said[1] = arena_strndup(&arena, (const char *)data, size / 2);
	once = (struct contractor_updated){ .revenue_tier = said[0],
					    .current_stage = said[0],
					    .focus_areas = { said, 2 } };
	normalise_profile(&default_vocabulary, &once, &arena);
	holds(once.revenue_tier == said[0] ||
		      vocabulary_tier_rank(&default_vocabulary, once.revenue_tier) >= 0,
	      "tier %s", once.revenue_tier);
	for (size_t i = 0; i < once.focus_areas.count; i++)
		check_area(&once.focus_areas, i);

	twice = once;
	normalise_profile(&default_vocabulary, &twice, &arena);
	holds(twice.focus_areas.count == once.focus_areas.count, "other areas the second time");
	for (size_t i = 0; i < once.focus_areas.count; i++)
		holds(strcmp(once.focus_areas.items[i], twice.focus_areas.items[i]) == 0,
		      "%s is %s the second time", once.focus_areas.items[i],
		      twice.focus_areas.items[i]);
	holds(!once.current_stage == !twice.current_stage &&
		      (!once.current_stage || strcmp(once.current_stage, twice.current_stage) == 0),
	      "another stage the second time");
	arena_release(&arena);
	return 0;
}
