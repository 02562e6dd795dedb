/*
 * Patterns whose true success rates are known: what becomes of confidence and standing when their
 * goals turn out at random. Each goal is a contractor's first.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "arena.h"
#include "instant.h"
#include "outcome.h"
#include "pattern.h"
#include "seeded.h"
#include "special.h"
#include "standing.h"

#define DAY US_PER_DAY
#define START (INT64_C(19723) * US_PER_DAY) /* 2024-01-01 */
#define K 5

static struct arena arena;

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(simulated, .init = set_up, .fini = tear_down);

/* A goal of a new contractor that works out with probability `rate`; of the others every second is
 * never heard of again. */
static struct outcome_recorded goal_made(struct seeded *random, utc_us created, double rate)
{
	bool completed = seeded_unit(random) < rate;
	uint64_t voter = seeded_bits(random);
	struct outcome_recorded goal = {
		.outcome = completed                      ? OUTCOME_COMPLETED
			   : seeded_below(random, 2) == 0 ? OUTCOME_ABANDONED
							  : OUTCOME_OPEN,
		.goal_created_at = created,
	};

	memcpy(goal.voter.bytes, &voter, sizeof(voter));
	goal.occurred_at = created + (10 + seeded_below(random, 111)) * DAY;
	return goal;
}

/* ---- three patterns, 3,000 goals, 30 months ---- */

#define GOALS 3000
#define MONTHS 30
#define KNOWN_MONTHS 37 /* by then all have turned out */

enum { GOOD, MEDIOCRE, BAD, PATTERNS };

static const double truth[PATTERNS] = { 0.75, 0.50, 0.20 };
static const char *const names[PATTERNS] = { "good", "mediocre", "bad" };

struct course {
	struct outcome_recorded goals[PATTERNS][GOALS];
	size_t count[PATTERNS];
	struct pattern_standing standing[PATTERNS];
	struct outcome_evidence evidence[PATTERNS];
};

static void recalculate(struct course *course, utc_us as_of)
{
	static const struct level_ups none = { NULL, 0 };
	struct monthly_votes votes[PATTERNS];
	double pooled;

	for (int p = 0; p < PATTERNS; p++) {
		votes[p] = count_votes_monthly(course->goals[p], course->count[p], as_of, &arena,
					       &arena);
		course->evidence[p] =
			count_votes(course->goals[p], course->count[p], as_of, &arena);
	}
	pool_monthly_votes(votes, PATTERNS, &arena);
	pooled = pooled_success(course->evidence, PATTERNS);
	for (int p = 0; p < PATTERNS; p++) {
		course->standing[p] = judge_standing(&votes[p], &none, K, &arena);
		course->evidence[p].pooled = pooled;
	}
}

/* Each month is looked at what is known; a retired pattern makes no new goals. */
static void live(struct course *course, struct seeded *random)
{
	for (int month = 0; month < KNOWN_MONTHS; month++) {
		utc_us begin = instant_month(START, month);
		utc_us end = instant_month(START, month + 1);

		for (int i = 0; i < GOALS / MONTHS && month < MONTHS; i++) {
			int p = seeded_below(random, PATTERNS);
			utc_us created = begin + (utc_us)(seeded_unit(random) * (end - begin));
			struct outcome_recorded goal = goal_made(random, created, truth[p]);

			if (course->standing[p].standing != STANDING_RETIRED)
				course->goals[p][course->count[p]++] = goal;
		}
		recalculate(course, end);
	}
}

static struct pattern confidence_of(const struct course *course, int p)
{
	struct pattern pattern = { .status = PATTERN_ACTIVE,
				   .sample_size = 40,
				   .consistency = 0.5 };

	if (course->standing[p].standing != STANDING_ACTIVE)
		pattern.status = PATTERN_DOWNGRADED;
	pattern_set_confidence(&pattern, &course->evidence[p], K);
	return pattern;
}

static void assert_truth_is_inside(const struct course *course, int p)
{
	struct confidence c = calculate_pattern_confidence(40, 0.5, &course->evidence[p], K);
	double low = beta_quantile(c.alpha, c.beta, 0.005);
	double high = beta_quantile(c.alpha, c.beta, 0.995);

	cr_assert(low <= truth[p] && truth[p] <= high, "%s: %.3f is not in %.3f to %.3f", names[p],
		  truth[p], low, high);
}

