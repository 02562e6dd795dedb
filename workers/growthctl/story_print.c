/* The story for people: a heading and lines or a table for each part. */
#include "json_read.h"
#include "output.h"
#include "story.h"
#include "uptake.h"
#include "wording.h"

#define HISTORY_MAX 24 /* versions; the others are in the JSON */

static void line(const char *what, const char *text)
{
	if (!text)
		return;
	printf("  %-14s ", what);
	output_wrapped(stdout, 17, text);
}

static const char *known(const char *text)
{
	return text ? text : "-";
}

static void heading(const char *text)
{
	putchar('\n');
	output_heading(stdout, "%s", text);
}

static const char *tier(const struct ctl *ctl, struct json_object *cohort, const char *member)
{
	return label_of(&ctl->config.vocabulary.tiers, json_text_at(cohort, member));
}

static void print_cohort(const struct ctl *ctl, struct json_object *story, struct arena *arena)
{
	struct json_object *cohort = json_at(story, "cohort");

	heading("Cohort");
	line("from, to", arena_printf(arena, "%s, %s", tier(ctl, cohort, "from_revenue_tier"),
				      tier(ctl, cohort, "to_revenue_tier")));
	line("contractors", arena_printf(arena, "%s at risk, %s of them levelled up",
					 known(json_text_at(cohort, "at_risk")),
					 known(json_text_at(cohort, "levelled_up"))));
	line("as of", json_time(story, "as_of", arena));
	if (json_at(cohort, "held_out.result"))
		line("held out", plain_words(json_text_at(cohort, "held_out.result"), arena));
	line("team doubled", json_percent(cohort, "success_indicators.team_doubled", arena));
	line("lead flow", json_percent(cohort, "success_indicators.lead_flow_improved", arena));
	if (json_at(cohort, "success_indicators.revenue_increased"))
		line("revenue",
		     arena_printf(arena, "+%s%%, median",
				  json_decimals(cohort, "success_indicators.revenue_increased", 0,
						arena)));
}

static const char *usage_of(struct json_object *item, struct arena *arena)
{
	const char *rate = json_percent(item, "usage_rate", arena);

	return json_object_get_boolean(json_at(item, "at_least"))
		       ? arena_printf(arena, ">=%s", known(rate))
		       : rate;
}

static void print_items(struct json_object *story, struct arena *arena)
{
	static const char *const headings[] = { "KIND",  "ITEM",      "GRADE",  ">USERS",
						">USED", ">PEERS",    ">LIFT",  "95 %",
						">Q",    ">OUTCOMES", ">RATIO", NULL };
	struct json_object *items = json_at(story, "items");
	struct table table;

	heading("What they did");
	table_init(&table, arena, headings);
	for (size_t i = 0; i < json_object_array_length(items); i++) {
		struct json_object *item = json_object_array_get_idx(items, i);
		const char *name = json_text_at(item, "name");

		table_add(&table, plain_words(json_text_at(item, "kind"), arena));
		table_add(&table, name ? name : plain_words(json_text_at(item, "item"), arena));
		table_add(&table, json_text_at(item, "grade"));
		table_add(&table, json_text_at(item, "users"));
		table_add(&table, usage_of(item, arena));
		table_add(&table, json_percent(item, "control_rate", arena));
		table_add(&table, json_decimals(item, "lift", 2, arena));
		table_add(&table, json_limits(item, "lift_low", "lift_high", 2, arena));
		table_add(&table, json_decimals(item, "q_value", 4, arena));
		table_add(&table, json_percent(item, "outcome_success", arena));
		table_add(&table, json_decimals(item, "outcome_ratio", 2, arena));
	}
	table_print(&table, stdout);
}

static void print_timeline(struct json_object *story, struct arena *arena)
{
	struct json_object *timeline = json_at(story, "timeline");

	heading("Timeline, in months");
	line("range", json_limits(timeline, "low", "high", 0, arena));
	line("median", json_decimals(timeline, "median", 0, arena));
	if (json_at(timeline, "p_by_horizon"))
		line("get there",
		     arena_printf(arena, "%s within %s",
				  json_percent(timeline, "p_by_horizon", arena),
				  known(json_decimals(timeline, "horizon", 0, arena))));
	line("who made it", arena_printf(arena, "mean %s, median %s, fastest %s",
					 known(json_text_at(timeline, "avg_months")),
					 known(json_text_at(timeline, "median_months")),
					 known(json_text_at(timeline, "fastest_months"))));
}

