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

/* An item compared in time (statistics §3, lift.h). Sums over the level-ups. */
struct lift {
	double observed;     /* O = Σ w h */
	double expected;     /* E = Σ w p */
	double variance;     /* V = Σ w² p(1-p) */
	double with;         /* R = Σ w h(1-p) */
	double without;      /* Q = Σ w (1-h)p */
	double control_rate; /* Σ p / n */
	double log_lift;     /* ln((R + 0.25)/(Q + 0.25)) */
	double se;           /* sqrt((V + 0.25)/((R + 0.25)(Q + 0.25))) */
};

/*
 * One item. It counts as used by a leveller if its onset is before the level-up: X < D. n is the
 * number of levellers.
 */
struct item_use {
	enum action_kind kind;
	const char *item;
	const char *name; /* for people; NULL: none known */
	uint32_t number;  /* in cohorts.names */
	int64_t users;    /* > 0 */
	/* Of a sub-cohort's item: the same in the whole cohort; NULL: it is that. */
	const struct item_use *all;
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
	/* For audit: levellers with and without it, others with and without it (X < D). */
	int64_t ever[4];
	struct lift lift; /* of measure_lifts() */
	/* Of grade_items(), for users >= k: how far beyond the typical action, its upper tail, and
	 * Benjamini-Hochberg's q. */
	double z, p, q;
	enum grade grade;
};

struct item_uses {
	struct item_use *items; /* by users, most first; then item, then kind */
	size_t count;
	int64_t levellers;       /* n */
	int64_t dated_levellers; /* with at least one dated counted action */
};

/* The item in the whole cohort. */
static inline const struct item_use *whole_use(const struct item_use *use)
{
	return use->all ? use->all : use;
}

/* Counts the items of the spells. The result is in the arena; text belongs to the cohorts. The same
 * whatever the order of the contractors, to the last bit. */
struct item_uses count_items(const struct cohorts *cohorts, const struct spells *spells,
			     struct arena *arena);
