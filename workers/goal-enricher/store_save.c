/* Writing: what the decisions marked as changed, one statement a table. None is waited for. */
#include "buffer.h"
#include "identity.h"
#include "rows.h"

/* NULL for an absent list. */
static const char *list_text(const struct texts *texts, struct arena *arena)
{
	return texts->items ? json_encode_text(list_fields, texts, arena) : NULL;
}

static utc_us later(utc_us time, struct optional_time other)
{
	return other.present && other.value > time ? other.value : time;
}

static struct goal_row goal_row_of(const struct goal *goal, struct arena *arena)
{
	const struct goal_enriched *told = &goal->told;

	return (struct goal_row){
		.id = goal->row,
		.goal_uuid = told->goal_id,
		.contractor_id = told->contractor_id,
		.goal_type = told->goal_type,
		.goal_description = told->goal_description,
		.target_milestone = told->target_milestone,
		.priority_score = told->priority_score,
		.progress = goal->progress,
		.next_milestone = told->next_milestone,
		.success_criteria = list_text(&told->success_criteria, arena),
		.pattern_source = told->pattern_source,
		.pattern_confidence = told->pattern_confidence,
		.data_gaps = list_text(&told->data_gaps, arena),
		.trigger_condition = told->trigger_condition,
		.last_action_at = goal->last_action_at,
		.created_at = told->created_at,
		.updated_at = later(told->occurred_at, goal->last_action_at),
		.pattern_key = told->pattern_key,
		.pattern_version = told->pattern_version,
		.pattern_status = pattern_status_names[told->pattern_status],
		.match_score = told->match_score,
		.expected_months_low = told->expected_months_low,
		.expected_months_high = told->expected_months_high,
		.timeline = told->timeline,
		.upstream = goal->upstream,
		.occurred_at = told->occurred_at,
	};
}

static struct item_row item_row_of(const struct goal *goal, size_t index, struct arena *arena)
{
	const struct checklist_item *item = &goal->told.checklist.items[index];
	const struct step *step = &goal->steps[index];

	return (struct item_row){
		.goal_id = goal->row,
		.contractor_id = goal->told.contractor_id,
		.position = (int64_t)index + 1,
		.checklist_item = item->checklist_item,
		.item_type = item->item_type,
		.item = item->item,
		.usage_rate = item->usage_rate,
		.status = item->status,
		.execution_context = step->items.count ? json_encode_text(step_fields, step, arena)
						       : NULL,
		.completed_at = step->completed_at,
		.time = goal->told.occurred_at,
	};
}

static int by_item(const void *left, const void *right)
{
	const struct recommendation *a = left, *b = right;
	int order;

	if (a->contractor_id != b->contractor_id)
		return a->contractor_id < b->contractor_id ? -1 : 1;
	order = strcmp(a->pattern_key, b->pattern_key);
	if (order == 0)
		order = strcmp(a->item_type, b->item_type);
	return order ? order : strcmp(a->item, b->item);
}

static int by_item_and_time(const void *left, const void *right)
{
	const struct recommendation *a = left, *b = right;
	int order = by_item(a, b);

	return order ? order : (a->time > b->time) - (a->time < b->time);
}

/* Of each item when it was first recommended; returns how many. */
static size_t keep_first(struct recommendation *rows, size_t count)
{
	size_t kept = 0;

	if (count > 1)
		qsort(rows, count, sizeof(*rows), by_item_and_time);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || by_item(&rows[kept - 1], &rows[i]) != 0)
			rows[kept++] = rows[i];
	return kept;
}

/* Uptake is counted by it. */
static bool save_recommendations(struct context *ctx, const struct contractors *contractors,
				 struct err *err)
{
	struct recommendation *rows;
	size_t room = 0, filled = 0;

	for (size_t i = 0; i < contractors->count; i++)
		room += contractors->items[i].recommended_count;
	rows = arena_array(ctx->arena, struct recommendation, room);
	for (size_t i = 0; i < contractors->count; i++)
		for (size_t j = 0; j < contractors->items[i].recommended_count; j++)
			rows[filled++] = contractors->items[i].recommended[j];
	return db_post(ctx->db, &goal_statements.save_recommendations, rows,
		       keep_first(rows, filled), err);
}

/* The goals that the table has, or those that it has not. */
static size_t changed_goals(const struct contractors *contractors, bool stored, struct arena *arena,
			    struct goal ***ret_goals)
{
	struct goal **goals;
	size_t room = 0, count = 0;

	for (size_t i = 0; i < contractors->count; i++)
		room += contractors->items[i].goals_count;
	goals = arena_array(arena, struct goal *, room);
	for (size_t i = 0; i < contractors->count; i++) {
		const struct contractor_goals *contractor = &contractors->items[i];

		for (size_t j = 0; j < contractor->goals_count; j++)
			if (contractor->goals[j]->changed &&
			    stored == (contractor->goals[j]->row != 0))
				goals[count++] = contractor->goals[j];
	}
	*ret_goals = goals;
	return count;
}

