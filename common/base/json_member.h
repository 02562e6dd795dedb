/* A member of an object as it was written, for who hands it on or decodes it by a table of its
 * own. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Finds a member of the outermost object of text, which is JSON (json_decode() has taken it):
 * *ret_value points into text, without blanks around. False when there is none. A name that is
 * written with escapes is not found.
 */
bool json_member(const char *text, size_t length, const char *name, const char **ret_value,
		 size_t *ret_length);
