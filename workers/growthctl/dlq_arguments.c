/* The command line of growthctl dlq. */
#include "dlq.h"
#include "nearest.h"
#include "positions.h"

#define TIMEOUT_MS 15000
#define LIST_MOST 100
#define SEND_MOST 100000

static void take_state(struct argp_state *state, const struct usage_option *option,
		       const char *text, void *into)
{
	struct dlq_arguments *arguments = into;
	int found = 0;

	while (letter_state_names[found] && strcmp(letter_state_names[found], text) != 0)
		found++;
	if (!letter_state_names[found] && strcmp(text, "any") != 0)
		argp_error(
			state,
			"--%s wants open, pending, retried, imported, discarded or any, not '%s'",
			option->name, text);
	arguments->filter.state = (enum letter_state)found;
}

#define FILTERS \
	USAGE_TEXT(struct dlq_arguments, filter.topic, "topic", 't', "TOPIC", \
		   "Only of messages of this topic"), \
		USAGE_TEXT(struct dlq_arguments, filter.reason, "reason", 'r', "TEXT", \
			   "Only those whose reason has this text in it"), \
		USAGE_TEXT(struct dlq_arguments, filter.error_class, "error", 'e', "CLASS", \
			   "Only of this class: decode, handle, parked, or an SQLSTATE"), \
		USAGE_TIME(struct dlq_arguments, filter.from, "from", 0, "2024-06-30", \
			   "Only dead-lettered at or after this date or instant"), \
		USAGE_TIME(struct dlq_arguments, filter.to, "to", 0, "2024-06-30", \
			   "Only dead-lettered before it"), \
		USAGE_NUMBER(struct dlq_arguments, limit, "limit", 'l', "N", 1, 100000000, \
			     "At most so many, the oldest of each worker first")
#define STATE \
	USAGE_OWN(take_state, .name = "state", .placeholder = "STATE", \
		  .choices = letter_state_names, \
		  .help = "open (the default), pending, retried, imported, discarded, any")
#define TIMEOUT \
	USAGE_DURATION(struct dlq_arguments, timeout_ms, "timeout", 0, \
		       "How long to wait for the servers (15s)")
#define DRY_RUN \
	USAGE_FLAG(struct dlq_arguments, dry_run, "dry-run", 'n', "Only show what would be done")
#define ALL USAGE_FLAG(struct dlq_arguments, all, "all", 0, "All that are open")

static const struct usage_option list_options[] = {
	FILTERS, STATE, USAGE_FLAG(struct dlq_arguments, json, "json", 0, "Write JSON"), TIMEOUT,
	USAGE_END
};
static const struct usage_option export_options[] = { FILTERS, STATE, TIMEOUT, USAGE_END };
static const struct usage_option show_options[] = { TIMEOUT, USAGE_END };
static const struct usage_option retry_options[] = { ALL, FILTERS, DRY_RUN, TIMEOUT, USAGE_END };
static const struct usage_option discard_options[] = {
	USAGE_TEXT(struct dlq_arguments, because, "because", 'b', "TEXT", "Why; kept with it"),
	ALL,
	FILTERS,
	DRY_RUN,
	TIMEOUT,
	USAGE_END
};
static const struct usage_option import_options[] = {
	USAGE_OFF(struct dlq_arguments, check, "no-check", 0,
		  "Send without looking at topics, keys and values"),
	DRY_RUN, TIMEOUT, USAGE_END
};

/* A place has colons, a worker has none. */
static bool take_letters(struct argp_state *state, const char *text, void *into)
{
	struct dlq_arguments *arguments = into;
	struct letter_filter *filter = &arguments->filter;
	struct arena *arena = &arguments->ctl->arena;
	struct letter_place place;
	struct err err = { 0 };

	if (!strchr(text, ':')) {
		filter->workers.items = arena_grow(arena, (void *)filter->workers.items,
						   filter->workers.count, filter->workers.count + 1,
						   sizeof(*filter->workers.items));
		filter->workers.items[filter->workers.count++] = text;
		return true;
	}
	/* The prefix is in the configuration, which is read after this. */
	if (!place_parse(text, "", arena, &place, &err))
		argp_error(state, "%s", err.text);
	filter->places.items = arena_grow(arena, filter->places.items, filter->places.count,
					  filter->places.count + 1, sizeof(*filter->places.items));
	filter->places.items[filter->places.count++] = place;
	return true;
}

static bool take_file(struct argp_state *state, const char *text, void *into)
{
	struct dlq_arguments *arguments = into;
	bool first = !arguments->file;

	(void)state;
	arguments->file = text;
	return first;
}

