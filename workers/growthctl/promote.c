/*
 * growthctl promote: puts a shadow in live's place, together with live's positions; --undo brings
 * the former live back. Everything is read and decided first; then the database that comes is
 * prepared, and two names are exchanged.
 */
#include "promote.h"

#define TIMEOUT_MS 10000

static const struct usage_option options[] = {
	USAGE_FLAG(struct promote_arguments, execute, "execute", 0,
		   "Do it; without this, only show what would be done"),
	USAGE_FLAG(struct promote_arguments, undo, "undo", 0,
		   "Bring back the database that the last promotion has replaced"),
	USAGE_TEXT(
		struct promote_arguments, group_prefix, "group-prefix", 0, "TEXT",
		"In front of the workers' names in those of live's consumer groups (kafka.topic_prefix)"),
	USAGE_TEXT(struct promote_arguments, maintenance, "maintenance-database", 0, "NAME",
		   "A third database, to rename the two from (postgres)"),
	USAGE_DURATION(struct promote_arguments, timeout_ms, "timeout", 0,
		       "How long to wait for a broker (10s)"),
	USAGE_END
};

static bool take_shadow(struct argp_state *state, const char *text, void *into)
{
	struct promote_arguments *arguments = into;
	bool first = !arguments->shadow;

	(void)state;
	arguments->shadow = text;
	return first;
}

static void check(struct argp_state *state, const void *into)
{
	const struct promote_arguments *arguments = into;

	if (arguments->undo == (arguments->shadow != NULL) && !arguments->ctl->print_config)
		argp_error(state, "either a SHADOW or --undo");
}

static const struct usage usage = {
	.options = options,
	.arguments = "SHADOW\n--undo",
	.take = take_shadow,
	.check = check,
	.doc = "Puts the database of a replay in live's place. Workers go on in it where live was "
	       "in its topics; the former live database is kept for --undo.\v"
	       "All workers must be stopped, and live must have handled and published what its own "
	       "workers have told: wait with growthctl status --wait, then stop the workers. "
	       "Producers may go on. Nobody else may be connected to the two databases, since "
	       "they are renamed, in one transaction. That needs the owner of both.\n"
	       "\n"
	       "Events that live has handled and the replay was not fed are handled again. Patterns "
	       "that differ from those that readers hold are published with a higher version as soon "
	       "as cohort-analyzer runs, and matches and goals follow. Records of dead letters, and "
	       "what the clock has caused, are taken over, and so is what belongs to live's database "
	       "itself: owner, rights, settings.\n"
	       "\n"
	       "--undo is for as long as the former database is there; what has come since the "
	       "promotion is handled again by it. When it is not wanted any more: dropdb.\n"
	       "\n"
	       "Examples:\n"
	       "  growthctl diff live night; growthctl promote night\n"
	       "  growthctl promote night --execute\n"
	       "  growthctl promote --undo --execute\n"
	       "\n"
	       "Exit status: 0 done or shown, 65 there is no such shadow, 75 something speaks "
	       "against it, which is said, 77 not permitted.",
};

static int tell_doubts(const struct promotion *promotion)
{
	for (size_t i = 0; i < promotion->doubts.count; i++)
		ctl_say(promotion->ctl, "%s", promotion->doubts.items[i]);
	ctl_say(promotion->ctl, "nothing is changed");
	return EX_TEMPFAIL;
}

/* Both databases are to have no session at the renaming, but one is written before. */
static bool execute(struct promotion *promotion, struct err *err)
{
	if (!promotion_prepare(promotion, err))
		return false;
	promotion_close(promotion);
	return promotion_switch(promotion, err) && promotion_confirm(promotion, err);
}

static int work(struct promotion *promotion)
{
	struct ctl *ctl = promotion->ctl;
	struct err err = { 0 };
	int status;

	if (!promotion_open(promotion, &err) || !promotion_plan(promotion, &err))
		return ctl_fail(ctl, &err);
	promotion_print(promotion);
	status = ctl_flush(ctl);
	if (status)
		return status;
	promotion_close(promotion);
	if (!promotion_find_sessions(promotion, &err))
		return ctl_fail(ctl, &err);
	if (promotion->doubts.count)
		return tell_doubts(promotion);
	if (!promotion->arguments->execute) {
		ctl_say(ctl, "nothing is changed yet: --execute does it");
		return 0;
	}
	if (!promotion_reopen(promotion, &err) || !execute(promotion, &err)) {
		status = ctl_fail(ctl, &err);
		if (!promotion->overtaken)
			return status;
		ctl_say(ctl, "nothing is changed");
		return EX_TEMPFAIL;
	}
	ctl_say(ctl, "what was %s is %s now; start the workers", promotion->next_name,
		promotion->live_name);
	return 0;
}

int command_promote(struct ctl *ctl, int argc, char **argv)
{
	struct promote_arguments arguments = { .ctl = ctl,
					       .maintenance = "postgres",
					       .timeout_ms = TIMEOUT_MS };
	struct promotion promotion = { .ctl = ctl, .arguments = &arguments };
	int status = ctl_parse(ctl, &usage, &arguments, argc, argv);

	if (status)
		return status;
	if (!arguments.group_prefix)
		arguments.group_prefix = ctl->config.kafka.topic_prefix;
	promotion.kind = arguments.undo ? SWITCH_UNDO : SWITCH_PROMOTE;
	status = work(&promotion);
	side_close(&promotion.current);
	side_close(&promotion.next);
	return status;
}
