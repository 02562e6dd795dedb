/* q values by their definition. */
#include <criterion/criterion.h>
#include <math.h>

#include "multiplicity.h"
#include "seeded.h"

static struct arena arena;

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(multiplicity, .init = set_up, .fini = tear_down);

/* The q of p[which]: over all p_j not below it, the smallest p_j·count/(how many are <= p_j). */
static double by_definition(const double *p, int count, int which)
{
	double smallest = 1;

	for (int j = 0; j < count; j++) {
		int rank = 0;

		for (int i = 0; i < count; i++)
			rank += p[i] <= p[j];
		if (p[j] >= p[which])
			smallest = fmin(smallest, p[j] * count / rank);
	}
	return smallest;
}

Test(multiplicity, q_by_definition_in_any_order_with_ties)
{
	struct seeded random = seeded_start("q_by_definition_in_any_order_with_ties");
	double p[40], q[40];

	for (int round = 0; round < 300; round++) {
		int count = seeded_below(&random, 41);

		for (int i = 0; i < count; i++)
			p[i] = seeded_below(&random, 3) ? seeded_unit(&random)
							: seeded_below(&random, 5) / 4.0;
		benjamini_hochberg(p, q, (size_t)count, &arena);
		for (int i = 0; i < count; i++)
			cr_assert_eq(q[i], by_definition(p, count, i));
	}
}

Test(multiplicity, in_place)
{
	double p[] = { 0.04, 0.01, 0.03 };

	benjamini_hochberg(p, p, 3, &arena);
	cr_assert_float_eq(p[0], 0.04, 1e-15);
	cr_assert_float_eq(p[1], 0.03, 1e-15);
	cr_assert_float_eq(p[2], 0.04, 1e-15);
}
