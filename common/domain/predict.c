/* Predictions of survival.h. */
#include <math.h>

#include "special.h"
#include "survival.h"

#define LOW 0.15
#define MEDIAN 0.50
#define HIGH 0.85
#define WEIGHT_SLACK 1e-9
#define FEW_LEVELLERS 30 /* fewer: log-normal */
/* What is known of the spread of ln T before any data: sd 0.55, worth 4 observations. */
#define PRIOR_SD 0.55
#define PRIOR_WEIGHT 4.0

static struct optional_number known(double value)
{
	return (struct optional_number){ .value = value, .present = true };
}

struct log_normal {
	double mean, scale, df, base;
};

static double log_normal_quantile(const struct log_normal *fit, double q)
{
	return exp(fit->mean +
		   fit->scale * student_quantile(fit->base + q * (1 - fit->base), fit->df));
}

struct timeline predict_log_normal(const int64_t *days, size_t levellers, double months,
				   const struct constants *constants)
{
	struct timeline nothing = { .method = NULL };
	double n = (double)levellers, sum = 0, squares = PRIOR_WEIGHT * PRIOR_SD * PRIOR_SD;

	if (levellers == 0 || levellers < (size_t)constants->k)
		return nothing;
	for (size_t i = 0; i < levellers; i++)
		sum += log((double)days[i] / constants->month_days);

	struct log_normal fit = { .mean = sum / n, .df = PRIOR_WEIGHT + n - 1 };

	for (size_t i = 0; i < levellers; i++) {
		double off = log((double)days[i] / constants->month_days) - fit.mean;

		squares += off * off;
	}
	fit.scale = sqrt(squares / fit.df) * sqrt(1 + 1 / n);
	if (months > 0)
		fit.base = student_cdf((log(months) - fit.mean) / fit.scale, fit.df);
	if (!isfinite(log_normal_quantile(&fit, HIGH)))
		return nothing;
	return (struct timeline){
		.method = "log_normal",
		.low = known(log_normal_quantile(&fit, LOW)),
		.median = known(log_normal_quantile(&fit, MEDIAN)),
		.high = known(log_normal_quantile(&fit, HIGH)),
	};
}

/* The first day among rows[first..] by which the share q of the jumps' weight has come. */
static double jump_quantile(const struct km *km, size_t first, double before, double q)
{
	double total = before - km->rows[km->count - 1].survival;
	size_t i = first;

	while (i + 1 < km->count && before - km->rows[i].survival < q * total - WEIGHT_SLACK)
		i++;
	return (double)km->rows[i].day;
}

struct timeline predict_kaplan_meier(const struct km *guarded, double months,
				     const struct constants *constants)
{
	double spent = months * constants->month_days, before = 1;
	size_t first = 0;

	for (; first < guarded->count && (double)guarded->rows[first].day <= spent; first++)
		before = guarded->rows[first].survival;
	/* Who entered late may follow where all of those before him have gone: nothing is left to
	 * share. */
	if (before <= 0 || guarded->count - first < (size_t)constants->k)
		return (struct timeline){ .method = NULL };

	const struct km_row *last = &guarded->rows[guarded->count - 1];
	double month = constants->month_days;

	return (struct timeline){
		.method = "kaplan_meier",
		.low = known(jump_quantile(guarded, first, before, LOW) / month),
		.median = known(jump_quantile(guarded, first, before, MEDIAN) / month),
		.high = known(jump_quantile(guarded, first, before, HIGH) / month),
		.p_by_horizon = known((before - last->survival) / before),
		.horizon = known((double)last->day / month),
	};
}

struct km guarded_curve(const struct time_data *data, const struct constants *constants,
			struct arena *arena)
{
	struct km curve = kaplan_meier(data->durations, data->count, constants->z, arena);

	return km_guard(&curve, constants->k, constants->z, arena);
}

struct timeline predict_time_by(const struct time_data *data, const struct km *guarded,
				double months, const struct constants *constants)
{
	struct timeline timeline =
		data->levellers < FEW_LEVELLERS
			? predict_log_normal(data->days, data->levellers, months, constants)
			: predict_kaplan_meier(guarded, months, constants);

	if (timeline.method)
		timeline.basis = data->basis == BASIS_OBSERVED ? "tier_entry" : "first_seen";
	return timeline;
}

struct timeline predict_time(const struct time_data *data, double months,
			     const struct constants *constants, struct arena *arena)
{
	struct km guarded = guarded_curve(data, constants, arena);

	return predict_time_by(data, &guarded, months, constants);
}
