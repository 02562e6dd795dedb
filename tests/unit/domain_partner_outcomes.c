/* Which partners' users complete their goals and are satisfied, and what that does to a pattern's
 * list. */
#include <criterion/criterion.h>

#include "constants.h"
#include "identity.h"
#include "instant.h"
#include "partner_outcomes.h"
#include "seeded.h"
#include "vocabulary.h"

#define DAY US_PER_DAY
#define START (INT64_C(19000) * DAY)
#define AS_OF (START + 400 * DAY)
#define FROM 0
#define KEY "0_5_million>5_10_million/revenue_growth"
#define PEOPLE 40

static struct arena arena;

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(partner_outcomes, .init = set_up, .fini = tear_down);

/* A contractor in the tier who did something, and how his goals turned out. */
struct person {
	int64_t id;
	const char *partner; /* NULL: none */
	int used_on;         /* day in the tier */
	double score;        /* < 0: no vote */
	int voted_on;
};

static struct cohorts *cohorts_of(const struct person *people, size_t count)
{
	struct cohorts *cohorts =
		cohorts_new(&arena, &default_vocabulary, &default_constants, AS_OF);

	for (size_t i = 0; i < count; i++) {
		const struct observation seen = { .time = START, .tier_since = { START, true } };
		const struct action used = { .time = START + people[i].used_on * DAY,
					     .event_id = "a",
					     .kind = ACTION_PARTNER,
					     .item = people[i].partner };
		const struct history history = { &seen, 1, &used, people[i].partner != NULL,
						 people[i].id };

		analyze_revenue_transitions(cohorts, &history);
	}
	return cohorts;
}

static int by_voter(const void *left, const void *right)
{
	const struct voter_score *a = left, *b = right;

	return uuid_order(&a->voter, &b->voter);
}

static struct pattern_voters voters_of_people(const struct person *people, size_t count)
{
	struct voter_score *voters = arena_array(&arena, struct voter_score, count);
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		if (people[i].score >= 0)
			voters[found++] = (struct voter_score){
				voter_of(people[i].id, KEY),
				people[i].score,
				START + people[i].voted_on * DAY,
			};
	qsort(voters, found, sizeof(*voters), by_voter);
	return (struct pattern_voters){ KEY, voters, found };
}

/* Of partners "x" and "y" when these people have done what they did. */
static pattern_items outcomes_of(const struct person *people, size_t count)
{
	struct cohorts *cohorts = cohorts_of(people, count);
	struct spells spells = cohort_spells(cohorts, FROM, &arena);
	struct pattern_voters voters = voters_of_people(people, count);
	pattern_items partners = { arena_array(&arena, struct pattern_item, 2), 2 };

	partners.items[0] = (struct pattern_item){ .item = "x", .grade = "A", .users = 9 };
	partners.items[1] = (struct pattern_item){ .item = "y", .grade = "A", .users = 9 };
	set_partner_outcomes(&partners, cohorts, &spells, &voters, &arena);
	return partners;
}

/* `count` people more: with a partner from day 10 on, and a vote on day 400. */
static size_t add(struct person *people, size_t before, int count, const char *partner,
		  double score)
{
	for (int i = 0; i < count; i++, before++)
		people[before] = (struct person){ (int64_t)before + 1, partner, 10, score, 400 };
	return before;
}

Test(partner_outcomes, are_drawn_towards_the_patterns_mean_by_five_votes)
{
	struct person people[PEOPLE];
	size_t count = add(people, add(people, 0, 5, "x", 1), 5, NULL, 0);
	pattern_items partners = outcomes_of(people, count);

	/* (5·0.5 + 5)/(5 + 5), and against it (5·0.5 + 0)/(5 + 5) */
	cr_expect_eq(partners.items[0].outcome_users.value, 5);
	cr_expect_float_eq(partners.items[0].outcome_success.value, 0.75, 1e-12);
	cr_expect_float_eq(partners.items[0].outcome_ratio.value, 3, 1e-12);
	cr_expect(!partners.items[1].outcome_users.present, "nobody used y");
}

Test(partner_outcomes, old_votes_weigh_less)
{
	struct person people[PEOPLE];
	size_t count = add(people, add(people, 0, 5, "x", 1), 5, NULL, 0);

	for (size_t i = 0; i < 5; i++)
		people[i].voted_on = 400 - 270;

	/* w = 2^(-270/540); m = 5w/(5w + 5) = 0.4142; (5m + 5w)/(5 + 5w) = 0.6569 */
	cr_expect_float_eq(outcomes_of(people, count).items[0].outcome_success.value, 0.66, 1e-12);
}

