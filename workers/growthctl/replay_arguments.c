/* The command line of growthctl replay NAME. */
#include "replay.h"

#include "nearest.h"
#include "positions.h"

#define TIMEOUT_MS 30000
#define RATE 2000
#define RATE_MOST 10000000

static void take_bound(struct argp_state *state, const struct usage_option *option,
		       const char *text, void *into)
{
	struct replay_arguments *arguments = into;

	const char *nothing = option->value ? "latest" : "earliest";

	if (!replay_bound_parse(text, nothing, &arguments->ctl->arena,
				option->value ? &arguments->to : &arguments->from))
		argp_error(state,
			   "--%s wants a time (2024-05-01T08:00:00), %s, or "
			   "TOPIC:PARTITION:OFFSET,..., not '%s'",
			   option->name, nothing, text);
}

static void take_output(struct argp_state *state, const struct usage_option *option,
			const char *text, void *into)
{
	struct replay_arguments *arguments = into;

	if (strcmp(text, "topics") != 0 && strcmp(text, "none") != 0)
		argp_error(state, "--%s wants topics or none, not '%s'", option->name, text);
	arguments->no_outputs = strcmp(text, "none") == 0;
}

static const struct usage_option options[] = {
	USAGE_OFF(struct replay_arguments, execute, "dry-run", 'n',
		  "Only tell what would be read, how much, and how long it takes (the default)"),
	USAGE_FLAG(struct replay_arguments, execute, "execute", 0, "Do it, or go on with it"),
	USAGE_GROUP,
	USAGE_OWN(
		take_bound, .name = "from", .placeholder = "WHERE", .value = 0,
		.help = "Begin at the first messages at or after a time (the broker's, UTC), or at "
			"TOPIC:PARTITION:OFFSET,... (the logs' starts)"),
	USAGE_OWN(take_bound, .name = "to", .placeholder = "WHERE", .value = 1,
		  .help = "End before them (the logs' ends as they are now)"),
	USAGE_OWN(take_bound, .name = "to-datetime", .placeholder = "TIME", .value = 1,
		  .help = "The same as --to"),
	USAGE_TEXT(struct replay_arguments, worker, "worker", 'w', "WORKER",
		   "Only this worker and those whose tables it reads (all)"),
	USAGE_FLAG(struct replay_arguments, own_votes, "own-votes", 0,
		   "Learn from the votes of the shadow's success-tracker instead of live's"),
	USAGE_OWN(take_output, .name = "output", .placeholder = "topics|none",
		  .help = "What becomes of the shadow's topics at the end (topics: they stay)"),
	USAGE_GROUP,
	USAGE_NUMBER(
		struct replay_arguments, rate, "rate", 'r', "N", 0, RATE_MOST,
		"Messages a second at most (2000), and fewer where live's workers are later than "
		"usual; 0: as fast as it goes, whatever becomes of live"),
	USAGE_NUMBER(struct replay_arguments, instances, "instances", 'i', "N", 1, 64,
		     "Processes of each worker (1)"),
	USAGE_FLAG(struct replay_arguments, no_workers, "no-workers", 0,
		   "Start none: tell what settings they need, and wait for them"),
	USAGE_TEXT(struct replay_arguments, logs, "logs", 0, "DIR",
		   "Write the workers' logs there (their warnings to stderr)"),
	USAGE_FLAG(struct replay_arguments, quiet, "quiet", 'q', "Show no progress"),
	USAGE_DURATION(struct replay_arguments, timeout_ms, "timeout", 0,
		       "How long to wait for a broker's answer (30s)"),
	USAGE_END
};

const char *const replay_verbs[] = { "list", "drop", "in-place", NULL };

static bool take_name(struct argp_state *state, const char *text, void *into)
{
	struct replay_arguments *arguments = into;

	if (arguments->name)
		return false;
	if (!shadow_name_is_fine(text) && nearest_name(text, replay_verbs))
		argp_error(state, "there is no replay command '%s'; did you mean '%s'?", text,
			   nearest_name(text, replay_verbs));
	if (!shadow_name_is_fine(text))
		argp_error(state,
			   "a shadow's name is of a-z, 0-9 and _, 20 characters at most, not '%s'",
			   text);
	arguments->name = text;
	return true;
}

static void check(struct argp_state *state, const void *from)
{
	const struct replay_arguments *arguments = from;

	if (arguments->ctl->print_config)
		return;
	if (!arguments->name)
		argp_error(state,
			   "which shadow? growthctl replay NAME; or list, drop NAME, in-place");
	if (arguments->own_votes && arguments->worker &&
	    strcmp(arguments->worker, "success-tracker") != 0)
		argp_error(state, "--own-votes needs success-tracker, so not --worker %s",
			   arguments->worker);
}

static const struct usage usage = {
	.options = options,
	.verbs = replay_verbs,
	.arguments = "NAME\nlist\ndrop NAME\nin-place --worker WORKER --from WHERE",
	.take = take_name,
	.check = check,
	.doc = "Handles the topics' history again, by the same workers, in a shadow beside live: a "
	       "database <database>_shadow_NAME of its own, topics and consumer groups that begin with "
	       "shadow.NAME. Live is only read. Without --execute it tells what it would do.\v"
	       "Messages are copied to the shadow's topics as they are, at most --rate a second; each of "
	       "live's recalculations is done again when exactly what it had read is there. If this "
	       "command dies, at any moment, the same command goes on.\n"
	       "\n"
	       "growthctl replay list shows shadows, growthctl replay drop NAME takes all of one away, "
	       "growthctl replay in-place moves a stopped worker of live back instead.\n"
	       "\n"
	       "The role must be allowed to create databases; the workers' roles, made by growthctl "
	       "migrate, are the same as live's.\n"
	       "\n"
	       "Examples:\n"
	       "  growthctl replay march\n"
	       "  growthctl replay march --execute\n"
	       "  growthctl replay march --to 2024-04-01 --rate 0 --instances 2 --execute\n"
	       "  growthctl replay learnt --worker cohort-analyzer --output none --execute\n"
	       "  growthctl replay drop march\n"
	       "\n"
	       "Exit status: 69 Kafka or Postgres not to be had, or somebody replays into this shadow; "
	       "77 the role may not create databases.",
};

int replay_parse(struct replay_arguments *arguments, int argc, char **argv)
{
	int status;

	arguments->rate = RATE;
	arguments->instances = 1;
	arguments->timeout_ms = TIMEOUT_MS;
	status = ctl_parse(arguments->ctl, &usage, arguments, argc, argv);
	if (status)
		return status;
	if (arguments->worker && !positions_worker(arguments->ctl, arguments->worker))
		return EX_USAGE;
	replay_bound_strip(&arguments->from, arguments->ctl->config.kafka.topic_prefix);
	replay_bound_strip(&arguments->to, arguments->ctl->config.kafka.topic_prefix);
	return 0;
}
