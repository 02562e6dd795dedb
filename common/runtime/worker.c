/* From the command line to the loop and back: arguments, configuration, clients, signals. */
#include "worker.h"

#include <sysexits.h>
#include <unistd.h>

#include "arguments.h"
#include "complete.h"
#include "conninfo.h"
#include "core_dump.h"
#include "fault.h"
#include "heap.h"
#include "instant.h"
#include "log.h"
#include "loop.h"
#include "manual.h"
#include "metrics.h"
#include "secret.h"
#include "standard_files.h"
#include "version.h"

#define GROUPS_MAX 16
#define LEAVE_SECONDS 9
#define HEARTBEATS 4      /* a session has so many at least: one may be late */
#define HEARTBEAT_MS 3000 /* apart at most: the group's news come with them */
#define QUEUED_BATCHES 2
#define QUEUED_LEAST 10000
#define QUEUED_A_SECOND 30000

struct process {
	const struct worker *worker;
	struct arena arena; /* of the configuration */
	struct option_group groups[GROUPS_MAX];
	struct runtime_config *config;
	void *worker_config; /* behind the runtime's in one block */
	struct loop loop;
	rd_kafka_topic_t *topics[ROUTES_MAX]; /* of the consumer */
	char transactional_id[512];
	char application_name[64]; /* Postgres cuts it there, with a notice */
};

static volatile sig_atomic_t stop, exit_code; /* the latter: of leaving out of order */

/* Leaving in order waits for servers; when they do not answer, being killed is as good: nothing is
 * lost at any instruction. */
static void on_alarm(int signal)
{
	(void)signal;
	_exit(exit_code);
}

static void on_signal(int signal)
{
	(void)signal;
	if (!stop)
		alarm(LEAVE_SECONDS);
	stop = 1;
}

/* Whatever the reason: some of librdkafka's calls have no other end. Who was told to leave has an
 * alarm already. */
static void limit_leaving(int code)
{
	exit_code = code;
	if (!stop)
		alarm(LEAVE_SECONDS);
}

static size_t round_up(size_t size)
{
	return (size + 15) & ~(size_t)15;
}

/* One block: the runtime's struct, then the worker's; the worker's groups move behind the
 * runtime's. */
static void lay_out_config(struct process *process)
{
	size_t offset = round_up(sizeof(struct runtime_config));
	size_t count = 0;

	process->config = arena_alloc(&process->arena, offset + process->worker->config_size);
	process->worker_config = (char *)process->config + offset;
	process->groups[count++] = (struct option_group){ runtime_options, 0 };
	for (const struct option_group *group = process->worker->options; group && group->options;
	     group++) {
		process->groups[count] = *group;
		process->groups[count++].offset += offset;
	}
}

static void fill_in_names(struct process *process)
{
	struct runtime_config *config = process->config;
	const struct worker *worker = process->worker;
	char host[256] = "localhost";

	gethostname(host, sizeof(host) - 1);
	if (!*config->instance)
		config->instance = arena_strdup(&process->arena, host);
	if (!*config->kafka.group_id)
		config->kafka.group_id = arena_printf(&process->arena, "%s%s",
						      config->kafka.topic_prefix, worker->name);
	if (!*config->kafka.output_prefix)
		config->kafka.output_prefix = config->kafka.topic_prefix;
	if (!*config->postgres.schema) {
		char *schema = arena_strdup(&process->arena, worker->name);

		for (char *at = schema; *at; at++)
			*at = *at == '-' ? '_' : *at;
		config->postgres.schema = schema;
	}
	snprintf(process->transactional_id, sizeof(process->transactional_id), "%s-%s",
		 config->kafka.group_id, config->instance);
}

/* Under full load they are looked at once a batch (loop_meanwhile()), and until then must last;
 * else for more than a second. */
static void format_queued(const struct loop *loop, const rd_kafka_conf_t *conf, char *ret_text,
			  size_t size)
{
	int64_t queued = QUEUED_BATCHES * loop->config->batch.max;

	if (queued < QUEUED_LEAST)
		queued = QUEUED_LEAST;
	if (queued < QUEUED_A_SECOND && !kafka_can_fetch_on(conf))
		queued = QUEUED_A_SECOND;
	snprintf(ret_text, size, "%lld", (long long)queued);
}

