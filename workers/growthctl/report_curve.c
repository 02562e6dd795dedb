/* How long it takes: the curve of the whole cohort, in whole months, with what is predicted. */
#include <math.h>
#include <string.h>

#include "decide_scale.h"
#include "json_read.h"
#include "report_parts.h"

#define HEIGHT 220.0
#define BELOW 40.0 /* for the months */
#define LABELS_MOST 9
#define RANGE_LATE 60.0 /* per cent of the width: from there on its label stands before it */

/* NULL: there is none, or too little of it. */
static const struct month_curve *curve_of(const struct report *report, struct json_object *story)
{
	const struct labels *tiers = &report->vocabulary->tiers;
	const char *from = json_text_at(story, "cohort.from_revenue_tier");

	if (!report->history ||
	    strcmp(json_text_at(story, "pattern_type"), PATTERN_TYPE_WHOLE) != 0)
		return NULL;
	for (size_t rank = 0; rank < report->history->count; rank++)
		if (strcmp(tiers->items[rank].name, from) == 0 &&
		    report->history->curves[rank].count > 1)
			return &report->history->curves[rank];
	return NULL;
}

static struct scale months_scale(const struct month_curve *curve, double to)
{
	return (struct scale){ 0, (double)curve->points[curve->count - 1].month, 0, to };
}

/* Down the page as the share falls. */
static double depth(double share)
{
	return 1000 * (1 - share);
}

/* Steps: what is true at the end of a month holds until the end of the next one. */
static void draw_line(struct buffer *out, const struct month_curve *curve)
{
	struct scale x = months_scale(curve, 1000);

	markup(out, "<path class=\"curve\" d=\"M%f %f",
	       scale_at(&x, (double)curve->points[0].month), depth(curve->points[0].reached));
	for (size_t i = 1; i < curve->count; i++)
		markup(out, "H%fV%f", scale_at(&x, (double)curve->points[i].month),
		       depth(curve->points[i].reached));
	markup(out, "\"/>");
}

static void draw_band(struct buffer *out, const struct month_curve *curve)
{
	struct scale x = months_scale(curve, 1000);
	size_t first = 0;

	while (first < curve->count && isnan(curve->points[first].low))
		first++;
	if (first == curve->count)
		return;
	markup(out, "<path class=\"band\" d=\"M%f %f",
	       scale_at(&x, (double)curve->points[first].month), depth(curve->points[first].high));
	for (size_t i = first + 1; i < curve->count && !isnan(curve->points[i].low); i++)
		markup(out, "H%fV%f", scale_at(&x, (double)curve->points[i].month),
		       depth(curve->points[i].high));
	for (size_t i = curve->count; i-- > first;) {
		if (isnan(curve->points[i].low))
			continue;
		markup(out, "V%f", depth(curve->points[i].low));
		if (i > first)
			markup(out, "H%f", scale_at(&x, (double)curve->points[i].month));
	}
	markup(out, "z\"/>");
}

/* The months within which most of those get there who do. */
static void draw_range(struct buffer *out, const struct month_curve *curve,
		       struct json_object *story)
{
	struct scale x = months_scale(curve, 100);
	double low = floor(number_at(story, "timeline.low")),
	       high = ceil(number_at(story, "timeline.high"));

	bool is_late = scale_at(&x, low) > RANGE_LATE;

	if (isnan(low) || isnan(high))
		return;
	markup(out,
	       "<rect class=\"range\" x=\"%f%%\" width=\"%f%%\" height=\"%f\"/>"
	       "<text class=\"note %s\" x=\"%f%%\" dx=\"%d\" y=\"14\">most who get there</text>\n",
	       scale_at(&x, low), scale_at(&x, high) - scale_at(&x, low), HEIGHT,
	       is_late ? "last" : "first", scale_at(&x, is_late ? high : low), is_late ? -6 : 6);
}

