/*
 * Configuration: an option is declared once (name, type, default, range, help). From the table come
 * the defaults, the check of the file, the environment (GROWTH_KAFKA_BOOTSTRAP_SERVERS for
 * kafka.bootstrap_servers), --set key=value, --print-config and the help. Values land in the
 * caller's struct. Precedence: --set, environment, file, default. Every bad key is reported at
 * once, each with file and line (or variable, or flag), key, what was expected and what was found,
 * and for an unknown key the nearest known one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "arena.h"
#include "err.h"
#include "values.h"

enum option_kind {
	OPTION_KIND_END,
	OPTION_KIND_TEXT, /* const char * */
	/* const char *, a template over the option's arguments (template.h) */
	OPTION_KIND_TEMPLATE,
	OPTION_KIND_INT,    /* int64_t */
	OPTION_KIND_NUMBER, /* double */
	OPTION_KIND_BOOL,   /* bool */
	/* int64_t, milliseconds; written 5 (ms), "250ms", "10s", "5m", "2h", "30d" */
	OPTION_KIND_DURATION,
	OPTION_KIND_CHOICE, /* int (an enum): index into choices */
	/* struct labels; in a file ( { name = "…"; label = "…"; }, … ), in text
	 * "name=label,name=label" */
	OPTION_KIND_LABELS,
	OPTION_KIND_TEXTS, /* struct texts; in a file [ "a", "b" ], in text "a,b" */
	/* struct labels; every key below this name, handed on unread: kafka.properties.* */
	OPTION_KIND_MAP,
};

struct config_option {
	const char *name; /* dotted: "kafka.bootstrap_servers" */
	enum option_kind kind;
	size_t offset;
	const char *default_text;            /* all but LABELS: as one would write it after --set */
	const struct labels *default_labels; /* OPTION_KIND_LABELS */
	double minimum, maximum;             /* numbers and durations (ms); both 0: any */
	const char *const *choices;          /* OPTION_KIND_CHOICE, ended by NULL */
	const char *arguments; /* OPTION_KIND_TEMPLATE, as template_check() takes them */
	const char *help;
	bool secret; /* masked by --print-config: whole, or the password=… of a conninfo */
};

#define OPTION_MEMBER(type, member) (((type *)0)->member)
#define OPTION_IS_(type, member, wanted) \
	(_Generic(OPTION_MEMBER(type, member), wanted : true) ? 0 : 0)
#define OPTION_TEXT(type, member, key, fallback, text) \
	{ \
		.name = (key), .kind = OPTION_KIND_TEXT, .default_text = (fallback), \
		.help = (text), \
		.offset = offsetof(type, member) + OPTION_IS_(type, member, const char *) \
	}
#define OPTION_TEMPLATE(type, member, key, names, fallback, text) \
	{ \
		.name = (key), .kind = OPTION_KIND_TEMPLATE, .default_text = (fallback), \
		.arguments = (names), .help = (text), \
		.offset = offsetof(type, member) + OPTION_IS_(type, member, const char *) \
	}
#define OPTION_SECRET(type, member, key, fallback, text) \
	{ \
		.name = (key), .kind = OPTION_KIND_TEXT, .default_text = (fallback), \
		.help = (text), .secret = true, \
		.offset = offsetof(type, member) + OPTION_IS_(type, member, const char *) \
	}
#define OPTION_INT(type, member, key, fallback, low, high, text) \
	{ \
		.name = (key), .kind = OPTION_KIND_INT, .default_text = (fallback), \
		.minimum = (low), .maximum = (high), .help = (text), \
		.offset = offsetof(type, member) + OPTION_IS_(type, member, int64_t) \
	}
#define OPTION_NUMBER(type, member, key, fallback, low, high, text) \
	{ \
		.name = (key), .kind = OPTION_KIND_NUMBER, .default_text = (fallback), \
		.minimum = (low), .maximum = (high), .help = (text), \
		.offset = offsetof(type, member) + OPTION_IS_(type, member, double) \
	}
#define OPTION_BOOL(type, member, key, fallback, text) \
	{ \
		.name = (key), .kind = OPTION_KIND_BOOL, .default_text = (fallback), \
		.help = (text), .offset = offsetof(type, member) + OPTION_IS_(type, member, bool) \
	}
