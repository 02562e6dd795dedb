#include "handle.h"
#include "store.h"

bool analyze_ask_profiles(const int64_t *ids, size_t count, struct context *ctx, void **asked,
			  struct err *err)
{
	struct contractor_logs *logs = arena_new(ctx->arena, struct contractor_logs);

	*asked = logs;
	return logs_ask(ctx, ids, count, logs, err);
}

static bool ask_all(struct batch *batch, struct context *ctx, struct err *err)
{
	int64_t *ids = arena_array(ctx->arena, int64_t, batch->count);

	for (size_t i = 0; i < batch->count; i++)
		ids[i] = batch->messages[i]->contractor_id;
	return analyze_ask_profiles(ids, batch->count, ctx, &batch->asked, err);
}

bool analyze_on_contractor_updated(struct batch *batch, struct context *ctx, struct err *err)
{
	const struct analyzer_config *config = ctx->config;
	const struct contractor_logs *logs;

	if (!batch->asked && !ask_all(batch, ctx, err))
		return err_wrap(err, "profiles of %zu updates", batch->count);
	logs = batch->asked;
	if (!logs_take(ctx, batch, logs, err))
		return err_wrap(err, "profiles of %zu updates", batch->count);

	for (size_t i = 0; i < batch->count; i++) {
		const struct message *message = batch->messages[i];

		log_observe(logs_find(logs, message->contractor_id), message->value, message->id,
			    config->constants.silent_days, ctx->arena);
	}
	return logs_save(ctx, batch, logs, err);
}

bool analyze_on_action_recorded(struct batch *batch, struct context *ctx, struct err *err)
{
	return history_add_actions(ctx, batch, err);
}

bool analyze_on_outcome_recorded(struct batch *batch, struct context *ctx, struct err *err)
{
	struct vote *votes = arena_array(ctx->arena, struct vote, batch->count);

	for (size_t i = 0; i < batch->count; i++) {
		votes[i].outcome = *(const struct outcome_recorded *)batch->messages[i]->value;
		votes[i].event_id = batch->messages[i]->id;
	}
	return history_save_votes(ctx, votes, votes_keep_latest(votes, batch->count), err);
}

bool analyze_on_recalculation_requested(struct batch *batch, struct context *ctx, struct err *err)
{
	return history_add_requests(ctx, batch, err);
}

bool analyze_on_erasure(struct batch *batch, struct context *ctx, struct err *err)
{
	return history_erase(ctx, batch, err);
}
