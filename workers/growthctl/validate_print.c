/* What a validation found, for people and for programs. */
#include "validate.h"

#include <math.h>

#include "instant.h"
#include "json_write.h"
#include "output.h"

/* ---- for people ---- */

/* NULL, shown as "-", when it cannot be said. */
static const char *decimals(double number, int digits, struct arena *arena)
{
	return isnan(number) ? NULL : arena_printf(arena, "%.*f", digits, number);
}

static double share(int64_t part, int64_t all)
{
	return all > 0 ? (double)part / (double)all : NAN;
}

static const char *day_of(utc_us time, struct arena *arena)
{
	char text[INSTANT_TEXT_SIZE];

	instant_format(time, text);
	return arena_strndup(arena, text, 10);
}

static void print_split(const struct validation_settings *settings,
			const struct validation_report *report, struct arena *arena)
{
	const struct split *split = &settings->split;

	if (split->learn_until.present)
		printf("Learnt from %lld contractors until %s, tested on what came after, until "
		       "%s.\n",
		       (long long)report->learnt_from, day_of(split->learn_until.value, arena),
		       day_of(settings->as_of, arena));
	else
		printf("Learnt from %lld contractors, tested on %lld others (seed %llu), until "
		       "%s.\n",
		       (long long)report->learnt_from, (long long)report->tested_on,
		       (unsigned long long)split->seed, day_of(settings->as_of, arena));
}

static void add_measure(struct table *table, const char *name, double value, double naive,
			int64_t cases)
{
	table_add(table, name);
	table_add(table, decimals(value, 3, table->arena));
	table_add(table, decimals(naive, 3, table->arena));
	table_add_number(table, cases);
}

static void add_area(struct table *table, const char *name, const struct area_under_curve *area,
		     const struct area_under_curve *naive, int64_t cases)
{
	const char *errors =
		arena_printf(table->arena, "%s ± %s", name, decimals(area->error, 3, table->arena));

	add_measure(table, errors, area->value, naive->value, cases);
}

static void print_measures(const struct validation_report *report, struct arena *arena)
{
	static const char *const headings[] = { "MEASURE", ">PATTERNS", ">NAIVE", ">CASES", NULL };
	const struct match_report *match = &report->match;
	const struct confidence_report *confidence = &report->confidence;
	struct table table;

	table_init(&table, arena, headings);
	add_measure(&table, "contractors matched", share(match->matched, match->contractors), NAN,
		    match->contractors);
	add_area(&table, "AUC of the match score for levelling up", &match->auc, &match->naive_auc,
		 match->contractors);
	add_area(&table, "AUC of the match score for the pattern's own step", &match->step_auc,
		 &match->naive_step_auc, match->pairs);
	add_measure(&table, "Brier score of expected success", confidence->brier,
		    confidence->naive_brier, confidence->voters);
	add_measure(&table, "calibration error of expected success", confidence->error,
		    confidence->naive_error, confidence->voters);
	add_measure(&table, "rank correlation of confidence and success", confidence->spearman,
		    confidence->naive_spearman, confidence->ranked);
	table_print(&table, stdout);
}

static void print_timelines(const struct validation_report *report, struct arena *arena)
{
	static const char *const headings[] = { ">ISSUED",     ">RIPE",     ">LEVELLED UP",
						">GOOD",       ">IN RANGE", ">HIGH/LOW",
						">WITHIN 20%", ">AT BEST",  ">NAIVE",
						">ERROR",      ">NAIVE",    NULL };
	struct table table;

	table_init(&table, arena, headings);
	for (size_t i = 0; i < VALIDATION_ISSUES; i++) {
		const struct timeline_report *timeline = &report->timelines[i];

		table_add(&table, arena_printf(arena, "%g months", timeline->issued));
		table_add_number(&table, timeline->ripe);
		table_add_number(&table, timeline->levelled);
		table_add(&table, decimals(timeline->good, 2, arena));
		table_add(&table, decimals(timeline->covered, 2, arena));
		table_add(&table, decimals(timeline->width, 1, arena));
		table_add(&table, decimals(timeline->near, 2, arena));
		table_add(&table, decimals(timeline->attainable, 2, arena));
		table_add(&table, decimals(timeline->naive_near, 2, arena));
		table_add(&table, decimals(timeline->error, 1, arena));
		table_add(&table, decimals(timeline->naive_error, 1, arena));
	}
	table_print(&table, stdout);
}

