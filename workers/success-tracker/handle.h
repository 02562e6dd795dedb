/* One handler a topic: read, decide, publish, write. */
#pragma once

#include "worker.h"

bool success_on_goal_enriched(struct batch *batch, struct context *ctx, struct err *err);
bool success_on_goal_completed(struct batch *batch, struct context *ctx, struct err *err);
bool success_on_feedback_submitted(struct batch *batch, struct context *ctx, struct err *err);
/* Whom to ask again, and asking them: a struct chore. */
bool success_find_reminders(struct context *ctx, utc_us now, const int32_t *partitions,
			    size_t count, int32_t *ret_partition, void **ret_job, struct err *err);
bool success_send_reminders(struct context *ctx, struct message *cause, void *job, struct err *err);
bool success_lock(struct batch *batch, struct context *ctx, struct err *err);
bool success_on_erasure(struct batch *batch, struct context *ctx, struct err *err);
