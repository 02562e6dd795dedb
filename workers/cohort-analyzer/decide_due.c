#include "decide_due.h"

#include "instant.h"

static const char *const schedule_names[] = { "off", "monthly", NULL };

const struct config_option recalculation_options[] = {
	OPTION_CHOICE(struct recalculation_options, schedule, "recalculation.schedule", "monthly",
		      schedule_names, "recalculate on the first of each month at 00:00 UTC"),
	OPTION_NUMBER(struct recalculation_options, drift_share, "recalculation.drift_share", "0.1",
		      0, 1,
		      "recalculate a transition when more than this share of its cohort has "
		      "changed, or when somebody in it was erased; 0: never"),
	OPTION_DURATION(struct recalculation_options, drift_every_ms, "recalculation.drift_every",
			"1h", 1, 86400000.0 * 366, "how often to look for that"),
	OPTION_INT(struct recalculation_options, threads, "recalculation.threads", "2", 1, 64,
		   "threads that read and calculate, each with a connection"),
	OPTION_END
};

static struct due monthly_due(const struct schedule_state *state, utc_us now)
{
	struct due due = { .at = instant_month(now, 0) };

	if (state->asked_for.present)
		due.kind = state->asked_for.value < due.at ? DUE_MONTHLY : DUE_NOTHING;
	else
		due.kind = state->begun ? DUE_BEGINNING : DUE_NOTHING;
	return due;
}

static bool drift_is_due(const struct schedule_state *state,
			 const struct recalculation_options *options, utc_us now)
{
	return options->drift_share > 0 && state->calculated &&
	       (!state->looked_at.present ||
		now - state->looked_at.value >= options->drift_every_ms * 1000);
}

struct due decide_due(const struct schedule_state *state,
		      const struct recalculation_options *options, utc_us now)
{
	struct due due = { DUE_NOTHING, now };

	if (options->schedule == SCHEDULE_MONTHLY)
		due = monthly_due(state, now);
	if (due.kind == DUE_NOTHING && drift_is_due(state, options, now))
		due = (struct due){ DUE_DRIFT, now };
	return due;
}
