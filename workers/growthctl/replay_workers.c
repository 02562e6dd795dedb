/*
 * The shadow's workers are the executables beside this one, with another database, other topics and
 * groups. One that dies is started again; all end with this process, because the kernel tells them
 * of its death.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "instant.h"
#include "replay.h"

#define SETTINGS_MOST 48
#define GENTLE 10 /* of nice(1) */
#define DEATHS_MOST 20
#define LEAVE_US (15 * US_PER_SECOND)

struct command {
	const char *arguments[2 * SETTINGS_MOST + 4]; /* ended by NULL */
	size_t count;
};

static void add(struct command *command, const char *argument)
{
	command->arguments[command->count++] = argument;
}

static void set(struct command *command, const char *setting)
{
	add(command, "--set");
	add(command, setting);
}

static bool is_success_tracker(const struct pipeline_worker *worker)
{
	return strcmp(worker->name, "success-tracker") == 0;
}

/* What makes the worker one of the shadow. Nothing in it calculates by the clock: only what live
 * did is done again. */
static void describe(struct replay *replay, const struct replay_child *child, const char *conninfo,
		     struct command *command, struct arena *arena)
{
	const char *prefix = replay->shadow.prefix;

	set(command, arena_printf(arena, "kafka.topic_prefix=%s", prefix));
	set(command, arena_printf(arena, "kafka.group_id=%s%s", prefix, child->worker->name));
	set(command, arena_printf(arena, "postgres.conninfo=%s", conninfo));
	if (child->worker == &pipeline[0]) {
		set(command, "recalculation.schedule=off");
		set(command, "recalculation.drift_share=0");
		set(command, "confidence.every=0");
	}
	if (is_success_tracker(child->worker) && !replay->run.own_votes)
		set(command, arena_printf(arena, "kafka.output_prefix=%s" SHADOW_OWN, prefix));
}

static const char *worker_conninfo(struct replay *replay, struct err *err)
{
	return shadow_conninfo(replay->ctl->config.postgres.conninfo, replay->shadow.database,
			       false, &replay->ctl->arena, err);
}

static const char *program_of(const struct replay_child *child, struct arena *arena)
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (length < 0)
		return child->worker->name;
	self[length] = 0;
	return arena_printf(arena, "%.*s/%s", (int)(strrchr(self, '/') - self), self,
			    child->worker->name);
}

/* The user's own settings that concern servers go to the workers too; the rest of them stands in
 * file and environment. */
static bool is_shared(const char *key)
{
	return strncmp(key, "kafka.properties.", 17) == 0;
}

static struct command command_of(struct replay *replay, const struct replay_child *child,
				 const char *conninfo, struct arena *arena)
{
	const struct ctl *ctl = replay->ctl;
	struct command command = { 0 };

	add(&command, program_of(child, arena));
	if (ctl->config_file) {
		add(&command, "--config");
		add(&command, ctl->config_file);
	}
	for (size_t i = 0; i < ctl->settings_count && i < SETTINGS_MOST / 2; i++)
		if (is_shared(ctl->settings[i].key))
			set(&command, arena_printf(arena, "%s=%s", ctl->settings[i].key,
						   ctl->settings[i].value));
	set(&command,
	    arena_printf(arena, "kafka.bootstrap_servers=%s", ctl->config.kafka.bootstrap_servers));
	describe(replay, child, conninfo, &command, arena);
	set(&command, arena_printf(arena, "instance=%s-%lld", child->worker->name,
				   (long long)child->instance));
	set(&command, "http.port=0");
	if (!replay->arguments->logs)
		set(&command, "log.level=warn");
	return command;
}

/* In the child; does not return. */
static void become(const struct command *command, const char *log, bool gently, pid_t parent)
{
	int file = log ? open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666) : -1;

	if (file >= 0)
		dup2(file, STDERR_FILENO);
	/* Where live's workers are on this machine, they come first. */
	if (gently)
		setpriority(PRIO_PROCESS, 0, GENTLE);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	/* Ctrl-C is for the one who waits for us. */
	setpgid(0, 0);
	if (getppid() == parent)
		execv(command->arguments[0], (char *const *)command->arguments);
	_exit(127);
}

