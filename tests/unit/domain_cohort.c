/* Cohorts and patterns of made-up contractors: the same in any order, and silent about few. */
#include <criterion/criterion.h>
#include <ctype.h>

#include "arena.h"
#include "golden.h"
#include "items.h"
#include "levellers.h"
#include "pattern.h"
#include "seeded.h"
#include "spell.h"
#include "whole_pattern.h"

#define DAY US_PER_DAY
#define START (INT64_C(19000) * US_PER_DAY)
#define AS_OF (START + 3000 * DAY)

struct person {
	struct observation observations[3];
	struct action actions[12];
	size_t actions_count;
};

static const char *const items[] = {
	"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m"
};
static const char *const labels[] = { "First", "Second", "Third" };
static const char *areas[] = { "closing_sales", "referral_growth", "operational_efficiency" };
static const char *const stages[] = { "growth", "scaling", NULL };

static void make_profiles(struct person *person, struct seeded *random)
{
	int entry = seeded_below(random, 900), stay = 1 + seeded_below(random, 900);

	for (int i = 0; i < 3; i++)
		person->observations[i] = (struct observation){
			.time = START + (i == 0   ? 0
					 : i == 1 ? entry
						  : entry + stay) *
						DAY,
			.event_id = items[i],
			/* Four in five level up. */
			.tier_rank = i < 2 || seeded_below(random, 5) > 0 ? i : 1,
			.team_size = { .number = 1 + seeded_below(random, 60), .present = true },
			.stage = stages[seeded_below(random, 3)],
			.focus_areas = { areas, (size_t)seeded_below(random, 4) },
			.annual_revenue = { 1e6 + 9e6 * seeded_unit(random), true },
		};
	if (seeded_below(random, 4) == 0)
		person->observations[1].team_size =
			(struct int_or_text){ .text = "11_50", .present = true };
}

static struct person make_person(struct seeded *random)
{
	struct person person;

	make_profiles(&person, random);
	person.actions_count = (size_t)seeded_below(random, 13);
	for (size_t i = 0; i < person.actions_count; i++)
		person.actions[i] = (struct action){
			.time = START + seeded_below(random, 1800) * DAY,
			.event_id = items[i],
			.kind = (enum action_kind)(1 + seeded_below(random, ACTION_KINDS - 2)),
			.item = items[seeded_below(random, 13)],
			.name = labels[seeded_below(random, 3)],
			.satisfaction = { 1 + seeded_below(random, 5), seeded_below(random, 2) },
		};
	history_sort(person.observations, 3, person.actions, person.actions_count);
	return person;
}

static struct cohorts *feed(const struct person *people, const int *order, int count,
			    struct arena *arena)
{
	struct cohorts *cohorts =
		cohorts_new(arena, &default_vocabulary, &default_constants, AS_OF);

	for (int i = 0; i < count; i++) {
		const struct person *person = &people[order[i]];
		struct history history = { person->observations, 3, person->actions,
					   person->actions_count, order[i] };

		analyze_revenue_transitions(cohorts, &history);
	}
	return cohorts;
}

/* The same, found by two and put together. */
static struct cohorts *feed_apart(const struct person *people, const int *order, int count,
				  struct arena *arena)
{
	struct cohorts *cohorts = feed(people, order, count / 3, arena);
	struct arena others;

	arena_init(&others);
	cohorts_join(cohorts, feed(people, order + count / 3, count - count / 3, &others));
	arena_release(&others);
	return cohorts;
}

static void shuffle(int *order, int count, struct seeded *random)
{
	for (int i = count - 1; i > 0; i--) {
		int other = seeded_below(random, i + 1), kept = order[i];

		order[i] = order[other];
		order[other] = kept;
	}
}

