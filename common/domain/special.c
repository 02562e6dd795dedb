/*
 * The incomplete beta function by its continued fraction (modified Lentz), on the side of the mean
 * where it converges fast; the inverse by Newton steps kept inside a bracket, so that it always
 * ends.
 */
#include <math.h>
#include <stdbool.h>

#include "special.h"

#define TINY 1e-300
#define EPSILON 1e-15

static double away_from_zero(double value)
{
	return fabs(value) < TINY ? TINY : value;
}

/* The continued fraction of I_x(a, b), for x <= (a + 1)/(a + b + 2). Needs about sqrt(max(a, b))
 * rounds. */
static double beta_fraction(double a, double b, double x)
{
	double c = 1;
	double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
	double result = d;

	for (int i = 1; i <= 10000; i++) {
		double m = i;
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));

		d = 1 / away_from_zero(1 + even * d);
		c = away_from_zero(1 + even / c);
		result *= d * c;
		d = 1 / away_from_zero(1 + odd * d);
		c = away_from_zero(1 + odd / c);
		result *= d * c;
		if (fabs(d * c - 1) < EPSILON)
			break;
	}
	return result;
}

/* ln Γ(x), without lgamma()'s global sign. */
static double ln_gamma(double x)
{
	int sign;

	return lgamma_r(x, &sign);
}

static double ln_beta(double a, double b)
{
	return ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
}

double beta_cdf(double a, double b, double x)
{
	if (x <= 0)
		return 0;
	if (x >= 1)
		return 1;

	double front = exp(a * log(x) + b * log1p(-x) - ln_beta(a, b));

	if (x <= (a + 1) / (a + b + 2))
		return fmin(1, front * beta_fraction(a, b, x) / a);
	return fmax(0, 1 - front * beta_fraction(b, a, 1 - x) / b);
}

double beta_quantile(double a, double b, double p)
{
	if (p <= 0)
		return 0;
	if (p >= 1)
		return 1;

	double low = 0, high = 1, x = a / (a + b);
	double scale = ln_beta(a, b);

	for (int i = 0; i < 200; i++) {
		double error = beta_cdf(a, b, x) - p;

		if (error > 0)
			high = x;
		else
			low = x;
		double density = exp((a - 1) * log(x) + (b - 1) * log1p(-x) - scale);
		double next = x - error / density;

		if (!(next > low && next < high))
			next = (low + high) / 2;
		if (fabs(next - x) <= 1e-15 * x || next <= 0 || next >= 1)
			return next;
		x = next;
	}
	return x;
}

/* P(T > t) for t >= 0. Near the centre the mirrored function keeps the digits that 1 - x would
 * lose. */
static double student_tail(double t, double df)
{
	if (t * t < df)
		return 0.5 * (1 - beta_cdf(0.5, df / 2, t * t / (df + t * t)));
	return 0.5 * beta_cdf(df / 2, 0.5, df / (df + t * t));
}

double student_cdf(double t, double df)
{
	if (isinf(t))
		return t > 0 ? 1 : 0;
	return t > 0 ? 1 - student_tail(t, df) : student_tail(-t, df);
}

double student_quantile(double p, double df)
{
	if (p <= 0)
		return -INFINITY;
	if (p >= 1)
		return INFINITY;
	if (p == 0.5)
		return 0;

	double tail = fmin(p, 1 - p);
	double t;

	if (tail > 0.1) {
		double y = beta_quantile(0.5, df / 2, 1 - 2 * tail);

		t = sqrt(df * y / (1 - y));
	} else {
		double x = beta_quantile(df / 2, 0.5, 2 * tail);

		t = sqrt(df * (1 - x) / x);
	}
	return p < 0.5 ? -t : t;
}

double normal_upper_tail(double z)
{
	return 0.5 * erfc(z * M_SQRT1_2);
}

struct interval wilson(double users, double n, double z)
{
	double p = users / n;
	double weight = 1 + z * z / n;
	double centre = (p + z * z / (2 * n)) / weight;
	double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / weight;

	return (struct interval){ .low = fmax(0, centre - half), .high = fmin(1, centre + half) };
}
