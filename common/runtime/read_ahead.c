/*
 * Most of a batch's time is Postgres's, and much of that is reading what is there. Under full load
 * the next batch's messages have come already: while one batch is stored, the next one's
 * contractors are read on a second connection, and its messages decoded. What the first one changes
 * is read again, behind it, and whoever changed something otherwise makes the batch begin anew,
 * because it stores only what is still as it was read (may_read_ahead). A position taken from us is
 * seen by the compare-and-set, as always, before anything is stored.
 */
#include <stdlib.h>

#include "batch_ask.h"
#include "fault.h"
#include "heap.h"
#include "instant.h"
#include "log.h"
#include "numbers.h"

#define RECONNECT_US (30 * US_PER_SECOND)
#define AGE_US (5 * US_PER_SECOND) /* nothing is decided on what is older */
/* Less than the batches' own: a batch may wait for both, and must not for so long that the worker
 * seems dead. */
#define TIMEOUT_MS 10000
/* Who changes a table may wait for the batch, and this one for him, and the batch for this one: no
 * server sees that. */
#define LOCK_TIMEOUT_MS 1000

/* One message, whatever comes between: offsets begin anew with an assignment. */
struct place {
	uint64_t assignment;
	int64_t offset;
};

struct read_ahead {
	struct db_options options;
	struct db *db;
	int64_t retry_at, begun_at;
	bool taken; /* this is of the batch in hand; else of the one behind it, if of any */
	struct arena arena;
	struct place *places;
	struct message **messages; /* decoded; NULL: it does not decode */
	size_t count;              /* 0: nothing was read */
	void *asked[ROUTES_MAX];
	int64_t *changed; /* ascending: by the batch before, maybe */
	size_t changed_count;
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
	ahead->options = *options;
	if (!options->statement_timeout_ms || options->statement_timeout_ms > TIMEOUT_MS)
		ahead->options.statement_timeout_ms = TIMEOUT_MS;
	ahead->options.lock_timeout_ms = LOCK_TIMEOUT_MS;
	arena_init(&ahead->arena);
	return ahead;
}

void read_ahead_free(struct read_ahead *ahead)
{
	if (!ahead)
		return;
	db_close(ahead->db);
	arena_release(&ahead->arena);
	free(ahead);
}

static struct place place_of(const struct raw_message *raw)
{
	return (struct place){ raw->owner->assignment, raw->offset };
}

static bool is_for(const struct read_ahead *ahead, const struct work *work)
{
	bool same = work->kind == WORK_MESSAGES && !work->poison && ahead->count == work->count;

	for (size_t i = 0; same && i < work->count; i++) {
		struct place place = place_of(&work->raws[i]);

		same = place.assignment == ahead->places[i].assignment &&
		       place.offset == ahead->places[i].offset;
	}
	return same;
}

/* To where the batches' own connection is: that one may be another since. */
static bool is_connected(const struct read_ahead *ahead, const struct db *db)
{
	return ahead->db && !db_is_broken(ahead->db) && db_is_beside(db, ahead->db);
}

static void disconnect(struct read_ahead *ahead, struct db *db)
{
	if (db)
		db_receive_beside(db, NULL);
	db_close(ahead->db);
	ahead->db = NULL;
	ahead->count = 0; /* its answers are gone */
}

void read_ahead_forget(struct read_ahead *ahead, struct db *db)
{
	if (!ahead)
		return;
	disconnect(ahead, db);
	ahead->retry_at = 0;
}

/* Without the connection all is read when the batch begins. */
static void connect_beside(struct read_ahead *ahead, struct db *db)
{
	struct err err = { 0 };

	disconnect(ahead, db);
	ahead->db = db_connect(&ahead->options, &err);
	ahead->retry_at = monotonic_us() + RECONNECT_US;
	if (ahead->db && db_is_same_server(db, ahead->db)) {
		db_receive_beside(db, ahead->db);
		return;
	}
	if (ahead->db)
		err_set(&err, ERR_RETRY, "it is to another server");
	log_debug("no second connection; nothing is read ahead", log_text("error", err.text));
	disconnect(ahead, db);
}

