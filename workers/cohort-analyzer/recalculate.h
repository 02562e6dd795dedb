/* Recalculating patterns: long work beside the batches (worker.h: struct task). */
#pragma once

#include "worker.h"

extern const struct task recalculation_task;
