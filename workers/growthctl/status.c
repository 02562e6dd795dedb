/* growthctl status: how far the workers are; with --wait, until they are done. */
#include "status.h"

#include <unistd.h>

#include "instant.h"

#define LOOK_EVERY_US 200000
#define TOLD_MOST 8
#define WAIT_TIMEOUT_MS 120000
#define SERVERS_TIMEOUT_MS 10000

struct arguments {
	bool json, wait;
	int64_t timeout_ms; /* 0: not told */
};

static const struct usage_option options[] = {
	USAGE_FLAG(struct arguments, json, "json", 0, "Write JSON"),
	USAGE_FLAG(struct arguments, wait, "wait", 0,
		   "Wait until nothing is left to do; then say nothing unless --json asks for it"),
	USAGE_DURATION(struct arguments, timeout_ms, "timeout", 0,
		       "How long to wait: with --wait until all is done (120s), else for the "
		       "servers (10s)"),
	USAGE_END
};

static const struct usage usage = {
	.options = options,
	.doc = "Shows how far each worker's state is on each partition, what is not published "
	       "yet, what is parked, the dead letters (OPEN: nothing is decided about them, see growthctl dlq), and how much there is of everything.\v"
	       "LAG counts offsets from the worker's position to the end of the log. Markers of "
	       "transactions take offsets too, so it is an upper bound, but 0 is exact: no "
	       "message is left. The positions are those in Postgres, which is where the state "
	       "is; kafka-consumer-groups shows how far the outputs are.\n"
	       "\n"
	       "Of each transition of the configured tiers it shows what its last recalculation "
	       "found: how many contractors could have made it and how many did, the pattern's "
	       "version, or that there is not enough data.\n"
	       "\n"
	       "--wait ends when every message is consumed, everything is published, no "
	       "recalculation is open, and all contractors are matched with the patterns in "
	       "force. Parked messages are not waited for.\n"
	       "\n"
	       "Examples:\n"
	       "  growthctl status\n"
	       "  growthctl emit history.ndjson && growthctl status --wait --timeout 5m\n"
	       "  growthctl status --json | jq '.workers[] | {worker, dead_letters}'\n"
	       "\n"
	       "Exit status: 75 when --wait ran out of time; what is left is said on stderr.",
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
		if (!known) {
			status_close(reader);
			*reader = (struct status_reader){ .ctl = reader->ctl,
							  .timeout_ms = reader->timeout_ms };
		}
		usleep(LOOK_EVERY_US);
	}
}

static int show(struct status_reader *reader, const struct arguments *arguments,
		struct arena *arena, struct status *status, struct err *err)
{
	if (!status_count_all(reader, arena, status, err))
		return ctl_fail(reader->ctl, err);
	if (arguments->json)
		status_print_json(reader, status, arena);
	else
		status_print(reader, status, arena);
	return ctl_flush(reader->ctl);
}

int command_status(struct ctl *ctl, int argc, char **argv)
{
	struct arguments arguments = { 0 };
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
	arena_init(&arena);
	if (arguments.wait)
		code = wait(&reader, &arguments, &arena, &status, &err);
	else if (!status_open(&reader, &err) || !status_read(&reader, &arena, &status, &err))
		code = ctl_fail(ctl, &err);
	if (!code && (!arguments.wait || arguments.json))
		code = show(&reader, &arguments, &arena, &status, &err);
	status_close(&reader);
	arena_release(&arena);
	return code;
}
