/* Sub-cohorts beside the whole cohort, and cohorts of many different texts. */
#include <criterion/criterion.h>

#include "arena.h"
#include "instant.h"
#include "pattern.h"

#define DAY US_PER_DAY
#define START (INT64_C(19000) * US_PER_DAY)
#define AS_OF (START + 3000 * DAY)
#define FROM 1
#define AREA_OF_PART "hiring_skilled_team" /* held at entry: of the sub-cohort team_expansion */

static struct arena arena;
static struct cohorts *cohorts;

static void set_up(void)
{
	arena_init(&arena);
	cohorts = cohorts_new(&arena, &default_vocabulary, &default_constants, AS_OF);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(pattern, .init = set_up, .fini = tear_down);

/* ---- many different texts ---- */

#define WORDY 25
#define WORDY_IN_PART 15
#define TEXTS 8000 /* of each: nobody's are another's */

/* No measurement: by the wrong algorithm it takes many minutes. */
#define ENDLESS 60

static struct action *texts_of(int id)
{
	struct action *actions = arena_array(&arena, struct action, TEXTS);

	for (int i = 0; i < TEXTS; i++)
		actions[i] = (struct action){
			.time = START + 20 * DAY + i,
			.kind = ACTION_BOOK,
			.item = arena_printf(&arena, "%d %d", id, i),
		};
	return actions;
}

static void feed_wordy(void)
{
	static const char *areas[] = { AREA_OF_PART };

	for (int id = 0; id < WORDY; id++) {
		struct texts held = { areas, id < WORDY_IN_PART };
		const struct observation seen[] = {
			{ .time = START },
			{ .time = START + DAY, .tier_rank = 1, .focus_areas = held },
			{ .time = START + 301 * DAY, .tier_rank = 2, .focus_areas = held },
		};
		struct history history = { seen, 3, texts_of(id), TEXTS, id };

		analyze_revenue_transitions(cohorts, &history);
	}
}

/* Items are what people write, so a sub-cohort's are not looked for among all of the cohort's. */
Test(pattern, a_sub_cohort_is_found_however_many_items_there_are, .timeout = ENDLESS)
{
	feed_wordy();
	cr_assert_eq(identify_common_patterns(cohorts, FROM, &arena).count, 2);
}

#define PROFILES 600
#define AREAS 100 /* a profile has no more */

/* One contractor who shows ever other areas from day `shown` on and does ever other things from day
 * `done` on. */
static void feed_one(int64_t shown, int64_t done)
{
	struct observation *seen = arena_array(&arena, struct observation, PROFILES + 1);
	struct action *actions = arena_array(&arena, struct action, PROFILES * AREAS);

	seen[0].time = START;
	for (int i = 0; i < PROFILES; i++) {
		const char **areas = arena_array(&arena, const char *, AREAS);

		for (int j = 0; j < AREAS; j++)
			areas[j] = arena_printf(&arena, "%d %d", i, j);
		seen[i + 1] = (struct observation){
			.time = START + (i == 0 ? 1 : shown + i) * DAY,
			.tier_rank = 1,
			.focus_areas = { areas, AREAS },
		};
	}
	for (int i = 0; i < PROFILES * AREAS; i++)
		actions[i] = (struct action){
			.time = START + done * DAY + i,
			.kind = ACTION_BOOK,
			.item = arena_printf(&arena, "%d", i),
		};

	struct history history = { seen, PROFILES + 1, actions, PROFILES * AREAS, 1 };

	analyze_revenue_transitions(cohorts, &history);
}

static void put_in_order(void)
{
	struct spells spells = cohort_spells(cohorts, FROM, &arena);
	const struct cohort_spell *spell = spells.items[0];

	cr_assert_eq(spell->items_count, 2 * PROFILES * AREAS);
	for (uint32_t i = 1; i < spell->items_count; i++)
		cr_assert_leq(spell->items[i - 1].day, spell->items[i].day);
}

/* Areas come first, so those shown late have to change places with what was done before, and not
 * one by one. */
Test(pattern, what_a_contractor_did_is_ordered_whenever_he_did_it, .timeout = ENDLESS)
{
	feed_one(2, 700);
	put_in_order();
	cohorts = cohorts_new(&arena, &default_vocabulary, &default_constants, AS_OF);
	feed_one(500, 2);
	put_in_order();
}

/* ---- the held-out fifth ---- */

/* 200 who all level up: some 40 of them are held out. */
static enum held_out_result tested_with(int64_t k)
{
	struct constants constants = default_constants;

	constants.k = k;
	cohorts = cohorts_new(&arena, &default_vocabulary, &constants, AS_OF);
	for (int id = 0; id < 200; id++) {
		const struct observation seen[] = {
			{ .time = START },
			{ .time = START + DAY, .tier_rank = 1 },
			{ .time = START + (301 + id) * DAY, .tier_rank = 2 },
		};
		struct history history = { seen, 3, NULL, 0, id };

		analyze_revenue_transitions(cohorts, &history);
	}
	return identify_common_patterns(cohorts, FROM, &arena).items[0].pattern.held_out.result;
}

Test(pattern, nothing_is_tested_on_fewer_than_k)
{
	cr_expect_eq(tested_with(5), HELD_OUT_NOTHING_TO_TEST);
	cr_expect_eq(tested_with(100), HELD_OUT_TOO_SMALL);
}

/* ---- what is left of shares ---- */

struct person {
	const char *area, *stage; /* at entry; NULL: none */
	const char *item;         /* the first one that he did of what all did */
	bool event;
	bool doubles; /* his team */
	bool reads;   /* books only */
};

static const struct action all_actions[] = {
	{ .kind = ACTION_MILESTONE, .item = "implemented_crm" }, /* lead_improvement */
	{ .kind = ACTION_FOCUS_AREA, .item = "closing_sales" },  /* lead_improvement */
	{ .kind = ACTION_BOOK, .item = "one" },
	{ .kind = ACTION_BOOK, .item = "two" },
	{ .kind = ACTION_BOOK, .item = "three" },
};
#define ALL_ACTIONS (sizeof(all_actions) / sizeof(all_actions[0]))
#define BOOKS_FROM 2

static int people;

static void feed_people(int count, struct person person)
{
	struct texts held = { &person.area, person.area != NULL };

	for (int i = 0; i < count; i++) {
		const struct observation seen[] = {
			{ .time = START },
			{ .time = START + DAY,
			  .tier_rank = 1,
			  .stage = person.stage,
			  .team_size = { .number = 10, .present = true },
			  .focus_areas = held },
			{ .time = START + 301 * DAY,
			  .tier_rank = person.event ? 2 : 1,
			  .team_size = { .number = person.doubles ? 20 : 19, .present = true } },
		};
		struct action actions[ALL_ACTIONS];
		size_t start = person.reads ? BOOKS_FROM : 0;
		struct history history = { seen, 3, actions + start, ALL_ACTIONS - start,
					   ++people };

		for (size_t j = 0; j < ALL_ACTIONS; j++) {
			bool first = person.item && strcmp(all_actions[j].item, person.item) == 0;

			actions[j] = all_actions[j];
			actions[j].time = START + (first ? 20 : 21) * DAY;
		}
		history_sort(NULL, 0, actions + start, ALL_ACTIONS - start);
		analyze_revenue_transitions(cohorts, &history);
	}
}

static const struct pattern *pattern_at(size_t place)
{
	struct found_patterns found = identify_common_patterns(cohorts, FROM, &arena);

	cr_assert_gt(found.count, place);
	return &found.items[place].pattern;
}

/* -1: not told. */
static double stage_told(const struct pattern *pattern, const char *stage)
{
	for (size_t i = 0; i < pattern->stages.count; i++)
		if (strcmp(pattern->stages.items[i].stage, stage) == 0)
			return pattern->stages.items[i].share;
	return -1;
}

Test(pattern, stages_tell_nothing_of_the_few_that_are_left)
{
	const struct pattern *pattern;

	feed_people(15, (struct person){ .stage = "growth", .event = true });
	feed_people(12, (struct person){ .stage = "scaling", .event = true });
	cr_expect_eq(stage_told(pattern_at(0), "scaling"), 0.44, "nobody is left");
	feed_people(3, (struct person){ .stage = "mature", .event = true });
	pattern = pattern_at(0);
	cr_expect_eq(stage_told(pattern, "growth"), 0.5);
	cr_expect_eq(stage_told(pattern, "scaling"), -1, "three would be left");
	cr_expect_eq(stage_told(pattern, "mature"), -1);
	feed_people(2, (struct person){ .stage = "startup", .event = true });
	cr_expect_eq(stage_told(pattern_at(0), "scaling"), 0.38, "five are left");
}

Test(pattern, a_stage_of_all_but_a_few_is_told_as_before)
{
	feed_people(17, (struct person){ .stage = "growth", .event = true });
	feed_people(3, (struct person){ .stage = "mature", .event = true });
	cr_expect_eq(stage_told(pattern_at(0), "growth"), 0.75, "at least");
}

/* -1: not told; -2: not listed. */
static double first_told(const pattern_items *list, const char *item)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].item, item) == 0)
			return list->items[i].first_share.present ? list->items[i].first_share.value
								  : -1;
	return -2;
}