static bool has_filters(const struct dlq_arguments *arguments)
{
	const struct letter_filter *filter = &arguments->filter;

	return filter->workers.count || filter->topic || filter->reason || filter->error_class ||
	       filter->from.present || filter->to.present;
}

static void check_letters(struct argp_state *state, const void *from)
{
	const struct dlq_arguments *arguments = from;

	if (arguments->ctl->print_config)
		return;
	if (arguments->filter.places.count && (arguments->all || has_filters(arguments)))
		argp_error(state, "letters by their places, or by filters, not both");
	if (arguments->verb == DLQ_SHOW && !arguments->filter.places.count)
		argp_error(state, "which dead letter? growthctl dlq list shows them");
	if (arguments->verb == DLQ_DISCARD && (!arguments->because || !*arguments->because))
		argp_error(state, "--because TEXT: a letter is not discarded without a reason");
	if ((arguments->verb == DLQ_RETRY || arguments->verb == DLQ_DISCARD) &&
	    !arguments->filter.places.count && !arguments->all && !has_filters(arguments))
		argp_error(state, "which dead letters? Places, filters, or --all");
}

static const char *const verbs[] = { "summary", "list",   "show",   "retry",
				     "discard", "export", "import", NULL };

static const struct usage usages[] = {
	[DLQ_SUMMARY] = {
		.verbs = verbs,
		.options = list_options,
		.arguments = "[summary] [WORKER...]\n"
			     "list [WORKER...]\nshow LETTER...\nretry LETTER...|--all|FILTER...\n"
			     "discard LETTER...|--all|FILTER... --because TEXT\n"
			     "export [LETTER...]\nimport [FILE]",
		.take = take_letters,
		.check = check_letters,
		.doc = "What could not be handled: dead letters, counted by what went wrong. list, show, "
		       "retry, discard, export and import have a --help of their own.\v"
		       "A dead letter stays in the topic WORKER.dlq until Kafka deletes it "
		       "(topics.dead_letter_retention). What was decided about it is kept in Postgres, in "
		       "operator.dead_letters; a letter without a record is open.\n"
		       "\n"
		       "Examples:\n"
		       "  growthctl dlq\n"
		       "  growthctl dlq list matcher --reason revenue_tier\n"
		       "  growthctl dlq show matcher.dlq:0:12\n"
		       "  growthctl dlq retry matcher --reason revenue_tier --dry-run\n"
		       "\n"
		       "Exit status: 0 done, 64 wrong use, 69 Kafka or Postgres not to be had.",
	},
	[DLQ_LIST] = {
		.options = list_options,
		.arguments = "[WORKER...|LETTER...]",
		.take = take_letters,
		.check = check_letters,
		.doc = "Lists dead letters: where each is, when and from where it came, what has become "
		       "of it, and the reason. At most 100 unless --limit says otherwise.\v"
		       "Examples:\n"
		       "  growthctl dlq list\n"
		       "  growthctl dlq list goal-enricher --error parked --from 2024-06-30\n"
		       "  growthctl dlq list --state any --json | jq -r '.[].reason'\n"
		       "\n"
		       "Exit status: 0, also when there is none.",
	},
	[DLQ_SHOW] = {
		.options = show_options,
		.arguments = "LETTER...",
		.take = take_letters,
		.check = check_letters,
		.doc = "Shows all of a dead letter: reason and context, the message's key, headers and "
		       "value. LETTER is as list writes it: TOPIC:PARTITION:OFFSET.\v"
		       "Examples:\n"
		       "  growthctl dlq show matcher.dlq:0:12\n"
		       "\n"
		       "Exit status: 66 when there is no such letter.",
	},
	[DLQ_RETRY] = {
		.options = retry_options,
		.arguments = "LETTER...|--all|FILTER...",
		.take = take_letters,
		.check = check_letters,
		.doc = "Sends the messages of open dead letters again, to the topics that they came from, "
		       "after what was wrong is put right.\v"
		       "A message keeps its event id (one without CloudEvents headers gets the id that its "
		       "place had given it), so workers that have handled it ignore it, and one that has not "
		       "handles it now. Where several workers could not, one message answers the letters of "
		       "all. What fails again is a new dead letter, which names this one.\n"
		       "\n"
		       "Each is sent once: it is recorded first, then sent in a Kafka transaction that "
		       "carries the record's number. If this command dies on the way, the next one finds "
		       "out what Kafka has.\n"
		       "\n"
		       "Examples:\n"
		       "  growthctl dlq retry matcher.dlq:0:12\n"
		       "  growthctl dlq retry --reason revenue_tier --dry-run\n"
		       "  growthctl dlq retry --all\n"
		       "\n"
		       "Exit status: 0 all that were meant are sent, 65 some cannot be, which is said, 66 no "
		       "such letter, 69 Kafka or Postgres not to be had, or somebody else is at it, 78 a "
		       "topic does not exist.",
	},
	[DLQ_DISCARD] = {
		.options = discard_options,
		.arguments = "LETTER...|--all|FILTER...",
		.take = take_letters,
		.check = check_letters,
		.doc = "Decides that dead letters are not handled, and why. They stay in their topic, and "
		       "export and import can still bring one back.\v"
		       "Examples:\n"
		       "  growthctl dlq discard matcher.dlq:0:12 --because 'a test of the importer'\n"
		       "  growthctl dlq discard success-tracker -e parked --to 2024-06-30 -b 'goals of 2023' -n\n"
		       "\n"
		       "Exit status: 0 done, 65 some are not open, 66 no such letter, 69 Kafka or Postgres "
		       "not to be had, or somebody else is at it.",
	},
	[DLQ_EXPORT] = {
		.options = export_options,
		.arguments = "[WORKER...|LETTER...]",
		.take = take_letters,
		.check = check_letters,
		.doc = "Writes dead letters as growthctl emit has messages: a JSON object a line, with "
		       "\"dead_letter\" for what went wrong. To be mended, and sent by growthctl dlq import.\v"
		       "A value that is no JSON object is text in \"payload\"; what is no text at all is "
		       "\"value_hex\", which only tells what was there. To make workers handle a mended "
		       "message that have handled the original, give it another \"id\".\n"
		       "\n"
		       "Examples:\n"
		       "  growthctl dlq export matcher >letters.ndjson\n"
		       "  growthctl dlq export -r revenue_tier | jq -c '.value.revenue_tier = \"0_5_million\"' |\n"
		       "      growthctl dlq import -\n"
		       "\n"
		       "Exit status: 66 no such letter.",
	},
	[DLQ_IMPORT] = {
		.options = import_options,
		.arguments = "[FILE]",
		.take = take_file,
		.doc = "Sends the lines of growthctl dlq export, mended or not, from FILE or stdin to their "
		       "topics, and records it. Lines whose letter is sent already are left out, so a file "
		       "may be imported again after a failure.\v"
		       "Every line is checked first, as growthctl emit does; with a bad one nothing is sent.\n"
		       "\n"
		       "Examples:\n"
		       "  growthctl dlq import letters.ndjson\n"
		       "  growthctl dlq import --dry-run letters.ndjson\n"
		       "\n"
		       "Exit status: 65 a bad line, 66 no such file, 69 Kafka or Postgres not to be had, or "
		       "somebody else is at it, 78 a topic does not exist.",
	},
};

