/*
 * One contractor's life. decide_simulate_life.c lets the days pass; decide_simulate_profile.c is
 * what he is and what he tells of it, decide_simulate_acts.c what he does.
 */
#pragma once

#include "decide_dice.h"
#include "decide_simulate.h"
#include "decide_simulate_world.h"

/* A fused multiplication and addition rounds once where two operations round twice: other machines,
 * other bytes. gcc does not fuse under -std=c17. */
#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#endif

#define DAYS_PER_MONTH 30.4375
#define LAG_DAYS 30
#define DUE_MAX 64 /* there are hardly 20 */

enum risk {
	RISK_GROW,
	RISK_ACTION,
	RISK_CHANGE,
	RISK_REPEAT,
	RISK_SCORES,
	RISK_GOAL,
	RISK_BLIP,
	RISK_SILENCE,
	RISK_RELAPSE,
	RISK_CLOSE,
	RISKS
};

enum due_kind {
	DUE_EFFECT,
	DUE_REPORT, /* of a growth that was some days ago */
	DUE_CORRECTION,
	DUE_COMPANION,
	DUE_CONSEQUENCE,
	DUE_COMPLETION,
	DUE_FEEDBACK
};

struct due {
	int day;
	enum due_kind kind;
	int detail; /* an effect's per cent; tiers grown; a companion's index; a goal */
};

struct life {
	const struct simulation_options *options;
	struct simulated_events *events;
	struct dice dice;
	uint32_t contractor;
	uint16_t number;
	int64_t last_second;
	int day, last_day; /* since 1970 */
	int heard_from;    /* what happens before this day nobody is told, as before he joined */

	bool never; /* he cannot grow out of this tier */
	double growth, keen, quality, boost;
	double risk[RISKS], risks; /* a day, and their sum */

	int tier, tiers;
	int shown_tier; /* another than tier while a mistake stands */
	int entered;    /* day */
	bool tells_since, tells_revenue, tells_team, tells_band;
	struct simulated_profile profile;
	double progress;  /* where in the tier's range of revenue, 0-1 */
	bool held[256];   /* world_items */
	uint32_t focused; /* focus areas whose effect was felt in this tier */
	bool growing;     /* grown on the day `grown`, but not yet told */
	int grown;
	uint16_t goals;
	bool closed;

	struct due due[DUE_MAX];
	int due_count;
};

/* Appends the events of a contractor, each later than the one before. Depends on the options' seed
 * and the number alone, not on how many others there are. */
void live(const struct simulation_options *options, uint32_t contractor,
	  struct simulated_events *events);

/* An event of today, its time, contractor and number filled in. */
void life_add(struct life *life, struct simulated_event event);
/* Something that these days later will be due. When the list is full, the world forgets. */
void life_plan(struct life *life, int days, enum due_kind kind, int detail);

void life_tell_profile(struct life *life);
void life_size_team(struct life *life);
void life_choose_stage(struct life *life);
/* By popularity in the tier; -1 without a vocabulary. */
int life_choose_focus_area(struct life *life);
void life_take_up_focus_area(struct life *life, int index);
/* One of them, unless it is the last. */
void life_give_up_focus_area(struct life *life);
/* What can be done again is new in another tier. */
void life_forget_uses(struct life *life);
/* An action changes the chance of growing, from now on. */
void life_feel_effect(struct life *life, int per_cent);
/* He is, and is told to be, in the tier, since the day `entered`. */
void life_enter_tier(struct life *life, int tier, int entered);
/* He has grown, and does not grow more until it is told. */
void life_expect(struct life *life);

/* Something by its popularity: what is chosen, or what follows from growth. */
void life_choose_act(struct life *life, enum world_link link);
/* Something done together with another. */
void life_act(struct life *life, int index);
void life_act_on_focus_area(struct life *life);
void life_score_partners(struct life *life);
void life_set_goal(struct life *life);
/* goal.type and goal.tier say how likely it is to be completed. */
void life_finish_goal(struct life *life, struct simulated_goal goal);
void life_give_feedback(struct life *life, struct simulated_goal goal);

/* After the history's end: how the goals went that were made of its patterns. */
void life_tell_outcomes(struct life *life);

/* Appends a copy. */
void simulated_events_add(struct simulated_events *events, const struct simulated_event *event);