/* What is fetched ahead takes most of a worker's memory. The queue's limits only keep the next
 * request back; what an answer brings is bounded by fetch.max.bytes, as it was compressed, and each
 * of the small messages weighs half a kilobyte more. A larger batch of records than these limits is
 * still sent whole. */
static bool make_consumer(struct process *process, struct err *err)
{
	struct loop *loop = &process->loop;
	int64_t session_ms = process->config->kafka.session_timeout_ms;
	char session[32], heartbeat[32], queued[32];
	rd_kafka_conf_t *conf = kafka_conf_new(process->config, process->transactional_id,
					       &loop->consumer_health, err);

	if (!conf)
		return false;
	snprintf(session, sizeof(session), "%lld", (long long)session_ms);
	snprintf(heartbeat, sizeof(heartbeat), "%lld",
		 (long long)(session_ms / HEARTBEATS < HEARTBEAT_MS ? session_ms / HEARTBEATS
								    : HEARTBEAT_MS));
	rd_kafka_conf_set_rebalance_cb(conf, loop_on_rebalance);
	if (process->config->kafka.static_membership &&
	    !kafka_conf_set(conf, err, "group.instance.id", process->config->instance, NULL))
		return false;
	format_queued(loop, conf, queued, sizeof(queued));
	if (!kafka_conf_set(conf, err, "group.id", process->config->kafka.group_id,
			    "enable.auto.commit", "false", "enable.auto.offset.store", "false",
			    "isolation.level", "read_committed", "auto.offset.reset", "error",
			    "partition.assignment.strategy", "range", "session.timeout.ms", session,
			    "heartbeat.interval.ms", heartbeat, "enable.partition.eof", "true",
			    "fetch.wait.max.ms", "50", "queued.max.messages.kbytes", "16384",
			    "queued.min.messages", queued, "fetch.message.max.bytes", "262144",
			    "fetch.max.bytes", "524288", "message.max.bytes", "524288",
			    "check.crcs", "true", NULL))
		return false;
	loop->consumer = kafka_client_new(RD_KAFKA_CONSUMER, conf, err);
	if (!loop->consumer)
		return false;
	rd_kafka_poll_set_consumer(loop->consumer);
	loop->consumer_queue = rd_kafka_queue_get_consumer(loop->consumer);
	return true;
}

/* A partition of a topic that librdkafka 2.0.2 first hears of when it is assigned has no leader at
 * that moment, and whoever wants to read it from its beginning waits for half a second. */
static bool subscribe(struct process *process, struct err *err)
{
	rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(8);
	const struct route *routes = process->worker->routes;
	rd_kafka_resp_err_t code;

	for (size_t i = 0; routes[i].topic; i++) {
		char topic[512];

		snprintf(topic, sizeof(topic), "%s%s", process->config->kafka.topic_prefix,
			 routes[i].topic);
		rd_kafka_topic_partition_list_add(topics, topic, RD_KAFKA_PARTITION_UA);
		process->topics[i] = rd_kafka_topic_new(process->loop.consumer, topic, NULL);
	}
	code = rd_kafka_subscribe(process->loop.consumer, topics);
	rd_kafka_topic_partition_list_destroy(topics);
	return !code || err_set(err, ERR_USAGE, "subscribe: %s", rd_kafka_err2str(code));
}

/* A batch of slow statements is not a loop that hangs. */
static void on_answer(void *closure)
{
	struct loop *loop = closure;

	health_beat(loop->health);
}

