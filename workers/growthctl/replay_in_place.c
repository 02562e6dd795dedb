/*
 * growthctl replay in-place: stopped workers of live handle messages again. It is a move of their
 * positions back, and nothing else: `growthctl positions move` does it, so the epoch is raised, the
 * sequence kept, and what is waiting to be published stays.
 *
 * It ends where the worker stood. What matters about a contractor, a goal or a vote is the latest
 * event, so where a row was lost, an earlier end would leave, and publish, what was so then; and an
 * erasure behind it would not be handled again.
 */
#include "replay.h"

#include "positions.h"

struct in_place_arguments {
	struct move_arguments moving;
	struct replay_bound from;
	bool from_given, all_workers;
};

static void take_from(struct argp_state *state, const struct usage_option *option, const char *text,
		      void *into)
{
	struct in_place_arguments *arguments = into;

	if (!replay_bound_parse(text, "earliest", &arguments->moving.ctl->arena, &arguments->from))
		argp_error(state,
			   "--%s wants earliest, a time (2024-05-01T08:00:00), or "
			   "TOPIC:PARTITION:OFFSET,..., not '%s'",
			   option->name, text);
	arguments->from_given = true;
}

static void take_to(struct argp_state *state, const struct usage_option *option, const char *text,
		    void *into)
{
	(void)into;
	if (strcmp(text, "latest") != 0)
		argp_error(
			state,
			"--%s %s: in place ends where the worker stood. Of what was lost it would "
			"leave, and publish, what was so at an earlier end, and bring back who was "
			"erased since. Leave --%s out (what is known only costs a read), narrow it "
			"by --topic, or replay into a shadow: growthctl replay NAME --to %s",
			option->name, text, option->name, text);
}

static void check(struct argp_state *state, const void *from)
{
	const struct in_place_arguments *arguments = from;
	const struct move_arguments *moving = &arguments->moving;
	bool some = moving->topics_count || arguments->from.places.count;

	if (moving->ctl->print_config)
		return;
	if (!moving->worker == !arguments->all_workers)
		argp_error(state, "which worker? --worker WORKER or --all-workers");
	if (!arguments->from_given)
		argp_error(state,
			   "from where? --from earliest, a time, or TOPIC:PARTITION:OFFSET,...");
	if (moving->topics_count && arguments->from.places.count)
		argp_error(state, "--from names the partitions itself, so not --topic as well");
	if (arguments->all_workers && some)
		argp_error(state, "--all-workers goes with --from earliest or a time, and not with "
				  "--topic: not every worker reads it");
}

static const struct usage_option options[] = {
	USAGE_TEXT(struct in_place_arguments, moving.worker, "worker", 'w', "WORKER",
		   "Whose positions"),
	USAGE_FLAG(struct in_place_arguments, all_workers, "all-workers", 0,
		   "Those of all workers, one after the other"),
	USAGE_OWN(
		positions_take_topic, .name = "topic", .key = 't', .placeholder = "TOPIC[:P,P]",
		.offset = offsetof(struct in_place_arguments, moving),
		.help = "Only this topic, or some of its partitions; may be repeated (all that the "
			"worker consumes)"),
	USAGE_OWN(
		take_from, .name = "from", .placeholder = "WHERE",
		.help = "Begin with the first messages at or after a time (the broker's, UTC), with "
			"earliest, or, in those partitions alone, at TOPIC:PARTITION:OFFSET,..."),
	USAGE_OWN(take_to, .name = "to", .placeholder = "latest",
		  .help = "It ends where the worker stood; an earlier end is refused"),
	USAGE_GROUP,
	USAGE_OFF(struct in_place_arguments, moving.execute, "dry-run", 'n',
		  "Only tell what would be handled again, and how much (the default)"),
	USAGE_FLAG(struct in_place_arguments, moving.execute, "execute", 0, "Do it"),
	USAGE_DURATION(struct in_place_arguments, moving.timeout_ms, "timeout", 0,
		       "How long to wait for the servers (15s)"),
	USAGE_END
};

static const struct usage usage = {
	.options = options,
	.check = check,
	.doc = "Has a worker of live, all of whose instances are stopped, handle messages again when it is "
	       "started, from WHERE up to where it stands: moves its positions back as growthctl positions "
	       "move does, which keeps what is waiting to be published. Without --execute it only tells.\v"
	       "A worker ignores an event that it has handled, so this changes what the events should have "
	       "changed and did not, such as rows that somebody has deleted. It takes nothing back, and no "
	       "new code is applied to what is known: for that, replay into a shadow.\n"
	       "\n"
	       "No position goes forward: a partition that is not as far as WHERE stays. A partition that is "
	       "stopped is refused; see growthctl positions move. While cohort-analyzer is behind, ask for no "
	       "recalculation: it would note less than it was made from, and a replay repeat it otherwise.\n"
	       "\n"
	       "Examples:\n"
	       "  growthctl replay in-place --worker matcher --from 2024-05-01T08:00:00\n"
	       "  growthctl replay in-place --worker matcher --from earliest --execute\n"
	       "  growthctl replay in-place --worker cohort-analyzer -t action.recorded --from 2024-05-01\n"
	       "  growthctl replay in-place --worker matcher --from contractor.updated:0:1200 --execute\n"
	       "\n"
	       "Exit status: as of growthctl positions move.",
};

static int move_all(struct move_arguments *moving)
{
	struct ctl *ctl = moving->ctl;
	int status = 0;

	if (*ctl->config.kafka.group_id) {
		ctl_say(ctl, "kafka.group_id is one worker's: say which one by --worker");
		return EX_USAGE;
	}
	for (const struct pipeline_worker *worker = pipeline; worker->name && !status; worker++) {
		printf("%s%s\n", worker == pipeline ? "" : "\n", worker->name);
		moving->worker = worker->name;
		status = positions_move_as(moving);
	}
	return status;
}

int replay_in_place(struct ctl *ctl, int argc, char **argv)
{
	struct in_place_arguments arguments = { .moving = { .ctl = ctl,
							    .timeout_ms = POSITIONS_TIMEOUT_MS } };
	struct move_arguments *moving = &arguments.moving;
	const struct replay_bound *from = &arguments.from;
	int status = ctl_parse(ctl, &usage, &arguments, argc, argv);

	if (status)
		return status;
	replay_bound_strip(&arguments.from, ctl->config.kafka.topic_prefix);
	moving->places.items = from->places.items;
	moving->places.count = from->places.count;
	moving->all = !moving->topics_count && !from->places.count;
	moving->target = (struct target){
		.kind = from->places.count   ? TARGET_PLACES
			: from->time.present ? TARGET_TIME
					     : TARGET_EARLIEST,
		.number = from->time.value,
		.only_back = true,
	};
	return arguments.all_workers ? move_all(moving) : positions_move_as(moving);
}
