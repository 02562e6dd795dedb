/* growthctl status: how far the workers are; with --wait, until they are done. */
#include "status.h"

#include <unistd.h>

#include "instant.h"

#define LOOK_EVERY_US 200000
#define TOLD_MOST 8
#define WAIT_TIMEOUT_MS 120000
#define SERVERS_TIMEOUT_MS 10000

#define WATCH_MS 2000

struct arguments {
	struct ctl *ctl;
	bool json, wait, watch;
	struct status_view view;
	int64_t every_ms;   /* of --watch */
	int64_t timeout_ms; /* 0: not told */
	struct labels groups;
};

static void take_seconds(struct argp_state *state, struct arguments *arguments, const char *text)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end || !(seconds >= 0.1 && seconds <= 86400))
		argp_error(state, "--watch wants seconds, from 0.1 to 86400, not '%s'", text);
	arguments->every_ms = (int64_t)(seconds * 1000);
}

static void take_watch(struct argp_state *state, const struct usage_option *option,
		       const char *text, void *into)
{
	struct arguments *arguments = into;

	(void)option;
	arguments->watch = true;
	if (text)
		take_seconds(state, arguments, text);
}

/* --watch 5: argp takes the value of an option that may have none only behind '='. */
static bool take_argument(struct argp_state *state, const char *text, void *into)
{
	struct arguments *arguments = into;

	if (!arguments->watch || arguments->every_ms)
		return false;
	take_seconds(state, arguments, text);
	return true;
}

static void take_group(struct argp_state *state, const struct usage_option *option,
		       const char *text, void *into)
{
	struct arguments *arguments = into;
	struct arena *arena = &arguments->ctl->arena;
	struct labels *groups = &arguments->groups;
	const char *equals = strchr(text, '=');
	struct label *items;

	if (!equals || equals == text || !equals[1])
		argp_error(state, "--%s wants WORKER=GROUP, not '%s'", option->name, text);
	items = arena_grow(arena, groups->items, groups->count, groups->count + 1, sizeof(*items));
	items[groups->count++] =
		(struct label){ arena_strndup(arena, text, (size_t)(equals - text)), equals + 1 };
	groups->items = items;
}

static const struct usage_option options[] = {
	USAGE_FLAG(struct arguments, json, "json", 0, "Write JSON"),
	USAGE_FLAG(struct arguments, view.partitions, "partitions", 'p',
		   "Every partition, not only those where something is to be seen"),
	USAGE_OWN(take_watch, .name = "watch", .key = 'w', .placeholder = "SECONDS",
		  .text_optional = true,
		  .help = "Show it anew every SECONDS (2), in place on a terminal; Ctrl-C leaves"),
	USAGE_OWN(take_group, .name = "group", .placeholder = "WORKER=GROUP",
		  .help = "The worker's consumer group, where it is not named after it"),
	USAGE_FLAG(struct arguments, wait, "wait", 0,
		   "Wait until nothing is left to do; then say nothing unless --json asks for it"),
	USAGE_DURATION(struct arguments, timeout_ms, "timeout", 0,
		       "How long to wait: with --wait until all is done (120s), else for the "
		       "servers (10s)"),
	USAGE_END
};

static void check(struct argp_state *state, const void *from)
{
	const struct arguments *arguments = from;

	if (arguments->wait && arguments->watch)
		argp_error(state, "--wait or --watch, not both");
}

static const struct usage usage = {
	.options = options,
	.take = take_argument,
	.check = check,
	.doc = "Is it well? The first line says so, and what to do next where it is not. Then, of each "
	       "worker: how many instances are in its group (RUN), how many messages it is behind (LAG), "
	       "since when the oldest of them waits (WAITS), offsets a second (RATE/S), since when it has "
	       "written nothing (IDLE), batches not published yet (OUTBOX), parked messages, dead letters "
	       "and how many of them are open (nothing is decided about them, see growthctl dlq), and of "
	       "how many partitions the contractors are to be matched again (TO SWEEP); the partitions that "
	       "are behind, stopped or swept; what is still to be done; how much there is of everything; "
	       "and of each transition of the configured tiers what its last recalculation found.\v"
	       "LAG counts offsets from the worker's position to the end of the log. Markers of "
	       "transactions take offsets too, so it is an upper bound, and so is the rate, but 0 is exact: "
	       "no message is left. The positions are those in Postgres, which is where the state "
	       "is; kafka-consumer-groups shows how far the outputs are. The rate is that of a second, "
	       "with --watch that since the look before; where nothing waits it is not measured.\n"
	       "\n"
	       "Tables up to 16 MiB are counted; of larger ones the numbers are \"about\", by the "
	       "server's statistics. Parked messages and dead letters are counted up to 10,000.\n"
	       "\n"
	       "The consumer groups are those named after the workers, behind kafka.topic_prefix; "
	       "--group tells others.\n"
	       "\n"
	       "--wait ends when every message is consumed, everything is published, no "
	       "recalculation is open, and all contractors are matched with the patterns in "
	       "force. Parked messages are not waited for.\n"
	       "\n"
	       "--json writes one object: \"health\" (well, attention, ill), \"verdict\" (the first line), "
	       "\"findings\" ([{health, what, next}]), \"workers\" ([{worker, group, members, idle_seconds, "
	       "outbox, parked, dead_letters, dead_letters_open, partitions: [{topic, partition, "
	       "next_offset, end_offset, lag, waiting_seconds, rate, stopped}]}]), \"done\" and \"pending\" "
	       "(what --wait waits for), \"transitions\", \"recalculating\", \"scheduled_next\", the counts by "
	       "name, and \"estimated\", the names of those that are. null is not known. With --watch it "
	       "is one object a line.\n"
	       "\n"
	       "Examples:\n"
	       "  growthctl status\n"
	       "  growthctl status --watch\n"
	       "  growthctl emit history.ndjson && growthctl status --wait --timeout 5m\n"
	       "  growthctl status --json | jq -r '.findings[] | .what + \": \" + .next'\n"
	       "\n"
	       "Exit status: 0 it is well, 1 it works but somebody should see to something, 2 something "
	       "stands still, 69 Kafka or Postgres not to be had: as Nagios has them but for the last. With "
	       "--watch that of the last look. With --wait 0, and 75 when it ran out of time; what is left "
	       "is said on stderr.",
};