bool read_ahead_take(struct batch_run *run, const struct work *work)
{
	struct read_ahead *ahead = run->runner->ahead;
	int64_t now = monotonic_us();

	if (!ahead)
		return false;
	/* Here nothing is locked that others would wait for meanwhile. */
	if (work->next_count && !is_connected(ahead, run->runner->db) && now >= ahead->retry_at)
		connect_beside(ahead, run->runner->db);
	if (ahead->taken || now - ahead->begun_at > AGE_US ||
	    !is_connected(ahead, run->runner->db) || !is_for(ahead, work))
		ahead->count = 0;
	ahead->taken = true;
	return ahead->count > 0;
}

/* NULL: nothing was read ahead for the batch in hand. */
static const struct read_ahead *taken(const struct batch_run *run)
{
	const struct read_ahead *ahead = run->runner->ahead;

	return ahead && ahead->taken && ahead->count ? ahead : NULL;
}

struct message *read_ahead_message(const struct batch_run *run, size_t index)
{
	const struct read_ahead *ahead = taken(run);

	return ahead ? ahead->messages[index] : NULL;
}

void *read_ahead_asked(const struct batch_run *run, size_t route)
{
	const struct read_ahead *ahead = taken(run);

	return ahead ? ahead->asked[route] : NULL;
}

size_t read_ahead_changed(const struct batch_run *run, const int64_t *ids, size_t count,
			  struct arena *arena, int64_t **ret_ids)
{
	const struct read_ahead *ahead = taken(run);
	size_t found = 0;

	*ret_ids = arena_array(arena, int64_t, count);
	for (size_t i = 0; ahead->changed_count && i < count; i++)
		if (bsearch(&ids[i], ahead->changed, ahead->changed_count, sizeof(ids[i]),
			    numbers_order))
			(*ret_ids)[found++] = ids[i];
	return found;
}

/* ---- the next batch ---- */

static bool ask(struct read_ahead *ahead, const struct runner *runner, const struct asked_ids *ids,
		struct err *err)
{
	const struct route *routes = runner->worker->routes;
	struct context context = { .db = ahead->db,
				   .config = runner->worker_config,
				   .arena = &ahead->arena };

	memset(ahead->asked, 0, sizeof(ahead->asked));
	for (size_t i = 0; routes[i].topic; i++) {
		size_t start = ids->starts[i], end = ids->starts[i + 1];

		if (routes[i].may_read_ahead && end > start &&
		    !routes[i].ask(ids->ids + start, end - start, &context, &ahead->asked[i], err))
			return false;
	}
	return db_end_asking(ahead->db, err);
}

static void note_changing(struct read_ahead *ahead, const struct asked_ids *changing)
{
	ahead->changed = arena_memdup(&ahead->arena, changing->ids,
				      changing->count * sizeof(*changing->ids));
	ahead->changed_count = numbers_unique(ahead->changed, changing->count);
}

static void decode(struct read_ahead *ahead, const struct runner *runner,
		   const struct raw_message *raws, size_t count)
{
	ahead->places = arena_array(&ahead->arena, struct place, count);
	ahead->messages = arena_array(&ahead->arena, struct message *, count);
	for (size_t i = 0; i < count; i++) {
		struct err err = { 0 };
		struct message *message;
		bool ok;

		message = message_decode(&raws[i], runner->worker_config,
					 (size_t)runner->config->message_max, &ahead->arena, &ok,
					 &err);
		ahead->messages[i] = ok ? message : NULL;
		ahead->places[i] = place_of(&raws[i]);
	}
	ahead->count = count;
}

/* Of the batch in hand nothing is needed any longer that was read ahead for it: what `otherwise`
 * may send again is not in here. */
void read_ahead_begin(struct batch_run *run, const struct work *work,
		      const struct asked_ids *changing)
{
	struct runner *runner = run->runner;
	struct read_ahead *ahead = runner->ahead;
	const struct raw_message *raws = work->raws + work->count;
	struct asked_ids ids;
	struct err err = { 0 };

	if (!ahead || !is_connected(ahead, runner->db))
		return;
	db_rollback(ahead->db); /* what was not taken */
	arena_reset(&ahead->arena);
	ahead->count = 0;
	ahead->taken = false;
	ahead->begun_at = monotonic_us();
	if (db_is_broken(ahead->db) ||
	    !batch_collect_ids(runner->worker, raws, work->next_count, &ahead->arena, &ids) ||
	    !ask(ahead, runner, &ids, &err))
		return;
	crash_point("batch.read_ahead");
	note_changing(ahead, changing);
	decode(ahead, runner, raws, work->next_count);
}
