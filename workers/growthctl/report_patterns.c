/* Each pattern, behind its name: what it rests on, what they did, how long it took, how sure it is,
 * what came of it. */
#include <math.h>
#include <string.h>

#include "json_read.h"
#include "report_parts.h"

static void fact(struct buffer *out, const char *what, const char *text)
{
	if (text)
		markup(out, "<div><dt>%s</dt><dd>%s</dd></div>\n", what, text);
}

static const char *people_at(const struct report *report, struct json_object *story,
			     const char *path)
{
	return people_text((int64_t)json_number_at(story, path), report->constants->k,
			   report->arena);
}

static const char *held_out_text(struct json_object *story)
{
	static const char *const texts[][2] = {
		{ "passed", "Holds for contractors kept apart" },
		{ "failed", "Does not hold for contractors kept apart" },
		{ "too_small", "Too few were kept apart to test it" },
		{ "nothing_to_test", "Nothing is supported well enough to test" },
	};
	const char *result = json_text_at(story, "cohort.held_out.result");

	for (size_t i = 0; result && i < sizeof(texts) / sizeof(*texts); i++)
		if (strcmp(texts[i][0], result) == 0)
			return texts[i][1];
	return result;
}

static void add_facts(struct buffer *out, const struct report *report, struct json_object *story)
{
	struct arena *arena = report->arena;
	double growth = number_at(story, "cohort.success_indicators.revenue_increased");

	markup(out, "<dl class=\"facts\">\n");
	fact(out, "Made it",
	     arena_printf(arena, "%s of %s", people_at(report, story, "cohort.levelled_up"),
			  people_at(report, story, "cohort.at_risk")));
	fact(out, "Median team at entry", json_decimals(story, "cohort.team_median", 0, arena));
	fact(out, "Doubled their team",
	     share_text(report, number_at(story, "cohort.success_indicators.team_doubled")));
	fact(out, "Median revenue growth",
	     isnan(growth) ? NULL : arena_printf(arena, "%+.0f%%", growth));
	fact(out, "Test", held_out_text(story));
	fact(out, "Numbers as of", date_at(story, "as_of", arena));
	markup(out, "</dl>\n");
}

/* What is best supported, in one sentence. */
static const char *evidence_sentence(const struct report *report, struct json_object *item)
{
	double lift = number_at(item, "lift");

	return say(
		&report->vocabulary->wording, SENTENCE_REPORT_EVIDENCE, report->arena,
		SAY_TEXT("did", did_text(report, item)),
		SAY_TEXT("rate", capitalized(usage_text(report, item), report->arena)),
		SAY_TEXT("control", share_text(report, number_at(item, "control_rate"))),
		SAY_TEXT("lift", isnan(lift) ? NULL : arena_printf(report->arena, "%.1f", lift)));
}

struct json_object *best_item(struct json_object *story)
{
	struct json_object *items = json_at(story, "items"), *best = NULL;

	for (size_t i = 0; i < json_object_array_length(items); i++) {
		struct json_object *item = json_object_array_get_idx(items, i);
		const char *grade = json_text_at(item, "grade");
		int order = grade && best ? strcmp(grade, json_text_at(best, "grade")) : 0;

		if (!grade || *grade > 'B' || order > 0)
			continue;
		if (!best || order < 0 ||
		    json_number_at(item, "lift_low") > json_number_at(best, "lift_low"))
			best = item;
	}
	return best;
}

static bool is_few(const struct report *report, struct json_object *story, const char *path)
{
	double count = json_number_at(story, path);

	return count > 0 && count < (double)report->constants->k;
}

/* Where a part is not told, the sum would tell it. */
static bool may_be_summed(const struct report *report, struct json_object *story)
{
	return !is_few(report, story, "outcomes.completed") &&
	       !is_few(report, story, "outcomes.abandoned") &&
	       !is_few(report, story, "outcomes.open");
}

static void add_goals(struct buffer *out, const struct report *report, struct json_object *story)
{
	struct arena *arena = report->arena;
	int64_t k = report->constants->k;

	markup(out, "<h5>Goals made from it</h5>\n<dl class=\"facts\">\n");
	if (may_be_summed(report, story))
		fact(out, "Made", people_at(report, story, "goals.made"));
	fact(out, "Completed", people_at(report, story, "outcomes.completed"));
	fact(out, "Abandoned", people_at(report, story, "outcomes.abandoned"));
	fact(out, "Open", people_at(report, story, "outcomes.open"));
	if (json_number_at(story, "outcomes.rated") >= (double)k)
		fact(out, "Satisfaction",
		     arena_printf(arena, "%s of 5",
				  json_decimals(story, "outcomes.mean_satisfaction", 1, arena)));
	if (json_number_at(story, "outcomes.completed") >= (double)k &&
	    json_at(story, "outcomes.median_days"))
		fact(out, "Took",
		     arena_printf(arena, "%s days, median",
				  json_decimals(story, "outcomes.median_days", 0, arena)));
	markup(out, "</dl>\n");
}

