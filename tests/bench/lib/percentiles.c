#include "bench.h"

#include <stdlib.h>

#include "numbers.h"

void sort_durations(int64_t *durations, size_t count)
{
	qsort(durations, count, sizeof(*durations), numbers_order);
}

double percentile_ms(const int64_t *durations, size_t count, double share)
{
	return (double)durations[(size_t)(share * (double)(count - 1))] / 1000;
}
