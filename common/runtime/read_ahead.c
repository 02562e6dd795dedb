/*
 * Most of a batch's time is Postgres's, and much of that is reading what is there. Under full load the next batch's messages have come
 * already: while one batch is stored, the next one's contractors are read on a second connection, and its messages decoded. What the first
 * one changes is read again, behind it, and whoever changed something otherwise makes the batch begin anew, because it stores only what is
 * still as it was read (may_read_ahead). A position taken from us is seen by the compare-and-set, as always, before anything is stored.
 */
#include <stdlib.h>

#include "batch_ask.h"
#include "fault.h"
#include "heap.h"
#include "instant.h"
#include "log.h"

#define RECONNECT_US (5 * US_PER_SECOND)

/* One message, whatever comes between: offsets begin anew with an assignment. */
struct place {
	uint64_t assignment;
	int64_t offset;
};

/* Read for one batch. */
struct ahead_batch {
	struct arena arena;
	struct place *places;
	struct message **messages; /* decoded; NULL: it does not decode */
	size_t count;              /* 0: nothing was read */
	void *asked[ROUTES_MAX];
	int64_t *changed; /* ascending: by the batch before, maybe */
	size_t changed_count;
};

struct read_ahead {
	const struct db_options *options;
	struct db *db;
	int64_t retry_at;
	struct ahead_batch batches[2];
	struct ahead_batch *taken, *next; /* of the batch in hand, and of the one behind it */
};

struct read_ahead *read_ahead_new(const struct worker *worker, const struct db_options *options)
{
	struct read_ahead *ahead;
	bool wanted = false;

	for (const struct route *route = worker->routes; route->topic; route++)
		wanted = wanted || route->may_read_ahead;
	if (!wanted)
		return NULL;
	ahead = heap_zeroed(1, sizeof(*ahead));
	ahead->options = options;
	for (size_t i = 0; i < 2; i++)
		arena_init(&ahead->batches[i].arena);
	ahead->taken = &ahead->batches[0];
	ahead->next = &ahead->batches[1];
	return ahead;
}

void read_ahead_free(struct read_ahead *ahead)
{
	if (!ahead)
		return;
	db_close(ahead->db);
	for (size_t i = 0; i < 2; i++)
		arena_release(&ahead->batches[i].arena);
	free(ahead);
}

static struct place place_of(const struct raw_message *raw)
{
	return (struct place){ raw->owner->assignment, raw->offset };
}

static bool is_for(const struct ahead_batch *batch, const struct work *work)
{
	bool same = work->kind == WORK_MESSAGES && !work->poison && batch->count == work->count;

	for (size_t i = 0; same && i < work->count; i++) {
		struct place place = place_of(&work->raws[i]);

		same = place.assignment == batch->places[i].assignment &&
		       place.offset == batch->places[i].offset;
	}
	return same;
}

bool read_ahead_take(struct batch_run *run, const struct work *work)
{
	struct read_ahead *ahead = run->runner->ahead;
	struct ahead_batch *next;

	if (!ahead)
		return false;
	next = ahead->next;
	ahead->next = ahead->taken;
	ahead->taken = next;
	ahead->next->count = 0;
	if (next->count && !is_for(next, work))
		next->count = 0;
	return next->count > 0;
}

/* NULL: nothing was read ahead for the batch in hand. */
static const struct ahead_batch *taken(const struct batch_run *run)
{
	const struct read_ahead *ahead = run->runner->ahead;

	return ahead && ahead->taken->count ? ahead->taken : NULL;
}

struct message *read_ahead_message(const struct batch_run *run, size_t index)
{
	const struct ahead_batch *batch = taken(run);

	return batch ? batch->messages[index] : NULL;
}

void *read_ahead_asked(const struct batch_run *run, size_t route)
{
	const struct ahead_batch *batch = taken(run);

	return batch ? batch->asked[route] : NULL;
}

