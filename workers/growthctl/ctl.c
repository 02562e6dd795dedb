/*
 * Two argp parsers a run: the first reads what stands before the command and stops there, the
 * second belongs to the command. Both know the options of every command, so `growthctl --config F
 * status` and `growthctl status --config F` are the same.
 */
#include "ctl.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <unistd.h>

#include "buffer.h"
#include "complete.h"
#include "completion.h"
#include "core_dump.h"
#include "manual_page.h"
#include "nearest.h"
#include "output.h"
#include "runtime_config.h"
#include "standard_files.h"
#include "version.h"

enum { KEY_CONFIG = 'c', KEY_SET = 0x1000, KEY_PRINT_CONFIG, KEY_COLOR };

static const struct config_option ctl_options[] = {
	OPTION_TEXT(struct ctl_config, kafka.bootstrap_servers, "kafka.bootstrap_servers",
		    "127.0.0.1:9092", "brokers to start from, host:port,host:port"),
	OPTION_TEXT(struct ctl_config, kafka.topic_prefix, "kafka.topic_prefix", "",
		    "put in front of every topic's name"),
	OPTION_TEXT(
		struct ctl_config, kafka.group_id, "kafka.group_id", "",
		"consumer group of the worker that positions is about; empty: kafka.topic_prefix and the worker's name"),
	OPTION_MAP(
		struct ctl_config, kafka.properties, "kafka.properties",
		"librdkafka properties, handed on unread: kafka.properties.security.protocol=SSL"),
	OPTION_TEXT(
		struct ctl_config, kafka.password_file, "kafka.password_file", "",
		"file with the password of kafka.properties.sasl.username, not readable by everyone"),
	OPTION_SECRET(struct ctl_config, postgres.conninfo, "postgres.conninfo", "dbname=growth",
		      "libpq connection string or URI"),
	OPTION_TEXT(struct ctl_config, postgres.password_file, "postgres.password_file", "",
		    "file with the password of the database role, not readable by everyone"),
	OPTION_INT(struct ctl_config, topics.partitions, "topics.partitions", "4", 1, 10000,
		   "partitions of a topic, where the design does not want just one"),
	OPTION_INT(struct ctl_config, topics.replication_factor, "topics.replication_factor", "1",
		   1, 100, "copies of each partition"),
	OPTION_DURATION(struct ctl_config, topics.retention_ms, "topics.retention", "0", 0,
			3153600000000.0,
			"how long topics keep messages; 0: as the broker has it. "
			"contractor.updated keeps them for ever"),
	OPTION_DURATION(struct ctl_config, topics.dead_letter_retention_ms,
			"topics.dead_letter_retention", "30d", 60000, 3153600000000.0,
			"how long dead letters are kept"),
	OPTION_TEXT(struct ctl_config, migrations, "migrations.directory", "",
		    "folder of NNNN_name.sql files; empty: the ones that belong to this program"),
	OPTION_END
};

const struct option_group ctl_groups[] = {
	{ ctl_options, 0 },
	{ vocabulary_options, offsetof(struct ctl_config, vocabulary) },
	{ wording_options, offsetof(struct ctl_config, vocabulary.wording) },
	{ constants_options, offsetof(struct ctl_config, constants) },
	{ 0 }
};

/* What only workers want to know may stand in the same file. */
static const struct option_group worker_groups[] = { { runtime_options, 0 },
						     { shared_sections, 0 },
						     { 0 } };

/* ---- options of every command ---- */

const struct argp_option ctl_global_options[] = {
	{ "config", KEY_CONFIG, "FILE", 0, "Configuration, the same file as the workers'", 10 },
	{ "set", KEY_SET, "KEY=VALUE", 0,
	  "Set a key of the configuration, over file and environment", 10 },
	{ "print-config", KEY_PRINT_CONFIG, NULL, 0,
	  "Print the configuration in force, what each key means and where its value is from", 10 },
	{ "color", KEY_COLOR, "WHEN", OPTION_ARG_OPTIONAL,
	  "Bold and colours: auto (on a terminal, unless NO_COLOR is set), always, never", 10 },
	{ 0 }
};

