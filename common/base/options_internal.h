/* What the files options_*.c share: walking the tables, reading one value, describing an option. */
#pragma once

#include "buffer.h"
#include "options.h"

/* Every option of every group, in order:
 * for (struct option_cursor at = { .group = groups }; option_next(&at);) … at.option … at.offset */
struct option_cursor {
	const struct option_group *group;   /* may be NULL: no options */
	const struct config_option *option; /* NULL before the first */
	size_t offset;                      /* of the option's member in the configuration */
	size_t place;                       /* of the option among all of them, from 1 */
};

bool option_next(struct option_cursor *cursor);

/* The option that a key means; of a map, *ret_below is what the key has behind the map's name and
 * dot (NULL when the key is the name itself). */
bool option_find(const struct option_group *groups, const char *key,
		 struct option_cursor *ret_found, const char **ret_below);

/* Whether options have names below this key. */
bool option_has_below(const struct option_group *groups, const char *key);

/* One options_load() under way. */
struct options_reader {
	const struct option_group *groups, *known;
	char *config;
	struct arena *arena;
	struct err *err;
	struct option_origins *origins; /* NULL: nobody asks */
	bool failed;                    /* a finding was reported */
};

/* The option's value is from there; a map's also from there. */
void options_note_origin(struct options_reader *reader, const struct option_cursor *at,
			 const char *origin);

/* Adds a line to the report. */
void options_complain(struct options_reader *reader, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* "<where>: unknown key "…"; did you mean "…"?"; `more` are options that are also worth suggesting,
 * or NULL. */
void options_unknown_key(struct options_reader *reader, const char *where, const char *key,
			 const struct option_group *more);

/* Reads a configuration file into the reader's configuration. */
void options_read_file(struct options_reader *reader, const char *path);
/* Appends a file's bytes. False, reported: it cannot be read or cannot be a configuration. */
bool options_read_bytes(struct options_reader *reader, const char *path, struct buffer *out);
/* Reports what libconfig would silently get wrong in this text of the file `path` and in the files
 * that it includes. False when libconfig must not see the text at all. */
bool options_scan(struct options_reader *reader, const char *path, const char *text);

/* Reads a value written as text (any kind but MAP) into the member. False: the text is no value of
 * this option. */
bool option_parse(const struct config_option *option, const char *text, struct arena *arena,
		  void *member);
/* Appends a pair; one with the same name is replaced instead, and the result is false. Copies
 * nothing but the array. */
bool option_put_label(struct labels *labels, struct label label, struct arena *arena);

/* What is wrong with a text that option_parse() refused, beyond that it is no such value, as a last
 * part of the report: ": unknown placeholder {form} at character 3"; else "". */
const char *option_problem(const struct config_option *option, const char *text,
			   struct arena *arena);

/* A stranger's text as it goes into the report: not too long. */
const char *option_excerpt(const char *text, struct arena *arena);

/* Appends what the option takes: "integer 1..10000", "one of json, logfmt". */
void option_describe(const struct config_option *option, struct buffer *out);
/* Appends " (integer 1..10000, default 500)". */
void option_write_type(struct buffer *out, const struct config_option *option);
/* Appends a duration in its largest whole unit: "90s", "2h". */
void option_write_duration(struct buffer *out, int64_t milliseconds);
void option_write_number(struct buffer *out, double number);

/* Appends a secret's value without its secret part: a conninfo or postgresql:// URI without its
 * password, else "***". */
void option_write_masked(struct buffer *out, const char *text);
