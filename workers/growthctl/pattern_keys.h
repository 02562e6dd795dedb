/* Whether there is a pattern that somebody asks for by its key. */
#pragma once

#include "ctl.h"

/* 0: there is, or was. Else it is said on stderr that there is none, and which may have been meant; the exit
 * code for it, EX_NOINPUT unless the keys could not be read. */
int pattern_check(struct ctl *ctl, struct db *db, const char *pattern_key);
