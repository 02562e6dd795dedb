/*
 * Threads take transition after transition, the largest first, lest one of them is alone with it at
 * the end. What they share is only read: names, vocabulary and constants; each one allocates from
 * an arena of its own.
 */
#include "search.h"

#include <pthread.h>

struct search {
	struct cohorts *cohorts;
	const struct cohort **order; /* the largest first */
	atomic_size_t next;          /* in order */
	const atomic_bool *stop;
	struct found_patterns *found;
};

struct searcher {
	struct search *search;
	struct arena arena;
	pthread_t thread;
};

static int by_size(const void *left, const void *right)
{
	const struct cohort *a = *(const struct cohort *const *)left;
	const struct cohort *b = *(const struct cohort *const *)right;

	return (a->count < b->count) - (a->count > b->count);
}

static void set_order(struct search *search, struct arena *arena)
{
	size_t count = search->cohorts->count;

	search->order = arena_array(arena, const struct cohort *, count);
	for (size_t i = 0; i < count; i++)
		search->order[i] = &search->cohorts->items[i];
	if (count > 1)
		qsort(search->order, count, sizeof(*search->order), by_size);
}

static void *run(void *closure)
{
	struct searcher *searcher = closure;
	struct search *search = searcher->search;
	size_t place;

	while (!atomic_load(search->stop) &&
	       (place = atomic_fetch_add(&search->next, 1)) < search->cohorts->count) {
		size_t from = (size_t)(search->order[place] - search->cohorts->items);

		search->found[from] =
			identify_common_patterns(search->cohorts, from, &searcher->arena);
		cohort_release_spells(&search->cohorts->items[from]);
	}
	return NULL;
}

static void release(void *arena)
{
	arena_release(arena);
}

bool search_patterns(struct cohorts *cohorts, int64_t threads, const atomic_bool *stop,
		     struct arena *arena, struct found_patterns *ret_found, struct err *err)
{
	struct search search = { .cohorts = cohorts, .stop = stop, .found = ret_found };
	struct searcher *searchers = arena_array(arena, struct searcher, (size_t)threads);

	set_order(&search, arena);
	for (int64_t i = 0; i < threads; i++) {
		searchers[i].search = &search;
		arena_init(&searchers[i].arena);
		arena_defer(arena, release, &searchers[i].arena);
	}
	for (int64_t i = 1; i < threads; i++)
		if (pthread_create(&searchers[i].thread, NULL, run, &searchers[i]) != 0)
			abort();
	run(&searchers[0]);
	for (int64_t i = 1; i < threads; i++)
		pthread_join(searchers[i].thread, NULL);
	return atomic_load(&search.next) >= cohorts->count || err_set(err, ERR_RETRY, "stopped");
}
