/* What the read functions calculate is what the workers calculate: SQL against common/domain on
 * random patterns. */
#include <criterion/criterion.h>
#include <math.h>

#include "buffer.h"
#include "database.h"
#include "instant.h"
#include "score.h"
#include "seeded.h"
#include "timeline.h"

#define MONTH 30.4375
#define ENTERED (INT64_C(1704067200) * US_PER_SECOND) /* 2024-01-01 */
#define TIERS 6
#define LEGS (TIERS - 1)
#define ROUNDS 40
#define QUESTIONS 60
#define LATER_MAX 6

static struct db *open_database(struct test_database *database)
{
	test_database_create(database);
	test_script(
		database->admin,
		"INSERT INTO growth_v1.tiers SELECT 't' || i, i, 'T' || i FROM generate_series(0, 5) i;"
		"INSERT INTO contractors (id, revenue_tier, tier_entered_at, occurred_at, event_id, "
		"	kafka_partition, created_at, updated_at) "
		"SELECT i + 1, 't' || i, '2024-01-01Z', '2024-01-01Z', '', 0, '2024-01-01Z', "
		"	'2024-01-01Z' FROM generate_series(0, 5) i;"
		"INSERT INTO business_growth_patterns (pattern_key, version, as_of, from_revenue_tier, "
		"	to_revenue_tier, pattern_name, pattern_type, sample_size, confidence, "
		"	expected_success, consistency) "
		"SELECT i::text, 1, '2024-01-01Z', 't' || i, 't' || i + 1, 'p', 'revenue_growth', 9, 0.5, "
		"	0.5, 0.5 FROM generate_series(0, 4) i");
	return test_connect(database->admin);
}

/* ---- time ---- */

struct timeline_row {
	const char *key, *timeline;
};

struct question_row {
	int64_t contractor_id;
	const char *target;
	utc_us as_of;
	int64_t place;
};

struct answer_row {
	const char *status;
	struct optional_int months_low, months_median, months_high, horizon_months;
	struct optional_number p_by_horizon;
};

static const struct pg_column timeline_columns[] = { PG_TEXT(struct timeline_row, key),
						     PG_JSONB(struct timeline_row, timeline),
						     PG_END };
static const struct pg_column question_columns[] = { PG_INT4(struct question_row, contractor_id),
						     PG_TEXT(struct question_row, target),
						     PG_TIME(struct question_row, as_of),
						     PG_INT4(struct question_row, place), PG_END };
static const struct pg_column answer_columns[] = { PG_TEXT(struct answer_row, status),
						   PG_INT4(struct answer_row, months_low),
						   PG_INT4(struct answer_row, months_median),
						   PG_INT4(struct answer_row, months_high),
						   PG_INT4(struct answer_row, horizon_months),
						   PG_FLOAT8(struct answer_row, p_by_horizon),
						   PG_END };
static const struct statement set_timelines = {
	.name = "set_timelines",
	.sql = "UPDATE business_growth_patterns p SET timeline = n.timeline "
	       "FROM unnest($1::text[], $2::jsonb[]) AS n (key, timeline) WHERE p.pattern_key = n.key",
	.parameters = timeline_columns,
	.parameter_size = sizeof(struct timeline_row),
};
static const struct statement ask_times = {
	.name = "ask_times",
	.sql = "SELECT t.status, t.months_low, t.months_median, t.months_high, t.horizon_months, t.p_by_horizon "
	       "FROM unnest($1::int[], $2::text[], $3::timestamptz[], $4::int[]) AS q (contractor, target, as_of, place) "
	       "CROSS JOIN LATERAL growth_v1.predict_time_to_milestone(q.contractor, q.target, q.as_of) AS t "
	       "ORDER BY q.place",
	.parameters = question_columns,
	.parameter_size = sizeof(struct question_row),
	.results = answer_columns,
	.result_size = sizeof(struct answer_row),
};

static struct optional_number number(double value)
{
	return (struct optional_number){ value, true };
}

static struct optional_number any_share(struct seeded *random)
{
	return (struct optional_number){ (double)seeded_below(random, 101) / 100,
					 seeded_below(random, 4) > 0 };
}

/* Of whole months, as it is published; now and then there is none. */
static struct timeline any_timeline(struct seeded *random, struct later_timeline *later)
{
	static const int64_t months[LATER_MAX] = { 6, 12, 18, 24, 36, 48 };
	double low = 1 + seeded_below(random, 20), median = low + seeded_below(random, 15),
	       high = median + seeded_below(random, 15);
	struct timeline timeline = {
		.basis = "tier_entry",
		.method = "kaplan_meier",
		.low = number(low),
		.median = number(median),
		.high = number(high),
		.p_by_horizon = any_share(random),
		.later = { later, (size_t)seeded_below(random, LATER_MAX + 1) },
	};

