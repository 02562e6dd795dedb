/*
 * Writing the history, a batch at a time. Profiles are decided on against the rows before them,
 * which are read without a lock. Whose profiles change is marked first: a mark is locked until the
 * batch ends, so behind it the rows before are compared once more with what was read
 * (check_predecessors.sql), and whoever overtook us makes the batch run again.
 */
#include "instant.h"
#include "numbers.h"
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

static struct contractor_logs logs_of(const int64_t *ids, size_t count, struct arena *arena)
{
	struct contractor_logs logs = { .items = arena_array(arena, struct contractor_log, count) };

	for (size_t i = 0; i < count; i++)
		logs.items[i].contractor_id = ids[i];
	if (count > 1)
		qsort(logs.items, count, sizeof(*logs.items), by_id);
	for (size_t i = 0; i < count; i++)
		if (logs.count == 0 || by_id(&logs.items[logs.count - 1], &logs.items[i]) != 0)
			logs.items[logs.count++] = logs.items[i];
	return logs;
}

bool logs_ask(struct context *ctx, const int64_t *ids, size_t count,
	      struct contractor_logs *ret_logs, struct err *err)
{
	struct contractor_id_row *rows;

	*ret_logs = logs_of(ids, count, ctx->arena);
	rows = arena_array(ctx->arena, struct contractor_id_row, ret_logs->count);
	for (size_t i = 0; i < ret_logs->count; i++)
		rows[i].contractor_id = ret_logs->items[i].contractor_id;
	return db_ask(ctx->db, &analyzer_statements.load_latest, rows, ret_logs->count, ctx->arena,
		      &ret_logs->latest, err);
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
		.version = row->version,
	};
	return focus_areas_read(row->focus_areas, &ret_profile->profile.focus_areas, arena, err);
}

static bool add_stored(struct context *ctx, const struct contractor_logs *logs,
		       const struct observation_row *rows, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		struct kept_profile stored;

		if (!read_profile(&rows[i], &stored, ctx->arena, err))
			return err_wrap(err, "stored profile");
		log_add_stored(logs_find(logs, rows[i].contractor_id), &stored, ctx->arena);
	}
	return true;
}

static struct observation_row event_of(const struct message *message)
{
	const struct contractor_updated *profile = message->value;

	return (struct observation_row){ .contractor_id = message->contractor_id,
					 .occurred_at = profile->occurred_at,
					 .event_id = message->id };
}

/* Those before the last stored profile of their contractors. */
static size_t late_events(const struct batch *updates, const struct contractor_logs *logs,
			  struct observation_row *ret_rows)
{
	size_t count = 0;

	for (size_t i = 0; i < updates->count; i++) {
		struct observation_row event = event_of(updates->messages[i]);
		const struct contractor_log *log = logs_find(logs, event.contractor_id);

		if (log->count > 0 && !log_stored_before(log, event.occurred_at, event.event_id))
			ret_rows[count++] = event;
	}
	return count;
}

bool logs_take(struct context *ctx, const struct batch *updates, const struct contractor_logs *logs,
	       struct err *err)
{
	const struct db_answer *latest = &logs->latest;
	struct observation_row *late =
		arena_array(ctx->arena, struct observation_row, updates->count);
	struct observation_row *rows;
	size_t count;