static void begin_with(int count, const char *item)
{
	feed_people(count, (struct person){ .item = item, .event = true });
}

Test(pattern, first_shares_tell_nothing_of_the_few_that_are_left)
{
	const struct pattern *pattern;

	begin_with(15, "one");
	begin_with(12, "two");
	cr_expect_eq(first_told(&pattern_at(0)->common_books, "two"), 0.44, "nobody is left");
	begin_with(3, "three");
	pattern = pattern_at(0);
	cr_expect_eq(first_told(&pattern->common_books, "one"), 0.5);
	cr_expect_eq(first_told(&pattern->common_books, "two"), -1, "three would be left");
	cr_expect_eq(first_told(&pattern->common_books, "three"), -1);
}

/* 5 and 20 began with something of lead_improvement, 23 with one book and 2 with another. Of the
 * items the 5 are not told, so that 7 are left; with the category they would be 2 again. */
Test(pattern, categories_and_items_together_tell_nothing_of_a_few)
{
	const struct pattern *pattern;

	begin_with(5, "implemented_crm");
	begin_with(20, "closing_sales");
	begin_with(23, "one");
	begin_with(2, "two");
	pattern = pattern_at(0);
	cr_expect_eq(first_told(&pattern->common_milestones, "implemented_crm"), -1);
	cr_expect_eq(first_told(&pattern->common_focus_areas, "closing_sales"), 0.4);
	cr_expect_eq(first_told(&pattern->common_books, "one"), 0.46);
	cr_expect_eq(pattern->success_indicators.first_categories.count, 0);
}

