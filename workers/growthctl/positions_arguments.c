/* The command line of growthctl positions move, after kafka-consumer-groups --reset-offsets. */
#include "instant.h"
#include "positions.h"

#define TIMEOUT_MS 15000 /* above the time after which the broker aborts a worker's transaction */

enum {
	KEY_TOPIC = 't',
	KEY_ALL = 0x2000,
	KEY_EARLIEST,
	KEY_LATEST,
	KEY_CURRENT,
	KEY_COMMITTED,
	KEY_OFFSET,
	KEY_SHIFT,
	KEY_DATETIME,
	KEY_DURATION,
	KEY_FILE,
	KEY_DRY_RUN,
	KEY_EXECUTE,
	KEY_EXPORT,
	KEY_TIMEOUT
};

static const struct argp_option options[] = {
	{ "topic", KEY_TOPIC, "TOPIC[:P,P]", 0,
	  "A topic, or some of its partitions; may be repeated", 0 },
	{ "all-topics", KEY_ALL, NULL, 0, "All that the worker consumes", 0 },
	{ "to-earliest", KEY_EARLIEST, NULL, 0, "To the log's start", 1 },
	{ "to-latest", KEY_LATEST, NULL, 0, "To the log's end", 1 },
	{ "to-current", KEY_CURRENT, NULL, 0,
	  "To where Postgres is: nothing again, nothing left out", 1 },
	{ "to-committed", KEY_COMMITTED, NULL, 0, "To where the group's committed offset is", 1 },
	{ "to-offset", KEY_OFFSET, "N", 0, "To this offset", 1 },
	{ "shift-by", KEY_SHIFT, "N", 0,
	  "By so many offsets from where Postgres is; negative: back", 1 },
	{ "to-datetime", KEY_DATETIME, "TIME", 0,
	  "To the first message at or after YYYY-MM-DDTHH:MM:SS.sss, UTC unless an offset follows",
	  1 },
	{ "by-duration", KEY_DURATION, "PnDTnHnMnS", 0,
	  "To the first message of the last so much time", 1 },
	{ "from-file", KEY_FILE, "FILE", 0,
	  "To where FILE says, CSV as --export writes it; - is stdin", 1 },
	{ "dry-run", KEY_DRY_RUN, NULL, 0, "Only show what would be (the default)", 2 },
	{ "execute", KEY_EXECUTE, NULL, 0, "Do it", 2 },
	{ "export", KEY_EXPORT, NULL, 0, "Only write it as CSV: topic,partition,offset", 2 },
	{ "timeout", KEY_TIMEOUT, "DURATION", 0, "How long to wait for the servers (15s)", 3 },
	{ 0 }
};

static void aim(struct argp_state *state, enum target_kind kind, int64_t number)
{
	struct move_arguments *arguments = state->input;

	if (arguments->target.kind != TARGET_NONE)
		argp_error(state, "one target, not two");
	arguments->target = (struct target){ kind, number };
}

static void add_topic(struct move_arguments *arguments, const char *text)
{
	arguments->topics = arena_grow(&arguments->ctl->arena, arguments->topics,
				       arguments->topics_count, arguments->topics_count + 1,
				       sizeof(*arguments->topics));
	arguments->topics[arguments->topics_count++] = text;
}

static utc_us time_of(struct argp_state *state, const char *text)
{
	utc_us time = 0;

	if (!target_parse_time(text, &time))
		argp_error(state, "--to-datetime wants 2024-05-01T08:00:00.000, not '%s'", text);
	return time;
}

static utc_us ago(struct argp_state *state, const char *text)
{
	int64_t us = 0;

	if (!target_parse_duration(text, &us))
		argp_error(state, "--by-duration wants P7D or PT1H30M, not '%s'", text);
	return instant_now() - us;
}

static void check_arguments(struct argp_state *state, const struct move_arguments *arguments)
{
	bool some = arguments->topics_count > 0 || arguments->all;

	if (!arguments->worker)
		argp_error(state, "which worker?");
	if (arguments->target.kind == TARGET_NONE)
		argp_error(state, "where to? --to-current, --to-earliest, --to-offset N, ...");
	if (arguments->file && some)
		argp_error(state, "--from-file names the partitions itself");
	if (!arguments->file && !some)
		argp_error(state, "which partitions? --topic TOPIC[:0,1] or --all-topics");
	if (arguments->topics_count && arguments->all)
		argp_error(state, "--topic or --all-topics, not both");
	if (arguments->execute && arguments->export)
		argp_error(state, "--execute or --export, not both");
}

