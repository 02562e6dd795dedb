/*
 * What a batch's handlers will read, asked for before they are called: at the batch's beginning,
 * or, while the batch before it is stored, on a connection beside that one's (read_ahead.c).
 */
#pragma once

#include "batch_run.h"

struct sorted_messages {
	struct batch routes[ROUTES_MAX]; /* by the worker's route index */
	struct batch erasing;
	/* ahead: the lock of erasures is taken, shared, and these are of the contractors of all
	 * routes */
	bool asked;
	struct db_answer erasures;
};

/* False: one of them is an erasure, so nothing may be asked for ahead. */
bool batch_collect_ids(const struct worker *worker, const struct raw_message *raws, size_t count,
		       struct arena *arena, struct asked_ids *ret_ids);

/* What was read ahead is for the messages of this work, or is forgotten: false. */
bool read_ahead_take(struct batch_run *run, const struct work *work);
/* The message with this index in the work, decoded; NULL: it is not. */
struct message *read_ahead_message(const struct batch_run *run, size_t index);
/* What was asked for of a route's contractors; NULL: nothing. */
void *read_ahead_asked(const struct batch_run *run, size_t route);
/* Of these contractors those that the batch before has changed, or may have; how many. */
size_t read_ahead_changed(const struct batch_run *run, const int64_t *ids, size_t count,
			  struct arena *arena, int64_t **ret_ids);
/* Begins to read for the work's next messages: everything of the batch in hand has been sent.
 * `changing`: whom it changes, or may. */
void read_ahead_begin(struct batch_run *run, const struct work *work,
		      const struct asked_ids *changing);
