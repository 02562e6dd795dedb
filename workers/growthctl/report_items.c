/* Partners and content over all patterns, each once: with the numbers of the pattern that says most
 * for it. */
#include <math.h>
#include <string.h>

#include "json_read.h"
#include "report_parts.h"

struct listed {
	struct json_object *item, *story;
	const char *kind, *id;
	size_t patterns; /* how many list it */
};

struct listing {
	struct listed *items;
	size_t count;
};

/* Without a grade: last. */
static int grade_of(const struct listed *listed)
{
	const char *grade = json_text_at(listed->item, "grade");

	return grade ? *grade : 'Z';
}

/* What it is worth at least: the lower limit of the lift times the ratio of outcomes, as lists are
 * ordered. */
static double worth_of(const struct listed *listed)
{
	double low = number_at(listed->item, "lift_low"),
	       ratio = number_at(listed->item, "outcome_ratio");

	return (isnan(low) ? 0 : low) * (isnan(ratio) ? 1 : ratio);
}

/* The better supported first. */
static int compare_worth(const struct listed *a, const struct listed *b)
{
	int order = grade_of(a) - grade_of(b);
	double difference = worth_of(b) - worth_of(a);

	if (!order)
		order = (difference > 0) - (difference < 0);
	return order ? order
		     : strcmp(json_text_at(a->story, "pattern_key"),
			      json_text_at(b->story, "pattern_key"));
}

static int by_item(const void *left, const void *right)
{
	const struct listed *a = left, *b = right;
	int order = strcmp(a->kind, b->kind);

	if (!order)
		order = strcmp(a->id, b->id);
	return order ? order : compare_worth(a, b);
}

static int by_worth(const void *left, const void *right)
{
	const struct listed *a = left, *b = right;
	int order = compare_worth(a, b);

	return order ? order : by_item(left, right);
}

static bool is_wanted(const char *kind, bool partners)
{
	return strcmp(kind, "partner") == 0 ? partners
					    : !partners && strcmp(kind, "milestone") != 0 &&
						      strcmp(kind, "focus_area") != 0;
}

/* Once for each pattern that lists it. */
static struct listing find_all(const struct report *report, bool partners)
{
	struct listing listing = { 0 };
	size_t most = 0;

	for (size_t i = 0; i < report->stories_count; i++)
		most += json_object_array_length(json_at(report->stories[i], "items"));
	listing.items = arena_array(report->arena, struct listed, most);
	for (size_t i = 0; i < report->stories_count; i++) {
		struct json_object *items = json_at(report->stories[i], "items");

		for (size_t k = 0; k < json_object_array_length(items); k++) {
			struct json_object *item = json_object_array_get_idx(items, k);
			const char *kind = json_text_at(item, "kind");

			if (is_wanted(kind, partners))
				listing.items[listing.count++] =
					(struct listed){ item, report->stories[i], kind,
							 json_text_at(item, "item"), 1 };
		}
	}
	return listing;
}

static struct listing find_once(const struct report *report, bool partners)
{
	struct listing listing = find_all(report, partners);
	size_t count = 0;

	qsort(listing.items, listing.count, sizeof(*listing.items), by_item);
	for (size_t i = 0; i < listing.count; i++) {
		struct listed *former = count > 0 ? &listing.items[count - 1] : NULL;

		if (former && strcmp(former->kind, listing.items[i].kind) == 0 &&
		    strcmp(former->id, listing.items[i].id) == 0)
			former->patterns++;
		else
			listing.items[count++] = listing.items[i];
	}
	listing.count = count;
	qsort(listing.items, listing.count, sizeof(*listing.items), by_worth);
	return listing;
}

/* ---- uptake ---- */

static struct json_object *uptake_of(const struct report *report, const struct listed *listed)
{
	const char *key = json_text_at(listed->story, "pattern_key");

	for (size_t i = 0; i < json_object_array_length(report->uptake); i++) {
		struct json_object *row = json_object_array_get_idx(report->uptake, i);

		if (json_at(row, "item") && strcmp(json_text_at(row, "item"), listed->id) == 0 &&
		    strcmp(json_text_at(row, "kind"), listed->kind) == 0 &&
		    strcmp(json_text_at(row, "pattern_key"), key) == 0)
			return row;
	}
	return NULL;
}

/* Whether a share of so many says nothing of fewer than k, neither of those who did it nor of the
 * others. */
static bool may_be_told(const struct report *report, double done, double all)
{
	double k = (double)report->constants->k;

	return all >= k && (done == 0 || done >= k) && (done == all || all - done >= k);
}

