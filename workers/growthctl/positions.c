/* growthctl positions: where each partition stands, in the words of the worker itself. */
#include "nearest.h"
#include "positions.h"

#define TIMEOUT_MS 10000

struct arguments {
	const char *worker; /* NULL: all */
	bool json;
	int64_t timeout_ms;
};

static const struct usage_option options[] = {
	USAGE_FLAG(struct arguments, json, "json", 0, "Write JSON"),
	USAGE_DURATION(struct arguments, timeout_ms, "timeout", 0,
		       "How long to wait for the servers (10s)"),
	USAGE_END
};

static const char *const verbs[] = { "move", NULL };

static bool take_worker(struct argp_state *state, const char *text, void *into)
{
	struct arguments *arguments = into;

	if (arguments->worker && nearest_name(arguments->worker, verbs))
		argp_error(state, "there is no positions command '%s'; did you mean '%s'?",
			   arguments->worker, verbs[0]);
	if (arguments->worker)
		argp_error(state, "one worker, not '%.*s' as well", option_shown_length(text),
			   text);
	arguments->worker = text;
	return true;
}

static const struct usage usage = {
	.options = options,
	.verbs = verbs,
	.arguments = "[WORKER]\nmove WORKER TARGET...",
	.take = take_worker,
	.doc = "Shows where each partition of a worker stands: Postgres's position (NEXT, SEQUENCE, "
	       "EPOCH), what the consumer group has committed (COMMITTED, SEQUENCE), the log (START, "
	       "END, LAG), and whether they fit together. Nothing is changed.\v"
	       "Postgres says how far the state is, Kafka how far the outputs are. A partition where "
	       "they do not fit is stopped until an operator decides; what happened and what to do "
	       "stands in common/runtime/README.md, \"When a partition stops\". See growthctl "
	       "positions move --help.\n"
	       "\n"
	       "The group is the worker's name behind kafka.topic_prefix, unless kafka.group_id says otherwise.\n"
	       "\n"
	       "Examples:\n"
	       "  growthctl positions\n"
	       "  growthctl positions matcher --json | jq '.[] | select(.verdict == \"stopped\")'\n"
	       "  growthctl positions matcher --set kafka.group_id=matcher-blue\n"
	       "\n"
	       "Exit status: 0 when all fit, 65 when a partition is stopped.",
};

const struct pipeline_worker *positions_worker(const struct ctl *ctl, const char *name)
{
	const struct pipeline_worker *worker = pipeline;

	while (worker->name && strcmp(worker->name, name) != 0)
		worker++;
	if (worker->name)
		return worker;
	ctl_unknown(ctl, "worker", name, worker_names);
	return NULL;
}

const char *positions_group(struct ctl *ctl, const struct pipeline_worker *worker)
{
	return *ctl->config.kafka.group_id ? ctl->config.kafka.group_id
					   : ctl_group_of(ctl, worker->name);
}

static bool read_worker(struct positions_reader *reader, struct worker_positions *all,
			struct err *err)
{
	struct db *db = ctl_database_of(reader->ctl, all->worker->schema, err);
	bool ok = db && positions_read(reader, db, all, err);

	db_close(db);
	return ok || err_wrap(err, "%s", all->worker->name);
}

static int show(struct ctl *ctl, const struct arguments *arguments,
		const struct worker_positions *workers, size_t count)
{
	size_t stopped = 0;
	int status;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < workers[i].count; k++)
			stopped += workers[i].items[k].word == POSITION_STOPPED;
	if (arguments->json)
		positions_print_json(workers, count);
	else
		positions_print(workers, count, &ctl->arena);
	status = ctl_flush(ctl);
	if (stopped)
		ctl_say(ctl, "%zu partitions are stopped; see growthctl positions move --help",
			stopped);
	return status ? status : stopped ? CTL_DIFFERENT : 0;
}

static int work(struct ctl *ctl, const struct arguments *arguments,
		const struct pipeline_worker *only)
{
	struct positions_reader reader = { .ctl = ctl, .timeout_ms = arguments->timeout_ms };
	struct worker_positions *workers;
	struct err err = { 0 };
	size_t count = 0;
	bool ok = positions_open(&reader, &err);
	int status;

	while (pipeline[count].name)
		count++;
	workers = arena_array(&ctl->arena, struct worker_positions, count);
	count = 0;
	for (size_t i = 0; ok && pipeline[i].name; i++) {
		if (only && only != &pipeline[i])
			continue;
		workers[count].worker = &pipeline[i];
		workers[count].group = positions_group(ctl, &pipeline[i]);
		ok = read_worker(&reader, &workers[count++], &err);
	}
	status = ok ? show(ctl, arguments, workers, count) : ctl_fail(ctl, &err);
	positions_close(&reader);
	return status;
}

int command_positions(struct ctl *ctl, int argc, char **argv)
{
	struct arguments arguments = { .timeout_ms = TIMEOUT_MS };
	const struct pipeline_worker *only = NULL;
	int status;

	if (argc > 1 && strcmp(argv[1], "move") == 0)
		return positions_move(ctl, argc - 1, argv + 1);
	status = ctl_parse(ctl, &usage, &arguments, argc, argv);
	if (status)
		return status;
	if (arguments.worker && !(only = positions_worker(ctl, arguments.worker)))
		return EX_USAGE;
	if (!only && *ctl->config.kafka.group_id) {
		ctl_say(ctl, "kafka.group_id is one worker's: say which one");
		return EX_USAGE;
	}
	ctl_limit_statements(ctl, arguments.timeout_ms);
	return work(ctl, &arguments, only);
}
