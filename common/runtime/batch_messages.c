/*
 * The messages of a batch: decoded, erasures first, then route by route in the worker's order. What
 * a handler makes known releases parked messages, which join the batches of later routes.
 */
#include <inttypes.h>

#include "batch_ask.h"
#include "fault.h"
#include "statements.h"

#define BEHIND "the pattern library is behind"

static void append(struct batch *batch, struct message *message, struct arena *arena)
{
	/* Grows at powers of two. */
	if ((batch->count & (batch->count + 1)) == 0)
		batch->messages = arena_grow(arena, batch->messages, batch->count,
					     batch->count * 2 + 1, sizeof(*batch->messages));
	batch->messages[batch->count++] = message;
}

/* What was asked for has been read before something that changes it. */
static void forget_asked(struct sorted_messages *sorted)
{
	sorted->asked = false;
	for (size_t i = 0; i < ROUTES_MAX; i++)
		sorted->routes[i].asked = NULL;
}

static int by_arrival(const void *left, const void *right)
{
	const struct parked_row *a = left, *b = right;
	int order = strcmp(a->topic, b->topic);

	if (order)
		return order;
	if (a->partition != b->partition)
		return a->partition < b->partition ? -1 : 1;
	return (a->kafka_offset > b->kafka_offset) - (a->kafka_offset < b->kafka_offset);
}

static struct partition *owner_of(const struct batch_run *run, const char *waiting_for)
{
	for (size_t i = 0; i < run->known_count; i++) {
		if (strcmp(run->known[i].waiting_for, waiting_for) == 0)
			return run->known[i].owner;
	}
	return run->known[0].owner;
}

enum reach {
	REACHED,
	AWAITED,      /* noted: the batch is handled again when the library has it */
	OUT_OF_REACH, /* the topic ends before */
};

static enum reach reach_of(struct runner *runner, int64_t snapshot)
{
	if (snapshot <= runner->library->number)
		return REACHED;
	if (snapshot > runner->snapshot_end)
		return OUT_OF_REACH;
	if (snapshot > runner->needed_snapshot)
		runner->needed_snapshot = snapshot;
	return AWAITED;
}

/* Whether what the message was made from is, or will be, in the library. */
static bool can_have_snapshot(struct runner *runner, const struct message *message, struct err *err)
{
	const struct route *route = message->raw->route;
	int64_t snapshot;

	if (!route->snapshot_offset || !message->value)
		return true;
	memcpy(&snapshot, (const char *)message->value + route->snapshot_offset, sizeof(snapshot));
	return reach_of(runner, snapshot) != OUT_OF_REACH ||
	       err_set(err, ERR_POISON,
		       "snapshot %" PRId64 " is beyond %" PRId64 ", the end of the pattern topic",
		       snapshot, runner->snapshot_end);
}

bool library_reaches(struct context *ctx, int64_t snapshot, struct err *err)
{
	return reach_of(ctx->run->runner, snapshot) != AWAITED || err_set(err, ERR_NONE, BEHIND);
}

/* decoded: ahead; NULL: it is not. */
static void sort_message(struct batch_run *run, struct sorted_messages *sorted,
			 const struct raw_message *raw, struct message *decoded)
{
	struct runner *runner = run->runner;
	struct message *message = decoded;
	struct err err = { 0 };
	bool ok = true;

	if (message)
		message->raw = raw;
	else
		message = message_decode(raw, runner->worker_config,
					 (size_t)runner->config->message_max, &runner->arena, &ok,
					 &err);
	batch_note_cause(run, message);
	if (!ok || !can_have_snapshot(runner, message, &err))
		batch_dead_letter(run, raw, message, "decode", &err);
	else if (!message->value)
		append(&sorted->erasing, message, &runner->arena);
	else
		append(&sorted->routes[raw->route - runner->worker->routes], message,
		       &runner->arena);
}

static bool add_released(struct batch_run *run, struct sorted_messages *sorted,
			 struct parked_row *rows, size_t count, struct partition *owner,
			 struct err *err)
{
	if (count)
		qsort(rows, count, sizeof(*rows), by_arrival);
	for (size_t i = 0; i < count; i++) {
		struct raw_message *raw = batch_thaw(
			run, &rows[i], owner ? owner : owner_of(run, rows[i].waiting_for), err);

		if (!raw)
			return false;
		if (!raw->route->topic)
			return err_set(err, ERR_FATAL,
				       "a message of %s is parked, which this worker does not read",
				       rows[i].topic);
		sort_message(run, sorted, raw, NULL);
	}
	if (count)
		forget_asked(sorted); /* not about these */
	return true;
}

static bool release(struct batch_run *run, struct sorted_messages *sorted, struct err *err)
{
	struct runner *runner = run->runner;
	struct waiting_row *keys =
		arena_array(&runner->arena, struct waiting_row, run->known_count);
	struct parked_row *rows;
	size_t count;
	bool ok;

	for (size_t i = 0; i < run->known_count; i++)
		keys[i].waiting_for = run->known[i].waiting_for;
	ok = db_run(runner->db, &release_parked, keys, run->known_count, &runner->arena, &rows,
		    &count, err) &&
	     add_released(run, sorted, rows, count, NULL, err);
	run->known_count = 0;
	return ok;
}

/* ---- routes ---- */