Test(partner_outcomes, day6_nothing_is_said_of_fewer_than_k)
{
	struct person people[PEOPLE];
	size_t count = add(people, add(people, 0, 4, "x", 1), 20, NULL, 0);

	cr_expect(!outcomes_of(people, count).items[0].outcome_success.present, "four users");
	count = add(people, add(people, 0, 20, "x", 1), 4, NULL, 0);
	cr_expect(!outcomes_of(people, count).items[0].outcome_success.present, "four others");
	count = add(people, add(people, 0, 20, "x", 1), 5, NULL, 0);
	cr_expect(outcomes_of(people, count).items[0].outcome_success.present, "five of each");
}

Test(partner_outcomes, who_used_it_after_his_goal_is_no_user)
{
	struct person people[PEOPLE];
	size_t count = add(people, add(people, 0, 6, "x", 1), 6, NULL, 0);

	cr_expect_eq(outcomes_of(people, count).items[0].outcome_users.value, 6);
	people[0].used_on = people[0].voted_on - 1;
	cr_expect_eq(outcomes_of(people, count).items[0].outcome_users.value, 6);
	people[0].voted_on = people[0].used_on;
	cr_expect_eq(outcomes_of(people, count).items[0].outcome_users.value, 5);
}

Test(partner_outcomes, votes_of_nobody_in_the_tier_count_for_no_side)
{
	struct person people[PEOPLE];
	size_t count = add(people, add(people, 0, 5, "x", 1), 5, NULL, 0);
	struct cohorts *cohorts = cohorts_of(people, 9);
	struct spells spells = cohort_spells(cohorts, FROM, &arena);
	struct pattern_voters voters = voters_of_people(people, count);
	struct pattern_item x = { .item = "x" };
	pattern_items partners = { &x, 1 };

	set_partner_outcomes(&partners, cohorts, &spells, &voters, &arena);
	cr_expect(!x.outcome_users.present, "only four others are known");
}

Test(partner_outcomes, do_not_depend_on_order)
{
	struct seeded random = seeded_start("partner_outcomes");
	struct person people[PEOPLE];
	pattern_items first;

	for (size_t i = 0; i < PEOPLE; i++)
		people[i] = (struct person){
			.id = (int64_t)i + 1,
			.partner = i % 3 == 0   ? "x"
				   : i % 3 == 1 ? "y"
						: NULL,
			.used_on = seeded_below(&random, 300),
			.score = seeded_unit(&random),
			.voted_on = 100 + seeded_below(&random, 300),
		};
	first = outcomes_of(people, PEOPLE);
	cr_assert(first.items[0].outcome_ratio.present && first.items[1].outcome_ratio.present);
	for (int round = 0; round < 20; round++) {
		pattern_items again;

		for (int i = PEOPLE - 1; i > 0; i--) {
			int j = seeded_below(&random, i + 1);
			struct person swapped = people[i];

			people[i] = people[j];
			people[j] = swapped;
		}
		again = outcomes_of(people, PEOPLE);
		for (int i = 0; i < 2; i++) {
			cr_expect(again.items[i].outcome_success.value ==
				  first.items[i].outcome_success.value);
			cr_expect(again.items[i].outcome_ratio.value ==
				  first.items[i].outcome_ratio.value);
		}
	}
}

/* ---- lists ---- */

static struct pattern_item partner(const char *item, const char *grade, double lift_low,
				   double ratio)
{
	return (struct pattern_item){
		.item = item,
		.grade = grade,
		.users = 10,
		.lift_low = { lift_low, true },
		.outcome_ratio = { ratio, ratio > 0 },
	};
}

static void expect_order(struct pattern_item *items, size_t count, const char *wanted)
{
	pattern_items list = { items, count };
	char found[16] = "";

	order_partners(&list);
	for (size_t i = 0; i < count; i++)
		strncat(found, items[i].item, 1);
	cr_expect_str_eq(found, wanted);
}

Test(partner_outcomes, day6_of_two_equal_partners_the_one_whose_users_do_better_is_first)
{
	struct pattern_item items[] = { partner("a", "A", 1.2, 0.9), partner("b", "A", 1.2, 1.1) };

	expect_order(items, 2, "ba");
}

Test(partner_outcomes, day6_a_better_lift_may_outweigh_outcomes_but_not_a_grade)
{
	struct pattern_item items[] = { partner("a", "A", 1.1, 1.2), partner("b", "A", 1.5, 1.0),
					partner("c", "B", 3.0, 2.0), partner("d", "D", 0.2, 0.9),
					partner("e", "D", 0.1, 1.0) };

	expect_order(items, 5, "baced");
}

Test(partner_outcomes, without_any_the_order_stays)
{
	struct pattern_item items[] = { partner("a", "A", 1.1, 0), partner("b", "A", 1.5, 0) };

	expect_order(items, 2, "ab");
}

Test(partner_outcomes, an_unknown_one_is_neither_good_nor_bad)
{
	struct pattern_item items[] = { partner("a", "A", 1.2, 0.9), partner("b", "A", 1.2, 0),
					partner("c", "A", 1.2, 1.1) };

	expect_order(items, 3, "cba");
}
