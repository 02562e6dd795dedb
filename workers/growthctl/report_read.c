/* Reads all that is on the page: four statements and the history once, in one snapshot; then the pipeline. */
#include "report.h"

#include "growthctl_core_sql.h"
#include "json_read.h"
#include "status.h"
#include "story.h"
#include "uptake.h"
#include "validate.h"

#define SERVERS_TIMEOUT_MS 10000
#define HOLD_OUT 0.2 /* as growthctl validate has it */
#define SEED 1
#define WITHIN_MONTHS 24

struct json_row {
	const char *json;
};

static const struct pg_column json_columns[] = { PG_TEXT(struct json_row, json), PG_END };

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

/* Curves are of all contractors, the validation learns from most of them. */
struct learners {
	struct cohorts *all;
	struct validation *most;
};

static void learn(void *closure, const struct history *history)
{
	const struct learners *learners = closure;

	analyze_revenue_transitions(learners->all, history);
	validation_learn(learners->most, history);
}

/* Of the patterns' numbers; absent: no transition was ever calculated. */
static struct optional_time latest_of(const struct ladder *ladder)
{
	struct optional_time latest = { 0 };

	for (size_t i = 0; i < ladder->count; i++)
		if (ladder->items[i].as_of.present &&
		    (!latest.present || ladder->items[i].as_of.value > latest.value))
			latest = ladder->items[i].as_of;
	return latest;
}

static void draw_curves(const struct cohorts *cohorts, struct report_history *history,
			struct arena *arena)
{
	struct arena scratch;

	arena_init(&scratch);
	history->count = cohorts->count;
	history->curves = arena_array(arena, struct month_curve, cohorts->count);
	for (size_t from = 0; from < cohorts->count; from++) {
		struct spells spells = cohort_spells(cohorts, from, &scratch);

		history->curves[from] = month_curve_of(&spells, &cohorts->constants, arena);
		arena_reset(&scratch);
	}
	arena_release(&scratch);
}

static bool read_history(struct db *db, struct report *report, struct err *err)
{
	struct optional_time as_of = latest_of(&report->ladder), end, votes;
	struct arena *arena = report->arena;
	struct outcome_recorded *outcomes;
	struct learners learners;
	size_t count;

	if (!report->wanted.history || !as_of.present)
		return true;
	if (!validate_ends(db, arena, &end, &votes, err) ||
	    !validate_outcomes(db, arena, &outcomes, &count, err))
		return false;

	struct validation_settings settings = {
		.vocabulary = report->vocabulary,
		.constants = *report->constants,
		.split = { .seed = SEED, .hold_out = HOLD_OUT },
		.as_of = as_of.value,
		.votes_as_of = votes.present && votes.value > as_of.value ? votes.value
									  : as_of.value,
		.within = WITHIN_MONTHS,
	};

	learners.most = validation_new(&settings, outcomes, count, arena);
	learners.all = cohorts_new(arena, report->vocabulary, report->constants, as_of.value);
	if (!validate_history(db, report->vocabulary, learn, &learners, err))
		return false;
	validation_conclude(learners.most);
	report->history = arena_new(arena, struct report_history);
	report->history->as_of = as_of.value;
	report->history->validation = validation_report(learners.most);
	draw_curves(learners.all, report->history, arena);
	return true;
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
