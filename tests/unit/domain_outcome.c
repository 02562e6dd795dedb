/* From outcomes to votes. */
#include <criterion/criterion.h>
#include <math.h>

#include "arena.h"
#include "instant.h"
#include "outcome.h"
#include "seeded.h"

#define DAY US_PER_DAY
#define AS_OF (INT64_C(20000) * US_PER_DAY)
#define assert_close(actual, wanted) \
	cr_assert(fabs((actual) - (wanted)) < 1e-12, "%.17g is not %.17g: " #actual, \
		  (double)(actual), (double)(wanted))

static struct arena arena;

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(outcome, .init = set_up, .fini = tear_down);

static struct outcome_recorded goal(int voter, enum goal_outcome outcome, int created_ago,
				    int heard_ago)
{
	return (struct outcome_recorded){
		.voter = { { (unsigned char)voter } },
		.outcome = outcome,
		.goal_created_at = AS_OF - created_ago * DAY,
		.occurred_at = AS_OF - heard_ago * DAY,
	};
}

Test(outcome, one_contractor_has_one_vote)
{
	const struct outcome_recorded goals[] = {
		goal(1, OUTCOME_COMPLETED, 100, 0),
		goal(1, OUTCOME_COMPLETED, 100, 40),
		goal(1, OUTCOME_ABANDONED, 100, 50),
		goal(2, OUTCOME_ABANDONED, 100, 0),
	};
	struct outcome_evidence votes = count_votes(goals, 4, AS_OF, &arena);

	cr_assert_eq(votes.voters, 2);
	assert_close(votes.good, 2 / 3.0);
	assert_close(votes.bad, 1 / 3.0 + 1);
	cr_assert_eq(votes.pooled, 0.5);
}

Test(outcome, a_vote_halves_in_540_days_of_its_latest_outcome)
{
	const struct outcome_recorded goals[] = {
		goal(1, OUTCOME_COMPLETED, 2000, 540),
		goal(1, OUTCOME_COMPLETED, 2000, 1080),
		goal(2, OUTCOME_ABANDONED, 2000, 1080),
	};
	struct outcome_evidence votes = count_votes(goals, 3, AS_OF, &arena);

	assert_close(votes.good, 0.5);
	assert_close(votes.bad, 0.25);
}

Test(outcome, day6_open_goal_silent_for_180_days_is_a_failure)
{
	const struct outcome_recorded young = goal(1, OUTCOME_OPEN, 179, 179);
	const struct outcome_recorded old = goal(1, OUTCOME_OPEN, 180, 180);
	const struct outcome_recorded older = goal(1, OUTCOME_OPEN, 720, 720);
	const struct outcome_recorded undone = goal(1, OUTCOME_COMPLETED, 720, 0);

	cr_assert_eq(count_votes(&young, 1, AS_OF, &arena).voters, 0);
	assert_close(count_votes(&old, 1, AS_OF, &arena).bad, 1);
	assert_close(count_votes(&older, 1, AS_OF, &arena).bad, 0.5);
	assert_close(count_votes(&undone, 1, AS_OF, &arena).good, 1);
}

Test(outcome, what_comes_after_as_of_is_not_known)
{
	const struct outcome_recorded young = goal(1, OUTCOME_COMPLETED, 10, -1);
	const struct outcome_recorded old = goal(1, OUTCOME_COMPLETED, 200, -1);

	cr_assert_eq(count_votes(&young, 1, AS_OF, &arena).voters, 0);
	assert_close(count_votes(&old, 1, AS_OF, &arena).good, 0);
	cr_assert_eq(count_votes(&old, 1, AS_OF, &arena).voters, 1);
	cr_assert_eq(count_votes(NULL, 0, AS_OF, &arena).voters, 0);
}

Test(outcome, the_order_of_outcomes_does_not_show)
{
	struct seeded random = seeded_start("the_order_of_outcomes_does_not_show");

	for (int round = 0; round < 1000; round++) {
		size_t count = 1 + (size_t)seeded_below(&random, 30);
		struct outcome_recorded goals[30];

		for (size_t i = 0; i < count; i++) {
			int age = seeded_below(&random, 900);

			goals[i] = goal(seeded_below(&random, 8),
					(enum goal_outcome)(1 + seeded_below(&random, 3)), age,
					seeded_below(&random, age + 1));
			goals[i].satisfaction = (struct optional_int){ 1 + seeded_below(&random, 5),
								       seeded_below(&random, 2) };
			goals[i].revenue_impact = (enum revenue_impact)seeded_below(&random, 5);
		}

		struct outcome_evidence votes = count_votes(goals, count, AS_OF, &arena);

		for (size_t i = count - 1; i > 0; i--) {
			size_t other = (size_t)seeded_below(&random, (int)i + 1);
			struct outcome_recorded kept = goals[i];

			goals[i] = goals[other];
			goals[other] = kept;
		}

		struct outcome_evidence again = count_votes(goals, count, AS_OF, &arena);

		cr_assert_eq(votes.good, again.good);
		cr_assert_eq(votes.bad, again.bad);
		cr_assert(votes.good >= 0 && votes.bad >= 0);
		cr_assert_leq(votes.good + votes.bad, (double)votes.voters + 1e-9);
	}
}

Test(outcome, pooled_success_waits_for_30_voters)
{
	struct outcome_evidence patterns[] = { { 8, 2, 10, 0 }, { 7, 12, 19, 0 } };

	cr_assert_eq(pooled_success(patterns, 2), 0.5);
	patterns[1].voters = 20;
	assert_close(pooled_success(patterns, 2), 15 / 29.0);
	cr_assert_eq(pooled_success(NULL, 0), 0.5);
}

Test(outcome, scores_are_between_0_and_1)
{
	for (int outcome = OUTCOME_COMPLETED; outcome <= OUTCOME_ABANDONED; outcome++)
		for (int rating = 0; rating <= 5; rating++)
			for (int impact = IMPACT_ABSENT; impact <= IMPACT_TOO_EARLY; impact++) {
				struct optional_int satisfaction = { rating, rating > 0 };
				double score = outcome_score((enum goal_outcome)outcome,
							     satisfaction,
							     (enum revenue_impact)impact);

				cr_assert(score >= 0 && score <= 1);
			}
}
