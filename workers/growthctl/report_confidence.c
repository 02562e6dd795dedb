/* How sure a pattern is, over time; and whether what was expected came. */
#include <math.h>
#include <string.h>

#include "decide_scale.h"
#include "instant.h"
#include "json_read.h"
#include "report_parts.h"

#define HEIGHT 140.0
#define BELOW 24.0 /* for the dates */
#define DATES_MOST 5
#define DATES_APART 8.0 /* per cent of the width between a label and the ends, at least */

/* ---- one pattern's history ---- */

struct version {
	utc_us at;
	double score, expected;
};

struct versions {
	struct version *items;
	size_t count;
};

static struct versions versions_of(struct json_object *history, struct arena *arena)
{
	size_t count = json_object_array_length(history);
	struct versions versions = { .items = arena_array(arena, struct version, count) };

	for (size_t i = 0; i < count; i++) {
		struct json_object *row = json_object_array_get_idx(history, i);
		const char *text = json_text_at(row, "as_of");
		struct version *version = &versions.items[versions.count];

		if (!text || !instant_parse(text, strlen(text), &version->at))
			continue;
		version->score = number_at(row, "confidence");
		version->expected = number_at(row, "expected_success");
		versions.count++;
	}
	return versions;
}

static struct scale time_scale(const struct versions *versions, double to)
{
	return (struct scale){ (double)versions->items[0].at,
			       (double)versions->items[versions->count - 1].at, 0, to };
}

/* A version holds until the next one. */
static void draw_steps(struct buffer *out, const struct versions *versions, bool expected)
{
	struct scale x = time_scale(versions, 1000);

	for (size_t i = 0; i < versions->count; i++) {
		const struct version *version = &versions->items[i];
		double y = 1000 * (1 - (expected ? version->expected : version->score));

		if (i == 0)
			markup(out, "<path class=\"%s\" d=\"M0 %f", expected ? "expected" : "curve",
			       y);
		else
			markup(out, "H%fV%f", scale_at(&x, (double)version->at), y);
	}
	markup(out, "\"/>");
}

static const char *month_text(utc_us time, bool years, struct arena *arena)
{
	const char *date = date_text(time, arena), *month = strchr(date, ' ') + 1;
	const char *year = strchr(month, ' ') + 1;

	return years ? year : arena_printf(arena, "%.3s %s", month, year);
}

static void draw_dates(struct buffer *out, const struct versions *versions, struct arena *arena)
{
	struct scale x = time_scale(versions, 100);
	struct time_ticks ticks = time_ticks_of(
		versions->items[0].at, versions->items[versions->count - 1].at, DATES_MOST);

	for (size_t i = 0; i < ticks.count; i++) {
		double at = scale_at(&x, (double)ticks.items[i]);
		const char *side = at < DATES_APART         ? "first"
				   : at > 100 - DATES_APART ? "last"
							    : "middle";

		markup(out,
		       "<line class=\"tick\" x1=\"%f%%\" x2=\"%f%%\" y1=\"%f\" y2=\"%f\"/>"
		       "<text class=\"%s\" x=\"%f%%\" y=\"%f\">%s</text>",
		       at, at, HEIGHT, HEIGHT + 4, side, at, HEIGHT + 18,
		       month_text(ticks.items[i], ticks.months >= 12, arena));
	}
	markup(out, "\n");
}

static void add_legend(struct buffer *out, const struct report *report, const struct version *last)
{
	markup(out,
	       "<p class=\"legend\"><span><svg class=\"key\" aria-hidden=\"true\" width=\"24\" "
	       "height=\"12\"><path class=\"curve\" d=\"M1 6H23\"/></svg> confidence, now %s</span> "
	       "<span><svg class=\"key\" aria-hidden=\"true\" width=\"24\" height=\"12\"><path "
	       "class=\"expected\" d=\"M1 6H23\"/></svg> expected success, now %s</span></p>\n",
	       arena_printf(report->arena, "%.2f", last->score),
	       share_text(report, last->expected));
}