static void draw_months(struct buffer *out, const struct month_curve *curve)
{
	struct scale x = months_scale(curve, 100);
	struct ticks ticks = month_ticks_of(0, x.high, LABELS_MOST);

	for (size_t i = 0; i < ticks.count; i++)
		markup(out, "<text class=\"%s\" x=\"%f%%\" y=\"%f\">%f</text>",
		       i == 0 ? "first" : "middle", scale_at(&x, ticks.items[i]), HEIGHT + 18,
		       ticks.items[i]);
	markup(out, "<text class=\"last\" x=\"100%%\" y=\"%f\">months in the tier</text>\n",
	       HEIGHT + 34);
}

static void draw(struct buffer *out, const struct report *report, struct json_object *story,
		 const struct month_curve *curve, const char *sentence)
{
	const struct month_point *end = &curve->points[curve->count - 1];
	const char *key = json_text_at(story, "pattern_key");

	chart_begin(out, arena_printf(report->arena, "%s-curve", anchor_of(key, report->arena)),
		    arena_printf(report->arena, "Share that has reached %s, by months in the tier",
				 tier_text(report, story, "cohort.to_revenue_tier")),
		    sentence, HEIGHT + BELOW);
	draw_range(out, curve, story);
	share_axis(out, HEIGHT);
	shapes_begin(out, HEIGHT);
	draw_band(out, curve);
	draw_line(out, curve);
	shapes_end(out);
	markup(out, "<text class=\"last strong\" x=\"100%%\" y=\"%f\">%s</text>\n",
	       HEIGHT * (1 - (isnan(end->high) ? end->reached : end->high)) - 6,
	       share_text(report, end->reached));
	draw_months(out, curve);
	chart_end(out);
}

static void add_figures(struct buffer *out, const struct report *report,
			const struct month_curve *curve)
{
	static const char *const headings[] = { "Months", ">Reached", ">95 %", NULL };
	struct arena *arena = report->arena;

	figures_begin(out, "Figures", "how long it takes");
	data_table_begin(out, "Share that has moved up, by months in the tier", headings);
	for (size_t i = 0; i < curve->count; i++) {
		const struct month_point *point = &curve->points[i];

		data_row_begin(out);
		data_name(out, grouped(point->month, arena));
		data_number(out, share_text(report, point->reached));
		data_number(out, isnan(point->low)
					 ? NULL
					 : arena_printf(arena, "%.0f to %.0f%%", 100 * point->low,
							100 * point->high));
		data_row_end(out);
	}
	data_table_end(out);
	figures_end(out);
}

static const char *sentence_of(const struct report *report, struct json_object *story,
			       const struct month_curve *curve)
{
	const struct month_point *end = &curve->points[curve->count - 1];

	return say(&report->vocabulary->wording, SENTENCE_REPORT_CURVE, report->arena,
		   SAY_TEXT("reached", share_text(report, end->reached)),
		   SAY_NUMBER("months", end->month),
		   SAY_TEXT("from", tier_text(report, story, "cohort.from_revenue_tier")),
		   SAY_TEXT("to", tier_text(report, story, "cohort.to_revenue_tier")),
		   SAY_TEXT("basis", curve->basis == BASIS_FIRST_SEEN ? "first_seen" : NULL));
}

void page_curve(struct buffer *out, const struct report *report, struct json_object *story)
{
	const struct month_curve *curve = curve_of(report, story);
	const char *range = range_text(report, story), *sentence;

	markup(out, "<h5>How long it takes</h5>\n");
	if (range)
		markup(out, "<p>%s.</p>\n", capitalized(range, report->arena));
	else
		markup(out, "<p class=\"muted\">%s.</p>\n",
		       say(&report->vocabulary->wording, SENTENCE_TIMELINE_NONE, report->arena,
			   SAY_TEXT("to", tier_text(report, story, "cohort.to_revenue_tier"))));
	if (!curve)
		return;
	sentence = sentence_of(report, story, curve);
	markup(out, "<figure>\n");
	draw(out, report, story, curve, sentence);
	markup(out,
	       "<figcaption>%s Kaplan–Meier with its 95 %% band, where at least %lld were left "
	       "to observe.</figcaption>\n",
	       sentence, (long long)report->constants->k);
	add_figures(out, report, curve);
	markup(out, "</figure>\n");
}
