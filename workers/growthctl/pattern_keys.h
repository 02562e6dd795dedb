/* The keys of patterns, and whether there is one that somebody asks for. */
#pragma once

#include "ctl.h"

/* Of all patterns there are or were, in order; in the command's arena. */
bool pattern_read_keys(struct ctl *ctl, struct db *db, const char ***ret_keys, size_t *ret_count,
		       struct err *err);

/* 0: there is, or was. Else it is said on stderr that there is none, and which may have been meant;
 * the exit code for it, EX_NOINPUT unless the keys could not be read. */
int pattern_check(struct ctl *ctl, struct db *db, const char *pattern_key);
