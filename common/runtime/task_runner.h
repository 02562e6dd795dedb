/* A worker's long work (worker.h: struct task) on its own thread and connection. The loop polls
 * it. */
#pragma once

#include "db.h"
#include "worker.h"

struct task_runner;

enum task_state { TASK_IDLE, TASK_RUNNING, TASK_DONE, TASK_FAILED };

struct task_runner *task_runner_new(const struct task *task, const struct db_options *db,
				    const void *config);
/* Asks a running work to stop and waits for it. */
void task_runner_free(struct task_runner *runner);

/* The arena for prepare(): released when the job is dropped. */
struct arena *task_runner_arena(struct task_runner *runner);
/* Starts work() on the job. Only when idle. */
void task_runner_start(struct task_runner *runner, void *job);
/* RUNNING: *ret_job, which work() is using. DONE: *ret_job and *ret_result until
 * task_runner_drop(). FAILED: *err tells why. */
enum task_state task_runner_poll(struct task_runner *runner, void **ret_job, void **ret_result,
				 struct err *err);
/* Forgets the job, stopping its work if it runs; idle again. */
void task_runner_drop(struct task_runner *runner);
