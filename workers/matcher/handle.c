/*
 * Everything is read and written once a batch. contractor.updated reads without locks, and what it
 * saves locks each contractor whose profile or matches change, in the order of ids, if he is still
 * as read; then his partner scores are read. Others lock him first, and read his matches and
 * partner scores after it. So two instances that know different halves of a contractor do not
 * overlook each other.
 */
#include "handle.h"

#include "store.h"

static struct knowledge knowledge_of(struct context *ctx)
{
	const struct matcher_config *config = ctx->config;
	const struct library *library = ctx->library;
	const struct pattern **patterns =
		arena_array(ctx->arena, const struct pattern *, library->count);

	for (size_t i = 0; i < library->count; i++)
		patterns[i] = library->entries[i].value;
	matcher_sort_patterns(patterns, library->count);
	return (struct knowledge){
		.vocabulary = &config->vocabulary,
		.patterns = patterns,
		.count = library->count,
		.snapshot = library->number,
		.as_of = matcher_newest_by_tier(&config->vocabulary, patterns, library->count,
						ctx->arena),
		.texts = match_texts_new(library->count, ctx->arena),
		.arena = ctx->arena,
	};
}

static int64_t *contractor_ids(struct batch *batch, struct context *ctx)
{
	int64_t *ids = arena_array(ctx->arena, int64_t, batch->count);

	for (size_t i = 0; i < batch->count; i++)
		ids[i] = batch->messages[i]->contractor_id;
	return ids;
}

static void publish_recommendation(struct context *ctx, struct message *cause,
				   const struct partner_recommended *recommended)
{
	emit(ctx, cause, TOPIC_PARTNER_RECOMMENDED,
	     matcher_key_of(recommended->contractor_id, ctx->arena), partner_recommended_fields,
	     recommended, recommended->occurred_at);
}

static void publish_match(struct context *ctx, struct message *cause,
			  const struct contractor_matched *matched)
{
	emit(ctx, cause, TOPIC_CONTRACTOR_MATCHED,
	     matcher_key_of(matched->contractor_id, ctx->arena), contractor_matched_fields, matched,
	     matched->occurred_at);
}

/* Asks for the partner scores of contractors whose matches changed. */
static bool ask_scores(struct context *ctx, const struct change *changes, size_t count,
		       struct scores *ret_scores, struct err *err)
{
	int64_t *ids = arena_array(ctx->arena, int64_t, count);
	size_t ids_count = 0;

	for (size_t i = 0; i < count; i++) {
		if (changes[i].matches)
			ids[ids_count++] = changes[i].matched.contractor_id;
	}
	return matcher_ask_scores(ctx, ids, ids_count, ret_scores, err);
}

/* What follows from saved profiles. changes[i] is because of causes[i]. */
static bool save_and_publish(struct context *ctx, const struct contractors *contractors,
			     struct message *const *causes, const struct change *changes,
			     size_t count, const struct knowledge *knowledge, struct err *err)
{
	struct scores scores;

	if (!ask_scores(ctx, changes, count, &scores, err) ||
	    !matcher_save_matches(ctx, contractors, err) || !matcher_take_scores(ctx, &scores, err))
		return err_wrap(err, "%zu changes", count);

	for (size_t i = 0; i < count; i++) {
		const struct contractor_matched *matched = &changes[i].matched;
		struct partner_recommended recommended;

		if (changes[i].publish)
			publish_match(ctx, causes[i], matched);
		if (changes[i].matches &&
		    matcher_recommend(matcher_find_scores(&scores, matched->contractor_id),
				      &matched->matches, matched->occurred_at, knowledge,
				      &recommended))
			publish_recommendation(ctx, causes[i], &recommended);
	}
	return matcher_save_scores(ctx, &scores, err);
}

/* Of the messages, those about contractors of the group, in the order of arrival. */
static void decide_group(const struct batch *batch, const struct contractors *group,
			 const struct knowledge *knowledge, struct change *changes)
{
	int64_t first = group->items[0].id, last = group->items[group->count - 1].id;

	for (size_t i = 0; i < batch->count; i++) {
		const struct message *message = batch->messages[i];

		if (message->contractor_id >= first && message->contractor_id <= last)
			changes[i] = matcher_decide_profile(
				matcher_find_contractor(group, message->contractor_id),
				message->value, message->id, message->partition, knowledge);
	}
}

bool match_ask_profiles(const int64_t *ids, size_t count, struct context *ctx, void **asked,
			struct err *err)
{
	if (*asked)
		return matcher_ask_again(ctx, ids, count, *asked, err);
	*asked = arena_new(ctx->arena, struct reading);
	return matcher_ask_contractors(ctx, ids, count, *asked, err);
}

