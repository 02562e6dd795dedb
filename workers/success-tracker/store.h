/* Goals and their tracking rows in Postgres, for the messages of one batch at a time. */
#pragma once

#include "decide.h"
#include "worker.h"

/* Known goals by goal_uuid, locked until the batch ends; none twice. */
struct goals {
	struct goal *items;
	size_t count;
};

bool success_load_goals(struct context *ctx, const struct uuid *goal_ids, size_t count,
			struct goals *ret_goals, struct err *err);
struct goal *success_find_goal(const struct goals *goals,
			       const struct uuid *goal_id); /* NULL: not known */
/* Saves what the batch changed in them. */
bool success_save_goals(struct context *ctx, const struct goals *goals, struct err *err);

/* Tracks the goals that are not tracked yet, each with the pattern of its first message, all of goal.enriched.
 * *ret_started: those whose tracking began now, sorted. */
bool success_start_tracking(struct context *ctx, const struct message *const *messages,
			    size_t count, struct started_goals *ret_started, struct err *err);

/* Goals in any of the windows, by partition, some hundreds at most; not locked. */
bool success_find_unrated(struct context *ctx, const struct reminder_window *windows, size_t count,
			  struct unrated_goal **ret_goals, size_t *ret_count, struct err *err);
/* Saves the numbers of their last reminders. */
bool success_save_reminders(struct context *ctx, const struct goals *goals, struct err *err);

extern const struct statement *const success_statements[];
