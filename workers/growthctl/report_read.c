/* Reads all that is on the page: four statements and the history once, in one snapshot; then the
 * pipeline. */
#include "report.h"

#include "growthctl_core_sql.h"
#include "instant.h"
#include "json_read.h"
#include "rows.h"
#include "status.h"
#include "story.h"
#include "uptake.h"
#include "validate.h"

#define SERVERS_TIMEOUT_MS 10000
#define HOLD_OUT 0.2 /* as growthctl validate has it */
#define SEED 1
#define WITHIN_MONTHS 24

static const struct statement read_facts = {
	.name = "report_facts",
	.sql = SQL_REPORT_FACTS,
	.results = json_columns,
	.result_size = sizeof(struct json_row),
};

static void put(void *json)
{
	json_object_put(json);
}

static struct json_object *parse(const char *json, struct arena *arena)
{
	struct json_object *object = json_tokener_parse(json);

	arena_defer(arena, put, object);
	return object;
}

static bool read_uptake(struct db *db, struct report *report, struct err *err)
{
	const struct uptake_wanted wanted = {
		.within = UPTAKE_WITHIN_DAYS,
		.as_of = { report->wanted.as_of, true },
	};
	const char *json;

	if (!report->wanted.uptake)
		return true;
	if (!uptake_read(db, &wanted, report->arena, &json, err))
		return false;
	report->uptake = parse(json, report->arena);
	return true;
}

/* ---- the history ---- */

/*
 * The validation learns from most contractors, curves are of all. A curve is for the time that its
 * pattern's numbers are of: while these are frozen, it stays as it is, too (statistics §9). Most
 * are of the same time.
 */
struct learners {
	struct validation *validation;
	struct cohorts **cohorts; /* each with the transitions of its time wanted */
	size_t count;
};

static void learn(void *closure, const struct history *history)
{
	const struct learners *learners = closure;

	for (size_t i = 0; i < learners->count; i++)
		analyze_revenue_transitions(learners->cohorts[i], history);
	validation_learn(learners->validation, history);
}

static struct cohorts *cohorts_of_time(struct learners *learners, const struct report *report,
				       utc_us as_of)
{
	struct cohorts *cohorts;

	for (size_t i = 0; i < learners->count; i++)
		if (learners->cohorts[i]->as_of == as_of)
			return learners->cohorts[i];
	cohorts = cohorts_new(report->arena, report->vocabulary, report->constants, as_of);
	for (size_t from = 0; from < cohorts->count; from++)
		cohorts->items[from].wanted = false;
	learners->cohorts[learners->count++] = cohorts;
	return cohorts;
}

static struct learners learners_of(const struct report *report, struct validation *validation)
{
	struct learners learners = {
		.validation = validation,
		.cohorts = arena_array(report->arena, struct cohorts *, report->ladder.count),
	};

	for (size_t from = 0; from < report->ladder.count; from++) {
		struct json_object *story = report_step_story(report, from);
		const char *text = story ? json_text_at(story, "as_of") : NULL;
		utc_us as_of;

		if (text && instant_parse(text, strlen(text), &as_of))
			cohorts_of_time(&learners, report, as_of)->items[from].wanted = true;
	}
	return learners;
}

static void draw_curves(const struct learners *learners, struct report_history *history,
			struct arena *arena)
{
	struct arena scratch;

	arena_init(&scratch);
	for (size_t i = 0; i < learners->count; i++)
		for (size_t from = 0; from < learners->cohorts[i]->count; from++) {
			const struct cohorts *cohorts = learners->cohorts[i];
			struct spells spells;

			if (!cohorts->items[from].wanted)
				continue;
			spells = cohort_spells(cohorts, from, &scratch);
			history->curves[from] = month_curve_of(&spells, &cohorts->constants, arena);
			arena_reset(&scratch);
		}
	arena_release(&scratch);
}

static bool read_history(struct db *db, struct report *report, struct err *err)
{
	struct optional_time end, votes;
	struct arena *arena = report->arena;
	struct outcome_recorded *outcomes;
	struct learners learners;
	size_t count;

	if (!report->wanted.history)
		return true;
	if (!validate_ends(db, arena, &end, &votes, err) ||
	    !validate_outcomes(db, arena, &outcomes, &count, err))
		return false;
	if (!end.present)
		return true;

	const struct validation_settings settings = {
		.vocabulary = report->vocabulary,
		.constants = *report->constants,
		.split = { .seed = SEED, .hold_out = HOLD_OUT },
		.as_of = end.value,
		.votes_as_of = votes.present && votes.value > end.value ? votes.value : end.value,
		.within = WITHIN_MONTHS,
	};

	learners = learners_of(report, validation_new(&settings, outcomes, count, arena));
	if (!validate_history(db, report->vocabulary, learn, &learners, err))
		return false;
	validation_conclude(learners.validation);
	report->history = arena_new(arena, struct report_history);
	report->history->validation = validation_report(learners.validation);
	report->history->count = report->ladder.count;
	report->history->curves = arena_array(arena, struct month_curve, report->ladder.count);
	draw_curves(&learners, report->history, arena);
	return true;
}

struct json_object *report_step_story(const struct report *report, size_t from)
{
	const struct ladder_transition *step = &report->ladder.items[from];
	const char *key =
		pattern_key_of(step->from_tier, step->to_tier, PATTERN_TYPE_WHOLE, report->arena);

	for (size_t i = 0; i < report->stories_count; i++)
		if (strcmp(json_text_at(report->stories[i], "pattern_key"), key) == 0)
			return report->stories[i];
	return NULL;
}

static bool read_all(struct ctl *ctl, struct db *db, struct report *report, struct err *err)
{
	struct json_row *facts;
	size_t count;

	if (!db_begin_snapshot(db, err) ||
	    !db_run(db, &read_facts, NULL, 0, report->arena, &facts, &count, err) ||
	    !story_read_all(db, report->arena, &report->stories, &report->stories_count, err) ||
	    !ladder_read(ctl, db, report->arena, &report->ladder, err) ||
	    !read_uptake(db, report, err) || !read_history(db, report, err))
		return false;
	report->facts = parse(facts[0].json, report->arena);
	return db_commit(db, err);
}

static bool read_pipeline(struct ctl *ctl, struct report *report, struct err *err)
{
	struct status_reader reader = { .ctl = ctl, .timeout_ms = SERVERS_TIMEOUT_MS };
	struct status *status = arena_new(report->arena, struct status);
	bool ok = status_open(&reader, err) && status_read(&reader, report->arena, status, err) &&
		  status_count_all(&reader, report->arena, status, err);

	status_close(&reader);
	report->status = status;
	return ok;
}

bool report_read(struct ctl *ctl, const struct report_wanted *wanted, struct report *ret_report,
		 struct err *err)
{
	struct report report = {
		.vocabulary = &ctl->config.vocabulary,
		.constants = &ctl->config.constants,
		.arena = &ctl->arena,
		.wanted = *wanted,
	};
	struct db *db = ctl_database(ctl, err);
	bool ok = db && read_all(ctl, db, &report, err);

	db_close(db);
	if (!ok || (wanted->pipeline && !read_pipeline(ctl, &report, err)))
		return false;
	*ret_report = report;
	return true;
}
