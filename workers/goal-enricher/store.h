/* The contractors of a batch in Postgres: locked, read, and written back, all of them at a time. */
#pragma once

#include "decide.h"
#include "worker.h"

/* By contractor_id, none twice. */
struct contractors {
	struct contractor_goals *items;
	size_t count;
};

/*
 * The contractors of the messages, locked until the batch ends; of what is known of them only the
 * head.
 */
bool contractors_lock(struct context *ctx, const struct batch *batch,
		      struct contractors *ret_contractors, struct err *err);
/* The same for contractor.matched: of who is not known yet the last message is stored at once, so
 * that his row is written once. */
bool contractors_lock_matched(struct context *ctx, const struct batch *batch,
			      struct contractors *ret_contractors, struct err *err);
/* The same of who has done something that a checklist may hold: the others change nothing. */
bool contractors_lock_done(struct context *ctx, const struct done_action *done, size_t count,
			   struct contractors *ret_contractors, struct err *err);
/* Of goals those that have one of these actions on their checklists, and all of the contractors of
 * `batch`: locked likewise, in the order of goals, which is not that of contractors. */
bool goals_lock(struct context *ctx, const struct batch *batch, const struct done_action *done,
		size_t count, struct err *err);
struct contractor_goals *contractors_find(const struct contractors *contractors,
					  int64_t contractor_id);

/* Their goals with checklists, what they have done, and what upstream made for them. */
bool contractors_load(struct context *ctx, const struct contractors *contractors, struct err *err);
/*
 * Of their goals those with a step that one of these actions completes, or earlier than was known:
 * only what goal_follow_actions() reads and writes of them. done: by contractor, becomes theirs.
 */
bool contractors_load_checklists(struct context *ctx, const struct contractors *contractors,
				 const struct done_action *done, size_t count, struct err *err);
/* The profiles that they were last matched with. */
bool contractors_load_profiles(struct context *ctx, const struct contractors *contractors,
			       struct err *err);
/* Whose the goals of these goal.created are, by goal_id. */
bool goal_owners_load(struct context *ctx, const struct batch *created,
		      struct goal_owner **ret_owners, size_t *ret_count, struct err *err);

/* Stores actions of contractors who are locked. */
bool done_actions_save(struct context *ctx, const struct done_action *done, size_t count,
		       struct err *err);
/* Writes of goals and steps that are marked as changed what contractors_load_checklists() has
 * read. */
bool contractors_save_checklists(struct context *ctx, const struct contractors *contractors,
				 struct err *err);
/* Writes what is marked as changed, and brings the counters of their matches up to date. */
bool contractors_save(struct context *ctx, const struct contractors *contractors, struct err *err);
/* Deletes what is of before: what was made of contractor.matched, and what goal.created and
 * action.recorded said up to then. */
bool contractors_erase(struct context *ctx, const struct batch *erasures, struct err *err);

extern const struct statement goal_enricher_pattern_versions;
extern const struct statement *const goal_enricher_statements[];
