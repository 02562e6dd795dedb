/*
 * The hypergeometric distribution by the ratios of neighbours, outward from the most likely table,
 * whose weight is 1: no factorials, hence no digits lost in large tables.
 */
#include <math.h>
#include <stdbool.h>

#include "contingency.h"
#include "special.h"

#define SAME_LIKELIHOOD (1 + 1e-7)

/* All tables with the same margins, by their number of winners with. */
struct margins {
	int64_t winners, with, others_without_shift; /* others without = shift + winners with */
	int64_t least, most, likeliest;
};

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static struct margins margins_of(const struct contingency *table)
{
	int64_t winners = table->winners_with + table->winners_without;
	int64_t with = table->winners_with + table->others_with;
	int64_t shift = table->others_without - table->winners_with;
	int64_t total = winners + table->others_with + table->others_without;

	return (struct margins){
		.winners = winners,
		.with = with,
		.others_without_shift = shift,
		.least = shift < 0 ? -shift : 0,
		.most = smaller(winners, with),
		.likeliest = (winners + 1) * (with + 1) / (total + 2),
	};
}

/* P(x + 1) / P(x) */
static double ratio(const struct margins *margins, int64_t x)
{
	return (double)(margins->winners - x) * (double)(margins->with - x) /
	       ((double)(x + 1) * (double)(margins->others_without_shift + x + 1));
}

/* P(x) / P(likeliest) */
static double weight_of(const struct margins *margins, int64_t x)
{
	double weight = 1;

	for (int64_t at = margins->likeliest; at < x; at++)
		weight *= ratio(margins, at);
	for (int64_t at = margins->likeliest; at > x; at--)
		weight /= ratio(margins, at - 1);
	return weight;
}

/* Adds a table's weight to the sum of all, and of those that the question is about. */
struct sums {
	double all, asked;
};

static void add(struct sums *sums, double weight, bool asked)
{
	sums->all += weight;
	sums->asked += asked ? weight : 0;
}

/* The share of tables with at least `from` winners with, and of weight at most `limit`. */
static double share(const struct margins *margins, int64_t from, double limit)
{
	struct sums sums = { 0 };
	double weight = 1;

	for (int64_t x = margins->likeliest; x <= margins->most; x++) {
		add(&sums, weight, x >= from && weight <= limit);
		weight *= ratio(margins, x);
	}
	weight = 1;
	for (int64_t x = margins->likeliest; x > margins->least; x--) {
		weight /= ratio(margins, x - 1);
		add(&sums, weight, x - 1 >= from && weight <= limit);
	}
	return sums.asked / sums.all;
}

double fisher_two_sided(const struct contingency *table)
{
	struct margins margins = margins_of(table);
	double seen = weight_of(&margins, table->winners_with);

	return share(&margins, margins.least, seen * SAME_LIKELIHOOD);
}

double fisher_greater(const struct contingency *table)
{
	struct margins margins = margins_of(table);

	return share(&margins, table->winners_with, INFINITY);
}

double haldane_odds_ratio(const struct contingency *table)
{
	return ((double)table->winners_with + 0.5) * ((double)table->others_without + 0.5) /
	       (((double)table->winners_without + 0.5) * ((double)table->others_with + 0.5));
}

struct chi_square chi_square_of(const struct contingency *table)
{
	int64_t a = table->winners_with, b = table->winners_without;
	int64_t c = table->others_with, d = table->others_without;
	double winners = (double)(a + b), others = (double)(c + d);
	double with = (double)(a + c), without = (double)(b + d);
	double margins = winners * others * with * without;
	double off = (double)(a * d - b * c);

	if (margins == 0)
		return (struct chi_square){ .statistic = 0, .p = 1 };

	double statistic = (winners + others) * off * off / margins;

	return (struct chi_square){ statistic, 2 * normal_upper_tail(sqrt(statistic)) };
}
