/* Whether rows are what a side's topics tell of them. */
#include <criterion/criterion.h>
#include <string.h>

#include "decide_told.h"
#include "identity.h"
#include "messages.h"

#define GOAL "1b4c9c3e-53c4-5d0e-8f66-5a7a6f5f0c11"

#define MATCHED(version) \
	"{\"contractor_id\":5,\"occurred_at\":\"2024-01-01T00:00:00Z\",\"revenue_tier\":\"t\"," \
	"\"tier_entered_at\":\"2023-01-01T00:00:00Z\",\"snapshot\":%d,\"matches\":[{\"pattern_key\":" \
	"\"k\",\"pattern_version\":" version ",\"match_score\":0.123456,\"tier_score\":1," \
	"\"focus_score\":0,\"team_score\":0,\"stage_score\":0,\"match_reason\":\"fits\"}]}"
#define ENRICHED(words, version, item) \
	"{\"goal_id\":\"" GOAL "\",\"contractor_id\":5,\"occurred_at\":\"2024-01-01T00:00:00Z\"," \
	"\"created_at\":\"2024-01-01T00:00:00Z\",\"goal_type\":\"g\",\"goal_description\":\"" words \
	"\",\"pattern_key\":\"k\",\"pattern_version\":" version \
	",\"status\":\"active\",\"checklist\":" \
	"[{\"checklist_item\":\"read it\",\"item_type\":\"book\",\"item\":\"" item \
	"\",\"usage_rate\":0.5,\"status\":\"pending\"}]}"

#define GOAL_ROW(words, version) \
	"{\"contractor_id\":5,\"occurred_at\":\"2024-01-01T00:00:00+00:00\",\"created_at\":" \
	"\"2024-01-01T00:00:00+00:00\",\"goal_type\":\"g\",\"goal_description\":\"" words \
	"\",\"pattern_key\":\"k\",\"pattern_version\":" version ",\"status\":\"completed\"," \
	"\"data_gaps\":null,\"next_milestone\":\"m\",\"timeline\":null,\"upstream\":false}"
#define ITEM_ROW(item) \
	"{\"contractor_id\":5,\"checklist_item\":\"read it\",\"item_type\":\"book\",\"item\":\"" item \
	"\",\"usage_rate\":0.50,\"status\":\"completed\"}"
#define MATCH_ROW(score) \
	"{\"match_rank\":null,\"score\":" score ",\"match_score\":0.12,\"pattern_version\":2," \
	"\"tier_score\":1,\"focus_score\":0,\"team_score\":0,\"stage_score\":0,\"match_reason\":" \
	"\"fits\"}"

static const int64_t contractors[] = { 3, 5, 8 };

enum log { NONE, A, B, TRUSTED, BARE };

static void take_as(struct told *told, const char *topic, const char *value, const char *id)
{
	told_take(told, &(struct told_message){ .topic = topic,
						.contractor = 5,
						.value = value,
						.length = value ? strlen(value) : 0,
						.id = id });
}

static void take(struct told *told, const char *topic, const char *value)
{
	take_as(told, topic, value, "0");
}

/* A: version 2 came first; B: it came later, when he matched no more; BARE: so did it, and the goal
 * is upstream's, without a pattern. */
static struct told *log_of(enum log which)
{
	struct told *told = told_new(contractors, 3, &default_vocabulary);
	char text[1024];

	cr_assert(told_wants(told, 5) && !told_wants(told, 4));
	snprintf(text, sizeof(text), MATCHED("2"), which == A ? 7 : 9);
	if (which == A) {
		take(told, TOPIC_CONTRACTOR_MATCHED, text);
		take(told, TOPIC_GOAL_ENRICHED, ENRICHED("early", "1", "a"));
		take(told, TOPIC_GOAL_ENRICHED, ENRICHED("late", "2", "b"));
	}
	if (which == BARE)
		take(told, TOPIC_GOAL_ENRICHED,
		     "{\"goal_id\":\"" GOAL "\",\"contractor_id\":5,\"occurred_at\":"
		     "\"2024-01-01T00:00:00Z\",\"created_at\":\"2024-01-01T00:00:00Z\",\"goal_type\":"
		     "\"g\",\"goal_description\":\"d\",\"status\":\"active\"}");
	return told;
}

static const struct diff_table *table_named(const char *name)
{
	const struct diff_table *table = diff_tables;

	while (table->name && strcmp(table->name, name) != 0)
		table++;
	cr_assert(table->name && told_concerns(table), "%s", name);
	return table;
}

