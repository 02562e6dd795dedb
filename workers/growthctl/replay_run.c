/*
 * One step after the other: feed up to where live's recalculation or look was, wait until the
 * shadow is quiet, ask for it, wait until it is done and all that follows from it. Whoever is
 * killed is done again from the plan, which is in the shadow's database, and from what is fed,
 * which is in Kafka: nothing is decided anew.
 */
#include <unistd.h>

#include "instant.h"
#include "replay.h"

#define LOOK_US 100000

struct runner {
	struct replay *replay;
	struct replay_workers workers;
	struct replay_feeder feeder;
	struct replay_pacer pacer;
	struct status_reader reader;
	struct progress progress;
	int64_t fed_us;
};

static bool on_tick(void *closure, struct err *err)
{
	struct runner *runner = closure;

	progress_step(&runner->progress, replay_feeder_done(&runner->feeder),
		      runner->feeder.fed + runner->feeder.pending);
	return replay_workers_watch(&runner->workers, err) &&
	       (!runner->feeder.rate || replay_pacer_look(&runner->pacer, err));
}

/* Whether nothing is left to do for the workers that there are. */
static bool is_quiet(struct runner *runner, struct arena *arena, bool *ret_quiet, struct err *err)
{
	struct status status;

	if (!runner->reader.metadata && !status_open(&runner->reader, err))
		return false;
	if (!status_read(&runner->reader, arena, &status, err))
		return false;
	status.count = (size_t)runner->replay->run.workers;
	status.evaluation_due = false; /* it is looked at when a step says so */
	*ret_quiet = status_pending(&status, arena).count == 0;
	return true;
}

static bool look(struct runner *runner, const struct replay_step *asked, bool *ret_done,
		 struct err *err)
{
	struct arena arena;
	bool done = true;
	bool ok = !asked || replay_is_calculated(runner->replay->db, asked, &done, err);

	arena_init(&arena);
	*ret_done = false;
	if (ok && done && !is_quiet(runner, &arena, ret_done, err)) {
		/* A server that is away for a moment is no reason to give up. */
		ok = err->kind == ERR_RETRY;
		*err = ok ? (struct err){ 0 } : *err;
		status_close(&runner->reader);
	}
	arena_release(&arena);
	return ok;
}

/*
 * Until what the step asks for is done, if one is named, and the shadow has nothing left to do.
 * What a worker has just published may not show in its topic for some milliseconds more, so it must
 * look so twice.
 */
static bool settle(struct runner *runner, const struct replay_step *asked, struct err *err)
{
	for (int quiet = 0; quiet < 2;) {
		bool done = false;

		if (!look(runner, asked, &done, err) || !on_tick(runner, err))
			return false;
		quiet = done ? quiet + 1 : 0;
		usleep(LOOK_US);
	}
	return true;
}

static bool on_settle(void *closure, struct err *err)
{
	return settle(closure, NULL, err);
}

static void say_step(struct runner *runner, const struct replay_step *step)
{
	const struct replay *replay = runner->replay;
	size_t number = 0;

	if (replay->arguments->quiet || !step->event_id)
		return;
	for (const struct replay_step *s = replay->plan.steps; s <= step; s++)
		number += s->event_id != NULL;
	ctl_say(replay->ctl, "recalculation %zu of %zu is done again: %s", number,
		replay_plan_recalculations(&replay->plan), step->event_id);
}

static bool ask_for(struct runner *runner, const struct replay_step *step, struct err *err)
{
	if (step->event_id)
		return replay_feed_request(&runner->feeder, step, err);
	return replay_ask_evaluation(runner->replay->db, step, err);
}

static bool is_end(const struct runner *runner, size_t index)
{
	return index + 1 == runner->replay->plan.steps_count;
}

