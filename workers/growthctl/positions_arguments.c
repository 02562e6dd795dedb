/* The command line of growthctl positions move, after kafka-consumer-groups --reset-offsets. */
#include "instant.h"
#include "positions.h"

static void aim(struct argp_state *state, struct move_arguments *arguments, int kind,
		int64_t number)
{
	if (arguments->target.kind != TARGET_NONE)
		argp_error(state, "one target, not two");
	arguments->target = (struct target){ .kind = (enum target_kind)kind, .number = number };
}

static void take_target(struct argp_state *state, const struct usage_option *option,
			const char *text, void *into)
{
	aim(state, into, option->value, text ? usage_number(state, option, text) : 0);
}

static void take_time(struct argp_state *state, const struct usage_option *option, const char *text,
		      void *into)
{
	utc_us time = 0;

	if (!time_parse(text, &time))
		argp_error(state, "--%s wants 2024-05-01T08:00:00.000 or a date, not '%s'",
			   option->name, text);
	aim(state, into, TARGET_TIME, time);
}

static void take_duration(struct argp_state *state, const struct usage_option *option,
			  const char *text, void *into)
{
	int64_t us = 0;

	if (!target_parse_duration(text, &us))
		argp_error(state, "--%s wants P7D or PT1H30M, not '%s'", option->name, text);
	aim(state, into, TARGET_TIME, instant_now() - us);
}

static void take_file(struct argp_state *state, const struct usage_option *option, const char *text,
		      void *into)
{
	struct move_arguments *arguments = into;

	(void)option;
	aim(state, arguments, TARGET_PLACES, 0);
	arguments->file = text;
}

void positions_take_topic(struct argp_state *state, const struct usage_option *option,
			  const char *text, void *into)
{
	struct move_arguments *arguments = into;

	(void)state;
	(void)option;
	arguments->topics = arena_grow(&arguments->ctl->arena, arguments->topics,
				       arguments->topics_count, arguments->topics_count + 1,
				       sizeof(*arguments->topics));
	arguments->topics[arguments->topics_count++] = text;
}

static const struct usage_option options[] = {
	USAGE_OWN(positions_take_topic, .name = "topic", .key = 't', .placeholder = "TOPIC[:P,P]",
		  .help = "A topic, or some of its partitions; may be repeated"),
	USAGE_FLAG(struct move_arguments, all, "all-topics", 0, "All that the worker consumes"),
	USAGE_GROUP,
	USAGE_OWN(take_target, .name = "to-earliest", .value = TARGET_EARLIEST,
		  .help = "To the log's start"),
	USAGE_OWN(take_target, .name = "to-latest", .value = TARGET_LATEST,
		  .help = "To the log's end"),
	USAGE_OWN(take_target, .name = "to-current", .value = TARGET_CURRENT,
		  .help = "To where Postgres is: nothing again, nothing left out"),
	USAGE_OWN(take_target, .name = "to-committed", .value = TARGET_COMMITTED,
		  .help = "To where the group's committed offset is"),
	USAGE_OWN(take_target, .name = "to-offset", .value = TARGET_OFFSET, .placeholder = "N",
		  .low = 0, .high = INT64_MAX, .help = "To this offset"),
	USAGE_OWN(take_target, .name = "shift-by", .value = TARGET_SHIFT, .placeholder = "N",
		  .low = -(INT64_MAX / 4), .high = INT64_MAX / 4,
		  .help = "By so many offsets from where Postgres is; negative: back"),
	USAGE_OWN(take_time, .name = "to-datetime", .placeholder = "TIME",
		  .help = "To the first message at or after YYYY-MM-DDTHH:MM:SS.sss, UTC unless an "
			  "offset follows"),
	USAGE_OWN(take_duration, .name = "by-duration", .placeholder = "PnDTnHnMnS",
		  .help = "To the first message of the last so much time"),
	USAGE_OWN(take_file, .name = "from-file", .placeholder = "FILE",
		  .help = "To where FILE says, CSV as --export writes it; - is stdin"),
	USAGE_GROUP,
	USAGE_OFF(struct move_arguments, execute, "dry-run", 0,
		  "Only show what would be (the default)"),
	USAGE_FLAG(struct move_arguments, execute, "execute", 0, "Do it"),
	USAGE_FLAG(struct move_arguments, export, "export", 0,
		   "Only write it as CSV: topic,partition,offset"),
	USAGE_GROUP,
	USAGE_DURATION(struct move_arguments, timeout_ms, "timeout", 0,
		       "How long to wait for the servers (15s)"),
	USAGE_END
};

static bool take_worker(struct argp_state *state, const char *text, void *into)
{
	struct move_arguments *arguments = into;

	if (arguments->worker)
		argp_error(state, "one worker, not '%.*s' as well", option_shown_length(text),
			   text);
	arguments->worker = text;
	return true;
}

static void check(struct argp_state *state, const void *from)
{
	const struct move_arguments *arguments = from;
	bool some = arguments->topics_count > 0 || arguments->all;

	if (arguments->ctl->print_config)
		return;
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

static const struct usage usage = {
	.options = options,
	.arguments = "WORKER",
	.take = take_worker,
	.check = check,
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
	       "Exit status: 0 done, 64 wrong use, 65 an offset that the log or the group does not have, "
	       "or a line that is none, 66 no such file, 75 refused because the worker runs or its positions have "
	       "changed meanwhile.",
};

int positions_parse_move(struct move_arguments *arguments, int argc, char **argv)
{
	argv[0] = "growthctl positions move";
	arguments->timeout_ms = POSITIONS_TIMEOUT_MS;
	return ctl_parse(arguments->ctl, &usage, arguments, argc, argv);
}