static struct goal_row *goal_rows_of(struct goal *const *goals, size_t count, struct arena *arena)
{
	struct goal_row *rows = arena_array(arena, struct goal_row, count);

	for (size_t i = 0; i < count; i++)
		rows[i] = goal_row_of(goals[i], arena);
	return rows;
}

static bool save_items(struct context *ctx, const struct statement *statement,
		       struct goal *const *goals, size_t count, struct err *err)
{
	struct item_row *rows;
	size_t room = 0, filled = 0;

	for (size_t i = 0; i < count; i++)
		room += goals[i]->told.checklist.count;
	rows = arena_array(ctx->arena, struct item_row, room);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < goals[i]->told.checklist.count; j++)
			rows[filled++] = item_row_of(goals[i], j, ctx->arena);
	return db_post(ctx->db, statement, rows, filled, err);
}

static bool update_goals(struct context *ctx, const struct contractors *contractors,
			 struct err *err)
{
	struct goal **goals;
	size_t count = changed_goals(contractors, true, ctx->arena, &goals);
	const struct goal_row *rows = goal_rows_of(goals, count, ctx->arena);
	struct length_row *lengths = arena_array(ctx->arena, struct length_row, count);

	for (size_t i = 0; i < count; i++)
		lengths[i] = (struct length_row){ goals[i]->row,
						  (int64_t)goals[i]->told.checklist.count };
	return db_post(ctx->db, &goal_statements.update_goals, rows, count, err) &&
	       save_items(ctx, &goal_statements.save_items, goals, count, err) &&
	       db_post(ctx->db, &goal_statements.trim_items, lengths, count, err);
}

static int by_uuid(const void *left, const void *right)
{
	const struct goal_row *a = left, *b = right;

	return uuid_order(&a->goal_uuid, &b->goal_uuid);
}

/* Tells new goals their numbers. */
static void number(struct goal *const *goals, size_t count, struct goal_row *inserted,
		   size_t inserted_count)
{
	if (inserted_count > 1)
		qsort(inserted, inserted_count, sizeof(*inserted), by_uuid);
	for (size_t i = 0; i < count; i++) {
		struct goal_row wanted = { .goal_uuid = goals[i]->told.goal_id };
		const struct goal_row *row =
			bsearch(&wanted, inserted, inserted_count, sizeof(*inserted), by_uuid);

		goals[i]->row = row->id;
	}
}

/* Items are under their goals' numbers, which Postgres gives; what is recommended is not, and is
 * written meanwhile. */
static bool insert_goals(struct context *ctx, const struct contractors *contractors,
			 struct err *err)
{
	struct goal **goals;
	size_t count = changed_goals(contractors, false, ctx->arena, &goals);
	const struct goal_row *rows = goal_rows_of(goals, count, ctx->arena);
	struct db_answer inserted;

	if (!db_ask(ctx->db, &goal_statements.insert_goals, rows, count, ctx->arena, &inserted,
		    err) ||
	    !save_recommendations(ctx, contractors, err) || !db_take(&inserted, err))
		return false;
	number(goals, count, inserted.rows, inserted.count);
	return save_items(ctx, &goal_statements.insert_items, goals, count, err);
}

/* In this order: those that are inserted are stored then, too. */
static bool save_goals(struct context *ctx, const struct contractors *contractors, struct err *err)
{
	return update_goals(ctx, contractors, err) && insert_goals(ctx, contractors, err);
}

struct contractor_row contractor_row_of(const struct contractor_matched *matched,
					const char *event_id, struct arena *arena)
{
	return (struct contractor_row){
		.contractor_id = matched->contractor_id,
		.occurred_at = { matched->occurred_at, true },
		.snapshot = { matched->snapshot, true },
		.event_id = event_id,
		.message = json_encode_text(contractor_matched_fields, matched, arena),
	};
}

static bool save_profiles(struct context *ctx, const struct contractors *contractors,
			  struct err *err)
{
	struct contractor_row *rows =
		arena_array(ctx->arena, struct contractor_row, contractors->count);
	size_t count = 0;

	for (size_t i = 0; i < contractors->count; i++) {
		const struct contractor_goals *contractor = &contractors->items[i];

		if (contractor->profile_changed &&
		    contractor->profile != contractor->stored_profile)
			rows[count++] = contractor_row_of(contractor->profile, contractor->event_id,
							  ctx->arena);
	}
	return db_post(ctx->db, &goal_statements.save_matched, rows, count, err);
}

static struct upstream_row upstream_row_of(const struct contractor_goals *contractor,
					   const struct upstream_goal *upstream,
					   struct arena *arena)
{
	return (struct upstream_row){
		.goal_uuid = upstream->created.goal_id,
		.contractor_id = contractor->contractor_id,
		.event_id = upstream->event_id,
		.message = json_encode_text(goal_created_fields, &upstream->created, arena),
	};
}

