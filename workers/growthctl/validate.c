/* growthctl validate: the options, and the order of reading, all in one snapshot. */
#include "validate.h"

#include <errno.h>

struct arguments {
	struct split split;
	struct optional_time as_of;
	int64_t within;
	bool by_contractors; /* --seed or --hold-out is given */
	bool json;
};

static void take_seed(struct argp_state *state, const struct usage_option *option, const char *text,
		      void *into)
{
	struct arguments *arguments = into;

	arguments->split.seed = (uint64_t)usage_number(state, option, text);
	arguments->by_contractors = true;
}

static void take_share(struct argp_state *state, const struct usage_option *option,
		       const char *text, void *into)
{
	struct arguments *arguments = into;
	double share;
	char *end;

	errno = 0;
	share = strtod(text, &end);
	if (errno || end == text || *end || !(share > 0 && share < 1))
		argp_error(state, "--%s wants a number between 0 and 1, not '%s'", option->name,
			   text);
	arguments->split.hold_out = share;
	arguments->by_contractors = true;
}

#define TIMES "2023-06-30 or 2023-06-30T12:00:00Z"

static const struct usage_option options[] = {
	USAGE_OWN(take_seed, .name = "seed", .key = 's', .placeholder = "N", .low = 0,
		  .high = INT64_MAX, .help = "Which contractors are held out (1)"),
	USAGE_OWN(take_share, .name = "hold-out", .placeholder = "SHARE",
		  .help = "How many of them, between 0 and 1 (0.2)"),
	USAGE_TIME(struct arguments, split.learn_until, "learn-until", 0, TIMES,
		   "Split by time instead: learn from what was before, test on what came after"),
	USAGE_TIME(struct arguments, as_of, "as-of", 0, TIMES,
		   "Where the history ends (its newest event; outcomes of goals count to the end)"),
	USAGE_NUMBER(struct arguments, within, "within", 0, "MONTHS", 1, 1200,
		     "In how many months a match should lead to levelling up (24; by time: all "
		     "that follow)"),
	USAGE_FLAG(struct arguments, json, "json", 0, "Write JSON"),
	USAGE_END
};

static void check(struct argp_state *state, const void *from)
{
	const struct arguments *arguments = from;
	const struct optional_time *until = &arguments->split.learn_until;

	if (until->present && arguments->by_contractors)
		argp_error(state, "--seed and --hold-out split by contractors, --learn-until by "
				  "time: one of them");
	if (until->present && arguments->as_of.present && arguments->as_of.value <= until->value)
		argp_error(state, "--as-of must be after --learn-until");
}

static const struct usage usage = {
	.options = options,
	.check = check,
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

static void learn(void *validation, const struct history *history)
{
	validation_learn(validation, history);
}

static void test(void *validation, const struct history *history)
{
	validation_test(validation, history);
}

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
	if (!validate_history(db, settings->vocabulary, learn, validation, err))
		return false;
	validation_conclude(validation);
	if (!validate_history(db, settings->vocabulary, test, validation, err))
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
	int status = ctl_parse(ctl, &usage, &arguments, argc, argv);

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
