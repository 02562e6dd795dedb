/*
 * The order of the steps is the product's promise: compare-and-set first, so that a process that
 * lost its partition does nothing; then handlers; then what they publish as one outbox row a
 * partition; then COMMIT. Nothing goes to Kafka from here.
 */
#include "batch_ask.h"

#include "fault.h"
#include "instant.h"
#include "metrics.h"
#include "statements.h"

/* Of a batch's transaction, in this order; a sweep's position moves behind its work. */
enum step { STEP_POSITION, STEP_HANDLE, STEP_OUTBOX, STEP_COMMIT, STEPS };

static const char *const step_labels[STEPS] = { "step=\"position\"", "step=\"handle\"",
						"step=\"outbox\"", "step=\"commit\"" };

struct batch_metrics {
	struct metric *seconds, *steps[STEPS], *size, *dead, *fenced, *swept, *ahead;
};

static const double seconds_bounds[] = { .001, .0025, .005, .01, .025, .05, .1,
					 .25,  .5,    1,    2.5, 5,    10 };
static const double size_bounds[] = { 1, 10, 100, 250, 500, 1000, 2500, 5000, 10000, 20000 };

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof((array)[0])))

struct batch_metrics *batch_metrics_new(void)
{
	static struct batch_metrics metrics;

	metrics.seconds =
		metric_histogram("growth_batch_duration_seconds", NULL,
				 "Time of a batch's Postgres transaction, decoding included",
				 seconds_bounds, COUNT_OF(seconds_bounds));
	for (int i = 0; i < STEPS; i++)
		metrics.steps[i] = metric_histogram(
			"growth_batch_step_duration_seconds", step_labels[i],
			"Time of a step of a batch: taking the position, decoding and handling, "
			"storing what is to be published, commit",
			seconds_bounds, COUNT_OF(seconds_bounds));
	metrics.size = metric_histogram("growth_batch_messages", NULL, "Messages in a batch",
					size_bounds, COUNT_OF(size_bounds));
	metrics.dead = metric_register(METRIC_COUNTER, "growth_events_dead_total", NULL,
				       "Messages dead-lettered");
	metrics.fenced =
		metric_register(METRIC_COUNTER, "growth_batches_fenced_total", NULL,
				"Batches refused because another instance owned a partition");
	metrics.swept = metric_register(
		METRIC_COUNTER, "growth_sweep_contractors_total", NULL,
		"Contractors that sweeps have looked at because the library changed");
	metrics.ahead = metric_register(
		METRIC_COUNTER, "growth_batches_read_ahead_total", NULL,
		"Batches whose contractors were read while the batch before was stored");
	return &metrics;
}

struct partition_run *batch_part(struct batch_run *run, const struct partition *partition)
{
	for (size_t i = 0; i < run->part_count; i++) {
		if (run->parts[i].partition == partition)
			return &run->parts[i];
	}
	return NULL;
}

static struct partition_run *add_part(struct batch_run *run, struct partition *partition)
{
	struct partition_run *part = batch_part(run, partition);

	if (part)
		return part;
	part = &run->parts[run->part_count++];
	*part = (struct partition_run){ .partition = partition,
					.next_offset = partition->next_offset,
					.sweep_since = partition->sweep_since,
					.sweep_snapshot = partition->sweep_snapshot,
					.sweep_after = partition->sweep_after,
					.deleted = partition->deleted };
	return part;
}

/* Rows are published in this order, so outputs of one batch come in the order in which its handlers
 * ran. */
static int by_route(const void *left, const void *right)
{
	const struct partition *a = ((const struct partition_run *)left)->partition;
	const struct partition *b = ((const struct partition_run *)right)->partition;

	if (a->route != b->route)
		return a->route < b->route ? -1 : 1;
	return (a->number > b->number) - (a->number < b->number);
}

static void collect_parts(struct batch_run *run, const struct work *work)
{
	run->parts = arena_array(&run->runner->arena, struct partition_run, work->count + 1);
	if (work->kind != WORK_MESSAGES)
		add_part(run, work->partition);
	if (work->kind == WORK_SKIP)
		run->parts[0].next_offset = work->partition->log_end;
	for (size_t i = 0; i < work->count; i++) {
		struct partition_run *part = add_part(run, work->raws[i].owner);

		part->next_offset = work->raws[i].offset + 1;
	}
	qsort(run->parts, run->part_count, sizeof(*run->parts), by_route);
}

