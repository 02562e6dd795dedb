/* Errors: context in front, cut and never overrun. */
#include <criterion/criterion.h>
#include <string.h>

#include "err.h"

static struct err err;

Test(err, context_goes_in_front_and_kind_and_code_stay)
{
	cr_expect_not(err_set(&err, ERR_RETRY, "deadlock %s", "detected"));
	strncpy(err.code, "40P01", sizeof(err.code) - 1);
	cr_expect_not(err_wrap(&err, "batch of %d", 500));
	cr_expect_str_eq(err.text, "batch of 500: deadlock detected");
	cr_expect_str_eq(err.code, "40P01");
	cr_expect_eq(err.kind, ERR_RETRY);

	err_set(&err, ERR_POISON, "again: %s", err.text);
	cr_expect_str_eq(err.text, "again: batch of 500: deadlock detected",
			 "an error can quote itself");
	cr_expect_str_eq(err.code, "", "a new error has no old code");
}

Test(err, findings_are_collected_a_line_each)
{
	cr_expect_not(err_append(&err, ERR_USAGE, "line %d", 3));
	cr_expect_not(err_append(&err, ERR_USAGE, "line %d", 5));
	cr_expect_str_eq(err.text, "line 3\nline 5");
	cr_expect_eq(err.kind, ERR_USAGE);
}

Test(err, text_is_cut_between_characters)
{
	char euros[4000];

	for (size_t shift = 0; shift < 3; shift++) {
		memset(euros, 'x', shift);
		for (size_t i = shift; i + 3 < sizeof(euros); i += 3)
			memcpy(euros + i, "€", 4);

		err_set(&err, ERR_FATAL, "%s", euros);
		cr_expect_eq(strlen(err.text), shift + (sizeof(err.text) - 1 - shift) / 3 * 3);
		err_wrap(&err, "%s", euros + shift);
		err_append(&err, ERR_FATAL, "%s", euros);
		cr_expect_eq(strncmp(err.text, euros + shift, 1020), 0);
		cr_expect_lt(strlen(err.text), sizeof(err.text));
		cr_expect_neq(err.text[strlen(err.text) - 1] & 0xff, 0xe2, "half a character");
	}
}

Test(err, a_strangers_bytes_do_not_make_it_something_else_than_text)
{
	err_set(&err, ERR_POISON, "the key \"%s\"", "\xff\xc3\xa9\xc3");
	cr_expect_str_eq(err.text, "the key \"?\xc3\xa9?\"");
	err_set(&err, ERR_POISON, "%.4s", "abc\xc3\xa9");
	cr_expect_str_eq(err.text, "abc?", "half a character");
}

Test(err, a_long_context_leaves_what_fits_of_the_cause)
{
	err_set(&err, ERR_FATAL, "%01000d", 0);
	err_wrap(&err, "%050d", 0);
	cr_expect_eq(strlen(err.text), sizeof(err.text) - 1);
	cr_expect_eq(err.text[50], ':');
}
