/* What has changed since the last calculations, what they found, and when the next is due. */
#pragma once

#include "decide_due.h"
#include "store.h"

/* Marks the contractors whose profiles logs_save() stores. */
bool changes_mark_profiles(struct context *ctx, const struct contractor_logs *logs,
			   struct err *err);
/* Notes the tiers of contractors whose history is erased next. */
bool changes_mark_erased(struct context *ctx, const int64_t *contractors, size_t count,
			 struct err *err);

/* Fills the states of the ladder; changes after `until` do not count. */
bool transitions_load(struct db *db, struct transition_state *states, size_t count, utc_us until,
		      struct arena *arena, struct err *err);

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
/* Stores what was found and clears exactly the marks that it has taken into account. */
bool transitions_save(struct context *ctx, const struct calculated *calculated, struct err *err);

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

extern const struct statement *const change_statements[]; /* ends with NULL */
