/*
 * A table of two by two: who used an item against who levelled up, ever (statistics §3). It is kept
 * for audit and never decides: whoever stays longer in a tier collects more actions.
 */
#pragma once

#include <stdint.h>

/* Counts >= 0, their sum below 2^31. */
struct contingency {
	int64_t winners_with, winners_without, others_with, others_without;
};

/* Haldane's odds ratio (a + 0.5)(d + 0.5) / ((b + 0.5)(c + 0.5)): finite with empty cells too. */
double haldane_odds_ratio(const struct contingency *table);

/*
 * Fisher's exact test, given the margins. Two-sided: the probability of all tables no more likely
 * than the seen one, to a relative tolerance of 1e-7; greater: of at least as many winners with.
 * Below 1e-290 the digits go, and then all becomes 0.
 */
double fisher_two_sided(const struct contingency *table);
double fisher_greater(const struct contingency *table);

/* Pearson's statistic without correction for continuity, and its p (one degree of freedom). An
 * empty margin tells nothing: 0 and 1. */
struct chi_square {
	double statistic, p;
};

struct chi_square chi_square_of(const struct contingency *table);
