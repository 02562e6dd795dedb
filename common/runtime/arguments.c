/* What argp calls as it goes along is only noted; acting on it is the caller's. */
#include "arguments.h"

#include <errno.h>
#include <sysexits.h>

#include "nearest.h"

const struct argp_option arguments_options[] = {
	{ "config", 'c', "FILE", 0, "configuration file (libconfig)", 0 },
	{ "set", 's', "KEY=VALUE", 0, "set a key; wins over environment and file; may be repeated",
	  0 },
	{ "print-config", 'p', NULL, 0,
	  "print the effective configuration, secrets masked, and leave", 0 },
	{ "ask-health", 'a', NULL, 0,
	  "ask the worker that runs with this configuration whether it is alive; 0 or 1", 0 },
	{ "help", '?', NULL, 0, "this help, with every key", -1 },
	{ "version", 'V', NULL, 0, "the version, its commit, compiler and libraries", -1 },
	{ "manual", 'M', "keys", OPTION_ARG_OPTIONAL | OPTION_HIDDEN,
	  "the manual page, or only its part about the keys", -1 },
	{ 0 }
};

#define ENOUGH ECANCELED /* ends argp's work, and is no mistake */

static error_t parse_setting(struct arguments *arguments, char *argument, struct argp_state *state)
{
	char *equals = strchr(argument, '=');

	if (!equals || arguments->count == SETTINGS_MAX) {
		argp_error(state, "--set wants KEY=VALUE, at most %d times: \"%.*s\"", SETTINGS_MAX,
			   option_shown_length(argument), argument);
		return EINVAL;
	}
	*equals = 0;
	arguments->settings[arguments->count++] = (struct option_setting){ argument, equals + 1 };
	return 0;
}

static error_t parse_argument(int key, char *argument, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'c':
		arguments->file = argument;
		return 0;
	case 's':
		return parse_setting(arguments, argument, state);
	case 'p':
		arguments->action = ARGUMENTS_PRINT_CONFIG;
		return 0;
	case 'a':
		arguments->action = ARGUMENTS_ASK_HEALTH;
		return 0;
	case '?':
	case 'V':
		arguments->action = key == 'V' ? ARGUMENTS_VERSION : ARGUMENTS_HELP;
		return ENOUGH;
	case 'M':
		arguments->action = argument ? ARGUMENTS_MANUAL_KEYS : ARGUMENTS_MANUAL;
		return ENOUGH;
	case ARGP_KEY_ARG:
		/* Perhaps a conninfo's second part: what it is set to may be a password. */
		argp_error(state, "unexpected argument \"%.*s\"", option_shown_length(argument),
			   argument);
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static struct argp argp_of(const char *doc)
{
	return (struct argp){ .options = arguments_options, .parser = parse_argument, .doc = doc };
}

/* argp's own complaint names nothing that is meant. */
static void check_options(int argc, char **argv)
{
	static const struct argp_option *const tables[] = { arguments_options, NULL };
	const char *nearest, *unknown = nearest_unknown_option(argc, argv, tables, false, &nearest);

	if (!unknown)
		return;
	fprintf(stderr, "%s: unknown option '%.*s'", program_invocation_short_name,
		option_shown_length(unknown), unknown);
	if (nearest)
		fprintf(stderr, "; did you mean '--%s'?", nearest);
	fprintf(stderr, "%s See %s --help\n", nearest ? "" : ".", program_invocation_short_name);
	exit(EX_USAGE);
}

bool arguments_parse(struct arguments *ret_arguments, int argc, char **argv, const char *doc,
		     bool quiet)
{
	const struct argp argp = argp_of(doc);
	unsigned flags = ARGP_NO_HELP | (quiet ? ARGP_NO_ERRS | ARGP_NO_EXIT : 0);

	if (!quiet)
		check_options(argc, argv);
	*ret_arguments = (struct arguments){ 0 };
	error_t error = argp_parse(&argp, argc, argv, flags, NULL, ret_arguments);
	return error == 0 || error == ENOUGH;
}

void arguments_hide_secrets(const struct arguments *arguments, const struct option_group *groups)
{
	for (size_t i = 0; i < arguments->count; i++) {
		const struct option_setting *setting = &arguments->settings[i];

		options_hide_secret(groups, setting->key, (char *)(uintptr_t)setting->value);
	}
}

void arguments_help(const char *name, const char *doc)
{
	const struct argp argp = argp_of(doc);

	argp_help(&argp, stdout, ARGP_HELP_STD_HELP & ~(ARGP_HELP_EXIT_OK | ARGP_HELP_EXIT_ERR),
		  (char *)(uintptr_t)name);
}
