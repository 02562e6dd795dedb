/* What a contractor does: uses, reads, attends, sets himself goals, and says how they went. */
#include "decide_simulate_life.h"

#define COMPANION_CHANCE 0.55
#define VERY_KEEN 4.0 /* actions a month */
#define SLOW_DAYS 500 /* in a tier, until slow things are as likely as others */

static uint8_t rate(struct life *life, double mean, double told)
{
	double rating = mean + 0.8 * dice_normal(&life->dice) + 0.5;

	if (!dice_chance(&life->dice, told))
		return 0;
	return (uint8_t)(rating < 1 ? 1 : rating >= 6 ? 5 : rating);
}

/* Partners and events are used again, the rest is done once. */
static bool is_done_again(const struct world_item *item)
{
	return item->kind == ACTION_PARTNER || item->kind == ACTION_EVENT;
}

void life_forget_uses(struct life *life)
{
	for (int i = 0; i < world_items_count; i++)
		if (is_done_again(&world_items[i]))
			life->held[i] = false;
}

static bool is_consequence(int index)
{
	return world_items[index].link == WORLD_CONSEQUENCE;
}

static int choose_item(struct life *life, bool consequence)
{
	int column = world_column(life->tier);
	uint32_t sum = 0, point;

	for (int i = 0; i < world_items_count; i++)
		if (is_consequence(i) == consequence)
			sum += world_items[i].popularity[column];
	point = dice_below(&life->dice, sum);
	for (int i = 0; i < world_items_count; i++) {
		if (is_consequence(i) != consequence)
			continue;
		if (point < world_items[i].popularity[column])
			return i;
		point -= world_items[i].popularity[column];
	}
	return -1;
}

/* What is new to him in this tier has its effect, and often its companion follows. */
static void begin_item(struct life *life, int index)
{
	int effect = world_items[index].effect[world_column(life->tier)];
	int next = index + 1;

	if (effect)
		life_plan(life, LAG_DAYS, DUE_EFFECT, effect);
	if (next < world_items_count && world_items[next].link == WORLD_COMPANION &&
	    dice_chance(&life->dice, COMPANION_CHANCE))
		life_plan(life, (int)dice_between(&life->dice, 1, 45), DUE_COMPANION, next);
}

void life_act(struct life *life, int index)
{
	const struct world_item *item = &world_items[index];
	struct simulated_event event = { .topic = SIMULATED_ACTION };

	if (life->held[index] && (!is_done_again(item) || dice_chance(&life->dice, 0.6)))
		return;
	if (!life->held[index])
		begin_item(life, index);
	life->held[index] = true;
	event.what.action.item = (uint8_t)index;
	if (item->rating)
		event.what.action.satisfaction =
			rate(life, item->rating / 10.0, item->kind == ACTION_PARTNER ? 0.7 : 0.25);
	life_add(life, event);
}

void life_choose_act(struct life *life, enum world_link link)
{
	int index = choose_item(life, link == WORLD_CONSEQUENCE);
	double chance[] = {
		[WORLD_ANY] = 1,
		[WORLD_SLOW] = (double)(life->day - life->entered) / SLOW_DAYS,
		[WORLD_KEEN] = life->keen / VERY_KEEN,
	};

	if (index >= 0 && dice_chance(&life->dice, chance[world_items[index].when]))
		life_act(life, index);
}

/* Now and then a focus area is told as an action before it is in the profile. */
void life_act_on_focus_area(struct life *life)
{
	int index = life_choose_focus_area(life);
	struct simulated_event event = { .topic = SIMULATED_ACTION };

	if (index < 0)
		return;
	life_take_up_focus_area(life, index);
	event.what.action.focus_area = true;
	event.what.action.item = (uint8_t)index;
	life_add(life, event);
}

void life_score_partners(struct life *life)
{
	struct simulated_event event = { .topic = SIMULATED_SCORES };
	uint8_t count = 0;

	for (int tries = 0; tries < 24 && count < SIMULATION_SCORED_MAX; tries++) {
		int index = choose_item(life, false);
		bool known = index < 0 || world_items[index].kind != ACTION_PARTNER;

		for (int i = 0; i < count; i++)
			known = known || event.what.scores.item[i] == index;
		if (known)
			continue;
		event.what.scores.item[count] = (uint8_t)index;
		event.what.scores.percent[count++] = (uint8_t)dice_between(&life->dice, 35, 98);
	}
	event.what.scores.count = count;
	if (count)
		life_add(life, event);
}

void life_finish_goal(struct life *life, struct simulated_goal goal)
{
	double success = world_goal_success(goal.tier, goal.type) / 100.0;
	bool completed = dice_chance(&life->dice, success + 0.12 * life->quality);
	double luck = dice_unit(&life->dice);

	goal.outcome = completed ? OUTCOME_COMPLETED : OUTCOME_ABANDONED;
	goal.satisfaction = rate(life, 3.3 + 0.6 * life->quality + (completed ? 0.5 : -0.9), 0.75);
	goal.impact = IMPACT_ABSENT;
	if (dice_chance(&life->dice, 0.8) && completed)
		goal.impact = luck < 0.55   ? IMPACT_POSITIVE
			      : luck < 0.8  ? IMPACT_NEUTRAL
			      : luck < 0.92 ? IMPACT_TOO_EARLY
					    : IMPACT_NEGATIVE;
	else if (luck < 0.7)
		goal.impact = luck < 0.35   ? IMPACT_NEUTRAL
			      : luck < 0.55 ? IMPACT_NEGATIVE
					    : IMPACT_TOO_EARLY;
	goal.remark = (uint8_t)dice_below(
		&life->dice, (uint32_t)(completed ? world_worked_count : world_failed_count));
	life_add(life,
		 (struct simulated_event){ .topic = SIMULATED_COMPLETION, .what.goal = goal });
}

void life_give_feedback(struct life *life, struct simulated_goal goal)
{
	goal.satisfaction = rate(life, 3.6 + 0.5 * life->quality, 1);
	life_add(life, (struct simulated_event){ .topic = SIMULATED_FEEDBACK, .what.goal = goal });
}

void life_set_goal(struct life *life)
{
	struct simulated_goal goal = {
		.upstream = ++life->goals,
		.tier = (uint8_t)life->tier,
		.type = (uint8_t)dice_between(&life->dice, 1, world_goals_count - 1),
		.priority = (uint8_t)dice_between(&life->dice, 3, 9),
	};

	life_add(life, (struct simulated_event){ .topic = SIMULATED_GOAL, .what.goal = goal });
	if (dice_chance(&life->dice, 0.6))
		life_plan(life, (int)dice_between(&life->dice, 40, 250), DUE_COMPLETION,
			  goal.upstream * world_goals_count + goal.type);
}
