/* Special functions that the statistics need, with relative errors below 1e-9. */
#pragma once

/*
 * Regularised incomplete beta function I_x(a, b): P(X <= x) for X ~ Beta(a, b), 0 < a, b <= 1e6;
 * x <= 0 gives 0, x >= 1 gives 1.
 */
double beta_cdf(double a, double b, double x);
/* The x with I_x(a, b) = p, p in [0, 1]. For a or b below 0.5 the digits of x near the ends may not
 * suffice. */
double beta_quantile(double a, double b, double p);

/* P(T <= t) for Student's t with df > 0 degrees of freedom; infinite t is allowed. */
double student_cdf(double t, double df);
/* The t with student_cdf(t, df) = p; p = 0 and 1 give infinities. */
double student_quantile(double p, double df);

/* P(Z > z) for a standard normal Z; far out too its relative error stays below 1e-12, as long as
 * the result is a normal number (z <= 37). */
double normal_upper_tail(double z);

struct interval {
	double low, high;
};

/*
 * Wilson's limits for a share p = users / n, 0 <= users <= n, n > 0 (statistics §2):
 * centre (p + z²/2n)/(1 + z²/n), half-width z·sqrt(p(1-p)/n + z²/4n²)/(1 + z²/n). In [0, 1].
 */
struct interval wilson(double users, double n, double z);
