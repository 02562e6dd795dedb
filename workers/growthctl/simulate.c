/* growthctl simulate: the options, and the lines on stdout. What happens in the simulated world is
 * decide_simulate*.c's. */
#include "ctl.h"
#include "decide_positions.h"
#include "decide_simulate.h"
#include "instant.h"

#define CHUNK_BYTES (1 << 18)

struct request {
	struct simulation_options simulation;
	bool truth;
};

/* A date, or a whole instant at midnight. */
static void take_date(struct argp_state *state, const struct usage_option *option, const char *text,
		      void *member)
{
	utc_us *time = member;

	if (!time_parse(text, time) || *time % US_PER_DAY || *time < 0)
		argp_error(state, "--%s wants a date such as 2020-01-31, not '%s'", option->name,
			   text);
}

static void take_outcomes(struct argp_state *state, const struct usage_option *option,
			  const char *text, void *member)
{
	struct simulation_options *simulation = member;

	(void)option;
	if (text && strcmp(text, "only") != 0)
		argp_error(state, "--outcomes or --outcomes=only, not --outcomes=%s", text);
	simulation->outcomes = true;
	simulation->history = text == NULL;
}

static const struct usage_option options[] = {
	USAGE_NUMBER(struct request, simulation.contractors, "contractors", 'n', "N", 1,
		     SIMULATION_CONTRACTORS_MAX, "How many contractors, with ids from 1 (2000)"),
	USAGE_NUMBER(struct request, simulation.seed, "seed", 's', "S", 0, INT64_MAX,
		     "Which history: the same seed gives the same bytes (1)"),
	USAGE_OWN(take_date, .name = "from", .placeholder = "DATE",
		  .help = "First day of the history (2019-06-30)",
		  .offset = offsetof(struct request, simulation.from)),
	USAGE_OWN(take_date, .name = "to", .placeholder = "DATE",
		  .help = "Day after its last (2024-06-30)",
		  .offset = offsetof(struct request, simulation.to)),
	USAGE_OWN(take_outcomes, .name = "outcomes", .placeholder = "only", .text_optional = true,
		  .help = "Write also how the goals end that goal-enricher makes at the end of the "
			  "history, in the 270 days after it; with =only write nothing else",
		  .offset = offsetof(struct request, simulation)),
	USAGE_FLAG(struct request, truth, "truth", 0,
		   "Write instead what is true in every such history: per transition each item's "
		   "role, effect (0.5: half as likely again to grow) and popularity, and the share "
		   "of goals of each type that are completed"),
	USAGE_END
};

static void check(struct argp_state *state, const void *from)
{
	const struct request *request = from;
	int64_t days = instant_days_between(request->simulation.from, request->simulation.to);

	if (days < SIMULATION_DAYS_MIN || days > SIMULATION_DAYS_MAX)
		argp_error(state, "--from and --to must be %d to %d days apart",
			   SIMULATION_DAYS_MIN, SIMULATION_DAYS_MAX);
}

static const struct usage usage = {
	.options = options,
	.check = check,
	.doc = "Writes a made-up history of contractors to stdout, in order of time, a JSON "
	       "object a line, as growthctl emit reads it.\v"
	       "Examples:\n"
	       "  growthctl simulate --contractors 2000 --seed 7 >history.ndjson\n"
	       "  growthctl simulate -n 10000 | growthctl emit\n"
	       "  growthctl simulate -n 2000 --outcomes=only | growthctl emit\n"
	       "  growthctl simulate --truth | jq 'select(.role == \"effective\")'\n"
	       "\n"
	       "What is in it. Contractors start in any tier, most in the low ones, and two thirds "
	       "are there from the first quarter on. Most have been in their tier for up to two "
	       "years when they are first seen; half of these tell since when, and nobody knows "
	       "what they did before. A quarter of those in a tier can never grow out of it; the "
	       "others have a talent of their own.\n"
	       "In each tier 8 of 61 things to do and 2 of 10 focus areas raise the chance to "
	       "grow, by 20 to 115 %, 30 days after they were taken up (BuildPro, LeadGen Tools and "
	       "a CRM below $5M; CrewFinder, an operations manager and Traction after it; then job "
	       "costing and a leadership team); 4 do harm. Most of these take time, and most of "
	       "what is popular does nothing (a new website, WebWorks Marketing): counting what "
	       "winners did finds the wrong things, and so does comparing them with all others. "
	       "7 companions, useless themselves, are done together with something that helps. 5 "
	       "consequences are done because one has grown, some of them before the new tier is "
	       "told, which takes up to 40 days. Keen contractors do more of everything, like some "
	       "useless things best, and grow more anyway.\n"
	       "Some skip a tier, fall back, fall silent for months or years, close down, or are "
	       "told with a wrong tier for some days. Profiles come again unchanged. Partners are "
	       "rated and scored. A few goals come from upstream (goal.created) and are completed "
	       "or given up. --truth prints the world itself.\n"
	       "\n"
	       "--outcomes adds goal.completed for six contractors of seven, under the ids that "
	       "goal-enricher gives the goal of growing out of the tier they are in and those of "
	       "the other types that patterns have, whether or not it has made them (send those that "
	       "it has: the rest would wait in success-tracker), and feedback.submitted for some. How "
	       "many are completed depends on tier and type; some contractors are better at it.\n"
	       "\n"
	       "A contractor's history depends on the seed, his id and the dates alone, not on "
	       "how many others there are. Tiers, stages and focus areas are those of the "
	       "configuration (vocabulary.*).",
};

static int write_lines(const struct ctl *ctl, const struct simulation_options *simulation)
{
	struct simulated_events events;
	struct buffer out = { 0 };
	struct arena scratch;
	bool ok = true;

	arena_init(&scratch);
	simulate(simulation, &events);
	for (size_t i = 0; ok && i < events.count; i++) {
		simulate_line(simulation, &events.items[i], &scratch, &out);
		if (out.length >= CHUNK_BYTES || i + 1 == events.count) {
			ok = fwrite(out.bytes, 1, out.length, stdout) == out.length;
			buffer_clear(&out);
		}
	}
	simulated_events_release(&events);
	buffer_release(&out);
	arena_release(&scratch);
	return ctl_flush(ctl);
}

static int write_truth(const struct ctl *ctl)
{
	struct buffer out = { 0 };

	simulate_truth(&ctl->config.vocabulary, &out);
	fwrite(out.bytes, 1, out.length, stdout);
	buffer_release(&out);
	return ctl_flush(ctl);
}

int command_simulate(struct ctl *ctl, int argc, char **argv)
{
	struct request request = {
		.simulation = {
			.contractors = 2000,
			.seed = 1,
			.from = INT64_C(18077) * US_PER_DAY, /* 2019-06-30 */
			.to = INT64_C(19904) * US_PER_DAY,   /* 2024-06-30 */
			.history = true,
			.vocabulary = &ctl->config.vocabulary,
		},
	};
	int status = ctl_parse(ctl, &usage, &request, argc, argv);

	if (status)
		return status;
	if (ctl->config.vocabulary.tiers.count < 2 ||
	    ctl->config.vocabulary.tiers.count > SIMULATION_TIERS_MAX) {
		ctl_say(ctl, "vocabulary.tiers: 2 to %d tiers are needed", SIMULATION_TIERS_MAX);
		return EX_CONFIG;
	}
	return request.truth ? write_truth(ctl) : write_lines(ctl, &request.simulation);
}
