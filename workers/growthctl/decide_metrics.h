/* How good predictions were, for validate. NAN: cannot be said. */
#pragma once

#include <stddef.h>

#include "arena.h"

/* A prediction, and what came of it. */
struct judged {
	double predicted;
	double observed; /* 0-1; 0 or 1 for what happens or not */
};

/*
 * value: the probability that of two, one with observed > 0.5 and one without, the first was
 * predicted higher; equal predictions count half. NAN when all are of one kind.
 * error: its standard error (DeLong, DeLong and Clarke-Pearson 1988). NAN when one kind has fewer
 * than two.
 */
struct area_under_curve {
	double value, error;
};
/* Sorts the array. */
struct area_under_curve area_under_curve(struct judged *items, size_t count);

/* The mean of (predicted - observed)². */
double brier_score(const struct judged *items, size_t count);

#define CALIBRATION_BINS 10

/* Predictions in [i/10, (i+1)/10), the last bin with 1. */
struct calibration_bin {
	size_t count;
	double predicted, observed; /* means */
};

struct calibration {
	struct calibration_bin bins[CALIBRATION_BINS];
	/* Expected calibration error: the mean over all of |predicted - observed| of their bins. */
	double error;
};

struct calibration calibrate(const struct judged *items, size_t count);

/* Spearman's rank correlation of predicted and observed, ties with their mean rank. NAN below two,
 * and when either is constant. */
double rank_correlation(const struct judged *items, size_t count, struct arena *arena);
