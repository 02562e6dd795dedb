/*
 * Sections 2, 3, 4, 6 and 9 of the statistics on the worked example, down to the pattern that is
 * published. Built once more with GOLDEN_STORED for e2e/golden.sh: then the history is the one that
 * went through Kafka into Postgres.
 */
#include <criterion/criterion.h>

#include "evidence.h"
#include "golden.h"
#include "grade.h"
#include "levellers.h"
#include "lift.h"
#include "publish.h"
#include "survival.h"
#include "whole_pattern.h"
#ifdef GOLDEN_STORED
#include "stored_cohorts.h"
#endif

static struct json_object *root, *expect;
static struct arena arena;
static struct cohorts *cohorts;
static struct spells spells;

static void set_up(void)
{
	root = golden_root();
	expect = golden_get(root, "expect");
	arena_init(&arena);
#ifdef GOLDEN_STORED
	cohorts = stored_cohorts(golden_as_of(root), &arena);
#else
	cohorts = golden_cohorts(root, NULL, &arena);
#endif
	spells = cohort_spells(cohorts, GOLDEN_FROM, &arena);
}

static void tear_down(void)
{
	arena_release(&arena);
	json_object_put(root);
}

TestSuite(golden_cohort, .init = set_up, .fini = tear_down);

static struct json_object *expected_item(const struct item_use *use)
{
	struct json_object *items = golden_get(expect, "items");
	const char *name = golden_item_name(use->kind, use->item, &arena);

	for (size_t i = 0; i < json_object_array_length(items); i++) {
		struct json_object *item = json_object_array_get_idx(items, i);

		if (strcmp(golden_text(item, "item"), name) == 0)
			return item;
	}
	cr_assert_fail("the golden file has no item %s", name);
	return NULL;
}

Test(golden_cohort, items)
{
	struct item_uses uses = count_items(cohorts, &spells, &arena);

	cr_assert_eq(uses.count, json_object_array_length(golden_get(expect, "items")));
	for (size_t i = 0; i < uses.count; i++) {
		const struct item_use *use = &uses.items[i];
		struct json_object *wanted = expected_item(use);
		struct json_object *limits = golden_get(wanted, "usage_ci");

		cr_assert_eq(use->users, json_object_get_int64(golden_get(wanted, "users")), "%s",
			     use->item);
		assert_near(use->usage_rate, golden_number(wanted, "usage_rate"));
		assert_near(use->usage.low, golden_at(limits, 0));
		assert_near(use->usage.high, golden_at(limits, 1));
		assert_optional(use->first_share, golden_get(wanted, "first_share"), use->item);
		assert_near(use->first_count, golden_number(wanted, "first_count"));
		assert_optional(use->median_adoption_months,
				golden_get(wanted, "median_adoption_months"), use->item);
		cr_assert_eq(use->raters, json_object_get_int64(golden_get(wanted, "raters")), "%s",
			     use->item);
		assert_optional(use->satisfaction, golden_get(wanted, "satisfaction"), use->item);
	}
}

/* The only rated partner leans on itself. */
Test(golden_cohort, shrunk_satisfaction)
{
	struct item_uses uses = count_items(cohorts, &spells, &arena);

	for (size_t i = 0; i < uses.count; i++) {
		cr_assert_eq(uses.items[i].shrunk_satisfaction.present,
			     uses.items[i].kind == ACTION_PARTNER);
		if (uses.items[i].kind == ACTION_PARTNER)
			assert_near(uses.items[i].shrunk_satisfaction.value, 4.5);
	}
}

/* The time-matched comparison of every item, also of those with too few users to be graded. */
Test(golden_cohort, lifts)
{
	struct item_uses uses = count_items(cohorts, &spells, &arena);

	measure_lifts(cohorts, &spells, uses.items, uses.count, &arena);
	for (size_t i = 0; i < uses.count; i++) {
		const struct lift *lift = &uses.items[i].lift;
		struct json_object *wanted = expected_item(&uses.items[i]);
		struct json_object *sums = golden_get(wanted, "sums");

		assert_near(lift->observed, golden_at(sums, 0));
		assert_near(lift->expected, golden_at(sums, 1));
		assert_near(lift->variance, golden_at(sums, 2));
		assert_near(lift->with, golden_at(sums, 3));
		assert_near(lift->without, golden_at(sums, 4));
		assert_near(lift->control_rate, golden_number(wanted, "control_rate"));
		assert_near(lift->log_lift, golden_number(wanted, "log_lift"));
		assert_near(lift->se, golden_number(wanted, "se"));
		assert_near(exp(lift->log_lift), golden_number(wanted, "lift"));
	}
}

