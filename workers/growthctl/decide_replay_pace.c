#include "decide_replay_pace.h"

#include <math.h>

#define US_PER_S 1e6
#define BUSY 50.0        /* offsets a second; below that live has time for both */
#define SMOOTH_S 2.0     /* its batches come and go */
#define WATCH_US 3000000 /* undisturbed, before a busy live is fed beside */
#define ALLOWED 1.25     /* so many times the usual delay */
#define NOISE_S 0.05     /* and this more: a look falls anywhere into a batch */
#define LESS 0.7         /* a look at which live is late */
#define FULL_S 10.0      /* from nothing to `most`, while live is not late */
#define LEAST 0.01       /* of `most`: a replay comes to its end whatever live does */
#define FORGET_S 20.0    /* what is usual follows what is, where the shadow has no part in it */
#define BACKLOG_S 1.0    /* so much of its own work may wait for the shadow, */
#define BACKLOG 1000     /* and this: more would only be worked off in one burst */

void replay_pace_begin(struct replay_pace *pace, double most)
{
	*pace = (struct replay_pace){ .most = most };
}

static double toward(double from, double to, double seconds, double constant)
{
	return from + (to - from) * fmin(1, seconds / constant);
}

static bool is_watching(const struct replay_pace *pace)
{
	return pace->looked_us - pace->busy_us < WATCH_US;
}

/* Slows down at once and comes back slowly. */
static void adapt(struct replay_pace *pace, double seconds)
{
	bool late = pace->delay_s > ALLOWED * pace->usual_s + NOISE_S;

	if (late)
		pace->share *= LESS;
	else
		pace->share += seconds / FULL_S;
	pace->share = fmin(1, fmax(LEAST, pace->share));
	/* Live's own load changes: late although hardly anything is fed, or earlier than before. */
	if (pace->share == LEAST || pace->delay_s < pace->usual_s)
		pace->usual_s = toward(pace->usual_s, pace->delay_s, seconds, FORGET_S);
}

/* Workers that hardly work are left out: markers of transactions wait for ever, and so do messages
 * for a worker that is stopped. */
static bool find_delay(const struct replay_pace *pace, double seconds,
		       const struct replay_load *live, size_t workers, double *ret_delay_s)
{
	bool busy = false;

	*ret_delay_s = 0;
	for (size_t i = 0; i < workers; i++) {
		double handled = (double)(live[i].handled - pace->handled[i]) / seconds;

		if (handled < BUSY)
			continue;
		busy = true;
		*ret_delay_s += (double)live[i].waiting / handled;
	}
	return busy;
}

static void look_at_live(struct replay_pace *pace, double seconds, const struct replay_load *live,
			 size_t workers)
{
	double delay_s;

	if (!find_delay(pace, seconds, live, workers, &delay_s)) {
		pace->busy_us = 0;
		pace->delay_s = 0;
		pace->share = 1;
		return;
	}
	if (!pace->busy_us) {
		pace->busy_us = pace->looked_us;
		pace->delay_s = delay_s;
		pace->share = 0;
	}
	pace->delay_s = toward(pace->delay_s, delay_s, seconds, SMOOTH_S);
	if (is_watching(pace))
		pace->usual_s = pace->delay_s;
	else
		adapt(pace, seconds);
	pace->held_us += pace->share < 1 ? (int64_t)(seconds * US_PER_S) : 0;
}

void replay_pace_look(struct replay_pace *pace, int64_t now_us, const struct replay_load *live,
		      size_t workers, int64_t shadow_waiting)
{
	double seconds = (double)(now_us - pace->looked_us) / US_PER_S;
	bool first = !pace->looked_us;

	if (seconds <= 0)
		return;
	pace->looked_us = now_us;
	if (!first)
		look_at_live(pace, seconds, live, workers);
	for (size_t i = 0; i < workers; i++)
		pace->handled[i] = live[i].handled;
	pace->rate = pace->share * pace->most;
	if ((double)shadow_waiting > BACKLOG + BACKLOG_S * pace->rate)
		pace->rate = 0;
}
