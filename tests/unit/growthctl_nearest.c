/* Which names somebody may have meant. */
#include <criterion/criterion.h>

#include "decide_nearest.h"

#define LOW "0_5_million>5_10_million/revenue_growth"
#define HIGH "5_10_million>11_20_million/revenue_growth"
#define LEADS "0_5_million>5_10_million/lead_improvement"

Test(nearest, the_least_edited_is_first)
{
	const char *names[] = { HIGH, LEADS, LOW };

	cr_expect_eq(nearest_names("0_5_million>5_10_million/revenue_groth", names, 3, 3), 3);
	cr_expect_str_eq(names[0], LOW);
}

Test(nearest, no_more_than_wanted)
{
	const char *names[] = { HIGH, LEADS, LOW };

	cr_expect_eq(nearest_names(LOW, names, 3, 1), 1);
	cr_expect_str_eq(names[0], LOW);
}

Test(nearest, what_is_far_is_not_meant)
{
	const char *names[] = { "abcd", "abxy", "wxyz" };

	cr_expect_eq(nearest_names("abcd", names, 3, 3), 2,
		     "two of four edited is near, four is not");
	cr_expect_eq(nearest_names("", names, 3, 3), 0);
	cr_expect_eq(nearest_names("abcd", names, 0, 3), 0);
}
