/* Partners of score.h. */
#include <math.h>

#include "score.h"

#define LARGEST_BOOST 0.15
#define FULL_USAGE 0.89 /* this usage and good ratings give the whole boost */
#define WORST_RATING 2.5
#define RATING_SPAN 1.5

double partner_boost(double usage_rate, struct optional_number satisfaction, double rank_ratio)
{
	double usage = fmin(1, usage_rate / FULL_USAGE), rating = 1;

	if (satisfaction.present)
		rating = fmax(0, fmin(1, (satisfaction.value - WORST_RATING) / RATING_SPAN));
	return LARGEST_BOOST * usage * rating * rank_ratio;
}

struct partner_support best_partner_boost(const pattern_matches *matches,
					  const struct pattern *const *patterns,
					  const char *partner_id)
{
	struct partner_support best = { .pattern = NULL };
	double best_score = 0;

	for (size_t i = 0; i < matches->count; i++)
		best_score = fmax(best_score, matches->items[i].match_score);
	for (size_t i = 0; i < matches->count; i++) {
		const pattern_items *partners = patterns[i] ? &patterns[i]->common_partners : NULL;
		double ratio = best_score > 0 ? matches->items[i].match_score / best_score : 0;

		for (size_t j = 0; partners && j < partners->count; j++) {
			const struct pattern_item *item = &partners->items[j];

			if (strcmp(item->item, partner_id) != 0)
				continue;
			double boost =
				partner_boost(item->usage_rate, item->shrunk_satisfaction, ratio);

			if (!best.pattern || boost > best.boost)
				best = (struct partner_support){ boost, patterns[i], item };
		}
	}
	return best;
}

double boosted_score(double score, double boost)
{
	return fmin(1, score * (1 + boost));
}
