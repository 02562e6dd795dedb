/* What a shell may offer on growthctl's command line, from the tables of the commands (complete.h
 * says how it is asked). */
#pragma once

#include "ctl.h"

/* words[count - 1] is at the cursor. 0 */
int complete_command_line(struct ctl *ctl, const struct ctl_command *commands, int count,
			  char **words);
