/* All contractors one after the other, then everything in order of time. */
#include "decide_simulate.h"

#include <sysexits.h>

#include "decide_simulate_life.h"

void simulated_events_add(struct simulated_events *events, const struct simulated_event *event)
{
	if (events->count == events->capacity) {
		size_t capacity = events->capacity ? events->capacity * 2 : 4096;
		void *items = reallocarray(events->items, capacity, sizeof(*events->items));

		if (!items) {
			perror("growthctl");
			exit(EX_OSERR);
		}
		events->items = items;
		events->capacity = capacity;
	}
	events->items[events->count++] = *event;
}

void simulated_events_release(struct simulated_events *events)
{
	free(events->items);
	*events = (struct simulated_events){ 0 };
}

static int by_time(const void *left, const void *right)
{
	const struct simulated_event *a = left, *b = right;

	if (a->second != b->second)
		return a->second < b->second ? -1 : 1;
	if (a->contractor != b->contractor)
		return a->contractor < b->contractor ? -1 : 1;
	return (a->number > b->number) - (a->number < b->number);
}

void simulate(const struct simulation_options *options, struct simulated_events *ret_events)
{
	*ret_events = (struct simulated_events){ 0 };
	for (int64_t contractor = 1; contractor <= options->contractors; contractor++)
		live(options, (uint32_t)contractor, ret_events);
	qsort(ret_events->items, ret_events->count, sizeof(*ret_events->items), by_time);
}
