/*
 * A life goes day by day. On each day at most one thing happens by chance, of several that compete
 * (enum risk), after whatever earlier things have made due. What is hidden from the events: how
 * much of a grower the contractor is, how keen, how well goals go, and `boost`, what was done in
 * this tier so far does to the chance of growing.
 */
#include "decide_simulate_life.h"

#include "instant.h"

#define RAMP_DAYS \
	600 /* nobody grows in the first days in a tier; this long until the full chance */
#define UNSEEN_DAYS 700 /* at most this long in business before joining */

void life_add(struct life *life, struct simulated_event event)
{
	int64_t second = (int64_t)life->day * 86400 +
			 dice_between(&life->dice, 7 * 3600, 19 * 3600);
	bool wanted = life->day < life->last_day ? life->options->history : life->options->outcomes;

	if (life->day < life->heard_from)
		return;
	if (second <= life->last_second)
		second = life->last_second + 1;
	life->last_second = second;
	event.second = second;
	event.contractor = life->contractor;
	event.number = ++life->number;
	if (wanted)
		simulated_events_add(life->events, &event);
}

void life_plan(struct life *life, int days, enum due_kind kind, int detail)
{
	if (life->due_count < DUE_MAX)
		life->due[life->due_count++] = (struct due){ life->day + days, kind, detail };
}

/* Revenue jumps today. The new tier is told up to 40 days later; what follows from the growth may
 * come before that. */
static void grow(struct life *life)
{
	int step = life->tier + 2 < life->tiers && dice_chance(&life->dice, 0.04) ? 2 : 1;
	int slowest = dice_chance(&life->dice, 0.5) ? 10 : 40;

	life_expect(life);
	life->grown = life->day;
	life->progress = 1;
	life_plan(life, (int)dice_between(&life->dice, 0, slowest), DUE_REPORT, step);
	if (dice_chance(&life->dice, 0.6))
		life_plan(life, (int)dice_between(&life->dice, 1, 50), DUE_CONSEQUENCE, 0);
}

static void report_growth(struct life *life, int step)
{
	life->never = dice_chance(&life->dice, 0.27);
	life_enter_tier(life, life->tier + step, life->grown);
	life->progress = 0.1 * dice_unit(&life->dice);
	life_size_team(life);
	life_choose_stage(life);
	life_tell_profile(life);
}

static void relapse(struct life *life)
{
	life_enter_tier(life, life->tier - 1, life->day);
	life->progress = 0.9;
	life_size_team(life);
	life_choose_stage(life);
	life_tell_profile(life);
}

static void change(struct life *life)
{
	life->progress += (1 - life->progress) * 0.3 * dice_unit(&life->dice);
	switch (dice_below(&life->dice, 4)) {
	case 0:
		life_take_up_focus_area(life, life_choose_focus_area(life));
		break;
	case 1:
		life_choose_stage(life);
		break;
	case 2:
		life_give_up_focus_area(life);
		break;
	default:
		life_size_team(life);
	}
	life->profile.status = dice_chance(&life->dice, 0.02) ? STATUS_INACTIVE : STATUS_ACTIVE;
	life_tell_profile(life);
}

/* A wrong tier is told, mostly one too high, and put right some days later. */
static void err_about_tier(struct life *life)
{
	int tier = life->tier + (dice_chance(&life->dice, 0.75) ? 1 : -1);

	if (life->shown_tier != life->tier || tier < 0 || tier >= life->tiers)
		return;
	life->shown_tier = tier;
	life_tell_profile(life);
	life_plan(life, (int)dice_between(&life->dice, 2, 25), DUE_CORRECTION, 0);
}

/* Nobody hears of him for months or years, whatever he does. He then tells his profile. */
static void fall_silent(struct life *life)
{
	if (life->day >= life->heard_from)
		life->heard_from = life->day + (int)dice_between(&life->dice, 120, 1000);
}

static void close_down(struct life *life)
{
	if (life->day < life->heard_from)
		return;
	life->shown_tier = life->tier;
	life->profile.status = STATUS_CLOSED;
	life_tell_profile(life);
	life->closed = true;
}

static void happen(struct life *life, enum risk risk)
{
	switch (risk) {
	case RISK_GROW:
		if (life->shown_tier == life->tier &&
		    dice_chance(&life->dice, (double)(life->day - life->entered) / RAMP_DAYS))
			grow(life);
		break;
	case RISK_ACTION:
		if (dice_chance(&life->dice, 0.03))
			life_act_on_focus_area(life);
		else
			life_choose_act(life, WORLD_CHOSEN);
		break;
	case RISK_CHANGE:
		change(life);
		break;
	case RISK_REPEAT:
		life_tell_profile(life);
		break;
	case RISK_SCORES:
		life_score_partners(life);
		break;
	case RISK_GOAL:
		life_set_goal(life);
		break;
	case RISK_BLIP:
		err_about_tier(life);
		break;
	case RISK_SILENCE:
		fall_silent(life);
		break;
	case RISK_RELAPSE:
		if (life->shown_tier == life->tier)
			relapse(life);
		break;
	case RISK_CLOSE:
		close_down(life);
		break;
	case RISKS:
		break;
	}
}

