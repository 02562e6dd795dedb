/*
 * What a contractor has done, on the checklists of his goals. Every goal shows it, closed or not:
 * whether an action or the goal's end was read first must not matter.
 */
#include "decide.h"

static struct optional_time first_done(const char *item_type, const struct step *step,
				       const struct done_action *done, size_t count)
{
	struct optional_time first = { .present = false };

	for (size_t i = 0; i < count; i++) {
		if (strcmp(done[i].item_type, item_type) != 0 ||
		    !texts_hold(&step->items, done[i].item))
			continue;
		if (!first.present || done[i].first_at < first.value)
			first = (struct optional_time){ done[i].first_at, true };
	}
	return first;
}

static bool is_earlier(struct optional_time time, struct optional_time than)
{
	return !than.present || time.value < than.value;
}

/* Progress, last action and next milestone follow from the steps. */
static void sum_up(struct goal *goal)
{
	int64_t doable = 0, completed = 0;

	goal->last_action_at.present = false;
	goal->told.next_milestone = NULL;
	for (size_t i = 0; i < goal->told.checklist.count; i++) {
		const struct step *step = &goal->steps[i];
		bool milestone = strcmp(goal->told.checklist.items[i].item_type,
					action_kind_names[ACTION_MILESTONE]) == 0;

		doable += step->items.count > 0;
		completed += step->completed_at.present;
		if (milestone && !step->completed_at.present && !goal->told.next_milestone)
			goal->told.next_milestone = step->name;
		if (step->completed_at.present &&
		    (!goal->last_action_at.present ||
		     step->completed_at.value > goal->last_action_at.value))
			goal->last_action_at = step->completed_at;
	}
	goal->progress = doable ? 100 * completed / doable : 0;
}

void goal_follow_actions(struct goal *goal, const struct done_action *done, size_t count)
{
	bool changed = false;

	for (size_t i = 0; i < goal->told.checklist.count; i++) {
		struct checklist_item *item = &goal->told.checklist.items[i];
		struct step *step = &goal->steps[i];
		struct optional_time completed_at = first_done(item->item_type, step, done, count);

		if (completed_at.present && is_earlier(completed_at, step->completed_at)) {
			step->completed_at = completed_at;
			step->changed = changed = true;
		}
		item->status = step->completed_at.present ? "completed" : "pending";
	}
	sum_up(goal);
	goal->changed |= changed;
}

void contractor_follow_actions(struct contractor_goals *contractor)
{
	for (size_t i = 0; i < contractor->goals_count; i++)
		goal_follow_actions(contractor->goals[i], contractor->done, contractor->done_count);
}

static int by_action(const void *left, const void *right)
{
	const struct done_action *a = left, *b = right;

	if (a->contractor_id != b->contractor_id)
		return a->contractor_id < b->contractor_id ? -1 : 1;
	int order = strcmp(a->item_type, b->item_type);
	if (!order)
		order = strcmp(a->item, b->item);
	return order ? order : (a->first_at > b->first_at) - (a->first_at < b->first_at);
}

static bool same_action(const struct done_action *a, const struct done_action *b)
{
	return a->contractor_id == b->contractor_id && strcmp(a->item_type, b->item_type) == 0 &&
	       strcmp(a->item, b->item) == 0;
}

size_t done_actions_of(const struct action_recorded *const *actions, size_t count,
		       struct arena *arena, struct done_action **ret_done)
{
	struct done_action *done = arena_array(arena, struct done_action, count);
	size_t all = 0, kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (actions[i]->kind == ACTION_FOCUS_AREA)
			continue;
		done[all++] = (struct done_action){
			.contractor_id = actions[i]->contractor_id,
			.item_type = action_kind_names[actions[i]->kind],
			.item = actions[i]->item,
			.first_at = actions[i]->occurred_at,
		};
	}
	if (all > 1)
		qsort(done, all, sizeof(*done), by_action);
	for (size_t i = 0; i < all; i++)
		if (kept == 0 || !same_action(&done[kept - 1], &done[i]))
			done[kept++] = done[i];
	*ret_done = done;
	return kept;
}