static int by_number(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

size_t read_ahead_changed(const struct batch_run *run, const int64_t *ids, size_t count,
			  struct arena *arena, int64_t **ret_ids)
{
	const struct ahead_batch *batch = taken(run);
	size_t found = 0;

	*ret_ids = arena_array(arena, int64_t, count);
	for (size_t i = 0; batch->changed_count && i < count; i++)
		if (bsearch(&ids[i], batch->changed, batch->changed_count, sizeof(ids[i]),
			    by_number))
			(*ret_ids)[found++] = ids[i];
	return found;
}

/* ---- the next batch ---- */

/* Without the connection all is read when the batch begins. */
static bool ensure_db(struct read_ahead *ahead, struct db *waiting)
{
	struct err err = { 0 };

	if (ahead->db && !db_is_broken(ahead->db))
		return true;
	if (monotonic_us() < ahead->retry_at)
		return false;
	db_receive_beside(waiting, NULL);
	db_close(ahead->db);
	ahead->db = db_connect(ahead->options, &err);
	ahead->retry_at = monotonic_us() + RECONNECT_US;
	if (!ahead->db)
		log_debug("no second connection; nothing is read ahead",
			  log_text("error", err.text));
	return ahead->db != NULL;
}

static bool ask(struct read_ahead *ahead, struct batch_run *run, const struct asked_ids *ids,
		struct err *err)
{
	const struct route *routes = run->runner->worker->routes;
	struct ahead_batch *next = ahead->next;
	struct context context = { .db = ahead->db,
				   .config = run->runner->worker_config,
				   .arena = &next->arena };

	for (size_t i = 0; routes[i].topic; i++) {
		size_t start = ids->starts[i], end = ids->starts[i + 1];

		if (routes[i].may_read_ahead && end > start &&
		    !routes[i].ask(ids->ids + start, end - start, &context, &next->asked[i], err))
			return false;
	}
	return db_end_asking(ahead->db, err);
}

static void note_changing(struct ahead_batch *next, const struct asked_ids *changing,
			  const struct worker *worker)
{
	size_t count = 0;

	for (size_t i = 0; worker->routes[i].topic; i++)
		count = changing->starts[i + 1];
	next->changed = arena_memdup(&next->arena, changing->ids, count * sizeof(*changing->ids));
	next->changed_count = count;
	if (count)
		qsort(next->changed, count, sizeof(*next->changed), by_number);
}

static void decode(struct ahead_batch *next, const struct runner *runner,
		   const struct raw_message *raws, size_t count)
{
	next->places = arena_array(&next->arena, struct place, count);
	next->messages = arena_array(&next->arena, struct message *, count);
	for (size_t i = 0; i < count; i++) {
		struct err err = { 0 };
		struct message *message;
		bool ok;

		message = message_decode(&raws[i], runner->worker_config,
					 (size_t)runner->config->message_max, &next->arena, &ok,
					 &err);
		next->messages[i] = ok ? message : NULL;
		next->places[i] = place_of(&raws[i]);
	}
	next->count = count;
}

void read_ahead_begin(struct batch_run *run, const struct work *work,
		      const struct asked_ids *changing)
{
	struct runner *runner = run->runner;
	struct read_ahead *ahead = runner->ahead;
	const struct raw_message *raws = work->raws + work->count;
	struct asked_ids ids;
	struct err err = { 0 };

	if (!ahead || !ensure_db(ahead, runner->db))
		return;
	db_rollback(ahead->db); /* what was not taken of the last ones */
	arena_reset(&ahead->next->arena);
	ahead->next->count = 0;
	memset(ahead->next->asked, 0, sizeof(ahead->next->asked));
	if (!batch_collect_ids(runner->worker, raws, work->next_count, &ahead->next->arena, &ids) ||
	    !ask(ahead, run, &ids, &err))
		return;
	crash_point("batch.read_ahead");
	db_receive_beside(runner->db, ahead->db);
	note_changing(ahead->next, changing, runner->worker);
	decode(ahead->next, runner, raws, work->next_count);
}
