/*
 * How fast a shadow may be fed so that live is not the later for it. Live comes first: how long an
 * event stays with a worker is, by Little's law, what waits there divided by what is handled a
 * second; so it takes two looks at positions and ends, and no reading. It is compared with how long
 * it stayed when the shadow had nothing to do. Pure: replay_pacer.c looks.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REPLAY_LOADS_MAX 8

/* A worker's, in offsets, over all of its partitions. */
struct replay_load {
	int64_t handled; /* its positions */
	int64_t waiting; /* between them and the ends */
};

struct replay_pace {
	double most;     /* messages a second, > 0 */
	double rate;     /* allowed now, in [0, most]; 0: nothing may be fed */
	double delay_s;  /* with all of live's busy workers, smoothed; 0: none is busy */
	double usual_s;  /* the same without the shadow */
	int64_t held_us; /* how long less than `most` was allowed for live's sake */
	/* replay_pace_look()'s own */
	double share;               /* of `most` that live leaves */
	int64_t looked_us, busy_us; /* the last look; since when live has been busy, 0: it is not */
	int64_t handled[REPLAY_LOADS_MAX]; /* as of the last look */
};

/* Nothing may be fed before the second look: what is handled a second takes two. */
void replay_pace_begin(struct replay_pace *pace, double most);
/* now_us: of a clock that only goes forward. live: each of its workers, always as many and in the
 * same order, at most REPLAY_LOADS_MAX. */
void replay_pace_look(struct replay_pace *pace, int64_t now_us, const struct replay_load *live,
		      size_t workers, int64_t shadow_waiting);