static void tell(uint64_t seed, const struct course *course)
{
	const struct pattern_standing *bad = &course->standing[BAD];

	printf("seed %llu:", (unsigned long long)seed);
	for (int p = 0; p < PATTERNS; p++) {
		struct pattern pattern = confidence_of(course, p);

		printf(" %s %.2f: expected %.3f, score %.3f, %lld outcomes, %zu changes;", names[p],
		       truth[p], pattern.expected_success, pattern.confidence_score,
		       (long long)pattern.outcome_voters, course->standing[p].changes_count);
	}
	for (size_t i = 0; i < bad->changes_count; i++)
		printf(" bad %s after %lld outcomes%s",
		       bad->changes[i].to == STANDING_FLAGGED ? "flagged" : "retired",
		       (long long)bad->changes[i].evidence.voters,
		       i + 1 < bad->changes_count ? "," : "\n");
}

Test(simulated, day6_three_patterns_end_where_the_truth_is)
{
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct seeded random = { seed, seed };
		struct course *course = arena_new(&arena, struct course);
		const struct pattern_standing *bad = &course->standing[BAD];

		live(course, &random);
		tell(seed, course);
		for (int p = 0; p < PATTERNS; p++)
			assert_truth_is_inside(course, p);
		cr_assert(confidence_of(course, GOOD).confidence_score >
				  confidence_of(course, MEDIOCRE).confidence_score &&
			  confidence_of(course, MEDIOCRE).confidence_score >
				  confidence_of(course, BAD).confidence_score);
		cr_expect(course->standing[GOOD].changes_count == 0,
			  "the good one is never flagged");
		cr_expect(course->standing[MEDIOCRE].changes_count <= 2, "at most there and back");
		cr_assert(bad->standing == STANDING_RETIRED && bad->changes_count == 2);
		cr_expect(bad->changes[0].to == STANDING_FLAGGED);
		cr_expect(bad->changes[1].evidence.voters <= 150, "it takes too long");
	}
}

/* ---- how often an average pattern is flagged, and one half as good retired (statistics §8)
 * ---- */

#define RUNS 3000
#define POOLED 0.55
#define LOOKS 24

struct frequencies {
	double flagged, retired; /* shares of the runs */
	int median_month;        /* of those that are retired */
};

/* `a_month` goals, each of which turns out within its month; all patterns' success is POOLED. */
static struct pattern_standing run(struct seeded *random, double rate, int a_month)
{
	static const struct level_ups none = { NULL, 0 };
	struct outcome_recorded goals[LOOKS * 10];
	struct monthly_votes votes;
	size_t count = 0;

	for (int month = 0; month < LOOKS; month++) {
		for (int i = 0; i < a_month; i++) {
			struct outcome_recorded *goal = &goals[count++];

			*goal = goal_made(random, instant_month(START, month), rate);
			goal->outcome = goal->outcome == OUTCOME_OPEN ? OUTCOME_ABANDONED
								      : goal->outcome;
			goal->occurred_at = goal->goal_created_at +
					    (1 + seeded_below(random, 27)) * DAY;
		}
	}
	votes = count_votes_monthly(goals, count, instant_month(START, LOOKS), &arena, &arena);
	for (size_t i = 0; i < votes.count; i++)
		votes.looks[i].pooled = POOLED;
	return judge_standing(&votes, &none, K, &arena);
}

static struct frequencies frequencies_of(struct seeded *random, double rate, int a_month)
{
	int flagged = 0, retired = 0, by_month[LOOKS + 1] = { 0 }, month = 0, seen = 0;

	for (int i = 0; i < RUNS; i++) {
		struct arena_mark mark = arena_mark(&arena);
		struct pattern_standing standing = run(random, rate, a_month);

		flagged += standing.changes_count > 0;
		for (size_t j = 0; j < standing.changes_count; j++)
			for (int m = 1; m <= LOOKS && standing.changes[j].to == STANDING_RETIRED;
			     m++)
				by_month[m] += instant_month(START, m) == standing.changes[j].look;
		retired += standing.retired_once;
		arena_rewind(&arena, mark);
	}
	while (month < LOOKS && 2 * seen < retired)
		seen += by_month[++month];
	return (struct frequencies){ (double)flagged / RUNS, (double)retired / RUNS, month };
}

Test(simulated, day6_an_average_pattern_is_rarely_flagged_and_one_half_as_good_retired)
{
	struct seeded random = { 7, 7 };
	struct frequencies average = frequencies_of(&random, POOLED, 3);
	struct frequencies few = frequencies_of(&random, POOLED / 2, 3);
	struct frequencies many = frequencies_of(&random, POOLED / 2, 10);

	printf("average: flagged in %.3f of %d; half as good: retired in %.2f (median month %d) at 3 "
	       "outcomes a month, in %.2f (month %d) at 10\n",
	       average.flagged, RUNS, few.retired, few.median_month, many.retired,
	       many.median_month);
	cr_expect(average.flagged > 0.003 && average.flagged < 0.02);
	cr_expect(fabs(few.retired - 0.88) < 0.04 && abs(few.median_month - 10) <= 1);
	cr_expect(many.retired > 0.995 && abs(many.median_month - 5) <= 1);
}
