/* Texts that others are told. */
#include <criterion/criterion.h>

#include "shared_text.h"

Test(shared_text, an_item_that_no_index_takes_is_refused_whatever_it_is_of)
{
	char item[1002];
	struct action_recorded action = { .contractor_id = 7, .occurred_at = 1, .item = item };
	struct err err;

	for (int kind = ACTION_MILESTONE; kind < ACTION_KINDS; kind++) {
		action.kind = (enum action_kind)kind;
		err = (struct err){ 0 };
		for (size_t i = 0; i < 1000; i += 2)
			memcpy(&item[i], "\u00fc", 2);
		item[1000] = '\0';
		cr_expect(action_check(&action, NULL, &err), "bytes, not characters: %s", err.text);
		item[1000] = 'x';
		item[1001] = '\0';
		cr_expect_not(action_check(&action, NULL, &err));
		cr_expect_eq(err.kind, ERR_POISON);
		cr_expect_str_eq(err.text, "item: 1001 bytes are more than 1000");
	}
}

Test(shared_text, most_items_fit)
{
	cr_expect(shared_text_fits("5"));
	cr_expect(shared_text_fits(""));
}
