/*
 * Reading. The lock comes first and in a statement of its own: what another instance wrote while it
 * was waited for is seen by the statements that follow.
 */
#include "rows.h"

static int by_id(const void *left, const void *right)
{
	const struct contractor_goals *a = left, *b = right;

	return (a->contractor_id > b->contractor_id) - (a->contractor_id < b->contractor_id);
}

struct contractor_goals *contractors_find(const struct contractors *contractors,
					  int64_t contractor_id)
{
	struct contractor_goals wanted = { .contractor_id = contractor_id };

	if (contractors->count == 0)
		return NULL;
	return bsearch(&wanted, contractors->items, contractors->count, sizeof(wanted), by_id);
}

/* Sorted, none twice. */
static struct contractors contractors_of(const int64_t *ids, size_t count, struct arena *arena)
{
	struct contractors all = { .items = arena_array(arena, struct contractor_goals, count) };
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		all.items[i].contractor_id = ids[i];
	if (count > 1)
		qsort(all.items, count, sizeof(*all.items), by_id);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || by_id(&all.items[kept - 1], &all.items[i]) != 0)
			all.items[kept++] = all.items[i];
	all.count = kept;
	return all;
}

static struct contractors contractors_of_messages(const struct batch *batch, struct arena *arena)
{
	int64_t *ids = arena_array(arena, int64_t, batch->count);

	for (size_t i = 0; i < batch->count; i++)
		ids[i] = batch->messages[i]->contractor_id;
	return contractors_of(ids, batch->count, arena);
}

static struct contractor_row *ids_of(const struct contractors *contractors, struct arena *arena)
{
	struct contractor_row *ids = arena_array(arena, struct contractor_row, contractors->count);

	for (size_t i = 0; i < contractors->count; i++)
		ids[i].contractor_id = contractors->items[i].contractor_id;
	return ids;
}

static void take_head(struct contractor_goals *contractor, const struct contractor_row *head)
{
	contractor->exists = head->exists;
	contractor->matched = head->occurred_at.present;
	contractor->occurred_at = head->occurred_at.value;
	contractor->snapshot = head->snapshot.value;
	contractor->event_id = head->event_id;
}

/* Those who have no row are new. */
static bool lock_known(struct context *ctx, const struct contractors *contractors, struct err *err)
{
	const struct contractor_row *ids = ids_of(contractors, ctx->arena);
	struct contractor_row *heads;
	size_t count, head = 0;

	if (!db_run(ctx->db, &goal_statements.lock_contractors, ids, contractors->count, ctx->arena,
		    &heads, &count, err))
		return false;
	for (size_t i = 0; i < contractors->count; i++) {
		struct contractor_goals *contractor = &contractors->items[i];

		contractor->is_new = head == count ||
				     heads[head].contractor_id != contractor->contractor_id;
		if (!contractor->is_new)
			take_head(contractor, &heads[head++]);
	}
	return true;
}

/* The rows of who is new, each with the last one of `matched` that is about him. */
static size_t claims_of(const struct contractors *contractors, const struct batch *matched,
			struct contractor_row *ret_rows, struct arena *arena)
{
	const struct message **last =
		arena_array(arena, const struct message *, contractors->count);
	size_t count = 0;

	for (size_t i = 0; i < matched->count; i++)
		last[contractors_find(contractors, matched->messages[i]->contractor_id) -
		     contractors->items] = matched->messages[i];
	for (size_t i = 0; i < contractors->count; i++) {
		struct contractor_goals *contractor = &contractors->items[i];

		if (!contractor->is_new)
			continue;
		if (last[i]) {
			contractor->stored_profile = last[i]->value;
			ret_rows[count] = contractor_row_of(last[i]->value, last[i]->id, arena);
		}
		ret_rows[count++].contractor_id = contractor->contractor_id;
	}
	return count;
}

/* Who makes a row has its lock. One that was made meanwhile is not waited for: its maker may wait
 * for who is locked here. */
