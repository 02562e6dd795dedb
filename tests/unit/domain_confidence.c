/* What must be true of the confidence formula whatever it is given. */
#include <criterion/criterion.h>

#include "confidence.h"
#include "pattern.h"
#include "seeded.h"

#define CASES 4000
/* The quantile is found to about 1e-13. */
#define SLACK 1e-11

struct given {
	int64_t n;
	double c;
	struct outcome_evidence outcomes;
};

static struct given make(struct seeded *random)
{
	int voters = seeded_below(random, 60);
	double good = voters * seeded_unit(random);

	return (struct given){
		.n = 5 + seeded_below(random, seeded_below(random, 2) ? 20 : 2000),
		.c = seeded_unit(random),
		.outcomes = { good, (voters - good) * seeded_unit(random), voters,
			      seeded_unit(random) },
	};
}

static struct confidence confidence_of(const struct given *given)
{
	return calculate_pattern_confidence(given->n, given->c, &given->outcomes, 5);
}

Test(confidence, is_between_0_and_1)
{
	struct seeded random = seeded_start("is_between_0_and_1");

	for (int i = 0; i < CASES; i++) {
		struct given given = make(&random);
		struct confidence confidence = confidence_of(&given);

		cr_assert(confidence.score >= 0 && confidence.score <= 1);
		cr_assert(confidence.expected >= 0 && confidence.expected <= 1);
		if (given.n + given.outcomes.voters < 10)
			cr_assert_leq(confidence.score,
				      (double)(given.n + given.outcomes.voters) / 20);
	}
}

Test(confidence, rises_with_a_success_and_falls_with_a_failure)
{
	struct seeded random = seeded_start("rises_with_a_success_and_falls_with_a_failure");

	for (int i = 0; i < CASES; i++) {
		struct given given = make(&random), better = given, worse = given;
		double weight = 0.01 + seeded_unit(&random);

		/* With the voters unchanged, so that the ceiling of few voters does not move. */
		better.outcomes.good += weight;
		worse.outcomes.bad += weight;

		struct confidence now = confidence_of(&given);

		cr_assert_geq(confidence_of(&better).score, now.score - SLACK, "case %d", i);
		cr_assert_leq(confidence_of(&worse).score, now.score + SLACK, "case %d", i);
	}
}

Test(confidence, rises_with_consistency)
{
	struct seeded random = seeded_start("rises_with_consistency");

	for (int i = 0; i < CASES; i++) {
		struct given given = make(&random), better = given;

		better.c += (1 - given.c) * seeded_unit(&random);
		cr_assert_geq(confidence_of(&better).score, confidence_of(&given).score - SLACK,
			      "case %d", i);
	}
}

/* With beta < 1 the quantile may lie above the mean: then more of the same may cost a little. */
Test(confidence, rises_with_sample_size_where_consistency_is_not_below_expectation)
{
	struct seeded random = seeded_start("rises_with_sample_size");
	int checked = 0;

	for (int i = 0; i < CASES; i++) {
		struct given given = make(&random), more = given;
		struct confidence now = confidence_of(&given);

		if (given.c < now.expected)
			continue;
		more.n += 1 + seeded_below(&random, 100);
		cr_assert_geq(confidence_of(&more).score, now.score - (now.beta < 1 ? 0.02 : SLACK),
			      "case %d", i);
		checked += now.beta >= 1;
	}
	cr_assert_gt(checked, CASES / 10);
}

/* One of those cases, found by trying two million. */
Test(confidence, a_pile_at_1_gives_way)
{
	const struct outcome_evidence nothing = { .pooled = 0.9611 };
	struct confidence few = calculate_pattern_confidence(10, 0.98592, &nothing, 5);
	struct confidence many = calculate_pattern_confidence(49, 0.98592, &nothing, 5);

	cr_assert(few.beta < 1 && few.score > few.expected);
	cr_assert(many.score < few.score && many.score > few.score - 0.002);
}

Test(confidence, extremes)
{
	const struct outcome_evidence none = { .pooled = 0.5 }, all = { 0, 0, 0, 1 },
				      no = { 0, 0, 0, 0 };

	cr_assert_eq(calculate_pattern_confidence(4, 1, &none, 5).score, 0);
	cr_assert_eq(calculate_pattern_confidence(4, 1, &none, 5).expected, 0);
	cr_assert_eq(calculate_pattern_confidence(100, 1, &all, 5).score, 1);
	cr_assert_eq(calculate_pattern_confidence(100, 0, &no, 5).score, 0);
	cr_assert_leq(calculate_pattern_confidence(9, 1, &all, 5).score, 0.45);
}

Test(confidence, day6_recalculate_pattern_confidence_follows_outcomes)
{
	struct pattern pattern = { .sample_size = 47, .consistency = 0.89 };
	const struct outcome_evidence good = { 18, 2, 20, 0.6 }, bad = { 4, 16, 20, 0.6 };

	pattern_set_confidence(&pattern, &good, 5);
	cr_assert_float_eq(pattern.confidence_score, 0.819606, 1e-6);
	cr_assert_float_eq(pattern.expected_success, 0.873261, 1e-6);
	cr_assert_eq(pattern.outcome_voters, 20);
	pattern_set_confidence(&pattern, &bad, 5);
	cr_assert_float_eq(pattern.confidence_score, 0.178004, 1e-6);
}

Test(confidence, priorities)
{
	cr_assert_eq(priority_of_confidence(0), 1);
	cr_assert_eq(priority_of_confidence(0.1499), 1);
	cr_assert_eq(priority_of_confidence(0.15), 2);
	cr_assert_eq(priority_of_confidence(0.85), 9);
	cr_assert_eq(priority_of_confidence(0.89), 9);
	cr_assert_eq(priority_of_confidence(1), 10);
}
