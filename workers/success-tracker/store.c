/*
 * Goals are read without locks, and what follows is written to rows that are still as read: of a
 * goal its end, since its other columns are goal-enricher's, of its tracking row everything. Rows
 * are locked in one order: goals, by their numbers, then tracking rows, by the same numbers.
 */
#include "store.h"

#include "identity.h"
#include "rows.h"

#define PORTION 250 /* goals, at least: a statement more costs its start */

static int by_uuid(const void *a, const void *b)
{
	return uuid_order(a, b); /* a struct goal starts with its UUID */
}

static struct goal *find(const struct goals *goals, const struct uuid *goal_id)
{
	return bsearch(goal_id, goals->items, goals->count, sizeof(*goals->items), by_uuid);
}

struct goal *success_find_goal(const struct goals *goals, const struct uuid *goal_id)
{
	struct goal *goal = find(goals, goal_id);

	return goal->id ? goal : NULL;
}

static void take_row(struct goal *goal, const struct goal_row *row)
{
	*goal = (struct goal){
		.goal_uuid = row->goal_uuid,
		.id = row->id,
		.contractor_id = row->contractor_id,
		.has_pattern = row->has_pattern,
		.created_at = row->created_at,
		.status = row->status,
		.closed_at = row->completed_at,
		.stored_status = row->status,
		.stored_closed_at = row->completed_at,
		.tracking_id = row->tracking_id.value,
		.version = row->version,
		.pattern_key = row->pattern_key,
		.outcome =
			(enum goal_outcome)name_index(outcome_recorded_outcome_names, row->outcome),
		.outcome_at = row->outcome_at,
		.outcome_event_id = row->outcome_event_id,
		.outcome_satisfaction = row->outcome_satisfaction,
		.revenue_impact =
			(enum revenue_impact)name_index(revenue_impact_names, row->revenue_impact),
		.notes = row->notes,
		.what_worked = row->what_worked,
		.what_didnt_work = row->what_didnt_work,
		.first_completed_at = row->first_completed_at,
		.feedback_at = row->feedback_at,
		.feedback_event_id = row->feedback_event_id,
		.feedback_rating = row->feedback_rating,
		.satisfaction = row->satisfaction,
		.feedback_requested = row->feedback_requested,
		.reminders = row->reminders,
		.published_at = row->published_at,
	};
}

bool success_lock_goals(struct context *ctx, const struct uuid *goal_ids, size_t count,
			struct err *err)
{
	return db_post(ctx->db, &tracker_statements.lock_goals, goal_ids, count, err) &&
	       db_post(ctx->db, &tracker_statements.lock_tracking, goal_ids, count, err);
}

static struct goal *unknown_goals(const struct uuid *goal_ids, size_t count, struct arena *arena,
				  size_t *ret_count)
{
	struct goal *goals = arena_array(arena, struct goal, count);
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		goals[i].goal_uuid = goal_ids[i];
	if (count > 1)
		qsort(goals, count, sizeof(*goals), by_uuid);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || by_uuid(&goals[kept - 1], &goals[i]) != 0)
			goals[kept++] = goals[i];
	*ret_count = kept;
	return goals;
}

bool success_ask_goals(struct context *ctx, const struct uuid *goal_ids, size_t count,
		       struct goals *ret_goals, struct err *err)
{
	size_t portion = count / PORTIONS_MAX + 1;

	if (portion < PORTION)
		portion = PORTION;
	*ret_goals = (struct goals){ .portion = portion };
	ret_goals->items = unknown_goals(goal_ids, count, ctx->arena, &ret_goals->count);
	for (size_t first = 0, i = 0; first < count; first += portion, i++) {
		size_t rest = count - first;

		if (!db_ask(ctx->db, &tracker_statements.read_goals, &goal_ids[first],
			    rest < portion ? rest : portion, ctx->arena, &ret_goals->answers[i],
			    err))
			return false;
	}
	return true;
}

bool success_take_goals(struct goals *goals, size_t until, struct err *err)
{
	for (; goals->taken * goals->portion < until; goals->taken++) {
		const struct db_answer *answer = &goals->answers[goals->taken];
		const struct goal_row *rows;

		if (!db_take(answer, err))
			return false;
		rows = answer->rows;
		for (size_t i = 0; i < answer->count; i++) {
			struct goal *goal = find(goals, &rows[i].goal_uuid);

			/* else an earlier portion had it, and it may have changed since */
			if (!goal->id)
				take_row(goal, &rows[i]);
		}
	}
	return true;
}

static struct outcome_row outcome_row_of(const struct goal *goal)
{
	return (struct outcome_row){
		.goal_id = goal->id,
		.outcome = outcome_recorded_outcome_names[goal->outcome],
		.outcome_at = goal->outcome_at.value,
		.event_id = goal->outcome_event_id,
		.days = goal->days,
		.outcome_satisfaction = goal->outcome_satisfaction,
		.satisfaction = goal->satisfaction,
		.revenue_impact = revenue_impact_names[goal->revenue_impact],
		.notes = goal->notes,
		.what_worked = goal->what_worked,
		.what_didnt_work = goal->what_didnt_work,
		.feedback_requested = goal->feedback_requested,
		.ended_at = goal->closed_at,
		.first_completed_at = goal->first_completed_at,
		.published_at = goal->published_at,
		.version = goal->version,
	};
}