/* All patterns of the transition and whom they are made of. */
static char *texts_of(const struct cohorts *cohorts, size_t from, struct arena *arena)
{
	struct found_patterns found = identify_common_patterns(cohorts, from, arena);
	char *text = arena_printf(arena, "%zu patterns", found.count);

	for (size_t i = 0; i < found.count; i++) {
		const struct fingerprints *inside = &found.items[i].inside.levellers;

		text = arena_printf(
			arena, "%s\n%s\n%zu %llx", text,
			json_encode_text(pattern_fields, &found.items[i].pattern, arena),
			inside->count, (unsigned long long)inside->items[inside->count - 1]);
	}
	return text;
}

/* 60 people are enough for a Kaplan-Meier timeline, 20 for a log-normal one. */
Test(cohort, neither_the_order_of_contractors_nor_who_found_them_shows)
{
	struct seeded random =
		seeded_start("neither_the_order_of_contractors_nor_who_found_them_shows");

	for (int round = 0; round < 40; round++) {
		int count = 1 + seeded_below(&random, 90), order[90];
		struct person people[90];
		struct arena arena;
		char *first[3] = { NULL };

		arena_init(&arena);
		for (int i = 0; i < count; i++) {
			people[i] = make_person(&random);
			order[i] = i;
		}
		for (int turn = 0; turn < 4; turn++, shuffle(order, count, &random)) {
			struct cohorts *cohorts =
				turn < 2 ? feed(people, order, count, &arena)
					 : feed_apart(people, order, count, &arena);

			for (size_t from = 0; from < 3; from++) {
				char *text = texts_of(cohorts, from, &arena);

				if (turn == 0)
					first[from] = text;
				cr_assert_str_eq(text, first[from], "round %d", round);
			}
		}
		arena_release(&arena);
	}
}

/* What is published rests on 5 contractors, and 5 others where it is exact. */
Test(cohort, nothing_is_told_about_few)
{
	struct seeded random = seeded_start("nothing_is_told_about_few");

	for (int round = 0; round < 200; round++) {
		int count = 1 + seeded_below(&random, 60), order[60];
		struct person people[60];
		struct arena arena;

		arena_init(&arena);
		for (int i = 0; i < count; i++) {
			people[i] = make_person(&random);
			order[i] = i;
		}

		struct cohorts *cohorts = feed(people, order, count, &arena);
		const struct pattern *pattern = whole_pattern(cohorts, 1, &arena);
		int64_t n = (int64_t)cohorts->items[1].levellers;

		cr_assert_eq(pattern != NULL, n >= 5);
		for (size_t i = 0; pattern && i < pattern->common_partners.count; i++) {
			const struct pattern_item *item = &pattern->common_partners.items[i];

			cr_assert_geq(item->users, 5);
			cr_assert(item->at_least || item->users <= n - 5, "%d of %d",
				  (int)item->users, (int)n);
			cr_assert(!item->raters.present ||
				  (item->raters.value >= 5 && item->raters.value <= item->users));
			cr_assert_leq(item->usage_rate,
				      (double)(n - 5) / (double)n + (n < 10 ? 0.5 : 0));
			cr_assert(!item->at_least || !item->usage_low.present);
			cr_assert(i == 0 || item->users <= item[-1].users || item->at_least);
		}
		cr_assert(!pattern || pattern->common_partners.count <= PATTERN_LIST_MAX);
		arena_release(&arena);
	}
}

Test(cohort, a_transition_that_is_not_wanted_is_left_out)
{
	struct seeded random = seeded_start("a_transition_that_is_not_wanted_is_left_out");
	struct person person = make_person(&random);
	struct history history = { person.observations, 3, person.actions, person.actions_count,
				   1 };
	struct arena arena;

	arena_init(&arena);

	struct cohorts *cohorts =
		cohorts_new(&arena, &default_vocabulary, &default_constants, AS_OF);

	cohorts->items[0].wanted = false;
	cr_assert_eq(analyze_revenue_transitions(cohorts, &history),
		     cohorts->items[1].count + cohorts->items[2].count);
	cr_assert_eq(cohorts->items[0].count, 0);
	cr_assert_eq(cohorts->items[1].count, 1);
	arena_release(&arena);
}

