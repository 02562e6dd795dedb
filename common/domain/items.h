/*
 * What the contractors of a transition who levelled up did: raw counts (statistics §2). They stay
 * inside the analyzer; publish.h says what others may know of them.
 */
#pragma once

#include "arena.h"
#include "cohort.h"
#include "grade.h"
#include "messages.h"
#include "special.h"
#include "values.h"

/*
 * One item. It counts as used by a leveller if its onset is before the level-up: X < D. n is the
 * number of levellers.
 */
struct item_use {
	enum action_kind kind;
	const char *item;
	const char *name;      /* for people; NULL: none known */
	uint32_t number;       /* in cohorts.names */
	int64_t users;         /* > 0 */
	double usage_rate;     /* users / n */
	struct interval usage; /* Wilson limits of it */
	/* Among levellers with a dated counted action: how many did this one first (smallest day;
	 * k-way ties give 1/k). */
	double first_count;
	struct optional_number first_share; /* first_count / those levellers; absent: none */
	int64_t dated_users; /* users who did it in the spell, rather than having it at entry */
	struct optional_number median_adoption_months; /* their median day; with >= k of them */
	int64_t raters;                                /* partners: users who rated it */
	struct optional_number satisfaction;           /* mean of their latest ratings */
	/* (5·m0 + sum of ratings)/(5 + raters), m0 = mean of all partners' ratings here: few
	 * ratings say little. */
	struct optional_number shrunk_satisfaction;
	enum grade grade; /* GRADE_NONE until grade_items() */
};

struct item_uses {
	struct item_use *items; /* by users, most first; then item, then kind */
	size_t count;
	int64_t dated_levellers; /* with at least one dated counted action */
};

/* Counts the items of cohorts->items[from]. The result is in the arena; text belongs to the
 * cohorts. The same whatever the order of the contractors, to the last bit. */
struct item_uses count_items(const struct cohorts *cohorts, size_t from, struct arena *arena);
