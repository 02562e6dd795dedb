#include "decide_replay_order.h"

#include <stdlib.h>
#include <string.h>

#include "heap.h"

#define CAPACITY_FIRST 1024

/* His place, or the free one where he belongs. */
static struct replay_order_contractor *place_of(const struct replay_order *order, int64_t id)
{
	size_t at = (size_t)((uint64_t)id * UINT64_C(11400714819323198485)) & (order->capacity - 1);

	while (order->items[at].id && order->items[at].id != id)
		at = (at + 1) & (order->capacity - 1);
	return &order->items[at];
}

static void grow(struct replay_order *order)
{
	struct replay_order former = *order;

	order->capacity = former.capacity ? 2 * former.capacity : CAPACITY_FIRST;
	order->items = heap_zeroed(order->capacity, sizeof(*order->items));
	for (size_t i = 0; i < former.capacity; i++)
		if (former.items[i].id)
			*place_of(order, former.items[i].id) = former.items[i];
	free(former.items);
}

bool replay_order_waits(const struct replay_order *order, enum replay_order_kind kind,
			int64_t contractor, utc_us time)
{
	const struct replay_order_contractor *place =
		order->count && contractor ? place_of(order, contractor) : NULL;

	if (place && !place->id)
		place = NULL;
	switch (kind) {
	case REPLAY_ERASURE:
		return order->votes || (place && !place->erased && place->youngest > time);
	case REPLAY_VOTE:
		return order->erasures;
	case REPLAY_EVENT:
		break;
	}
	return place && place->erased;
}

void replay_order_note(struct replay_order *order, enum replay_order_kind kind, int64_t contractor,
		       utc_us time)
{
	struct replay_order_contractor *place;

	order->erasures = order->erasures || kind == REPLAY_ERASURE;
	order->votes = order->votes || kind == REPLAY_VOTE ||
		       (order->votes_are_own && kind == REPLAY_EVENT);
	if (!contractor)
		return;
	if (2 * order->count >= order->capacity)
		grow(order);
	place = place_of(order, contractor);
	if (!place->id) {
		*place = (struct replay_order_contractor){ .id = contractor, .youngest = time };
		order->count++;
	}
	if (time > place->youngest)
		place->youngest = time;
	place->erased = place->erased || kind == REPLAY_ERASURE;
}

void replay_order_forget(struct replay_order *order)
{
	if (order->items)
		memset(order->items, 0, order->capacity * sizeof(*order->items));
	order->count = 0;
	order->votes = order->erasures = false;
}

void replay_order_release(struct replay_order *order)
{
	free(order->items);
	order->items = NULL;
}
