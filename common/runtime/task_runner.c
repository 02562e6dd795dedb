#include "task_runner.h"

#include <pthread.h>

#include "fault.h"
#include "heap.h"
#include "instant.h"
#include "log.h"

#define WORTH_TELLING_US US_PER_SECOND

struct task_runner {
	const struct task *task;
	struct db_options db;
	const void *config;
	struct arena arena;
	pthread_t thread;
	bool started;
	atomic_int state;
	atomic_bool stop;
	void *job, *result;
	struct err err;
};

static void *run(void *argument)
{
	struct task_runner *runner = argument;
	int64_t start = monotonic_us(), took;
	struct db *db = db_connect(&runner->db, &runner->err);
	bool ok;

	crash_point("task.started");
	ok = db && runner->task->work(db, runner->config, runner->job, &runner->arena,
				      &runner->stop, &runner->result, &runner->err);
	crash_point("task.worked");
	db_close(db);
	took = monotonic_us() - start;
	if (ok && took >= WORTH_TELLING_US)
		log_info("long work is done", log_text("topic", runner->task->topic),
			 log_number("seconds", (double)took / 1e6));
	atomic_store(&runner->state, ok ? TASK_DONE : TASK_FAILED);
	return NULL;
}

struct task_runner *task_runner_new(const struct task *task, const struct db_options *db,
				    const void *config)
{
	struct task_runner *runner = heap_zeroed(1, sizeof(*runner));

	runner->task = task;
	runner->db = *db;
	runner->db.by_key = false;
	runner->db.statement_timeout_ms = 0; /* a scan of all history takes what it takes */
	runner->db.stop = &runner->stop;     /* but who drops it does not wait for that */
	runner->db.on_answer = NULL;
	runner->config = config;
	arena_init(&runner->arena);
	return runner;
}

void task_runner_free(struct task_runner *runner)
{
	if (!runner)
		return;
	task_runner_drop(runner);
	arena_release(&runner->arena);
	free(runner);
}

struct arena *task_runner_arena(struct task_runner *runner)
{
	return &runner->arena;
}

void task_runner_start(struct task_runner *runner, void *job)
{
	runner->job = job;
	runner->result = NULL;
	runner->err = (struct err){ 0 };
	atomic_store(&runner->stop, false);
	atomic_store(&runner->state, TASK_RUNNING);
	runner->started = true;
	if (pthread_create(&runner->thread, NULL, run, runner) != 0)
		abort();
}

enum task_state task_runner_poll(struct task_runner *runner, void **ret_job, void **ret_result,
				 struct err *err)
{
	enum task_state state = (enum task_state)atomic_load(&runner->state);

	if (state != TASK_FAILED)
		*ret_job = runner->job;
	if (state == TASK_DONE) {
		*ret_result = runner->result;
	} else if (state == TASK_FAILED) {
		*err = runner->err;
	}
	return state;
}

void task_runner_drop(struct task_runner *runner)
{
	atomic_store(&runner->stop, true);
	if (runner->started)
		pthread_join(runner->thread, NULL);
	runner->started = false;
	atomic_store(&runner->state, TASK_IDLE);
	arena_reset(&runner->arena);
}
