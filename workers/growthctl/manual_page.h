/* growthctl's manual pages, from the tables that --help is from. */
#pragma once

#include "ctl.h"

#define MANUAL_FLAG "--manual"

/* The page growthctl(1) on stdout; of `--manual=keys` the keys of the configuration alone. 0, or
 * the exit code. */
int manual_write(struct ctl *ctl, const struct ctl_command *commands, const char *flag);