static bool start(struct replay_workers *workers, struct replay_child *child, struct err *err)
{
	struct replay *replay = workers->replay;
	const char *conninfo = worker_conninfo(replay, err);
	const char *logs = replay->arguments->logs, *log;
	struct arena arena;
	struct command command;
	pid_t parent = getpid();

	if (!conninfo)
		return false;
	arena_init(&arena);
	command = command_of(replay, child, conninfo, &arena);
	log = logs ? arena_printf(&arena, "%s/%s-%lld.log", logs, child->worker->name,
				  (long long)child->instance)
		   : NULL;
	child->pid = fork();
	if (child->pid == 0)
		become(&command, log, replay->arguments->rate > 0, parent);
	arena_release(&arena);
	return child->pid > 0 ||
	       err_set(err, ERR_FATAL, "starting %s: %s", child->worker->name, strerror(errno));
}

bool replay_workers_start(struct replay_workers *workers, struct replay *replay, struct err *err)
{
	const struct replay_arguments *arguments = replay->arguments;

	workers->replay = replay;
	workers->items = arena_array(&replay->ctl->arena, struct replay_child,
				     (size_t)(replay->run.workers * arguments->instances));
	for (int64_t i = 0; i < replay->run.workers; i++)
		for (int64_t k = 0; k < arguments->instances; k++)
			workers->items[workers->count++] =
				(struct replay_child){ .worker = &pipeline[i], .instance = k + 1 };
	for (size_t i = 0; i < workers->count; i++)
		if (!start(workers, &workers->items[i], err))
			return false;
	return true;
}

/* A configuration that is wrong stays so; a crash may be over. */
static bool may_live(const struct replay_child *child, int status)
{
	return child->deaths < DEATHS_MOST &&
	       (WIFSIGNALED(status) ||
		(WIFEXITED(status) && WEXITSTATUS(status) != EX_CONFIG &&
		 WEXITSTATUS(status) != EX_USAGE && WEXITSTATUS(status) != 127));
}

bool replay_workers_watch(struct replay_workers *workers, struct err *err)
{
	for (size_t i = 0; i < workers->count; i++) {
		struct replay_child *child = &workers->items[i];
		int status;

		if (!child->pid || waitpid(child->pid, &status, WNOHANG) != child->pid)
			continue;
		child->pid = 0;
		child->deaths++;
		if (!may_live(child, status))
			return err_set(
				err, ERR_FATAL,
				"%s of the shadow has ended (%s %d) and is not started again; its log "
				"says why (--logs DIR)",
				child->worker->name, WIFSIGNALED(status) ? "signal" : "exit status",
				WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
		ctl_say(workers->replay->ctl, "%s of the shadow has died; it is started again",
			child->worker->name);
		if (!start(workers, child, err))
			return false;
	}
	return true;
}

void replay_workers_stop(struct replay_workers *workers)
{
	int64_t deadline = monotonic_us() + LEAVE_US;
	bool left = true;

	for (size_t i = 0; i < workers->count; i++)
		if (workers->items[i].pid)
			kill(workers->items[i].pid, SIGTERM);
	while (left) {
		left = false;
		for (size_t i = 0; i < workers->count; i++) {
			struct replay_child *child = &workers->items[i];

			if (!child->pid)
				continue;
			if (waitpid(child->pid, NULL, WNOHANG) != 0)
				child->pid = 0;
			else if (monotonic_us() > deadline)
				kill(child->pid, SIGKILL);
			left = left || child->pid;
		}
		if (left)
			usleep(20000);
	}
}

void replay_workers_print(struct replay *replay)
{
	for (int64_t i = 0; i < replay->run.workers; i++) {
		const struct replay_child child = { .worker = &pipeline[i] };
		struct command command = { 0 };

		describe(
			replay, &child,
			arena_printf(&replay->ctl->arena, "... dbname=%s", replay->shadow.database),
			&command, &replay->ctl->arena);
		printf("%s", child.worker->name);
		for (size_t k = 1; k < command.count; k += 2)
			printf(" --set '%s'", command.arguments[k]);
		puts("");
	}
}