void batch_note_cause(struct batch_run *run, const struct message *message)
{
	struct partition_run *part = batch_part(run, message->raw->owner);

	if (message->raw->was_parked)
		return;
	if (part->cause_count == part->cause_capacity) {
		part->cause_capacity = part->cause_capacity * 2 + 64;
		part->causes = arena_grow(&run->runner->arena, part->causes, part->cause_count,
					  part->cause_capacity, sizeof(*part->causes));
	}
	part->causes[part->cause_count++] =
		(struct cause_times){ message->time, message->raw->timestamp_ms };
	part->handled_ms = message->raw->timestamp_ms;
}

/* A cause for work without messages: what it publishes derives its ids from `source` and `id`. */
static struct message *make_cause(struct batch_run *run, struct partition *partition,
				  const char *kind, const char *id)
{
	struct arena *arena = &run->runner->arena;
	struct raw_message *raw = arena_new(arena, struct raw_message);
	struct message *cause = arena_new(arena, struct message);

	raw->owner = partition;
	raw->route = partition->route;
	raw->partition = partition->number;
	raw->offset = partition->next_offset;
	cause->topic = partition->route->topic;
	cause->partition = partition->number;
	cause->offset = partition->next_offset;
	cause->source = arena_printf(arena, "growth/%s/%s", run->runner->worker->name, kind);
	cause->id = id;
	cause->raw = raw;
	return cause;
}

static bool run_sweep(struct batch_run *run, const struct work *work, struct err *err)
{
	const struct library *library = run->runner->library;
	struct partition_run *part = &run->parts[0];
	bool resumed = part->sweep_after.present;
	struct sweep_chunk chunk = {
		.partition = work->partition->number,
		.cause = make_cause(run, work->partition, "sweep", library->event_id),
		.since = part->sweep_since,
		.after = resumed ? part->sweep_after.value : 0,
		.most = work->sweep_most,
	};

	/* What changes under way is for a sweep of its own, behind this one: beginning anew each
	 * time might never end. */
	if (!resumed)
		part->sweep_snapshot = library->number;
	if (!run->runner->worker->sweep->chunk(&run->context, &chunk, err))
		return false;
	if (chunk.done)
		part->sweep_since = part->sweep_snapshot;
	part->sweep_after = (struct optional_int){ .value = chunk.after, .present = !chunk.done };
	run->runner->looked_at = chunk.looked_at;
	return true;
}

static const char *const body_points[] = {
	[WORK_MESSAGES] = "batch.messages", [WORK_SWEEP] = "batch.sweep",
	[WORK_TASK] = "batch.task",         [WORK_CHORE] = "batch.task",
	[WORK_PARKED] = "batch.parked",     [WORK_SKIP] = "batch.skip",
};

static bool run_body(struct batch_run *run, const struct work *work, struct err *err)
{
	crash_point(body_points[work->kind]);
	switch (work->kind) {
	case WORK_MESSAGES:
		return batch_handle_messages(run, work, err);
	case WORK_SWEEP:
		return run_sweep(run, work, err);
	case WORK_TASK:
		return run->runner->worker->task->finish(
			&run->context, make_cause(run, work->partition, "task", work->task_cause),
			work->job, work->result, err);
	case WORK_CHORE:
		return run->runner->worker->chore->finish(
			&run->context,
			make_cause(run, work->partition, "chore", run->runner->worker->chore->name),
			work->job, err);
	case WORK_PARKED:
		return batch_retry_parked(run, work, err);
	case WORK_SKIP:
		return true;
	}
	return false;
}

static void end_step(const struct batch_run *run, enum step step, int64_t *since)
{
	int64_t now = monotonic_us();

	metric_observe(run->runner->metrics->steps[step], (double)(now - *since) / 1e6);
	*since = now;
}

static bool check_advance(void *closure, struct err *err)
{
	return batch_check_advance(closure, err);
}

/* All that needs no decision goes to Postgres at once. A process that has lost a partition learns
 * it from the first answer, before it sends anything else, and does nothing. */
static bool take_positions(struct batch_run *run, const struct work *work, struct err *err)
{
	return batch_advance(run, err) && batch_delete_published(run, err) &&
	       batch_ask_ahead(run, work, err) && db_gate(run->runner->db, check_advance, run, err);
}

/* A sweep decides where it is only when its chunk is done, so its compare-and-set comes behind the
 * chunk: it locks nothing that a message's batch of the same partition could want meanwhile, since
 * there is one loop. */
