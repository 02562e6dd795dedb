/*
 * What every command shares: the command line around it, the configuration, how it fails. A command
 * is a function that parses its own options with ctl_parse() and returns main's exit code, one of
 * <sysexits.h>.
 */
#pragma once

#include <stdbool.h>
#include <sysexits.h>

#include "arena.h"
#include "constants.h"
#include "db.h"
#include "err.h"
#include "options.h"
#include "usage.h"
#include "vocabulary.h"

/* Data that is not as it should be, found by `topics` or `migrate --status`: EX_DATAERR. */
#define CTL_DIFFERENT EX_DATAERR

struct ctl_config {
	struct {
		const char *bootstrap_servers, *topic_prefix;
		const char *group_id; /* of the one worker that a command is about; "": its name */
		struct labels properties; /* librdkafka's own */
		const char *password_file;
	} kafka;
	struct {
		const char *conninfo, *password_file;
	} postgres;
	struct {
		int64_t partitions, replication_factor;
		int64_t retention_ms; /* 0: as the broker has it */
		int64_t dead_letter_retention_ms;
	} topics;
	const char *migrations;
	struct vocabulary vocabulary;
	struct constants constants;
};

struct ctl {
	const char *command; /* "emit" */
	struct ctl_config config;
	struct arena arena; /* lives as long as the process */
	const char *config_file;
	struct option_setting *settings; /* --set */
	size_t settings_count;
	bool print_config;
	int64_t statement_timeout_ms; /* see ctl_limit_statements(); 0: as long as the data is */
	bool describes; /* a command is only asked for its usage, see ctl_describe() */
	const struct usage *described;
};

struct ctl_command {
	const char *name, *summary;
	int (*run)(struct ctl *ctl, int argc, char **argv);
};

/* Ends with name NULL. */
int ctl_main(int argc, char **argv, const struct ctl_command *commands);

/* What growthctl --help says, as argp takes it. */
extern const char ctl_doc[];
/* The options that every command has. */
extern const struct argp_option ctl_global_options[];
/* All keys of the configuration that growthctl knows. */
extern const struct option_group ctl_groups[];
/* A command's usage, or that of a verb of it (NULL: none); NULL: it has none. */
const struct usage *ctl_describe(struct ctl *ctl, const struct ctl_command *command,
				 const char *verb);
/* Says on stderr that there is no such `what` ("command", "worker"), and the one that may have been
 * meant among the names, which NULL ends; EX_USAGE. */
int ctl_unknown(const struct ctl *ctl, const char *what, const char *name,
		const char *const *names);

/* Parses the command's options into *arguments, which is the struct that they are declared for, and
 * those of every command (argp leaves the process at a mistake, with EX_USAGE), then reads the
 * configuration. 0, or the exit code. */
int ctl_parse(struct ctl *ctl, const struct usage *usage, void *arguments, int argc, char **argv);

/* Says what failed on stderr; the exit code for it. */
int ctl_fail(const struct ctl *ctl, const struct err *err);
/* A message on stderr: "growthctl emit: …". */
void ctl_say(const struct ctl *ctl, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Whether stdout took all of it: 0, or EX_IOERR, said on stderr. */
int ctl_flush(const struct ctl *ctl);

/* The worker's consumer group if nothing else was told. */
const char *ctl_group_of(struct ctl *ctl, const char *worker);
/* For a command whose --timeout is Postgres's too: what is connected to from here on cancels a
 * statement after so long, and is given up when it stays silent for 5 s more. Without it a
 * statement takes what it takes, and a server that is stopped is waited for. */
void ctl_limit_statements(struct ctl *ctl, int64_t timeout_ms);
/* Connects to Postgres as the conninfo says, with libpq's own defaults. schema comes before public
 * in search_path. */
struct db *ctl_database_of(const struct ctl *ctl, const char *schema, struct err *err);
struct db *ctl_database(const struct ctl *ctl, struct err *err);

int command_migrate(struct ctl *ctl, int argc, char **argv);
int command_topics(struct ctl *ctl, int argc, char **argv);
int command_acls(struct ctl *ctl, int argc, char **argv);
int command_simulate(struct ctl *ctl, int argc, char **argv);
int command_emit(struct ctl *ctl, int argc, char **argv);
int command_recalculate(struct ctl *ctl, int argc, char **argv);
int command_status(struct ctl *ctl, int argc, char **argv);
int command_positions(struct ctl *ctl, int argc, char **argv);
int command_dlq(struct ctl *ctl, int argc, char **argv);
int command_patterns(struct ctl *ctl, int argc, char **argv);
int command_uptake(struct ctl *ctl, int argc, char **argv);
int command_report(struct ctl *ctl, int argc, char **argv);
int command_validate(struct ctl *ctl, int argc, char **argv);
int command_diff(struct ctl *ctl, int argc, char **argv);
int command_promote(struct ctl *ctl, int argc, char **argv);
int command_replay(struct ctl *ctl, int argc, char **argv);
int command_contractor(struct ctl *ctl, int argc, char **argv);