#define GOALS "public.ai_concierge_goals"
#define ITEMS "public.ai_concierge_checklist_items"
#define MATCHES "public.contractor_pattern_matches"
#define TRACKING "public.pattern_success_tracking"
#define RECOMMENDATIONS "goal_enricher.recommendations"
#define GOAL_KEY "{\"goal_uuid\":\"" GOAL "\"}"
#define ITEM_KEY(position) "{\"goal_uuid\":\"" GOAL "\",\"position\":" position "}"
#define MATCH_KEY "{\"contractor_id\":5,\"pattern_key\":\"k\"}"
#define LISTED(type, item) \
	"{\"contractor_id\":5,\"pattern_key\":\"k\",\"item_type\":\"" type "\",\"item\":\"" item \
	"\"}"
#define AT(time) "{\"contractor_id\":5,\"first_at\":\"" time "\"}"
#define FIRST "2024-01-01T00:00:00+00:00"

/* Of a row that is not there, anything. */
static bool is(struct json_object *row, const char *name)
{
	return !row || json_object_get_boolean(json_object_object_get(row, name));
}

Test(told, a_row_must_be_what_the_topics_tell)
{
	static const struct {
		const char *table, *key, *left, *right;
		enum log logs[2];
		bool as_told, otherwise;
	} cases[] = {
		{ GOALS, GOAL_KEY, GOAL_ROW("late", "2"), NULL, { A, B }, true, true },
		{ GOALS, GOAL_KEY, GOAL_ROW("late", "2"), NULL, { A, TRUSTED }, true, true },
		/* What was told before is not what was told last. */
		{ GOALS, GOAL_KEY, GOAL_ROW("early", "1"), NULL, { A, B }, false, true },
		{ GOALS, GOAL_KEY, GOAL_ROW("by hand", "2"), NULL, { A, B }, false, true },
		{ GOALS, GOAL_KEY, GOAL_ROW("late", "3"), NULL, { A, B }, false, true },
		/* Deleted by hand on the other side. */
		{ GOALS, GOAL_KEY, GOAL_ROW("late", "2"), NULL, { A, A }, false, false },
		{ GOALS, GOAL_KEY, NULL, GOAL_ROW("late", "2"), { B, A }, true, true },
		{ GOALS, GOAL_KEY, NULL, GOAL_ROW("late", "2"), { A, A }, false, false },
		{ GOALS,
		  GOAL_KEY,
		  GOAL_ROW("late", "2"),
		  GOAL_ROW("late", "2"),
		  { A, A },
		  true,
		  false },
		{ GOALS,
		  GOAL_KEY,
		  GOAL_ROW("late", "2"),
		  GOAL_ROW("early", "1"),
		  { A, B },
		  false,
		  true },
		/* A side without topics, of which nothing is known. */
		{ GOALS, GOAL_KEY, GOAL_ROW("late", "2"), NULL, { NONE, B }, false, true },
		{ ITEMS, ITEM_KEY("1"), ITEM_ROW("b"), NULL, { A, B }, true, true },
		{ ITEMS, ITEM_KEY("1"), ITEM_ROW("a"), NULL, { A, B }, false, true },
		{ ITEMS, ITEM_KEY("2"), ITEM_ROW("b"), NULL, { A, B }, false, true },
		{ ITEMS, ITEM_KEY("1"), ITEM_ROW("b"), NULL, { A, A }, false, false },
		{ ITEMS, ITEM_KEY("2"), NULL, ITEM_ROW("b"), { A, TRUSTED }, true, true },
		{ MATCHES, MATCH_KEY, MATCH_ROW("0.123456"), NULL, { A, B }, true, true },
		{ MATCHES, MATCH_KEY, MATCH_ROW("0.2"), NULL, { A, B }, false, true },
		{ MATCHES, MATCH_KEY, MATCH_ROW("0.123456"), NULL, { A, A }, false, false },
		{ TRACKING,
		  GOAL_KEY,
		  "{\"contractor_id\":5,\"pattern_key\":\"k\"}",
		  NULL,
		  { A, B },
		  true,
		  true },
		{ TRACKING,
		  GOAL_KEY,
		  "{\"contractor_id\":5,\"pattern_key\":\"l\"}",
		  NULL,
		  { A, B },
		  false,
		  true },
		/* There it has no pattern, and is not tracked. */
		{ TRACKING,
		  GOAL_KEY,
		  "{\"contractor_id\":5,\"pattern_key\":\"k\"}",
		  NULL,
		  { A, BARE },
		  true,
		  true },
		{ TRACKING,
		  GOAL_KEY,
		  "{\"contractor_id\":5,\"pattern_key\":\"k\"}",
		  NULL,
		  { A, A },
		  false,
		  false },
		{ TRACKING, GOAL_KEY, "{\"contractor_id\":5}", NULL, { B, A }, false, true },
		{ RECOMMENDATIONS, LISTED("book", "a"), AT(FIRST), NULL, { A, B }, true, true },
		{ RECOMMENDATIONS, LISTED("book", "c"), AT(FIRST), NULL, { A, B }, false, true },
		{ RECOMMENDATIONS,
		  LISTED("book", "a"),
		  AT("2024-01-02T00:00:00+00:00"),
		  NULL,
		  { A, B },
		  false,
		  true },
		{ RECOMMENDATIONS, LISTED("book", "a"), AT(FIRST), NULL, { A, A }, false, false },
		{ RECOMMENDATIONS, LISTED("partner", "a"), AT(FIRST), NULL, { A, B }, false, true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json_object *key = json_tokener_parse(cases[i].key);
		struct diff_pair pair = {
			.table = table_named(cases[i].table),
			.left = cases[i].left ? json_tokener_parse(cases[i].left) : NULL,
			.right = cases[i].right ? json_tokener_parse(cases[i].right) : NULL,
			.contractor = 5,
		};
		struct told *logs[2] = { NULL, NULL };
		bool trusted[2];

		for (size_t k = 0; k < 2; k++) {
			trusted[k] = cases[i].logs[k] == TRUSTED;
			if (cases[i].logs[k] != NONE && !trusted[k])
				logs[k] = log_of(cases[i].logs[k]);
		}
		told_judge(&pair, key, (const struct told *const[]){ logs[0], logs[1] }, trusted);
		cr_expect_eq(is(pair.left, "@as_told") && is(pair.right, "@as_told"),
			     cases[i].as_told, "case %zu", i);
		cr_expect_eq(is(pair.left, "@otherwise") && is(pair.right, "@otherwise"),
			     cases[i].otherwise, "case %zu", i);
		json_object_put(key);
		json_object_put(pair.left);
		json_object_put(pair.right);
		told_free(logs[0]);
		told_free(logs[1]);
	}
}

Test(told, who_was_erased_was_told_nothing)
{
	struct told *told = log_of(A), *none = log_of(B);
	struct json_object *key = json_tokener_parse(GOAL_KEY);
	struct diff_pair pair = { .table = table_named(GOALS),
				  .left = json_tokener_parse(GOAL_ROW("late", "2")),
				  .contractor = 5 };

	take(told, TOPIC_CONTRACTOR_MATCHED, NULL);
	take(told, TOPIC_GOAL_ENRICHED, NULL);
	told_judge(&pair, key, (const struct told *const[]){ told, none },
		   (const bool[]){ false, false });
	cr_expect(!json_object_get_boolean(json_object_object_get(pair.left, "@as_told")));
	cr_expect(!json_object_get_boolean(json_object_object_get(pair.left, "@otherwise")));
	/* Of what comes later nothing is left of before. */
	pair.table = table_named(TRACKING);
	json_object_object_add(pair.left, "pattern_key", json_object_new_string("l"));
	take(told, TOPIC_GOAL_ENRICHED,
	     "{\"goal_id\":\"" GOAL
	     "\",\"contractor_id\":5,\"occurred_at\":\"2024-01-01T00:00:00Z\","
	     "\"created_at\":\"2024-01-01T00:00:00Z\",\"goal_type\":\"g\",\"goal_description\":\"d\","
	     "\"pattern_key\":\"l\",\"pattern_version\":1,\"status\":\"active\"}");
	told_judge(&pair, key, (const struct told *const[]){ told, none },
		   (const bool[]){ false, false });
	cr_expect(is(pair.left, "@as_told"));
	json_object_put(key);
	json_object_put(pair.left);
	told_free(told);
	told_free(none);
}

Test(told, another_snapshot_number_is_not_another_word)
{
	struct told *one = told_new(contractors, 3, &default_vocabulary),
		    *two = told_new(contractors, 3, &default_vocabulary);
	struct json_object *key = json_tokener_parse(MATCH_KEY);
	struct diff_pair pair = { .table = table_named(MATCHES),
				  .left = json_tokener_parse(MATCH_ROW("0.123456")),
				  .right = json_tokener_parse(MATCH_ROW("0.123456")),
				  .contractor = 5 };
	char text[1024];

	snprintf(text, sizeof(text), MATCHED("2"), 7);
	take(one, TOPIC_CONTRACTOR_MATCHED, text);
	snprintf(text, sizeof(text), MATCHED("2"), 123);
	take(two, TOPIC_CONTRACTOR_MATCHED, text);
	told_judge(&pair, key, (const struct told *const[]){ one, two },
		   (const bool[]){ false, false });
	cr_expect(json_object_get_boolean(json_object_object_get(pair.left, "@as_told")));
	cr_expect(!json_object_get_boolean(json_object_object_get(pair.right, "@otherwise")));
	json_object_put(key);
	json_object_put(pair.left);
	json_object_put(pair.right);
	told_free(one);
	told_free(two);
}

#define PROFILE(tier, matches) \
	"{\"contractor_id\":5,\"occurred_at\":\"2024-01-01T00:00:00Z\",\"revenue_tier\":\"" tier \
	"\",\"tier_entered_at\":\"2023-01-01T00:00:00Z\",\"snapshot\":1,\"matches\":[" matches \
	"]}"
#define STEP(tier_score) \
	"{\"pattern_key\":\"0_5_million>5_10_million/g\",\"pattern_version\":1,\"match_score\":0.5," \
	"\"tier_score\":" tier_score ",\"focus_score\":0,\"team_score\":0,\"stage_score\":0," \
	"\"match_reason\":\"fits\"}"

/* What a match's row says of its end is what the profiles make of it. */
Test(told, who_made_the_step_after_it_had_fitted_is_successful)
{
	static const struct {
		const char *first, *second;
		bool successful;
	} cases[] = {
		{ PROFILE("0_5_million", STEP("1")), PROFILE("5_10_million", ""), true },
		{ PROFILE("0_5_million", STEP("1")), PROFILE("11_20_million", ""), true },
		{ PROFILE("0_5_million", STEP("1")), PROFILE("0_5_million", ""), false },
		{ PROFILE("5_10_million", STEP("0.3")), PROFILE("5_10_million", ""), false },
		{ PROFILE("0_5_million", ""), PROFILE("5_10_million", STEP("0.3")), false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int said = 0; said < 2; said++) {
			struct told *told = told_new(contractors, 3, &default_vocabulary);
			struct json_object *key = json_tokener_parse(
				"{\"contractor_id\":5,\"pattern_key\":\"0_5_million>5_10_million/g\"}");
			struct diff_pair pair = {
				.table = table_named(MATCHES),
				.left = json_tokener_parse(
					said ? "{\"score\":0.5,\"decided_result\":\"successful\"}"
					     : "{\"score\":0.5,\"decided_result\":null}"),
				.contractor = 5
			};

			take(told, TOPIC_CONTRACTOR_MATCHED, cases[i].first);
			take(told, TOPIC_CONTRACTOR_MATCHED, cases[i].second);
			told_judge(&pair, key, (const struct told *const[]){ told, NULL },
				   (const bool[]){ false, true });
			cr_expect_eq(is(pair.left, "@result"), cases[i].successful == said,
				     "case %zu, said %d", i, said);
			json_object_put(key);
			json_object_put(pair.left);
			told_free(told);
		}
}

/* A goal is known to be told of the profile whose event its own id follows from. */
Test(told, a_goal_was_told_of_the_profile_that_caused_it)
{
	struct told *told = told_new(contractors, 3, &default_vocabulary);
	const char *first = "11111111-1111-5111-8111-111111111111";
	const char *second = "22222222-2222-5222-8222-222222222222";
	struct uuid caused = identity("event", "goal-enricher", "", "growth/matcher", first, "1",
				      "com.growthpatterns.goal.enriched", NULL);
	struct json_object *key = json_tokener_parse(GOAL_KEY);
	struct diff_pair pair = { .table = table_named(GOALS), .contractor = 5 };
	const char *profiles[3];
	char id[UUID_TEXT_SIZE], kept[3][UUID_TEXT_SIZE];

	uuid_to_text(&caused, id);
	take_as(told, TOPIC_CONTRACTOR_MATCHED, PROFILE("0_5_million", ""), first);
	take_as(told, TOPIC_CONTRACTOR_MATCHED, PROFILE("5_10_million", ""), second);
	for (size_t i = 0; i < 3; i++) {
		if (i == 1) {
			caused = identity("event", "goal-enricher", "", "growth/matcher", second,
					  "0", "com.growthpatterns.goal.enriched", NULL);
			uuid_to_text(&caused, id);
		}
		take_as(told, TOPIC_GOAL_ENRICHED, ENRICHED("late", "2", "b"),
			i < 2 ? id : "other");
		pair.left = json_tokener_parse(GOAL_ROW("late", "2"));
		told_judge(&pair, key, (const struct told *const[]){ told, NULL },
			   (const bool[]){ false, true });
		profiles[i] = json_object_get_string(json_object_object_get(pair.left, "@profile"));
		snprintf(kept[i], sizeof(kept[i]), "%s", profiles[i] ? profiles[i] : "");
		json_object_put(pair.left);
	}
	cr_expect_str_neq(kept[0], "");
	cr_expect_str_neq(kept[1], "");
	cr_expect_str_neq(kept[0], kept[1]);
	cr_expect_str_eq(kept[2], "", "an event of somebody else's");
	json_object_put(key);
	told_free(told);
}
