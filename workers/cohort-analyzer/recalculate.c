/*
 * One request at a time, the oldest first. The work reads everything in one snapshot, the positions included: these say
 * exactly what it knew. Only the owner of the request partition does this, so patterns have one writer.
 *
 * What comes with the time-matched test, survival curves and discovery (statistics §3, §5) happens in
 * identify_common_patterns() of common/domain; one transition may then have more patterns than the one of its whole cohort.
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
static struct cohorts *wanted_cohorts(const struct analyzer_config *config, const struct request *request,
				      struct arena *arena)
{
	struct cohorts *cohorts = cohorts_new(arena, &config->vocabulary, &config->constants, request->as_of);

	for (size_t i = 0; i < cohorts->count && request->pattern_key; i++)
		cohorts->items[i].wanted =
			strcmp(request->pattern_key, whole_key(&config->vocabulary, i, arena)) == 0;
	return cohorts;
}

static struct outcome_evidence evidence_of(const struct pattern_evidence *evidence, size_t count, double pooled,
					   const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(evidence[i].pattern_key, key) == 0)
			return evidence[i].evidence;
	return (struct outcome_evidence){ .pooled = pooled };
}

static struct transition *analyse(const struct cohorts *cohorts, const struct pattern_evidence *evidence,
				  size_t evidence_count, double pooled, struct arena *arena)
{
	struct transition *transitions = arena_array(arena, struct transition, cohorts->count);

	for (size_t i = 0; i < cohorts->count; i++) {
		const char *key = whole_key(cohorts->vocabulary, i, arena);
		struct outcome_evidence outcomes = evidence_of(evidence, evidence_count, pooled, key);

		transitions[i] = (struct transition){
			.pattern_key = key,
			.at_risk = (int64_t)cohorts->items[i].count,
			.levelled_up = (int64_t)cohorts->items[i].levellers,
			.found = identify_common_patterns(cohorts, i, &outcomes, arena),
		};
	}
	return transitions;
}

static bool recalculate(struct db *db, const struct analyzer_config *config, const struct request *request,
			struct arena *arena, const atomic_bool *stop, struct recalculation_result *result,
			struct err *err)
{
	struct cohorts *cohorts = wanted_cohorts(config, request, arena);
	struct pattern_evidence *evidence;
	struct pattern **known;
	size_t evidence_count, known_count;
	double pooled;

	if (!positions_load(db, arena, &result->inputs, err) ||
	    !patterns_load(db, arena, &known, &known_count, err) ||
	    !votes_count(db, request->as_of, stop, arena, &evidence, &evidence_count, &pooled, err) ||
	    !history_scan(db, config, cohorts, stop, err))
		return false;

	result->recalculation = decide_recalculation(
		analyse(cohorts, evidence, evidence_count, pooled, arena), cohorts->count,
		(const struct pattern *const *)known, known_count, request->pattern_key, request->as_of,
		config->constants.k, arena);
	return true;
}

static bool work(struct db *db, const void *config, void *job, struct arena *arena, const atomic_bool *stop,
		 void **ret_result, struct err *err)
{
	struct recalculation_result *result = arena_new(arena, struct recalculation_result);
	const struct request *request = job;

	if (!db_begin_snapshot(db, err) || !recalculate(db, config, request, arena, stop, result, err)) {
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
		emit_tombstone(ctx, cause, TOPIC_PATTERN_RECALCULATED, pattern->pattern_key, pattern->as_of);
}

static bool finish(struct context *ctx, struct message *cause, void *job, void *result, struct err *err)
{
	const struct request *request = job;
	const struct recalculation_result *found = result;
	const struct recalculation *recalculation = &found->recalculation;
	bool first;

	if (!request_finish(ctx, request, found->inputs,
			    json_encode_text(findings_fields, &recalculation->findings, ctx->arena), &first, err))
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
