/*
 * Counting is in integers, so that the order of the contractors cannot show: a k-way tie for the
 * first action gives FIRST_UNIT/k to each. Days are sorted before their median is taken.
 */
#include "items.h"

/* Divisible by 1 to 16: ties among more actions on one day are rounded. */
#define FIRST_UNIT 720720

struct tally {
	int64_t ever; /* spells, with event or without, that the item was counted in */
	int64_t users, dated, first, raters, rating_sum;
	int32_t *days; /* of the dated users; NULL: too few for a median */
	int64_t days_count;
};

static bool is_counted(const struct cohort_spell *spell, const struct cohort_item *item,
		       const struct constants *constants)
{
	return cohort_item_onset(item, constants) < spell->leave;
}

static bool is_dated(const struct cohort_spell *spell, const struct cohort_item *item,
		     const struct constants *constants)
{
	return item->day != HELD_AT_ENTRY && is_counted(spell, item, constants);
}

/* Returns whether the leveller has a dated counted action. */
static bool tally_first(struct tally *tallies, const struct cohort_spell *spell,
			const struct constants *constants)
{
	int64_t earliest = INT64_MAX, ties = 0;

	for (size_t i = 0; i < spell->items_count; i++) {
		const struct cohort_item *item = &spell->items[i];

		if (!is_dated(spell, item, constants))
			continue;
		if (item->day < earliest) {
			earliest = item->day;
			ties = 0;
		}
		ties += item->day == earliest;
	}
	for (size_t i = 0; i < spell->items_count; i++) {
		const struct cohort_item *item = &spell->items[i];

		if (item->day == earliest && is_dated(spell, item, constants))
			tallies[item->name].first += FIRST_UNIT / ties;
	}
	return ties > 0;
}

static void tally_ever(struct tally *tallies, const struct cohort_spell *spell,
		       const struct constants *constants)
{
	for (size_t i = 0; i < spell->items_count; i++)
		tallies[spell->items[i].name].ever +=
			is_counted(spell, &spell->items[i], constants);
}

static void tally_use(struct tally *tallies, const struct cohort_spell *spell,
		      const struct constants *constants)
{
	for (size_t i = 0; i < spell->items_count; i++) {
		const struct cohort_item *item = &spell->items[i];
		struct tally *tally = &tallies[item->name];

		if (!is_counted(spell, item, constants))
			continue;
		tally->users++;
		tally->dated += item->day != HELD_AT_ENTRY;
		tally->raters += item->rating > 0;
		tally->rating_sum += item->rating;
	}
}

static void tally_days(struct tally *tallies, const struct cohort_spell *spell,
		       const struct constants *constants)
{
	for (size_t i = 0; i < spell->items_count; i++) {
		const struct cohort_item *item = &spell->items[i];
		struct tally *tally = &tallies[item->name];

		if (tally->days && is_dated(spell, item, constants))
			tally->days[tally->days_count++] = item->day;
	}
}

/* Puts the day of rank n, counted from 0, where it belongs, no later one before it and no earlier
 * one behind it (Hoare's selection). They come in the order of fingerprints, which is as good as
 * any random one. */
static void select_day(int32_t *days, int64_t count, int64_t n)
{
	int64_t low = 0, high = count - 1;

	while (low < high) {
		int32_t pivot = days[low + (high - low) / 2];
		int64_t left = low, right = high;

		while (left <= right) {
			while (days[left] < pivot)
				left++;
			while (days[right] > pivot)
				right--;
			if (left > right)
				break;

			int32_t day = days[left];

			days[left++] = days[right];
			days[right--] = day;
		}
		if (n <= right)
			high = right;
		else if (n >= left)
			low = left;
		else
			return;
	}
}

static struct optional_number median_months(struct tally *tally, double month_days)
{
	int64_t count = tally->days_count;
	int32_t upper, lower;

	if (!tally->days)
		return (struct optional_number){ .present = false };
	select_day(tally->days, count, count / 2);
	upper = lower = tally->days[count / 2];
	/* Of an even number the other middle one is the latest of those before it. */
	for (int64_t i = 0; count % 2 == 0 && i < count / 2; i++)
		if (i == 0 || tally->days[i] > lower)
			lower = tally->days[i];
	return (struct optional_number){
		.value = ((double)lower + upper) / 2.0 / month_days,
		.present = true,
	};
}

