#include <criterion/criterion.h>

#include "numbers.h"

Test(numbers, unique_ones_are_there_once)
{
	int64_t numbers[] = { 7, -3, 7, 2147483647, 7, -3, 0 };
	const int64_t expected[] = { -3, 0, 7, 2147483647 };

	cr_assert_eq(numbers_unique(numbers, sizeof(numbers) / sizeof(numbers[0])), 4);
	cr_expect_arr_eq(numbers, expected, sizeof(expected));
	cr_expect_eq(numbers_unique(numbers, 0), 0);
}