bool match_on_contractor_updated(struct batch *batch, struct context *ctx, struct err *err)
{
	struct knowledge knowledge = knowledge_of(ctx);
	struct change *changes = arena_array(ctx->arena, struct change, batch->count);
	const struct reading *reading;

	if (!batch->asked &&
	    !match_ask_profiles(contractor_ids(batch, ctx), batch->count, ctx, &batch->asked, err))
		return err_wrap(err, "contractors of %zu updates", batch->count);

	reading = batch->asked;
	for (size_t i = 0; i < reading->group_count; i++) {
		struct contractors group;

		if (!matcher_take_group(ctx, reading, i, &group, err))
			return err_wrap(err, "contractors of %zu updates", batch->count);
		decide_group(batch, &group, &knowledge, changes);
		if (!matcher_save_profiles(ctx, &group, err))
			return err_wrap(err, "profiles of %zu updates", batch->count);
	}
	return save_and_publish(ctx, &reading->contractors, batch->messages, changes, batch->count,
				&knowledge, err);
}

/* The tiers of those whom something concerns that has changed since the library's number
 * `since`. */
static struct texts concerned_tiers(struct context *ctx, int64_t since)
{
	const struct matcher_config *config = ctx->config;
	const struct library *library = ctx->library;
	struct changed_patterns changed = {
		.unknown = since == 0 || since < library->gone_since,
		.items = arena_array(ctx->arena, const struct pattern *,
				     library->count + library->gone_count),
	};

	for (size_t i = 0; i < library->count; i++) {
		if (library->entries[i].changed > since)
			changed.items[changed.count++] = library->entries[i].value;
	}
	for (size_t i = 0; i < library->gone_count; i++) {
		if (library->gone[i].changed > since)
			changed.items[changed.count++] = library->gone[i].value;
	}
	return matcher_concerned_tiers(&config->vocabulary, &changed, ctx->arena);
}

bool match_sweep_chunk(struct context *ctx, struct sweep_chunk *chunk, struct err *err)
{
	const struct matcher_config *config = ctx->config;
	int64_t limit = chunk->most < config->sweep_chunk ? chunk->most : config->sweep_chunk;
	struct texts tiers = concerned_tiers(ctx, chunk->since);
	struct knowledge knowledge = knowledge_of(ctx);
	struct contractors contractors;

	if (!matcher_load_partition(ctx, chunk->partition, &tiers, chunk->after, limit,
				    &contractors, err))
		return err_wrap(err, "contractors of partition %d behind %lld",
				(int)chunk->partition, (long long)chunk->after);

	struct change *changes = arena_array(ctx->arena, struct change, contractors.count);
	struct message **causes = arena_array(ctx->arena, struct message *, contractors.count);

	for (size_t i = 0; i < contractors.count; i++) {
		changes[i] = matcher_decide_rematch(&contractors.items[i], &knowledge);
		causes[i] = part_of(ctx, chunk->cause,
				    matcher_key_of(contractors.items[i].id, ctx->arena));
		chunk->after = contractors.items[i].id;
	}
	chunk->looked_at = (int64_t)contractors.count;
	/* Fewer than asked for may also mean that some were erased under way. */
	chunk->done = chunk->looked_at == 0;
	return matcher_save_profiles(ctx, &contractors, err) &&
	       save_and_publish(ctx, &contractors, causes, changes, contractors.count, &knowledge,
				err);
}

bool match_on_partner_scored(struct batch *batch, struct context *ctx, struct err *err)
{
	struct knowledge knowledge = knowledge_of(ctx);
	int64_t *ids = contractor_ids(batch, ctx);
	struct contractors contractors;
	struct scores scores;

	if (!matcher_lock_known(ctx, ids, batch->count, &contractors, err) ||
	    !matcher_hold_places(ctx, &contractors, err) ||
	    !matcher_ask_scores(ctx, ids, batch->count, &scores, err) ||
	    !matcher_take_scores(ctx, &scores, err))
		return err_wrap(err, "contractors of %zu partner lists", batch->count);

	for (size_t i = 0; i < batch->count; i++) {
		struct message *message = batch->messages[i];
		struct partner_recommended recommended;

		if (matcher_decide_scores(
			    matcher_find_scores(&scores, message->contractor_id),
			    matcher_find_contractor(&contractors, message->contractor_id),
			    message->value, message->id, &knowledge, &recommended))
			publish_recommendation(ctx, message, &recommended);
	}
	return matcher_save_scores(ctx, &scores, err) &&
	       matcher_free_places(ctx, &contractors, err);
}

bool match_on_erasure(struct batch *batch, struct context *ctx, struct err *err)
{
	if (!matcher_erase_contractors(ctx, contractor_ids(batch, ctx), batch->count, err))
		return err_wrap(err, "erasure of %zu contractors", batch->count);

	/* Even of one not known here: a goal may wait for him in the next worker. */
	for (size_t i = 0; i < batch->count; i++)
		emit_tombstone(ctx, batch->messages[i], TOPIC_CONTRACTOR_MATCHED,
			       matcher_key_of(batch->messages[i]->contractor_id, ctx->arena),
			       batch->messages[i]->time);
	return true;
}
