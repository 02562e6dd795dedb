/* growthctl validate: the options, and the order of reading, all in one snapshot. */
#include "validate.h"

#include <errno.h>

#include "instant.h"

enum { KEY_SEED = 's', KEY_HOLD_OUT = 0x2000, KEY_LEARN_UNTIL, KEY_AS_OF, KEY_WITHIN, KEY_JSON };

struct arguments {
	struct split split;
	struct optional_time as_of;
	int64_t within;
	bool seed, json;
};

static const struct argp_option options[] = {
	{ "seed", KEY_SEED, "N", 0, "Which contractors are held out (1)", 0 },
	{ "hold-out", KEY_HOLD_OUT, "SHARE", 0, "How many of them, between 0 and 1 (0.2)", 0 },
	{ "learn-until", KEY_LEARN_UNTIL, "TIME", 0,
	  "Split by time instead: learn from what was before, test on what came after", 0 },
	{ "as-of", KEY_AS_OF, "TIME", 0,
	  "Where the history ends (its newest event; outcomes of goals count to the end)", 0 },
	{ "within", KEY_WITHIN, "MONTHS", 0,
	  "In how many months a match should lead to levelling up (24; by time: all that follow)",
	  0 },
	{ "json", KEY_JSON, NULL, 0, "Write JSON", 0 },
	{ 0 }
};

/* A date, or a whole instant. */
static struct optional_time parse_time(struct argp_state *state, const char *name, const char *text)
{
	struct optional_time time = { .present = true };
	char instant[48];

	snprintf(instant, sizeof(instant), "%s%s", text, strlen(text) == 10 ? "T00:00:00Z" : "");
	if (strlen(text) >= sizeof(instant) - 10 ||
	    !instant_parse(instant, strlen(instant), &time.value))
		argp_error(state,
			   "--%s wants a time such as 2023-06-30 or 2023-06-30T12:00:00Z, "
			   "not '%s'",
			   name, text);
	return time;
}

static double parse_share(struct argp_state *state, const char *text)
{
	char *end;
	double share;

	errno = 0;
	share = strtod(text, &end);
	if (errno || end == text || *end || !(share > 0 && share < 1))
		argp_error(state, "--hold-out wants a number between 0 and 1, not '%s'", text);
	return share;
}

