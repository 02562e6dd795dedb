/*
 * growthctl replay in-place: a stopped worker of live handles messages again. It is a move of its positions back, and nothing else, so
 * it is `growthctl positions move` that does it: the epoch is raised, the sequence kept, and what is waiting to be published stays.
 */
#include "replay.h"

#include "positions.h"

struct in_place_arguments {
	struct ctl *ctl;
	const char *worker, *from;
	bool execute;
};

static void check(struct argp_state *state, const void *from)
{
	const struct in_place_arguments *arguments = from;

	if (arguments->ctl->print_config)
		return;
	if (!arguments->worker)
		argp_error(state, "which worker? --worker WORKER");
	if (!arguments->from)
		argp_error(state, "from where? --from earliest, a time, or FILE of "
				  "topic,partition,offset");
}

static const struct usage_option options[] = {
	USAGE_TEXT(struct in_place_arguments, worker, "worker", 'w', "WORKER", "Whose positions"),
	USAGE_TEXT(struct in_place_arguments, from, "from", 0, "WHERE",
		   "Where to: earliest, a time (the broker's, UTC), or a file of "
		   "topic,partition,offset"),
	USAGE_OFF(struct in_place_arguments, execute, "dry-run", 'n',
		  "Only tell what would be handled again (the default)"),
	USAGE_FLAG(struct in_place_arguments, execute, "execute", 0, "Do it"), USAGE_END
};

static const struct usage usage = {
	.options = options,
	.check = check,
	.doc = "Has a worker of live, all of whose instances are stopped, handle messages again from WHERE "
	       "to the end, when it is started: moves its positions back as growthctl positions move does, "
	       "which keeps what is waiting to be published.\v"
	       "A worker ignores an event that it has handled, so this changes what the events of the range "
	       "should have changed and did not. It takes nothing back: for that, replay into a shadow.\n"
	       "\n"
	       "Examples:\n"
	       "  growthctl replay in-place --worker matcher --from 2024-05-01T08:00:00\n"
	       "  growthctl replay in-place --worker matcher --from earliest --execute\n"
	       "\n"
	       "Exit status: as of growthctl positions move.",
};

int replay_in_place(struct ctl *ctl, int argc, char **argv)
{
	struct in_place_arguments arguments = { .ctl = ctl };
	const char *moving[8] = { "growthctl positions move" };
	size_t count = 1;
	utc_us time;
	int status = ctl_parse(ctl, &usage, &arguments, argc, argv);

	if (status)
		return status;
	moving[count++] = arguments.worker;
	if (strcmp(arguments.from, "earliest") == 0) {
		moving[count++] = "--all-topics";
		moving[count++] = "--to-earliest";
	} else if (target_parse_time(arguments.from, &time)) {
		moving[count++] = "--all-topics";
		moving[count++] = arena_printf(&ctl->arena, "--to-datetime=%s", arguments.from);
	} else {
		moving[count++] = arena_printf(&ctl->arena, "--from-file=%s", arguments.from);
	}
	if (arguments.execute)
		moving[count++] = "--execute";
	return positions_move(ctl, (int)count, (char **)moving);
}