/* For audit: who ever did it, whenever. */
Test(golden_cohort, ever_tables)
{
	struct item_uses uses = count_items(cohorts, &spells, &arena);

	for (size_t i = 0; i < uses.count; i++) {
		const int64_t *ever = uses.items[i].ever;
		struct json_object *wanted = expected_item(&uses.items[i]);

		for (size_t j = 0; j < 4; j++)
			cr_assert_eq((double)ever[j],
				     golden_at(golden_get(wanted, "ever_table"), j), "%s",
				     uses.items[i].item);
	}
}

static double number_or_zero(struct json_object *object, const char *name)
{
	struct json_object *number;

	return json_object_object_get_ex(object, name, &number) ? json_object_get_double(number)
								: 0;
}

Test(golden_cohort, grades)
{
	struct item_uses uses = weigh_items(
		cohorts, &spells, NULL, compare_groups(cohorts, &spells, NULL, 0, &arena), &arena);

	for (size_t i = 0; i < uses.count; i++) {
		const struct item_use *use = &uses.items[i];
		struct json_object *wanted = expected_item(use);
		const char *grade = golden_text(wanted, "grade");

		assert_near(use->z, number_or_zero(wanted, "z"));
		assert_near(use->p, number_or_zero(wanted, "p"));
		assert_near(use->q, number_or_zero(wanted, "q"));
		cr_assert_str_eq(grade_name(use->grade) ? grade_name(use->grade) : "none",
				 grade ? grade : "none", "%s", use->item);
	}
}

Test(golden_cohort, consistency_and_confidence)
{
	struct item_uses uses = weigh_items(
		cohorts, &spells, NULL, compare_groups(cohorts, &spells, NULL, 0, &arena), &arena);
	struct json_object *wanted = golden_get(expect, "confidence");
	const struct outcome_evidence nothing = { .pooled = 0.5 };
	double consistency = consistency_of(uses.items, uses.count);
	struct confidence confidence = calculate_pattern_confidence(7, consistency, &nothing, 5);

	assert_near(consistency, golden_number(expect, "consistency"));
	assert_near(confidence.score, golden_number(wanted, "score"));
	assert_near(confidence.expected, golden_number(wanted, "expected"));
	assert_near(confidence.alpha, golden_number(wanted, "alpha"));
	assert_near(confidence.beta, golden_number(wanted, "beta"));
	assert_near(floor(100 * confidence.score + 0.5) / 100,
		    golden_number(golden_get(expect, "columns"), "confidence_score"));
}

/* The five strongest of all, wherever they stand. */
Test(golden_cohort, consistency_takes_the_five_strongest)
{
	const struct item_use items[] = {
		{ .usage_rate = 0.9, .grade = GRADE_D }, { .usage_rate = 1.0, .grade = GRADE_NONE },
		{ .usage_rate = 0.8, .grade = GRADE_D }, { .usage_rate = 0.7, .grade = GRADE_A },
		{ .usage_rate = 0.6, .grade = GRADE_D }, { .usage_rate = 0.5, .grade = GRADE_D },
		{ .usage_rate = 0.6, .grade = GRADE_B }, { .usage_rate = 0.5, .grade = GRADE_C },
	};

	assert_near(consistency_of(items, 8), (0.7 + 0.51 + 0.45 + 0.4 + 0.35) / 5);
	assert_near(consistency_of(items, 1), 0.45);
	cr_assert_eq(consistency_of(&items[1], 1), 0);
	cr_assert_eq(consistency_of(NULL, 0), 0);
}

Test(golden_cohort, levellers)
{
	struct levellers levellers = describe_levellers(cohorts, &spells, &arena);
	struct json_object *shares = golden_get(expect, "stage_share");

	cr_assert_eq(levellers.count, 7);
	assert_optional(levellers.team_median, golden_get(expect, "team_median"), "team_median");
	assert_near((double)levellers.team_doubled / (double)levellers.team_known,
		    golden_number(expect, "team_doubled"));
	cr_assert_eq(levellers.stages_count, (size_t)json_object_object_length(shares));
	for (size_t i = 0; i < levellers.stages_count; i++)
		assert_near((double)levellers.stages[i].count / (double)levellers.stage_known,
			    golden_number(shares, levellers.stages[i].stage));
	cr_assert_not(levellers.revenue_increased.present);
	/* Contractors 1, 2, 3, 4, 6, 7, 10: all have the CRM or hold controlling_lead_flow. */
	cr_assert_eq(levellers.lead_flow_improved, 7);
}

