#include "grade.h"
#include "items.h"

#define COMMON_USAGE 0.5
#define CONSISTENCY_ITEMS 5

/* By enum grade. */
static const char *const names[] = { NULL, "A", "B", "C", "D" };
static const double weights[] = { 0, 1, 0.85, 0.7, 0.5 };

const char *grade_name(enum grade grade)
{
	return names[grade];
}

void grade_items(struct item_use *items, size_t count, int64_t k)
{
	for (size_t i = 0; i < count; i++) {
		bool common = items[i].users >= k && items[i].usage_rate >= COMMON_USAGE;

		items[i].grade = common ? GRADE_D : GRADE_NONE;
	}
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
