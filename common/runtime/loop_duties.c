/*
 * Work that no message causes, a piece at a time between batches: a sweep's chunk, a task's result,
 * what the clock makes due, parked messages due again, outbox rows that Kafka has. Live messages go
 * first: while there are some, duties get a turn only now and then, a sweep a small chunk at a
 * time.
 */
#include "fault.h"
#include "instant.h"
#include "log.h"
#include "loop.h"
#include "statements.h"

#define DUTY_INTERVAL_US (US_PER_SECOND) /* looking for due work costs a query */
#define LIBRARY_QUIET_US \
	(US_PER_SECOND / 5) /* a recalculation publishes many patterns at once: one sweep for all */
#define LIVE_US (10 * US_PER_SECOND) /* messages have come within this time */
#define SWEEP_LEAST 20
#define SWEEP_ALONE 20 /* while no messages come, a chunk may take so many times as long */
#define SWEEP_REST 4   /* times as long as the chunk took */
#define TIDY_INTERVAL_US (US_PER_SECOND / 2)

static struct partition *owned_partition(const struct loop *loop, const char *topic)
{
	struct partition *partition = loop_partition(loop, topic, 0);

	return partition && partition->state == PARTITION_RECOVERED ? partition : NULL;
}

static bool needs_sweep(const struct loop *loop, const struct partition *partition)
{
	const struct library *library = loop->runner.library;

	return partition->state == PARTITION_RECOVERED &&
	       strcmp(partition->route->topic, loop->worker->sweep->topic) == 0 &&
	       (partition->sweep_after.present || partition->sweep_snapshot < library->number);
}

static bool is_live(const struct loop *loop, int64_t now)
{
	return now - loop->messages_at < LIVE_US;
}

/* How many contractors the next chunk may have, by the time that one has taken so far. While
 * messages come, a chunk may take as long as a batch of theirs: whoever had to wait for one waits
 * for two at most. */
static int64_t chunk_size(const struct loop *loop, int64_t now)
{
	int64_t hold = loop->config->sweep_hold_ms * 1000;
	int64_t most;

	if (!is_live(loop, now))
		hold *= SWEEP_ALONE;
	else if (hold < loop->batch_us)
		hold = loop->batch_us;
	most = hold / (loop->sweep_each_us + 1);
	return most > SWEEP_LEAST ? most : SWEEP_LEAST;
}

static void pace_sweep(struct loop *loop, int64_t start)
{
	int64_t now = monotonic_us(), took = now - start;

	if (loop->runner.looked_at > 0)
		loop->sweep_each_us = took / loop->runner.looked_at;
	if (is_live(loop, start))
		loop->sweep_at = now + SWEEP_REST * took;
}

/* One that is under way is finished first, then who waits longest has his turn: with changes that
 * come faster than all can be swept for, the first ones would starve the last. NULL: none needs
 * it. */
static struct partition *next_to_sweep(const struct loop *loop)
{
	struct partition *next = NULL;

	for (size_t i = 0; i < loop->partition_count; i++) {
		struct partition *partition = loop->partitions[i];

		if (!needs_sweep(loop, partition))
			continue;
		if (partition->sweep_after.present)
			return partition;
		if (!next || partition->sweep_since < next->sweep_since)
			next = partition;
	}
	return next;
}

static bool sweep(struct loop *loop, bool *ret_did, struct err *err)
{
	int64_t now = monotonic_us();
	struct work work = { .kind = WORK_SWEEP };

	if (!loop->worker->sweep || now < loop->sweep_at ||
	    now - loop->library_changed_at < LIBRARY_QUIET_US)
		return true;
	work.partition = next_to_sweep(loop);
	if (!work.partition)
		return true;
	work.sweep_most = chunk_size(loop, now);
	*ret_did = true;
	if (!loop_run_work(loop, &work, err))
		return false;
	pace_sweep(loop, now);
	return true;
}

/* Outside a batch. */
static struct context task_context(struct loop *loop, struct arena *arena)
{
	return (struct context){ .db = loop->runner.db,
				 .config = loop->worker_config,
				 .arena = arena,
				 .library = loop->runner.library };
}

static bool look_for_job(struct loop *loop, struct err *err)
{
	struct arena *arena = task_runner_arena(loop->task);
	struct context ctx = task_context(loop, arena);
	void *job = NULL;

	if (!loop->worker->task->prepare(&ctx, instant_now(), arena, &job, err))
		return false;
	if (job)
		task_runner_start(loop->task, job);
	else
		task_runner_drop(loop->task);
	return true;
}

/* The task's arena is the other thread's now. */
static bool watch_job(struct loop *loop, void *job, struct err *err)
{
	struct context ctx;
	struct arena arena;
	bool ok;

	if (!loop->worker->task->watch)
		return true;
	arena_init(&arena);
	ctx = task_context(loop, &arena);
	ok = loop->worker->task->watch(&ctx, job, err);
	arena_release(&arena);
	return ok;
}

static bool finish_job(struct loop *loop, struct partition *partition, void *job, void *result,
		       struct err *err)
{
	struct work work = { .kind = WORK_TASK,
			     .partition = partition,
			     .job = job,
			     .result = result,
			     .task_cause = loop->worker->task->cause_id(job) };

	if (!loop_run_work(loop, &work, err))
		return false;
	if (loop->worker->task->stored)
		loop->worker->task->stored(job);
	task_runner_drop(loop->task);
	return true;
}