static void draw_history(struct buffer *out, const struct report *report, struct json_object *story,
			 const struct versions *versions, const char *sentence)
{
	const char *key = json_text_at(story, "pattern_key");

	chart_begin(out,
		    arena_printf(report->arena, "%s-confidence", anchor_of(key, report->arena)),
		    "Confidence over time", sentence, HEIGHT + BELOW);
	share_axis(out, HEIGHT);
	shapes_begin(out, HEIGHT);
	draw_steps(out, versions, true);
	draw_steps(out, versions, false);
	shapes_end(out);
	draw_dates(out, versions, report->arena);
	chart_end(out);
}

static void add_history(struct buffer *out, const struct report *report,
			struct json_object *history)
{
	static const char *const headings[] = { "As of",   ">Confidence", ">Expected",  ">Made it",
						">Voters", "Status",      "Because of", NULL };
	struct arena *arena = report->arena;
	int64_t k = report->constants->k;

	figures_begin(out, "Figures", "confidence over time");
	data_table_begin(out, "Confidence over time", headings);
	for (size_t i = json_object_array_length(history); i-- > 0;) {
		struct json_object *version = json_object_array_get_idx(history, i);

		data_row_begin(out);
		data_name(out, date_at(version, "as_of", arena));
		data_number(out, json_decimals(version, "confidence", 2, arena));
		data_number(out, json_percent(version, "expected_success", arena));
		data_number(out, json_text_at(version, "sample_size"));
		data_number(out, people_text((int64_t)json_number_at(version, "outcome_voters"), k,
					     arena));
		data_cell(out, json_text_at(version, "status"));
		data_cell(out, json_text_at(version, "cause"));
		data_row_end(out);
	}
	data_table_end(out);
	figures_end(out);
}

void page_confidence(struct buffer *out, const struct report *report, struct json_object *story)
{
	struct json_object *history = json_at(story, "confidence_history");
	struct versions versions = versions_of(history, report->arena);
	int64_t voters = (int64_t)json_number_at(story, "confidence.outcome_voters"),
		k = report->constants->k;
	const char *sentence = say(
		&report->vocabulary->wording, SENTENCE_REPORT_CONFIDENCE, report->arena,
		SAY_TEXT("score", json_decimals(story, "confidence.score", 2, report->arena)),
		SAY_TEXT("rate",
			 share_text(report, number_at(story, "confidence.expected_success"))),
		{ .name = "voters",
		  .text = voters > 0 && voters < k ? people_text(voters, k, report->arena) : NULL,
		  .number = { voters, voters == 0 || voters >= k } },
		SAY_TEXT("since", date_at(story, "confidence.as_of", report->arena)));

	markup(out, "<h5>How sure it is</h5>\n<p>%s</p>\n", sentence);
	if (versions.count > 1) {
		markup(out, "<figure>\n");
		add_legend(out, report, &versions.items[versions.count - 1]);
		draw_history(out, report, story, &versions, sentence);
		add_history(out, report, history);
		markup(out, "</figure>\n");
	}
}

/* ---- calibration ---- */

/* Wilson's limits of a share of n, as statistics §2 has them. */
static void set_limits(struct dot_row *row, double n, double z)
{
	double p = row->value, half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
	double centre = p + z * z / (2 * n), whole = 1 + z * z / n;

	row->low = fmax(0, (centre - half) / whole);
	row->high = fmin(1, (centre + half) / whole);
}

static void begin_judged(struct buffer *out)
{
	dots_begin(out, "how goals turned out, with 95 % interval", "what was expected");
}

static void add_judged(struct buffer *out, const struct report *report, const char *what,
		       double expected, double success, int64_t voters)
{
	struct dot_row row = {
		.what = what,
		.value = success,
		.other = expected,
		.figures = arena_printf(report->arena, "%s vs %s, n %lld",
					share_text(report, success), share_text(report, expected),
					(long long)voters),
	};

	set_limits(&row, (double)voters, report->constants->z);
	dots_row(out, &row);
}

