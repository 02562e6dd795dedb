/* One handler a topic: read, decide, publish, write. */
#pragma once

#include "worker.h"

bool on_goal_enriched(struct batch *batch, struct context *ctx, struct err *err);
bool on_goal_completed(struct batch *batch, struct context *ctx, struct err *err);
bool on_feedback_submitted(struct batch *batch, struct context *ctx, struct err *err);
bool success_erase(struct batch *batch, struct context *ctx, struct err *err);
