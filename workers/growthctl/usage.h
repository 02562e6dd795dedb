/*
 * What a command takes: its options, each declared once (name, short key, kind, range, help, and
 * the member of the command's struct that it fills), its argument, and what is checked at the end.
 * From the table come the help and the parsing. Every mistake is argp_error(): the process ends
 * with EX_USAGE.
 */
#pragma once

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "options.h"

enum usage_kind {
	USAGE_KIND_END,
	USAGE_KIND_GROUP,    /* what follows stands apart in the help */
	USAGE_KIND_FLAG,     /* bool, becomes true */
	USAGE_KIND_OFF,      /* bool, becomes false */
	USAGE_KIND_TEXT,     /* const char * */
	USAGE_KIND_NUMBER,   /* int64_t or uint64_t, in [low, high] */
	USAGE_KIND_DURATION, /* int64_t, milliseconds: "30s", "2m", "500ms", "10" (s), "1h" */
	USAGE_KIND_TIME,     /* struct optional_time: a date or an instant */
	USAGE_KIND_OWN,      /* parse() does it */
};

struct usage_option {
	const char *name;
	int key; /* of one letter; 0: none */
	enum usage_kind kind;
	const char *placeholder; /* of the value in the help; NULL: there is none */
	const char *help;
	size_t offset;
	int64_t low, high;
	const char *example; /* USAGE_KIND_TIME: what an error shows */
	/* USAGE_KIND_OWN: takes the text (NULL: none) into the member, which is the whole struct
	 * where no offset is given. */
	void (*parse)(struct argp_state *state, const struct usage_option *option, const char *text,
		      void *member);
	const char *const
		*choices; /* what the value may be, for completion, ended by NULL; NULL: anything */
	int value;        /* for parse() */
	bool text_optional; /* --name as well as --name=TEXT */
};

#define USAGE_FLAG(type, member, flag, letter, text) \
	{ \
		.name = (flag), .key = (letter), .kind = USAGE_KIND_FLAG, .help = (text), \
		.offset = offsetof(type, member) + OPTION_IS_(type, member, bool) \
	}
#define USAGE_OFF(type, member, flag, letter, text) \
	{ \
		.name = (flag), .key = (letter), .kind = USAGE_KIND_OFF, .help = (text), \
		.offset = offsetof(type, member) + OPTION_IS_(type, member, bool) \
	}
#define USAGE_TEXT(type, member, flag, letter, what, text) \
	{ \
		.name = (flag), .key = (letter), .kind = USAGE_KIND_TEXT, .placeholder = (what), \
		.help = (text), \
		.offset = offsetof(type, member) + OPTION_IS_(type, member, const char *) \
	}
#define USAGE_NUMBER(type, member, flag, letter, what, minimum, maximum, text) \
	{ \
		.name = (flag), .key = (letter), .kind = USAGE_KIND_NUMBER, .placeholder = (what), \
		.low = (minimum), .high = (maximum), .help = (text), \
		.offset = offsetof(type, member) + (_Generic(OPTION_MEMBER(type, member), int64_t \
							     : true, uint64_t \
							     : true) \
							    ? 0 \
							    : 0) \
	}
#define USAGE_DURATION(type, member, flag, letter, text) \
	{ \
		.name = (flag), .key = (letter), .kind = USAGE_KIND_DURATION, \
		.placeholder = "DURATION", .help = (text), \
		.offset = offsetof(type, member) + OPTION_IS_(type, member, int64_t) \
	}
#define USAGE_TIME(type, member, flag, letter, sample, text) \
	{ \
		.name = (flag), .key = (letter), .kind = USAGE_KIND_TIME, .placeholder = "TIME", \
		.example = (sample), .help = (text), \
		.offset = offsetof(type, member) + OPTION_IS_(type, member, struct optional_time) \
	}
#define USAGE_OWN(function, ...) \
	{ \
		.kind = USAGE_KIND_OWN, .parse = (function), __VA_ARGS__ \
	}
#define USAGE_GROUP \
	{ \
		.kind = USAGE_KIND_GROUP \
	}
#define USAGE_END \
	{ \
		.kind = USAGE_KIND_END \
	}

struct usage {
	const struct usage_option *options;
	/* words behind the command with a usage of their own, ended by NULL; NULL: none */
	const char *const *verbs;
	const char *arguments; /* "[FILE]", for the help; NULL: the command takes none */
	const char *doc;       /* argp's: what comes after \v stands behind the options */
	/* Takes one argument that is no option; false: one too many. NULL: all are. */
	bool (*take)(struct argp_state *state, const char *text, void *into);
	/* After the last one; NULL: nothing to check. */
	void (*check)(struct argp_state *state, const void *into);
};

/* The input of usage_argp()'s parser. */
struct usage_input {
	const struct usage *usage;
	void *into; /* the command's struct */
};

/* The options are in the arena. */
struct argp usage_argp(const struct usage *usage, struct arena *arena);

/* The text as a whole number in the option's range. */
int64_t usage_number(struct argp_state *state, const struct usage_option *option, const char *text);
