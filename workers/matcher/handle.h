/* One handler a topic, and the sweep: read, decide, write, publish. */
#pragma once

#include "worker.h"

/* struct route's ask of contractor.updated. */
bool match_ask_profiles(const int64_t *ids, size_t count, struct context *ctx, void **asked,
			struct err *err);
bool match_on_contractor_updated(struct batch *batch, struct context *ctx, struct err *err);
bool match_on_partner_scored(struct batch *batch, struct context *ctx, struct err *err);
/* The next contractors of a partition whom the library's changes concern, against the new
 * library. */
bool match_sweep_chunk(struct context *ctx, struct sweep_chunk *chunk, struct err *err);
bool match_on_erasure(struct batch *batch, struct context *ctx, struct err *err);
