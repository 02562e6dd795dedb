#include "heap.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <sysexits.h>

Test(heap, zeroed_memory_is_zero)
{
	char *block = heap_zeroed(3, 100);

	for (size_t i = 0; i < 300; i++)
		cr_expect_eq(block[i], 0);
	free(block);
}

Test(heap, a_copy_is_equal)
{
	char *copy = heap_strdup("text");

	cr_expect_str_eq(copy, "text");
	free(copy);
}

Test(heap, a_size_that_overflows_ends_the_process, .exit_code = EX_OSERR)
{
	heap_zeroed(SIZE_MAX / 2, 3);
}

Test(heap, a_size_that_nobody_has_ends_the_process, .exit_code = EX_OSERR)
{
	heap_resize(NULL, SIZE_MAX);
}
