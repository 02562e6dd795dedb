/*
 * A cohort's spells lie behind each other in memory, in pieces of its own: who walks a million of
 * them runs along with the memory instead of waiting for it.
 */
#include <math.h>

#include "cohort.h"

#define PIECE_SIZE 65536

static void release_scratch(void *scratch)
{
	arena_release(scratch);
}

struct cohorts *cohorts_new(struct arena *arena, const struct vocabulary *vocabulary,
			    const struct constants *constants, utc_us as_of)
{
	struct cohorts *cohorts = arena_new(arena, struct cohorts);
	size_t tiers = vocabulary->tiers.count;

	cohorts->vocabulary = vocabulary;
	cohorts->constants = *constants;
	cohorts->as_of = as_of;
	cohorts->arena = arena;
	cohorts->count = tiers > 0 ? tiers - 1 : 0;
	cohorts->items = arena_array(arena, struct cohort, cohorts->count);
	for (size_t i = 0; i < cohorts->count; i++)
		cohorts->items[i].wanted = true;
	names_init(&cohorts->names, arena);
	arena_init(&cohorts->scratch);
	arena_defer(arena, release_scratch, &cohorts->scratch);
	return cohorts;
}

/* In sanitizer builds each spell is an allocation of its own, so an overrun is caught. */
static struct cohort_spell *new_spell(struct cohorts *cohorts, struct cohort *cohort, size_t items)
{
	size_t size = sizeof(struct cohort_spell) + items * sizeof(struct cohort_item);
	struct cohort_spell *spell;

#ifdef GROWTH_SANITIZED
	spell = arena_alloc(cohorts->arena, size);
#else
	if (cohort->room_size < size) {
		cohort->room_size = size > PIECE_SIZE ? size : PIECE_SIZE;
		cohort->room = arena_alloc(cohorts->arena, cohort->room_size);
	}
	spell = (void *)cohort->room;
	cohort->room += size;
	cohort->room_size -= size;
#endif
	if (cohort->last)
		cohort->last->next = spell;
	else
		cohort->spells = spell;
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

void cohorts_add(struct cohorts *cohorts, size_t from, const struct spell *spell)
{
	struct cohort *cohort = &cohorts->items[from];
	struct cohort_spell *kept = new_spell(cohorts, cohort, spell->items_count);

	kept->enter = (int32_t)spell->enter;
	kept->leave = (int32_t)spell->leave;
	kept->event = spell->event;
	kept->basis = spell->basis;
	kept->stage = names_add(&cohorts->names, ACTION_ABSENT, spell->stage);
	kept->team = number_or_nan(&spell->team);
	kept->team_after = number_or_nan(&spell->team_after);
	kept->revenue_growth = revenue_growth(spell);
	kept->items_count = (uint32_t)spell->items_count;
	for (size_t i = 0; i < spell->items_count; i++) {
		const struct spell_item *item = &spell->items[i];

		kept->items[i].name = names_add(&cohorts->names, item->kind, item->item);
		kept->items[i].day = item->held ? HELD_AT_ENTRY : (int32_t)item->day & 0x7ffffff;
		kept->items[i].rating = (unsigned)item->rating & 0xf;
		names_label(&cohorts->names, kept->items[i].name, item->name, item->name_time);
	}
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
		cohorts_add(cohorts, from, &spell);
		found++;
	}
	arena_reset(&cohorts->scratch);
	return found;
}

int64_t cohort_item_onset(const struct cohort_item *item, const struct constants *constants)
{
	return item->day == HELD_AT_ENTRY ? 0 : item->day + constants->lag_days;
}
