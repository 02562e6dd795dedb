/*
 * Writing the history, a batch at a time. Profiles are decided on against the rows before them;
 * those are locked in a statement of its own, so that what another instance wrote while the lock
 * was waited for is seen when they are read.
 */
#include "instant.h"
#include "outcome.h"
#include "rows.h"
#include "store_changes.h"
#include "store_erased.h"

static int by_id(const void *left, const void *right)
{
	const struct contractor_log *a = left, *b = right;

	return (a->contractor_id > b->contractor_id) - (a->contractor_id < b->contractor_id);
}

struct contractor_log *logs_find(const struct contractor_logs *logs, int64_t contractor_id)
{
	struct contractor_log wanted = { .contractor_id = contractor_id };

	return bsearch(&wanted, logs->items, logs->count, sizeof(wanted), by_id);
}

static struct contractor_logs logs_of(const struct batch *updates, struct arena *arena)
{
	struct contractor_logs logs = { .items = arena_array(arena, struct contractor_log,
							     updates->count) };
	size_t kept = 0;

	for (size_t i = 0; i < updates->count; i++)
		logs.items[i].contractor_id = updates->messages[i]->contractor_id;
	if (updates->count > 1)
		qsort(logs.items, updates->count, sizeof(*logs.items), by_id);
	for (size_t i = 0; i < updates->count; i++)
		if (kept == 0 || by_id(&logs.items[kept - 1], &logs.items[i]) != 0)
			logs.items[kept++] = logs.items[i];
	logs.count = kept;
	return logs;
}

static int by_event(const void *left, const void *right)
{
	const struct observation_row *a = left, *b = right;

	if (a->contractor_id != b->contractor_id)
		return a->contractor_id < b->contractor_id ? -1 : 1;
	if (a->occurred_at != b->occurred_at)
		return a->occurred_at < b->occurred_at ? -1 : 1;
	return strcmp(a->event_id, b->event_id);
}

static enum contractor_status status_of(const char *name)
{
	return (enum contractor_status)name_index(contractor_status_names, name);
}

static bool read_profile(const struct observation_row *row, struct kept_profile *ret_profile,
			 struct arena *arena, struct err *err)
{
	*ret_profile = (struct kept_profile){
		.profile = {
			.contractor_id = row->contractor_id,
			.occurred_at = row->occurred_at,
			.revenue_tier = row->revenue_tier,
			.team_size = {
				.number = row->team_size.value,
				.text = row->team_band,
				.present = row->team_size.present || row->team_band,
			},
			.current_stage = row->current_stage,
			.annual_revenue = row->annual_revenue,
			.tier_since = row->tier_since,
			.status = status_of(row->status),
		},
		.event_id = row->event_id,
		.heard_until = row->heard_until,
		.stored_until = row->heard_until,
	};
	return focus_areas_read(row->focus_areas, &ret_profile->profile.focus_areas, arena, err);
}

bool logs_load(struct context *ctx, const struct batch *updates, struct contractor_logs *ret_logs,
	       struct err *err)
{
	struct contractor_logs logs = logs_of(updates, ctx->arena);
	struct observation_row *events = arena_array(ctx->arena, struct observation_row,
						     updates->count),
			       *rows;
	size_t count;

	for (size_t i = 0; i < updates->count; i++)
		events[i] = (struct observation_row){
			.contractor_id = updates->messages[i]->contractor_id,
			.occurred_at =
				((const struct contractor_updated *)updates->messages[i]->value)
					->occurred_at,
			.event_id = updates->messages[i]->id,
		};
	if (updates->count > 1)
		qsort(events, updates->count, sizeof(*events), by_event);
	if (!db_execute(ctx->db, &analyzer_statements.lock_predecessors, events, updates->count,
			err) ||
	    !db_run(ctx->db, &analyzer_statements.load_predecessors, events, updates->count,
		    ctx->arena, &rows, &count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct kept_profile stored;

		if (!read_profile(&rows[i], &stored, ctx->arena, err))
			return err_wrap(err, "stored profile");
		log_add_stored(logs_find(&logs, rows[i].contractor_id), &stored, ctx->arena);
	}
	*ret_logs = logs;
	return true;
}

static struct observation_row row_of(const struct kept_profile *kept, struct arena *arena)
{
	const struct contractor_updated *profile = &kept->profile;
	const struct int_or_text *team = &profile->team_size;

