#include "distinct.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* Numbers count up with new strings and stay when the table grows; lengths count, NULs are bytes
 * like others. */
Test(distinct, numbers_by_first_occurrence)
{
	struct distinct distinct;
	struct arena arena;
	bool new;

	arena_init(&arena);
	distinct_init(&distinct, &arena);
	for (int round = 0; round < 2; round++)
		for (uint32_t i = 0; i < 1000; i++) {
			char text[32];
			int length = snprintf(text, sizeof(text), "text %u", i);

			cr_assert_eq(distinct_add(&distinct, text, (size_t)length, &new), i);
			cr_assert_eq(new, round == 0);
		}
	cr_assert_str_eq(distinct.items[42].data, "text 42");
	cr_assert_eq(distinct_add(&distinct, "", 0, &new), 1000);
	cr_assert_eq(distinct_add(&distinct, "\0", 1, &new), 1001);
	cr_assert_eq(distinct_add(&distinct, "\0\0\0\0\0\0\0\0", 8, &new), 1002);
	cr_assert_eq(distinct_add(&distinct, "text 42 and more", 7, &new), 42);
	cr_assert_not(new);
	arena_release(&arena);
}