static struct item_use use_of(const struct cohorts *cohorts, const struct spells *spells,
			      uint32_t number, struct tally *tally, int64_t dated_levellers)
{
	const struct name *name = &cohorts->names.items[number];
	int64_t levellers = (int64_t)spells->levellers;
	int64_t others = (int64_t)spells->count - levellers;
	double n = (double)levellers, users = (double)tally->users;
	struct item_use use = {
		.kind = name->kind,
		.item = name->item,
		.name = name->label,
		.number = number,
		.users = tally->users,
		.usage_rate = users / n,
		.usage = wilson(users, n, cohorts->constants.z),
		.ever = { tally->users, levellers - tally->users, tally->ever - tally->users,
			  others - (tally->ever - tally->users) },
		.first_count = (double)tally->first / FIRST_UNIT,
		.dated_users = tally->dated,
		.median_adoption_months = median_months(tally, cohorts->constants.month_days),
		.raters = tally->raters,
	};

	if (dated_levellers > 0)
		use.first_share = (struct optional_number){
			.value = use.first_count / (double)dated_levellers,
			.present = true,
		};
	if (tally->raters > 0)
		use.satisfaction = (struct optional_number){
			.value = (double)tally->rating_sum / (double)tally->raters,
			.present = true,
		};
	return use;
}

/* Few ratings of one partner lean on what all partners got. */
static void shrink_satisfaction(struct item_use *items, size_t count, const struct tally *tallies)
{
	int64_t sum = 0, raters = 0;

	for (size_t i = 0; i < count; i++) {
		sum += tallies[items[i].number].rating_sum;
		raters += items[i].raters;
	}
	for (size_t i = 0; i < count; i++) {
		double mean = raters > 0 ? (double)sum / (double)raters : 0;
		double own = (double)tallies[items[i].number].rating_sum;

		if (items[i].raters > 0)
			items[i].shrunk_satisfaction = (struct optional_number){
				.value = (5 * mean + own) / (5 + (double)items[i].raters),
				.present = true,
			};
	}
}

static int by_users(const void *left, const void *right)
{
	const struct item_use *a = left, *b = right;
	int order = (a->users < b->users) - (a->users > b->users);

	if (!order)
		order = strcmp(a->item, b->item);
	return order ? order : (a->kind > b->kind) - (a->kind < b->kind);
}

static void give_days(struct tally *tallies, size_t count, int64_t k, struct arena *arena)
{
	for (size_t i = 0; i < count; i++)
		if (tallies[i].dated > 0 && tallies[i].dated >= k)
			tallies[i].days = arena_array(arena, int32_t, (size_t)tallies[i].dated);
}

struct item_uses count_items(const struct cohorts *cohorts, const struct spells *spells,
			     struct arena *arena)
{
	const struct constants *constants = &cohorts->constants;
	size_t names = cohorts->names.count;
	struct tally *tallies = arena_array(arena, struct tally, names);
	struct item_uses uses = {
		.items = arena_array(arena, struct item_use, names),
		.levellers = (int64_t)spells->levellers,
	};

	for (size_t i = 0; i < spells->count; i++) {
		tally_ever(tallies, spells->items[i], constants);
		if (!spells->items[i]->event)
			continue;
		tally_use(tallies, spells->items[i], constants);
		uses.dated_levellers += tally_first(tallies, spells->items[i], constants);
	}
	give_days(tallies, names, constants->k, arena);
	for (size_t i = 0; i < spells->count; i++)
		if (spells->items[i]->event)
			tally_days(tallies, spells->items[i], constants);
	for (size_t i = 0; i < names; i++)
		if (tallies[i].users > 0)
			uses.items[uses.count++] = use_of(cohorts, spells, (uint32_t)i, &tallies[i],
							  uses.dated_levellers);
	shrink_satisfaction(uses.items, uses.count, tallies);
	if (uses.count > 1)
		qsort(uses.items, uses.count, sizeof(*uses.items), by_users);
	return uses;
}
