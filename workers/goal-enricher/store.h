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
/* Their goals likewise, in the order of goals, which is not that of contractors. */
bool contractors_lock_goals(struct context *ctx, const struct contractors *contractors,
			    struct err *err);
struct contractor_goals *contractors_find(const struct contractors *contractors,
					  int64_t contractor_id);

/* Their goals with checklists, what they have done, and what upstream made for them. */
bool contractors_load(struct context *ctx, const struct contractors *contractors, struct err *err);
/*
 * Their goals, and of those who have any what they have done: most actions come before there is a
 * goal.
 */
bool contractors_load_checklists(struct context *ctx, const struct contractors *contractors,
				 struct err *err);
/* The profiles that they were last matched with. */
bool contractors_load_profiles(struct context *ctx, const struct contractors *contractors,
			       struct err *err);
/* Whose the goals of these goal.created are, by goal_id. */
bool goal_owners_load(struct context *ctx, const struct batch *created,
		      struct goal_owner **ret_owners, size_t *ret_count, struct err *err);

/* Stores actions. *ret_changed: the contractors for whom something is new, out of `contractors`. */
bool done_actions_save(struct context *ctx, const struct done_action *done, size_t count,
		       const struct contractors *contractors, struct contractors *ret_changed,
		       struct err *err);
/* Writes what is marked as changed, and brings the counters of their matches up to date. */
bool contractors_save(struct context *ctx, const struct contractors *contractors, struct err *err);
bool contractors_erase(struct context *ctx, const struct batch *erasures, struct err *err);

extern const struct statement goal_enricher_pattern_versions;
extern const struct statement *const goal_enricher_statements[];
