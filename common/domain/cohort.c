/*
 * A cohort's spells lie behind each other in memory, in pieces of its own, and once more in the
 * order of their fingerprints: who walks a million of them, again and again, runs along with the
 * memory instead of waiting for it.
 */
#include <math.h>

#include "cohort.h"
#include "heap.h"
#include "instant.h"

#define PIECE_SIZE 65536
#define SORTED_ONE_BY_ONE 32 /* items at most */
#define AHEAD 16             /* that many are on their way from memory while one is copied */

static void release_cohorts(void *closure)
{
	struct cohorts *cohorts = closure;

	for (size_t i = 0; i < cohorts->count; i++)
		cohort_release_spells(&cohorts->items[i]);
	arena_release(&cohorts->scratch);
}

struct cohorts *cohorts_new(struct arena *arena, const struct vocabulary *vocabulary,
			    const struct constants *constants, utc_us as_of)
{
	struct cohorts *cohorts = arena_new(arena, struct cohorts);
	size_t tiers = vocabulary->tiers.count;

	cohorts->vocabulary = vocabulary;
	cohorts->constants = *constants;
	cohorts->as_of = as_of;
	cohorts->count = tiers > 0 ? tiers - 1 : 0;
	cohorts->items = arena_array(arena, struct cohort, cohorts->count);
	for (size_t i = 0; i < cohorts->count; i++) {
		cohorts->items[i].wanted = true;
		arena_init(&cohorts->items[i].spells);
	}
	names_init(&cohorts->names, arena);
	arena_init(&cohorts->scratch);
	arena_defer(arena, release_cohorts, cohorts);
	return cohorts;
}

struct cohorts *cohorts_like(const struct cohorts *cohorts, struct arena *arena)
{
	struct cohorts *like =
		cohorts_new(arena, cohorts->vocabulary, &cohorts->constants, cohorts->as_of);

	for (size_t i = 0; i < cohorts->count; i++)
		like->items[i].wanted = cohorts->items[i].wanted;
	return like;
}

/* By number in `from`: the number here. */
static uint32_t *join_names(struct names *names, const struct names *from, struct arena *arena)
{
	uint32_t *numbers = arena_array(arena, uint32_t, from->count);

	for (size_t i = 0; i < from->count; i++) {
		const struct name *name = &from->items[i];

		numbers[i] = names_add_hashed(names, name->kind, name->item, name->hash);
		names_label(names, numbers[i], name->label, name->label_time);
	}
	return numbers;
}

static void renumber_spells(struct cohort *cohort, const uint32_t *numbers)
{
	for (struct cohort_spell *spell = cohort->first; spell; spell = spell->next) {
		if (spell->stage != NO_NAME)
			spell->stage = numbers[spell->stage];
		for (uint32_t i = 0; i < spell->items_count; i++)
			spell->items[i].name = numbers[spell->items[i].name];
	}
}

static void join_spells(struct cohort *cohort, struct cohort *from)
{
	if (!from->first)
		return;
	if (cohort->last)
		cohort->last->next = from->first;
	else
		cohort->first = from->first;
	cohort->last = from->last;
	cohort->count += from->count;
	cohort->levellers += from->levellers;
	arena_adopt(&cohort->spells, &from->spells);
	from->first = from->last = NULL;
}

void cohorts_join(struct cohorts *cohorts, struct cohorts *from)
{
	const uint32_t *numbers = join_names(&cohorts->names, &from->names, &cohorts->scratch);

	for (size_t i = 0; i < cohorts->count; i++) {
		renumber_spells(&from->items[i], numbers);
		join_spells(&cohorts->items[i], &from->items[i]);
	}
	arena_reset(&cohorts->scratch);
}

/* In sanitizer builds each spell is an allocation of its own, so an overrun is caught. */
static struct cohort_spell *new_spell(struct cohort *cohort, size_t items)
{
	size_t size = sizeof(struct cohort_spell) + items * sizeof(struct cohort_item);
	struct cohort_spell *spell;

#ifdef GROWTH_SANITIZED
	spell = arena_alloc(&cohort->spells, size);
#else
	if (cohort->room_size < size) {
		cohort->room_size = size > PIECE_SIZE ? size : PIECE_SIZE;
		cohort->room = arena_alloc(&cohort->spells, cohort->room_size);
	}
	spell = (void *)cohort->room;
	cohort->room += size;
	cohort->room_size -= size;
#endif
	if (cohort->last)
		cohort->last->next = spell;
	else
		cohort->first = spell;
	cohort->last = spell;
	return spell;
}