static bool claim_new(struct context *ctx, const struct contractors *contractors,
		      const struct batch *matched, struct err *err)
{
	struct contractor_row *claims =
		arena_array(ctx->arena, struct contractor_row, contractors->count);
	size_t count = claims_of(contractors, matched, claims, ctx->arena), made_count = 0;
	struct contractor_row *made = NULL;

	if (!db_run(ctx->db, &goal_statements.claim_contractors, claims, count, ctx->arena, &made,
		    &made_count, err))
		return false;
	if (made_count != count)
		return err_set(err, ERR_RETRY, "a contractor was met by somebody else meanwhile");
	for (size_t i = 0; i < count; i++)
		contractors_find(contractors, made[i].contractor_id)->exists = made[i].exists;
	return true;
}

static bool lock(struct context *ctx, struct contractors contractors, const struct batch *matched,
		 struct contractors *ret_contractors, struct err *err)
{
	*ret_contractors = contractors;
	return lock_known(ctx, &contractors, err) && claim_new(ctx, &contractors, matched, err);
}

static const struct batch nothing = { .count = 0 };

bool contractors_lock(struct context *ctx, const struct batch *batch,
		      struct contractors *ret_contractors, struct err *err)
{
	return lock(ctx, contractors_of_messages(batch, ctx->arena), &nothing, ret_contractors,
		    err);
}

bool contractors_lock_matched(struct context *ctx, const struct batch *batch,
			      struct contractors *ret_contractors, struct err *err)
{
	return lock(ctx, contractors_of_messages(batch, ctx->arena), batch, ret_contractors, err);
}

bool contractors_lock_done(struct context *ctx, const struct done_action *done, size_t count,
			   struct contractors *ret_contractors, struct err *err)
{
	int64_t *ids = arena_array(ctx->arena, int64_t, count);

	for (size_t i = 0; i < count; i++)
		ids[i] = done[i].contractor_id;
	return lock(ctx, contractors_of(ids, count, ctx->arena), &nothing, ret_contractors, err);
}

bool goals_lock(struct context *ctx, const struct batch *batch, const struct done_action *done,
		size_t count, struct err *err)
{
	struct contractors contractors = contractors_of_messages(batch, ctx->arena);
	struct done_action *wanted =
		arena_array(ctx->arena, struct done_action, contractors.count + count);
	struct contractor_row *owners;
	size_t owners_count;

	for (size_t i = 0; i < contractors.count; i++)
		wanted[i].contractor_id = contractors.items[i].contractor_id;
	for (size_t i = 0; i < count; i++)
		wanted[contractors.count + i] = done[i];
	return db_run(ctx->db, &goal_statements.lock_goals, wanted, contractors.count + count,
		      ctx->arena, &owners, &owners_count, err);
}

static bool read_list(const char *text, struct texts *ret_texts, struct arena *arena,
		      struct err *err)
{
	return json_decode(text, strlen(text), list_fields, ret_texts, sizeof(*ret_texts), arena,
			   err);
}

static bool is_closed(const char *status)
{
	return strcmp(status, "completed") == 0 || strcmp(status, "abandoned") == 0;
}

/* ABSENT for NULL: no pattern, or from before it was stored. */
static enum pattern_status pattern_status_of(const char *name)
{
	enum pattern_status status = PATTERN_ABSENT;

	for (int i = 1; name && pattern_status_names[i]; i++)
		if (strcmp(pattern_status_names[i], name) == 0)
			status = (enum pattern_status)i;
	return status;
}

