/* What those did who made it: use of each item beside that of comparable contractors. */
#include <math.h>
#include <string.h>

#include "json_read.h"
#include "report_parts.h"

static const char *heading_of(const char *kind)
{
	static const char *const headings[][2] = {
		{ "focus_area", "Focus areas" }, { "milestone", "Milestones" },
		{ "partner", "Partners" },       { "book", "Books" },
		{ "podcast", "Podcasts" },       { "event", "Events" },
	};

	for (size_t i = 0; i < sizeof(headings) / sizeof(*headings); i++)
		if (strcmp(headings[i][0], kind) == 0)
			return headings[i][1];
	return kind;
}

static void add_row(struct buffer *out, const struct report *report, struct json_object *item)
{
	const char *control = share_text(report, number_at(item, "control_rate"));
	const char *usage = usage_text(report, item);

	dots_row(out, &(struct dot_row){
			      .what = item_text(item, report->arena),
			      .grade = json_text_at(item, "grade"),
			      .value = number_at(item, "usage_rate"),
			      .low = number_at(item, "usage_low"),
			      .high = number_at(item, "usage_high"),
			      .at_least = json_object_get_boolean(json_at(item, "at_least")),
			      .other = number_at(item, "control_rate"),
			      .figures = control ? arena_printf(report->arena, "%s vs %s", usage,
								control)
						 : usage,
		      });
}

static void add_chart(struct buffer *out, const struct report *report, struct json_object *items)
{
	const char *last = "";

	dots_begin(out, "used by those who made it, with 95 % interval",
		   "by comparable contractors");
	for (size_t i = 0; i < json_object_array_length(items); i++) {
		struct json_object *item = json_object_array_get_idx(items, i);
		const char *kind = json_text_at(item, "kind");

		if (strcmp(kind, last) != 0)
			dots_heading(out, heading_of(kind));
		last = kind;
		add_row(out, report, item);
	}
	dots_end(out);
}

static void add_figures(struct buffer *out, const struct report *report, struct json_object *items)
{
	static const char *const headings[] = {
		"Item",          "Kind",  "Grade", ">Contractors", ">Used",         ">95 %",
		">Comparable",   ">Lift", ">95 %", ">q",           ">Did it first", ">After months",
		">Satisfaction", NULL
	};
	struct arena *arena = report->arena;

	figures_begin(out, "Figures", "what they did");
	data_table_begin(out, "What those did who made it", headings);
	for (size_t i = 0; i < json_object_array_length(items); i++) {
		struct json_object *item = json_object_array_get_idx(items, i);

		data_row_begin(out);
		data_name(out, item_text(item, arena));
		data_cell(out, plain_words(json_text_at(item, "kind"), arena));
		data_cell(out, json_text_at(item, "grade"));
		data_number(out, json_text_at(item, "users"));
		data_number(out, usage_text(report, item));
		data_number(out, json_percent_limits(item, "usage_low", "usage_high", arena));
		data_number(out, json_percent(item, "control_rate", arena));
		data_number(out, json_decimals(item, "lift", 2, arena));
		data_number(out, json_limits(item, "lift_low", "lift_high", 2, arena));
		data_number(out, json_decimals(item, "q_value", 3, arena));
		data_number(out, json_percent(item, "first_share", arena));
		data_number(out, json_decimals(item, "median_adoption_months", 0, arena));
		data_number(out, json_decimals(item, "avg_satisfaction", 1, arena));
		data_row_end(out);
	}
	data_table_end(out);
	figures_end(out);
}

static void add_combinations(struct buffer *out, const struct report *report,
			     struct json_object *combinations)
{
	struct arena *arena = report->arena;
	size_t count = combinations ? json_object_array_length(combinations) : 0;

	if (count == 0)
		return;
	markup(out, "<p class=\"lead-in\">More together than each for itself:</p>\n<ul>\n");
	for (size_t i = 0; i < count; i++) {
		struct json_object *set = json_object_array_get_idx(combinations, i);
		struct json_object *items = json_at(set, "items");
		size_t size = json_object_array_length(items);
		const char **names = arena_array(arena, const char *, size);

		for (size_t k = 0; k < size; k++)
			names[k] = item_text(json_object_array_get_idx(items, k), arena);
		markup(out,
		       "<li>%s <span class=\"muted\">%s × as often, %s of those who made it</span></li>\n",
		       enumerate(&report->vocabulary->wording, names, size, SENTENCE_LIST_AND,
				 arena),
		       json_decimals(set, "lift", 1, arena), usage_text(report, set));
	}
	markup(out, "</ul>\n");
}

void page_evidence(struct buffer *out, const struct report *report, struct json_object *story)
{
	struct json_object *items = json_at(story, "items");

	markup(out, "<h5>What they did</h5>\n");
	if (json_object_array_length(items) == 0) {
		markup(out, "<p class=\"muted\">Nothing stands out.</p>\n");
		return;
	}
	add_chart(out, report, items);
	add_combinations(out, report, json_at(story, "cohort.success_indicators.combinations"));
	add_figures(out, report, items);
}
