#include "bench.h"

#include <stdlib.h>

static int by_size(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

void sort_durations(int64_t *durations, size_t count)
{
	qsort(durations, count, sizeof(*durations), by_size);
}

double percentile_ms(const int64_t *durations, size_t count, double share)
{
	return (double)durations[(size_t)(share * (double)(count - 1))] / 1000;
}
