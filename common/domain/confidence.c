#include <math.h>

#include "confidence.h"
#include "special.h"

#define SCORE_QUANTILE 0.20
#define CERTAIN_FROM 10 /* contractors and voters together: fewer have a ceiling */

struct confidence calculate_pattern_confidence(int64_t sample_size, double consistency,
					       const struct outcome_evidence *outcomes, int64_t k)
{
	struct confidence confidence = { .score = 0 };
	double n = (double)sample_size, c = consistency, m = outcomes->pooled;
	int64_t seen = sample_size + outcomes->voters;

	if (sample_size < k)
		return confidence;

	double nu = 5 * n / (n + 20) * 5 / (5 + outcomes->good + outcomes->bad);

	confidence.alpha = 2 * m + nu * c + outcomes->good;
	confidence.beta = 2 * (1 - m) + nu * (1 - c) + outcomes->bad;
	confidence.expected = confidence.alpha / (confidence.alpha + confidence.beta);
	if (confidence.alpha <= 0)
		return confidence;
	confidence.score = confidence.beta <= 0 ? 1
						: beta_quantile(confidence.alpha, confidence.beta,
								SCORE_QUANTILE);
	if (seen < CERTAIN_FROM)
		confidence.score = fmin(confidence.score, (double)seen / (2 * CERTAIN_FROM));
	return confidence;
}

int64_t priority_of_confidence(double score)
{
	return (int64_t)fmax(1, fmin(10, floor(10 * score + 0.5)));
}
