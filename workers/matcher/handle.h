/* One handler a topic, and the sweep: read, decide, write, publish. */
#pragma once

#include "worker.h"

bool on_contractor_updated(struct batch *batch, struct context *ctx, struct err *err);
bool on_partner_scored(struct batch *batch, struct context *ctx, struct err *err);
/* The partition's next contractors against the new library. */
bool rematch_chunk(struct context *ctx, int32_t partition, struct message *cause, int64_t *after,
		   bool *ret_done, struct err *err);
bool erase_contractors(struct batch *batch, struct context *ctx, struct err *err);
