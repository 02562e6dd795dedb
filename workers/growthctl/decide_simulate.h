/*
 * A made-up history of contractors, with causes that are known: `growthctl simulate --help` tells
 * what is in it. The same options give the same bytes on every machine: no clock, no libm, no order
 * of a hash.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "buffer.h"
#include "messages.h"
#include "vocabulary.h"

#define SIMULATION_CONTRACTORS_MAX 2000000
#define SIMULATION_DAYS_MIN 30
#define SIMULATION_DAYS_MAX 36525
#define SIMULATION_OUTCOME_DAYS \
	270 /* how long after the history's end the outcomes of goals come in */
#define SIMULATION_TIERS_MAX 32
#define SIMULATION_FOCUS_AREAS_MAX 32
#define SIMULATION_SCORED_MAX 5
#define SIMULATED_NEVER INT32_MIN

struct simulation_options {
	int64_t contractors; /* ids 1 to this */
	uint64_t seed;
	utc_us from, to; /* midnights; the history lies in [from, to) */
	bool history;    /* write what happens up to `to` */
	bool outcomes;   /* write how the goals end that goal-enricher makes at the history's end */
	const struct vocabulary *vocabulary;
};

enum simulated_topic {
	SIMULATED_PROFILE,
	SIMULATED_ACTION,
	SIMULATED_SCORES,
	SIMULATED_GOAL,       /* one that comes from upstream */
	SIMULATED_COMPLETION, /* of a goal from upstream, or of one made here */
	SIMULATED_FEEDBACK,
	SIMULATED_TOPICS
};

struct simulated_profile {
	uint32_t focus_areas; /* bit i: vocabulary's focus area i */
	uint32_t revenue;     /* in 10,000 USD; 0: not told */
	int32_t tier_since;   /* day since 1970; SIMULATED_NEVER: not told */
	uint16_t team;        /* people; 0: not told */
	uint8_t tier, stage;  /* ranks */
	uint8_t status;       /* enum contractor_status */
	bool band;            /* the team is told as a band */
};

struct simulated_goal {
	uint16_t upstream; /* number of the contractor's goal from upstream, from 1; 0: made here
			      for `tier` */
	uint8_t tier;
	uint8_t type; /* index into world_goals; 0: growth */
	uint8_t priority;
	uint8_t outcome;      /* enum goal_outcome */
	uint8_t satisfaction; /* or rating; 0: none */
	uint8_t impact;       /* enum revenue_impact */
	uint8_t remark;       /* index into world_worked or world_failed; 0: none */
};

/* 40 bytes: a history of a million contractors fits in the memory of a small machine. */
struct simulated_event {
	int64_t second; /* since 1970 */
	uint32_t contractor;
	uint16_t number; /* of the contractor's events, from 1: makes the event's id */
	uint8_t topic;
	union {
		struct simulated_profile profile;
		struct {
			uint8_t item; /* index into world_items; a focus area: the vocabulary's
					 index */
			bool focus_area;
			uint8_t satisfaction; /* 0: none */
		} action;
		struct {
			uint8_t count;
			uint8_t item[SIMULATION_SCORED_MAX], percent[SIMULATION_SCORED_MAX];
		} scores;
		struct simulated_goal goal;
	} what;
};

struct simulated_events {
	struct simulated_event *items;
	size_t count, capacity;
};

/* All events in the order of time, contractor, number. */
void simulate(const struct simulation_options *options, struct simulated_events *ret_events);
void simulated_events_release(struct simulated_events *events);

/*
 * What is true of the world, as NDJSON, by transition: for each item and focus area its role,
 * effect and popularity, for each type of goal the share that is completed. It is the same for
 * every seed.
 */
void simulate_truth(const struct vocabulary *vocabulary, struct buffer *out);

/* The message that a SIMULATED_PROFILE or a SIMULATED_ACTION stands for; lists are in the arena. */
struct contractor_updated simulated_profile_message(const struct simulation_options *options,
						    const struct simulated_event *event,
						    struct arena *arena);
struct action_recorded simulated_action_message(const struct simulation_options *options,
						const struct simulated_event *event);

/* Appends the event as a line for `growthctl emit`: {"topic":…,"key":…,"id":…,"value":{…}} and a
 * newline. */
void simulate_line(const struct simulation_options *options, const struct simulated_event *event,
		   struct arena *scratch, struct buffer *out);