static bool save_upstream_goals(struct context *ctx, const struct contractors *contractors,
				struct err *err)
{
	struct upstream_row *rows, *forgotten;
	size_t room = 0, count = 0, forgotten_count = 0;

	for (size_t i = 0; i < contractors->count; i++)
		room += contractors->items[i].upstream_count;
	rows = arena_array(ctx->arena, struct upstream_row, room);
	forgotten = arena_array(ctx->arena, struct upstream_row, room);
	for (size_t i = 0; i < contractors->count; i++) {
		const struct contractor_goals *contractor = &contractors->items[i];

		for (size_t j = 0; j < contractor->upstream_count; j++) {
			const struct upstream_goal *upstream = &contractor->upstream[j];

			if (upstream->forgotten)
				forgotten[forgotten_count++] =
					upstream_row_of(contractor, upstream, ctx->arena);
			else if (upstream->changed)
				rows[count++] = upstream_row_of(contractor, upstream, ctx->arena);
		}
	}
	return db_post(ctx->db, &goal_statements.save_upstream_goals, rows, count, err) &&
	       db_post(ctx->db, &goal_statements.forget_upstream_goals, forgotten, forgotten_count,
		       err);
}

static bool goals_may_have_changed(const struct contractor_goals *contractor)
{
	bool changed = contractor->profile_changed;

	for (size_t i = 0; i < contractor->upstream_count; i++)
		changed |= contractor->upstream[i].changed;
	return changed;
}

/* Counted from all his goals, so that a batch may run twice. */
static bool count_matches(struct context *ctx, const struct contractors *contractors,
			  struct err *err)
{
	struct count_row *rows;
	size_t room = contractors->count, count = 0;

	for (size_t i = 0; i < contractors->count; i++)
		room += contractors->items[i].goals_count;
	rows = arena_array(ctx->arena, struct count_row, room);
	for (size_t i = 0; i < contractors->count; i++) {
		const struct contractor_goals *contractor = &contractors->items[i];

		if (!goals_may_have_changed(contractor))
			continue;
		rows[count++].contractor_id = contractor->contractor_id;
		for (size_t j = 0; j < contractor->goals_count; j++) {
			const struct goal_enriched *goal = &contractor->goals[j]->told;

			if (goal->pattern_key)
				rows[count++] =
					(struct count_row){ contractor->contractor_id,
							    goal->pattern_key,
							    (int64_t)goal->checklist.count };
		}
	}
	return db_post(ctx->db, &goal_statements.count_goals, rows, count, err);
}

bool contractors_save(struct context *ctx, const struct contractors *contractors, struct err *err)
{
	return save_profiles(ctx, contractors, err) && save_upstream_goals(ctx, contractors, err) &&
	       save_goals(ctx, contractors, err) && count_matches(ctx, contractors, err);
}

bool done_actions_save(struct context *ctx, const struct done_action *done, size_t count,
		       struct err *err)
{
	return db_post(ctx->db, &goal_statements.save_done_actions, done, count, err);
}

static size_t changed_steps(const struct goal *goal, struct step_row *ret_rows)
{
	size_t count = 0;

	for (size_t i = 0; i < goal->told.checklist.count; i++)
		if (goal->steps[i].changed)
			ret_rows[count++] = (struct step_row){
				.goal_id = goal->row,
				.position = (int64_t)i + 1,
				.completed_at = goal->steps[i].completed_at.value,
			};
	return count;
}

bool contractors_save_checklists(struct context *ctx, const struct contractors *contractors,
				 struct err *err)
{
	struct goal **goals;
	size_t room = 0, filled = 0;
	size_t count = changed_goals(contractors, true, ctx->arena, &goals);
	struct goal_row *rows = arena_array(ctx->arena, struct goal_row, count);
	struct step_row *steps;

	for (size_t i = 0; i < count; i++)
		room += goals[i]->told.checklist.count;
	steps = arena_array(ctx->arena, struct step_row, room);
	for (size_t i = 0; i < count; i++) {
		rows[i] = (struct goal_row){
			.id = goals[i]->row,
			.progress = goals[i]->progress,
			.next_milestone = goals[i]->told.next_milestone,
			.last_action_at = goals[i]->last_action_at,
		};
		filled += changed_steps(goals[i], &steps[filled]);
	}
	return db_post(ctx->db, &goal_statements.save_steps, steps, filled, err) &&
	       db_post(ctx->db, &goal_statements.save_progress, rows, count, err);
}

bool contractors_erase(struct context *ctx, const struct batch *erasures, struct err *err)
{
	struct erasure_row *rows = arena_array(ctx->arena, struct erasure_row, erasures->count);

	for (size_t i = 0; i < erasures->count; i++)
		rows[i] = (struct erasure_row){ erasures->messages[i]->contractor_id,
						erasures->messages[i]->time };
	return db_execute(ctx->db, &goal_statements.erase_contractors, rows, erasures->count, err);
}
