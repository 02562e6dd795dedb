#include "median.h"

#include <math.h>
#include <stdlib.h>

static int by_number(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

double median_of(double *numbers, size_t count)
{
	if (count == 0)
		return NAN;
	qsort(numbers, count, sizeof(*numbers), by_number);
	return (numbers[(count - 1) / 2] + numbers[count / 2]) / 2;
}
