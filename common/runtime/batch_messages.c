/*
 * The messages of a batch: decoded, erasures first, then route by route in the worker's order. What
 * a handler makes known releases parked messages, which join the batches of later routes.
 */
#include <inttypes.h>

#include "batch_ask.h"
#include "fault.h"
#include "instant.h"
#include "statements.h"

#define BEHIND "the pattern library is behind"
#define TIMESTAMP_HEADER "growth.timestamp"
#define AGAIN_HEADER "growth.again" /* deploy/purge has sent it once more, at another place */

static size_t route_index(const struct runner *runner, const char *topic, size_t length)
{
	size_t i = 0;

	while (runner->worker->routes[i].topic &&
	       (strlen(runner->worker->routes[i].topic) != length ||
		memcmp(runner->worker->routes[i].topic, topic, length) != 0))
		i++;
	return i;
}

static void append(struct batch *batch, struct message *message, struct arena *arena)
{
	/* Grows at powers of two. */
	if ((batch->count & (batch->count + 1)) == 0)
		batch->messages = arena_grow(arena, batch->messages, batch->count,
					     batch->count * 2 + 1, sizeof(*batch->messages));
	batch->messages[batch->count++] = message;
}

/* ---- erasure ---- */

static const struct erasure_row *find_erasure(const struct erasure_row *rows, size_t count,
					      int64_t contractor_id)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].contractor_id == contractor_id)
			return &rows[i];
	}
	return NULL;
}

static bool is_sent_again(const struct message *message)
{
	const struct raw_message *raw = message->raw;

	for (size_t i = 0; i < raw->header_count; i++) {
		if (raw->headers[i].name_length == strlen(AGAIN_HEADER) &&
		    memcmp(raw->headers[i].name, AGAIN_HEADER, strlen(AGAIN_HEADER)) == 0)
			return true;
	}
	return false;
}

/* Within the erasure's own partition the log's order counts, elsewhere the time. So it does for an
 * erasure that is sent again: whoever came back since the first time is not erased by it, and who
 * has not heard of it erases. */
static bool is_before(const struct message *message, const struct erasure_row *erasure)
{
	if (message->raw->route->erases && message->partition == erasure->partition &&
	    (message->value || !is_sent_again(message)))
		return message->offset < erasure->kafka_offset ||
		       (!message->value && message->offset == erasure->kafka_offset);
	return message->time <= erasure->erased_at;
}

/* Marks what is not newer than its contractor's erasure, whichever came first; a null value only
 * when that very erasure was done before. */
static void mark_erased(struct message **messages, size_t count, const struct erasure_row *erased,
			size_t erased_count)
{
	for (size_t i = 0; i < count && erased_count; i++) {
		const struct erasure_row *erasure =
			find_erasure(erased, erased_count, messages[i]->contractor_id);

		if (erasure && is_before(messages[i], erasure))
			messages[i]->erased = true;
	}
}

static bool drop_erased(struct batch_run *run, struct message **messages, size_t count,
			struct err *err)
{
	struct runner *runner = run->runner;
	struct erasure_row *wanted = arena_array(&runner->arena, struct erasure_row, count);
	struct erasure_row *erased;
	size_t erased_count;

	for (size_t i = 0; i < count; i++)
		wanted[i].contractor_id = messages[i]->contractor_id;
	if (!db_run(runner->db, &read_erasures, wanted, count, &runner->arena, &erased,
		    &erased_count, err))
		return false;
	mark_erased(messages, count, erased, erased_count);
	return true;
}

/* What was asked for has been read before something that changes it. */
static void forget_asked(struct sorted_messages *sorted)
{
	sorted->asked = false;
	for (size_t i = 0; i < ROUTES_MAX; i++)
		sorted->routes[i].asked = NULL;
}

/* ---- parked messages ---- */

bool park(struct context *ctx, struct message *message, const char *waiting_for, const char *reason)
{
	struct batch_run *run = ctx->run;
	struct arena *arena = &run->runner->arena;
	const struct raw_message *raw = message->raw;
	struct outbox_message stored = { .topic = raw->route->topic,
					 .topic_length = strlen(raw->route->topic),
					 .key = raw->key,
					 .key_length = raw->key_length,
					 .value = raw->value,
					 .value_length = raw->value_length };
	const char *timestamp = arena_printf(arena, "%" PRId64, raw->timestamp_ms);
	struct buffer bytes = { 0 };

	if (raw->was_parked &&
	    instant_now() - raw->parked_at > run->runner->config->parked_expiry_ms * 1000) {
		struct err why = { 0 };

		err_set(&why, ERR_POISON, "%s after waiting for %s", reason, waiting_for);
		batch_dead_letter(run, raw, message, "parked", &why);
		return false;
	}
	stored.headers[stored.header_count++] =
		(struct outbox_header){ TIMESTAMP_HEADER, strlen(TIMESTAMP_HEADER), timestamp,
					strlen(timestamp) };
	for (size_t i = 0; i < raw->header_count && stored.header_count < OUTBOX_HEADERS_MAX; i++)
		stored.headers[stored.header_count++] = raw->headers[i];
	outbox_write(&bytes, &stored);

	if (run->parked_count == run->parked_capacity) {
		run->parked_capacity = run->parked_capacity * 2 + 64;
		run->parked = arena_grow(arena, run->parked, run->parked_count,
					 run->parked_capacity, sizeof(*run->parked));
	}
	run->parked[run->parked_count++] = (struct parked_row){
		.topic = raw->route->topic,
		.partition = raw->partition,
		.kafka_offset = raw->offset,
		.waiting_for = arena_strdup(arena, waiting_for),
		.reason = arena_strdup(arena, reason),
		.contractor_id = { message->contractor_id, message->contractor_id != 0 },
		.message = { arena_memdup(arena, bytes.bytes, bytes.length), bytes.length },
		.parked_at = { raw->parked_at, raw->was_parked },
		.attempts = raw->was_parked ? raw->attempts + 1 : 0,
	};
	buffer_release(&bytes);
	return true;
}

