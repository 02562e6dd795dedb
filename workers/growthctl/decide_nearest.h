/* Which names somebody may have meant. */
#pragma once

#include <stddef.h>

/*
 * Sorts the names so that those nearest to `name` are first (edits of one character; equals in the
 * order of their bytes), and returns how many may have been meant, at most `most`: those that
 * at most half of the longer one is to be edited of.
 */
size_t nearest_names(const char *name, const char **names, size_t count, size_t most);