static struct feedback_row feedback_row_of(const struct goal *goal)
{
	return (struct feedback_row){
		.goal_id = goal->id,
		.feedback_at = goal->feedback_at.value,
		.event_id = goal->feedback_event_id,
		.rating = goal->feedback_rating,
		.notes = goal->feedback_notes,
		.satisfaction = goal->satisfaction,
		.published_at = goal->published_at,
		.version = goal->version,
	};
}

static struct closing_row closing_row_of(const struct goal *goal)
{
	return (struct closing_row){
		.id = goal->id,
		.status = goal->status,
		.completed_at = goal->closed_at.value,
		.former_status = goal->stored_status,
		.formerly_completed_at = goal->stored_closed_at,
		.has_pattern = goal->has_pattern,
	};
}

static int by_number(const void *left, const void *right)
{
	const struct goal *const *a = left, *const *b = right;

	return ((*a)->id > (*b)->id) - ((*a)->id < (*b)->id);
}

/* Those that the batch has changed, in the order in which rows are locked. */
static size_t changed_goals(const struct goals *goals, struct arena *arena,
			    const struct goal ***ret_changed)
{
	const struct goal **changed = arena_array(arena, const struct goal *, goals->count);
	size_t count = 0;

	for (size_t i = 0; i < goals->count; i++) {
		const struct goal *goal = &goals->items[i];

		if (goal->outcome_changed || goal->feedback_changed || goal->closed)
			changed[count++] = goal;
	}
	if (count > 1)
		qsort(changed, count, sizeof(const struct goal *), by_number);
	*ret_changed = changed;
	return count;
}

bool success_save_goals(struct context *ctx, const struct goals *goals, struct err *err)
{
	const struct goal **changed;
	size_t count = changed_goals(goals, ctx->arena, &changed);
	struct closing_row *closings = arena_array(ctx->arena, struct closing_row, count);
	struct outcome_row *outcomes = arena_array(ctx->arena, struct outcome_row, count);
	struct feedback_row *feedback = arena_array(ctx->arena, struct feedback_row, count);
	size_t closings_count = 0, outcomes_count = 0, feedback_count = 0;

	for (size_t i = 0; i < count; i++) {
		if (changed[i]->closed)
			closings[closings_count++] = closing_row_of(changed[i]);
		if (changed[i]->outcome_changed)
			outcomes[outcomes_count++] = outcome_row_of(changed[i]);
		if (changed[i]->feedback_changed)
			feedback[feedback_count++] = feedback_row_of(changed[i]);
	}
	return db_post(ctx->db, &tracker_statements.close_goals, closings, closings_count, err) &&
	       db_post(ctx->db, &tracker_statements.save_outcomes, outcomes, outcomes_count, err) &&
	       db_post(ctx->db, &tracker_statements.save_feedback, feedback, feedback_count, err);
}

bool success_start_tracking(struct context *ctx, const struct message *const *messages,
			    size_t count, struct started_goals *ret_started, struct err *err)
{
	struct start_row *rows = arena_array(ctx->arena, struct start_row, count);
	struct goal_id_row *started;
	size_t started_count;

	for (size_t i = 0; i < count; i++) {
		const struct goal_enriched *goal = messages[i]->value;

		rows[i] = (struct start_row){ goal->goal_id, goal->pattern_key, goal->created_at,
					      messages[i]->partition };
	}
	if (!db_run(ctx->db, &tracker_statements.insert_tracking, rows, count, ctx->arena, &started,
		    &started_count, err))
		return false;

	ret_started->items = arena_array(ctx->arena, struct started_goal, started_count);
	ret_started->count = started_count;
	for (size_t i = 0; i < started_count; i++)
		ret_started->items[i].goal_uuid = started[i].goal_uuid;
	success_sort_started(ret_started);
	return true;
}

/* Goals before tracking rows, as everywhere. */
bool success_erase_goals(struct context *ctx, const struct erasure *erasures, size_t count,
			 struct err *err)
{
	return db_post(ctx->db, &tracker_statements.reopen_goals, erasures, count, err) &&
	       db_post(ctx->db, &tracker_statements.erase_tracking, erasures, count, err);
}

bool success_goals_of(struct context *ctx, const struct erasure *erasures, size_t count,
		      struct uuid **ret_goal_ids, size_t *ret_count, struct err *err)
{
	*ret_count = 0;
	return db_run(ctx->db, &tracker_statements.find_goals, erasures, count, ctx->arena,
		      ret_goal_ids, ret_count, err);
}

bool success_find_unrated(struct context *ctx, const struct reminder_window *windows, size_t count,
			  struct unrated_goal **ret_goals, size_t *ret_count, struct err *err)
{
	return db_run(ctx->db, &tracker_statements.find_due_reminders, windows, count, ctx->arena,
		      ret_goals, ret_count, err);
}

bool success_save_reminders(struct context *ctx, const struct goals *goals, struct err *err)
{
	struct reminder_row *rows = arena_array(ctx->arena, struct reminder_row, goals->count);
	size_t count = 0;

	for (size_t i = 0; i < goals->count; i++)
		if (goals->items[i].id)
			rows[count++] = (struct reminder_row){ goals->items[i].id,
							       goals->items[i].reminders };
	return db_post(ctx->db, &tracker_statements.save_reminders, rows, count, err);
}
