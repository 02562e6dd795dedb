/*
 * What a shell may offer for the word at its cursor, from the tables of options. An executable
 * called as `NAME --complete WORD…` writes a candidate a line, with a tab and its meaning where
 * there is one; ":files" alone asks for the names of files. The last word is the one at the cursor.
 * Everything here offers only what begins with it.
 */
#pragma once

#include <argp.h>
#include <stdio.h>

#include "options.h"

#define COMPLETE_FLAG "--complete"

/* One candidate, if it begins with the word. */
void complete_offer(FILE *out, const char *word, const char *candidate, const char *meaning);
/* Each of a list that NULL ends, behind `before`, which is "--color=" or "". */
void complete_names(FILE *out, const char *word, const char *before, const char *const *names);
/* All options of a table. */
void complete_options(FILE *out, const char *word, const struct argp_option *options);
/* KEY=VALUE of --set, behind `before`: the keys, and behind one its values where they can be
 * listed. */
void complete_setting(FILE *out, const char *word, const char *before,
		      const struct option_group *groups);
/* The option whose value the last word is, because it has "=" or stands behind the option, in one
 * of the tables that NULL ends; NULL: none. *ret_before is what stands before the value in the
 * word. */
const struct argp_option *complete_value_of(int count, char *const *words,
					    const struct argp_option *const *tables,
					    const char **ret_before, struct arena *arena);
