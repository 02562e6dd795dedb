/* A worker's manual page, from the tables that its --help is from. */
#pragma once

#include <stdio.h>

#include "options.h"
#include "worker.h"

void worker_manual(const struct worker *worker, const struct option_group *groups, FILE *out);
