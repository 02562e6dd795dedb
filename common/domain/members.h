/* Those who are compared, day by day: what compare.h walks along. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "cohort.h"

/* From its onset on somebody is exposed to a subject, has one more item, or both. */
struct onset {
	int32_t day;
	uint32_t counts : 1; /* among the others */
	uint32_t subject : 31;
};
#define NO_SUBJECT 0x7fffffffu /* only counted */

/* What he is exposed to and when; returns how many, at most his items and `room` more. */
typedef size_t find_onsets(const struct cohort_spell *spell, const void *closure,
			   struct onset *onsets);

/* Whatever somebody can be exposed to. */
struct subjects {
	size_t count;
	uint32_t own; /* 1: who is exposed to a subject has it among his counted items; else 0 */
	find_onsets *find;
	const void *closure;
	size_t room; /* for find() */
};

struct member {
	int32_t enter;
	uint32_t onsets_count;
	uint32_t exposed; /* that many of them have begun: the walk's to change, as is counted */
	uint32_t counted; /* c: that many of these count */
	uint32_t marks;   /* of his spell */
	uint8_t stratum;  /* basis and team band at entry, below STRATA */
	bool event;
	struct onset onsets[]; /* by day, all before he leaves */
};

#define TEAM_BANDS 5
#define STRATA (2 * TEAM_BANDS)

/* Members by day: those of day t are items[starts[t]] to items[starts[t + 1]], by their places. */
struct calendar {
	size_t *starts;
	uint32_t *items;
};

struct members {
	struct arena *arena;
	uint32_t *words; /* one struct member behind the other; a place is an index here */
	size_t end, room;
	size_t days; /* from 0 to the last one on which somebody leaves */
	struct calendar entries, adoptions, exits;
};

static inline struct member *member_at(const struct members *members, size_t place)
{
	return (void *)(members->words + place);
}

/* The spells' members in their order, on the calendars' days too. marks: by spell; NULL: none. All
 * of it is in the arena. */
struct members members_of(const struct spells *spells, const uint32_t *marks,
			  const struct subjects *subjects, struct arena *arena);