static void strip_prefix(struct dlq_arguments *arguments)
{
	const char *prefix = arguments->ctl->config.kafka.topic_prefix;
	size_t length = strlen(prefix);

	for (size_t i = 0; i < arguments->filter.places.count; i++) {
		struct letter_place *place = &arguments->filter.places.items[i];

		if (strncmp(place->topic, prefix, length) == 0 && place->topic[length])
			place->topic += length;
	}
	if (arguments->filter.topic && strncmp(arguments->filter.topic, prefix, length) == 0)
		arguments->filter.topic += length;
}

/* The first word may have been meant as a verb. */
static bool check_worker(const struct ctl *ctl, const struct dlq_arguments *arguments, size_t index)
{
	const char *name = arguments->filter.workers.items[index];

	if (index == 0 && arguments->verb == DLQ_SUMMARY && !nearest_name(name, worker_names) &&
	    nearest_name(name, verbs)) {
		ctl_unknown(ctl, "dlq command", name, verbs);
		return false;
	}
	return positions_worker(ctl, name);
}

int dlq_parse(struct dlq_arguments *arguments, int argc, char **argv)
{
	struct ctl *ctl = arguments->ctl;
	int verb = 0, status;

	while (argc > 1 && verbs[verb] && strcmp(verbs[verb], argv[1]) != 0)
		verb++;
	if (argc > 1 && verbs[verb]) {
		argv++;
		argc--;
		argv[0] = arena_printf(&ctl->arena, "growthctl dlq %s", verbs[verb]);
	} else {
		verb = DLQ_SUMMARY;
	}
	arguments->verb = (enum dlq_verb)verb;
	arguments->check = true;
	arguments->timeout_ms = TIMEOUT_MS;
	arguments->limit = verb == DLQ_LIST ? LIST_MOST : SEND_MOST;
	arguments->filter.state = LETTER_OPEN;
	status = ctl_parse(ctl, &usages[verb], arguments, argc, argv);
	if (status)
		return status;
	strip_prefix(arguments);
	for (size_t i = 0; i < arguments->filter.workers.count; i++)
		if (!check_worker(ctl, arguments, i))
			return EX_USAGE;
	return 0;
}
