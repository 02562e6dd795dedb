#include "decide_status.h"

#include <inttypes.h>

int64_t status_lag(const struct status_partition *partition)
{
	int64_t lag = partition->end_offset - partition->next_offset;

	return partition->behind && lag > 0 ? lag : partition->behind;
}

const char *status_sweep(const struct status_partition *partition, struct arena *arena)
{
	if (!partition->sweeps)
		return NULL;
	if (partition->sweep_after.present)
		return arena_printf(arena, "at %" PRId64 " of %" PRId64,
				    partition->sweep_after.value, partition->last_contractor.value);
	return partition->sweep_behind ? "to do" : "done";
}

static void add(struct texts *texts, const char *text)
{
	texts->items[texts->count++] = text;
}

/* One phrase a topic: its partitions stand together. */
static void add_lag(const struct status_worker *worker, size_t first, size_t count,
		    struct texts *texts, struct arena *arena)
{
	int64_t lag = 0, behind = 0;

	for (size_t i = first; i < first + count; i++) {
		lag += status_lag(&worker->partitions[i]);
		behind += worker->partitions[i].behind;
	}
	if (behind)
		add(texts,
		    arena_printf(arena,
				 "%s is %" PRId64 " behind on %s, in %" PRId64 " of %zu partitions",
				 worker->name, lag, worker->partitions[first].topic, behind,
				 count));
}

static void add_sweeps(const struct status_worker *worker, struct texts *texts, struct arena *arena)
{
	int64_t waiting = 0;

	for (size_t i = 0; i < worker->count; i++)
		waiting += worker->partitions[i].sweeps &&
			   (worker->partitions[i].sweep_after.present ||
			    worker->partitions[i].sweep_behind);
	if (waiting)
		add(texts,
		    arena_printf(arena,
				 "%s has to match the contractors of %" PRId64 " partitions again",
				 worker->name, waiting));
}

static void add_partitions(const struct status_worker *worker, struct texts *texts,
			   struct arena *arena)
{
	size_t first = 0;

	for (size_t i = 0; i < worker->count; i++) {
		if (i + 1 < worker->count &&
		    strcmp(worker->partitions[i + 1].topic, worker->partitions[i].topic) == 0)
			continue;
		add_lag(worker, first, i + 1 - first, texts, arena);
		first = i + 1;
	}
	add_sweeps(worker, texts, arena);
}

struct texts status_pending(const struct status *status, struct arena *arena)
{
	struct texts texts = { 0 };
	size_t most = 3;

	for (size_t i = 0; i < status->count; i++)
		most += 2 + status->workers[i].count;
	texts.items = arena_array(arena, const char *, most);
	for (size_t i = 0; i < status->count; i++) {
		const struct status_worker *worker = &status->workers[i];

		add_partitions(worker, &texts, arena);
		if (worker->outbox)
			add(&texts, arena_printf(arena, "%s has %" PRId64 " batches to publish",
						 worker->name, worker->outbox));
	}
	if (status->open_transactions)
		add(&texts, arena_printf(arena,
					 "an open transaction hides what is behind it in %" PRId64
					 " partitions, the first of %s",
					 status->open_transactions, status->open_topic));
	if (status->recalculations)
		add(&texts, arena_printf(arena, "%" PRId64 " recalculations are not done",
					 status->recalculations));
	if (status->evaluation_due)
		add(&texts,
		    arena_printf(arena,
				 "outcomes of %" PRId64
				 " voters are to be looked at for the confidence of patterns",
				 status->voters_waiting));
	return texts;
}