static void print_horizons(const struct validation_report *report, struct arena *arena)
{
	static const char *const headings[] = { ">ISSUED", ">HORIZON OVER", ">BRIER", ">NAIVE",
						NULL };
	struct table table;

	table_init(&table, arena, headings);
	for (size_t i = 0; i < VALIDATION_ISSUES; i++) {
		const struct timeline_report *timeline = &report->timelines[i];

		table_add(&table, arena_printf(arena, "%g months", timeline->issued));
		table_add_number(&table, timeline->horizons);
		table_add(&table, decimals(timeline->brier, 3, arena));
		table_add(&table, decimals(timeline->naive_brier, 3, arena));
	}
	table_print(&table, stdout);
}

static void print_reliability(const struct calibration *calibration, struct arena *arena)
{
	static const char *const headings[] = { "EXPECTED SUCCESS", ">VOTERS", ">EXPECTED",
						">SUCCESS", NULL };
	struct table table;

	table_init(&table, arena, headings);
	for (size_t i = 0; i < CALIBRATION_BINS; i++) {
		const struct calibration_bin *bin = &calibration->bins[i];

		if (bin->count == 0)
			continue;
		table_add(&table, arena_printf(arena, "%.1f to %.1f", (double)i / CALIBRATION_BINS,
					       (double)(i + 1) / CALIBRATION_BINS));
		table_add_number(&table, (long long)bin->count);
		table_add(&table, decimals(bin->predicted, 3, arena));
		table_add(&table, decimals(bin->observed, 3, arena));
	}
	table_print(&table, stdout);
}

static const char *months_of(const struct timeline *timeline, struct arena *arena)
{
	if (!timeline->method)
		return NULL;
	return arena_printf(arena, "%.0f to %.0f", floor(timeline->low.value),
			    ceil(timeline->high.value));
}

static void print_patterns(const struct validation_report *report, struct arena *arena)
{
	static const char *const headings[] = { "PATTERN",   ">LEVELLED UP",
						">MONTHS",   ">CONFIDENCE",
						">EXPECTED", ">VOTERS",
						">SUCCESS",  NULL };
	struct table table;

	table_init(&table, arena, headings);
	for (size_t i = 0; i < report->patterns_count; i++) {
		const struct pattern_report *pattern = &report->patterns[i];

		table_add(&table, pattern->key);
		table_add_number(&table, pattern->levelled);
		table_add(&table, months_of(&pattern->timeline, arena));
		table_add(&table, decimals(pattern->found ? pattern->confidence : NAN, 2, arena));
		table_add(&table, decimals(pattern->found ? pattern->expected : NAN, 2, arena));
		table_add_number(&table, pattern->voters);
		table_add(&table, decimals(pattern->success, 2, arena));
	}
	table_print(&table, stdout);
}

void validate_print(const struct validation_settings *settings,
		    const struct validation_report *report, struct arena *arena)
{
	print_split(settings, report, arena);
	putchar('\n');
	print_measures(report, arena);
	putchar('\n');
	output_heading(stdout, "When: predicted and actual months");
	print_timelines(report, arena);
	putchar('\n');
	output_heading(stdout, "Whether: levelled up by the horizon");
	print_horizons(report, arena);
	putchar('\n');
	if (report->confidence.voters > 0) {
		output_heading(stdout, "Reliability of expected success");
		print_reliability(&report->confidence.calibration, arena);
		putchar('\n');
	}
	print_patterns(report, arena);
}

/* ---- for programs ---- */

/* null when it cannot be said. */
static void member(struct buffer *out, const char *name, double number)
{
	if (isnan(number))
		json_write_member_text(out, name, NULL);
	else
		json_write_member_number(out, name, number);
}

static void member_time(struct buffer *out, const char *name, utc_us time)
{
	char text[INSTANT_TEXT_SIZE];

	instant_format(time, text);
	json_write_member_text(out, name, text);
}

static void open_member(struct buffer *out, const char *name, char bracket)
{
	json_write_member(out, name);
	buffer_add_char(out, bracket);
}

/* An object in a list. */
static void open_item(struct buffer *out, bool first)
{
	buffer_add_text(out, first ? "{" : ",{");
}

static void write_split(const struct validation_settings *settings,
			const struct validation_report *report, struct buffer *out)
{
	const struct split *split = &settings->split;

	member_time(out, "as_of", settings->as_of);
	open_member(out, "split", '{');
	if (split->learn_until.present) {
		member_time(out, "learn_until", split->learn_until.value);
	} else {
		json_write_member_int(out, "seed", (long long)split->seed);
		member(out, "hold_out", split->hold_out);
	}
	json_write_member_int(out, "learnt_from", report->learnt_from);
	json_write_member_int(out, "tested_on", report->tested_on);
	buffer_add_char(out, '}');
}

