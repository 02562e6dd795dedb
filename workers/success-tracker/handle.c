#include "handle.h"

#include <assert.h>

#include "metrics.h"
#include "store.h"

static void publish_outcome(struct context *ctx, struct message *cause,
			    const struct outcome_recorded *outcome)
{
	emit(ctx, cause, TOPIC_OUTCOME_RECORDED, outcome->pattern_key, outcome_recorded_fields,
	     outcome, outcome->occurred_at);
}

bool on_goal_enriched(struct batch *batch, struct context *ctx, struct err *err)
{
	const struct goal_enriched **goals =
		arena_array(ctx->arena, const struct goal_enriched *, batch->count);
	struct started_goals started;
	size_t count = 0;

	for (size_t i = 0; i < batch->count; i++) {
		const struct goal_enriched *goal = batch->messages[i]->value;

		if (goal->pattern_key)
			goals[count++] = goal;
	}
	if (!success_start_tracking(ctx, goals, count, &started, err))
		return err_wrap(err, "tracking of %zu goals", count);

	for (size_t i = 0; i < batch->count; i++) {
		struct message *message = batch->messages[i];
		const struct goal_enriched *goal = message->value;
		struct outcome_recorded outcome;

		if (success_decide_opening(&started, goal, &outcome))
			publish_outcome(ctx, message, &outcome);
		unpark(ctx, message, success_waits_for(&goal->goal_id, ctx->arena));
	}
	return true;
}

/* Both kinds of message about a goal start with its id. */
static_assert(offsetof(struct goal_completed, goal_id) == 0, "goals_of() reads it");
static_assert(offsetof(struct feedback_submitted, goal_id) == 0, "goals_of() reads it");

static const struct uuid *goal_of(const struct message *message)
{
	return message->value;
}

static bool load_goals(struct batch *batch, struct context *ctx, struct goals *ret_goals,
		       struct err *err)
{
	struct uuid *goal_ids = arena_array(ctx->arena, struct uuid, batch->count);

	for (size_t i = 0; i < batch->count; i++)
		goal_ids[i] = *goal_of(batch->messages[i]);
	return success_load_goals(ctx, goal_ids, batch->count, ret_goals, err) ||
	       err_wrap(err, "goals of %zu messages", batch->count);
}

static struct metric *unattributed_events(void)
{
	return metric_register(
		METRIC_COUNTER, "growth_unattributed_events_total", NULL,
		"completions and feedback of goals without a pattern, seen by a handler");
}

static void carry_out(const struct verdict *verdict, struct message *message, struct context *ctx)
{
	if (verdict->park)
		park(ctx, message, verdict->waiting_for, verdict->reason);
	if (verdict->unattributed)
		metric_add(unattributed_events(), 1);
	if (verdict->publish)
		publish_outcome(ctx, message, &verdict->outcome);
	if (verdict->ask)
		emit(ctx, message, TOPIC_FEEDBACK_REQUESTED, message->key,
		     feedback_requested_fields, &verdict->question, verdict->question.occurred_at);
}

bool on_goal_completed(struct batch *batch, struct context *ctx, struct err *err)
{
	struct goals goals;

	if (!load_goals(batch, ctx, &goals, err))
		return false;
	for (size_t i = 0; i < batch->count; i++) {
		struct message *message = batch->messages[i];
		struct verdict verdict = success_decide_completion(
			success_find_goal(&goals, goal_of(message)), message->value, message->id,
			ctx->config, ctx->arena);

		carry_out(&verdict, message, ctx);
	}
	return success_save_goals(ctx, &goals, err);
}

bool on_feedback_submitted(struct batch *batch, struct context *ctx, struct err *err)
{
	struct goals goals;

	if (!load_goals(batch, ctx, &goals, err))
		return false;
	for (size_t i = 0; i < batch->count; i++) {
		struct message *message = batch->messages[i];
		struct verdict verdict =
			success_decide_feedback(success_find_goal(&goals, goal_of(message)),
						message->value, message->id, ctx->arena);

		carry_out(&verdict, message, ctx);
	}
	return success_save_goals(ctx, &goals, err);
}

/* Tracking rows are deleted with their contractor, by the foreign key, when matcher deletes him. */
bool success_erase(struct batch *batch, struct context *ctx, struct err *err)
{
	(void)batch;
	(void)ctx;
	(void)err;
	return true;
}
