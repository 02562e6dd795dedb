/* A handler a topic. */
#pragma once

#include "worker.h"

bool enrich_lock(struct batch *batch, struct context *ctx, struct err *err);
bool enrich_on_contractor_matched(struct batch *batch, struct context *ctx, struct err *err);
bool enrich_on_goal_created(struct batch *batch, struct context *ctx, struct err *err);
bool enrich_on_action_recorded(struct batch *batch, struct context *ctx, struct err *err);
bool enrich_on_erasure(struct batch *batch, struct context *ctx, struct err *err);
