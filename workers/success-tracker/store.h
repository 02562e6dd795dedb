/* Goals and their tracking rows in Postgres, for the messages of one batch at a time. */
#pragma once

#include "decide.h"
#include "worker.h"

#define PORTIONS_MAX 16

/* Goals that were asked for, by goal_uuid, none twice; id 0: not known, or not taken yet. */
struct goals {
	struct goal *items;
	size_t count;
	size_t portion; /* so many ids are asked for at a time */
	size_t taken;   /* portions */
	struct db_answer answers[PORTIONS_MAX];
};

/* Locks goals and their tracking rows until the batch ends: for who writes more than
 * success_save_goals() does at once, or what it does not compare. Before they are asked for. */
bool success_lock_goals(struct context *ctx, const struct uuid *goal_ids, size_t count,
			struct err *err);
/* Asks for goals, in portions, without locking them. *ret_goals stays where it is until they are
 * taken. */
bool success_ask_goals(struct context *ctx, const struct uuid *goal_ids, size_t count,
		       struct goals *ret_goals, struct err *err);
/* Waits for the answers about the first `until` of the goal_ids; all the others may still be under
 * way. */
bool success_take_goals(struct goals *goals, size_t until, struct err *err);
/* One that was asked for and taken; NULL: not known. */
struct goal *success_find_goal(const struct goals *goals, const struct uuid *goal_id);
/* Saves what the batch changed in them; ERR_RETRY when somebody else has changed the same
 * meanwhile. */
bool success_save_goals(struct context *ctx, const struct goals *goals, struct err *err);

/* Tracks the goals that are not tracked yet, each with the pattern of its first message, all of
 * goal.enriched. *ret_started: those whose tracking began now, sorted. */
bool success_start_tracking(struct context *ctx, const struct message *const *messages,
			    size_t count, struct started_goals *ret_started, struct err *err);

/* A contractor who is erased, and the time up to which. */
struct erasure {
	int64_t contractor_id;
	utc_us time;
};

/* Deletes what is tracked of contractors, and opens their goals again that were closed up to then:
 * of who has come back meanwhile there may be goals with the ids of those before. What was said of
 * them later stays. */
bool success_erase_goals(struct context *ctx, const struct erasure *erasures, size_t count,
			 struct err *err);
/* The goals that contractors have; not locked. */
bool success_goals_of(struct context *ctx, const struct erasure *erasures, size_t count,
		      struct uuid **ret_goal_ids, size_t *ret_count, struct err *err);

/* Goals in any of the windows, by partition, some hundreds at most; not locked. */
bool success_find_unrated(struct context *ctx, const struct reminder_window *windows, size_t count,
			  struct unrated_goal **ret_goals, size_t *ret_count, struct err *err);
/* Saves the numbers of their last reminders; they are locked. */
bool success_save_reminders(struct context *ctx, const struct goals *goals, struct err *err);

extern const struct statement *const success_statements[];
