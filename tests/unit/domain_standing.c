/* Monthly looks at the outcomes of goals, and what follows from them. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "instant.h"
#include "outcome.h"
#include "seeded.h"
#include "standing.h"

#define DAY US_PER_DAY
#define START (INT64_C(19000) * US_PER_DAY)
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

TestSuite(standing, .init = set_up, .fini = tear_down);

Test(standing, day6_probability_of_failure_equals_an_independent_calculation)
{
	FILE *file = fopen(TEST_SOURCE_DIR "/tests/data/standing.txt", "r");
	struct outcome_evidence evidence = { .voters = 0 };
	double wanted;
	int cases = 0;

	cr_assert(file);
	while (fscanf(file, "%lf %lf %lf %lf", &evidence.good, &evidence.bad, &evidence.pooled,
		      &wanted) == 4) {
		double p = probability_of_failure(&evidence);

		cases++;
		cr_assert(fabs(p - wanted) <= 1e-12 + 1e-9 * wanted, "%g %g %g: %.17g is not %.17g",
			  evidence.good, evidence.bad, evidence.pooled, p, wanted);
	}
	fclose(file);
	cr_assert(cases == 498);
}

/* Some 60 voters with several goals over four years: silent ones, late ones, corrected after
 * silence. */
static size_t random_goals(struct seeded *random, struct outcome_recorded *goals, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int created = seeded_below(random, 1400);
		int after = seeded_below(random, 5) ? seeded_below(random, 170)
						    : 170 + seeded_below(random, 20);

		if (seeded_below(random, 20) == 0)
			after = 400;
		goals[i] = (struct outcome_recorded){
			.goal_id = { { (unsigned char)i, (unsigned char)(i >> 8) } },
			.voter = { { (unsigned char)seeded_below(random, 60) } },
			.outcome = seeded_below(random, 6) == 0 ? OUTCOME_OPEN
				   : seeded_below(random, 2)    ? OUTCOME_COMPLETED
								: OUTCOME_ABANDONED,
			.goal_created_at = START + created * DAY,
			.occurred_at = START + (created + after) * DAY,
			.satisfaction = { 1 + seeded_below(random, 5),
					  seeded_below(random, 2) == 0 },
		};
	}
	return count;
}

static struct monthly_votes monthly(const struct outcome_recorded *goals, size_t count,
				    utc_us as_of)
{
	return count_votes_monthly(goals, count, as_of, &arena, &arena);
}

Test(standing, each_look_is_a_count_of_its_day)
{
	struct seeded random = seeded_start("each_look_is_a_count_of_its_day");

	for (int round = 0; round < 50; round++) {
		struct outcome_recorded goals[300];
		size_t count = random_goals(&random, goals, 1 + (size_t)seeded_below(&random, 300));
		struct monthly_votes votes = monthly(goals, count, START + 1900 * DAY);

		cr_assert(votes.count > 1);
		for (size_t i = 0; i < votes.count; i++) {
			utc_us look = instant_month(votes.first, (int)i);
			struct outcome_evidence wanted = count_votes(goals, count, look, &arena);

			cr_assert(votes.looks[i].voters == wanted.voters && wanted.voters > 0);
			cr_assert(fabs(votes.looks[i].good - wanted.good) < 1e-12 * count);
			cr_assert(fabs(votes.looks[i].bad - wanted.bad) < 1e-12 * count);
		}
	}
}

Test(standing, a_look_is_on_the_first_of_a_month_from_the_first_vote_on)
{
	utc_us first = instant_month(START, 1);
	struct outcome_recorded goal = { .outcome = OUTCOME_COMPLETED,
					 .goal_created_at = START,
					 .occurred_at = first };

	cr_expect(monthly(&goal, 1, first - 1).count == 0);
	cr_expect(monthly(&goal, 1, first).count == 1);
	cr_expect(monthly(&goal, 1, first).first == first);
	goal.occurred_at++;
	cr_expect(monthly(&goal, 1, instant_month(first, 1) - 1).count == 0);
	cr_expect(monthly(&goal, 1, instant_month(first, 3)).count == 3);
}