_Static_assert(sizeof(struct cohort_spell) % _Alignof(struct cohort_spell) == 0 &&
		       sizeof(struct cohort_item) % _Alignof(struct cohort_spell) == 0,
	       "a spell ends where the next one may begin");

static double number_or_nan(const struct optional_number *number)
{
	return number->present ? number->value : NAN;
}

static double revenue_growth(const struct spell *spell)
{
	if (!spell->revenue.present || !spell->revenue_after.present || spell->revenue.value <= 0)
		return NAN;
	return 100 * (spell->revenue_after.value / spell->revenue.value - 1);
}

/* splitmix64's last step: every bit of x shows in every bit of the result. */
static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

bool is_held_out(int64_t contractor_id)
{
	return mix((uint64_t)contractor_id) % 5 == 0;
}

static uint64_t bits_of(double number)
{
	uint64_t bits;

	memcpy(&bits, &number, sizeof(bits));
	return isnan(number) ? 0 : bits;
}

/* What moves with as_of for everybody is not his: neither the window's start nor the end of what is
 * open. */
static uint64_t fingerprint_of(const struct names *names, int64_t contractor_id,
			       const struct spell *whole, const struct cohort_spell *spell)
{
	const uint64_t said[] = {
		(uint64_t)contractor_id,
		(uint64_t)whole->entered,
		whole->open ? UINT64_MAX : (uint64_t)spell->leave,
		(uint64_t)spell->event << 1 | (uint64_t)spell->basis,
		spell->stage == NO_NAME ? 0 : names->items[spell->stage].hash,
		bits_of(spell->team),
		bits_of(spell->team_after),
		bits_of(spell->revenue_growth),
	};
	uint64_t print = 0, done = 0;

	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++)
		print = mix(print ^ said[i]);
	for (size_t i = 0; i < spell->items_count; i++) {
		const struct cohort_item *item = &spell->items[i];
		uint64_t when = (uint64_t)(item->day + 1) << 4 | item->rating;

		done += mix(names->items[item->name].hash ^ mix(when));
	}
	return mix(print ^ done);
}

void cohorts_add(struct cohorts *cohorts, size_t from, int64_t contractor_id,
		 const struct spell *spell)
{
	struct cohort *cohort = &cohorts->items[from];
	struct cohort_spell *kept = new_spell(cohort, spell->items_count);

	kept->enter = (int32_t)spell->enter;
	kept->leave = (int32_t)spell->leave;
	kept->event = spell->event;
	kept->held_out = is_held_out(contractor_id);
	kept->basis = spell->basis;
	kept->zero_hour = (int32_t)(spell->zero / US_PER_HOUR);
	kept->contractor_id = (int32_t)contractor_id;
	kept->stage = names_add(&cohorts->names, ACTION_ABSENT, spell->stage);
	kept->last_day = (int32_t)(instant_days_between(0, spell->zero) + spell->leave);
	kept->team = number_or_nan(&spell->team);
	kept->team_after = number_or_nan(&spell->team_after);
	kept->revenue_growth = revenue_growth(spell);
	kept->items_count = (uint32_t)spell->items_count;
	for (size_t i = 0; i < spell->items_count; i++) {
		const struct spell_item *item = &spell->items[i];

		kept->items[i].name =
			names_add_hashed(&cohorts->names, item->kind, item->item, item->hash);
		kept->items[i].day = item->held ? HELD_AT_ENTRY : (int32_t)item->day & 0x7ffffff;
		kept->items[i].rating = (unsigned)item->rating & 0xf;
		names_label(&cohorts->names, kept->items[i].name, item->name, item->name_time);
	}
	kept->fingerprint = fingerprint_of(&cohorts->names, contractor_id, spell, kept);
	cohort->count++;
	cohort->levellers += spell->event;
}