	if (seeded_below(random, 20) == 0)
		return (struct timeline){ .basis = NULL };
	if (seeded_below(random, 4))
		timeline.horizon = number(high + seeded_below(random, 40));
	for (size_t i = 0; i < timeline.later.count; i++) {
		low = (double)months[i] + 1 + seeded_below(random, 9);
		median = low + seeded_below(random, 9);
		later[i] = (struct later_timeline){ months[i], low, median,
						    median + seeded_below(random, 9),
						    any_share(random) };
	}
	return timeline;
}

/* Before the entry, any time after it, or to the day 16, 32 or 48 months after it. */
static utc_us any_time(struct seeded *random)
{
	int days = seeded_below(random, 4) ? seeded_below(random, 1800) - 20
					   : 487 * seeded_below(random, 4);

	return ENTERED + days * US_PER_DAY + seeded_below(random, 86400) * US_PER_SECOND;
}

static void compare_times(const struct timeline *timelines, const struct question_row *question,
			  const struct answer_row *answer)
{
	static const char *const kinds[] = { "not_enough_data", "longer_than_observed",
					     "predicted" };
	size_t own = (size_t)question->contractor_id - 1,
	       target = (size_t)question->target[1] - '0', count = 0;
	struct time_left legs[LEGS], left;

	if (target <= own) {
		cr_expect_str_eq(answer->status, "reached");
		return;
	}
	for (size_t i = own; i < target; i++)
		legs[count++] = time_left_in_tier(
			&timelines[i],
			i == own ? months_in_tier(ENTERED, question->as_of, MONTH) : 0);
	left = time_through_tiers(legs, count);
	cr_expect_str_eq(answer->status, kinds[left.kind]);
	cr_expect(left.low == answer->months_low.value && left.high == answer->months_high.value &&
			  left.median == answer->months_median.value,
		  "t%zu to t%zu: %lld-%lld-%lld in C, %lld-%lld-%lld in SQL", own, target,
		  (long long)left.low, (long long)left.median, (long long)left.high,
		  (long long)answer->months_low.value, (long long)answer->months_median.value,
		  (long long)answer->months_high.value);
	cr_expect(left.p_by_horizon.present == answer->p_by_horizon.present &&
			  fabs(left.p_by_horizon.value - answer->p_by_horizon.value) < 0.0001,
		  "p %d %f in C, %d %f in SQL", left.p_by_horizon.present, left.p_by_horizon.value,
		  answer->p_by_horizon.present, answer->p_by_horizon.value);
	cr_expect(left.horizon.present == answer->horizon_months.present &&
		  left.horizon.value == answer->horizon_months.value);
}

Test(reading, day5_predict_time_to_milestone_is_what_goals_are_told, .timeout = 120)
{
	struct seeded random = seeded_start("reading");
	struct test_database database;
	struct db *db = open_database(&database);
	struct err err = { 0 };
	size_t predicted = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct later_timeline later[LEGS][LATER_MAX];
		struct timeline timelines[LEGS];
		struct timeline_row rows[LEGS];
		struct question_row questions[QUESTIONS];
		struct answer_row *answers;
		struct arena arena;
		size_t count;

		arena_init(&arena);
		for (int i = 0; i < LEGS; i++) {
			timelines[i] = any_timeline(&random, later[i]);
			rows[i] = (struct timeline_row){ arena_printf(&arena, "%d", i),
							 json_encode_text(timeline_fields,
									  &timelines[i], &arena) };
		}
		for (int i = 0; i < QUESTIONS; i++)
			questions[i] = (struct question_row){
				1 + seeded_below(&random, TIERS),
				arena_printf(&arena, "t%d", seeded_below(&random, TIERS)),
				any_time(&random), i
			};
		cr_assert(db_execute(db, &set_timelines, rows, LEGS, &err) &&
				  db_run(db, &ask_times, questions, QUESTIONS, &arena, &answers,
					 &count, &err),
			  "%s", err.text);
		cr_assert_eq(count, QUESTIONS);
		for (size_t i = 0; i < count; i++) {
			compare_times(timelines, &questions[i], &answers[i]);
			predicted += strcmp(answers[i].status, "predicted") == 0;
		}
		arena_release(&arena);
	}
	cr_expect(predicted > ROUNDS * QUESTIONS / 10, "only %zu predictions", predicted);
	db_close(db);
	test_database_drop(&database);
}

/* ---- partners ---- */

#define PARTNERS 8

struct partners_row {
	const char *key, *partners;
	double score, tier_score;
	int64_t match_rank;
};

struct boost_row {
	const char *partner_id;
	double boost;
};

static const struct pg_column partners_columns[] = {
	PG_TEXT(struct partners_row, key),        PG_JSONB(struct partners_row, partners),
	PG_FLOAT8(struct partners_row, score),    PG_FLOAT8(struct partners_row, tier_score),
	PG_INT4(struct partners_row, match_rank), PG_END
};
static const struct pg_column boost_columns[] = { PG_TEXT(struct boost_row, partner_id),
						  PG_FLOAT8(struct boost_row, boost), PG_END };
