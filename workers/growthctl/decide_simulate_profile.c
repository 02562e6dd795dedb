/* What a contractor is: tier, team, stage, focus areas, and what these do to the chance of growing.
 */
#include "decide_simulate_life.h"

#define BOOST_MIN 0.25
#define BOOST_MAX 6.0
#define RELAPSES_A_MONTH 0.0015

static const int typical_team[] = { 6, 14, 28, 48, 80, 120, 190, 300, 500 };
/* With an average nature and nothing done, once the full chance is there. */
static const double months_to_grow[WORLD_COLUMNS] = { 23, 23, 23, 22 };

static int typical(int tier)
{
	int last = (int)(sizeof(typical_team) / sizeof(typical_team[0])) - 1;

	return typical_team[tier < last ? tier : last];
}

/* In 10,000 USD, from the tier's name: "11_20_million", "300_plus_million". 0: the name does not
 * tell. */
static uint32_t revenue_of(const char *tier, double progress)
{
	char *end;
	long low = strtol(tier, &end, 10);
	long high;

	if (end == tier || *end != '_' || low < 0 || low > 100000)
		return 0;
	high = strtol(end + 1, &end, 10);
	if (high <= low)
		high = low * 2;
	return (uint32_t)(100 * ((double)low + 0.2 + ((double)(high - low) - 0.3) * progress));
}

void life_tell_profile(struct life *life)
{
	struct simulated_profile *profile = &life->profile;
	bool mistaken = life->shown_tier != life->tier;

	profile->tier = (uint8_t)life->shown_tier;
	profile->tier_since = life->tells_since && !mistaken ? life->entered : SIMULATED_NEVER;
	if (life->tells_revenue)
		profile->revenue =
			revenue_of(life->options->vocabulary->tiers.items[life->shown_tier].name,
				   life->progress);
	life_add(life,
		 (struct simulated_event){ .topic = SIMULATED_PROFILE, .what.profile = *profile });
}

void life_size_team(struct life *life)
{
	double team = typical(life->tier) * (life->never ? 0.72 : 1) *
		      (0.75 + 0.3 * life->progress + 0.25 * dice_unit(&life->dice));

	if (life->tells_team)
		life->profile.team = (uint16_t)(team + 1);
	life->profile.band = life->tells_band;
}

void life_choose_stage(struct life *life)
{
	int stages = (int)life->options->vocabulary->stages.count;
	int stage = life->tier + (dice_chance(&life->dice, life->never ? 0.1 : 0.7) ? 1 : 0) -
		    (dice_chance(&life->dice, life->never ? 0.4 : 0.1) ? 1 : 0);

	if (stage >= stages)
		stage = stages - 1;
	life->profile.stage = (uint8_t)(stage < 0 ? 0 : stage);
}

static const struct world_focus_area *focus_area(const struct life *life, int index)
{
	return world_focus_area(life->options->vocabulary->focus_areas.items[index].name);
}

static int focus_areas_count(const struct life *life)
{
	size_t count = life->options->vocabulary->focus_areas.count;

	return count < SIMULATION_FOCUS_AREAS_MAX ? (int)count : SIMULATION_FOCUS_AREAS_MAX;
}

int life_choose_focus_area(struct life *life)
{
	int column = world_column(life->tier);
	uint32_t sum = 0, point;

	for (int i = 0; i < focus_areas_count(life); i++)
		sum += focus_area(life, i)->popularity[column];
	point = dice_below(&life->dice, sum);
	for (int i = 0; i < focus_areas_count(life); i++) {
		if (point < focus_area(life, i)->popularity[column])
			return i;
		point -= focus_area(life, i)->popularity[column];
	}
	return -1;
}

static void weigh_risks(struct life *life)
{
	double grow = life->growth * life->boost /
		      (months_to_grow[world_column(life->tier)] * DAYS_PER_MONTH);
	bool can = life->tier + 1 < life->tiers && !life->growing && !life->never;

	life->risk[RISK_GROW] = can ? grow : 0;
	life->risk[RISK_RELAPSE] =
		life->tier > 0 && !life->growing ? RELAPSES_A_MONTH / DAYS_PER_MONTH : 0;
	life->risks = 0;
	for (int i = 0; i < RISKS; i++)
		life->risks += life->risk[i];
}

void life_expect(struct life *life)
{
	life->growing = true;
	weigh_risks(life);
}

void life_feel_effect(struct life *life, int per_cent)
{
	double boost = life->boost * (1 + per_cent / 100.0);

	life->boost = boost < BOOST_MIN ? BOOST_MIN : boost > BOOST_MAX ? BOOST_MAX : boost;
	weigh_risks(life);
}

/* What was done in the old tier does nothing for the new one; the focus stays and may. */
void life_enter_tier(struct life *life, int tier, int entered)
{
	int kept = 0;

	life->tier = life->shown_tier = tier;
	life->entered = entered;
	life->growing = false;
	life->boost = 1;
	life_forget_uses(life);
	life->focused = life->profile.focus_areas;
	for (int i = 0; i < life->due_count; i++)
		if (life->due[i].kind != DUE_EFFECT)
			life->due[kept++] = life->due[i];
	life->due_count = kept;
	for (int i = 0; i < focus_areas_count(life); i++)
		if (life->profile.focus_areas & (UINT32_C(1) << i))
			life_feel_effect(life, focus_area(life, i)->effect[world_column(tier)]);
	weigh_risks(life);
}

void life_take_up_focus_area(struct life *life, int index)
{
	int effect;

	if (index < 0 || life->profile.focus_areas & (UINT32_C(1) << index))
		return;
	life->profile.focus_areas |= UINT32_C(1) << index;
	effect = focus_area(life, index)->effect[world_column(life->tier)];
	if (effect && !(life->focused & (UINT32_C(1) << index)))
		life_plan(life, LAG_DAYS, DUE_EFFECT, effect);
	life->focused |= UINT32_C(1) << index;
}

void life_give_up_focus_area(struct life *life)
{
	uint32_t areas = life->profile.focus_areas;
	uint32_t skip = dice_below(&life->dice, (uint32_t)__builtin_popcount(areas));

	if (!(areas & (areas - 1)))
		return;
	while (skip--)
		areas &= areas - 1;
	life->profile.focus_areas &= ~(areas & -areas);
}