	return db_take(latest, err) && add_stored(ctx, logs, latest->rows, latest->count, err) &&
	       db_run(ctx->db, &analyzer_statements.load_predecessors, late,
		      late_events(updates, logs, late), ctx->arena, &rows, &count, err) &&
	       add_stored(ctx, logs, rows, count, err);
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

/* The profiles that something follows from, with what they were decided on. */
static bool check_predecessors(struct context *ctx, const struct batch *updates,
			       const struct contractor_logs *logs, struct err *err)
{
	struct observation_row *rows =
		arena_array(ctx->arena, struct observation_row, updates->count);
	size_t count = 0;

	for (size_t i = 0; i < updates->count; i++) {
		struct observation_row event = event_of(updates->messages[i]);
		const struct contractor_log *log = logs_find(logs, event.contractor_id);
		const struct kept_profile *before =
			log_stored_before(log, event.occurred_at, event.event_id);

		if (!log_has_changed(log))
			continue;
		if (before)
			event.version = before->version;
		rows[count++] = event;
	}
	return db_post(ctx->db, &analyzer_statements.check_predecessors, rows, count, err);
}

/* What is to be stored of the logs, each kind apart. */
struct changed_rows {
	struct observation_row *added, *remainders, *extended;
	size_t added_count, remainders_count, extended_count;
};

static struct changed_rows changed_rows(const struct contractor_logs *logs, struct arena *arena)
{
	struct changed_rows changed = { .added = NULL };
	size_t room = 0;

	for (size_t i = 0; i < logs->count; i++)
		room += logs->items[i].count;
	changed.added = arena_array(arena, struct observation_row, room);
	changed.remainders = arena_array(arena, struct observation_row, room);
	changed.extended = arena_array(arena, struct observation_row, room);
	for (size_t i = 0; i < logs->count; i++) {
		for (size_t j = 0; j < logs->items[i].count; j++) {
			const struct kept_profile *kept = &logs->items[i].rows[j];

			if (kept->remainder)
				changed.remainders[changed.remainders_count++] =
					row_of(kept, arena);
			else if (kept->added)
				changed.added[changed.added_count++] = row_of(kept, arena);
			else if (kept->extended)
				changed.extended[changed.extended_count++] = row_of(kept, arena);
		}
	}
	return changed;
}

bool logs_save(struct context *ctx, const struct batch *updates, const struct contractor_logs *logs,
	       struct err *err)
{
	const struct analyzer_statements *statements = &analyzer_statements;
	struct changed_rows changed = changed_rows(logs, ctx->arena);

	return changes_mark_profiles(ctx, logs, err) &&
	       check_predecessors(ctx, updates, logs, err) &&
	       db_post(ctx->db, &statements->add_observations, changed.added, changed.added_count,
		       err) &&
	       db_post(ctx->db, &statements->add_remainders, changed.remainders,
		       changed.remainders_count, err) &&
	       db_post(ctx->db, &statements->extend_observations, changed.extended,
		       changed.extended_count, err);
}

static int by_event(const void *left, const void *right)
{
	const struct action_row *a = left, *b = right;

	if (a->contractor_id != b->contractor_id)
		return a->contractor_id < b->contractor_id ? -1 : 1;
	if (a->occurred_at != b->occurred_at)
		return a->occurred_at < b->occurred_at ? -1 : 1;
	return strcmp(a->event_id, b->event_id);
}

/* Sorts them; the same event may have come twice. Returns how many are left. */
static size_t keep_one_of_each(struct action_row *rows, size_t count)
{
	size_t kept = 0;

	if (count > 1)
		qsort(rows, count, sizeof(*rows), by_event);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || by_event(&rows[kept - 1], &rows[i]) != 0)
			rows[kept++] = rows[i];
	return kept;
}

bool history_add_actions(struct context *ctx, const struct batch *actions, struct err *err)
{
	struct action_row *rows = arena_array(ctx->arena, struct action_row, actions->count);
	size_t count;

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
	count = keep_one_of_each(rows, actions->count);
	return db_post(ctx->db, &analyzer_statements.add_actions, rows, count, err);
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
	size_t count;

	for (size_t i = 0; i < erasures->count; i++)
		contractors[i] = erasures->messages[i]->contractor_id;
	count = numbers_unique(contractors, erasures->count);
	return changes_mark_erased(ctx, erasures, err) &&
	       db_execute(ctx->db, &analyzer_statements.erase_history, contractors, count, err) &&
	       erase_votes(ctx, contractors, count, err) &&
	       erased_add(ctx, contractors, count, err);
}
