/*
 * When the shadow must have handled all that it was fed before it is fed more: around erasures. An
 * event about an erased contractor that is older than the erasure is dropped whenever it is read; a
 * younger one is deleted if it is read before, and kept if after. And a vote does not say whom it
 * is of. So which of them was read first decides, and across topics nobody promises an order. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "values.h"

struct replay_order_contractor {
	int64_t id;      /* 0: free */
	utc_us youngest; /* of his events since everything was handled */
	bool erased;
};

struct replay_order {
	struct replay_order_contractor *items; /* hashed by id */
	size_t count, capacity;
	bool votes, erasures; /* since everything was handled */
	bool votes_are_own;   /* any event may have become a vote */
};

enum replay_order_kind { REPLAY_EVENT, REPLAY_VOTE, REPLAY_ERASURE };

/* Whether everything must be handled before this is fed. contractor 0: of nobody that is known. */
bool replay_order_waits(const struct replay_order *order, enum replay_order_kind kind,
			int64_t contractor, utc_us time);
void replay_order_note(struct replay_order *order, enum replay_order_kind kind, int64_t contractor,
		       utc_us time);
/* Everything is handled. */
void replay_order_forget(struct replay_order *order);
void replay_order_release(struct replay_order *order);
