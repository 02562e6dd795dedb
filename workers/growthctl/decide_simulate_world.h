/* What the simulated contractors can do, and what it really does for them: the truth that learning
 * has to find. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "messages.h"

/* Tables have a column for each of the three lowest tiers and one for all above. */
#define WORLD_COLUMNS 4

static inline int world_column(int tier)
{
	return tier < WORLD_COLUMNS - 1 ? tier : WORLD_COLUMNS - 1;
}

enum world_link {
	WORLD_CHOSEN,
	WORLD_COMPANION,  /* chosen, and often done soon after the item before it in the table */
	WORLD_CONSEQUENCE /* done because one has grown, never chosen otherwise */
};

/* Whether one who comes upon an item takes it up. */
enum world_when {
	WORLD_ANY,
	WORLD_SLOW, /* takes time: hardly in the first months in a tier */
	WORLD_KEEN  /* the keener the likelier */
};

struct world_item {
	enum action_kind kind;
	const char *item, *name;
	uint8_t popularity[WORLD_COLUMNS]; /* how often it is chosen, against the others */
	int8_t effect[WORLD_COLUMNS]; /* per cent by which it changes the chance to grow, LAG days
					 later */
	uint8_t rating; /* what its users give on average, in tenths; 0: never rated */
	enum world_link link;
	enum world_when when;
};
extern const struct world_item world_items[];
extern const int world_items_count;

struct world_focus_area {
	const char
		*name; /* of the vocabulary; one that is not here has popularity 4 and no effect */
	uint8_t popularity[WORLD_COLUMNS];
	int8_t effect[WORLD_COLUMNS];
};
/* Never NULL. */
const struct world_focus_area *world_focus_area(const char *name);

struct world_goal {
	const char *goal_type, *goal_description, *target_milestone;
	const char *data_gaps[3]; /* ended by NULL */
	int8_t success;           /* percentage points more than goals of growth */
};
/* The first one is growth itself: the goal that goal-enricher makes. The others come from upstream,
 * or are made for a pattern of their type. */
extern const struct world_goal world_goals[];
extern const int world_goals_count;
/* How many per cent of the contractors in a tier complete a goal of this type (an index into
 * world_goals). */
int world_goal_success(int tier, int type);

/* Remarks of contractors about a goal, by how it went; the first is NULL. */
extern const char *const world_worked[];
extern const int world_worked_count;
extern const char *const world_failed[];
extern const int world_failed_count;