Test(standing, the_rate_of_all_patterns_is_that_of_each_look)
{
	struct outcome_recorded goals[60];
	struct monthly_votes votes[2];
	utc_us as_of = START + 400 * DAY;

	for (int i = 0; i < 60; i++)
		goals[i] = (struct outcome_recorded){
			.voter = { { (unsigned char)i } },
			.outcome = i < 20 ? OUTCOME_ABANDONED : OUTCOME_COMPLETED,
			.goal_created_at = START,
			.occurred_at = START + (i < 20 ? 0 : 200 * DAY),
		};
	votes[0] = monthly(goals, 20, as_of);
	votes[1] = monthly(&goals[20], 40, as_of);
	pool_monthly_votes(votes, 2, &arena);
	cr_expect(votes[0].looks[0].pooled == 0.5, "before there are 30 voters");
	cr_expect(votes[0].looks[votes[0].count - 1].pooled > 0.6);
	cr_expect(votes[0].looks[votes[0].count - 1].pooled ==
		  votes[1].looks[votes[1].count - 1].pooled);
}

static void shuffle(struct seeded *random, struct outcome_recorded *goals, size_t count)
{
	for (size_t i = count; i > 1; i--) {
		size_t j = (size_t)seeded_below(random, (int)i);
		struct outcome_recorded last = goals[i - 1];

		goals[i - 1] = goals[j];
		goals[j] = last;
	}
}

static struct pattern_standing judge(struct monthly_votes votes, const struct level_ups *level_ups)
{
	pool_monthly_votes(&votes, 1, &arena);
	for (size_t i = 0; i < votes.count; i++)
		votes.looks[i].pooled = 0.9; /* the random goals are below that at times */
	return judge_standing(&votes, level_ups, K, &arena);
}

static bool same_change(const struct standing_change *a, const struct standing_change *b)
{
	return a->look == b->look && a->to == b->to && a->probability == b->probability;
}

/* Recalculated each month, or once at the end, whatever the order in which outcomes arrived. */
Test(standing, day6_standing_depends_on_what_is_known_and_not_on_when_it_came)
{
	struct seeded random = seeded_start("day6_standing_depends_on_what_is_known");
	int32_t days[40];
	struct level_ups level_ups = { days, 40 };
	size_t changes = 0;

	for (int32_t i = 0; i < 40; i++)
		days[i] = 19000 + 45 * i;
	for (int round = 0; round < 30; round++) {
		struct outcome_recorded goals[120];
		size_t count = random_goals(&random, goals, 120);
		utc_us end = START + 1700 * DAY;
		struct pattern_standing all = judge(monthly(goals, count, end), &level_ups);

		changes += all.changes_count;
		for (utc_us as_of = START; as_of <= end; as_of += 40 * DAY) {
			struct pattern_standing then;

			shuffle(&random, goals, count);
			then = judge(monthly(goals, count, as_of), &level_ups);
			cr_assert(then.changes_count <= all.changes_count);
			for (size_t i = 0; i < all.changes_count; i++)
				cr_assert(i < then.changes_count
						  ? same_change(&then.changes[i], &all.changes[i])
						  : all.changes[i].look > as_of);
		}
	}
	cr_assert(changes > 30, "%zu changes show little", changes);
}

/* Evidence by the letter of what it is. */
static struct outcome_evidence evidence_of(char letter)
{
	switch (letter) {
	case 'C': /* certain failure */
		return (struct outcome_evidence){ 1, 29, 30, 0.5 };
	case 'H': /* failure with high probability */
		return (struct outcome_evidence){ 3, 13, 16, 0.5 };
	case 'B': /* between flag and return */
		return (struct outcome_evidence){ 4, 11, 15, 0.5 };
	case 'F': /* a fair chance of failure */
		return (struct outcome_evidence){ 5, 9, 14, 0.5 };
	case 'S': /* certain, but few voters */
		return (struct outcome_evidence){ 0, 20, 9, 0.5 };
	default: /* well */
		return (struct outcome_evidence){ 12, 8, 20, 0.5 };
	}
}

