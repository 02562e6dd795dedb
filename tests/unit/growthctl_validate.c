/* Validation on small histories whose figures can be counted by hand. */
#include <criterion/criterion.h>
#include <math.h>

#include "decide_validate.h"
#include "identity.h"
#include "instant.h"

#define START INT64_C(1420070400000000) /* 2015-01-01 */
#define DAYS(n) ((n)*US_PER_DAY)
#define MONTH 30.4375
#define KEY "0_5_million>5_10_million/revenue_growth"

static struct arena arena;
static struct validation_settings settings;

static void set_up(void)
{
	arena_init(&arena);
	settings = (struct validation_settings){
		.vocabulary = &default_vocabulary,
		.constants = default_constants,
		.split = { .seed = 3, .hold_out = 0.5 },
		.as_of = START + DAYS(4000),
		.votes_as_of = START + DAYS(4000),
		.within = 24,
	};
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(validate, .init = set_up, .fini = tear_down);

#define assert_close(actual, wanted) \
	do { \
		double actual_ = (actual), wanted_ = (wanted); \
		cr_assert(fabs(actual_ - wanted_) < 1e-9, "%.12g is not %.12g: " #actual, actual_, \
			  wanted_); \
	} while (0)

/* ---- who is held out ---- */

Test(validate, the_share_that_is_asked_for)
{
	for (uint64_t seed = 0; seed < 5; seed++) {
		struct split split = { .seed = seed, .hold_out = 0.2 };
		int held_out = 0;

		for (int64_t id = 1; id <= 20000; id++)
			held_out += split_holds_out(&split, id);
		cr_assert(abs(held_out - 4000) < 250, "seed %d: %d", (int)seed, held_out);
	}
}

Test(validate, another_seed_other_contractors)
{
	struct split one = { .seed = 1, .hold_out = 0.5 }, two = { .seed = 2, .hold_out = 0.5 };
	int equal = 0;

	for (int64_t id = 1; id <= 20000; id++)
		equal += split_holds_out(&one, id) == split_holds_out(&two, id);
	cr_assert(abs(equal - 10000) < 400, "%d", equal);
}

/* ---- small lives ---- */

/* The n-th contractor, from 0, of those who are held out, or of those who are not. */
static int64_t contractor(int n, bool held_out)
{
	int64_t id = 0;

	while (n >= 0)
		n -= split_holds_out(&settings.split, ++id) == held_out;
	return id;
}

/* Enters the lowest tier on day `entry`, the next one `days` later; 0: never. */
struct life {
	int64_t id;
	int entry, days;
	const char *area; /* that he cares for until he levels up; NULL */
	int closed;       /* days after entry; 0: never */
	bool falls;       /* from the next tier, instead of reaching it */
};

static struct history history_of(const struct life *life)
{
	struct observation *seen = arena_array(&arena, struct observation, 3);
	const char **areas = arena_array(&arena, const char *, 2);
	utc_us entry = START + DAYS(life->entry);
	size_t count = 1;

	areas[0] = life->area;
	areas[1] = "customer_experience";
	for (size_t i = 0; i < 3; i++)
		seen[i] = (struct observation){
			.time = entry,
			.event_id = "1",
			.tier_since = { .value = entry, .present = true },
			.status = STATUS_ACTIVE,
			.focus_areas = { .items = areas, .count = life->area ? 1 : 0 },
			.heard_until = settings.as_of,
		};
	if (life->days) {
		seen[count].time = entry + DAYS(life->days);
		seen[count].focus_areas = (struct texts){ .items = areas + 1, .count = 1 };
		seen[life->falls ? 0 : count].tier_rank = 1;
		count++;
	}
	if (life->closed) {
		seen[count].time = entry + DAYS(life->closed);
		seen[count++].status = STATUS_CLOSED;
	}
	return (struct history){
		.contractor_id = life->id,
		.observations = seen,
		.observations_count = count,
	};
}

static struct validation_report validate(const struct life *lives, size_t count,
					 const struct outcome_recorded *outcomes,
					 size_t outcomes_count)
{
	struct validation *validation = validation_new(&settings, outcomes, outcomes_count, &arena);

	for (size_t i = 0; i < count; i++) {
		struct history history = history_of(&lives[i]);

		validation_learn(validation, &history);
	}
	validation_conclude(validation);
	for (size_t i = 0; i < count; i++) {
		struct history history = history_of(&lives[i]);

		validation_test(validation, &history);
	}
	return validation_report(validation);
}

/* Forty learners who take 30, 60 … 1200 days. Where at least 5 are at risk there are 36 level-ups,
 * so a prediction at entry is 180, 540 and 930 days, and 0.9 get there within 1080. */
static size_t add_learners(struct life *lives)
{
	for (int i = 0; i < 40; i++)
		lives[i] = (struct life){ .id = contractor(i, false), .days = 30 * (i + 1) };
	return 40;
}

Test(validate, timelines)
{
	/* Good from 150 to 1162.5 days, the median near from 450 to 675. */
	static const int days[] = { 100, 160, 540, 930, 1100, 1200, 0 };
	struct life lives[64];
	size_t count = add_learners(lives);

	for (int i = 0; i < 7; i++)
		lives[count++] =
			(struct life){ .id = contractor(i, true), .days = days[i], .entry = i };
	/* Not ripe: twice 930 days are not over. */
	lives[count++] = (struct life){ .id = contractor(7, true), .days = 540, .entry = 2200 };
	/* Ripe, but nobody knows what would have become of him. */
	lives[count++] = (struct life){ .id = contractor(8, true), .closed = 300 };

	struct validation_report report = validate(lives, count, NULL, 0);
	const struct timeline_report *timeline = &report.timelines[0];

	cr_assert_eq(report.learnt_from, 40);
	cr_assert_eq(report.tested_on, 9);
	cr_assert_eq(timeline->ripe, 8);
	cr_assert_eq(timeline->levelled, 6);
	assert_close(timeline->good, 4 / 6.0);
	assert_close(timeline->covered, 2 / 6.0);
	assert_close(timeline->width, 930 / 180.0);
	assert_close(timeline->near, 1 / 6.0);
	assert_close(timeline->error, (390 + 440) / 2.0 / MONTH);
	/* The learners' mean is 615 days. */
	assert_close(timeline->naive_near, 1 / 6.0);
	assert_close(timeline->naive_error, (455 + 485) / 2.0 / MONTH);
	/* Of p = 0.9, by 1080 days; the eighth is over too, the closed one tells nothing. */
	cr_assert_eq(timeline->horizons, 8);
	assert_close(timeline->brier, (5 * 0.01 + 3 * 0.81) / 8);
	assert_close(timeline->naive_brier, 3 / 8.0);
}

/* After 6 months (182.6 days) the one who took 100 and the one who took 160 are gone. */
Test(validate, timelines_are_issued_to_those_who_are_still_there)
{
	static const int days[] = { 100, 160, 540, 930 };
	struct life lives[64];
	size_t count = add_learners(lives);

	for (int i = 0; i < 4; i++)
		lives[count++] = (struct life){ .id = contractor(i, true), .days = days[i] };

	struct validation_report report = validate(lives, count, NULL, 0);

	cr_assert_eq(report.timelines[0].levelled, 4);
	cr_assert_eq(report.timelines[1].levelled, 2);
	cr_assert_eq(report.timelines[2].levelled, 2);
}

/* 2Φ(0.2027/σ) - 1: the table of statistics §4 has 0.32 for 0.50. */
Test(validate, the_best_that_a_single_number_could_do)
{
	struct life lives[64];
	size_t count = add_learners(lives);

	/* ln 1014 - ln 500 = 0.707: of two, a standard deviation of 0.5. */
	lives[count++] = (struct life){ .id = contractor(0, true), .days = 500 };
	lives[count++] = (struct life){ .id = contractor(1, true), .days = 1014 };

	struct validation_report report = validate(lives, count, NULL, 0);

	cr_assert_float_eq(report.timelines[0].attainable, 0.315, 0.001, "%g",
			   report.timelines[0].attainable);
}

Test(validate, nothing_to_learn_from)
{
	const struct life lives[] = { { .id = contractor(0, false), .days = 100 },
				      { .id = contractor(0, true), .days = 100 } };
	struct validation_report report = validate(lives, 2, NULL, 0);

	cr_assert_eq(report.match.contractors, 0);
	cr_assert(isnan(report.match.auc.value) && isnan(report.confidence.brier));
	cr_assert(isnan(report.timelines[0].good) && isnan(report.timelines[0].brier));
	cr_assert_eq(report.patterns_count, default_vocabulary.tiers.count - 1);
	cr_assert_eq(report.patterns[0].levelled, 1);
	cr_assert_not(report.patterns[0].found);
}

/* ---- by time ---- */

/* Learning knows nothing of what came later: it finds no one who levelled up after it. */
Test(validate, by_time_what_comes_later_is_not_learnt)
{
	struct life lives[40];

	add_learners(lives);
	settings.split.learn_until =
		(struct optional_time){ .value = START + DAYS(600), .present = true };

	struct validation_report report = validate(lives, 40, NULL, 0);

	cr_assert_eq(report.learnt_from, 40);
	cr_assert_eq(report.tested_on, 40);
	cr_assert_eq(report.patterns[0].levelled, 20);
	/* Those who are still there are matched, and all of them make it afterwards. */
	cr_assert_eq(report.match.contractors, 20);
	cr_assert_eq(report.match.levelled, 20);
	/* Predictions that were issued before are not judged. */
	cr_assert_eq(report.timelines[0].ripe, 0);
}

/* ---- matches ---- */

/* All learners care for sales; of those held out, those who do level up. */
Test(validate, matches_are_of_the_profile_before)
{
	struct life lives[64];
	size_t count = 0;

	settings.as_of = START + DAYS(1000);
	settings.within = 800 / MONTH;
	for (int i = 0; i < 30; i++)
		lives[count++] = (struct life){ .id = contractor(i, false),
						.days = 100 + i,
						.area = "closing_sales" };
	for (int i = 0; i < 10; i++)
		lives[count++] = (struct life){ .id = contractor(i, true),
						.days = 500,
						.area = "closing_sales" };
	for (int i = 10; i < 16; i++)
		lives[count++] =
			(struct life){ .id = contractor(i, true), .area = "hiring_skilled_team" };
	/* Was higher before, but that is no levelling up. */
	lives[count++] = (struct life){ .id = contractor(19, true),
					.days = 100,
					.area = "hiring_skilled_team",
					.falls = true };
	/* Came later, and had closed: nobody to match. */
	lives[count++] = (struct life){
		.id = contractor(16, true), .entry = 250, .days = 400, .area = "closing_sales"
	};
	lives[count++] =
		(struct life){ .id = contractor(17, true), .closed = 150, .area = "closing_sales" };
	/* Is in the next tier already, which has no pattern. */
	lives[count++] =
		(struct life){ .id = contractor(18, true), .days = 100, .area = "closing_sales" };

	struct validation_report report = validate(lives, count, NULL, 0);

	cr_assert_eq(report.match.contractors, 17);
	cr_assert_eq(report.match.levelled, 10);
	assert_close(report.match.auc.value, 1);
	assert_close(report.match.naive_auc.value, 1);
	cr_assert_geq(report.match.matched, 10);
}

/* ---- confidence ---- */

static struct outcome_recorded outcome_of(int64_t id, enum goal_outcome outcome, int day)
{
	char decimal[24];

	snprintf(decimal, sizeof(decimal), "%lld", (long long)id);
	return (struct outcome_recorded){
		.pattern_key = KEY,
		.voter = identity("voter", decimal, KEY, NULL),
		.outcome = outcome,
		.goal_created_at = START + DAYS(day - 50),
		.occurred_at = START + DAYS(day),
	};
}

static int by_voter(const void *left, const void *right)
{
	const struct outcome_recorded *a = left, *b = right;

	return uuid_order(&a->voter, &b->voter);
}

/* Learners' goals all succeed; of the ten tested ones, seven. */
Test(validate, confidence_is_judged_by_those_who_are_held_out)
{
	struct outcome_recorded outcomes[70];
	struct life lives[64];
	size_t count = add_learners(lives), votes = 0;

	for (int i = 0; i < 40; i++)
		outcomes[votes++] = outcome_of(lives[i].id, OUTCOME_COMPLETED, 3990);
	for (int i = 0; i < 10; i++) {
		lives[count++] = (struct life){ .id = contractor(i, true), .days = 500 };
		outcomes[votes++] = outcome_of(lives[count - 1].id,
					       i < 7 ? OUTCOME_COMPLETED : OUTCOME_ABANDONED, 3990);
	}
	qsort(outcomes, votes, sizeof(*outcomes), by_voter);

	struct validation_report report = validate(lives, count, outcomes, votes);
	const struct confidence_report *confidence = &report.confidence;
	double expected = report.patterns[0].expected;

	cr_assert_gt(expected, 0.9);
	cr_assert_eq(confidence->voters, 10);
	cr_assert_eq(report.patterns[0].voters, 10);
	assert_close(report.patterns[0].success, 0.7);
	assert_close(confidence->error, expected - 0.7);
	assert_close(confidence->brier,
		     0.7 * (1 - expected) * (1 - expected) + 0.3 * expected * expected);
	cr_assert_eq(confidence->ranked, 0);
	cr_assert(isnan(confidence->spearman));
}

/* By time: who has answered before is learnt from, who has not is tested. */
Test(validate, by_time_later_answers_are_tested)
{
	struct outcome_recorded outcomes[40];
	struct life lives[40];

	add_learners(lives);
	settings.split.learn_until =
		(struct optional_time){ .value = START + DAYS(2000), .present = true };
	for (int i = 0; i < 40; i++)
		outcomes[i] = outcome_of(lives[i].id, OUTCOME_COMPLETED, i < 32 ? 1990 : 2010);
	qsort(outcomes, 40, sizeof(*outcomes), by_voter);

	struct validation_report report = validate(lives, 40, outcomes, 40);

	cr_assert_eq(report.confidence.voters, 8);
	cr_assert_gt(report.patterns[0].expected, 0.9);
}