static void prepare_loop(struct process *process)
{
	struct loop *loop = &process->loop;
	const struct worker *worker = process->worker;
	char *role = arena_printf(&process->arena, "growth_%s", process->config->postgres.schema);

	for (char *at = role; *at; at++)
		*at = *at == '-' ? '_' : *at;
	snprintf(process->application_name, sizeof(process->application_name), "%.63s",
		 process->transactional_id);
	loop->worker = worker;
	loop->config = process->config;
	loop->worker_config = process->worker_config;
	loop->group = process->config->kafka.group_id;
	loop->db_options = (struct db_options){
		.conninfo = process->config->postgres.conninfo,
		.default_user = role,
		.password_file = process->config->postgres.password_file,
		.schema = process->config->postgres.schema,
		.application_name = process->application_name,
		.statement_timeout_ms = process->config->postgres.statement_timeout_ms,
		.on_answer = on_answer,
		.closure = loop,
		.by_key = true,
	};
	loop->sweep_each_us = US_PER_SECOND; /* not known yet */
	loop->messages_at = -US_PER_SECOND;
	loop->runner = (struct runner){ .worker = worker,
					.meanwhile = loop_meanwhile,
					.closure = loop,
					.config = process->config,
					.worker_config = process->worker_config,
					.group = loop->group,
					.metrics = batch_metrics_new(),
					.snapshot_end = INT64_MAX };
	loop_register_metrics(loop);
	loop->library_check_at = monotonic_us() + process->config->library_check_ms * 1000;
	arena_init(&loop->runner.arena);
	for (size_t i = 0; i < 2; i++)
		arena_init(&loop->pending_arenas[i].arena);
	loop->filling = &loop->pending_arenas[0];
	loop->runner.ahead = read_ahead_new(worker, &loop->db_options);
}

/* At the start an unusable one is a wrong configuration; later it may be about to be replaced. */
static bool check_password_file(const struct process *process, struct err *err)
{
	const char *path = process->config->postgres.password_file;
	char password[SECRET_SIZE];
	bool ok = !*path || secret_read("postgres.password_file", path, password, err);

	explicit_bzero(password, sizeof(password));
	return ok;
}

static bool start(struct process *process, struct err *err)
{
	struct loop *loop = &process->loop;

	prepare_loop(process);
	loop->health = health_new(process->config, err);
	if (!loop->health || !conninfo_check(process->config->postgres.conninfo, err) ||
	    !check_password_file(process, err) || !make_consumer(process, err))
		return false;
	loop->publisher = publisher_new(process->config, process->transactional_id,
					process->worker->outputs, &loop->producer_health,
					loop->consumer_queue, err);
	if (!loop->publisher)
		return false;
	if (process->worker->library) {
		loop->reader = library_reader_new(process->config, process->worker->library,
						  process->worker->name, &loop->consumer_health,
						  err);
		if (!loop->reader)
			return false;
		loop->runner.library = library_reader_library(loop->reader);
	} else {
		health_set(loop->health, HEALTH_PATTERNS, true, NULL);
	}
	if (process->worker->task)
		loop->task = task_runner_new(process->worker->task, &loop->db_options,
					     process->worker_config);
	/* Nothing assigned yet is a fine state: an idle member is ready. */
	health_set(loop->health, HEALTH_PARTITIONS, true, NULL);
	return subscribe(process, err);
}

/* In the reverse order of start(); each part may be missing. */
static void finish(struct process *process)
{
	struct loop *loop = &process->loop;

	task_runner_free(loop->task);
	if (loop->consumer)
		rd_kafka_consumer_close(loop->consumer);
	crash_point("leave.closed");
	publisher_free(loop->publisher);
	library_reader_free(loop->reader);
	loop_forget_partitions(loop);
	for (size_t i = 0; i < ROUTES_MAX; i++) {
		if (process->topics[i])
			rd_kafka_topic_destroy(process->topics[i]);
	}
	if (loop->consumer) {
		rd_kafka_queue_destroy(loop->consumer_queue);
		rd_kafka_destroy(loop->consumer);
	}
	free(loop->raws);
	free(loop->kafka);
	free(loop->places);
	db_close(loop->runner.db);
	read_ahead_free(loop->runner.ahead);
	health_free(loop->health);
	arena_release(&loop->runner.arena);
	for (size_t i = 0; i < 2; i++)
		arena_release(&loop->pending_arenas[i].arena);
}