static uint64_t fingerprint_in(const struct history *history, int64_t window_days, int as_of,
			       struct arena *arena)
{
	struct constants constants = default_constants;
	struct cohorts *cohorts;

	constants.window_days = window_days;
	cohorts = cohorts_new(arena, &default_vocabulary, &constants, START + as_of * DAY);
	analyze_revenue_transitions(cohorts, history);
	cr_assert_eq(cohorts->items[1].count, 1);
	return cohorts->items[1].first->fingerprint;
}

/* The window's start moves with as_of: in a fingerprint it would make everybody differ, and nothing
 * would ever be frozen. */
Test(cohort, a_window_that_moves_changes_nobodys_contribution)
{
	const struct observation seen[] = {
		{ .time = START, .tier_rank = 0 },
		{ .time = START + DAY, .tier_rank = 1 },
		{ .time = START + 401 * DAY, .tier_rank = 2 },
	};
	struct history levelled = { seen, 3, NULL, 0, 1 }, waits = { seen, 2, NULL, 0, 1 };
	struct arena arena;

	arena_init(&arena);
	cr_expect_eq(fingerprint_in(&levelled, 300, 450, &arena),
		     fingerprint_in(&levelled, 300, 480, &arena));
	cr_expect_eq(fingerprint_in(&waits, 300, 450, &arena),
		     fingerprint_in(&waits, 300, 480, &arena));
	cr_expect_eq(fingerprint_in(&levelled, 300, 450, &arena),
		     fingerprint_in(&levelled, 0, 450, &arena));
	cr_expect_neq(fingerprint_in(&levelled, 300, 450, &arena),
		      fingerprint_in(&waits, 300, 450, &arena));
	arena_release(&arena);
}

/* Seven who level up after 300 days, all with the same actions. */
static struct cohorts *seven(const struct action *actions, size_t actions_count,
			     const double *revenues, struct arena *arena)
{
	struct cohorts *cohorts =
		cohorts_new(arena, &default_vocabulary, &default_constants, AS_OF);

	for (int i = 0; i < 7; i++) {
		const struct observation seen[] = {
			{ .time = START, .tier_rank = 0 },
			{ .time = START + DAY,
			  .tier_rank = 1,
			  .annual_revenue = { 5e6, true },
			  .team_size = { .number = 10, .present = true } },
			{ .time = START + 301 * DAY,
			  .tier_rank = 2,
			  .annual_revenue = { revenues[i], true },
			  .team_size = { .number = i < 5 ? 20 : 19, .present = i < 6 } },
		};
		struct history history = { seen, 3, actions, actions_count, i };

		analyze_revenue_transitions(cohorts, &history);
	}
	return cohorts;
}

Test(cohort, success_indicators)
{
	const double revenues[] = { 10e6, 7e6, 8e6, 9e6, 6e6, 20e6, 8.5e6 };
	const struct action action = { START + 20 * DAY,  "1",  ACTION_MILESTONE,
				       "implemented_crm", NULL, { 0 } };
	struct arena arena;

	arena_init(&arena);

	struct cohorts *cohorts = seven(&action, 1, revenues, &arena);
	struct spells all = cohort_spells(cohorts, 1, &arena);
	struct levellers levellers = describe_levellers(cohorts, &all, &arena);
	const struct pattern *pattern = whole_pattern(cohorts, 1, &arena);

	cr_assert_eq(levellers.team_known, 6);
	cr_assert_eq(levellers.team_doubled, 5);
	cr_assert_eq(levellers.lead_flow_improved, 7);
	cr_assert_eq(pattern->success_indicators.revenue_increased.value, 70);
	cr_assert_eq(pattern->success_indicators.team_doubled.value, 0.5, "at least half");
	cr_assert_eq(pattern->team_median.value, 10);
	cr_assert_eq(pattern->success_indicators.first_categories.count, 0, "nobody else");
	cr_assert_eq(pattern->stages.count, 0);
	cr_assert_eq(pattern->median_time_to_level_up_months.value, 10, "300 days");
	arena_release(&arena);
}

