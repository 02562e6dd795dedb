#include <math.h>

#include "grade.h"
#include "items.h"
#include "median.h"
#include "multiplicity.h"
#include "special.h"

#define CONSISTENCY_ITEMS 5
#define TYPICAL_ITEMS 20 /* from so many on a typical action can be told */
#define LARGE_COHORT 200 /* levellers: hints beside A and B are no better than chance */
#define MAD_TO_SD 1.4826 /* of a normal distribution */

/* By enum grade. */
static const char *const names[] = { NULL, "A", "B", "C", "D" };
static const double weights[] = { 0, 1, 0.85, 0.7, 0.5 };

const char *grade_name(enum grade grade)
{
	return names[grade];
}

/* What an action of no special merit comes to, and how much such actions differ. */
struct typical {
	double mu, tau_squared;
};

static struct typical typical_of(struct item_use *const *tested, size_t count, struct arena *arena)
{
	double *numbers = arena_array(arena, double, count);
	double median, mad, noise, spread;

	if (count < TYPICAL_ITEMS)
		return (struct typical){ .mu = 0 };
	for (size_t i = 0; i < count; i++)
		numbers[i] = tested[i]->lift.log_lift;
	median = median_of(numbers, count);
	for (size_t i = 0; i < count; i++)
		numbers[i] = fabs(tested[i]->lift.log_lift - median);
	mad = median_of(numbers, count);
	for (size_t i = 0; i < count; i++)
		numbers[i] = tested[i]->lift.se * tested[i]->lift.se;
	noise = median_of(numbers, count);
	spread = MAD_TO_SD * mad * (MAD_TO_SD * mad);
	return (struct typical){ fmax(0, median), fmax(0, spread - noise) };
}

static void test_items(struct item_use *const *tested, size_t count, const struct typical *typical,
		       struct arena *arena)
{
	double *p = arena_array(arena, double, count);

	for (size_t i = 0; i < count; i++) {
		const struct lift *lift = &tested[i]->lift;

		tested[i]->z = (lift->log_lift - typical->mu) /
			       sqrt(lift->se * lift->se + typical->tau_squared);
		tested[i]->p = p[i] = normal_upper_tail(tested[i]->z);
	}
	benjamini_hochberg(p, p, count, arena);
	for (size_t i = 0; i < count; i++)
		tested[i]->q = p[i];
}

static enum grade grade_of(const struct item_use *use, double mu, double fdr)
{
	if (use->lift.log_lift > mu) {
		if (use->q <= fdr && use->usage_rate >= 0.05)
			return GRADE_A;
		if (use->p <= 0.05 && use->usage_rate >= 0.20)
			return GRADE_B;
		if (use->p <= 0.20 && use->usage_rate >= 0.20)
			return GRADE_C;
	}
	if (use->usage_rate >= 0.50 && use->lift.se >= 0.5 && use->z > -0.84)
		return GRADE_D;
	return GRADE_NONE;
}

/* A hint that does not count may still be common. */
static enum grade grade_without_hints(const struct item_use *use)
{
	struct item_use common = *use;

	common.lift.log_lift = -HUGE_VAL;
	return grade_of(&common, 0, 0);
}

void grade_items(struct item_use *items, size_t count, size_t levellers,
		 const struct constants *constants, struct arena *arena)
{
	struct item_use **tested = arena_array(arena, struct item_use *, count);
	size_t tested_count = 0, better = 0;

	for (size_t i = 0; i < count; i++)
		if (items[i].users >= constants->k)
			tested[tested_count++] = &items[i];

	struct typical typical = typical_of(tested, tested_count, arena);

	test_items(tested, tested_count, &typical, arena);
	for (size_t i = 0; i < tested_count; i++) {
		tested[i]->grade = grade_of(tested[i], typical.mu, constants->fdr);
		better += tested[i]->grade == GRADE_A || tested[i]->grade == GRADE_B;
	}
	for (size_t i = 0; i < tested_count && levellers >= LARGE_COHORT && better > 0; i++)
		if (tested[i]->grade == GRADE_C)
			tested[i]->grade = grade_without_hints(tested[i]);
}

static int by_grade(const void *left, const void *right)
{
	const struct item_use *a = left, *b = right;
	int order = (a->grade == GRADE_NONE) - (b->grade == GRADE_NONE);

	if (!order)
		order = (int)a->grade - (int)b->grade;
	if (!order && a->grade != GRADE_NONE && a->grade != GRADE_D)
		order = (a->z < b->z) - (a->z > b->z);
	if (!order)
		order = (a->users < b->users) - (a->users > b->users);
	if (!order)
		order = strcmp(a->item, b->item);
	return order ? order : (a->kind > b->kind) - (a->kind < b->kind);
}

void sort_by_grade(struct item_use *items, size_t count)
{
	if (count > 1)
		qsort(items, count, sizeof(*items), by_grade);
}

double consistency_of(const struct item_use *items, size_t count)
{
	double largest[CONSISTENCY_ITEMS] = { 0 }; /* in descending order */
	size_t found = 0;
	double sum = 0;

	for (size_t i = 0; i < count; i++) {
		double strength = items[i].usage_rate * weights[items[i].grade];
		size_t place = found < CONSISTENCY_ITEMS ? found : CONSISTENCY_ITEMS - 1;

		if (items[i].grade == GRADE_NONE)
			continue;
		if (found == CONSISTENCY_ITEMS && strength <= largest[place])
			continue;
		for (; place > 0 && largest[place - 1] < strength; place--)
			largest[place] = largest[place - 1];
		largest[place] = strength;
		found += found < CONSISTENCY_ITEMS;
	}
	for (size_t i = 0; i < found; i++)
		sum += largest[i];
	return found > 0 ? sum / (double)found : 0;
}