static struct time_data golden_time_data(void)
{
	struct duration durations[GOLDEN_CONTRACTORS];
	size_t count = 0;

	for (; count < spells.count; count++)
		durations[count] = (struct duration){
			spells.items[count]->enter,
			spells.items[count]->leave,
			spells.items[count]->event,
			spells.items[count]->basis,
		};
	return time_data_of(durations, count, 5, &arena);
}

Test(golden_cohort, time_columns)
{
	struct json_object *time = golden_get(expect, "time"),
			   *columns = golden_get(expect, "columns");
	struct time_data data = golden_time_data();
	struct time_summary summary = time_summary_of(&data, &default_constants);

	cr_assert_eq(data.basis, BASIS_OBSERVED);
	cr_assert_eq(data.levellers, (size_t)golden_number(time, "n"));
	assert_near((double)data.days[0] / 30.4375, golden_number(time, "shortest"));
	assert_optional(summary.average, golden_get(time, "average"), "average");
	assert_optional(summary.median, golden_get(time, "median"), "median");
	assert_optional(summary.fastest, golden_get(time, "fastest"), "fastest");
	cr_assert_eq(publish_whole(summary.average).value,
		     (int64_t)golden_number(columns, "avg_time_to_level_up_months"));
	cr_assert_eq(publish_whole(summary.median).value,
		     (int64_t)golden_number(columns, "median_time_to_level_up_months"));
	cr_assert_eq(publish_whole(summary.fastest).value,
		     (int64_t)golden_number(columns, "fastest_time_months"));
}

static void assert_curve(const struct km *km, struct json_object *rows)
{
	cr_assert_eq(km->count, json_object_array_length(rows));
	for (size_t i = 0; i < km->count; i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);

		assert_near((double)km->rows[i].day, golden_number(row, "t"));
		assert_near((double)km->rows[i].at_risk, golden_number(row, "n"));
		assert_near((double)km->rows[i].events, golden_number(row, "d"));
		assert_near(km->rows[i].survival, golden_number(row, "S"));
		assert_near(km->rows[i].se, golden_number(row, "se"));
		assert_near(km->rows[i].low, golden_number(row, "lo"));
		assert_near(km->rows[i].high, golden_number(row, "hi"));
	}
}

static void assert_day(struct optional_int day, double wanted)
{
	cr_assert_eq(day.present, !isnan(wanted));
	if (day.present)
		cr_assert_eq(day.value, (int64_t)wanted, "day %d is not %g", (int)day.value,
			     wanted);
}

Test(golden_cohort, kaplan_meier)
{
	static const char *const quantiles[] = { "0.25", "0.5", "0.75" };
	struct time_data data = golden_time_data();
	struct km all = kaplan_meier(data.durations, data.count, 1.959964, &arena);
	struct km guarded = km_guard(&all, 5, 1.959964, &arena);
	struct json_object *months = golden_get(golden_get(expect, "time"), "km_months");

	assert_curve(&all, golden_get(expect, "km_all"));
	assert_curve(&guarded, golden_get(expect, "km_guarded"));
	for (size_t i = 0; i < 3; i++) {
		struct json_object *wanted =
			golden_get(golden_get(expect, "km_quantiles_days"), quantiles[i]);
		struct json_object *month = golden_get(months, quantiles[i]);
		double q = strtod(quantiles[i], NULL);
		struct optional_int day = km_quantile(&guarded, q, KM_SURVIVAL);

		assert_day(km_quantile(&all, q, KM_SURVIVAL), golden_at(wanted, 0));
		assert_day(km_quantile(&all, q, KM_LOW), golden_at(wanted, 1));
		assert_day(km_quantile(&all, q, KM_HIGH), golden_at(wanted, 2));
		cr_assert_eq(day.present, month != NULL);
		if (month)
			assert_near((double)day.value / 30.4375, json_object_get_double(month));
	}
}