static bool read_goal(struct goal *goal, const struct goal_row *row, struct arena *arena,
		      struct err *err)
{
	*goal = (struct goal){
		.row = row->id,
		.told = {
			.goal_id = row->goal_uuid,
			.contractor_id = row->contractor_id,
			.occurred_at = row->occurred_at,
			.created_at = row->created_at,
			.goal_type = row->goal_type,
			.goal_description = row->goal_description,
			.target_milestone = row->target_milestone,
			.priority_score = row->priority_score,
			.pattern_key = row->pattern_key,
			.pattern_version = row->pattern_version,
			.pattern_status = pattern_status_of(row->pattern_status),
			.pattern_source = row->pattern_source,
			.pattern_confidence = row->pattern_confidence,
			.match_score = row->match_score,
			.trigger_condition = row->trigger_condition,
			.status = row->status,
			.expected_months_low = row->expected_months_low,
			.expected_months_high = row->expected_months_high,
			.timeline = row->timeline,
		},
		.upstream = row->upstream,
		.closed = is_closed(row->status),
	};
	return read_list(row->data_gaps, &goal->told.data_gaps, arena, err) &&
	       read_list(row->success_criteria, &goal->told.success_criteria, arena, err);
}

static bool read_item(struct checklist_item *item, struct step *step, const struct item_row *row,
		      struct arena *arena, struct err *err)
{
	*item = (struct checklist_item){
		.checklist_item = row->checklist_item,
		.item_type = row->item_type,
		.item = row->item,
		.usage_rate = row->usage_rate,
		.status = row->completed_at.present ? "completed" : "pending",
	};
	if (row->execution_context &&
	    !json_decode(row->execution_context, strlen(row->execution_context), step_fields, step,
			 sizeof(*step), arena, err))
		return false;
	step->completed_at = row->completed_at;
	return true;
}

/* The goal's items are the first ones of the rows. Sets how many. */
static bool read_checklist(struct goal *goal, const struct item_row *rows, size_t count,
			   struct arena *arena, struct err *err)
{
	if (count == 0)
		return true;
	goal->told.checklist.items = arena_array(arena, struct checklist_item, count);
	goal->told.checklist.count = count;
	goal->steps = arena_array(arena, struct step, count);
	for (size_t i = 0; i < count; i++)
		if (!read_item(&goal->told.checklist.items[i], &goal->steps[i], &rows[i], arena,
			       err))
			return false;
	return true;
}

/* Also of who is new: his goals do not hang on what else is known of him. */
static bool load_goals(struct context *ctx, const struct contractors *contractors, struct err *err)
{
	const struct contractor_row *ids = ids_of(contractors, ctx->arena);
	struct goal_row *goals;
	struct item_row *items = NULL;
	size_t goals_count, items_count = 0, item = 0;

	if (!db_run(ctx->db, &goal_statements.load_goals, ids, contractors->count, ctx->arena,
		    &goals, &goals_count, err) ||
	    !db_run(ctx->db, &goal_statements.load_items, goals, goals_count, ctx->arena, &items,
		    &items_count, err))
		return false;
	for (size_t i = 0; i < goals_count; i++) {
		struct contractor_goals *contractor =
			contractors_find(contractors, goals[i].contractor_id);
		struct goal *goal = contractor_add_goal(contractor, ctx->arena);
		size_t first = item;

		while (item < items_count && items[item].goal_id == goals[i].id)
			item++;
		if (!read_goal(goal, &goals[i], ctx->arena, err) ||
		    !read_checklist(goal, &items[first], item - first, ctx->arena, err))
			return err_wrap(err, "stored goal %lld", (long long)goals[i].id);
	}
	return true;
}

static void take_done(const struct contractors *contractors, const struct done_action *done,
		      size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct contractor_goals *contractor =
			contractors_find(contractors, done[i].contractor_id);

		if (contractor->done_count++ == 0)
			contractor->done = &done[i];
	}
}

static bool load_done_actions(struct context *ctx, const struct contractors *contractors,
			      const struct contractor_row *ids, size_t ids_count, struct err *err)
{
	struct done_action *done = NULL;
	size_t count = 0;

	if (!db_run(ctx->db, &goal_statements.load_done_actions, ids, ids_count, ctx->arena, &done,
		    &count, err))
		return false;
	take_done(contractors, done, count);
	return true;
}