/* A secret is then in the arena only, no longer in argv, for ps to show. */
static void add_setting(struct ctl *ctl, struct argp_state *state, char *text)
{
	char *equals = strchr(text, '=');
	const char *key, *value;

	if (!equals || equals == text)
		argp_error(state, "--set wants KEY=VALUE, not '%.*s'", option_shown_length(text),
			   text);
	ctl->settings = arena_grow(&ctl->arena, ctl->settings, ctl->settings_count,
				   ctl->settings_count + 1, sizeof(*ctl->settings));
	key = arena_strndup(&ctl->arena, text, (size_t)(equals - text));
	value = arena_strdup(&ctl->arena, equals + 1);
	ctl->settings[ctl->settings_count++] = (struct option_setting){ key, value };
	options_hide_secret(ctl_groups, key, equals + 1);
}

static void take_color(struct argp_state *state, const char *text)
{
	int found = 0;

	while (output_color_names[found] && strcmp(output_color_names[found], text) != 0)
		found++;
	if (!output_color_names[found])
		argp_error(state, "--color wants auto, always or never, not '%s'", text);
	output_set_color((enum output_color)found);
}

static error_t parse_global(int key, char *argument, struct argp_state *state)
{
	struct ctl *ctl = state->input;

	switch (key) {
	case KEY_CONFIG:
		ctl->config_file = argument;
		return 0;
	case KEY_SET:
		add_setting(ctl, state, argument);
		return 0;
	case KEY_PRINT_CONFIG:
		ctl->print_config = true;
		return 0;
	case KEY_COLOR:
		take_color(state, argument ? argument : "always");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp global_argp = { .options = ctl_global_options, .parser = parse_global };

/* ---- a command's options ---- */

struct inputs {
	struct usage_input own;
	struct ctl *ctl;
};

static error_t hand_out_inputs(int key, char *argument, struct argp_state *state)
{
	struct inputs *inputs = state->input;

	(void)argument;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->child_inputs[0] = &inputs->own;
	state->child_inputs[1] = inputs->ctl;
	return 0;
}

static int load_config(struct ctl *ctl)
{
	struct option_origins origins;
	struct option_sources sources = {
		.ret_origins = &origins,
		.file = ctl->config_file,
		.environment = (const char *const *)environ,
		.settings = ctl->settings,
		.settings_count = ctl->settings_count,
	};
	struct err err = { 0 };

	if (!options_load(ctl_groups, worker_groups, &sources, &ctl->config, &ctl->arena, &err)) {
		ctl_say(ctl, "%s", err.text);
		return EX_CONFIG;
	}
	if (ctl->print_config) {
		options_print_origins(ctl_groups, &ctl->config, &origins, stdout);
		exit(ctl_flush(ctl));
	}
	return 0;
}

/* argp's own complaint names nothing that is meant. */
static void check_options(struct ctl *ctl, const struct argp_option *own, int argc, char **argv,
			  bool in_order)
{
	struct arena *arena = &ctl->arena;
	const struct argp_option *tables[] = { ctl_global_options, own, NULL };
	const char *nearest,
		*unknown = nearest_unknown_option(argc, argv, tables, in_order, &nearest);

	if (!unknown)
		return;
	ctl_say(ctl, "unknown option '%.*s'%s See growthctl%s%s --help",
		option_shown_length(unknown), unknown,
		nearest ? arena_printf(arena, "; did you mean '--%s'?", nearest) : ".",
		ctl->command ? " " : "", ctl->command ? ctl->command : "");
	exit(EX_USAGE);
}

int ctl_parse(struct ctl *ctl, const struct usage *usage, void *arguments, int argc, char **argv)
{
	struct argp own = usage_argp(usage, &ctl->arena);
	struct argp_child children[] = { { &own, 0, NULL, 0 },
					 { &global_argp, 0, "Options of every command:", 10 },
					 { 0 } };
	struct argp argp = { .parser = hand_out_inputs, .children = children };
	struct inputs inputs = { { usage, arguments }, ctl };

	if (ctl->describes) {
		ctl->described = usage;
		return EX_USAGE; /* nobody sees it: the command only has to return */
	}
	check_options(ctl, own.options, argc, argv, false);
	argp_parse(&argp, argc, argv, 0, NULL, &inputs);
	return load_config(ctl);
}

/* ---- the command ---- */

struct top {
	struct ctl *ctl;
	const struct ctl_command *commands;
	int command; /* its index in argv; 0: none */
};

static error_t parse_top(int key, char *argument, struct argp_state *state)
{
	struct top *top = state->input;

	(void)argument;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = top->ctl;
		return 0;
	case ARGP_KEY_ARG:
		top->command = state->next - 1;
		state->next = state->argc; /* the rest is the command's */
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static char *list_commands(int key, const char *text, void *input)
{
	const struct top *top = input;
	struct buffer help = { 0 };

	if (key != ARGP_KEY_HELP_POST_DOC || !top)
		return (char *)text;
	buffer_add_text(&help, "Commands:\n");
	for (const struct ctl_command *command = top->commands; command->name; command++)
		buffer_printf(&help, "  %-11s %s\n", command->name, command->summary);
	buffer_add_text(&help, text);
	return help.bytes; /* argp frees it */
}

int ctl_unknown(const struct ctl *ctl, const char *what, const char *name, const char *const *names)
{
	const char *nearest = nearest_name(name, names);

	if (nearest)
		ctl_say(ctl, "there is no %s '%.*s'; did you mean '%s'? See growthctl%s%s --help",
			what, option_shown_length(name), name, nearest, ctl->command ? " " : "",
			ctl->command ? ctl->command : "");
	else
		ctl_say(ctl, "there is no %s '%.*s'; see growthctl%s%s --help", what,
			option_shown_length(name), name, ctl->command ? " " : "",
			ctl->command ? ctl->command : "");
	return EX_USAGE;
}

static int unknown_command(struct ctl *ctl, const struct ctl_command *commands, const char *name)
{
	const char **names;
	size_t count = 0;

	while (commands[count].name)
		count++;
	names = arena_array(&ctl->arena, const char *, count + 1);
	for (size_t i = 0; i < count; i++)
		names[i] = commands[i].name;
	return ctl_unknown(ctl, "command", name, names);
}

const struct usage *ctl_describe(struct ctl *ctl, const struct ctl_command *command,
				 const char *verb)
{
	char *argv[] = { arena_strdup(&ctl->arena, command->name),
			 verb ? arena_strdup(&ctl->arena, verb) : NULL, NULL };

	ctl->describes = true;
	ctl->described = NULL;
	command->run(ctl, verb ? 2 : 1, argv);
	ctl->describes = false;
	return ctl->described;
}

static void print_version(FILE *out, struct argp_state *state)
{
	(void)state;
	version_print(out, "growthctl");
}

static int run_command(struct ctl *ctl, const struct ctl_command *commands, int argc, char **argv)
{
	for (const struct ctl_command *command = commands; command->name; command++) {
		if (strcmp(command->name, argv[0]) != 0)
			continue;
		ctl->command = command->name;
		argv[0] = arena_printf(&ctl->arena, "growthctl %s", command->name);
		return command->run(ctl, argc, argv);
	}
	return unknown_command(ctl, commands, argv[0]);
}

const char ctl_doc[] =
	"The operator's command of growth patterns.\v"
	"Each command has a --help of its own, with examples; growthctl(1) has them all. Data goes to stdout, "
	"messages to stderr.\n"
	"\n"
	"Exit status: 0 done, 64 wrong use, 65 wrong data or a difference found, "
	"66 no such input, 69 Kafka or Postgres not to be had, 70 an error of this "
	"program, 73 no temporary file, 74 reading or writing failed, 75 not done "
	"in time, 77 not permitted, 78 wrong configuration. Of status alone: 1 somebody should see to something, "
	"2 something stands still.";

int ctl_main(int argc, char **argv, const struct ctl_command *commands)
{
	static const struct argp_child children[] = {
		{ &global_argp, 0, "Options of every command:", 10 }, { 0 }
	};
	struct ctl ctl = { 0 };
	struct top top = { &ctl, commands, 0 };
	const struct argp argp = {
		.parser = parse_top,
		.args_doc = "COMMAND [OPTION...]",
		.doc = ctl_doc,
		.children = children,
		.help_filter = list_commands,
	};
	int status;

	standard_files_reserve();
	core_dump_allow(false);
	arena_init(&ctl.arena);
	argv[0] = "growthctl";
	argp_program_version_hook = print_version;
	if (argc > 1 && strcmp(argv[1], COMPLETE_FLAG) == 0)
		return complete_command_line(&ctl, commands, argc - 2, argv + 2);
	if (argc > 1 && strncmp(argv[1], MANUAL_FLAG, strlen(MANUAL_FLAG)) == 0)
		return manual_write(&ctl, commands, argv[1]);
	check_options(&ctl, ctl_global_options, argc, argv, true);
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &top);
	if (top.command) {
		status = run_command(&ctl, commands, argc - top.command, argv + top.command);
	} else if (ctl.print_config) {
		status = load_config(&ctl);
	} else {
		ctl_say(&ctl, "which command? See growthctl --help");
		status = EX_USAGE;
	}
	arena_release(&ctl.arena);
	return status;
}

/* ---- for the commands ---- */

void ctl_say(const struct ctl *ctl, const char *format, ...)
{
	struct buffer line = { 0 };
	char text[2048];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	buffer_printf(&line, "growthctl%s%s: %s\n", ctl->command ? " " : "",
		      ctl->command ? ctl->command : "", text);
	fflush(stdout);
	fwrite(line.bytes, 1, line.length, stderr);
	buffer_release(&line);
}

static int exit_code(const struct err *err)
{
	if (strcmp(err->code, "42501") == 0)
		return EX_NOPERM;
	switch (err->kind) {
	case ERR_USAGE:
		return EX_CONFIG;
	case ERR_POISON:
		return EX_DATAERR;
	case ERR_RETRY:
	case ERR_FENCED:
		return EX_UNAVAILABLE;
	case ERR_FATAL:
	case ERR_NONE:
		break;
	}
	/* Of Postgres's own complaints (a table that is not there), the installation is to blame.
	 */
	return *err->code ? EX_CONFIG : EX_SOFTWARE;
}

static bool lacks_schema(const struct err *err)
{
	return strcmp(err->code, "42P01") == 0 || strcmp(err->code, "3F000") == 0 ||
	       strcmp(err->code, "42703") == 0;
}

int ctl_fail(const struct ctl *ctl, const struct err *err)
{
	ctl_say(ctl, "%s%s", err->text,
		lacks_schema(err) ? "; is the database migrated? See growthctl migrate" : "");
	return exit_code(err);
}

int ctl_flush(const struct ctl *ctl)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	ctl_say(ctl, "writing to stdout failed: %s", strerror(errno));
	return EX_IOERR;
}

struct db *ctl_database(const struct ctl *ctl, struct err *err)
{
	return ctl_database_of(ctl, "public", err);
}

const char *ctl_group_of(struct ctl *ctl, const char *worker)
{
	return arena_printf(&ctl->arena, "%s%s", ctl->config.kafka.topic_prefix, worker);
}

void ctl_limit_statements(struct ctl *ctl, int64_t timeout_ms)
{
	/* 0 would be no limit, and Postgres takes an int. */
	ctl->statement_timeout_ms = timeout_ms < 1         ? 1
				    : timeout_ms > INT_MAX ? INT_MAX
							   : timeout_ms;
}

struct db *ctl_database_of(const struct ctl *ctl, const char *schema, struct err *err)
{
	struct db_options options = {
		.conninfo = ctl->config.postgres.conninfo,
		.password_file = ctl->config.postgres.password_file,
		.schema = schema,
		.application_name = "growthctl",
		.statement_timeout_ms = ctl->statement_timeout_ms,
	};

	struct db *db = db_connect(&options, err);

	/* Where it was looked for may be what is wrong. */
	if (!db && err->kind == ERR_RETRY) {
		const struct err cause = *err;

		err_set(err, cause.kind,
			"%s; postgres.conninfo says where it is, growthctl --print-config what is in force",
			cause.text);
		memcpy(err->code, cause.code, sizeof(err->code));
	}
	return db;
}