static void add_uptake(struct buffer *out, const struct report *report, const struct listed *listed)
{
	struct json_object *row = uptake_of(report, listed);
	double recommended = json_number_at(row, "recommended"),
	       others = json_number_at(row, "others");
	bool told = row && may_be_told(report, json_number_at(row, "taken_up"), recommended);
	bool compared = told && may_be_told(report, json_number_at(row, "others_taken_up"), others);
	struct arena *arena = report->arena;

	data_number(out,
		    row ? people_text((int64_t)recommended, report->constants->k, arena) : NULL);
	data_number(out, compared
				 ? arena_printf(arena, "%s vs %s", json_percent(row, "rate", arena),
						json_percent(row, "others_rate", arena))
			 : told ? json_percent(row, "rate", arena)
				: NULL);
}

/* ---- the tables ---- */

static const char *used_text(const struct report *report, const struct listed *listed)
{
	const char *control = share_text(report, number_at(listed->item, "control_rate"));
	const char *usage = usage_text(report, listed->item);

	return control ? arena_printf(report->arena, "%s vs %s", usage, control) : usage;
}

static const char *lift_text(const struct report *report, const struct listed *listed)
{
	const char *limits = json_limits(listed->item, "lift_low", "lift_high", 1, report->arena);

	return limits ? arena_printf(report->arena, "%s (%s)",
				     json_decimals(listed->item, "lift", 1, report->arena), limits)
		      : NULL;
}

static const char *satisfaction_text(const struct report *report, const struct listed *listed)
{
	const char *mean = json_decimals(listed->item, "avg_satisfaction", 1, report->arena);

	return mean ? arena_printf(report->arena, "%s (%s)", mean,
				   json_text_at(listed->item, "raters"))
		    : NULL;
}

/* With the pattern that says most for it below. */
static void add_name(struct buffer *out, const struct report *report, const struct listed *listed)
{
	markup(out, "<th scope=\"row\">%s", item_text(listed->item, report->arena));
	grade_badge(out, json_text_at(listed->item, "grade"));
	markup(out, "<span class=\"below\">in <a href=\"#%s\">%s</a>",
	       anchor_of(json_text_at(listed->story, "pattern_key"), report->arena),
	       transition_text(report, listed->story));
	if (listed->patterns > 1)
		markup(out, " and %zu more", listed->patterns - 1);
	markup(out, "</span></th>");
}

static void add_row(struct buffer *out, const struct report *report, const struct listed *listed,
		    bool partners)
{
	struct arena *arena = report->arena;

	data_row_begin(out);
	add_name(out, report, listed);
	if (!partners)
		data_cell(out, plain_words(listed->kind, arena));
	data_number(out, used_text(report, listed));
	data_number(out, lift_text(report, listed));
	if (partners) {
		data_number(out, satisfaction_text(report, listed));
		data_number(out, share_text(report, number_at(listed->item, "outcome_success")));
	}
	if (report->uptake)
		add_uptake(out, report, listed);
	data_row_end(out);
}

#define UPTAKE_HEADINGS ">Recommended to", ">Taken up"

static void add_table(struct buffer *out, const struct report *report, bool partners)
{
	static const char *const partner_headings[] = { "Partner",         ">Used",
							">Lift (95 %)",    ">Satisfaction (n)",
							">Goals work out", NULL };
	static const char *const partner_uptake[] = {
		"Partner",       ">Used", ">Lift (95 %)", ">Satisfaction (n)", ">Goals work out",
		UPTAKE_HEADINGS, NULL
	};
	static const char *const content_headings[] = { "Title", "Kind", ">Used", ">Lift (95 %)",
							NULL };
	static const char *const content_uptake[] = { "Title",        "Kind",          ">Used",
						      ">Lift (95 %)", UPTAKE_HEADINGS, NULL };
	const char *const *headings =
		partners ? (report->uptake ? partner_uptake : partner_headings)
			 : (report->uptake ? content_uptake : content_headings);
	struct listing listing = find_once(report, partners);

	if (listing.count == 0) {
		markup(out, "<p class=\"muted\">None stands out yet.</p>\n");
		return;
	}
	data_table_begin(out, partners ? "Partners" : "Books, podcasts and events", headings);
	for (size_t i = 0; i < listing.count; i++)
		add_row(out, report, &listing.items[i], partners);
	data_table_end(out);
	markup(out,
	       "<p class=\"note\">Used: by those who made it, against comparable contractors, in "
	       "the pattern that says most for it. Lift: how many times as often they moved up.%s</p>\n",
	       report->uptake
		       ? " Taken up: within 90 days of a recommendation, against those whom nobody "
			 "recommended it to; not told where it would be about fewer than five."
		       : "");
}

void page_partners(struct buffer *out, const struct report *report)
{
	section_begin(out, "partners", "Partners");
	add_table(out, report, true);
	section_end(out);
}

void page_content(struct buffer *out, const struct report *report)
{
	section_begin(out, "content", "Books, podcasts and events");
	add_table(out, report, false);
	section_end(out);
}