#define OPTION_DURATION(type, member, key, fallback, low, high, text) \
	{ \
		.name = (key), .kind = OPTION_KIND_DURATION, .default_text = (fallback), \
		.minimum = (low), .maximum = (high), .help = (text), \
		.offset = offsetof(type, member) + OPTION_IS_(type, member, int64_t) \
	}
#define OPTION_CHOICE(type, member, key, fallback, names, text) \
	{ \
		.name = (key), .kind = OPTION_KIND_CHOICE, .default_text = (fallback), \
		.choices = (names), .help = (text), \
		.offset = offsetof(type, member) + \
			  0 / (sizeof(OPTION_MEMBER(type, member)) == sizeof(int)) \
	}
#define OPTION_LABELS(type, member, key, fallback, text) \
	{ \
		.name = (key), .kind = OPTION_KIND_LABELS, .default_labels = (fallback), \
		.help = (text), \
		.offset = offsetof(type, member) + OPTION_IS_(type, member, struct labels) \
	}
#define OPTION_TEXTS(type, member, key, fallback, text) \
	{ \
		.name = (key), .kind = OPTION_KIND_TEXTS, .default_text = (fallback), \
		.help = (text), \
		.offset = offsetof(type, member) + OPTION_IS_(type, member, struct texts) \
	}
#define OPTION_MAP(type, member, key, text) \
	{ \
		.name = (key), .kind = OPTION_KIND_MAP, .help = (text), .secret = true, \
		.offset = offsetof(type, member) + OPTION_IS_(type, member, struct labels) \
	}
#define OPTION_END \
	{ \
		.kind = OPTION_KIND_END \
	}

/* A table and the struct inside the configuration that it fills. */
struct option_group {
	const struct config_option *options; /* NULL ends a list of groups */
	size_t offset;
};

struct option_setting {
	const char *key, *value; /* one --set */
};

/* Where the value of each option is from, in the order of the tables: "default", "growth.conf:3",
 * "environment GROWTH_…", "--set"; of a map that several sources filled, all of them. */
struct option_origins {
	const char **items;
	size_t count;
};

struct option_sources {
	const char *file; /* NULL: none */
	/* environ, or a test's; NULL: none. Only GROWTH_… is looked at; GROWTH_ names that are no
	 * option (GROWTH_DEV_DIR, another worker's) are not an error, unless two edits make one of
	 * ours of them */
	const char *const *environment;
	const struct option_setting *settings; /* --set, in their order */
	size_t settings_count;
	struct option_origins *ret_origins; /* NULL: nobody asks; the texts are in the arena */
};

/* Fills *config from the sources. Text lands in the arena, which must live as long as the
 * configuration. Keys of a file that only another executable knows are allowed when `known` (NULL,
 * or more groups) lists them, so that one file can serve all workers; a MAP in it is a whole
 * section, unless `groups` have keys in that. Failure is ERR_USAGE. */
bool options_load(const struct option_group *groups, const struct option_group *known,
		  const struct option_sources *sources, void *config, struct arena *arena,
		  struct err *err);

/* Overwrites the secret part of a value that somebody else could read (argv's), with no more bytes
 * than it has. */
void options_hide_secret(const struct option_group *groups, const char *key, char *value);
/* How much of a word of the command line may be quoted when it is not understood: its name. Behind
 * that there may be a password. */
int option_shown_length(const char *word);
/* Whether a map's value is better not shown, to judge by its name. */
bool option_name_is_secret(const char *name);

/* The effective configuration in libconfig's syntax, help as comments, secrets masked. */
void options_print(const struct option_group *groups, const void *config, FILE *out);
/* The same with the origin of each value behind it. */
void options_print_origins(const struct option_group *groups, const void *config,
			   const struct option_origins *origins, FILE *out);
/* A help text: a line an option with type, default, range. */
void options_help(const struct option_group *groups, FILE *out);
/* The same as terms of a manual page, each behind the comment `.\" key NAME`. */
void options_manual(const struct option_group *groups, FILE *out);
