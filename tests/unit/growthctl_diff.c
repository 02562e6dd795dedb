/* Where two rows are not of equal value, and which of it is no fault. */
#include <criterion/criterion.h>
#include <string.h>

#include "decide_diff.h"

static struct arena arena;

static void begin(void)
{
	arena_init(&arena);
}

static void end(void)
{
	arena_release(&arena);
}

TestSuite(diff, .init = begin, .fini = end);

static struct json_object *parsed(const char *json)
{
	struct json_object *object = json ? json_tokener_parse(json) : NULL;

	cr_assert(object || !json, "%s", json);
	return object;
}

/* "path: left | right; …" */
static const char *differences_of(const char *left, const char *right)
{
	struct json_object *a = parsed(left), *b = parsed(right);
	struct differences found = diff_compare(a, b, &arena);
	const char *text = "";

	for (size_t i = 0; i < found.count; i++)
		text = arena_printf(&arena, "%s%s%s: %s | %s", text, i ? "; " : "",
				    found.items[i].path,
				    found.items[i].left ? found.items[i].left : "-",
				    found.items[i].right ? found.items[i].right : "-");
	json_object_put(a);
	json_object_put(b);
	return text;
}

Test(diff, values_are_compared_and_told_by_path)
{
	static const struct {
		const char *left, *right, *wanted;
	} cases[] = {
		{ "{\"a\":1}", "{\"a\":1}", "" },
		{ "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", "" },
		{ "{\"a\":1.50}", "{\"a\":1.5}", "" },
		{ "{\"a\":2}", "{\"a\":2.0}", "" },
		{ "{\"a\":9007199254740993}", "{\"a\":9007199254740992}",
		  "a: 9007199254740993 | 9007199254740992" },
		{ "{\"a\":0.1}", "{\"a\":0.10000000000000002}", "a: 0.1 | 0.10000000000000002" },
		{ "{\"a\":1}", "{\"a\":\"1\"}", "a: 1 | \"1\"" },
		{ "{\"a\":null}", "{\"a\":0}", "a: null | 0" },
		{ "{\"a\":null}", "{\"a\":null}", "" },
		{ "{\"a\":null}", "{}", "a: null | -" },
		{ "{}", "{\"a\":\"x\"}", "a: - | \"x\"" },
		{ "{\"a\":{\"b\":[{\"c\":1},{\"c\":2}]}}", "{\"a\":{\"b\":[{\"c\":1},{\"c\":3}]}}",
		  "a.b[1].c: 2 | 3" },
		{ "{\"a\":[1,2]}", "{\"a\":[1]}", "a[1]: 2 | -" },
		{ "{\"a\":[]}", "{\"a\":[[\"x\"]]}", "a[0]: - | [\"x\"]" },
		{ "{\"a\":{}}", "{\"a\":[]}", "a: {} | []" },
		{ "{\"a\":{\"b\":1},\"c\":2}", "{\"a\":{\"b\":2},\"c\":3}",
		  "a.b: 1 | 2; c: 2 | 3" },
		/* Beside a row, for rules: not compared. */
		{ "{\"@a\":1,\"b\":1}", "{\"@a\":2,\"b\":1}", "" },
		{ "{\"@a\":1}", "{}", "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_str_eq(differences_of(cases[i].left, cases[i].right), cases[i].wanted,
				 "%s and %s", cases[i].left, cases[i].right);
}

Test(diff, a_row_of_one_side_is_one_difference)
{
	struct json_object *row = parsed("{\"a\":1,\"b\":2}");
	struct differences found = diff_alone(NULL, row, &arena);

	cr_assert_eq(found.count, 1);
	cr_expect_null(found.items[0].path);
	cr_expect_null(found.items[0].left);
	cr_expect_str_eq(found.items[0].right, "{\"a\":1,\"b\":2}");
	json_object_put(row);
}

/* ---- the rules ---- */

static const struct diff_table *table_named(const char *name)
{
	const struct diff_table *table = diff_tables;

	while (table->name && strcmp(table->name, name) != 0)
		table++;
	cr_assert(table->name, "there is no table %s", name);
	return table;
}

#define PATTERNS "public.business_growth_patterns"
#define GOALS "public.ai_concierge_goals"
#define ITEMS "public.ai_concierge_checklist_items"
#define MATCHES "public.contractor_pattern_matches"
#define TRACKING "public.pattern_success_tracking"
#define VOTES "public.pattern_votes"
#define HISTORY "public.confidence_history"
#define EVALUATIONS "cohort_analyzer.evaluations"
#define EVIDENCE "cohort_analyzer.pattern_evidence"
#define RECOMMENDATIONS "goal_enricher.recommendations"
#define PARKED "success_tracker.parked"
#define MATCHED "goal_enricher.matched_contractors"
#define ACTIONS "public.contractor_actions"

enum late { NOBODY, LEFT, RIGHT, UNRECORDED, OTHERS_VOTES };

#define LATEST "2024-03-01T00:00:00+00:00"

/* What diff knows beside the members of a row: whether the topics say so, and whether they told the
 * contractor otherwise. */
#define SAID(members, as_told, otherwise) \
	"{" members ",\"@as_told\":" as_told ",\"@otherwise\":" otherwise \
	",\"@current\":true,\"@sums\":true}"
#define TOLD(members) SAID(members, "true", "true")
#define V2 "\"pattern_version\":2,\"@profile\":\"p\""
#define V3 "\"pattern_version\":3,\"@profile\":\"p\""
#define DONE "\"@done\":true,\"@made\":true"
#define LEFT_MATCH "\"match_rank\":null,\"@made\":true,\"@profile\":\"p\""

/* rule: the one that explains it; NULL: it is unexplained. */
static const struct {
	const char *rule, *table, *path, *left, *right;
	enum late late;
} cases[] = {
	{ "version", PATTERNS, "version", "{\"version\":3}", "{\"version\":2}", UNRECORDED },
	/* Where it is recorded what each was calculated from, they are the same. */
	{ NULL, PATTERNS, "version", "{\"version\":3}", "{\"version\":2}", NOBODY },
	{ NULL, MATCHES, "pattern_version", TOLD("\"match_rank\":1,\"pattern_version\":3"),
	  TOLD("\"match_rank\":1,\"pattern_version\":2"), NOBODY },
	{ NULL, MATCHED, "message.matches[2].pattern_version", "{}", "{}", NOBODY },
	{ NULL, PATTERNS, "confidence", "{\"confidence\":0.61,\"confidence_as_of\":\"2024-01-02\"}",
	  "{\"confidence\":0.60,\"confidence_as_of\":\"2024-01-01\"}", NOBODY },
	{ NULL, HISTORY, NULL, "{\"@cause\":\"outcomes\"}", NULL, NOBODY },
	{ NULL, EVALUATIONS, NULL, NULL, "{\"as_of\":\"2024-01-02\"}", NOBODY },
	{ "version", EVALUATIONS, NULL, NULL, "{\"as_of\":\"2024-01-02\"}", UNRECORDED },
	{ "version", HISTORY, "version", "{\"version\":3}", "{\"version\":2}", UNRECORDED },
	{ "version", EVIDENCE, "version", "{\"version\":3}", "{\"version\":2}", UNRECORDED },
	{ NULL, PATTERNS, "sample_size", "{\"sample_size\":9}", "{\"sample_size\":8}", NOBODY },
	{ NULL, PATTERNS, NULL, NULL, "{\"version\":2}", NOBODY },
	{ "version", MATCHES, "pattern_version", "{\"pattern_version\":3}",
	  "{\"pattern_version\":2}", UNRECORDED },
	{ NULL, MATCHES, "score", "{\"score\":0.5,\"pattern_version\":3,\"match_rank\":1}",
	  "{\"score\":0.6,\"pattern_version\":2}", NOBODY },
	{ "version", GOALS, "pattern_version", "{\"pattern_version\":3,\"status\":\"active\"}",
	  "{\"pattern_version\":2,\"status\":\"active\"}", UNRECORDED },
	{ "version", MATCHED, "message.matches[2].pattern_version", "{}", "{}", UNRECORDED },
	{ NULL, MATCHED, "message.matches[2].match_score", "{}", "{}", NOBODY },
	{ NULL, MATCHED, "message.matches[2]", "{}", "{}", NOBODY },

	{ "confidence", PATTERNS, "confidence",
	  "{\"confidence\":0.61,\"confidence_as_of\":\"2024-01-02\"}",
	  "{\"confidence\":0.60,\"confidence_as_of\":\"2024-01-01\"}", UNRECORDED },
	{ "confidence", PATTERNS, "outcome_voters",
	  "{\"confidence\":0.6,\"confidence_as_of\":\"2024-01-02\"}",
	  "{\"confidence\":0.6,\"confidence_as_of\":\"2024-01-01\"}", UNRECORDED },
	/* Of the same moment it must be the same. */
	{ NULL, PATTERNS, "confidence", "{\"confidence\":0.61,\"confidence_as_of\":\"2024-01-01\"}",
	  "{\"confidence\":0.60,\"confidence_as_of\":\"2024-01-01\"}", NOBODY },
	{ NULL, PATTERNS, "confidence", "{\"confidence\":0.7,\"confidence_as_of\":\"2024-01-02\"}",
	  "{\"confidence\":0.6,\"confidence_as_of\":\"2024-01-01\"}", NOBODY },
	{ "confidence", GOALS, "priority_score",
	  "{\"pattern_version\":3,\"pattern_confidence\":0.61,\"status\":\"active\"}",
	  "{\"pattern_version\":2,\"pattern_confidence\":0.59,\"status\":\"active\"}", UNRECORDED },
	{ NULL, GOALS, "priority_score",
	  "{\"pattern_version\":2,\"pattern_confidence\":0.6,\"status\":\"active\"}",
	  "{\"pattern_version\":2,\"pattern_confidence\":0.6,\"status\":\"active\"}", NOBODY },
	{ "confidence", HISTORY, NULL, "{\"@cause\":\"outcomes\"}", NULL, UNRECORDED },
	{ NULL, HISTORY, NULL, "{\"@cause\":\"cohort\"}", NULL, NOBODY },
	{ NULL, HISTORY, "confidence", "{\"@cause\":\"cohort\",\"confidence\":0.1}",
	  "{\"@cause\":\"cohort\",\"confidence\":0.2}", NOBODY },
	{ "confidence", HISTORY, "confidence", "{\"@cause\":\"outcomes\",\"confidence\":0.1}",
	  "{\"@cause\":\"outcomes\",\"confidence\":0.2}", UNRECORDED },

	/* What each side's topics tell, of other things. */
	{ "told", GOALS, "goal_description", TOLD(V3), TOLD(V2), NOBODY },
	{ "told", GOALS, "success_criteria[0]", TOLD(V3), TOLD(V2), NOBODY },
	{ "told", GOALS, "expected_months_low", TOLD("\"occurred_at\":\"2024-02-01\""),
	  TOLD("\"occurred_at\":\"2024-01-01\""), NOBODY },
	{ "told", GOALS, "pattern_key", TOLD("\"pattern_key\":\"k\""), TOLD("\"pattern_key\":null"),
	  NOBODY },
	{ "told", GOALS, "timeline", TOLD(V2), TOLD("\"pattern_version\":2,\"@profile\":\"q\""),
	  NOBODY },
	{ "told", GOALS, "timeline", TOLD(V2), TOLD("\"pattern_version\":2"), NOBODY },
	/* Of the same version and profile it says the same, but for what better matches decide. */
	{ NULL, GOALS, "timeline", TOLD(V2), TOLD(V2), NOBODY },
	{ "told", GOALS, "success_criteria[0]", TOLD(V2), TOLD(V2), NOBODY },
	{ "told", GOALS, "created_at", TOLD(V2), TOLD(V2), NOBODY },
	/* The row says something else than the topics. */
	{ NULL, GOALS, "goal_description", SAID(V3, "false", "true"), TOLD(V2), NOBODY },
	{ NULL, GOALS, "created_at", TOLD(V2), SAID(V2, "false", "true"), NOBODY },
	{ NULL, GOALS, "goal_description", "{" V3 "}", "{" V2 "}", NOBODY },
	/* The same was told on both sides. */
	{ NULL, GOALS, "goal_description", SAID(V3, "true", "false"), SAID(V2, "true", "false"),
	  NOBODY },
	/* It should have been told since. */
	{ NULL, GOALS, "goal_description",
	  "{" V3 ",\"@as_told\":true,\"@otherwise\":true,\"@current\":false,\"@sums\":true}",
	  TOLD(V2), NOBODY },
	{ NULL, GOALS, "current_progress",
	  "{" V3 ",\"@as_told\":true,\"@otherwise\":true,\"@current\":true,\"@sums\":false}",
	  TOLD(V2), NOBODY },
	/* Others write these, or they follow from the events. */
	{ NULL, GOALS, "status", TOLD(V3), TOLD(V2), NOBODY },
	{ NULL, GOALS, "completed_at", TOLD(V3), TOLD(V2), NOBODY },
	{ NULL, GOALS, "contractor_id", TOLD(V3), TOLD(V2), NOBODY },
	{ "in passing", GOALS, NULL, TOLD("\"@idle\":true"), NULL, NOBODY },
	{ NULL, GOALS, NULL, TOLD("\"@idle\":false"), NULL, NOBODY },
	{ NULL, GOALS, NULL, NULL, SAID("\"@idle\":true", "false", "true"), NOBODY },
	{ NULL, GOALS, NULL, NULL, SAID("\"@idle\":true", "true", "false"), NOBODY },
	{ NULL, GOALS, NULL, "{\"@idle\":true}", NULL, NOBODY },

	{ "told", ITEMS, "item", TOLD(DONE), TOLD(DONE), NOBODY },
	{ "told", ITEMS, "updated_at", TOLD(DONE), TOLD(DONE), NOBODY },
	{ NULL, ITEMS, "item", SAID(DONE, "false", "true"), TOLD(DONE), NOBODY },
	{ NULL, ITEMS, "status", TOLD("\"@done\":false,\"@made\":true"), TOLD(DONE), NOBODY },
	{ NULL, ITEMS, "created_at", TOLD("\"@done\":true,\"@made\":false"), TOLD(DONE), NOBODY },
	{ NULL, ITEMS, "completion_notes", TOLD(DONE), TOLD(DONE), NOBODY },
	{ "in passing", ITEMS, NULL, NULL, TOLD(DONE), NOBODY },
	{ NULL, ITEMS, NULL, NULL, SAID(DONE, "false", "true"), NOBODY },

	{ "told", MATCHES, "score", TOLD(LEFT_MATCH ",\"pattern_version\":3"),
	  TOLD(LEFT_MATCH ",\"pattern_version\":2"), NOBODY },
	{ NULL, MATCHES, "score", TOLD(LEFT_MATCH ",\"pattern_version\":2"),
	  TOLD(LEFT_MATCH ",\"pattern_version\":2"), NOBODY },
	{ NULL, MATCHES, "score", SAID(LEFT_MATCH ",\"pattern_version\":3", "false", "true"),
	  TOLD(LEFT_MATCH ",\"pattern_version\":2"), NOBODY },
	{ NULL, MATCHES, "decided_result", TOLD(LEFT_MATCH), TOLD(LEFT_MATCH), NOBODY },
	{ "told", MATCHES, "decided_result", TOLD("\"@result\":true"),
	  TOLD("\"@result\":true,\"decided_result\":\"successful\""), NOBODY },
	{ NULL, MATCHES, "decided_result", TOLD("\"@result\":true"),
	  TOLD("\"@result\":false,\"decided_result\":\"successful\""), NOBODY },
	{ NULL, MATCHES, "decided_result", TOLD("\"@result\":true"),
	  TOLD("\"@result\":true,\"decided_result\":\"unsuccessful\""), NOBODY },
	{ NULL, MATCHES, "score", TOLD("\"match_rank\":1,\"@made\":true,\"pattern_version\":3"),
	  TOLD(LEFT_MATCH ",\"pattern_version\":2"), NOBODY },
	{ "told", MATCHES, "created_at", TOLD("\"@made\":true,\"match_rank\":1"),
	  TOLD("\"@made\":true,\"match_rank\":1"), NOBODY },
	{ "told", MATCHES, "updated_at", TOLD(LEFT_MATCH), TOLD(LEFT_MATCH), NOBODY },
	{ NULL, MATCHES, "updated_at", TOLD(LEFT_MATCH),
	  TOLD("\"match_rank\":null,\"@made\":false"), NOBODY },
	{ "told", MATCHES, "pattern_applied_at", TOLD("\"@made\":true,\"match_rank\":1"),
	  TOLD("\"@made\":true,\"match_rank\":1"), NOBODY },
	{ NULL, MATCHES, "created_at", TOLD("\"@made\":false,\"match_rank\":1"),
	  TOLD("\"@made\":true,\"match_rank\":1"), NOBODY },
	{ "told", MATCHES, "score", TOLD(LEFT_MATCH),
	  TOLD("\"match_rank\":null,\"@made\":true,\"@profile\":\"q\""), NOBODY },
	{ "in passing", MATCHES, NULL, TOLD(LEFT_MATCH ",\"@result\":true"), NULL, NOBODY },
	{ NULL, MATCHES, NULL, TOLD(LEFT_MATCH ",\"@result\":false"), NULL, NOBODY },
	{ NULL, MATCHES, NULL, SAID(LEFT_MATCH, "false", "true"), NULL, NOBODY },
	{ NULL, MATCHES, NULL, NULL, TOLD("\"match_rank\":1,\"@made\":true"), NOBODY },

	{ "told", RECOMMENDATIONS, "first_at", TOLD("\"@made\":true"), TOLD("\"@made\":true"),
	  NOBODY },
	{ NULL, RECOMMENDATIONS, "first_at", SAID("\"@made\":true", "false", "true"),
	  TOLD("\"@made\":true"), NOBODY },
	{ "in passing", RECOMMENDATIONS, NULL, NULL, TOLD("\"@made\":true"), NOBODY },
	{ NULL, RECOMMENDATIONS, NULL, NULL, SAID("\"@made\":true", "false", "true"), NOBODY },
	{ NULL, RECOMMENDATIONS, NULL, NULL, SAID("\"@made\":true", "true", "false"), NOBODY },

	{ "told", TRACKING, "pattern_key", TOLD("\"pattern_key\":\"k\""),
	  TOLD("\"pattern_key\":\"l\""), NOBODY },
	{ NULL, TRACKING, "pattern_key", SAID("\"pattern_key\":\"k\"", "false", "true"),
	  TOLD("\"pattern_key\":\"l\""), NOBODY },
	{ "made", TRACKING, "time_to_completion_days",
	  TOLD("\"created_at\":\"2024-01-01\",\"@made\":true"),
	  TOLD("\"created_at\":\"2024-01-02\",\"@made\":true"), NOBODY },
	{ NULL, TRACKING, "time_to_completion_days",
	  TOLD("\"created_at\":\"2024-01-01\",\"@made\":true"),
	  TOLD("\"created_at\":\"2024-01-01\",\"@made\":true"), NOBODY },
	{ NULL, TRACKING, "time_to_completion_days",
	  TOLD("\"created_at\":\"2024-01-01\",\"@made\":false"),
	  TOLD("\"created_at\":\"2024-01-02\",\"@made\":true"), NOBODY },
	{ "in passing", TRACKING, NULL, TOLD("\"@voted\":true"), NULL, NOBODY },
	{ NULL, TRACKING, NULL, TOLD("\"@voted\":false"), NULL, NOBODY },
	{ NULL, TRACKING, NULL, SAID("\"@voted\":true", "false", "true"), NULL, NOBODY },
	/* The votes of a shadow are live's. */
	{ "in passing", TRACKING, NULL, NULL, TOLD("\"@voted\":false"), OTHERS_VOTES },
	{ NULL, TRACKING, NULL, TOLD("\"@voted\":false"), NULL, OTHERS_VOTES },
	{ NULL, TRACKING, "outcome", TOLD("\"@voted\":true"), TOLD("\"@voted\":true"), NOBODY },
	{ "counts", MATCHES, "goals_generated", "{\"@counted\":true,\"match_rank\":1}",
	  "{\"@counted\":true,\"match_rank\":1}", NOBODY },
	{ NULL, MATCHES, "goals_generated", "{\"@counted\":true,\"match_rank\":1}",
	  "{\"@counted\":false,\"match_rank\":1}", NOBODY },
	{ "waits", PARKED, NULL, "{\"@waits\":true}", NULL, NOBODY },
	{ NULL, PARKED, NULL, "{\"@waits\":false}", NULL, NOBODY },
	{ NULL, PARKED, NULL, NULL, "{\"@waits\":null}", NOBODY },
	{ "version", "cohort_analyzer.recalculations", "outcome.transitions[3].version", "{}", "{}",
	  UNRECORDED },
	{ NULL, "cohort_analyzer.recalculations", "outcome.transitions[3].result", "{}", "{}",
	  NOBODY },
	{ "confidence", PATTERNS, "updated_at",
	  "{\"confidence\":0.61,\"confidence_as_of\":\"2024-01-02\"}",
	  "{\"confidence\":0.60,\"confidence_as_of\":\"2024-01-01\"}", UNRECORDED },
	{ "reminders", TRACKING, "reminders", "{\"reminders\":1}", "{\"reminders\":0}", NOBODY },
	{ NULL, TRACKING, "outcome", "{\"reminders\":1}", "{\"reminders\":0}", NOBODY },

	{ "behind", VOTES, NULL, "{\"occurred_at\":\"2024-01-01T00:00:00+00:00\"}", NULL, RIGHT },
	{ NULL, VOTES, NULL, "{\"occurred_at\":\"2024-01-01T00:00:00+00:00\"}", NULL, LEFT },
	{ NULL, VOTES, NULL, "{\"occurred_at\":\"2024-01-01T00:00:00+00:00\"}", NULL, NOBODY },
	{ "behind", ACTIONS, NULL, "{\"@occurred_at\":\"2024-03-01T00:00:00.5+00:00\"}", NULL,
	  RIGHT },
	{ NULL, ACTIONS, NULL, "{\"@occurred_at\":\"2024-03-01T00:00:00.5+00:00\"}", NULL, NOBODY },
	{ NULL, ACTIONS, NULL, "{\"@occurred_at\":\"2024-03-01T00:00:00+00:00\"}", NULL, RIGHT },
	{ NULL, ACTIONS, NULL, "{\"@occurred_at\":\"2024-03-01T00:00:00.5+00:00\"}", NULL, LEFT },
	{ "behind", TRACKING, NULL, "{\"created_at\":\"2024-04-01T00:00:00\"}", NULL, RIGHT },
	{ "behind", "cohort_analyzer.pattern_voters", NULL, "{\"good\":\"1\"}", NULL, RIGHT },
	{ NULL, "cohort_analyzer.pattern_voters", NULL, "{\"good\":\"1\"}", NULL, NOBODY },
	{ "behind", "cohort_analyzer.pattern_evidence", "good", "{\"good\":\"1\"}",
	  "{\"good\":\"2\"}", LEFT },
	{ NULL, "cohort_analyzer.pattern_evidence", "good", "{\"good\":\"1\"}", "{\"good\":\"2\"}",
	  NOBODY },
	{ "behind", "cohort_analyzer.evaluation", "as_of", "{\"as_of\":\"2024-01-01\"}",
	  "{\"as_of\":\"2024-01-02\"}", LEFT },
	{ NULL, "cohort_analyzer.evaluation", "as_of", "{\"as_of\":\"2024-01-01\"}",
	  "{\"as_of\":\"2024-01-02\"}", NOBODY },
	{ "behind", MATCHES, "score", "{\"match_rank\":1,\"updated_at\":\"2024-01-01T00:00:00\"}",
	  "{\"score\":2,\"updated_at\":\"2024-04-01T00:00:00\"}", LEFT },
};

Test(diff, each_rule_explains_what_it_names_and_nothing_else)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct diff_pair pair = {
			.table = table_named(cases[i].table),
			.left = parsed(cases[i].left),
			.right = parsed(cases[i].right),
			.sides = { { .behind = cases[i].late == LEFT, .latest = LATEST },
				   { .behind = cases[i].late == RIGHT,
				     .latest = LATEST,
				     .unrecorded = cases[i].late == UNRECORDED,
				     .others_votes = cases[i].late == OTHERS_VOTES } }
		};
		struct difference difference = { .path = cases[i].path };
		const char *by = NULL;

		diff_explain(&pair, &difference);
		for (const struct diff_rule *rule = diff_rules; rule->name; rule++)
			if (difference.explained == rule->reason)
				by = rule->name;
		cr_expect((!by && !cases[i].rule) ||
				  (by && cases[i].rule && strcmp(by, cases[i].rule) == 0),
			  "case %zu, %s of %s: %s instead of %s", i,
			  cases[i].path ? cases[i].path : "the row", cases[i].table,
			  by ? by : "unexplained", cases[i].rule ? cases[i].rule : "unexplained");
		json_object_put(pair.left);
		json_object_put(pair.right);
	}
}

