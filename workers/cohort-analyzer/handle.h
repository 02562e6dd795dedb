/* A handler a topic. */
#pragma once

#include "worker.h"

/* struct route's ask of contractor.updated */
bool analyze_ask_profiles(const int64_t *ids, size_t count, struct context *ctx, void **asked,
			  struct err *err);
bool analyze_on_contractor_updated(struct batch *batch, struct context *ctx, struct err *err);
bool analyze_on_action_recorded(struct batch *batch, struct context *ctx, struct err *err);
bool analyze_on_outcome_recorded(struct batch *batch, struct context *ctx, struct err *err);
bool analyze_on_recalculation_requested(struct batch *batch, struct context *ctx, struct err *err);
bool analyze_on_erasure(struct batch *batch, struct context *ctx, struct err *err);
