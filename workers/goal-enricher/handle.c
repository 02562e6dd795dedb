#include "handle.h"
#include "store.h"

/*
 * What nobody announces: who waits for it is dead-lettered when he has waited long enough. Failing
 * the batch instead could hit the message that released him.
 */
#define NOTHING "nothing"

static struct goal_knowledge knowledge_of(const struct context *ctx)
{
	const struct library *library = ctx->library;
	const struct pattern **patterns =
		arena_array(ctx->arena, const struct pattern *, library->count);

	for (size_t i = 0; i < library->count; i++)
		patterns[i] = library->entries[i].value;
	return (struct goal_knowledge){
		.library = patterns,
		.library_count = library->count,
		.rules = ctx->config,
		.arena = ctx->arena,
	};
}

static const char *key_of(int64_t contractor_id, struct arena *arena)
{
	return arena_printf(arena, "%lld", (long long)contractor_id);
}

static const char *waiting_for(int64_t contractor_id, struct arena *arena)
{
	return arena_printf(arena, "contractor:%lld", (long long)contractor_id);
}

static size_t done_actions(const struct batch *actions, struct arena *arena,
			   struct done_action **ret_done)
{
	const struct action_recorded **values =
		arena_array(arena, const struct action_recorded *, actions->count);

	for (size_t i = 0; i < actions->count; i++)
		values[i] = actions->messages[i]->value;
	return done_actions_of(values, actions->count, arena, ret_done);
}

/* Of who has only done something, the goals that may show it; of the others all. */
bool enrich_lock(struct batch *batch, struct context *ctx, struct err *err)
{
	struct batch actions = { .messages =
					 arena_array(ctx->arena, struct message *, batch->count) };
	struct batch others = { .messages =
					arena_array(ctx->arena, struct message *, batch->count) };
	struct contractors contractors;
	struct done_action *done;
	size_t done_count;

	for (size_t i = 0; i < batch->count; i++) {
		struct batch *its = strcmp(batch->messages[i]->topic, TOPIC_ACTION_RECORDED) == 0
					    ? &actions
					    : &others;

		its->messages[its->count++] = batch->messages[i];
	}
	done_count = done_actions(&actions, ctx->arena, &done);
	return (contractors_lock(ctx, batch, &contractors, err) &&
		goals_lock(ctx, &others, done, done_count, err)) ||
	       err_wrap(err, "contractors of %zu messages", batch->count);
}

static void emit_goals(struct context *ctx, struct message *cause, const struct told_goals *told)
{
	for (size_t i = 0; i < told->count; i++) {
		const struct goal_enriched *goal = &told->goals[i];

		emit(ctx, cause, TOPIC_GOAL_ENRICHED, key_of(goal->contractor_id, ctx->arena),
		     goal_enriched_fields, goal, goal->occurred_at);
	}
}

bool enrich_on_contractor_matched(struct batch *batch, struct context *ctx, struct err *err)
{
	struct goal_knowledge knowledge = knowledge_of(ctx);
	struct contractors contractors;

	if (!contractors_lock_matched(ctx, batch, &contractors, err) ||
	    !contractors_load(ctx, &contractors, err))
		return err_wrap(err, "goals of %zu matched contractors", batch->count);

	for (size_t i = 0; i < batch->count; i++) {
		struct message *message = batch->messages[i];
		struct told_goals told =
			goals_follow_match(contractors_find(&contractors, message->contractor_id),
					   message->id, message->value, &knowledge);

		emit_goals(ctx, message, &told);
		if (told.met)
			unpark(ctx, message, waiting_for(message->contractor_id, ctx->arena));
	}
	return contractors_save(ctx, &contractors, err);
}

bool enrich_on_goal_created(struct batch *batch, struct context *ctx, struct err *err)
{
	struct goal_knowledge knowledge = knowledge_of(ctx);
	struct contractors contractors;
	struct goal_owner *owners;
	size_t owners_count;

	if (!contractors_lock(ctx, batch, &contractors, err) ||
	    !contractors_load(ctx, &contractors, err) ||
	    !contractors_load_profiles(ctx, &contractors, err) ||
	    !goal_owners_load(ctx, batch, &owners, &owners_count, err))
		return err_wrap(err, "contractors of %zu new goals", batch->count);

	for (size_t i = 0; i < batch->count; i++) {
		struct message *message = batch->messages[i];
		int64_t id = message->contractor_id;
		struct contractor_goals *contractor = contractors_find(&contractors, id);

		bool anothers = goal_is_anothers(message->value, owners, owners_count);

		if (!contractor_is_known(contractor)) {
			if (!park(ctx, message, waiting_for(id, ctx->arena),
				  "the contractor is not known yet"))
				goals_forget_created(contractor, message->id, message->value);
			else if (!anothers)
				goals_note_created(contractor, message->id, message->value,
						   ctx->arena);
			continue;
		}
		if (anothers) {
			park(ctx, message, NOTHING, "the goal belongs to another contractor");
			continue;
		}
		/* Another instance may have stored his profile, with a library that is newer than
		 * ours. */
		if (!library_reaches(ctx, contractor->snapshot, err))
			return false;

		struct told_goals told =
			goals_follow_created(contractor, message->id, message->value, &knowledge);

		emit_goals(ctx, message, &told);
	}
	return contractors_save(ctx, &contractors, err);
}

bool enrich_on_action_recorded(struct batch *batch, struct context *ctx, struct err *err)
{
	struct contractors contractors;
	struct done_action *done;
	size_t done_count = done_actions(batch, ctx->arena, &done);

	if (!contractors_lock_done(ctx, done, done_count, &contractors, err) ||
	    !done_actions_save(ctx, done, done_count, err) ||
	    !contractors_load_checklists(ctx, &contractors, done, done_count, err))
		return err_wrap(err, "goals of %zu actions", batch->count);

	for (size_t i = 0; i < contractors.count; i++)
		contractor_follow_actions(&contractors.items[i]);
	return contractors_save_checklists(ctx, &contractors, err);
}

bool enrich_on_erasure(struct batch *batch, struct context *ctx, struct err *err)
{
	for (size_t i = 0; i < batch->count; i++) {
		struct message *message = batch->messages[i];

		emit_tombstone(ctx, message, TOPIC_GOAL_ENRICHED,
			       key_of(message->contractor_id, ctx->arena), message->time);
	}
	return contractors_erase(ctx, batch, err);
}