static void write_match(const struct match_report *match, struct buffer *out)
{
	open_member(out, "match", '{');
	json_write_member_int(out, "contractors", match->contractors);
	json_write_member_int(out, "levelled_up", match->levelled);
	member(out, "share_matched", share(match->matched, match->contractors));
	member(out, "auc", match->auc.value);
	member(out, "auc_standard_error", match->auc.error);
	member(out, "naive_auc", match->naive_auc.value);
	json_write_member_int(out, "pairs", match->pairs);
	member(out, "step_auc", match->step_auc.value);
	member(out, "step_auc_standard_error", match->step_auc.error);
	member(out, "naive_step_auc", match->naive_step_auc.value);
	buffer_add_char(out, '}');
}

static void write_reliability(const struct calibration *calibration, struct buffer *out)
{
	bool first = true;

	open_member(out, "reliability", '[');
	for (size_t i = 0; i < CALIBRATION_BINS; i++) {
		const struct calibration_bin *bin = &calibration->bins[i];

		if (bin->count == 0)
			continue;
		open_item(out, first);
		first = false;
		member(out, "from", (double)i / CALIBRATION_BINS);
		json_write_member_int(out, "voters", (long long)bin->count);
		member(out, "expected_success", bin->predicted);
		member(out, "success", bin->observed);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
}

static void write_confidence(const struct confidence_report *confidence, struct buffer *out)
{
	open_member(out, "confidence", '{');
	json_write_member_int(out, "patterns_ranked", confidence->ranked);
	json_write_member_int(out, "voters", confidence->voters);
	member(out, "brier", confidence->brier);
	member(out, "calibration_error", confidence->error);
	member(out, "spearman", confidence->spearman);
	member(out, "naive_brier", confidence->naive_brier);
	member(out, "naive_calibration_error", confidence->naive_error);
	member(out, "naive_spearman", confidence->naive_spearman);
	write_reliability(&confidence->calibration, out);
	buffer_add_char(out, '}');
}

static void write_timeline(const struct timeline_report *timeline, struct buffer *out)
{
	member(out, "issued_after_months", timeline->issued);
	json_write_member_int(out, "ripe", timeline->ripe);
	json_write_member_int(out, "levelled_up", timeline->levelled);
	member(out, "share_good", timeline->good);
	member(out, "coverage", timeline->covered);
	member(out, "median_high_to_low", timeline->width);
	member(out, "share_within_20_percent", timeline->near);
	member(out, "best_share_within_20_percent", timeline->attainable);
	member(out, "median_error_months", timeline->error);
	json_write_member_int(out, "horizons_over", timeline->horizons);
	member(out, "horizon_brier", timeline->brier);
	member(out, "naive_share_within_20_percent", timeline->naive_near);
	member(out, "naive_median_error_months", timeline->naive_error);
	member(out, "naive_horizon_brier", timeline->naive_brier);
}

static void write_pattern(const struct pattern_report *pattern, struct buffer *out)
{
	bool timed = pattern->timeline.method;

	json_write_member_text(out, "pattern_key", pattern->key);
	json_write_member_int(out, "levelled_up", pattern->levelled);
	json_write_member_bool(out, "found", pattern->found);
	member(out, "confidence_score", pattern->found ? pattern->confidence : NAN);
	member(out, "expected_success", pattern->found ? pattern->expected : NAN);
	member(out, "months_low", timed ? pattern->timeline.low.value : NAN);
	member(out, "months_median", timed ? pattern->timeline.median.value : NAN);
	member(out, "months_high", timed ? pattern->timeline.high.value : NAN);
	json_write_member_int(out, "voters", pattern->voters);
	member(out, "success", pattern->success);
}

void validate_print_json(const struct validation_settings *settings,
			 const struct validation_report *report)
{
	struct buffer out = { 0 };

	buffer_add_char(&out, '{');
	write_split(settings, report, &out);
	write_match(&report->match, &out);
	write_confidence(&report->confidence, &out);
	open_member(&out, "timelines", '[');
	for (size_t i = 0; i < VALIDATION_ISSUES; i++) {
		open_item(&out, i == 0);
		write_timeline(&report->timelines[i], &out);
		buffer_add_char(&out, '}');
	}
	buffer_add_char(&out, ']');
	open_member(&out, "patterns", '[');
	for (size_t i = 0; i < report->patterns_count; i++) {
		open_item(&out, i == 0);
		write_pattern(&report->patterns[i], &out);
		buffer_add_char(&out, '}');
	}
	buffer_add_text(&out, "]}\n");
	fwrite(out.bytes, 1, out.length, stdout);
	buffer_release(&out);
}
