/* The page around the sections: head, contents, summary, and how to read it. */
#include <math.h>
#include <string.h>

#include "json_read.h"
#include "report_css.h"
#include "report_parts.h"

static const char *const style[] = { REPORT_CSS };

static void add_head(struct buffer *out)
{
	markup(out, "<!DOCTYPE html>\n"
		    "<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
		    "<meta charset=\"utf-8\"/>\n"
		    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
		    "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
		    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		    "style-src 'unsafe-inline'; img-src data:\"/>\n"
		    "<link rel=\"icon\" href=\"data:,\"/>\n"
		    "<title>Growth patterns</title>\n<style>\n");
	for (size_t i = 0; i < sizeof(style) / sizeof(*style); i++)
		buffer_add_text(out, style[i]);
	markup(out, "</style>\n</head>\n");
}

static void add_header(struct buffer *out, const struct report *report)
{
	const char *from = date_at(report->facts, "history.from", report->arena);

	markup(out, "<header>\n<p class=\"kicker\">Report as of %s</p>\n<h1>Growth patterns</h1>\n",
	       date_text(report->wanted.as_of, report->arena));
	if (from)
		markup(out, "<p class=\"muted\">What contractors did who moved up, %s to %s</p>\n",
		       from, date_at(report->facts, "history.to", report->arena));
	markup(out, "</header>\n");
}

static void add_contents(struct buffer *out, const struct report *report)
{
	static const char *const sections[][2] = {
		{ "summary", "In short" },      { "ladder", "The tier ladder" },
		{ "patterns", "The patterns" }, { "calibration", "Was it right?" },
		{ "partners", "Partners" },     { "content", "Books, podcasts and events" },
		{ "pipeline", "The pipeline" }, { "reading", "How to read this" },
	};
	const char *last = "";

	markup(out, "<nav aria-label=\"Contents\">\n<ul>\n");
	for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++) {
		markup(out, "<li><a href=\"#%s\">%s</a>", sections[i][0], sections[i][1]);
		if (strcmp(sections[i][0], "patterns") == 0 && report->stories_count > 0) {
			markup(out, "\n<ul>\n");
			for (size_t k = 0; k < report->stories_count; k++) {
				struct json_object *story = report->stories[k];
				const char *transition = transition_of(story, report->arena);

				if (strcmp(transition, last) != 0)
					markup(out, "<li><a href=\"#%s\">%s</a></li>\n",
					       anchor_of(transition, report->arena),
					       transition_text(report, story));
				last = transition;
			}
			markup(out, "</ul>\n");
		}
		markup(out, "</li>\n");
	}
	markup(out, "</ul>\n</nav>\n");
}

/* ---- in short ---- */

static void tile(struct buffer *out, const char *what, const char *number, const char *note)
{
	markup(out, "<div><dt>%s</dt><dd>%s</dd>", what, number);
	if (note)
		markup(out, "<dd class=\"note\">%s</dd>", note);
	markup(out, "</div>\n");
}

static void add_tiles(struct buffer *out, const struct report *report)
{
	struct arena *arena = report->arena;
	int64_t k = report->constants->k, levelled, risk;
	int64_t completed = (int64_t)json_number_at(report->facts, "goals.completed"),
		abandoned = (int64_t)json_number_at(report->facts, "goals.abandoned");

	ladder_total(report, &levelled, &risk);
	markup(out, "<dl class=\"tiles\">\n");
	tile(out, "Contractors",
	     people_text((int64_t)json_number_at(report->facts, "contractors"), k, arena), NULL);
	tile(out, "Moved up", people_text(levelled, k, arena),
	     arena_printf(arena, "of %s stays in a tier", people_text(risk, k, arena)));
	tile(out, "Patterns", grouped((int64_t)report->stories_count, arena),
	     missing_steps(report) > 0 ? arena_printf(arena, "%zu of %zu steps have none",
						      missing_steps(report), report->ladder.count)
				       : NULL);
	if (completed >= k && (abandoned == 0 || abandoned >= k))
		tile(out, "Goals completed",
		     share_text(report, (double)completed / (double)(completed + abandoned)),
		     arena_printf(arena, "of %s that have ended",
				  grouped(completed + abandoned, arena)));
	markup(out, "</dl>\n");
}

/* NULL: there is none. */
static struct json_object *surest_of(const struct report *report)
{
	struct json_object *surest = NULL;

	for (size_t i = 0; i < report->stories_count; i++)
		if (!surest || json_number_at(report->stories[i], "confidence.score") >
				       json_number_at(surest, "confidence.score"))
			surest = report->stories[i];
	return surest;
}

static struct json_object *best_supported(const struct report *report)
{
	struct json_object *best = NULL;

	for (size_t i = 0; i < report->stories_count; i++) {
		struct json_object *item = best_item(report->stories[i]);
		struct json_object *former = best ? best_item(best) : NULL;
		int order = item && former ? strcmp(json_text_at(item, "grade"),
						    json_text_at(former, "grade"))
					   : 0;

		if (item && (!former || order < 0 ||
			     (order == 0 && json_number_at(item, "lift_low") >
						    json_number_at(former, "lift_low"))))
			best = report->stories[i];
	}
	return best;
}