static void assert_letter(char letter, double low, double high)
{
	struct outcome_evidence evidence = evidence_of(letter);
	double p = probability_of_failure(&evidence);

	cr_assert(p > low && p <= high, "%c is %g", letter, p);
}

struct course {
	const char *name;
	const char *looks;  /* evidence_of() each */
	const char *wanted; /* a: active, f: flagged, r: retired */
	int level_ups;      /* on the day of the look `from` */
	int from;
};

static const struct course courses[] = {
	{ "well", "WWWW", "aaaa", 0, 0 },
	{ "between is no reason to flag", "BBBB", "aaaa", 0, 0 },
	{ "few voters are none", "SSSS", "aaaa", 0, 0 },
	{ "flagged, at the third look retired", "WHHHH", "affrr", 0, 0 },
	{ "at the second when certain", "CC", "fr", 0, 0 },
	{ "certain first does not count", "CHH", "ffr", 0, 0 },
	{ "certain later does", "HC", "fr", 0, 0 },
	{ "between nothing moves", "HBBHBH", "fffffr", 0, 0 },
	{ "a fair look ends it", "HHFHHH", "ffaffr", 0, 0 },
	{ "no flag at two", "HHB", "fff", 0, 0 },
	{ "retired stays so", "CCWWWW", "frrrrr", 0, 0 },
	{ "until five have levelled up", "CCWWWW", "frrraa", 5, 3 },
	{ "four are not enough", "CCWWWW", "frrrrr", 4, 3 },
	{ "nor are those from before", "CCWWWW", "frrrrr", 50, 0 },
	{ "nor are five without good outcomes", "CCFFBH", "frrrrr", 5, 2 },
	{ "who returns begins anew", "CCWWHHH", "frraffr", 5, 2 },
};

Test(standing, letters_are_what_they_say)
{
	assert_letter('C', 0.995, 1);
	assert_letter('S', 0.995, 1);
	assert_letter('H', 0.95, 0.995);
	assert_letter('B', 0.80, 0.95);
	assert_letter('F', 0.50, 0.80);
	assert_letter('W', 0, 0.50);
}

ParameterizedTestParameters(standing, day6_flagged_retired_and_back)
{
	static size_t indexes[sizeof(courses) / sizeof(courses[0])];

	for (size_t i = 0; i < sizeof(indexes) / sizeof(indexes[0]); i++)
		indexes[i] = i;
	return cr_make_param_array(size_t, indexes, sizeof(indexes) / sizeof(indexes[0]));
}

ParameterizedTest(size_t *index, standing, day6_flagged_retired_and_back, .init = set_up,
		  .fini = tear_down)
{
	const struct course *course = &courses[*index];
	struct outcome_evidence looks[16];
	struct monthly_votes votes = { instant_month(START, 1), looks, strlen(course->looks) };
	int32_t days[64];
	struct level_ups level_ups = { days, (size_t)course->level_ups };
	char seen[16] = "";

	for (int i = 0; i < course->level_ups; i++)
		days[i] = (int32_t)(instant_month(votes.first, course->from) / DAY);
	for (size_t i = 0; i < votes.count; i++)
		looks[i] = evidence_of(course->looks[i]);
	for (size_t i = 0; i < strlen(course->looks); i++) {
		votes.count = i + 1;
		seen[i] = "afr"[judge_standing(&votes, &level_ups, K, &arena).standing];
	}
	cr_assert_str_eq(seen, course->wanted, "%s: %s", course->name, seen);
}

/* A flag says how 15 voters' goals turned out: with a larger k that is too few. */
Test(standing, nobody_is_flagged_by_fewer_than_k_voters)
{
	const struct level_ups nobody = { NULL, 0 };
	struct outcome_evidence look = { 1, 29, 15, 0.5 };
	struct monthly_votes votes = { instant_month(START, 1), &look, 1 };

	cr_expect_eq(judge_standing(&votes, &nobody, 5, &arena).standing, STANDING_FLAGGED);
	cr_expect_eq(judge_standing(&votes, &nobody, 15, &arena).standing, STANDING_FLAGGED);
	cr_expect_eq(judge_standing(&votes, &nobody, 16, &arena).standing, STANDING_ACTIVE);
}
