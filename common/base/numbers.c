#include "numbers.h"

#include <stdlib.h>

int numbers_order(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

size_t numbers_unique(int64_t *numbers, size_t count)
{
	size_t kept = 0;

	if (count > 1)
		qsort(numbers, count, sizeof(*numbers), numbers_order);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || numbers[kept - 1] != numbers[i])
			numbers[kept++] = numbers[i];
	return kept;
}
