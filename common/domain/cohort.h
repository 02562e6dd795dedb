/*
 * All contractors' spells, by transition: what patterns are made of. Fed contractor by contractor,
 * so that only the spells are held and never a million histories. The order of the contractors does
 * not matter.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "constants.h"
#include "names.h"
#include "spell.h"
#include "vocabulary.h"

/* struct spell_item in 8 bytes. */
struct cohort_item {
	uint32_t name;       /* in cohorts.names */
	signed day : 28;     /* the first day, HELD_AT_ENTRY for a state */
	unsigned rating : 4; /* 1-5, 0: none */
};
#define HELD_AT_ENTRY (-1)

/* struct spell without what is not counted. NAN: unknown. */
struct cohort_spell {
	struct cohort_spell *next;
	int32_t enter, leave; /* days: at risk on day t if enter < t <= leave */
	bool event;           /* levelled up on day `leave` */
	bool held_out;        /* is_held_out() */
	enum basis basis;
	uint32_t stage;        /* at entry, in cohorts.names; NO_NAME: unknown */
	int32_t last_day;      /* the day of `leave`, since 1970 */
	int32_t zero_hour;     /* time zero, in hours since 1970 */
	double team;           /* people at entry */
	double team_after;     /* people at the level-up */
	double revenue_growth; /* per cent of annual revenue from entry to level-up */
	/* Of whose it is and all that it says; neither the end of one that is open counts nor where
	 * window_days has it begin: both move with as_of. Two that differ have different ones, as
	 * far as 64 bits go. */
	uint64_t fingerprint;
	int32_t contractor_id;
	uint32_t items_count;
	struct cohort_item items[]; /* each name once */
};

/* The spells of one transition, in no particular order. */
struct cohort {
	bool wanted; /* false: its spells are not collected */
	struct cohort_spell *first;
	size_t count;     /* contractors at risk */
	size_t levellers; /* n: spells with event */
	struct cohort_spell *last;
	struct arena spells; /* what they live in */
	char *room;          /* for the next ones */
	size_t room_size;
};

/* Some of a transition's spells: all of them, a sub-cohort, those that a test holds out. */
struct spells {
	const struct cohort_spell **items; /* by fingerprint: not the order of arrival */
	size_t count;
	size_t levellers; /* those with event */
};

struct pattern_voters;

struct cohorts {
	const struct vocabulary *vocabulary;
	struct constants constants;
	utc_us as_of;
	struct arena scratch; /* one contractor's spells */
	struct names names;
	struct cohort *items; /* items[r]: from the tier of rank r to the next one */
	size_t count;         /* the number of tiers less 1; 0 for fewer than 2 tiers */
	/* Who has voted on which pattern (partner_outcomes.h); the caller may set them. */
	const struct pattern_voters *voters;
	size_t voters_count;
};

/*
 * Empty cohorts of every transition of the vocabulary's ladder, all wanted; the caller may set
 * items[r].wanted to false before the first contractor. They live in the arena and keep a pointer
 * to the vocabulary. The spells have arenas of their own that are released with it.
 */
struct cohorts *cohorts_new(struct arena *arena, const struct vocabulary *vocabulary,
			    const struct constants *constants, utc_us as_of);

/* Empty ones of the same transitions, for other contractors of the same history. */
struct cohorts *cohorts_like(const struct cohorts *cohorts, struct arena *arena);
/* Takes over all spells of `from`, of such cohorts; `from` is of no use then. */
void cohorts_join(struct cohorts *cohorts, struct cohorts *from);

/* Adds a contractor's spell, of spell_of() or of a store of them, to the cohort of the transition
 * from rank `from`. Copies what it keeps. */
void cohorts_add(struct cohorts *cohorts, size_t from, int64_t contractor_id,
		 const struct spell *spell);

/*
 * Finds one contractor's spells in all wanted transitions, adds them and returns their number. The
 * history is sorted (spell.h) and not kept. Call it once for each contractor who is not erased.
 */
size_t analyze_revenue_transitions(struct cohorts *cohorts, const struct history *history);

/* Releases the spells; their numbers and all names stay. */
void cohort_release_spells(struct cohort *cohort);

/* Copies of all spells of cohorts->items[from], with the items in the order of their days. They
 * live in the arena. */
struct spells cohort_spells(const struct cohorts *cohorts, size_t from, struct arena *arena);
/* Those of them for which `wanted` says so, by their places. */
struct spells spells_where(const struct spells *spells,
			   bool (*wanted)(const struct spells *spells, size_t place,
					  const void *closure),
			   const void *closure, struct arena *arena);

/* Whether a contractor is among the fifth, by a hash of his id, that a pattern is tested on before
 * it is published (statistics §8). */
bool is_held_out(int64_t contractor_id);

/* By number of the name: whether it is of the category (vocabulary.categories). In the arena. */
bool *names_in_category(const struct cohorts *cohorts, const char *category, struct arena *arena);

/* Onset X, from when the item can have had an effect: exposed on day t if X < t (statistics §2).
 * day + lag_days; 0 for a state. */
static inline int64_t cohort_item_onset(const struct cohort_item *item,
					const struct constants *constants)
{
	return item->day == HELD_AT_ENTRY ? 0 : item->day + constants->lag_days;
}