static bool load_upstream_goals(struct context *ctx, const struct contractors *contractors,
				const struct contractor_row *ids, size_t ids_count, struct err *err)
{
	struct upstream_row *rows = NULL;
	size_t count = 0;

	if (!db_run(ctx->db, &goal_statements.load_upstream_goals, ids, ids_count, ctx->arena,
		    &rows, &count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct contractor_goals *contractor =
			contractors_find(contractors, rows[i].contractor_id);
		struct upstream_goal *upstream = contractor_add_upstream(contractor, ctx->arena);

		*upstream = (struct upstream_goal){ .event_id = rows[i].event_id };
		if (!json_decode(rows[i].message, strlen(rows[i].message), goal_created_fields,
				 &upstream->created, sizeof(upstream->created), ctx->arena, err))
			return err_wrap(err, "stored goal.created");
	}
	return true;
}

static bool read_steps(struct contractor_goals *contractor, const struct item_row *rows,
		       size_t count, struct arena *arena, struct err *err)
{
	struct goal *goal = contractor_add_goal(contractor, arena);

	*goal = (struct goal){ .row = rows->goal_id };
	return read_checklist(goal, rows, count, arena, err);
}

bool contractors_load_checklists(struct context *ctx, const struct contractors *contractors,
				 const struct done_action *done, size_t count, struct err *err)
{
	struct item_row *rows;
	size_t rows_count, end;

	if (!db_run(ctx->db, &goal_statements.load_steps, done, count, ctx->arena, &rows,
		    &rows_count, err))
		return false;
	take_done(contractors, done, count);
	for (size_t first = 0; first < rows_count; first = end) {
		end = first + 1;
		while (end < rows_count && rows[end].goal_id == rows[first].goal_id)
			end++;
		if (!read_steps(contractors_find(contractors, rows[first].contractor_id),
				&rows[first], end - first, ctx->arena, err))
			return err_wrap(err, "stored goal %lld", (long long)rows[first].goal_id);
	}
	return true;
}

bool contractors_load(struct context *ctx, const struct contractors *contractors, struct err *err)
{
	struct contractor_row *ids =
		arena_array(ctx->arena, struct contractor_row, contractors->count);
	size_t count = 0;

	for (size_t i = 0; i < contractors->count; i++)
		if (!contractors->items[i].is_new)
			ids[count++].contractor_id = contractors->items[i].contractor_id;
	return load_goals(ctx, contractors, err) &&
	       load_done_actions(ctx, contractors, ids, count, err) &&
	       load_upstream_goals(ctx, contractors, ids, count, err);
}

bool contractors_load_profiles(struct context *ctx, const struct contractors *contractors,
			       struct err *err)
{
	const struct contractor_row *ids = ids_of(contractors, ctx->arena);
	struct contractor_row *rows;
	size_t count;

	if (!db_run(ctx->db, &goal_statements.load_profiles, ids, contractors->count, ctx->arena,
		    &rows, &count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct contractor_matched *profile =
			arena_new(ctx->arena, struct contractor_matched);

		if (!json_decode(rows[i].message, strlen(rows[i].message),
				 contractor_matched_fields, profile, sizeof(*profile), ctx->arena,
				 err))
			return err_wrap(err, "stored contractor.matched");
		contractors_find(contractors, rows[i].contractor_id)->profile = profile;
	}
	return true;
}

bool goal_owners_load(struct context *ctx, const struct batch *created,
		      struct goal_owner **ret_owners, size_t *ret_count, struct err *err)
{
	struct goal_owner *named = arena_array(ctx->arena, struct goal_owner, created->count);

	for (size_t i = 0; i < created->count; i++) {
		const struct goal_created *goal = created->messages[i]->value;

		named[i] = (struct goal_owner){ goal->goal_id, goal->contractor_id };
	}
	return db_run(ctx->db, &goal_statements.load_goal_owners, named, created->count, ctx->arena,
		      ret_owners, ret_count, err);
}