/* NULL: it is not in force. */
static struct json_object *story_of(const struct report *report, const char *key)
{
	for (size_t i = 0; i < report->stories_count; i++)
		if (strcmp(json_text_at(report->stories[i], "pattern_key"), key) == 0)
			return report->stories[i];
	return NULL;
}

static void add_bins(struct buffer *out, const struct report *report,
		     const struct calibration *calibration)
{
	for (size_t i = 0; i < CALIBRATION_BINS; i++) {
		const struct calibration_bin *bin = &calibration->bins[i];

		if ((int64_t)bin->count >= report->constants->k)
			add_judged(out, report,
				   arena_printf(report->arena, "Expected %zu to %zu%%",
						i * 100 / CALIBRATION_BINS,
						(i + 1) * 100 / CALIBRATION_BINS),
				   bin->predicted, bin->observed, (int64_t)bin->count);
	}
}

static void add_judged_patterns(struct buffer *out, const struct report *report,
				const struct validation_report *validation)
{
	const char *last = "";

	figures_begin(out, "By pattern", "calibration");
	begin_judged(out);
	for (size_t i = 0; i < validation->patterns_count; i++) {
		const struct pattern_report *pattern = &validation->patterns[i];
		struct json_object *story = story_of(report, pattern->key);
		const char *transition = story ? transition_of(story, report->arena) : NULL;

		if (!story || !pattern->found || pattern->voters < report->constants->k)
			continue;
		if (strcmp(transition, last) != 0)
			dots_heading(out, transition_text(report, story));
		last = transition;
		add_judged(out, report, type_text(story, report->arena), pattern->expected,
			   pattern->success, pattern->voters);
	}
	dots_end(out);
	figures_end(out);
}

/* The mean over all who voted. */
static double mean_of(const struct calibration *calibration, bool observed)
{
	double sum = 0, count = 0;

	for (size_t i = 0; i < CALIBRATION_BINS; i++) {
		const struct calibration_bin *bin = &calibration->bins[i];

		if (bin->count == 0)
			continue;
		sum += (double)bin->count * (observed ? bin->observed : bin->predicted);
		count += (double)bin->count;
	}
	return sum / count;
}

const char *calibration_sentence(const struct report *report)
{
	const struct confidence_report *confidence;

	if (!report->history ||
	    report->history->validation.confidence.voters < report->constants->k)
		return NULL;
	confidence = &report->history->validation.confidence;
	return say(
		&report->vocabulary->wording, SENTENCE_REPORT_CALIBRATION, report->arena,
		SAY_NUMBER("voters", confidence->voters),
		SAY_TEXT("expected", share_text(report, mean_of(&confidence->calibration, false))),
		SAY_TEXT("observed", share_text(report, mean_of(&confidence->calibration, true))));
}

void page_calibration(struct buffer *out, const struct report *report)
{
	const char *sentence = calibration_sentence(report);

	section_begin(out, "calibration", "Was it right?");
	if (!sentence) {
		markup(out, "<p class=\"muted\">%s</p>\n",
		       report->history ? "Too few goals have turned out yet to compare what was "
					 "expected with what came."
				       : "Not looked at: it takes the whole history.");
		section_end(out);
		return;
	}
	markup(out, "<p>%s On average an expectation was off by %s.</p>\n", sentence,
	       share_text(report, report->history->validation.confidence.error));
	begin_judged(out);
	add_bins(out, report, &report->history->validation.confidence.calibration);
	dots_end(out);
	add_judged_patterns(out, report, &report->history->validation);
	markup(out,
	       "<p class=\"note\">A fifth of the contractors is kept apart; patterns are learnt "
	       "from the others, and judged by how the goals of that fifth turned out. n: "
	       "contractors.</p>\n");
	section_end(out);
}
