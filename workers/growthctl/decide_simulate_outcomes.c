/*
 * How the goals go that goal-enricher makes at the end of the history: one of growth for the tier
 * that the contractor is in, and one of each type that patterns can have. Which there are and which
 * of them match him cannot be known here: a goal that was never made has an outcome all the same,
 * and success-tracker waits for it. Who tells how goals went tells it of all: so patterns differ by
 * how many of their goals are completed, and not by who was asked.
 */
#include "decide_simulate_life.h"

#define FOCUS_AREA "focus_area:"

/* Whether contractors with a focus on it can have a pattern of their own. */
static bool has_patterns(const struct labels *categories, const char *goal_type)
{
	for (size_t i = 0; i < categories->count; i++) {
		const char *item = categories->items[i].name, *type = categories->items[i].label;

		if (strncmp(item, FOCUS_AREA, strlen(FOCUS_AREA)) == 0 && type &&
		    strcmp(type, goal_type) == 0)
			return true;
	}
	return false;
}

static void tell(struct life *life, int type)
{
	struct simulated_goal goal = { .tier = (uint8_t)life->tier, .type = (uint8_t)type };

	life_finish_goal(life, goal);
	life->day += (int)dice_between(&life->dice, 1, 6);
	if (dice_chance(&life->dice, 0.4))
		life_give_feedback(life, goal);
	life->day += (int)dice_between(&life->dice, 1, 6);
}

void life_tell_outcomes(struct life *life)
{
	if (life->profile.status != STATUS_ACTIVE || life->tier + 1 >= life->tiers ||
	    life->heard_from > life->last_day || !dice_chance(&life->dice, 0.85))
		return;
	life->day = life->last_day +
		    (int)dice_between(&life->dice, 20,
				      SIMULATION_OUTCOME_DAYS - 13 * world_goals_count);
	tell(life, 0);
	for (int type = 1; type < world_goals_count; type++)
		if (has_patterns(&life->options->vocabulary->categories,
				 world_goals[type].goal_type))
			tell(life, type);
}
