/*
 * Which actions matter (statistics §3). What winners did says nothing: popular things are popular
 * with winners too, and whoever stays longer collects more. So each level-up is compared with the
 * contractors at risk that very day, in the same stratum and with a similar number of other actions
 * so far.
 *
 * For each level-up (case c, day t, weight w = S(t-), the Kaplan-Meier curve of all the spells just
 * before t, left unchanged on days with fewer than k at risk) and each subject i:
 *   stratum  basis, and team band at entry (<=5, <=15, <=50, >50, unknown) once n >= 200
 *   o(x)     number of other items that x is exposed to on day t, in bands with the lower edges
 *            0 1 2 3 4 6 8 11 15 20 27 36
 *   p        the exposed share of the peers: all at risk on day t, the case included, in the case's
 *            stratum and band of o;   h = 1 if the case is exposed
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "cohort.h"
#include "items.h"
#include "compare.h"

/* Fills the items' lifts. The same whatever the order of the contractors, to the last bit. */
void measure_lifts(const struct cohorts *cohorts, const struct spells *spells,
		   struct item_use *items, size_t count, struct arena *arena);

/* The same in several parts of the spells at once: by part, by place in `items`. marks: by spell
 * (compare.h). */
struct compared *measure_parts(const struct cohorts *cohorts, const struct comparison *parts,
			       const struct item_use *items, size_t count, struct arena *arena);

/* A set of items, all of which somebody has to be exposed to: from the latest of their onsets. */
struct item_set {
	const uint32_t *members; /* places in `candidates` below, ascending */
	size_t count;
	int64_t users; /* levellers exposed to all members: the support */
	struct lift lift;
};

/*
 * The same for sets of some candidates (numbers of names). Others are here the items that are no
 * candidates, so that a set and its parts are compared with the same peers. Fills users and lift.
 */
void measure_set_lifts(const struct cohorts *cohorts, const struct spells *spells,
		       const uint32_t *candidates, size_t candidates_count, struct item_set *sets,
		       size_t sets_count, struct arena *arena);

/*
 * A sub-cohort's lift leans on that of the rest of its cohort: with weights w1 = 1/se² and
 * w2 = 1/(0.04 + rest se²) log_lift is the weighted mean and se = 1/sqrt(w1 + w2) (statistics §5).
 * The sums stay.
 */
void lean_on_rest(struct lift *lift, const struct lift *rest);