static void check(const struct arguments *arguments, struct argp_state *state)
{
	const struct optional_time *until = &arguments->split.learn_until;

	if (until->present && arguments->seed)
		argp_error(state, "--seed and --hold-out split by contractors, --learn-until by "
				  "time: one of them");
	if (until->present && arguments->as_of.present && arguments->as_of.value <= until->value)
		argp_error(state, "--as-of must be after --learn-until");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case KEY_SEED:
		arguments->split.seed = (uint64_t)ctl_number(state, "seed", argument, 0, INT64_MAX);
		arguments->seed = true;
		return 0;
	case KEY_HOLD_OUT:
		arguments->split.hold_out = parse_share(state, argument);
		arguments->seed = true;
		return 0;
	case KEY_LEARN_UNTIL:
		arguments->split.learn_until = parse_time(state, "learn-until", argument);
		return 0;
	case KEY_AS_OF:
		arguments->as_of = parse_time(state, "as-of", argument);
		return 0;
	case KEY_WITHIN:
		arguments->within = ctl_number(state, "within", argument, 1, 1200);
		return 0;
	case KEY_JSON:
		arguments->json = true;
		return 0;
	case ARGP_KEY_END:
		check(arguments, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.doc = "Learns patterns from one part of the recorded contractors and judges them by the "
	       "other, beside the naive method: what most of the winners used, and their mean "
	       "time. Reads Postgres in one snapshot and writes nothing.\v"
	       "Examples:\n"
	       "  growthctl validate --seed 7 --hold-out 0.2\n"
	       "  growthctl validate --learn-until 2023-06-30 --json | jq .timelines\n"
	       "\n"
	       "Matches: of the contractors that were active 24 months before the end (--within), "
	       "with a pattern for their tier, the share that got a match, and the AUC of the "
	       "match score for levelling up since: 0.5 is chance. Then over all patterns near one's "
	       "tier: whether one makes the step that the pattern is of. The naive score is how "
	       "much of the winners' ten most used items one has used.\n"
	       "\n"
	       "Confidence: expected success against how the goals of held-out contractors ended "
	       "(Brier score and calibration error: 0 is best), and the rank correlation of "
	       "confidence and success over the patterns with 30 of them. The naive value is "
	       "the mean usage of the winners' five most used items.\n"
	       "\n"
	       "Timelines: predictions at entry into the tier and 6 and 12 months later, over "
	       "those who levelled up, once twice the predicted time is over. Good: in the range "
	       "or within 20 % of its nearer end. In range: should be 0.70. At best: what no "
	       "single number can surpass, given how much contractors differ.\n"
	       "\n"
	       "Exit codes: 0, 65 when there is no history to learn from or to test on.",
};

/* Both readings of the history. */
static bool run(struct ctl *ctl, struct db *db, const struct validation_settings *settings,
		struct validation_report *ret_report, struct err *err)
{
	struct outcome_recorded *outcomes;
	struct validation *validation;
	size_t count;

	if (!validate_outcomes(db, &ctl->arena, &outcomes, &count, err))
		return false;
	validation = validation_new(settings, outcomes, count, &ctl->arena);
	if (!validate_history(db, settings->vocabulary, validation_learn, validation, err))
		return false;
	validation_conclude(validation);
	if (!validate_history(db, settings->vocabulary, validation_test, validation, err))
		return false;
	*ret_report = validation_report(validation);
	return true;
}

/* Why nothing can be judged; NULL: it can. */
static const char *hindrance_of(const struct arguments *arguments,
				const struct optional_time *history)
{
	const struct optional_time *until = &arguments->split.learn_until;

	if (!history->present)
		return "there is no history to learn from yet";
	if (until->present && until->value >= history->value)
		return "the history ends before --learn-until: there is nothing to test on";
	return NULL;
}

/* False with an error, or with *ret_hindrance. */
static bool validate(struct ctl *ctl, struct db *db, const struct arguments *arguments,
		     const char **ret_hindrance, struct err *err)
{
	struct optional_time history, votes;
	struct validation_report report;

	if (!db_begin_snapshot(db, err) || !validate_ends(db, &ctl->arena, &history, &votes, err))
		return false;
	*ret_hindrance = hindrance_of(arguments, &history);
	if (*ret_hindrance)
		return false;

	struct validation_settings settings = {
		.vocabulary = &ctl->config.vocabulary,
		.constants = ctl->config.constants,
		.split = arguments->split,
		.as_of = history.value,
		.votes_as_of = votes.present && votes.value > history.value ? votes.value
									    : history.value,
		.within = (double)arguments->within,
	};

	if (arguments->as_of.present)
		settings.as_of = settings.votes_as_of = arguments->as_of.value;
	if (!run(ctl, db, &settings, &report, err) || !db_commit(db, err))
		return false;
	if (arguments->json)
		validate_print_json(&settings, &report);
	else
		validate_print(&settings, &report, &ctl->arena);
	return true;
}

int command_validate(struct ctl *ctl, int argc, char **argv)
{
	struct arguments arguments = { .split = { .seed = 1, .hold_out = 0.2 }, .within = 24 };
	struct err err = { 0 };
	const char *hindrance = NULL;
	struct db *db;
	int status = ctl_parse(ctl, &argp, &arguments, argc, argv);

	if (status)
		return status;
	db = ctl_database(ctl, &err);
	if (db && validate(ctl, db, &arguments, &hindrance, &err)) {
		status = ctl_flush(ctl);
	} else if (hindrance) {
		ctl_say(ctl, "%s", hindrance);
		status = CTL_DIFFERENT;
	} else {
		status = ctl_fail(ctl, &err);
	}
	db_close(db);
	return status;
}