/* ---- a sub-cohort beside the whole ---- */

#define INSIDE .area = AREA_OF_PART, .event = true
#define OUTSIDE .event = true
#define WHOLE 0
#define PART 1

Test(pattern, who_is_at_risk_outside_is_not_told_when_they_are_few)
{
	feed_people(12, (struct person){ INSIDE });
	feed_people(6, (struct person){ .area = AREA_OF_PART });
	feed_people(8, (struct person){ OUTSIDE });
	cr_expect_eq(pattern_at(PART)->at_risk.value, 18, "nobody of them waits");
	feed_people(4, (struct person){ .area = NULL });
	cr_expect_eq(pattern_at(WHOLE)->at_risk.value, 30);
	cr_expect_not(pattern_at(PART)->at_risk.present, "four do");
	feed_people(1, (struct person){ .area = NULL });
	cr_expect_eq(pattern_at(PART)->at_risk.value, 18);
}

/* 10 of 20 inside; outside so many and so many who do not. */
static void assert_indicators(int with, int without, bool told)
{
	const struct success_indicators *whole, *part;

	cohorts = cohorts_new(&arena, &default_vocabulary, &default_constants, AS_OF);
	feed_people(10, (struct person){ INSIDE, .doubles = true });
	feed_people(10, (struct person){ INSIDE, .reads = true });
	feed_people(with, (struct person){ OUTSIDE, .doubles = true });
	feed_people(without, (struct person){ OUTSIDE, .reads = true });
	whole = &pattern_at(WHOLE)->success_indicators;
	part = &pattern_at(PART)->success_indicators;
	cr_expect(whole->team_doubled.present && whole->lead_flow_improved.present);
	cr_expect_eq(part->team_doubled.present, told, "%d and %d", with, without);
	cr_expect_eq(part->lead_flow_improved.present, told, "%d and %d", with, without);
}