static void assert_range(const struct timeline *actual, struct json_object *wanted)
{
	cr_assert_str_eq(actual->method, golden_text(wanted, "method"));
	assert_optional(actual->low, golden_get(wanted, "low"), "low");
	assert_optional(actual->median, golden_get(wanted, "median"), "median");
	assert_optional(actual->high, golden_get(wanted, "high"), "high");
	assert_optional(actual->p_by_horizon, golden_get(wanted, "p_by_horizon"), "p_by_horizon");
	assert_optional(actual->horizon, golden_get(wanted, "horizon"), "horizon");
}

Test(golden_cohort, predicted_range)
{
	struct time_data data = golden_time_data();
	struct timeline at_entry = predict_time(&data, 0, &default_constants, &arena);
	struct timeline later = predict_time(&data, 6, &default_constants, &arena);

	assert_range(&at_entry, golden_get(golden_get(expect, "time"), "range"));
	assert_range(&later, golden_get(expect, "range_after_6_months"));
	cr_assert_str_eq(at_entry.basis, golden_text(golden_get(expect, "time"), "basis"));
}

Test(golden_cohort, published_rates)
{
	struct item_uses uses = count_items(cohorts, &spells, &arena);

	for (size_t i = 0; i < uses.count; i++) {
		const struct item_use *use = &uses.items[i];
		struct json_object *wanted =
			golden_get(golden_get(expect, "published"),
				   golden_item_name(use->kind, use->item, &arena));
		struct pattern_item item;
		bool shown = publish_item(use, &uses, &uses, &default_constants, &item);

		cr_assert_eq(shown, wanted != NULL, "%s", use->item);
		if (!wanted)
			continue;
		assert_near(item.usage_rate, golden_number(wanted, "rate"));
		cr_assert_eq(item.at_least,
			     json_object_get_boolean(golden_get(wanted, "at_least")));
	}
}

static void assert_list(const pattern_items *list, const char *kind)
{
	struct json_object *wanted = golden_get(golden_get(expect, "lists"), kind);

	cr_assert_eq(list->count, json_object_array_length(wanted), "%s", kind);
	for (size_t i = 0; i < list->count; i++)
		cr_assert_str_eq(arena_printf(&arena, "%s:%s", kind, list->items[i].item),
				 json_object_get_string(json_object_array_get_idx(wanted, i)));
}

Test(golden_cohort, pattern)
{
	const struct pattern *pattern = whole_pattern(cohorts, GOLDEN_FROM, &arena);

	cr_assert(pattern);
	cr_assert_str_eq(pattern->pattern_key, "5_10_million>11_20_million/revenue_growth");
	cr_assert_str_eq(pattern->pattern_name, "Revenue growth from $5-10M to $11-20M");
	cr_assert_str_eq(
		pattern->pattern_description,
		"Based on 7 contractors who went from $5-10M to $11-20M, most of them within 7 to "
		"21 months. Most common: implemented crm (at least 50%), partner 5 (at least 50%), "
		"book traction (at least 50%).");
	assert_list(&pattern->common_focus_areas, "focus_area");
	assert_list(&pattern->common_partners, "partner");
	assert_list(&pattern->common_milestones, "milestone");
	assert_list(&pattern->common_books, "book");
	assert_list(&pattern->common_podcasts, "podcast");
	assert_list(&pattern->common_events, "event");
	cr_assert_eq(pattern->sample_size, 7);
	cr_assert_eq(pattern->as_of, golden_as_of(root));
	cr_assert_eq(pattern->avg_time_to_level_up_months.value, 13);
	cr_assert_eq(pattern->timeline.low.value, 7);
	cr_assert_eq(pattern->timeline.median.value, 13);
	cr_assert_eq(pattern->timeline.high.value, 21);
	/* Three doubled their team and two were scaling: too few to be told of. */
	cr_assert_not(pattern->success_indicators.team_doubled.present);
	cr_assert_eq(pattern->stages.count, 1);
	cr_assert_eq(pattern->stages.items[0].share, 0.5);
	cr_assert_str_eq(pattern->common_focus_areas.items[0].name, "Operational efficiency");
}

/* Nobody goes on from 11_20_million, and who starts in 0_5_million is too few to learn from. */
Test(golden_cohort, other_transitions_have_no_pattern)
{
	cr_assert_null(whole_pattern(cohorts, 2, &arena));
	cr_assert_eq(cohorts->count, default_vocabulary.tiers.count - 1);
}