static int run(struct process *process)
{
	struct err err = { 0 };
	int code;

	log_info("starting", log_text("version", GROWTH_VERSION),
		 log_text("instance", process->config->instance),
		 log_text("group", process->config->kafka.group_id));
	if (start(process, &err)) {
		code = loop_run(&process->loop, &stop);
	} else {
		log_error("cannot start", log_text("error", err.text));
		code = err.kind == ERR_RETRY ? EX_TEMPFAIL : EX_CONFIG;
	}
	limit_leaving(code);
	finish(process);
	log_info("left", log_int("code", code));
	return code;
}

static void print_help(const struct process *process, const char *doc)
{
	arguments_help(process->worker->name, doc);
	printf("\nKeys, in a file, as GROWTH_BATCH_MAX in the environment, or by --set batch.max=500:\n");
	options_help(process->groups, stdout);
}

static int ask_health(const struct process *process)
{
	struct err err = { 0 };

	if (health_ask(process->config, &err))
		return EX_OK;
	fprintf(stderr, "%s: %s\n", process->worker->name, err.text);
	return 1;
}

static int act(struct process *process, const struct arguments *arguments)
{
	static const struct option_group others[] = { { shared_sections, 0 }, { 0 } };
	struct option_origins origins;
	const struct option_sources sources = {
		.file = arguments->file,
		.environment = (const char *const *)environ,
		.settings = arguments->settings,
		.settings_count = arguments->count,
		.ret_origins = arguments->action == ARGUMENTS_PRINT_CONFIG ? &origins : NULL,
	};
	struct err err = { 0 };

	bool loaded = options_load(process->groups, others, &sources, process->config,
				   &process->arena, &err);

	arguments_hide_secrets(arguments, process->groups);
	if (!loaded) {
		fprintf(stderr, "%s: %s\n", process->worker->name, err.text);
		return EX_CONFIG;
	}
	if (arguments->action == ARGUMENTS_PRINT_CONFIG) {
		options_print_origins(process->groups, process->config, &origins, stdout);
		return EX_OK;
	}
	if (arguments->action == ARGUMENTS_ASK_HEALTH)
		return ask_health(process);
	core_dump_allow(process->config->core_dumps);
	fill_in_names(process);
	log_init(process->worker->name, (enum log_level)process->config->log.level,
		 (enum log_format)process->config->log.format);
	return run(process);
}

/* What a shell may offer at words[count - 1]. */
static void complete(struct process *process, int count, char **words)
{
	static const struct argp_option *const tables[] = { arguments_options, NULL };
	const struct argp_option *option;
	const char *before;

	if (count < 1)
		return;
	option = complete_value_of(count, words, tables, &before, &process->arena);
	if (option && option->key == 's')
		complete_setting(stdout, words[count - 1], before, process->groups);
	else if (option)
		puts(":files");
	else
		complete_options(stdout, words[count - 1], arguments_options);
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	signal(SIGALRM, on_alarm);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

int worker_main(int argc, char **argv, const struct worker *worker)
{
	struct process process = { .worker = worker };
	struct arguments arguments;
	int code = EX_OK;

	standard_files_reserve();
	heap_configure();
	core_dump_allow(false);
	catch_signals(); /* early: whoever is stopped while starting leaves in order, too */
	arena_init(&process.arena);
	lay_out_config(&process);
	const char *doc = arena_printf(&process.arena, "%s: %s", worker->name, worker->summary);
	if (argc > 1 && strcmp(argv[1], COMPLETE_FLAG) == 0) {
		complete(&process, argc - 2, argv + 2);
		arena_release(&process.arena);
		return EX_OK;
	}
	arguments_parse(&arguments, argc, argv, doc, false);
	if (arguments.action == ARGUMENTS_HELP)
		print_help(&process, doc);
	else if (arguments.action == ARGUMENTS_VERSION)
		version_print(stdout, worker->name);
	else if (arguments.action == ARGUMENTS_MANUAL)
		worker_manual(worker, process.groups, stdout);
	else if (arguments.action == ARGUMENTS_MANUAL_KEYS)
		options_manual(process.groups, stdout);
	else
		code = act(&process, &arguments);
	arena_release(&process.arena);
	return code;
}
