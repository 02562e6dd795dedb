/* Which names somebody may have meant. */
#pragma once

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

/* How many characters are to be added, removed, replaced, or exchanged with the next one to make
 * one of the other (optimal string alignment: Damerau's edits, none inside another); of a, its
 * first a_length bytes. */
size_t nearest_edits(const char *a, size_t a_length, const char *b);

/*
 * Sorts the names so that those nearest to `name` are first (edits of one character; equals in the
 * order of their bytes), and returns how many may have been meant, at most `most`: those that
 * need no more edits than half of the longer name has characters.
 */
size_t nearest_names(const char *name, const char **names, size_t count, size_t most);
/* The one of the names, which NULL ends, that may have been meant; NULL: none is near. */
const char *nearest_name(const char *name, const char *const *names);

/*
 * The first long option in argv that no table has, not even as the full form of an abbreviation;
 * NULL: there is none. The tables are argp's, ended by NULL. With in_order, what stands behind the
 * first argument is not looked at. *ret_nearest is the option that may have been meant, without
 * dashes, or NULL.
 */
const char *nearest_unknown_option(int argc, char **argv, const struct argp_option *const *tables,
				   bool in_order, const char **ret_nearest);