size_t analyze_revenue_transitions(struct cohorts *cohorts, const struct history *history)
{
	struct runs runs = runs_of(history, cohorts->as_of, &cohorts->constants, &cohorts->scratch);
	size_t found = 0;

	for (size_t from = 0; from < cohorts->count; from++) {
		struct spell spell;

		if (!cohorts->items[from].wanted)
			continue;
		if (!spell_of(history, &runs, (int)from, (int)from + 1, &cohorts->constants,
			      &cohorts->scratch, &spell))
			continue;
		cohorts_add(cohorts, from, history->contractor_id, &spell);
		found++;
	}
	arena_reset(&cohorts->scratch);
	return found;
}

void cohort_release_spells(struct cohort *cohort)
{
	arena_release(&cohort->spells);
	cohort->first = cohort->last = NULL;
	cohort->room = NULL;
	cohort->room_size = 0;
}

/* Of a spell, without a look at it. */
struct place {
	uint64_t fingerprint;
	const struct cohort_spell *spell;
};

static int by_fingerprint(const void *left, const void *right)
{
	const struct place *a = left, *b = right;

	return (a->fingerprint > b->fingerprint) - (a->fingerprint < b->fingerprint);
}

static size_t size_of(const struct cohort_spell *spell)
{
	return sizeof(*spell) + spell->items_count * sizeof(*spell->items);
}

/* Returns what they take. */
static size_t sort_places(const struct cohort *cohort, struct place *places)
{
	size_t count = 0, size = 0;

	for (const struct cohort_spell *spell = cohort->first; spell; spell = spell->next) {
		places[count++] = (struct place){ spell->fingerprint, spell };
		size += size_of(spell);
	}
	if (count > 1)
		qsort(places, count, sizeof(*places), by_fingerprint);
	return size;
}

static int by_day(const void *left, const void *right)
{
	const struct cohort_item *a = left, *b = right;

	return (a->day > b->day) - (a->day < b->day);
}

/* Few, and mostly in order. Where they are many, of different profiles and actions, one by one
 * would take too long. */
static void sort_items(struct cohort_item *items, size_t count)
{
	if (count > SORTED_ONE_BY_ONE) {
		qsort(items, count, sizeof(*items), by_day);
		return;
	}
	for (size_t i = 1; i < count; i++) {
		struct cohort_item item = items[i];
		size_t place = i;

		for (; place > 0 && items[place - 1].day > item.day; place--)
			items[place] = items[place - 1];
		items[place] = item;
	}
}

/* With the items in the order of their days. */
static struct cohort_spell *copy_spell(const struct cohort_spell *spell, char *room)
{
	struct cohort_spell *copy = memcpy(room, spell, size_of(spell));

	sort_items(copy->items, copy->items_count);
	return copy;
}

struct spells cohort_spells(const struct cohorts *cohorts, size_t from, struct arena *arena)
{
	const struct cohort *cohort = &cohorts->items[from];
	struct spells all = {
		.items = arena_array(arena, const struct cohort_spell *, cohort->count),
		.count = cohort->count,
		.levellers = cohort->levellers,
	};
	struct place *places = heap_zeroed(cohort->count, sizeof(*places));
	char *room = arena_alloc(arena, sort_places(cohort, places));

	for (size_t i = 0; i < cohort->count; i++) {
		if (i + AHEAD < cohort->count)
			__builtin_prefetch(places[i + AHEAD].spell);
		all.items[i] = copy_spell(places[i].spell, room);
		room += size_of(places[i].spell);
	}
	free(places);
	return all;
}

struct spells spells_where(const struct spells *spells,
			   bool (*wanted)(const struct spells *spells, size_t place,
					  const void *closure),
			   const void *closure, struct arena *arena)
{
	struct spells some = {
		.items = arena_array(arena, const struct cohort_spell *, spells->count),
	};

	for (size_t i = 0; i < spells->count; i++)
		if (wanted(spells, i, closure)) {
			some.items[some.count++] = spells->items[i];
			some.levellers += spells->items[i]->event;
		}
	return some;
}

bool *names_in_category(const struct cohorts *cohorts, const char *category, struct arena *arena)
{
	bool *in = arena_array(arena, bool, cohorts->names.count);

	for (size_t i = 0; i < cohorts->names.count; i++) {
		const struct name *name = &cohorts->names.items[i];

		if (name->kind == ACTION_ABSENT)
			continue;

		const char *id =
			arena_printf(arena, "%s:%s", action_kind_names[name->kind], name->item);

		in[i] = strcmp(label_of(&cohorts->vocabulary->categories, id), category) == 0;
	}
	return in;
}
