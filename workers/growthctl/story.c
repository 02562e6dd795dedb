/* Reads the story: one statement, and the parts of the confidence by the domain's own functions. */
#include "story.h"

#include "confidence.h"
#include "decide_positions.h"
#include "growthctl_core_sql.h"
#include "json_read.h"
#include "outcome.h"
#include "rows.h"
#include "validate.h"

struct story_wanted {
	const char *pattern_key; /* NULL: all that are in force */
	bool uptake;
};

static const struct pg_column wanted_columns[] = { PG_TEXT(struct story_wanted, pattern_key),
						   PG_BOOL(struct story_wanted, uptake), PG_END };

static const struct statement read_stories = {
	.name = "patterns_story",
	.sql = SQL_PATTERNS_STORY,
	.shape = STATEMENT_SCALARS,
	.parameters = wanted_columns,
	.parameter_size = sizeof(struct story_wanted),
	.results = json_columns,
	.result_size = sizeof(struct json_row),
};

/* Outcomes come by pattern. Their evidence as of as_of, the pattern's own with the pooled rate of
 * all. */
static struct outcome_evidence evidence_of(const struct outcome_recorded *outcomes, size_t count,
					   const char *pattern_key, utc_us as_of,
					   struct arena *arena)
{
	struct outcome_evidence own = { .pooled = 0.5 };
	struct outcome_evidence *all = arena_array(arena, struct outcome_evidence, count);
	size_t patterns = 0;

	for (size_t i = 0; i < count;) {
		size_t first = i;

		while (i < count &&
		       strcmp(outcomes[i].pattern_key, outcomes[first].pattern_key) == 0)
			i++;
		all[patterns] = count_votes(&outcomes[first], i - first, as_of, arena);
		if (strcmp(outcomes[first].pattern_key, pattern_key) == 0)
			own = all[patterns];
		patterns++;
	}
	own.pooled = pooled_success(all, patterns);
	return own;
}

static void add_number(struct json_object *object, const char *name, double number)
{
	json_object_object_add(object, name, json_object_new_double(number));
}

/* What the stored votes come to now, for the time that the stored confidence is of: the two differ
 * by what came late. */
static bool add_parts(struct ctl *ctl, struct db *db, struct json_object *story, struct err *err)
{
	struct json_object *confidence = json_at(story, "confidence");
	struct outcome_recorded *outcomes;
	struct outcome_evidence evidence;
	struct confidence now;
	size_t count;
	utc_us as_of = 0;

	time_parse(json_text_at(confidence, "as_of"), &as_of);
	if (!validate_outcomes(db, &ctl->arena, &outcomes, &count, err))
		return false;
	evidence = evidence_of(outcomes, count, json_text_at(story, "pattern_key"), as_of,
			       &ctl->arena);
	now = calculate_pattern_confidence((int64_t)json_number_at(story, "cohort.levelled_up"),
					   json_number_at(confidence, "consistency"), &evidence,
					   ctl->config.constants.k);
	add_number(confidence, "alpha", now.alpha);
	add_number(confidence, "beta", now.beta);
	add_number(confidence, "score_of_parts", now.score);
	add_number(confidence, "votes_for", evidence.good);
	add_number(confidence, "votes_against", evidence.bad);
	add_number(confidence, "pooled_success", evidence.pooled);
	add_number(confidence, "cohort_weight",
		   now.alpha + now.beta - 2 - evidence.good - evidence.bad);
	json_object_object_add(confidence, "voters", json_object_new_int64(evidence.voters));
	return true;
}

static void put(void *json)
{
	json_object_put(json);
}

bool story_read_all(struct db *db, struct arena *arena, struct json_object ***ret_stories,
		    size_t *ret_count, struct err *err)
{
	const struct story_wanted wanted = { 0 };
	struct json_object **stories;
	struct json_row *rows;
	size_t count;

	if (!db_run(db, &read_stories, &wanted, 1, arena, &rows, &count, err))
		return false;
	stories = arena_array(arena, struct json_object *, count);
	for (size_t i = 0; i < count; i++) {
		stories[i] = json_tokener_parse(rows[i].json);
		arena_defer(arena, put, stories[i]);
	}
	*ret_stories = stories;
	*ret_count = count;
	return true;
}

bool story_read(struct ctl *ctl, struct db *db, const char *pattern_key,
		struct json_object **ret_story, struct err *err)
{
	const struct story_wanted wanted = { pattern_key, true };
	struct json_object *story = NULL;
	struct json_row *rows;
	size_t count;
	bool ok = db_begin_snapshot(db, err) &&
		  db_run(db, &read_stories, &wanted, 1, &ctl->arena, &rows, &count, err);

	if (ok) {
		story = json_tokener_parse(rows[0].json);
		ok = add_parts(ctl, db, story, err);
	}
	db_rollback(db);
	if (ok)
		*ret_story = story;
	else
		json_object_put(story);
	return ok;
}