/* Ties for the first action are shared; what came too late to matter is not counted at all. */
Test(cohort, first_actions)
{
	const double revenues[7] = { 0 };
	const struct action actions[] = {
		{ START + 20 * DAY, "1", ACTION_BOOK, "one", NULL, { 0 } },
		{ START + 20 * DAY, "2", ACTION_BOOK, "two", NULL, { 0 } },
		{ START + 20 * DAY, "3", ACTION_EVENT, "three", NULL, { 0 } },
		{ START + 40 * DAY, "4", ACTION_EVENT, "later", NULL, { 0 } },
		{ START + 271 * DAY, "5", ACTION_EVENT, "too_late", NULL, { 0 } },
	};
	struct arena arena;

	arena_init(&arena);

	struct cohorts *cohorts = seven(actions, 5, revenues, &arena);
	struct spells all = cohort_spells(cohorts, 1, &arena);
	struct item_uses uses = count_items(cohorts, &all, &arena);

	cr_assert_eq(uses.count, 4);
	cr_assert_eq(uses.dated_levellers, 7);
	cr_assert_str_eq(uses.items[0].item, "later", "equal users: by name");
	cr_assert_eq(uses.items[0].first_count, 0);
	for (size_t i = 1; i < 4; i++) {
		assert_near(uses.items[i].first_count, 7 / 3.0);
		assert_near(uses.items[i].first_share.value, 1 / 3.0);
		assert_near(uses.items[i].median_adoption_months.value, 19 / 30.4375);
	}
	arena_release(&arena);
}

/* All have done all thirteen: nobody is there to compare them with. */
Test(cohort, what_is_only_common_fills_up_to_three)
{
	const double revenues[7] = { 0 };
	struct action actions[13];
	struct arena arena;

	for (size_t i = 0; i < 13; i++)
		actions[i] = (struct action){ START + 20 * DAY, items[i], ACTION_PODCAST,
					      items[12 - i],    NULL,     { 0 } };
	arena_init(&arena);

	struct cohorts *cohorts = seven(actions, 13, revenues, &arena);
	const struct pattern *pattern = whole_pattern(cohorts, 1, &arena);

	cr_assert_eq(pattern->common_podcasts.count, 3);
	for (size_t i = 0; i < 3; i++) {
		cr_assert_str_eq(pattern->common_podcasts.items[i].item, items[i]);
		cr_assert_str_eq(pattern->common_podcasts.items[i].grade, "D");
	}
	arena_release(&arena);
}

/* Eight of thirteen good podcasts and two of six others, or four and all six. With
 * twenty items in all, most of them good, a good one would be typical. */
static void feed_listener(struct cohorts *cohorts, int id, bool grows, struct seeded *random)
{
	static const char *const others[] = { "A", "B", "C", "D", "E", "F" };
	const struct observation seen[] = {
		{ .time = START, .tier_rank = 0 },
		{ .time = START + DAY, .tier_rank = 1 },
		{ .time = START + (301 + id) * DAY, .tier_rank = grows ? 2 : 1 },
	};
	struct action actions[10];
	int good = seeded_below(random, 13), other = seeded_below(random, 6);

	for (int i = 0; i < 10; i++)
		actions[i] = (struct action){
			.time = START + 20 * DAY,
			.event_id = items[i],
			.kind = ACTION_PODCAST,
			.item = i < (grows ? 8 : 4) ? items[(good + i) % 13]
						    : others[(other + i) % 6],
		};

	struct history history = { seen, 3, actions, 10, id };

	analyze_revenue_transitions(cohorts, &history);
}