static void fall_due(struct life *life, struct due due)
{
	struct simulated_goal goal = { .upstream = (uint16_t)(due.detail / world_goals_count),
				       .type = (uint8_t)(due.detail % world_goals_count),
				       .tier = (uint8_t)life->tier };

	switch (due.kind) {
	case DUE_EFFECT:
		life_feel_effect(life, due.detail);
		break;
	case DUE_REPORT:
		report_growth(life, due.detail);
		break;
	case DUE_CORRECTION:
		life->shown_tier = life->tier;
		life_tell_profile(life);
		break;
	case DUE_COMPANION:
		life_act(life, due.detail);
		break;
	case DUE_CONSEQUENCE:
		life_choose_act(life, WORLD_CONSEQUENCE);
		break;
	case DUE_COMPLETION:
		life_finish_goal(life, goal);
		if (dice_chance(&life->dice, 0.4))
			life_plan(life, (int)dice_between(&life->dice, 1, 14), DUE_FEEDBACK,
				  due.detail);
		break;
	case DUE_FEEDBACK:
		life_give_feedback(life, goal);
		break;
	}
}

static void pass_day(struct life *life)
{
	double point = dice_unit(&life->dice);

	for (int i = 0; i < life->due_count;) {
		struct due due = life->due[i];

		if (due.day > life->day) {
			i++;
			continue;
		}
		life->due[i] = life->due[--life->due_count];
		fall_due(life, due);
	}
	if (point >= life->risks)
		return;
	for (int i = 0; i < RISKS; i++) {
		if (point < life->risk[i]) {
			happen(life, (enum risk)i);
			return;
		}
		point -= life->risk[i];
	}
}

static int first_tier(struct life *life)
{
	static const double share[] = { 0.37, 0.20, 0.19, 0.16, 0.04, 0.02, 0.01, 0.01 };
	double point = dice_unit(&life->dice);
	int tier = 0;

	while (tier + 1 < life->tiers && tier < (int)(sizeof(share) / sizeof(share[0])) &&
	       point >= share[tier])
		point -= share[tier++];
	return tier;
}

/* About exp(x - x²/128), in steps that every machine rounds alike: log-normal of a normal x. */
static double spread(double x)
{
	double factor = 1 + x / 64;

	for (int i = 0; i < 6; i++)
		factor *= factor;
	return factor;
}

/* Who is keen does more of everything and, for reasons of his own, grows more. */
static void choose_nature(struct life *life)
{
	struct dice *dice = &life->dice;
	double drive = dice_normal(dice), talent = dice_normal(dice);
	bool quiet = dice_chance(dice, 0.04);
	double voice = quiet ? 0.1 : 1;

	life->keen = 1.9 * spread(0.5 * drive);
	life->growth = spread(0.45 * drive + 0.3 * talent);
	life->never = dice_chance(dice, 0.27);
	life->quality = dice_normal(dice);
	life->tells_since = dice_chance(dice, 0.55);
	life->tells_revenue = dice_chance(dice, 0.6);
	life->tells_team = dice_chance(dice, 0.95);
	life->tells_band = dice_chance(dice, 0.2);

	life->risk[RISK_ACTION] = voice * life->keen / DAYS_PER_MONTH;
	life->risk[RISK_CHANGE] = voice / 150;
	life->risk[RISK_REPEAT] = voice / 200;
	life->risk[RISK_SCORES] = dice_chance(dice, 0.6) ? 1.0 / 300 : 0;
	life->risk[RISK_GOAL] = dice_chance(dice, 0.15) ? 1.0 / 600 : 0;
	life->risk[RISK_BLIP] = 0.004 / DAYS_PER_MONTH;
	life->risk[RISK_SILENCE] = 0.0025 / DAYS_PER_MONTH;
	life->risk[RISK_CLOSE] = 0.0008 / DAYS_PER_MONTH;
}

/*
 * Most are there from the first quarter on, the others join over three quarters of the time. A
 * third has just come into the tier; the others have a past, and nobody knows what they did.
 */
static void begin(struct life *life, int first_day)
{
	int days = life->last_day - first_day;
	int late = dice_chance(&life->dice, 0.35) ? days * 3 / 4 : days < 90 ? days / 2 : 90;

	life->heard_from = first_day + (int)dice_below(&life->dice, (uint32_t)late);
	life->day = life->heard_from;
	if (dice_chance(&life->dice, 0.7))
		life->day -= (int)dice_below(&life->dice, UNSEEN_DAYS);
	choose_nature(life);
	life->tier = first_tier(life);
	for (int count = (int)dice_between(&life->dice, 1, 3); count > 0; count--) {
		int index = life_choose_focus_area(life);

		if (index >= 0)
			life->profile.focus_areas |= UINT32_C(1) << index;
	}
	life_enter_tier(life, life->tier, life->day);
	life->progress = 0.8 * dice_unit(&life->dice);
	life->profile.status = STATUS_ACTIVE;
	life_size_team(life);
	life_choose_stage(life);
	life->day--;
}

void live(const struct simulation_options *options, uint32_t contractor,
	  struct simulated_events *events)
{
	struct life life = {
		.options = options,
		.events = events,
		.contractor = contractor,
		.last_day = (int)(options->to / US_PER_DAY),
		.tiers = (int)options->vocabulary->tiers.count,
	};

	if (life.tiers > SIMULATION_TIERS_MAX)
		life.tiers = SIMULATION_TIERS_MAX;
	dice_init(&life.dice, options->seed, contractor);
	begin(&life, (int)(options->from / US_PER_DAY));
	while (++life.day < life.last_day && !life.closed) {
		if (life.day == life.heard_from)
			life_tell_profile(&life);
		pass_day(&life);
	}
	life_tell_outcomes(&life);
}