static bool take_swept_position(struct batch_run *run, struct err *err)
{
	return batch_delete_published(run, err) && batch_advance(run, err) &&
	       batch_check_advance(run, err);
}

static bool run_transaction(struct batch_run *run, const struct work *work, struct err *err)
{
	struct db *db = run->runner->db;
	bool late = work->kind == WORK_SWEEP;
	int64_t since = monotonic_us();

	crash_point("batch.begin");
	if (!db_begin(db, err) || (!late && !take_positions(run, work, err)))
		return false;
	end_step(run, STEP_POSITION, &since);
	if (!run_body(run, work, err))
		return false;
	end_step(run, STEP_HANDLE, &since);
	crash_point("batch.handled");
	if ((late && !take_swept_position(run, err)) ||
	    !db_post(db, &park_messages, run->parked, run->parked_count, err) ||
	    !batch_store_outbox(run, err))
		return false;
	end_step(run, STEP_OUTBOX, &since);
	batch_read_ahead(run, work);
	run->runner->meanwhile(run->runner->closure);
	crash_point("batch.commit");
	if (!db_commit(db, err))
		return false;
	end_step(run, STEP_COMMIT, &since);
	crash_point("batch.committed");
	return true;
}

/* The partitions move to where Postgres has them now. */
static struct outbox_row *settle(struct batch_run *run)
{
	struct outbox_row *first = NULL, **end = &first;

	for (size_t i = 0; i < run->part_count; i++) {
		struct partition_run *part = &run->parts[i];
		struct partition *partition = part->partition;
		struct outbox_row *row;

		partition->sequence++;
		partition->next_offset = part->next_offset;
		if (part->handled_ms)
			partition->handled_ms = part->handled_ms;
		partition->sweep_since = part->sweep_since;
		partition->sweep_snapshot = part->sweep_snapshot;
		partition->sweep_after = part->sweep_after;
		partition_show_sweep(partition);
		partition->deleted = part->deleted;
		if (run->runner->library && run->runner->library->number > partition->snapshot)
			partition->snapshot = run->runner->library->number;
		row = outbox_row_new(partition->route->topic, partition->number,
				     partition->sequence, partition->next_offset, part->out_count,
				     &part->out.row);
		row->assignment = partition->assignment;
		outbox_row_set_causes(row, part->causes, part->cause_count);
		*end = row;
		end = &row->next;
	}
	batch_log_dead_letters(run);
	metric_add(run->runner->metrics->dead, (double)run->dead_count);
	return first;
}

static void report_fenced(const struct batch_run *run, struct partition **ret_fenced,
			  size_t *ret_count)
{
	for (size_t i = 0; i < run->part_count; i++) {
		if (run->parts[i].fenced)
			ret_fenced[(*ret_count)++] = run->parts[i].partition;
	}
	if (*ret_count)
		metric_add(run->runner->metrics->fenced, 1);
}

bool batch_run(struct runner *runner, const struct work *work, struct outbox_row **ret_rows,
	       struct partition **ret_fenced, size_t *ret_fenced_count, struct err *err)
{
	struct batch_run run = { .runner = runner, .keep_parked = work->keep_parked };
	int64_t start = monotonic_us();
	bool ok;

	run.context = (struct context){ .db = runner->db,
					.config = runner->worker_config,
					.arena = &runner->arena,
					.library = runner->library,
					.run = &run };
	run.source = arena_printf(&runner->arena, "growth/%s", runner->worker->name);
	*ret_fenced_count = 0;
	collect_parts(&run, work);
	if (read_ahead_take(&run, work))
		metric_add(runner->metrics->ahead, 1);
	ok = run_transaction(&run, work, err);
	if (ok) {
		*ret_rows = settle(&run);
		metric_observe(runner->metrics->seconds, (double)(monotonic_us() - start) / 1e6);
		if (work->kind == WORK_SWEEP)
			metric_add(runner->metrics->swept, (double)runner->looked_at);
		if (work->kind == WORK_MESSAGES)
			metric_observe(runner->metrics->size, (double)work->count);
	} else {
		db_rollback(runner->db);
		report_fenced(&run, ret_fenced, ret_fenced_count);
	}
	for (size_t i = 0; i < run.part_count; i++)
		outbox_writer_release(&run.parts[i].out);
	buffer_release(&run.scratch);
	arena_reset(&runner->arena);
	return ok;
}
