#include "report_parts.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "instant.h"
#include "json_read.h"

double number_at(struct json_object *object, const char *path)
{
	return json_at(object, path) ? json_number_at(object, path) : NAN;
}

const char *date_text(utc_us time, struct arena *arena)
{
	static const char *const months[] = { "January",   "February", "March",    "April",
					      "May",       "June",     "July",     "August",
					      "September", "October",  "November", "December" };
	char text[INSTANT_TEXT_SIZE];

	instant_format(time, text);
	return arena_printf(arena, "%d %s %.4s", (text[8] - '0') * 10 + text[9] - '0',
			    months[(text[5] - '0') * 10 + text[6] - '1'], text);
}

const char *date_at(struct json_object *object, const char *path, struct arena *arena)
{
	const char *text = json_text_at(object, path);
	utc_us time;

	return text && instant_parse(text, strlen(text), &time) ? date_text(time, arena) : NULL;
}

const char *share_text(const struct report *report, double share)
{
	return isnan(share) ? NULL
			    : rate_text(&report->vocabulary->wording, share, false, report->arena);
}

const char *usage_text(const struct report *report, struct json_object *item)
{
	return rate_text(&report->vocabulary->wording, json_number_at(item, "usage_rate"),
			 json_object_get_boolean(json_at(item, "at_least")), report->arena);
}

const char *tier_text(const struct report *report, struct json_object *story, const char *path)
{
	return label_of(&report->vocabulary->tiers, json_text_at(story, path));
}

const char *transition_text(const struct report *report, struct json_object *story)
{
	return arena_printf(report->arena, "%s → %s",
			    tier_text(report, story, "cohort.from_revenue_tier"),
			    tier_text(report, story, "cohort.to_revenue_tier"));
}

const char *type_text(struct json_object *story, struct arena *arena)
{
	return capitalized(plain_words(json_text_at(story, "pattern_type"), arena), arena);
}

const char *item_text(struct json_object *item, struct arena *arena)
{
	const char *name = json_text_at(item, "name");

	return name ? name : capitalized(plain_words(json_text_at(item, "item"), arena), arena);
}

const char *did_text(const struct report *report, struct json_object *item)
{
	const char *kind = json_text_at(item, "kind"), *name = item_text(item, report->arena);
	bool is_name = strcmp(kind, "milestone") != 0 && strcmp(kind, "focus_area") != 0;
	char *words = arena_strdup(report->arena, name);

	if (!is_name && !isupper((unsigned char)words[1]))
		words[0] = (char)tolower((unsigned char)words[0]);
	return say(&report->vocabulary->wording, SENTENCE_GOAL_BEGAN, report->arena,
		   SAY_TEXT("kind", kind), SAY_TEXT("item", words));
}

const char *range_text(const struct report *report, struct json_object *story)
{
	struct arena *arena = report->arena;
	double low = floor(number_at(story, "timeline.low")),
	       high = ceil(number_at(story, "timeline.high"));

	if (isnan(low) || isnan(high))
		return NULL;
	return say(&report->vocabulary->wording, SENTENCE_REPORT_RANGE, arena,
		   SAY_TEXT("low", low < high ? arena_printf(arena, "%.0f", low) : NULL),
		   SAY_NUMBER("high", (int64_t)high));
}

size_t missing_steps(const struct report *report)
{
	size_t missing = 0;

	for (size_t i = 0; i < report->ladder.count; i++)
		missing += !report->ladder.items[i].version.present;
	return missing;
}

const char *grade_meaning(const char *grade)
{
	static const char *const meanings[] = { "supported", "suggested", "a hint",
						"common, untested" };

	return grade && *grade >= 'A' && *grade <= 'D' ? meanings[*grade - 'A'] : NULL;
}

const char *anchor_of(const char *key, struct arena *arena)
{
	char *anchor = arena_printf(arena, "growth-%s", key);

	for (char *c = anchor; *c; c++)
		if (!isalnum((unsigned char)*c) || !isascii((unsigned char)*c))
			*c = '-';
	return anchor;
}

void section_begin(struct buffer *out, const char *id, const char *heading)
{
	markup(out,
	       "<section id=\"%s\" aria-labelledby=\"%s-heading\">\n<h2 id=\"%s-heading\">%s</h2>\n",
	       id, id, id, heading);
}

void section_end(struct buffer *out)
{
	markup(out, "</section>\n");
}

void grade_badge(struct buffer *out, const char *grade)
{
	if (grade_meaning(grade))
		markup(out,
		       " <span class=\"grade grade-%s\">%s<span class=\"unseen\">: %s</span></span>",
		       grade, grade, grade_meaning(grade));
}

/* ---- data tables ---- */

void data_table_begin(struct buffer *out, const char *caption, const char *const *headings)
{
	markup(out,
	       "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"%s\"><table>"
	       "<caption class=\"unseen\">%s</caption>\n<thead><tr>",
	       caption, caption);
	for (; *headings; headings++)
		markup(out, "<th scope=\"col\" class=\"%s\">%s</th>",
		       **headings == '>' ? "number" : "words", *headings + (**headings == '>'));
	markup(out, "</tr></thead>\n<tbody>\n");
}

void data_row_begin(struct buffer *out)
{
	markup(out, "<tr>");
}

void data_name(struct buffer *out, const char *text)
{
	markup(out, "<th scope=\"row\">%s</th>", text);
}

void data_cell(struct buffer *out, const char *text)
{
	markup(out, "<td>%s</td>", text ? text : "–");
}

void data_number(struct buffer *out, const char *text)
{
	markup(out, "<td class=\"number\">%s</td>", text ? text : "–");
}

void data_row_end(struct buffer *out)
{
	markup(out, "</tr>\n");
}

