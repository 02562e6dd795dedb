/* How much a pattern is worth (statistics §6). */
#pragma once

#include <stdint.h>

/* What goals made from a pattern came to: see count_votes() in outcome.h. All zero, pooled 0.5:
 * nothing known yet. */
struct outcome_evidence {
	double good, bad; /* a, b >= 0: weighted votes for and against */
	int64_t voters;   /* n_out >= 0 */
	double pooled;    /* m in [0, 1]: the success rate of all patterns, pooled_success() */
};

struct confidence {
	double score;    /* 0-1: for ranking and gating */
	double expected; /* 0-1: for wording ("about 74 % of such goals work out") */
	double alpha, beta;
};

/*
 * sample_size n >= 0, consistency c in [0, 1], k the smallest n that counts:
 *   nu = 5·n/(n+20) · 5/(5+a+b): what the cohort is worth in outcomes, fading as outcomes arrive
 *   alpha = 2m + nu·c + a, beta = 2(1-m) + nu(1-c) + b
 *   score = 20 % quantile of Beta(alpha, beta), at most (n + n_out)/20 if n + n_out < 10
 *   expected = alpha/(alpha+beta)
 * n < k: all zero. The score is in [0, 1], rises with every success, falls with every failure,
 * rises with c, and rises with n wherever c >= expected and beta >= 1. (With a smaller beta the
 * distribution piles up at 1, its quantile may lie above its mean, and more of the same may cost a
 * hundredth.)
 */
struct confidence calculate_pattern_confidence(int64_t sample_size, double consistency,
					       const struct outcome_evidence *outcomes, int64_t k);

/* A goal's priority from its pattern's confidence: clamp(floor(10·score + 0.5), 1, 10). */
int64_t priority_of_confidence(double score);