static bool take_step(struct runner *runner, size_t index, struct err *err)
{
	const struct replay_step *step = &runner->replay->plan.steps[index];

	if (!replay_feed_until(&runner->feeder, step->until, err))
		return false;
	if (is_end(runner, index))
		runner->fed_us = monotonic_us();
	if (!settle(runner, NULL, err))
		return false;
	if (!step->event_id && !step->evaluation.present)
		return true;
	if (!ask_for(runner, step, err) || !settle(runner, step, err))
		return false;
	say_step(runner, step);
	return true;
}

/* What is fed after a step was settled before; what it asks for need not be looked at again. */
static bool is_over(const struct runner *runner, size_t index)
{
	const struct replay_plan *plan = &runner->replay->plan;
	const struct replay_step *step = &plan->steps[index];

	for (size_t p = 0; p < plan->partitions_count; p++)
		if (runner->feeder.sources[p].next_offset > step->until[p] &&
		    (!step->event_id || runner->feeder.requested > step->kafka_offset.value))
			return !is_end(runner, index);
	return false;
}

static bool run(struct runner *runner, struct err *err)
{
	struct replay *replay = runner->replay;

	if (!replay->arguments->no_workers && !replay_workers_start(&runner->workers, replay, err))
		return false;
	if (!replay_feeder_open(&runner->feeder, replay, err))
		return false;
	if (replay_feeder_done(&runner->feeder)) {
		ctl_say(replay->ctl, "goes on after %lld of %lld offsets",
			(long long)replay_feeder_done(&runner->feeder),
			(long long)replay_plan_size(&replay->plan));
		/* What was fed last may be something that nothing may overtake. */
		if (!settle(runner, NULL, err))
			return false;
	}
	for (size_t i = 0; i < replay->plan.steps_count; i++)
		if (!is_over(runner, i) && !take_step(runner, i, err))
			return false;
	return true;
}

static void tell(const struct runner *runner, int64_t start_us)
{
	const struct replay *replay = runner->replay;
	double fed = (double)(runner->fed_us - start_us) / 1e6;
	double all = (double)(monotonic_us() - start_us) / 1e6;
	long long messages = (long long)runner->feeder.fed;

	ctl_say(replay->ctl,
		"%lld messages fed in %.1f s, all handled after %.1f s (%.0f/s); the shadow is database %s, "
		"topics %s*",
		messages, fed, all, all > 0 ? (double)messages / all : 0.0, replay->shadow.database,
		replay->shadow.prefix);
}

static int finish(struct runner *runner, int64_t start_us)
{
	struct replay *replay = runner->replay;
	struct err err = { 0 };
	size_t topics, groups;

	tell(runner, start_us);
	if (!replay_finish(replay->db, &err))
		return ctl_fail(replay->ctl, &err);
	if (replay->run.outputs)
		return 0;
	return shadow_drop_topics(&replay->shadow, replay->arguments->timeout_ms, &topics, &groups,
				  &err)
		       ? 0
		       : ctl_fail(replay->ctl, &err);
}

int replay_execute(struct replay *replay)
{
	struct runner runner = {
		.replay = replay,
		.reader = { .ctl = &replay->shadow.ctl,
			    .timeout_ms = replay->arguments->timeout_ms,
			    .quick = true },
	};
	int64_t start_us = monotonic_us();
	struct err err = { 0 };
	bool ok;

	runner.feeder.tick = on_tick;
	runner.feeder.settle = on_settle;
	runner.feeder.closure = &runner;
	if (replay->arguments->rate) {
		replay_pacer_open(&runner.pacer, replay, &runner.reader);
		runner.feeder.rate = &runner.pacer.pace.rate;
	}
	progress_begin(&runner.progress, replay->shadow.name, replay_plan_size(&replay->plan),
		       !replay->arguments->quiet);
	ok = run(&runner, &err);
	progress_end(&runner.progress);
	replay_feeder_close(&runner.feeder);
	replay_pacer_close(&runner.pacer);
	replay_workers_stop(&runner.workers);
	status_close(&runner.reader);
	return ok ? finish(&runner, start_us) : ctl_fail(replay->ctl, &err);
}
