/* The tiers, the highest on top, how many are in each, and how many moved up between two of
 * them. */
#include <math.h>

#include "json_read.h"
#include "report_parts.h"

#define RUNG_HEIGHT 44.0
#define STEP_HEIGHT 56.0
#define FLOW_MIDDLE 22.0 /* px from the left */
#define FLOW_MAX 28.0    /* its width for the largest flow, px */
#define FLOW_MIN 2.0

/* Counts of fewer than k are not told, neither by a number nor by a length. */
static double told(int64_t count, int64_t k)
{
	return count >= k ? (double)count : 0;
}

static int64_t contractors_in(const struct report *report, size_t rank)
{
	return (int64_t)json_number_at(json_at(report->facts, "tiers"),
				       report->vocabulary->tiers.items[rank].name);
}

struct peaks {
	double contractors, levelled;
};

/* What is published of a step, which moves only when enough has changed; all zero: it has no
 * pattern. */
struct flow {
	int64_t levelled, risk;
};

static struct flow flow_of(const struct report *report, size_t from)
{
	struct json_object *story = report_step_story(report, from);

	return (struct flow){ (int64_t)json_number_at(story, "cohort.levelled_up"),
			      (int64_t)json_number_at(story, "cohort.at_risk") };
}

void ladder_total(const struct report *report, int64_t *ret_levelled, int64_t *ret_risk)
{
	*ret_levelled = *ret_risk = 0;
	for (size_t i = 0; i < report->ladder.count; i++) {
		*ret_levelled += flow_of(report, i).levelled;
		*ret_risk += flow_of(report, i).risk;
	}
}

static struct peaks peaks_of(const struct report *report)
{
	struct peaks peaks = { 1, 1 };
	int64_t k = report->constants->k;

	for (size_t i = 0; i < report->vocabulary->tiers.count; i++)
		peaks.contractors = fmax(peaks.contractors, told(contractors_in(report, i), k));
	for (size_t i = 0; i < report->ladder.count; i++)
		peaks.levelled = fmax(peaks.levelled, told(flow_of(report, i).levelled, k));
	return peaks;
}

/* NULL: not told. */
static const char *rate_of(const struct report *report, const struct flow *flow)
{
	if (flow->levelled < report->constants->k || flow->risk < flow->levelled)
		return NULL;
	return share_text(report, (double)flow->levelled / (double)flow->risk);
}

static const char *step_sentence(const struct report *report, size_t from)
{
	const struct ladder_transition *step = &report->ladder.items[from];
	const struct labels *tiers = &report->vocabulary->tiers;
	struct flow flow = flow_of(report, from);
	int64_t k = report->constants->k;

	if (flow.levelled == 0)
		return capitalized(step->result, report->arena);
	return say(&report->vocabulary->wording, SENTENCE_REPORT_STEP, report->arena,
		   SAY_TEXT("levelled", people_text(flow.levelled, k, report->arena)),
		   SAY_TEXT("risk", people_text(flow.risk, k, report->arena)),
		   SAY_TEXT("rate", rate_of(report, &flow)),
		   SAY_TEXT("from", label_of(tiers, step->from_tier)),
		   SAY_TEXT("to", label_of(tiers, step->to_tier)));
}

/* How long it takes; NULL: it is not known. */
static const char *step_range(const struct report *report, size_t from)
{
	struct json_object *story = report_step_story(report, from);

	return story ? range_text(report, story) : NULL;
}

/* ---- the drawing ---- */

static void draw_rung(struct buffer *out, const struct report *report, size_t rank, double y,
		      double peak)
{
	int64_t count = contractors_in(report, rank), k = report->constants->k;
	const struct labels *tiers = &report->vocabulary->tiers;

	markup(out,
	       "<text class=\"tier\" y=\"%f\">%s</text><text class=\"last note\" x=\"100%%\" y=\"%f\">%s now</text>"
	       "<rect class=\"rail\" y=\"%f\" width=\"100%%\" height=\"8\" rx=\"4\"/>",
	       y + 14, label_of(tiers, tiers->items[rank].name), y + 14,
	       people_text(count, k, report->arena), y + 22);
	if (count >= k)
		markup(out, "<rect class=\"fill\" y=\"%f\" width=\"%f%%\" height=\"8\" rx=\"4\"/>",
		       y + 22, 100 * (double)count / peak);
	markup(out, "\n");
}