static bool do_task(struct loop *loop, bool due, bool *ret_did, struct err *err)
{
	struct partition *partition;
	void *job, *result;
	enum task_state state;

	if (!loop->task)
		return true;
	partition = owned_partition(loop, loop->worker->task->topic);
	state = task_runner_poll(loop->task, &job, &result, err);
	if (!partition) {
		if (state != TASK_IDLE && !loop_partition(loop, loop->worker->task->topic, 0))
			task_runner_drop(loop->task); /* another instance's now */
		return true;
	}
	if (state == TASK_FAILED) {
		task_runner_drop(loop->task);
		return err_wrap(err, "long work");
	}
	if (state == TASK_DONE) {
		crash_point("task.done");
		*ret_did = true;
		return finish_job(loop, partition, job, result, err);
	}
	if (!due)
		return true;
	return state == TASK_RUNNING ? watch_job(loop, job, err) : look_for_job(loop, err);
}

static bool retry_due(struct loop *loop, struct err *err)
{
	struct arena arena;
	struct partition_key_row *ours, *due = NULL;
	size_t count = 0, due_count = 0;
	bool ok;

	arena_init(&arena);
	ours = arena_array(&arena, struct partition_key_row, loop->partition_count);
	for (size_t i = 0; i < loop->partition_count; i++) {
		if (loop->partitions[i]->state == PARTITION_RECOVERED)
			ours[count++] =
				(struct partition_key_row){ loop->partitions[i]->route->topic,
							    loop->partitions[i]->number };
	}
	ok = db_run(loop->runner.db, &find_due_parked, ours, count, &arena, &due, &due_count, err);
	for (size_t i = 0; ok && i < due_count; i++) {
		struct partition *partition =
			loop_partition(loop, due[i].topic, (int32_t)due[i].partition);

		ok = !partition || partition->state != PARTITION_RECOVERED ||
		     loop_retry_parked(loop, partition, err);
	}
	arena_release(&arena);
	return ok;
}

static size_t owned_partitions(const struct loop *loop, const char *topic, int32_t *ret_numbers)
{
	size_t count = 0;

	for (size_t i = 0; i < loop->partition_count; i++) {
		const struct partition *partition = loop->partitions[i];

		if (partition->state == PARTITION_RECOVERED &&
		    strcmp(partition->route->topic, topic) == 0)
			ret_numbers[count++] = partition->number;
	}
	return count;
}

static bool do_chore(struct loop *loop, struct err *err)
{
	const struct chore *chore = loop->worker->chore;
	struct work work = { .kind = WORK_CHORE };
	struct context ctx;
	struct arena arena;
	int32_t *numbers, number = 0;
	size_t count;
	bool ok;

	if (!chore)
		return true;
	arena_init(&arena);
	ctx = task_context(loop, &arena);
	numbers = arena_array(&arena, int32_t, loop->partition_count);
	count = owned_partitions(loop, chore->topic, numbers);
	ok = count == 0 ||
	     chore->find(&ctx, instant_now(), numbers, count, &number, &work.job, err);
	if (ok && work.job) {
		work.partition = loop_partition(loop, chore->topic, number);
		ok = loop_run_work(loop, &work, err);
	}
	arena_release(&arena);
	return ok;
}

static bool skip_markers(struct loop *loop, struct err *err)
{
	for (size_t i = 0; i < loop->partition_count; i++) {
		struct work work = { .kind = WORK_SKIP, .partition = loop->partitions[i] };

		if (work.partition->state == PARTITION_RECOVERED && loop->pending == 0 &&
		    work.partition->log_end > work.partition->next_offset &&
		    !loop_run_work(loop, &work, err))
			return false;
	}
	return true;
}

/* Outside a batch: that these rows are in Kafka is known for certain, so any process may delete
 * them. */
bool loop_tidy(struct loop *loop, struct err *err)
{
	struct arena arena;
	struct outbox_mark_row *marks;
	size_t count = 0;
	bool ok;

	if (monotonic_us() - loop->tidied_at < TIDY_INTERVAL_US)
		return true;
	loop->tidied_at = monotonic_us();
	arena_init(&arena);
	marks = arena_array(&arena, struct outbox_mark_row, loop->partition_count);
	for (size_t i = 0; i < loop->partition_count; i++) {
		const struct partition *partition = loop->partitions[i];

		if (partition->state == PARTITION_RECOVERED &&
		    partition->published > partition->deleted)
			marks[count++] = (struct outbox_mark_row){ partition->route->topic,
								   partition->number,
								   partition->published };
	}
	if (count)
		crash_point("tidy.outbox_delete");
	ok = db_execute(loop->runner.db, &delete_outbox, marks, count, err);
	for (size_t i = 0; ok && i < loop->partition_count; i++) {
		if (loop->partitions[i]->state == PARTITION_RECOVERED)
			loop->partitions[i]->deleted = loop->partitions[i]->published;
	}
	arena_release(&arena);
	return ok;
}

bool loop_do_duty(struct loop *loop, bool busy, bool *ret_did, struct err *err)
{
	bool due = monotonic_us() - loop->duties_at >= DUTY_INTERVAL_US;

	*ret_did = false;
	if (due) {
		loop->duties_at = monotonic_us();
		if (!retry_due(loop, err) || !loop_count_parked(loop, err) ||
		    !loop_check_library(loop, err) || !do_chore(loop, err))
			return false;
		if (loop->reader && !library_reader_is_current(loop->reader))
			/* it has just been thrown away: with an empty one nothing is decided */
			return true;
	}
	if ((due || !busy) && !do_task(loop, due, ret_did, err))
		return false;
	if (!*ret_did && !sweep(loop, ret_did, err))
		return false;
	return busy || *ret_did || (skip_markers(loop, err) && loop_tidy(loop, err));
}