/* Leaves out what was erased. */
static void compact(struct batch *batch)
{
	size_t kept = 0;

	for (size_t i = 0; i < batch->count; i++) {
		if (!batch->messages[i]->erased)
			batch->messages[kept++] = batch->messages[i];
	}
	batch->count = kept;
}

/* From here on what is older than these erasures is known as such. */
static bool note_erasures(struct batch_run *run, struct sorted_messages *sorted, struct err *err)
{
	struct batch *erasing = &sorted->erasing;
	struct lock_row lock = { .exclusive = erasing->count > 0 };

	if (sorted->asked && erasing->count == 0)
		return true;
	forget_asked(sorted);
	if (!db_post(run->runner->db, &lock_erasures, &lock, 1, err))
		return false;
	if (!batch_drop_erased(run, erasing->messages, erasing->count, err))
		return false;
	compact(erasing);
	return erasing->count == 0 || batch_record_erasures(run, erasing, err);
}

static bool erase(struct batch_run *run, struct sorted_messages *sorted, struct err *err)
{
	const struct worker *worker = run->runner->worker;
	struct batch *erasing = &sorted->erasing;

	return erasing->count == 0 || !worker->erase || worker->erase(erasing, &run->context, err);
}

/* Leaves out, of the routes from `first` on, what was erased. */
static bool admit(struct batch_run *run, struct sorted_messages *sorted, size_t first,
		  struct err *err)
{
	const struct route *routes = run->runner->worker->routes;
	const struct db_answer *erasures = &sorted->erasures;

	if (sorted->asked && !db_take(erasures, err))
		return false;
	for (size_t i = first; routes[i].topic; i++) {
		struct batch *batch = &sorted->routes[i];

		if (sorted->asked)
			batch_mark_erased(batch->messages, batch->count, erasures->rows,
					  erasures->count);
		else if (routes[i].key == ROUTE_KEY_CONTRACTOR &&
			 !batch_drop_erased(run, batch->messages, batch->count, err))
			return false;
		compact(batch);
	}
	return true;
}

/* Whether there are any. */
static bool append_all(struct batch *all, const struct batch *part, struct arena *arena)
{
	for (size_t i = 0; i < part->count; i++)
		append(all, part->messages[i], arena);
	return part->count > 0;
}

static bool lock_rows(struct batch_run *run, const struct sorted_messages *sorted, struct err *err)
{
	const struct worker *worker = run->runner->worker;
	struct arena *arena = &run->runner->arena;
	struct batch all = { 0 };
	size_t parts = append_all(&all, &sorted->erasing, arena);

	for (size_t i = 0; worker->routes[i].topic; i++)
		parts += append_all(&all, &sorted->routes[i], arena);
	return parts < 2 || !worker->lock || worker->lock(&all, &run->context, err);
}

static bool handle_routes(struct batch_run *run, struct sorted_messages *sorted, struct err *err)
{
	const struct route *routes = run->runner->worker->routes;

	if (!admit(run, sorted, 0, err) || !lock_rows(run, sorted, err) || !erase(run, sorted, err))
		return false;
	for (size_t i = 0; routes[i].topic; i++) {
		struct batch *batch = &sorted->routes[i];

		if (batch->count && !routes[i].handle(batch, &run->context, err))
			return err_wrap(err, "%zu of %s", batch->count, routes[i].topic);
		if (run->known_count && !run->keep_parked &&
		    (!release(run, sorted, err) || !admit(run, sorted, i + 1, err)))
			return false;
	}
	return true;
}

static void bury(struct batch_run *run, const struct raw_message *raw, const struct err *poison)
{
	struct err ignored = { 0 };
	bool ok;
	struct message *message = message_decode(raw, run->runner->worker_config, SIZE_MAX,
						 &run->runner->arena, &ok, &ignored);

	batch_dead_letter(run, raw, message, "handle", poison);
}

static bool bury_parked(struct batch_run *run, const struct work *work,
			const struct parked_row *rows, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		const struct raw_message *raw = batch_thaw(run, &rows[i], work->partition, err);

		if (!raw)
			return false;
		bury(run, raw, work->poison);
	}
	return true;
}

bool batch_handle_messages(struct batch_run *run, const struct work *work, struct err *err)
{
	for (size_t i = 0; i < work->count; i++) {
		if (work->poison)
			bury(run, &work->raws[i], work->poison);
		else
			sort_message(run, run->asked, &work->raws[i], read_ahead_message(run, i));
	}
	crash_point("batch.decoded");
	if (run->runner->needed_snapshot)
		return err_set(err, ERR_NONE, BEHIND);
	return note_erasures(run, run->asked, err) && handle_routes(run, run->asked, err);
}

bool batch_retry_parked(struct batch_run *run, const struct work *work, struct err *err)
{
	struct due_row due = { work->partition->route->topic, work->partition->number,
			       work->parked_limit };
	struct sorted_messages sorted = { 0 };
	struct parked_row *rows;
	size_t count;

	if (!db_run(run->runner->db, &retry_parked, &due, 1, &run->runner->arena, &rows, &count,
		    err))
		return false;
	if (work->poison)
		return bury_parked(run, work, rows, count, err);
	return add_released(run, &sorted, rows, count, work->partition, err) &&
	       note_erasures(run, &sorted, err) && handle_routes(run, &sorted, err);
}
