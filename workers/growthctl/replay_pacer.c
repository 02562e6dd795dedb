/* Looks at live and at the shadow while it is fed, twice a second. What cannot be seen for a moment
 * leaves the pace as it is. */
#include <assert.h>

#include "instant.h"
#include "replay.h"

#define LOOK_US 500000

static struct replay_load sum(const struct status_worker *worker)
{
	struct replay_load load = { 0 };

	for (size_t i = 0; i < worker->count; i++) {
		load.handled += worker->partitions[i].next_offset;
		load.waiting += worker->partitions[i].end_offset -
				worker->partitions[i].next_offset;
	}
	return load;
}

/* *ret_seen false: a server is away for a moment. */
static bool look(struct status_reader *reader, struct arena *arena, struct status *ret_status,
		 bool *ret_seen, struct err *err)
{
	*ret_seen = (reader->metadata || status_open(reader, err)) &&
		    status_read_offsets(reader, arena, ret_status, err);
	if (*ret_seen)
		return true;
	status_close(reader);
	if (err->kind != ERR_RETRY)
		return false;
	*err = (struct err){ 0 };
	return true;
}

static void adapt(struct replay_pacer *pacer, const struct status *live,
		  const struct status *shadow)
{
	struct replay_load loads[REPLAY_LOADS_MAX];
	int64_t waiting = 0;

	assert(live->count <= REPLAY_LOADS_MAX);
	for (size_t i = 0; i < pacer->workers; i++)
		waiting += sum(&shadow->workers[i]).waiting;
	for (size_t i = 0; i < live->count; i++)
		loads[i] = sum(&live->workers[i]);
	replay_pace_look(&pacer->pace, monotonic_us(), loads, live->count, waiting);
}

void replay_pacer_open(struct replay_pacer *pacer, struct replay *replay,
		       struct status_reader *shadow)
{
	*pacer = (struct replay_pacer){
		.live = { .ctl = replay->ctl, .timeout_ms = replay->arguments->timeout_ms },
		.shadow = shadow,
		.workers = (size_t)replay->run.workers,
	};
	replay_pace_begin(&pacer->pace, (double)replay->arguments->rate);
}

bool replay_pacer_look(struct replay_pacer *pacer, struct err *err)
{
	struct status live, shadow;
	bool live_seen, shadow_seen, ok;
	struct arena arena;

	if (monotonic_us() < pacer->next_us)
		return true;
	arena_init(&arena);
	ok = look(&pacer->live, &arena, &live, &live_seen, err) &&
	     look(pacer->shadow, &arena, &shadow, &shadow_seen, err);
	if (ok && live_seen && shadow_seen)
		adapt(pacer, &live, &shadow);
	arena_release(&arena);
	pacer->next_us = monotonic_us() + LOOK_US;
	return ok;
}

void replay_pacer_close(struct replay_pacer *pacer)
{
	status_close(&pacer->live);
}