	return (struct observation_row){
		.contractor_id = profile->contractor_id,
		.occurred_at = profile->occurred_at,
		.event_id = kept->event_id,
		.heard_until = kept->heard_until,
		.revenue_tier = profile->revenue_tier,
		.team_size = { team->number, team->present && !team->text },
		.team_band = team->text,
		.current_stage = profile->current_stage,
		.focus_areas = focus_areas_text(&profile->focus_areas, arena),
		.annual_revenue = profile->annual_revenue,
		.tier_since = profile->tier_since,
		.status = contractor_status_names[profile->status],
	};
}

bool logs_save(struct context *ctx, const struct contractor_logs *logs, struct err *err)
{
	struct observation_row *added, *extended;
	size_t room = 0, added_count = 0, extended_count = 0;

	for (size_t i = 0; i < logs->count; i++)
		room += logs->items[i].count;
	added = arena_array(ctx->arena, struct observation_row, room);
	extended = arena_array(ctx->arena, struct observation_row, room);
	for (size_t i = 0; i < logs->count; i++) {
		for (size_t j = 0; j < logs->items[i].count; j++) {
			const struct kept_profile *kept = &logs->items[i].rows[j];

			if (kept->added)
				added[added_count++] = row_of(kept, ctx->arena);
			else if (kept->extended)
				extended[extended_count++] = row_of(kept, ctx->arena);
		}
	}
	return db_post(ctx->db, &analyzer_statements.add_observations, added, added_count, err) &&
	       db_post(ctx->db, &analyzer_statements.extend_observations, extended, extended_count,
		       err) &&
	       changes_mark_profiles(ctx, logs, err);
}

bool history_add_actions(struct context *ctx, const struct batch *actions, struct err *err)
{
	struct action_row *rows = arena_array(ctx->arena, struct action_row, actions->count);

	for (size_t i = 0; i < actions->count; i++) {
		const struct action_recorded *action = actions->messages[i]->value;

		rows[i] = (struct action_row){
			.contractor_id = action->contractor_id,
			.occurred_at = action->occurred_at,
			.event_id = actions->messages[i]->id,
			.kind = action_kind_names[action->kind],
			.item = action->item,
			.name = action->name,
			.satisfaction = action->satisfaction,
		};
	}
	return db_post(ctx->db, &analyzer_statements.add_actions, rows, actions->count, err);
}

bool history_save_votes(struct context *ctx, const struct vote *votes, size_t count,
			struct err *err)
{
	struct vote_row *rows = arena_array(ctx->arena, struct vote_row, count);

	for (size_t i = 0; i < count; i++) {
		const struct outcome_recorded *outcome = &votes[i].outcome;

		rows[i] = (struct vote_row){
			.goal_uuid = outcome->goal_id,
			.pattern_key = outcome->pattern_key,
			.voter = outcome->voter,
			.outcome = outcome_recorded_outcome_names[outcome->outcome],
			.goal_created_at = outcome->goal_created_at,
			.occurred_at = outcome->occurred_at,
			.event_id = votes[i].event_id,
			.satisfaction = outcome->satisfaction,
			.revenue_impact = revenue_impact_names[outcome->revenue_impact],
			.matters_from = contribution_of(outcome, 1, INSTANT_EARLIEST, ctx->arena)
						.changes_at,
		};
	}
	return erased_prepare(ctx, votes, count, err) &&
	       db_post(ctx->db, &analyzer_statements.save_votes, rows, count, err);
}

bool history_add_requests(struct context *ctx, const struct batch *requests, struct err *err)
{
	struct request_row *rows = arena_array(ctx->arena, struct request_row, requests->count);

	for (size_t i = 0; i < requests->count; i++) {
		const struct message *message = requests->messages[i];
		const struct recalculation_requested *request = message->value;

		rows[i] = (struct request_row){
			.event_id = message->id,
			.event_source = message->source,
			.pattern_key = message->key,
			.as_of = request->as_of,
			.reason = recalculation_reason_names[request->reason],
			.kafka_offset = message->offset,
		};
	}
	return db_execute(ctx->db, &analyzer_statements.add_requests, rows, requests->count, err);
}

static bool erase_votes(struct context *ctx, const int64_t *contractors, size_t count,
			struct err *err)
{
	struct pattern_key_row *rows;
	struct voter *voters;
	size_t keys_count, voters_count;

	if (!db_run(ctx->db, &analyzer_statements.load_pattern_keys, NULL, 0, ctx->arena, &rows,
		    &keys_count, err))
		return false;

	const char **keys = arena_array(ctx->arena, const char *, keys_count);

	for (size_t i = 0; i < keys_count; i++)
		keys[i] = rows[i].pattern_key;
	voters_count = voters_of(contractors, count, keys, keys_count, ctx->arena, &voters);
	return db_execute(ctx->db, &analyzer_statements.erase_votes, voters, voters_count, err);
}

bool history_erase(struct context *ctx, const struct batch *erasures, struct err *err)
{
	int64_t *contractors = arena_array(ctx->arena, int64_t, erasures->count);

	for (size_t i = 0; i < erasures->count; i++)
		contractors[i] = erasures->messages[i]->contractor_id;
	return changes_mark_erased(ctx, contractors, erasures->count, err) &&
	       db_execute(ctx->db, &analyzer_statements.erase_history, contractors, erasures->count,
			  err) &&
	       erase_votes(ctx, contractors, erasures->count, err) &&
	       erased_add(ctx, contractors, erasures->count, err);
}