void unpark(struct context *ctx, struct message *cause, const char *waiting_for)
{
	struct batch_run *run = ctx->run;
	struct arena *arena = &run->runner->arena;

	if (run->known_count == run->known_capacity) {
		run->known_capacity = run->known_capacity * 2 + 64;
		run->known = arena_grow(arena, run->known, run->known_count, run->known_capacity,
					sizeof(*run->known));
	}
	run->known[run->known_count++] =
		(struct released_key){ arena_strdup(arena, waiting_for), cause->raw->owner };
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

static struct raw_message *thaw(struct batch_run *run, const struct parked_row *row,
				struct partition *owner, struct err *err)
{
	struct raw_message *raw = arena_new(&run->runner->arena, struct raw_message);
	struct outbox_message stored;
	size_t position = 0, first = 0;
	const struct route *routes = run->runner->worker->routes;

	if (!outbox_read(row->message.data, row->message.length, &position, &stored, err)) {
		err_wrap(err, "parked message %s[%" PRId64 "]@%" PRId64, row->topic, row->partition,
			 row->kafka_offset);
		return NULL;
	}
	*raw = (struct raw_message){ .owner = owner,
				     .partition = (int32_t)row->partition,
				     .offset = row->kafka_offset,
				     .key = stored.key,
				     .key_length = stored.key_length,
				     .value = stored.value,
				     .value_length = stored.value_length,
				     .was_parked = true,
				     .parked_at = row->parked_at.value,
				     .attempts = row->attempts };
	raw->route = &routes[route_index(run->runner, row->topic, strlen(row->topic))];
	if (stored.header_count && stored.headers[0].value &&
	    strncmp(stored.headers[0].name, TIMESTAMP_HEADER, stored.headers[0].name_length) == 0) {
		raw->timestamp_ms =
			strtoll(arena_strndup(&run->runner->arena, stored.headers[0].value,
					      stored.headers[0].value_length),
				NULL, 10);
		first = 1;
	}
	raw->header_count = stored.header_count - first;
	raw->headers = arena_memdup(&run->runner->arena, stored.headers + first,
				    raw->header_count * sizeof(*raw->headers));
	return raw;
}

/* Whether what was parked is as old as an erasure. Of a topic that is read no more nobody knows. */
static bool is_parked_before(struct batch_run *run, const struct raw_message *raw,
			     const struct erasure_row *erasure)
{
	struct runner *runner = run->runner;
	struct err ignored = { 0 };
	bool ok;

	return !raw->route->topic || is_before(message_decode(raw, runner->worker_config, SIZE_MAX,
							      &runner->arena, &ok, &ignored),
					       erasure);
}

/* Who has come back meanwhile may have messages that wait, too: those stay. */
static bool delete_parked_of(struct batch_run *run, const struct erasure_row *erased, size_t count,
			     struct err *err)
{
	struct runner *runner = run->runner;
	struct parked_row *rows;
	size_t rows_count, old = 0;

	if (!db_run(runner->db, &read_parked_of, erased, count, &runner->arena, &rows, &rows_count,
		    err))
		return false;
	for (size_t i = 0; i < rows_count; i++) {
		const struct raw_message *raw = thaw(run, &rows[i], NULL, err);

		if (!raw)
			return false;
		if (is_parked_before(run, raw,
				     find_erasure(erased, count, rows[i].contractor_id.value)))
			rows[old++] = rows[i];
	}
	return db_execute(runner->db, &delete_parked, rows, old, err);
}

static bool record(struct batch_run *run, const struct batch *erasing, struct err *err)
{
	struct runner *runner = run->runner;
	struct erasure_row *rows = arena_array(&runner->arena, struct erasure_row, erasing->count);
	size_t count = 0;

	for (size_t i = 0; i < erasing->count; i++) {
		const struct message *message = erasing->messages[i];
		struct erasure_row *row = NULL;

		for (size_t k = 0; k < count && !row; k++)
			row = rows[k].contractor_id == message->contractor_id ? &rows[k] : NULL;
		if (!row)
			row = &rows[count++];
		*row = (struct erasure_row){
			.contractor_id = message->contractor_id,
			.erased_at = message->time > row->erased_at ? message->time
								    : row->erased_at,
			.partition = message->partition,
			.kafka_offset = message->offset,
		};
	}
	return db_execute(runner->db, &record_erasures, rows, count, err) &&
	       delete_parked_of(run, rows, count, err);
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
		struct raw_message *raw = thaw(
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
	if (!drop_erased(run, erasing->messages, erasing->count, err))
		return false;
	compact(erasing);
	return erasing->count == 0 || record(run, erasing, err);
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
			mark_erased(batch->messages, batch->count, erasures->rows, erasures->count);
		else if (routes[i].key == ROUTE_KEY_CONTRACTOR &&
			 !drop_erased(run, batch->messages, batch->count, err))
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
		const struct raw_message *raw = thaw(run, &rows[i], work->partition, err);

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