Test(pattern, indicators_of_a_sub_cohort_tell_nothing_of_a_few_outside)
{
	assert_indicators(6, 6, true);
	assert_indicators(0, 12, true);
	assert_indicators(12, 0, true);
	assert_indicators(4, 8, false);
	assert_indicators(8, 4, false);
}

static void feed_stages(const char *area, int growth, int scaling, int mature)
{
	feed_people(growth, (struct person){ .area = area, .stage = "growth", .event = true });
	feed_people(scaling, (struct person){ .area = area, .stage = "scaling", .event = true });
	feed_people(mature, (struct person){ .area = area, .stage = "mature", .event = true });
}

Test(pattern, stages_of_a_sub_cohort_tell_nothing_of_a_few_outside)
{
	const struct pattern *part;

	feed_stages(AREA_OF_PART, 10, 8, 6);
	feed_stages(NULL, 7, 4, 9);
	feed_people(5, (struct person){ OUTSIDE, .stage = "startup" });
	part = pattern_at(PART);
	cr_expect_eq(stage_told(pattern_at(WHOLE), "scaling"), 0.24);
	cr_expect_eq(stage_told(part, "growth"), 0.42);
	cr_expect_eq(stage_told(part, "scaling"), -1, "four are outside");
	cr_expect_eq(stage_told(part, "mature"), 0.25);
}

/* Two outside are in a stage that is told of nobody: with 6 and 7 in the others they are what is
 * left. */
Test(pattern, what_is_left_outside_of_a_sub_cohort_is_not_a_few_either)
{
	const struct pattern *part;

	feed_stages(AREA_OF_PART, 10, 8, 0);
	feed_stages(NULL, 7, 6, 2);
	feed_people(5, (struct person){ INSIDE, .stage = "startup" });
	part = pattern_at(PART);
	cr_expect_eq(stage_told(part, "growth"), 0.43);
	cr_expect_eq(stage_told(part, "scaling"), -1);
	cr_expect_eq(stage_told(part, "startup"), 0.22, "it says nothing of those outside");
}

static void feed_firsts(const char *area, int one, int two)
{
	feed_people(one, (struct person){ .area = area, .item = "one", .event = true });
	feed_people(two, (struct person){ .area = area, .item = "two", .event = true });
}

Test(pattern, first_shares_of_a_sub_cohort_tell_nothing_of_a_few_outside)
{
	const pattern_items *part;

	feed_firsts(AREA_OF_PART, 10, 10);
	feed_firsts(NULL, 8, 4);
	cr_expect_eq(first_told(&pattern_at(WHOLE)->common_books, "two"), 0.44);
	part = &pattern_at(PART)->common_books;
	cr_expect_eq(first_told(part, "one"), -1, "four outside did not");
	cr_expect_eq(first_told(part, "two"), -1, "four outside did");
	feed_firsts(NULL, 0, 1);
	part = &pattern_at(PART)->common_books;
	cr_expect_eq(first_told(part, "one"), 0.5);
	cr_expect_eq(first_told(part, "two"), 0.5);
}

/* Half began with the CRM, which is lead_improvement, the others with a book. */
static void assert_categories(int crm, int book, bool told)
{
	cohorts = cohorts_new(&arena, &default_vocabulary, &default_constants, AS_OF);
	feed_people(10, (struct person){ INSIDE, .item = "implemented_crm" });
	feed_people(10, (struct person){ INSIDE, .item = "one" });
	feed_people(crm, (struct person){ OUTSIDE, .item = "implemented_crm" });
	feed_people(book, (struct person){ OUTSIDE, .item = "one" });
	cr_expect_eq(pattern_at(WHOLE)->success_indicators.first_categories.count, 1);
	cr_expect_eq(pattern_at(PART)->success_indicators.first_categories.count, told ? 1 : 0,
		     "%d and %d", crm, book);
}

Test(pattern, categories_of_a_sub_cohort_tell_nothing_of_a_few_outside)
{
	assert_categories(6, 6, true);
	assert_categories(4, 8, false);
	assert_categories(8, 4, false);
}
