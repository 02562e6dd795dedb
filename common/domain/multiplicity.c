/* From the largest p to the smallest, q is the running minimum of p·count/rank. */
#include <math.h>
#include <stdlib.h>

#include "multiplicity.h"

struct ranked {
	double p;
	size_t place;
};

static int by_p(const void *left, const void *right)
{
	const struct ranked *a = left, *b = right;

	return (a->p > b->p) - (a->p < b->p);
}

void benjamini_hochberg(const double *p, double *q, size_t count, struct arena *arena)
{
	struct ranked *sorted = arena_array(arena, struct ranked, count);
	double smallest = 1;

	for (size_t i = 0; i < count; i++)
		sorted[i] = (struct ranked){ .p = p[i], .place = i };
	if (count > 1)
		qsort(sorted, count, sizeof(*sorted), by_p);
	for (size_t rank = count; rank > 0; rank--) {
		const struct ranked *test = &sorted[rank - 1];

		smallest = fmin(smallest, test->p * (double)count / (double)rank);
		q[test->place] = smallest;
	}
}