static void print_confidence(struct json_object *story, struct arena *arena)
{
	struct json_object *confidence = json_at(story, "confidence");
	double alpha = json_number_at(confidence, "alpha"),
	       beta = json_number_at(confidence, "beta");

	heading("Confidence");
	line("score", json_decimals(confidence, "score", 2, arena));
	line("success", arena_printf(arena, "%s of such goals work out, expected",
				     json_percent(confidence, "expected_success", arena)));
	line("as of", json_time(confidence, "as_of", arena));
	line("the cohort", arena_printf(arena, "n %s, consistency c %s: worth %.2f votes",
					known(json_text_at(story, "cohort.levelled_up")),
					json_decimals(confidence, "consistency", 2, arena),
					json_number_at(confidence, "cohort_weight")));
	line("votes", arena_printf(arena, "for a %.2f, against b %.2f, of %s voters",
				   json_number_at(confidence, "votes_for"),
				   json_number_at(confidence, "votes_against"),
				   known(json_text_at(confidence, "voters"))));
	line("all patterns", arena_printf(arena, "pooled success m %.2f",
					  json_number_at(confidence, "pooled_success")));
	line("together", arena_printf(arena, "alpha %.2f, beta %.2f: score %s", alpha, beta,
				      json_decimals(confidence, "score_of_parts", 2, arena)));
}

static void print_history(struct json_object *story, struct arena *arena)
{
	static const char *const headings[] = { ">VERSION", "AS OF",   ">CONFIDENCE", ">SUCCESS",
						">SAMPLE",  ">VOTERS", "STATUS",      "CAUSE",
						"REASON",   NULL };
	struct json_object *history = json_at(story, "confidence_history");
	size_t count = json_object_array_length(history);
	size_t first = count > HISTORY_MAX ? count - HISTORY_MAX : 0;
	struct table table;

	heading("Its history");
	if (first > 0)
		printf("  %zu earlier versions: --json\n", first);
	table_init(&table, arena, headings);
	for (size_t i = first; i < count; i++) {
		struct json_object *version = json_object_array_get_idx(history, i);

		table_add(&table, json_text_at(version, "version"));
		table_add(&table, json_time(version, "as_of", arena));
		table_add(&table, json_decimals(version, "confidence", 2, arena));
		table_add(&table, json_percent(version, "expected_success", arena));
		table_add(&table, json_text_at(version, "sample_size"));
		table_add(&table, json_text_at(version, "outcome_voters"));
		table_add(&table, json_text_at(version, "status"));
		table_add(&table, json_text_at(version, "cause"));
		table_add(&table, json_text_at(version, "status_reason"));
	}
	table_print(&table, stdout);
}

static void print_outcomes(struct json_object *story, struct arena *arena)
{
	struct json_object *goals = json_at(story, "goals"), *outcomes = json_at(story, "outcomes");

	heading("Goals and what came of them");
	line("made", arena_printf(arena, "%s: %s active, %s blocked, %s completed, %s abandoned",
				  json_text_at(goals, "made"), json_text_at(goals, "active"),
				  json_text_at(goals, "blocked"), json_text_at(goals, "completed"),
				  json_text_at(goals, "abandoned")));
	line("outcomes",
	     arena_printf(arena, "%s open, %s completed, %s abandoned",
			  json_text_at(outcomes, "open"), json_text_at(outcomes, "completed"),
			  json_text_at(outcomes, "abandoned")));
	line("satisfaction",
	     arena_printf(arena, "%s of 5, mean of %s",
			  known(json_decimals(outcomes, "mean_satisfaction", 1, arena)),
			  json_text_at(outcomes, "rated")));
	line("revenue", arena_printf(arena, "%s positive, %s neutral, %s negative, %s too early",
				     json_text_at(outcomes, "revenue_impact.positive"),
				     json_text_at(outcomes, "revenue_impact.neutral"),
				     json_text_at(outcomes, "revenue_impact.negative"),
				     json_text_at(outcomes, "revenue_impact.too_early")));
	if (json_at(outcomes, "median_days"))
		line("took", arena_printf(arena, "%s days, median",
					  json_decimals(outcomes, "median_days", 0, arena)));
}

static void print_uptake(struct ctl *ctl, struct json_object *story)
{
	struct json_object *uptake = json_at(story, "uptake");

	heading("What was recommended and taken up, within 90 days");
	if (json_object_array_length(uptake) > 0)
		uptake_print(ctl, uptake, false);
	else
		puts("  nothing yet");
}

void story_print(struct ctl *ctl, struct json_object *story)
{
	struct arena *arena = &ctl->arena;
	const char *reason = json_text_at(story, "status_reason");
	const char *status = json_text_at(story, "status");

	output_heading(stdout, "Pattern %s", json_text_at(story, "pattern_key"));
	line("name", json_text_at(story, "pattern_name"));
	line("says", json_text_at(story, "pattern_description"));
	line("status", reason ? arena_printf(arena, "%s: %s", status, reason) : status);
	line("version", json_text_at(story, "version"));
	print_cohort(ctl, story, arena);
	print_items(story, arena);
	print_timeline(story, arena);
	print_confidence(story, arena);
	print_history(story, arena);
	print_outcomes(story, arena);
	print_uptake(ctl, story);
}
