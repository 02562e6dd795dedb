/*
 * What is done beside the batches, by the owner of the request partition, one thing at a time:
 * marks that the last recalculation has left to be cleared; the oldest request; what time alone
 * causes; what outcomes say. A scheduled or drifted recalculation is published as a request like
 * everybody's, under an id that depends on the month, or on what had drifted since when: however
 * often it is published, by whomever, it is one.
 */
#include "evaluate.h"
#include "instant.h"
#include "recalculate.h"
#include "store_changes.h"

struct job {
	struct clearing *clearing;              /* NULL: not this */
	struct recalculation_job recalculation; /* request NULL: nor this */
	struct evaluation_job *evaluation;      /* NULL: nor this, but what is due */
	struct due due;
	const char *cause; /* of what is published */
};

static bool prepare_clearing(struct context *ctx, struct arena *arena, struct job *job,
			     bool *ret_found, struct err *err)
{
	if (!clearing_find(ctx->db, arena, &job->clearing, err))
		return err_wrap(err, "marks to be cleared");
	*ret_found = job->clearing != NULL;
	if (*ret_found)
		job->cause = job->clearing->event_id; /* nothing is published */
	return true;
}

static bool prepare_request(struct context *ctx, struct arena *arena, struct job *job,
			    bool *ret_found, struct err *err)
{
	if (!request_find(ctx->db, arena, &job->recalculation.request, err))
		return err_wrap(err, "next recalculation");
	*ret_found = job->recalculation.request != NULL;
	if (!*ret_found)
		return true;
	job->cause = job->recalculation.request->event_id;
	progress_begin(&job->recalculation.progress);
	return true;
}

static bool prepare_evaluation(struct context *ctx, utc_us now, struct arena *arena,
			       struct job *job, bool *ret_found, struct err *err)
{
	if (!evaluation_find(ctx, now, arena, &job->evaluation, err))
		return err_wrap(err, "confidence by outcomes");
	*ret_found = job->evaluation != NULL;
	if (*ret_found)
		job->cause = "outcomes";
	return true;
}

static bool prepare_due(struct context *ctx, utc_us now, struct arena *arena, struct job *job,
			bool *ret_found, struct err *err)
{
	const struct analyzer_config *config = ctx->config;
	char month[INSTANT_TEXT_SIZE];
	struct schedule_state state;

	if (!schedule_load(ctx->db, arena, &state, err))
		return err_wrap(err, "schedule");
	job->due = decide_due(&state, &config->recalculation, now);
	*ret_found = job->due.kind != DUE_NOTHING;
	instant_format(job->due.at, month);
	job->cause = arena_printf(arena, "scheduled/%s", month);
	return true;
}

static bool prepare(struct context *ctx, utc_us now, struct arena *arena, void **ret_job,
		    struct err *err)
{
	struct job *job = arena_new(arena, struct job);
	bool found = false;

	if (!prepare_clearing(ctx, arena, job, &found, err) ||
	    (!found && !prepare_request(ctx, arena, job, &found, err)) ||
	    (!found && !prepare_due(ctx, now, arena, job, &found, err)) ||
	    (!found && !prepare_evaluation(ctx, now, arena, job, &found, err)))
		return false;
	*ret_job = found ? job : NULL;
	return true;
}

/* *ret_drift NULL: none. */
static bool look_for_drift(struct db *db, const struct analyzer_config *config, struct job *job,
			   struct arena *arena, struct drift **ret_drift, struct err *err)
{
	size_t count;
	struct transition_state *states = ladder_of(&config->vocabulary, &count, arena);
	struct drift *drift = arena_new(arena, struct drift);

	*ret_drift = NULL;
	if (!transitions_load(db, states, count, (struct optional_time){ job->due.at, true }, arena,
			      err))
		return err_wrap(err, "drift");
	if (!find_drift(states, count, config->recalculation.drift_share, config->constants.k,
			drift, arena))
		return true;
	job->cause = drift->cause;
	*ret_drift = drift;
	return true;
}

static bool work(struct db *db, const void *config, void *opaque, struct arena *arena,
		 const atomic_bool *stop, void **ret_result, struct err *err)
{
	struct job *job = opaque;

	if (job->clearing)
		return clearing_work(db, job->clearing, stop, err);
	if (job->recalculation.request)
		return recalculation_work(db, config, &job->recalculation, arena, stop, ret_result,
					  err);
	if (job->evaluation)
		return evaluation_work(db, job->evaluation, arena, (struct due_voters **)ret_result,
				       err);
	return job->due.kind != DUE_DRIFT ||
	       look_for_drift(db, config, job, arena, (struct drift **)ret_result, err);
}

static void request_recalculation(struct context *ctx, struct message *cause,
				  const char *pattern_key, enum recalculation_reason reason,
				  utc_us as_of)
{
	const struct recalculation_requested request = { .as_of = as_of, .reason = reason };

	emit(ctx, cause, TOPIC_RECALCULATION_REQUESTED, pattern_key, recalculation_requested_fields,
	     &request, as_of);
}

static bool finish(struct context *ctx, struct message *cause, void *opaque, void *result,
		   struct err *err)
{
	struct job *job = opaque;
	const struct drift *drift = result;
	bool first;

	if (job->clearing)
		return clearing_finish(ctx, job->clearing, err);
	if (job->recalculation.request)
		return recalculation_finish(ctx, cause, &job->recalculation, result, err);
	if (job->evaluation)
		return evaluation_finish(ctx, cause, job->evaluation, result, err);
	if (!schedule_save(ctx, job->due.kind, job->due.at, &first, err))
		return false;
	if (first && job->due.kind == DUE_MONTHLY)
		request_recalculation(ctx, cause, NULL, REASON_SCHEDULED, job->due.at);
	if (first && job->due.kind == DUE_DRIFT && drift)
		request_recalculation(ctx, cause, drift->pattern_key, REASON_DRIFT, job->due.at);
	return true;
}

static void stored(const void *opaque)
{
	const struct job *job = opaque;

	if (job->recalculation.request)
		progress_end(&job->recalculation.progress, job->recalculation.findings);
	if (job->evaluation)
		evaluation_count(job->evaluation);
}

static bool watch(struct context *ctx, void *opaque, struct err *err)
{
	struct job *job = opaque;

	return !job->recalculation.request ||
	       progress_watch(&job->recalculation.progress, ctx, job->cause, err);
}

static const char *cause_id(const void *job)
{
	return ((const struct job *)job)->cause;
}

const struct task recalculation_task = {
	.topic = TOPIC_RECALCULATION_REQUESTED,
	.prepare = prepare,
	.watch = watch,
	.work = work,
	.finish = finish,
	.stored = stored,
	.cause_id = cause_id,
};