void data_table_end(struct buffer *out)
{
	markup(out, "</tbody></table></div>\n");
}

void figures_begin(struct buffer *out, const char *what, const char *of)
{
	markup(out,
	       "<details class=\"figures\"><summary>%s<span class=\"unseen\">: %s</span>"
	       "</summary>\n",
	       what, of);
}

void figures_end(struct buffer *out)
{
	markup(out, "</details>\n");
}

/* ---- dots with intervals ---- */

#define TRACK_HEIGHT 22.0
#define TRACK_MIDDLE 11.0

static const int quarters[] = { 0, 25, 50, 75, 100 };
#define QUARTERS (sizeof(quarters) / sizeof(*quarters))

static void add_diamond(struct buffer *out, double share)
{
	markup(out,
	       "<svg x=\"%f%%\" y=\"%f\" width=\"1\" height=\"1\" overflow=\"visible\">"
	       "<path class=\"other\" d=\"M0-5.5 5.5 0 0 5.5-5.5 0z\"/></svg>",
	       100 * share, TRACK_MIDDLE);
}

void dots_begin(struct buffer *out, const char *dot, const char *diamond)
{
	markup(out,
	       "<p class=\"legend\"><span><svg class=\"key\" aria-hidden=\"true\" width=\"30\" "
	       "height=\"12\"><path class=\"interval\" d=\"M1 6H29\"/><circle class=\"value\" cx=\"15\" "
	       "cy=\"6\" r=\"5\"/></svg> %s</span> <span><svg class=\"key\" aria-hidden=\"true\" "
	       "width=\"14\" height=\"12\"><path class=\"other\" d=\"M7 .5 12.5 6 7 11.5 1.5 6z\"/></svg> "
	       "%s</span>",
	       dot, diamond);
	markup(out, "</p>\n<div class=\"dots\">\n<div class=\"dots-axis\" aria-hidden=\"true\">"
		    "<span></span><svg width=\"100%%\" height=\"16\">");
	for (size_t i = 0; i < QUARTERS; i++)
		markup(out, "<text x=\"%d%%\" y=\"11\" class=\"%s\">%d%%</text>", quarters[i],
		       i == 0              ? "first"
		       : i + 1 == QUARTERS ? "last"
					   : "middle",
		       quarters[i]);
	markup(out, "</svg><span></span></div>\n");
}

void dots_heading(struct buffer *out, const char *text)
{
	markup(out, "<p class=\"dots-heading\">%s</p>\n", text);
}

static void add_track(struct buffer *out, const struct dot_row *row)
{
	markup(out, "<svg class=\"track\" aria-hidden=\"true\" width=\"100%%\" height=\"%f\">",
	       TRACK_HEIGHT);
	for (size_t i = 0; i < QUARTERS; i++)
		markup(out, "<line class=\"grid\" x1=\"%d%%\" x2=\"%d%%\" y2=\"%f\"/>", quarters[i],
		       quarters[i], TRACK_HEIGHT);
	if (row->at_least)
		markup(out,
		       "<line class=\"interval open\" x1=\"%f%%\" x2=\"100%%\" y1=\"%f\" y2=\"%f\"/>",
		       100 * row->value, TRACK_MIDDLE, TRACK_MIDDLE);
	else if (!isnan(row->low) && !isnan(row->high))
		markup(out,
		       "<line class=\"interval\" x1=\"%f%%\" x2=\"%f%%\" y1=\"%f\" y2=\"%f\"/>",
		       100 * row->low, 100 * row->high, TRACK_MIDDLE, TRACK_MIDDLE);
	if (!isnan(row->other))
		add_diamond(out, row->other);
	if (!isnan(row->value))
		markup(out, "<circle class=\"value\" cx=\"%f%%\" cy=\"%f\" r=\"5\"/>",
		       100 * row->value, TRACK_MIDDLE);
	markup(out, "</svg>");
}

void dots_row(struct buffer *out, const struct dot_row *row)
{
	markup(out, "<div class=\"dots-row\"><span class=\"what\">%s", row->what);
	grade_badge(out, row->grade);
	markup(out, "</span>");
	add_track(out, row);
	markup(out, "<span class=\"figure\">%s</span></div>\n", row->figures);
}

void dots_end(struct buffer *out)
{
	markup(out, "</div>\n");
}

/* ---- charts with two axes ---- */

void chart_begin(struct buffer *out, const char *id, const char *title, const char *description,
		 double height)
{
	markup(out,
	       "<svg class=\"chart\" role=\"img\" aria-labelledby=\"%s-title %s-description\" height=\"%f\">"
	       "<title id=\"%s-title\">%s</title><desc id=\"%s-description\">%s</desc>\n",
	       id, id, height, id, title, id, description);
}

void chart_end(struct buffer *out)
{
	markup(out, "</svg>\n");
}

void shapes_begin(struct buffer *out, double height)
{
	markup(out,
	       "<svg width=\"100%%\" height=\"%f\" viewBox=\"0 0 1000 1000\" "
	       "preserveAspectRatio=\"none\" overflow=\"visible\">",
	       height);
}

void shapes_end(struct buffer *out)
{
	markup(out, "</svg>\n");
}

void share_axis(struct buffer *out, double height)
{
	for (size_t i = 0; i < QUARTERS; i++) {
		double y = height * (100 - quarters[i]) / 100;

		markup(out,
		       "<line class=\"grid\" x2=\"100%%\" y1=\"%f\" y2=\"%f\"/>"
		       "<text class=\"scale\" x=\"-8\" y=\"%f\">%d%%</text>",
		       y, y, y + 4, quarters[i]);
	}
	markup(out, "\n");
}
