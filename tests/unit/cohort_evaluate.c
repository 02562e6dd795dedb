/* Running evidence against counting all votes, and what of it is published. */
#include <criterion/criterion.h>
#include <math.h>

#include "decide_evaluate.h"
#include "instant.h"
#include "outcome.h"
#include "seeded.h"

#define DAY US_PER_DAY
#define START (INT64_C(19000) * US_PER_DAY)
#define DAYS 1500
#define PATTERNS 3
#define VOTERS 12
#define GOALS 60
#define EVENTS 150
#define CLOSE 1e-12

static struct arena arena;

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(evaluate, .init = set_up, .fini = tear_down);

static const char *const keys[PATTERNS] = { "a>b/x", "b>c/x", "c>d/x" };

/* Goal g is voter g mod VOTERS's, on the pattern of its number. */
static struct vote any_vote(struct seeded *random, int number)
{
	int goal = seeded_below(random, GOALS);
	utc_us created = START + goal * 10 * DAY;
	struct vote vote = {
		.event_id = arena_printf(&arena, "%03d", number),
		.outcome = {
			.goal_id = { { (unsigned char)goal } },
			.voter = { { (unsigned char)(goal % VOTERS) } },
			.pattern_key = keys[goal % VOTERS % PATTERNS],
			.outcome = (enum goal_outcome)(1 + seeded_below(random, 3)),
			.goal_created_at = created,
			.occurred_at = created + seeded_below(random, 400) * DAY,
		},
	};

	vote.outcome.satisfaction =
		(struct optional_int){ 1 + seeded_below(random, 5), seeded_below(random, 2) };
	vote.outcome.revenue_impact = (enum revenue_impact)seeded_below(random, 5);
	return vote;
}

static struct contribution contribution_at(const struct vote *votes, size_t count, int voter,
					   utc_us as_of)
{
	struct outcome_recorded *goals = arena_array(&arena, struct outcome_recorded, count);
	size_t goals_count = 0;

	for (size_t i = 0; i < count; i++)
		if (votes[i].outcome.voter.bytes[0] == voter)
			goals[goals_count++] = votes[i].outcome;
	return contribution_of(goals, goals_count, as_of, &arena);
}

static void evaluate_whole(const struct vote *votes, size_t count, utc_us as_of,
			   struct evaluated_pattern *patterns)
{
	struct outcome_evidence evidence[PATTERNS];
	double pooled;

	for (int p = 0; p < PATTERNS; p++) {
		struct outcome_recorded *goals =
			arena_array(&arena, struct outcome_recorded, count);
		size_t goals_count = 0;

		for (size_t i = 0; i < count; i++)
			if (votes[i].outcome.pattern_key == keys[p])
				goals[goals_count++] = votes[i].outcome;
		evidence[p] = count_votes(goals, goals_count, as_of, &arena);
	}
	pooled = pooled_success(evidence, PATTERNS);
	for (int p = 0; p < PATTERNS; p++) {
		evidence[p].pooled = pooled;
		patterns[p].good = evidence[p].good;
		patterns[p].bad = evidence[p].bad;
		patterns[p].voters = evidence[p].voters;
		patterns[p].confidence = calculate_pattern_confidence(
			patterns[p].sample_size, patterns[p].consistency, &evidence[p], 5);
	}
}

static void expect_equal(const struct evaluated_pattern *running,
			 const struct evaluated_pattern *whole, utc_us as_of, int round)
{
	for (int p = 0; p < PATTERNS; p++) {
		struct outcome_evidence evidence =
			evidence_as_of(running[p].good, running[p].bad, running[p].voters, as_of);

		cr_assert_eq(running[p].voters, whole[p].voters);
		cr_assert(fabs(evidence.good - whole[p].good) < CLOSE &&
				  fabs(evidence.bad - whole[p].bad) < CLOSE,
			  "round %d: %.17g, %.17g are not %.17g, %.17g", round, evidence.good,
			  evidence.bad, whole[p].good, whole[p].bad);
		cr_assert(fabs(running[p].confidence.score - whole[p].confidence.score) < CLOSE &&
				  fabs(running[p].confidence.expected -
				       whole[p].confidence.expected) < CLOSE,
			  "round %d: confidence %.17g is not %.17g", round,
			  running[p].confidence.score, whole[p].confidence.score);
	}
}