static void sentence(struct buffer *out, const char *text)
{
	if (text)
		markup(out, "<li>%s</li>\n", text);
}

static const char *library_sentence(const struct report *report)
{
	return say(&report->vocabulary->wording, SENTENCE_REPORT_LIBRARY, report->arena,
		   SAY_NUMBER("patterns", (int64_t)report->stories_count),
		   SAY_NUMBER("contractors", (int64_t)json_number_at(report->facts, "contractors")),
		   SAY_TEXT("from", date_at(report->facts, "history.from", report->arena)),
		   SAY_TEXT("to", date_at(report->facts, "history.to", report->arena)));
}

static const char *surest_sentence(const struct report *report)
{
	struct json_object *surest = surest_of(report);

	if (!surest)
		return NULL;
	return say(&report->vocabulary->wording, SENTENCE_REPORT_SUREST, report->arena,
		   SAY_TEXT("pattern", json_text_at(surest, "pattern_name")),
		   SAY_TEXT("rate",
			    share_text(report, number_at(surest, "confidence.expected_success"))));
}

static const char *finding_sentence(const struct report *report)
{
	struct json_object *story = best_supported(report), *item;

	if (!story)
		return NULL;
	item = best_item(story);
	return say(&report->vocabulary->wording, SENTENCE_REPORT_FINDING, report->arena,
		   SAY_TEXT("did", did_text(report, item)),
		   SAY_TEXT("from", tier_text(report, story, "cohort.from_revenue_tier")),
		   SAY_TEXT("to", tier_text(report, story, "cohort.to_revenue_tier")),
		   SAY_TEXT("rate", usage_text(report, item)),
		   SAY_TEXT("control", share_text(report, number_at(item, "control_rate"))),
		   SAY_TEXT("lift", json_decimals(item, "lift", 1, report->arena)));
}

static const char *missing_sentence(const struct report *report)
{
	return missing_steps(report) == 0
		       ? NULL
		       : say(&report->vocabulary->wording, SENTENCE_REPORT_MISSING, report->arena,
			     SAY_NUMBER("steps", (int64_t)missing_steps(report)));
}

static const char *pipeline_sentence(const struct report *report)
{
	return !report->status
		       ? NULL
		       : say(&report->vocabulary->wording, SENTENCE_REPORT_PIPELINE, report->arena,
			     SAY_NUMBER(
				     "left",
				     (int64_t)status_pending(report->status, report->arena).count));
}

void page_summary(struct buffer *out, const struct report *report)
{
	section_begin(out, "summary", "In short");
	add_tiles(out, report);
	markup(out, "<ul class=\"sentences\">\n");
	sentence(out, library_sentence(report));
	sentence(out, finding_sentence(report));
	sentence(out, surest_sentence(report));
	sentence(out, calibration_sentence(report));
	sentence(out, missing_sentence(report));
	sentence(out, pipeline_sentence(report));
	markup(out, "</ul>\n");
	section_end(out);
}

/* ---- how to read it ---- */

static void add_reading(struct buffer *out, const struct report *report)
{
	section_begin(out, "reading", "How to read this");
	markup(out,
	       "<dl class=\"reading\">\n"
	       "<div><dt>Comparable contractors</dt><dd>Each contractor who moved up is compared "
	       "with those who were in the tier that very day and had done about as much else. What "
	       "is merely popular shows no difference.</dd></div>\n"
	       "<div><dt>Lift</dt><dd>How many times as often those moved up who had done it, among "
	       "comparable ones. An interval that contains 1 may be chance.</dd></div>\n"
	       "<div><dt>Grades</dt><dd>A: supported, after correction for the number of items. B: "
	       "suggested. C: a hint, no more. D: common, its effect could not be measured.</dd></div>\n"
	       "<div><dt>Curves</dt><dd>Those who have not moved up count for as long as they were "
	       "seen (Kaplan–Meier), so the curve does not favour the fast.</dd></div>\n"
	       "<div><dt>Confidence</dt><dd>A cautious estimate of the share of a pattern's goals "
	       "that work out; it follows their outcomes, and old ones fade.</dd></div>\n"
	       "<div><dt>Privacy</dt><dd>No number is about fewer than %lld contractors, except how "
	       "many have made a step that has no pattern yet. Times are whole months.</dd></div>\n"
	       "</dl>\n",
	       (long long)report->constants->k);
	section_end(out);
}

void page_write(struct buffer *out, const struct report *report)
{
	add_head(out);
	markup(out, "<body>\n<a class=\"skip\" href=\"#main\">Skip to the report</a>\n");
	add_header(out, report);
	markup(out, "<div class=\"columns\">\n");
	add_contents(out, report);
	markup(out, "<main id=\"main\">\n");
	page_summary(out, report);
	page_ladder(out, report);
	page_patterns(out, report);
	page_calibration(out, report);
	page_partners(out, report);
	page_content(out, report);
	page_pipeline(out, report);
	add_reading(out, report);
	markup(out, "</main>\n</div>\n</body>\n</html>\n");
}
