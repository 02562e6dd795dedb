/* Special functions against closed forms, tables and each other. */
#include <criterion/criterion.h>
#include <math.h>

#include "seeded.h"
#include "special.h"

#define assert_close(actual, wanted, relative) \
	do { \
		double actual_ = (actual), wanted_ = (wanted); \
		cr_assert(fabs(actual_ - wanted_) <= (relative)*fmax(fabs(wanted_), 1e-12), \
			  "%.17g is not %.17g: " #actual, actual_, wanted_); \
	} while (0)

Test(special, beta_in_closed_form)
{
	for (double x = 0.001; x < 1; x += 0.0473) {
		for (double a = 0.25; a < 2000; a *= 2.3) {
			assert_close(beta_cdf(a, 1, x), pow(x, a), 1e-11);
			assert_close(beta_cdf(1, a, x), -expm1(a * log1p(-x)), 1e-11);
		}
		assert_close(beta_cdf(0.5, 0.5, x), 2 / M_PI * asin(sqrt(x)), 1e-11);
		assert_close(beta_cdf(2, 2, x), x * x * (3 - 2 * x), 1e-11);
	}
}

/* With whole numbers it is a binomial tail: P(at least a of a+b-1 successes). */
Test(special, beta_is_a_binomial_tail)
{
	for (int a = 1; a <= 40; a += 3) {
		for (int b = 1; b <= 40; b += 3) {
			double x = 0.37, sum = 0;

			for (int i = a; i < a + b; i++)
				sum += exp(lgamma(a + b) - lgamma(i + 1) - lgamma(a + b - i) +
					   i * log(x) + (a + b - 1 - i) * log1p(-x));
			assert_close(beta_cdf(a, b, x), sum, 1e-10);
		}
	}
}

Test(special, beta_ends)
{
	cr_assert_eq(beta_cdf(2, 3, -1), 0);
	cr_assert_eq(beta_cdf(2, 3, 0), 0);
	cr_assert_eq(beta_cdf(2, 3, 1), 1);
	cr_assert_eq(beta_quantile(2, 3, 0), 0);
	cr_assert_eq(beta_quantile(2, 3, 1), 1);
	assert_close(beta_cdf(5e5, 5e5, 0.5), 0.5, 1e-9);
	assert_close(beta_quantile(5e5, 5e5, 0.5), 0.5, 1e-9);
}

Test(special, beta_quantile_is_the_inverse)
{
	struct seeded random = seeded_start("beta_quantile_is_the_inverse");

	for (int i = 0; i < 1000; i++) {
		double a = 0.5 * exp(8 * seeded_unit(&random)),
		       b = 0.5 * exp(8 * seeded_unit(&random));
		double p = 0.001 + 0.998 * seeded_unit(&random), x = beta_quantile(a, b, p);

		cr_assert(x >= 0 && x <= 1);
		cr_assert(fabs(beta_cdf(a, b, x) - p) < 1e-9, "a %g, b %g, p %g: %g", a, b, p, x);
		cr_assert_leq(x, beta_quantile(a, b, fmin(1, p + 0.001)));
	}
}

Test(special, student_in_closed_form)
{
	for (double t = -50; t <= 50; t += 0.37) {
		assert_close(student_cdf(t, 1),
			     t > 0 ? 1 - atan(1 / t) / M_PI : -atan(1 / t) / M_PI, 1e-9);
		assert_close(student_cdf(t, 2), 0.5 + t / (2 * sqrt(2 + t * t)), 1e-8);
	}
	cr_assert_eq(student_cdf(0, 7), 0.5);
	cr_assert_eq(student_cdf(-INFINITY, 7), 0);
	cr_assert_eq(student_cdf(INFINITY, 7), 1);
	/* The density at 0: the digits must not be lost beside 0.5. */
	assert_close((student_cdf(1e-5, 3) - 0.5) / 1e-5, 2 / (M_PI * sqrt(3)), 1e-8);
}

Test(special, student_quantiles_of_the_tables)
{
	assert_close(student_quantile(0.975, 4), 2.7764451051978, 1e-9);
	assert_close(student_quantile(0.975, 10), 2.2281388519649, 1e-9);
	assert_close(student_quantile(0.9, 1), 3.0776835371753, 1e-9);
	assert_close(student_quantile(0.6, 1), 0.32491969623291, 1e-9);
	assert_close(student_quantile(0.025, 30), -2.0422724563012, 1e-9);
	cr_assert_eq(student_quantile(0.5, 9), 0);
	cr_assert(isinf(student_quantile(0, 9)) && isinf(student_quantile(1, 9)));
}

Test(special, student_quantile_is_the_inverse)
{
	struct seeded random = seeded_start("student_quantile_is_the_inverse");

	for (int i = 0; i < 1000; i++) {
		double df = 1 + 200 * seeded_unit(&random),
		       p = 0.0005 + 0.999 * seeded_unit(&random);

		assert_close(student_cdf(student_quantile(p, df), df), p, 1e-9);
	}
}

Test(special, wilson_holds_the_share_and_narrows)
{
	struct seeded random = seeded_start("wilson_holds_the_share_and_narrows");

	for (int i = 0; i < 1000; i++) {
		int n = 1 + seeded_below(&random, 5000), users = seeded_below(&random, n + 1);
		struct interval limits = wilson(users, n, 1.96),
				more = wilson(4.0 * users, 4.0 * n, 1.96);
		double share = (double)users / n;

		cr_assert(limits.low >= 0 && limits.high <= 1);
		cr_assert(limits.low <= share + 1e-12 && limits.high >= share - 1e-12);
		cr_assert_lt(more.high - more.low, limits.high - limits.low);
	}
}