/* An arrow upwards, as wide as many moved; dashed where there is no pattern. */
static void draw_arrow(struct buffer *out, double count, double y, double peak)
{
	double half = fmax(FLOW_MIN, FLOW_MAX * count / peak) / 2, head = half + 5;

	if (count > 0)
		markup(out, "<path class=\"flow\" d=\"M%f %fV%fH%fL%f %fL%f %fH%fV%fz\"/>",
		       FLOW_MIDDLE - half, y + STEP_HEIGHT - 8, y + 10, FLOW_MIDDLE - head,
		       FLOW_MIDDLE, y - 2, FLOW_MIDDLE + head, y + 10, FLOW_MIDDLE + half,
		       y + STEP_HEIGHT - 8);
	else
		markup(out, "<path class=\"no-flow\" d=\"M%f %fV%f\"/>", FLOW_MIDDLE,
		       y + STEP_HEIGHT - 8, y);
}

static void draw_flow(struct buffer *out, const struct report *report, size_t from, double y,
		      double peak)
{
	struct flow flow = flow_of(report, from);
	double count = told(flow.levelled, report->constants->k);
	const char *note = count > 0 ? step_range(report, from) : report->ladder.items[from].result;

	draw_arrow(out, count, y, peak);
	if (count > 0)
		markup(out,
		       "<text x=\"52\" y=\"%f\"><tspan class=\"strong\">%s</tspan> of %s moved up "
		       "(%s)</text>",
		       y + 18, grouped(flow.levelled, report->arena),
		       grouped(flow.risk, report->arena), rate_of(report, &flow));
	if (note)
		markup(out, "<text class=\"note\" x=\"52\" y=\"%f\">%s</text>",
		       y + (count > 0 ? 37 : 27), capitalized(note, report->arena));
	markup(out, "\n");
}

static void draw(struct buffer *out, const struct report *report)
{
	size_t count = report->vocabulary->tiers.count;
	struct peaks peaks = peaks_of(report);
	double y = 0;

	chart_begin(out, "ladder-chart", "The tier ladder",
		    "The tiers from the highest down, with bars for the contractors in each, and "
		    "arrows for those who moved up. All numbers are in the table below.",
		    (double)count * RUNG_HEIGHT + (double)report->ladder.count * STEP_HEIGHT);
	for (size_t rank = count; rank-- > 0;) {
		draw_rung(out, report, rank, y, peaks.contractors);
		y += RUNG_HEIGHT;
		if (rank == 0)
			break;
		draw_flow(out, report, rank - 1, y, peaks.levelled);
		y += STEP_HEIGHT;
	}
	chart_end(out);
}

/* ---- its data ---- */

static void add_table(struct buffer *out, const struct report *report)
{
	static const char *const headings[] = { "Step", ">In the tier now", "Moved up", "How long",
						NULL };

	figures_begin(out, "Figures", "the tier ladder");
	data_table_begin(out, "The tier ladder", headings);
	for (size_t i = report->ladder.count; i-- > 0;) {
		const struct ladder_transition *step = &report->ladder.items[i];
		const struct labels *tiers = &report->vocabulary->tiers;

		data_row_begin(out);
		data_name(out,
			  arena_printf(report->arena, "%s → %s", label_of(tiers, step->from_tier),
				       label_of(tiers, step->to_tier)));
		data_number(out, people_text(contractors_in(report, i), report->constants->k,
					     report->arena));
		data_cell(out, step_sentence(report, i));
		data_cell(out, step_range(report, i));
		data_row_end(out);
	}
	data_table_end(out);
	figures_end(out);
}

static void add_missing(struct buffer *out, const struct report *report)
{
	const struct labels *tiers = &report->vocabulary->tiers;

	if (missing_steps(report) == 0)
		return;
	markup(out, "<h3>Steps without a pattern</h3>\n<ul class=\"plain\">\n");
	for (size_t i = 0; i < report->ladder.count; i++) {
		const struct ladder_transition *step = &report->ladder.items[i];

		if (!step->version.present)
			markup(out, "<li>%s → %s: <span class=\"muted\">%s</span></li>\n",
			       label_of(tiers, step->from_tier), label_of(tiers, step->to_tier),
			       step->result);
	}
	markup(out, "</ul>\n");
}

void page_ladder(struct buffer *out, const struct report *report)
{
	section_begin(out, "ladder", "The tier ladder");
	markup(out, "<figure class=\"ladder\">\n");
	draw(out, report);
	markup(out, "<figcaption>Bars: contractors in the tier now. Arrows: of those who entered a "
		    "tier, how many moved up to the next one or beyond.</figcaption>\n");
	add_table(out, report);
	markup(out, "</figure>\n");
	add_missing(out, report);
	section_end(out);
}
