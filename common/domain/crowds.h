/*
 * Those at risk, counted day by day (compare.h): how many there are in each stratum and band, and
 * per subject how many of them are exposed to it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "members.h"

#define BANDS 12
#define STEP 4 /* subjects that are counted together */
#define LAST_EDGE \
	36 /* as many counted items as are looked at: beyond it the band is the last one */

/* Of the members whose marks have all bits of `with`. */
struct crowd {
	uint32_t with;
	bool by_team; /* strata; else all teams are in the first one of their basis */
	int64_t at_risk;
	int32_t at_risk_in[STRATA][BANDS]; /* by the number of counted items */
	/* [stratum][band][subject]: the exposed, by the number of their counted items, and by that
	 * of the others beside a subject. A row is `width` long, so that it can be walked in
	 * steps. */
	int32_t *by_all, *by_others;
};

struct crowds {
	struct crowd *items;
	size_t count;
	size_t width; /* the subjects, rounded up to steps */
	uint32_t own; /* of the subjects */
	uint8_t bands[LAST_EDGE + 1];
};

/* None yet, with room for that many. */
struct crowds crowds_new(size_t room, const struct subjects *subjects, struct arena *arena);
/* The place of this crowd, which is added when it is new. */
size_t crowds_add(struct crowds *crowds, uint32_t with, bool by_team, struct arena *arena);

/* He is at risk from now on, exposed to what has begun by then; no longer; and exposed to his next
 * onset. */
void crowds_enter(struct crowds *crowds, struct member *member);
void crowds_leave(struct crowds *crowds, const struct member *member);
void crowds_expose(struct crowds *crowds, struct member *member);

/* The bands of somebody with so many counted items: by all, and by the others beside a subject that
 * he is exposed to. */
static inline size_t crowds_band(const struct crowds *crowds, uint32_t counted)
{
	return crowds->bands[counted < LAST_EDGE ? counted : LAST_EDGE];
}

static inline size_t crowds_band_of_others(const struct crowds *crowds, uint32_t counted)
{
	return crowds_band(crowds, counted > crowds->own ? counted - crowds->own : 0);
}

static inline size_t crowd_stratum(const struct crowd *crowd, const struct member *member)
{
	return crowd->by_team ? member->stratum : member->stratum / TEAM_BANDS * TEAM_BANDS;
}

/* Where the row of a stratum and a band begins. */
static inline size_t crowds_row(const struct crowds *crowds, size_t stratum, size_t band)
{
	return (stratum * BANDS + band) * crowds->width;
}