static int give_up(const struct ctl *ctl, const struct status *status, struct arena *arena,
		   const struct arguments *arguments)
{
	struct texts pending = status_pending(status, arena);

	for (size_t i = 0; i < pending.count && i < TOLD_MOST; i++)
		ctl_say(ctl, "%s", pending.items[i]);
	ctl_say(ctl, "not done after %lld ms%s", (long long)arguments->timeout_ms,
		pending.count > TOLD_MOST ? "; there is more than that" : "");
	return EX_TEMPFAIL;
}

/* Looks again and again. A server that is away for a moment, in a test of just that, is no reason
 * to stop waiting, but then the connections are made anew. */
static int wait(struct status_reader *reader, const struct arguments *arguments,
		struct arena *arena, struct status *status, struct err *err)
{
	int64_t deadline = monotonic_us() + arguments->timeout_ms * 1000;

	for (;;) {
		bool known;

		arena_reset(arena);
		*err = (struct err){ 0 };
		reader->quick = monotonic_us() <
				deadline; /* the last time, all that is left is told */
		known = (reader->metadata || status_open(reader, err)) &&
			status_read(reader, arena, status, err);
		if (known && status_pending(status, arena).count == 0)
			return 0;
		if (!known && (!reader->quick || err->kind != ERR_RETRY))
			return ctl_fail(reader->ctl, err);
		if (!reader->quick)
			return give_up(reader->ctl, status, arena, arguments);
		if (!known)
			status_close(reader);
		usleep(LOOK_EVERY_US);
	}
}

/* Once; after waiting, what was found is well enough whatever the verdict. */
static int show(struct status_reader *reader, const struct arguments *arguments,
		struct arena *arena, struct err *err)
{
	struct status status;
	int code;

	reader->quick = false;
	if ((!reader->metadata && !status_open(reader, err)) ||
	    !status_look(reader, NULL, 0, arena, &status, err))
		return ctl_fail(reader->ctl, err);
	if (arguments->json)
		status_print_json(reader, &status, arena);
	else
		status_print(reader, &status, &arguments->view, arena, stdout);
	code = ctl_flush(reader->ctl);
	return code || arguments->wait ? code : status_exit_code(&status, arena);
}

int command_status(struct ctl *ctl, int argc, char **argv)
{
	struct arguments arguments = { .ctl = ctl };
	struct status_reader reader = { .ctl = ctl, .timeout_ms = SERVERS_TIMEOUT_MS };
	struct status status = { 0 };
	struct err err = { 0 };
	struct arena arena;
	int code = ctl_parse(ctl, &usage, &arguments, argc, argv);

	if (code)
		return code;
	if (arguments.timeout_ms && !arguments.wait)
		reader.timeout_ms = arguments.timeout_ms;
	if (!arguments.timeout_ms)
		arguments.timeout_ms = WAIT_TIMEOUT_MS;
	ctl_limit_statements(ctl, reader.timeout_ms);
	reader.groups = arguments.groups;
	if (arguments.watch)
		return status_watch(
			&reader,
			&(struct status_watch){
				.every_ms = arguments.every_ms ? arguments.every_ms : WATCH_MS,
				.json = arguments.json,
				.view = arguments.view,
			});
	arena_init(&arena);
	if (arguments.wait)
		code = wait(&reader, &arguments, &arena, &status, &err);
	if (!code && (!arguments.wait || arguments.json))
		code = show(&reader, &arguments, &arena, &err);
	status_close(&reader);
	arena_release(&arena);
	return code;
}