Test(diff, of_whom_events_were_not_fed_anything_may_differ)
{
	static const int64_t unfed[] = { 3, 7, 900002 };
	static const struct {
		const char *key, *content;
		bool explained;
	} rows[] = {
		{ "{\"contractor_id\":7}", "{}", true },
		{ "{\"contractor_id\":8}", "{}", false },
		{ "{\"goal_uuid\":\"g\"}", "{\"contractor_id\":900002}", true },
		{ "{\"goal_uuid\":\"g\"}", "{\"contractor_id\":1}", false },
		{ "{\"transition\":\"t\"}", "{}", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct json_object *key = parsed(rows[i].key), *content = parsed(rows[i].content);
		struct diff_pair pair = { .table = table_named(ACTIONS),
					  .left = content,
					  .contractor = diff_contractor(key, content),
					  .sides = { { 0 },
						     { .unfed = unfed, .unfed_count = 3 } } };
		struct difference difference = { 0 };

		diff_explain(&pair, &difference);
		cr_expect_eq(difference.explained != NULL, rows[i].explained, "%s", rows[i].key);
		json_object_put(key);
		json_object_put(content);
	}
}

Test(diff, each_rule_has_a_case)
{
	for (const struct diff_rule *rule = diff_rules; rule->name; rule++) {
		bool has = rule->table == NULL;

		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
			has = has || (cases[i].rule && strcmp(cases[i].rule, rule->name) == 0 &&
				      strcmp(cases[i].table, rule->table) == 0);
		cr_expect(has, "no case of '%s' for %s", rule->name, rule->table);
	}
}

Test(diff, columns_of_rules_are_columns_that_are_compared)
{
	for (const struct diff_rule *rule = diff_rules; rule->name; rule++) {
		for (const char *const *name = rule->columns; name && *name; name++) {
			size_t length = strcspn(*name, ".[");
			bool has = false;

			for (const struct diff_column *column = table_named(rule->table)->columns;
			     column->name || column->as; column++) {
				const char *told = column->as ? column->as : column->name;

				has = has ||
				      (column->use == DIFF_COMPARED && strlen(told) == length &&
				       strncmp(told, *name, length) == 0);
			}
			cr_expect(has, "%s has no column %s", rule->table, *name);
		}
	}
}
