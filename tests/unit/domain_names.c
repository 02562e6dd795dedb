/* Names are kept once, and do not depend on the order in which they came. */
#include <criterion/criterion.h>

#include "arena.h"
#include "names.h"

Test(names, the_latest_name_of_an_item_is_kept)
{
	static const struct {
		const char *label;
		utc_us time;
	} given[] = {
		{ "Old", 1 }, { "New", 3 }, { NULL, 9 }, { "Newer", 3 }, { "Middle", 2 },
	};
	static const int orders[][5] = { { 0, 1, 2, 3, 4 }, { 4, 3, 2, 1, 0 }, { 3, 0, 1, 4, 2 } };
	struct arena arena;

	arena_init(&arena);
	for (size_t i = 0; i < 3; i++) {
		struct names names;
		uint32_t number;

		names_init(&names, &arena);
		number = names_add(&names, ACTION_BOOK, "x");
		for (size_t j = 0; j < 5; j++)
			names_label(&names, number, given[orders[i][j]].label,
				    given[orders[i][j]].time);
		cr_assert_str_eq(names.items[number].label, "Newer");
	}
	arena_release(&arena);
}

/* More names than the first table holds. */
Test(names, names_are_kept_once)
{
	struct names names;
	struct arena arena;

	arena_init(&arena);
	names_init(&names, &arena);
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 1000; i++) {
			const char *item = arena_printf(&arena, "%d", i % 500);
			enum action_kind kind = i < 500 ? ACTION_BOOK : ACTION_PARTNER;

			cr_assert_eq(names_add(&names, kind, item), (uint32_t)i);
		}
	cr_assert_eq(names.count, 1000);
	cr_assert_str_eq(names.items[999].item, "499");
	cr_assert_eq(names_add(&names, ACTION_BOOK, NULL), NO_NAME);
	arena_release(&arena);
}
