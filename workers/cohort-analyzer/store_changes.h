/* What has changed since the last calculations, what they found, and when the next is due. */
#pragma once

#include "decide_due.h"
#include "store.h"

/* Marks the contractors whose profiles logs_save() stores. */
bool changes_mark_profiles(struct context *ctx, const struct contractor_logs *logs,
			   struct err *err);
/* Notes the tiers of contractors whose history is erased next. */
bool changes_mark_erased(struct context *ctx, const struct batch *erasures, struct err *err);

/* Fills the states of the ladder; changes after `until` do not count. Counting may take as long as
 * reading all profiles; until absent: nothing is counted. */
bool transitions_load(struct db *db, struct transition_state *states, size_t count,
		      struct optional_time until, struct arena *arena, struct err *err);

/* What a recalculation calculated anew, and from what. */
struct calculated {
	struct transition_state *states; /* with what was found; only these are stored */
	size_t count;
	const char *snapshot; /* of the transaction that read everything, as text */
	utc_us as_of;
	const char *only;    /* one transition; NULL: every one that had changed */
	struct texts ladder; /* all transitions that there are */
};

/* The transaction's snapshot, to tell later which marks it saw. */
bool snapshot_read(struct db *db, struct arena *arena, const char **ret_snapshot, struct err *err);
/* Stores what was found, and that the marks which it has taken into account are to be cleared. */
bool transitions_save(struct context *ctx, const struct calculated *calculated,
		      const char *event_id, struct err *err);

/* Marks to be cleared before the next recalculation. What they are does not change, whoever clears
 * them, and however often. */
struct clearing {
	const char *event_id, *snapshot;
	utc_us as_of;
	const char
		*tier; /* only noted as seen for the transition that starts here; NULL: cleared */
};

/* Notes that it is to be done. */
bool clearing_add(struct context *ctx, const struct clearing *clearing, struct err *err);
/* Forgets the erased histories that its snapshot saw. */
bool erased_tiers_clear(struct context *ctx, const struct calculated *calculated, struct err *err);
/* *ret_clearing NULL: nothing is to be cleared. */
bool clearing_find(struct db *db, struct arena *arena, struct clearing **ret_clearing,
		   struct err *err);
/* Many small transactions, on the task's connection. Ends with ERR_RETRY soon after *stop is
 * set. */
bool clearing_work(struct db *db, const struct clearing *clearing, const atomic_bool *stop,
		   struct err *err);
bool clearing_finish(struct context *ctx, const struct clearing *clearing, struct err *err);

/* When what time alone causes was last done, and whether there is anything to do it for. */
bool schedule_load(struct db *db, struct arena *arena, struct schedule_state *ret_state,
		   struct err *err);
/* *ret_first: it was not recorded yet that this was done for that time, or a later one. */
bool schedule_save(struct context *ctx, enum due_kind kind, utc_us at, bool *ret_first,
		   struct err *err);

/* About how many rows a scan of the history will read. */
bool history_estimate(struct db *db, struct arena *arena, int64_t *ret_rows, struct err *err);
/* For people who look while it runs. */
bool progress_tell(struct db *db, const char *event_id, const char *phase, int64_t done,
		   int64_t total, struct err *err);

/* store_changes.c's, store_clearing.c's and store_schedule.c's; each ends with NULL. */
extern const struct statement *const change_statements[];
extern const struct statement *const clearing_statements[];
extern const struct statement *const schedule_statements[];