static void add_summary(struct buffer *out, const struct report *report, struct json_object *story)
{
	const char *status = json_text_at(story, "status");
	double score = json_number_at(story, "confidence.score");
	const char *range = range_text(report, story);

	markup(out, "<summary><h4>%s</h4>", type_text(story, report->arena));
	if (strcmp(status, "active") != 0)
		markup(out, " <span class=\"chip\">%s</span>", status);
	markup(out,
	       "<span class=\"at-a-glance\"><span class=\"meter\"><svg aria-hidden=\"true\" width=\"72\" "
	       "height=\"8\"><rect class=\"rail\" width=\"72\" height=\"8\" rx=\"4\"/><rect class=\"fill\" "
	       "width=\"%f\" height=\"8\" rx=\"4\"/></svg> confidence %s</span>"
	       "<span>%s made it</span>",
	       72 * score, arena_printf(report->arena, "%.2f", score),
	       people_at(report, story, "cohort.levelled_up"));
	if (range)
		markup(out, "<span>%s–%s months</span>",
		       arena_printf(report->arena, "%.0f", floor(number_at(story, "timeline.low"))),
		       arena_printf(report->arena, "%.0f",
				    ceil(number_at(story, "timeline.high"))));
	markup(out, "</span></summary>\n");
}

static void add_pattern(struct buffer *out, const struct report *report, struct json_object *story,
			bool open)
{
	const char *reason = json_text_at(story, "status_reason");
	struct json_object *best = best_item(story);

	markup(out, "<details class=\"pattern\" id=\"%s\"",
	       anchor_of(json_text_at(story, "pattern_key"), report->arena));
	if (open)
		markup(out, " open=\"\"");
	markup(out, ">\n");
	add_summary(out, report, story);
	markup(out, "<div class=\"pattern-body\">\n<p class=\"lead\">%s</p>\n",
	       best ? evidence_sentence(report, best) : json_text_at(story, "pattern_description"));
	if (best)
		markup(out, "<p>%s</p>\n", json_text_at(story, "pattern_description"));
	if (reason)
		markup(out, "<p class=\"warning\">%s</p>\n", reason);
	add_facts(out, report, story);
	page_evidence(out, report, story);
	markup(out, "<div class=\"halves\">\n<div>\n");
	page_curve(out, report, story);
	markup(out, "</div>\n<div>\n");
	page_confidence(out, report, story);
	add_goals(out, report, story);
	markup(out, "</div>\n</div>\n</div>\n</details>\n");
}

const char *transition_of(struct json_object *story, struct arena *arena)
{
	const char *key = json_text_at(story, "pattern_key");

	return arena_strndup(arena, key, strcspn(key, "/"));
}

static void add_removed(struct buffer *out, struct json_object *removed)
{
	if (json_object_array_length(removed) == 0)
		return;
	markup(out, "<h3>Withdrawn</h3>\n<ul class=\"plain\">\n");
	for (size_t i = 0; i < json_object_array_length(removed); i++) {
		struct json_object *pattern = json_object_array_get_idx(removed, i);

		markup(out, "<li>%s: <span class=\"muted\">%s</span></li>\n",
		       json_text_at(pattern, "pattern_name"),
		       json_text_at(pattern, "status_reason"));
	}
	markup(out, "</ul>\n");
}

void page_patterns(struct buffer *out, const struct report *report)
{
	const char *last = "";

	section_begin(out, "patterns", "The patterns");
	if (report->stories_count == 0)
		markup(out, "<p class=\"muted\">None yet.</p>\n");
	else
		markup(out,
		       "<p class=\"note\">By step of the ladder; each opens to show what it rests "
		       "on. Letters say how well an effect is supported: A supported, B "
		       "suggested, C a hint, D common but untested.</p>\n");
	for (size_t i = 0; i < report->stories_count; i++) {
		struct json_object *story = report->stories[i];
		const char *transition = transition_of(story, report->arena);

		if (strcmp(transition, last) != 0)
			markup(out, "<h3 id=\"%s\">%s</h3>\n", anchor_of(transition, report->arena),
			       transition_text(report, story));
		last = transition;
		add_pattern(out, report, story, i == 0);
	}
	add_removed(out, json_at(report->facts, "removed"));
	section_end(out);
}
