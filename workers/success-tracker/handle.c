#include "handle.h"

#include <assert.h>

#include "identity.h"
#include "store.h"

static void publish_outcome(struct context *ctx, struct message *cause,
			    const struct outcome_recorded *outcome)
{
	emit(ctx, cause, TOPIC_OUTCOME_RECORDED, outcome->pattern_key, outcome_recorded_fields,
	     outcome, outcome->occurred_at);
}

bool success_on_goal_enriched(struct batch *batch, struct context *ctx, struct err *err)
{
	const struct message **attributed =
		arena_array(ctx->arena, const struct message *, batch->count);
	struct started_goals started;
	size_t count = 0;

	for (size_t i = 0; i < batch->count; i++) {
		const struct goal_enriched *goal = batch->messages[i]->value;

		if (goal->pattern_key)
			attributed[count++] = batch->messages[i];
	}
	if (!success_start_tracking(ctx, attributed, count, &started, err))
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

static struct uuid *goals_of(const struct batch *batch, struct arena *arena)
{
	struct uuid *goal_ids = arena_array(arena, struct uuid, batch->count);

	for (size_t i = 0; i < batch->count; i++)
		goal_ids[i] = *goal_of(batch->messages[i]);
	return goal_ids;
}

static void carry_out(const struct verdict *verdict, struct message *message, struct context *ctx)
{
	if (verdict->park)
		park(ctx, message, verdict->waiting_for, verdict->reason);
	if (verdict->publish)
		publish_outcome(ctx, message, &verdict->outcome);
	if (verdict->ask)
		emit(ctx, message, TOPIC_FEEDBACK_REQUESTED, message->key,
		     feedback_requested_fields, &verdict->question, verdict->question.occurred_at);
}

static struct erasure *erasures_of(const struct batch *erasing, struct arena *arena)
{
	struct erasure *erasures = arena_array(arena, struct erasure, erasing->count);

	for (size_t i = 0; i < erasing->count; i++)
		erasures[i] = (struct erasure){ erasing->messages[i]->contractor_id,
						erasing->messages[i]->time };
	return erasures;
}

/* All goals that are completed or rated, and those of who is erased; those that are enriched are
 * not written. */
bool success_lock(struct batch *batch, struct context *ctx, struct err *err)
{
	struct arena *arena = ctx->arena;
	struct batch about = { .messages = arena_array(arena, struct message *, batch->count) };
	struct batch erasing = { .messages = arena_array(arena, struct message *, batch->count) };
	struct uuid *goal_ids = NULL;
	size_t count;

	for (size_t i = 0; i < batch->count; i++) {
		struct message *message = batch->messages[i];

		if (!message->value)
			erasing.messages[erasing.count++] = message;
		else if (strcmp(message->topic, TOPIC_GOAL_ENRICHED) != 0)
			about.messages[about.count++] = message;
	}
	if (!success_goals_of(ctx, erasures_of(&erasing, arena), erasing.count, &goal_ids, &count,
			      err))
		return false;
	goal_ids = arena_grow(arena, goal_ids, count, count + about.count, sizeof(*goal_ids));
	for (size_t i = 0; i < about.count; i++)
		goal_ids[count++] = *goal_of(about.messages[i]);
	return success_lock_goals(ctx, goal_ids, count, err);
}

/* Decides about messages while Postgres reads the goals of the next ones. */
static bool follow(struct batch *batch, struct context *ctx,
		   struct verdict (*decide)(struct goal *goal, const struct message *message,
					    struct context *ctx),
		   struct err *err)
{
	struct goals goals;

	if (!success_ask_goals(ctx, goals_of(batch, ctx->arena), batch->count, &goals, err))
		return err_wrap(err, "goals of %zu messages", batch->count);
	for (size_t i = 0; i < batch->count; i++) {
		struct message *message = batch->messages[i];
		struct verdict verdict;

		if (!success_take_goals(&goals, i + 1, err))
			return err_wrap(err, "goals of %zu messages", batch->count);
		verdict = decide(success_find_goal(&goals, goal_of(message)), message, ctx);
		carry_out(&verdict, message, ctx);
	}
	return success_save_goals(ctx, &goals, err);
}

static struct verdict complete(struct goal *goal, const struct message *message,
			       struct context *ctx)
{
	return success_decide_completion(goal, message->value, message->id, ctx->config,
					 ctx->arena);
}

bool success_on_goal_completed(struct batch *batch, struct context *ctx, struct err *err)
{
	return follow(batch, ctx, complete, err);
}

static struct verdict rate(struct goal *goal, const struct message *message, struct context *ctx)
{
	return success_decide_feedback(goal, message->value, message->id, ctx->arena);
}

bool success_on_feedback_submitted(struct batch *batch, struct context *ctx, struct err *err)
{
	return follow(batch, ctx, rate, err);
}

/* ---- reminders ---- */

struct reminder_job {
	struct uuid *goal_ids;
	size_t count;
	utc_us now;
};

bool success_find_reminders(struct context *ctx, utc_us now, const int32_t *partitions,
			    size_t count, int32_t *ret_partition, void **ret_job, struct err *err)
{
	struct reminder_window *windows;
	struct unrated_goal *goals;
	struct reminder_job *job;
	size_t windows_count =
		success_reminder_windows(partitions, count, now, ctx->config, ctx->arena, &windows);

	if (!windows_count)
		return true;
	if (!success_find_unrated(ctx, windows, windows_count, &goals, &count, err))
		return err_wrap(err, "goals without a rating");
	if (!count)
		return true;
	job = arena_new(ctx->arena, struct reminder_job);
	*job = (struct reminder_job){ arena_array(ctx->arena, struct uuid, count), 0, now };
	while (job->count < count && goals[job->count].partition == goals[0].partition) {
		job->goal_ids[job->count] = goals[job->count].goal_uuid;
		job->count++;
	}
	*ret_partition = (int32_t)goals[0].partition;
	*ret_job = job;
	return true;
}

/* What makes a reminder's id: who comes back after an erasure has a goal of the same id, made at
 * another time. */
static const char *part_name(const struct goal *goal, int64_t number, struct arena *arena)
{
	char goal_id[UUID_TEXT_SIZE];

	uuid_to_text(&goal->goal_uuid, goal_id);
	return arena_printf(arena, "%s/%lld/%lld", goal_id, (long long)goal->created_at,
			    (long long)number);
}

static void send_reminder(struct context *ctx, const struct message *cause, struct goal *goal,
			  int64_t number)
{
	struct feedback_requested question = success_remind(goal, number, ctx->config, ctx->arena);
	struct message *part = part_of(ctx, cause, part_name(goal, number, ctx->arena));

	emit(ctx, part, TOPIC_FEEDBACK_REQUESTED,
	     arena_printf(ctx->arena, "%lld", (long long)goal->contractor_id),
	     feedback_requested_fields, &question, question.occurred_at);
}

/* A goal may have been rated since it was found: what its row says when it is locked decides. */
bool success_send_reminders(struct context *ctx, struct message *cause, void *found,
			    struct err *err)
{
	const struct reminder_job *job = found;
	struct goals goals;

	if (!success_lock_goals(ctx, job->goal_ids, job->count, err) ||
	    !success_ask_goals(ctx, job->goal_ids, job->count, &goals, err) ||
	    !success_take_goals(&goals, job->count, err))
		return err_wrap(err, "goals of %zu reminders", job->count);
	for (size_t i = 0; i < goals.count; i++) {
		int64_t number = success_due_reminder(&goals.items[i], job->now, ctx->config);

		if (number)
			send_reminder(ctx, cause, &goals.items[i], number);
	}
	return success_save_reminders(ctx, &goals, err);
}

/* Most went with their contractor, by the foreign key, when matcher deleted him. */
bool success_on_erasure(struct batch *batch, struct context *ctx, struct err *err)
{
	return success_erase_goals(ctx, erasures_of(batch, ctx->arena), batch->count, err);
}