static const struct statement set_partners = {
	.name = "set_partners",
	.sql = "WITH listed AS (UPDATE business_growth_patterns p SET common_partners = n.partners "
	       "	FROM unnest($1::text[], $2::jsonb[]) AS n (key, partners) WHERE p.pattern_key = n.key) "
	       "INSERT INTO contractor_pattern_matches (contractor_id, pattern_id, score, tier_score, match_rank, focus_score, "
	       "	team_score, stage_score, pattern_version) "
	       "SELECT 1, p.id, n.score, n.tier_score, n.match_rank, 0, 0, 0, 1 "
	       "FROM unnest($1::text[], $3::float8[], $4::float8[], $5::int[]) AS n (key, score, tier_score, match_rank) "
	       "JOIN business_growth_patterns p ON p.pattern_key = n.key "
	       "ON CONFLICT (contractor_id, pattern_id) DO UPDATE SET score = excluded.score, "
	       "	tier_score = excluded.tier_score, match_rank = excluded.match_rank",
	.parameters = partners_columns,
	.parameter_size = sizeof(struct partners_row),
};
static const struct statement ask_partners = {
	.name = "ask_partners",
	.sql = "SELECT partner_id, boost FROM growth_v1.partner_recommendations(1) ORDER BY partner_id",
	.shape = STATEMENT_SCALARS,
	.results = boost_columns,
	.result_size = sizeof(struct boost_row),
};

static void any_partners(struct seeded *random, pattern_items *ret_partners, struct arena *arena)
{
	struct pattern_item *items = arena_array(arena, struct pattern_item, PARTNERS);

	*ret_partners = (pattern_items){ items, 0 };
	for (int i = 0; i < PARTNERS; i++)
		if (seeded_below(random, 2))
			items[ret_partners->count++] = (struct pattern_item){
				.item = arena_printf(arena, "p%d", i),
				.users = 10,
				.usage_rate = (double)seeded_below(random, 101) / 100,
				.grade = "A",
				.shrunk_satisfaction = { 1 + 4 * seeded_unit(random),
							 seeded_below(random, 3) > 0 },
			};
}

static bool lists(const struct pattern *pattern, const char *partner_id)
{
	for (size_t i = 0; i < pattern->common_partners.count; i++)
		if (strcmp(pattern->common_partners.items[i].item, partner_id) == 0)
			return true;
	return false;
}

Test(reading, day4_boost_is_that_of_partner_recommended, .timeout = 120)
{
	struct seeded random = seeded_start("reading");
	struct test_database database;
	struct db *db = open_database(&database);
	struct err err = { 0 };

	for (int round = 0; round < ROUNDS; round++) {
		struct pattern_match scored[MATCHES_MAX] = { 0 };
		struct pattern patterns[MATCHES_MAX] = { 0 };
		const struct pattern *known[MATCHES_MAX];
		struct partners_row rows[MATCHES_MAX];
		pattern_matches matches = { scored, MATCHES_MAX };
		struct boost_row *answers;
		struct arena arena;
		size_t count, next = 0;

		arena_init(&arena);
		for (int i = 0; i < MATCHES_MAX; i++) {
			known[i] = &patterns[i];
			any_partners(&random, &patterns[i].common_partners, &arena);
			scored[i].match_score = 0.5 + seeded_unit(&random) / 2;
			rows[i] = (struct partners_row){
				.key = arena_printf(&arena, "%d", i),
				.score = scored[i].match_score,
				.tier_score = seeded_below(&random, 2) ? 1 : 0.5,
				.match_rank = i + 1,
			};

			struct buffer text = { 0 };
			struct any_list list = { patterns[i].common_partners.items,
						 patterns[i].common_partners.count };

			json_encode_list(pattern_item_fields, sizeof(struct pattern_item), &list,
					 &text);
			rows[i].partners = arena_strndup(&arena, text.bytes, text.length);
			buffer_release(&text);
		}
		cr_assert(
			db_execute(db, &set_partners, rows, MATCHES_MAX, &err) &&
				db_run(db, &ask_partners, NULL, 0, &arena, &answers, &count, &err),
			"%s", err.text);
		for (int i = 0; i < PARTNERS; i++) {
			const char *id = arena_printf(&arena, "p%d", i);
			bool listed = false;

			for (int j = 0; j < MATCHES_MAX; j++)
				listed |= rows[j].tier_score == 1 && lists(&patterns[j], id);
			if (!listed)
				continue;
			cr_assert(next < count && strcmp(answers[next].partner_id, id) == 0,
				  "%s is missing", id);

			double boost = best_partner_boost(&matches, known, id).boost;

			cr_expect(fabs(answers[next].boost - boost) < 1e-12,
				  "%s: %.17g in C, %.17g in SQL", id, boost, answers[next].boost);
			next++;
		}
		cr_expect_eq(next, count, "%zu partners that no pattern of his tier lists",
			     count - next);
		arena_release(&arena);
	}
	db_close(db);
	test_database_drop(&database);
}
