/*
 * One request at a time, the oldest first. The work reads everything in one snapshot, the positions
 * included: these say exactly what it knew. Only the owner of the request partition does this, so
 * patterns have one writer.
 *
 * The place of the time-matched test and of discovery (statistics §3, §5) is in common/domain,
 * behind identify_common_patterns(); analyse() may then find more than one pattern of a transition.
 */
#include "recalculate.h"

#include "messages.h"
#include "pattern.h"
#include "store.h"

struct recalculation_result {
	struct recalculation recalculation;
	const char *inputs;
};

static bool prepare(struct context *ctx, struct arena *arena, void **ret_job, struct err *err)
{
	struct request *request;

	if (!request_find(ctx->db, arena, &request, err))
		return err_wrap(err, "next recalculation");
	*ret_job = request;
	return true;
}

static const char *cause_id(const void *job)
{
	return ((const struct request *)job)->event_id;
}

static const char *whole_key(const struct vocabulary *vocabulary, size_t from, struct arena *arena)
{
	const struct label *tiers = &vocabulary->tiers.items[from];

	return pattern_key_of(tiers[0].name, tiers[1].name, PATTERN_TYPE_WHOLE, arena);
}

/* Only what was asked for is collected. */
static struct cohorts *wanted_cohorts(const struct analyzer_config *config,
				      const struct request *request, struct arena *arena)
{
	struct cohorts *cohorts =
		cohorts_new(arena, &config->vocabulary, &config->constants, request->as_of);

	for (size_t i = 0; i < cohorts->count && request->pattern_key; i++)
		cohorts->items[i].wanted =
			strcmp(request->pattern_key, whole_key(&config->vocabulary, i, arena)) == 0;
	return cohorts;
}

static struct outcome_evidence outcomes_of(const struct votes *votes, const char *key)
{
	for (size_t i = 0; i < votes->count; i++)
		if (strcmp(votes->items[i].pattern_key, key) == 0)
			return votes->items[i].evidence;
	return (struct outcome_evidence){ .pooled = votes->pooled };
}

/* NULL: too few levelled up. */
static struct pattern *find_pattern(const struct cohorts *cohorts, size_t from,
				    const struct outcome_evidence *outcomes, struct arena *arena)
{
	struct found_patterns found = identify_common_patterns(cohorts, from, arena);

	if (found.count == 0)
		return NULL;
	pattern_set_confidence(&found.items[0].pattern, outcomes, cohorts->constants.k);
	return &found.items[0].pattern;
}

static struct transition *analyse(const struct cohorts *cohorts, const struct votes *votes,
				  struct arena *arena)
{
	struct transition *transitions = arena_array(arena, struct transition, cohorts->count);

	for (size_t i = 0; i < cohorts->count; i++) {
		const char *key = whole_key(cohorts->vocabulary, i, arena);
		struct outcome_evidence outcomes = outcomes_of(votes, key);

		transitions[i] = (struct transition){
			.pattern_key = key,
			.at_risk = (int64_t)cohorts->items[i].count,
			.levelled_up = (int64_t)cohorts->items[i].levellers,
			.found = find_pattern(cohorts, i, &outcomes, arena),
		};
	}
	return transitions;
}

/* In the snapshot's transaction. */
static bool recalculate(struct db *db, const struct analyzer_config *config,
			const struct request *request, const atomic_bool *stop, struct arena *arena,
			struct recalculation_result *ret_result, struct err *err)
{
	struct cohorts *cohorts = wanted_cohorts(config, request, arena);
	struct analysis analysis = {
		.transitions_count = cohorts->count,
		.only = request->pattern_key,
		.as_of = request->as_of,
		.k = config->constants.k,
	};
	struct scan_progress progress = { 0 };
	struct pattern **known;
	struct votes votes;

	if (!positions_load(db, arena, &ret_result->inputs, err) ||
	    !patterns_load(db, arena, &known, &analysis.known_count, err) ||
	    !votes_count(db, request->as_of, stop, arena, &votes, err) ||
	    !history_scan(db, config, cohorts, &progress, stop, err))
		return false;
	analysis.transitions = analyse(cohorts, &votes, arena);
	analysis.known = (const struct pattern *const *)known;
	ret_result->recalculation = decide_recalculation(&analysis, arena);
	return true;
}

static bool work(struct db *db, const void *config, void *job, struct arena *arena,
		 const atomic_bool *stop, void **ret_result, struct err *err)
{
	struct recalculation_result *result = arena_new(arena, struct recalculation_result);
	const struct request *request = job;

	if (!db_begin_snapshot(db, err) ||
	    !recalculate(db, config, request, stop, arena, result, err)) {
		db_rollback(db);
		return err_wrap(err, "recalculation %s", request->event_id);
	}
	*ret_result = result;
	return db_commit(db, err);
}

static void publish(struct context *ctx, struct message *cause, const struct pattern_change *change)
{
	const struct pattern *pattern = &change->pattern;

	emit(ctx, cause, TOPIC_PATTERN_RECALCULATED, pattern->pattern_key, pattern_fields, pattern,
	     pattern->as_of);
	if (change->removed)
		emit_tombstone(ctx, cause, TOPIC_PATTERN_RECALCULATED, pattern->pattern_key,
			       pattern->as_of);
}

static bool finish(struct context *ctx, struct message *cause, void *job, void *result,
		   struct err *err)
{
	const struct request *request = job;
	const struct recalculation_result *found = result;
	const struct recalculation *recalculation = &found->recalculation;
	bool first;

	if (!request_finish(ctx, request, found->inputs,
			    json_encode_text(findings_fields, &recalculation->findings, ctx->arena),
			    &first, err))
		return false;
	if (!first)
		return true; /* another owner was faster: this is out of date */
	for (size_t i = 0; i < recalculation->changes_count; i++)
		publish(ctx, cause, &recalculation->changes[i]);
	return patterns_save(ctx, recalculation, found->inputs, request->as_of, err);
}

const struct task recalculation_task = {
	.topic = TOPIC_RECALCULATION_REQUESTED,
	.prepare = prepare,
	.work = work,
	.finish = finish,
	.cause_id = cause_id,
};