static bool parse_target(int key, char *argument, struct argp_state *state)
{
	switch (key) {
	case KEY_EARLIEST:
		aim(state, TARGET_EARLIEST, 0);
		return true;
	case KEY_LATEST:
		aim(state, TARGET_LATEST, 0);
		return true;
	case KEY_CURRENT:
		aim(state, TARGET_CURRENT, 0);
		return true;
	case KEY_COMMITTED:
		aim(state, TARGET_COMMITTED, 0);
		return true;
	case KEY_OFFSET:
		aim(state, TARGET_OFFSET, ctl_number(state, "to-offset", argument, 0, INT64_MAX));
		return true;
	case KEY_SHIFT:
		aim(state, TARGET_SHIFT,
		    ctl_number(state, "shift-by", argument, -(INT64_MAX / 4), INT64_MAX / 4));
		return true;
	case KEY_DATETIME:
		aim(state, TARGET_TIME, time_of(state, argument));
		return true;
	case KEY_DURATION:
		aim(state, TARGET_TIME, ago(state, argument));
		return true;
	case KEY_FILE:
		aim(state, TARGET_FILE, 0);
		((struct move_arguments *)state->input)->file = argument;
		return true;
	default:
		return false;
	}
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct move_arguments *arguments = state->input;

	if (parse_target(key, argument, state))
		return 0;
	switch (key) {
	case KEY_TOPIC:
		add_topic(arguments, argument);
		return 0;
	case KEY_ALL:
		arguments->all = true;
		return 0;
	case KEY_DRY_RUN:
		arguments->execute = false;
		return 0;
	case KEY_EXECUTE:
		arguments->execute = true;
		return 0;
	case KEY_EXPORT:
		arguments->export = true;
		return 0;
	case KEY_TIMEOUT:
		arguments->timeout_ms = ctl_duration(state, "timeout", argument);
		return 0;
	case ARGP_KEY_ARG:
		if (arguments->worker)
			argp_error(state, "one worker, not '%s' as well", argument);
		arguments->worker = argument;
		return 0;
	case ARGP_KEY_END:
		if (!arguments->ctl->print_config)
			check_arguments(state, arguments);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "WORKER",
	.doc = "Moves a worker's positions: of partitions that are stopped, or to handle messages "
	       "again or leave them out. Without --execute it only shows what would be.\v"
	       "The options are those of kafka-consumer-groups --reset-offsets, but the position is "
	       "Postgres's, and the group's committed offset is brought along. The sequence is kept or "
	       "raised, never lowered, so batches that are not published yet are still published, in "
	       "order; where no commit tells which ones are, their topics are searched for them.\n"
	       "\n"
	       "All instances of the worker must be stopped: a group with members is refused. Only a "
	       "partition that is stopped, and that Postgres alone lets go on, is moved while they run; "
	       "they notice within seconds. An offset that the log does not have is refused.\n"
	       "\n"
	       "Should this command die between its two writes, run it again with --to-current.\n"
	       "\n"
	       "Examples:\n"
	       "  growthctl positions move matcher --all-topics --to-current\n"
	       "  growthctl positions move matcher -t contractor.updated:0,2 --to-earliest --execute\n"
	       "  growthctl positions move cohort-analyzer -t action.recorded --by-duration P7D --execute\n"
	       "  growthctl positions move matcher --all-topics --to-current --export >positions.csv\n"
	       "  growthctl positions move matcher --from-file positions.csv --execute\n"
	       "\n"
	       "Exit status: 0 done, 64 wrong use, 65 an offset that the log does not have or a line that "
	       "is none, 66 no such file, 75 refused because the worker runs or its positions have "
	       "changed meanwhile.",
};

int positions_parse_move(struct move_arguments *arguments, int argc, char **argv)
{
	argv[0] = "growthctl positions move";
	arguments->timeout_ms = TIMEOUT_MS;
	return ctl_parse(arguments->ctl, &argp, arguments, argc, argv);
}
