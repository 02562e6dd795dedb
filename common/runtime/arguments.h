/* A worker's command line: which file, which keys, and what is wanted. */
#pragma once

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

#include "options.h"

#define SETTINGS_MAX 64

enum arguments_action {
	ARGUMENTS_RUN,
	ARGUMENTS_PRINT_CONFIG,
	ARGUMENTS_ASK_HEALTH,
	ARGUMENTS_HELP,
	ARGUMENTS_VERSION,
	ARGUMENTS_MANUAL,
	ARGUMENTS_MANUAL_KEYS
};

/* For the manual and for completion. */
extern const struct argp_option arguments_options[];

struct arguments {
	enum arguments_action action;
	const char *file; /* NULL: none */
	struct option_setting settings[SETTINGS_MAX];
	size_t count;
};

/*
 * Reads argv, whose texts are cut at the '=' of a setting and live as long as the result. What
 * stands behind --help or --version is not looked at. A mistake is said on stderr and ends the
 * process with EX_USAGE (64); when `quiet`, it only makes the result false.
 */
bool arguments_parse(struct arguments *ret_arguments, int argc, char **argv, const char *doc,
		     bool quiet);

/* Overwrites in argv what is secret in its settings, for ps and /proc/PID/cmdline; they are not to
 * be loaded afterwards. */
void arguments_hide_secrets(const struct arguments *arguments, const struct option_group *groups);

/* The options as --help shows them, on stdout. */
void arguments_help(const char *name, const char *doc);
