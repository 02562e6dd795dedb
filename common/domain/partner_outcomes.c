#include <math.h>
#include <stdlib.h>

#include "identity.h"
#include "instant.h"
#include "partner_outcomes.h"

#define PRIOR_VOTES 5.0 /* as of ratings (statistics §3): so much does the pattern's mean weigh */
#define SMALLEST_LIFT 0.01 /* as published: 0 has no logarithm */

/* A place per voter, in their order: sums are the same whatever the order of the spells. */
struct voter_use {
	bool found;    /* he has one of the spells */
	uint32_t used; /* bit i: partner i */
};

const struct pattern_voters *find_voters(const struct pattern_voters *all, size_t count,
					 const char *pattern_key)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(all[i].pattern_key, pattern_key) == 0)
			return &all[i];
	return NULL;
}

/* ---- whose votes ---- */

static uint64_t mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

static uint64_t fingerprint_of(const struct voter_score *voter)
{
	uint64_t who[2], score;

	memcpy(who, &voter->voter, sizeof(who));
	memcpy(&score, &voter->score, sizeof(score));
	return mix(mix(who[0] ^ mix(who[1])) ^ score);
}

static int ascending(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

struct fingerprints voters_fingerprints(const struct pattern_voters *voters, struct arena *arena)
{
	size_t count = voters ? voters->count : 0;
	uint64_t *items = arena_array(arena, uint64_t, count);

	for (size_t i = 0; i < count; i++)
		items[i] = fingerprint_of(&voters->items[i]);
	if (count > 1)
		qsort(items, count, sizeof(*items), ascending);
	return (struct fingerprints){ items, count };
}

/* ---- who used what before it ---- */

static const struct voter_score *voter_of_spell(const struct cohort_spell *spell,
						const struct pattern_voters *voters)
{
	struct uuid wanted = voter_of(spell->contractor_id, voters->pattern_key);
	size_t low = 0, high = voters->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = uuid_order(&voters->items[middle].voter, &wanted);

		if (order == 0)
			return &voters->items[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* By number of the name: the partner's bit; 0: none of them. */
static uint32_t *bits_of_names(const struct names *names, const pattern_items *partners,
			       struct arena *arena)
{
	uint32_t *bits = arena_array(arena, uint32_t, names->count);

	for (size_t i = 0; i < names->count; i++)
		for (size_t j = 0; j < partners->count && names->items[i].kind == ACTION_PARTNER;
		     j++)
			if (strcmp(names->items[i].item, partners->items[j].item) == 0)
				bits[i] = UINT32_C(1) << j;
	return bits;
}

static uint32_t used_before(const struct cohort_spell *spell, utc_us time, const uint32_t *bits)
{
	int64_t day = (time / US_PER_HOUR - spell->zero_hour) / 24;
	uint32_t used = 0;

	for (uint32_t i = 0; i < spell->items_count; i++)
		if (spell->items[i].day < day)
			used |= bits[spell->items[i].name];
	return used;
}

static struct voter_use *uses_of_voters(const struct cohorts *cohorts, const struct spells *spells,
					const struct pattern_voters *voters,
					const pattern_items *partners, struct arena *arena)
{
	struct voter_use *uses = arena_array(arena, struct voter_use, voters->count);
	const uint32_t *bits = bits_of_names(&cohorts->names, partners, arena);

	for (size_t i = 0; i < spells->count; i++) {
		const struct voter_score *voter = voter_of_spell(spells->items[i], voters);

		if (voter)
			uses[voter - voters->items] = (struct voter_use){
				true, used_before(spells->items[i], voter->latest, bits)
			};
	}
	return uses;
}

/* ---- what came of it ---- */

struct side {
	int64_t voters;
	double good, all; /* Σ w y, Σ w */
};

static void count_in(struct side *side, const struct voter_score *voter, utc_us as_of)
{
	double weight = vote_weight(voter->latest, as_of);

	side->voters++;
	side->good += weight * voter->score;
	side->all += weight;
}

static double shrunk(const struct side *side, double mean)
{
	return (PRIOR_VOTES * mean + side->good) / (PRIOR_VOTES + side->all);
}

static struct optional_number to_hundredths(double number)
{
	return (struct optional_number){ .value = floor(100 * number + 0.5) / 100,
					 .present = true };
}

static void set_outcomes(struct pattern_item *partner, const struct side *users,
			 const struct side *others, double mean, int64_t k)
{
	if (users->voters < k || others->voters < k)
		return;

	double success = shrunk(users, mean), otherwise = shrunk(others, mean);

	partner->outcome_users = (struct optional_int){ users->voters, true };
	partner->outcome_success = to_hundredths(success);
	partner->outcome_ratio = to_hundredths(otherwise > 0 ? success / otherwise : 1);
}

static double mean_of(const struct pattern_voters *voters, utc_us as_of)
{
	struct side all = { .voters = 0 };

	for (size_t i = 0; i < voters->count; i++)
		count_in(&all, &voters->items[i], as_of);
	return all.all > 0 ? all.good / all.all : 0;
}

void set_partner_outcomes(pattern_items *partners, const struct cohorts *cohorts,
			  const struct spells *spells, const struct pattern_voters *voters,
			  struct arena *arena)
{
	int64_t k = cohorts->constants.k;

	if (!voters || partners->count == 0 || (int64_t)voters->count < 2 * k)
		return;

	double mean = mean_of(voters, cohorts->as_of);
	const struct voter_use *uses = uses_of_voters(cohorts, spells, voters, partners, arena);

	for (size_t i = 0; i < partners->count; i++) {
		struct side sides[2] = { { .voters = 0 }, { .voters = 0 } };

		for (size_t j = 0; j < voters->count; j++)
			if (uses[j].found)
				count_in(&sides[uses[j].used >> i & 1], &voters->items[j],
					 cohorts->as_of);
		set_outcomes(&partners->items[i], &sides[1], &sides[0], mean, k);
	}
}

/* ---- lists ---- */

static const struct pattern_item *same_item(const pattern_items *list, const char *item)
{
	for (size_t i = 0; list && i < list->count; i++)
		if (strcmp(list->items[i].item, item) == 0)
			return &list->items[i];
	return NULL;
}

pattern_items partners_with_outcomes_of(const pattern_items *partners,
					const pattern_items *published, struct arena *arena)
{
	pattern_items list = {
		.items = arena_array(arena, struct pattern_item, partners->count),
		.count = partners->count,
	};

	for (size_t i = 0; i < list.count; i++) {
		const struct pattern_item none = { 0 }, *item = &partners->items[i];
		const struct pattern_item *said = same_item(published, item->item);

		said = said ? said : &none;
		list.items[i] = *item;
		list.items[i].outcome_users = said->outcome_users;
		list.items[i].outcome_success = said->outcome_success;
		list.items[i].outcome_ratio = said->outcome_ratio;
	}
	return list;
}

static char grade_of(const struct pattern_item *item)
{
	return item->grade ? item->grade[0] : 'A';
}

static double merit_of(const struct pattern_item *item)
{
	double ratio = item->outcome_ratio.present ? item->outcome_ratio.value : 1;
	double merit = grade_of(item) != 'D' && item->lift_low.present
			       ? fmax(SMALLEST_LIFT, item->lift_low.value)
			       : (double)item->users;

	return log(merit) + log(fmax(SMALLEST_LIFT, ratio));
}

static bool goes_before(const struct pattern_item *a, const struct pattern_item *b)
{
	if (grade_of(a) != grade_of(b))
		return grade_of(a) < grade_of(b);
	return merit_of(a) > merit_of(b);
}

void order_partners(pattern_items *partners)
{
	bool known = false;

	for (size_t i = 0; i < partners->count; i++)
		known |= partners->items[i].outcome_ratio.present;
	for (size_t i = 1; i < partners->count && known; i++) {
		struct pattern_item item = partners->items[i];
		size_t at = i;

		for (; at > 0 && goes_before(&item, &partners->items[at - 1]); at--)
			partners->items[at] = partners->items[at - 1];
		partners->items[at] = item;
	}
}