Test(cohort, lists_have_at_most_ten_items)
{
	struct seeded random = seeded_start("lists_have_at_most_ten_items");
	struct arena arena;

	arena_init(&arena);

	struct cohorts *cohorts =
		cohorts_new(&arena, &default_vocabulary, &default_constants, AS_OF);

	for (int i = 0; i < 400; i++)
		feed_listener(cohorts, i, i % 2 == 0, &random);

	const struct pattern *pattern = whole_pattern(cohorts, 1, &arena);

	cr_assert_eq(pattern->common_podcasts.count, 10);
	for (size_t i = 0; i < 10; i++) {
		const struct pattern_item *item = &pattern->common_podcasts.items[i];

		cr_assert_str_eq(item->grade, "A");
		cr_assert(islower(item->item[0]), "%s", item->item);
		cr_assert_gt(item->lift_low.value, 1);
		cr_assert_gt(item->usage_rate, item->control_rate.value);
	}
	arena_release(&arena);
}

/* 20 ratings: ten of 5, five of 3 and five of 1; the mean of all is 3.5. */
Test(cohort, few_ratings_lean_on_all)
{
	struct arena arena;

	arena_init(&arena);

	struct cohorts *cohorts =
		cohorts_new(&arena, &default_vocabulary, &default_constants, AS_OF);

	for (int i = 0; i < 10; i++) {
		const struct observation seen[] = {
			{ .time = START, .tier_rank = 0 },
			{ .time = START + DAY, .tier_rank = 1 },
			{ .time = START + 301 * DAY, .tier_rank = 2 },
		};
		const struct action actions[] = {
			{ START + 20 * DAY, "1", ACTION_PARTNER, "liked", "Liked", { 5, true } },
			{ START + 21 * DAY,
			  "2",
			  ACTION_PARTNER,
			  i < 5 ? "fair" : "bad",
			  NULL,
			  { i < 5 ? 3 : 1, true } },
		};
		struct history history = { seen, 3, actions, 2, i };

		analyze_revenue_transitions(cohorts, &history);
	}

	const struct pattern *pattern = whole_pattern(cohorts, 1, &arena);
	const pattern_items *partners = &pattern->common_partners;

	cr_assert_eq(partners->count, 3);
	cr_assert_str_eq(partners->items[0].item, "liked");
	cr_assert_str_eq(partners->items[0].name, "Liked");
	cr_assert_eq(partners->items[0].avg_satisfaction.value, 5);
	assert_near(partners->items[0].shrunk_satisfaction.value, 4.5); /* (5·3.5 + 50)/15 */
	cr_assert(partners->items[0].at_least);
	cr_assert_eq(partners->items[0].raters.value, 5, "ten raters would tell of ten users");
	cr_assert_str_eq(partners->items[1].item, "bad");
	assert_near(partners->items[1].shrunk_satisfaction.value, 2.25); /* (5·3.5 + 5)/10 */
	cr_assert_eq(partners->items[1].usage_rate, 0.5);
	cr_assert_not(partners->items[1].at_least);
	cr_assert_eq(partners->items[1].usage_low.value, 0.24);
	arena_release(&arena);
}

/* The worked example in any order of its contractors. */
Test(cohort, the_worked_example_in_any_order)
{
	struct seeded random = seeded_start("the_worked_example_in_any_order");
	struct json_object *root = golden_root();
	int order[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
	struct arena arena;
	char *first = NULL;

	arena_init(&arena);
	for (int turn = 0; turn < 20; turn++, shuffle(order, 12, &random)) {
		struct cohorts *cohorts = golden_cohorts(root, order, &arena);
		const struct pattern *pattern = whole_pattern(cohorts, GOLDEN_FROM, &arena);
		char *text = json_encode_text(pattern_fields, pattern, &arena);

		first = first ? first : text;
		cr_assert_str_eq(text, first);
	}
	arena_release(&arena);
	json_object_put(root);
}