/* Only voters with a new outcome, and those whose time has come, are looked at. */
Test(evaluate, running_evidence_equals_counting_all_votes)
{
	struct seeded random = seeded_start("running_evidence_equals_counting_all_votes");

	for (int round = 0; round < 200; round++) {
		struct contribution contributions[VOTERS] = { 0 };
		struct vote votes[EVENTS];
		size_t count = 0;
		utc_us as_of = START;

		for (int step = 0; step < EVENTS; step += 10) {
			struct evaluated_pattern running[PATTERNS], whole[PATTERNS];
			bool marked[VOTERS] = { false };

			for (int i = 0; i < 10; i++) {
				votes[count] = i && seeded_below(&random, 4) == 0
						       ? votes[count - 1]
						       : any_vote(&random, step + i);
				marked[votes[count++].outcome.voter.bytes[0]] = true;
			}
			count = votes_keep_latest(votes, count);
			as_of += seeded_below(&random, 2 * DAYS / (EVENTS / 10)) * DAY;
			for (int p = 0; p < PATTERNS; p++)
				running[p] = whole[p] = (struct evaluated_pattern){
					.version = { 1, true },
					.sample_size = 3 + 9 * p,
					.consistency = 0.3 * p,
				};
			for (int v = 0; v < VOTERS; v++) {
				const struct optional_time *due = &contributions[v].changes_at;

				if (marked[v] || (due->present && due->value <= as_of))
					contributions[v] = contribution_at(votes, count, v, as_of);
				running[v % PATTERNS].good += contributions[v].good;
				running[v % PATTERNS].bad += contributions[v].bad;
				running[v % PATTERNS].voters += contributions[v].counts;
			}
			decide_evaluation(running, PATTERNS, as_of, 5, 0, &arena);
			evaluate_whole(votes, count, as_of, whole);
			expect_equal(running, whole, as_of, round);
		}
		arena_reset(&arena);
	}
}

Test(evaluate, a_goal_says_something_else_at_its_outcome_and_after_180_days)
{
	struct outcome_recorded goal = { .outcome = OUTCOME_OPEN, .goal_created_at = START };

	cr_assert_eq(contribution_of(&goal, 1, START, &arena).changes_at.value, START + 180 * DAY);
	cr_assert_not(contribution_of(&goal, 1, START + 180 * DAY, &arena).changes_at.present);
	goal.outcome = OUTCOME_COMPLETED;
	goal.occurred_at = START + 200 * DAY;
	cr_assert_eq(contribution_of(&goal, 1, START, &arena).changes_at.value, START + 180 * DAY);
	cr_assert_eq(contribution_of(&goal, 1, START + 180 * DAY, &arena).changes_at.value,
		     START + 200 * DAY);
	cr_assert_not(contribution_of(&goal, 1, START + 200 * DAY, &arena).changes_at.present);
	cr_assert_not(contribution_of(NULL, 0, START, &arena).counts);
}

/* One pattern with ten good votes. */
static struct evaluated_pattern decided(enum pattern_status status, double published, double step)
{
	struct evaluated_pattern pattern = {
		.good = 10,
		.voters = 10,
		.version = { 1, true },
		.status = status,
		.sample_size = 30,
		.consistency = 0.5,
		.published = published,
	};

	decide_evaluation(&pattern, 1, INT64_C(1577836800) * US_PER_SECOND, 5, step, &arena);
	return pattern;
}

Test(evaluate, day6_published_when_it_moved_by_more_than_the_step)
{
	double score = decided(PATTERN_ACTIVE, 0, 0).confidence.score;

	cr_assert(score > 0.5 && score < 0.95);
	cr_expect(decided(PATTERN_ACTIVE, score - 0.011, 0.01).moved);
	cr_expect(decided(PATTERN_ACTIVE, score + 0.011, 0.01).moved);
	cr_expect_not(decided(PATTERN_ACTIVE, score - 0.009, 0.01).moved);
	cr_expect(decided(PATTERN_ACTIVE, score - 1e-9, 0).moved);
	cr_expect_not(decided(PATTERN_ACTIVE, score, 0).moved);
	cr_expect_not(decided(PATTERN_ACTIVE, 0, 1).moved);
}

Test(evaluate, a_downgraded_one_has_a_ceiling_a_removed_one_is_not_published)
{
	cr_expect_not(decided(PATTERN_DOWNGRADED, 0.30, 0).moved);
	cr_expect(decided(PATTERN_DOWNGRADED, 0.20, 0.01).moved);
	cr_expect(decided(PATTERN_DOWNGRADED, 0.30, 0).confidence.score > 0.5);
	cr_expect_not(decided(PATTERN_REMOVED, 0, 0).moved);
}

Test(evaluate, is_due_now_and_then_but_what_was_begun_goes_on)
{
	const struct confidence_options options = { .every_ms = 10000 };
	struct evaluation_state state = { .due = true,
					  .complete = true,
					  .evaluated_at = { START, true } };

	cr_expect_not(evaluation_is_due(&state, &options, START + 9 * US_PER_SECOND));
	cr_expect(evaluation_is_due(&state, &options, START + 10 * US_PER_SECOND));
	state.complete = false;
	cr_expect(evaluation_is_due(&state, &options, START));
	state.due = false;
	cr_expect_not(evaluation_is_due(&state, &options, START + 10 * US_PER_SECOND));
}

Test(evaluate, what_is_asked_for_is_due_whatever_the_clock_says)
{
	const struct confidence_options by_clock = { .every_ms = 10000 }, when_asked = { 0 };
	struct evaluation_state state = { .due = true };

	cr_expect(evaluation_is_due(&state, &by_clock, START));
	cr_expect_not(evaluation_is_due(&state, &when_asked, START));
	state = (struct evaluation_state){ .complete = true,
					   .evaluated_at = { START, true },
					   .asked = { 1, true } };
	cr_expect(evaluation_is_due(&state, &by_clock, START));
	cr_expect(evaluation_is_due(&state, &when_asked, START));
}
