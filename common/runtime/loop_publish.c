/*
 * Rows out. What batches leave queues up, and goes out several batches at a time, in order: one
 * Kafka transaction after the other, on the publisher's thread, while Postgres works on.
 */
#include "instant.h"
#include "log.h"
#include "loop.h"

/* Of a Kafka transaction's cost to the broker much is the same however much it brings. */
#define TOGETHER_BATCHES 8
#define TOGETHER_BYTES ((size_t)1024 * 1024)
#define TOGETHER_US (US_PER_SECOND / 4) /* who waits for them is not to wait long for that */
#define TRUSTED_ROWS 64                 /* so many have gone well together: no limit any more */

/* What a transaction has so far. */
struct together {
	size_t rows, bytes, batches;
	uint64_t last; /* the last batch that is counted */
};

static void reset_queue(struct loop *loop)
{
	loop->queue = NULL;
	loop->queue_end = &loop->queue;
	loop->queued_rows = loop->queued_bytes = loop->queued_batches = 0;
	loop->last_queued = 0;
}

static void append(struct loop *loop, struct outbox_row *row)
{
	row->next = NULL;
	*loop->queue_end = row;
	loop->queue_end = &row->next;
	loop->queued_rows++;
	loop->queued_bytes += row->length;
	if (row->batch != loop->last_queued)
		loop->queued_batches++;
	loop->last_queued = row->batch;
}

void loop_enqueue(struct loop *loop, struct outbox_row *rows)
{
	if (!loop->queue) {
		reset_queue(loop);
		loop->queued_at = monotonic_us();
	}
	loop->enqueued++;
	while (rows) {
		struct outbox_row *next = rows->next;

		rows->batch = loop->enqueued;
		append(loop, rows);
		rows = next;
	}
}

void loop_drop_rows(struct loop *loop, const struct partition *partition)
{
	struct outbox_row *row = loop->queue;

	reset_queue(loop);
	while (row) {
		struct outbox_row *next = row->next;

		if (!partition || row->assignment == partition->assignment)
			outbox_row_free(row);
		else
			append(loop, row);
		row = next;
	}
}

static struct partition *assigned(const struct loop *loop, uint64_t assignment)
{
	for (size_t i = 0; i < loop->partition_count; i++) {
		if (loop->partitions[i]->assignment == assignment)
			return loop->partitions[i];
	}
	return NULL;
}

static void note_published(struct loop *loop, const struct outbox_row *rows)
{
	atomic_store(&loop->producer_health.brokers_down, false);
	for (; rows; rows = rows->next) {
		struct partition *partition = assigned(loop, rows->assignment);

		loop_observe_published(loop, rows);
		if (partition && rows->sequence > partition->published)
			partition->published = rows->sequence;
	}
}

/* Whether the row is not to come into a transaction with those before it. Rows without messages
 * cost nothing: after an assignment there may be one of each partition. */
static bool is_too_much(const struct loop *loop, const struct together *before,
			const struct outbox_row *row)
{
	if (!before->rows)
		return false;
	if (loop->rows_at_most && before->rows >= loop->rows_at_most)
		return true;
	return row->message_count > 0 &&
	       (before->bytes >= TOGETHER_BYTES ||
		(row->batch != before->last && before->batches >= TOGETHER_BATCHES));
}

/*
 * The queue's first rows, as many as one transaction is to bring; the rest stays. What cannot be
 * sent within the transaction's timeout never is, and would be tried again for ever: after a
 * recovery all that Kafka does not have is queued. A batch may be cut between two of its rows,
 * since each brings its own partition's offset.
 */
static struct outbox_row *take_together(struct loop *loop)
{
	struct outbox_row *first = loop->queue, **end = &first, *rest;
	struct together together = { 0 };

	while (*end && !is_too_much(loop, &together, *end)) {
		together.rows++;
		together.bytes += (*end)->length;
		if ((*end)->message_count > 0 && (*end)->batch != together.last) {
			together.batches++;
			together.last = (*end)->batch;
		}
		end = &(*end)->next;
	}
	rest = *end;
	*end = NULL;
	reset_queue(loop);
	while (rest) {
		struct outbox_row *next = rest->next;

		append(loop, rest);
		rest = next;
	}
	return first;
}

/* The group's metadata is taken here, on the polling thread, so it belongs to the assignment that
 * the rows belong to. */
static void start_next(struct loop *loop)
{
	if (loop->queue)
		publisher_send(loop->publisher, take_together(loop),
			       rd_kafka_consumer_group_metadata(loop->consumer));
}

/* Of a failure the reason may have been that there was too much for a slow broker: one row then,
 * which is the least there is, and twice as many whenever they have gone well. */
static void note_end(struct loop *loop, enum publisher_state state)
{
	loop->kafka_failed = state == PUBLISHER_FAILED;
	if (state == PUBLISHER_FAILED)
		loop->rows_at_most = 1;
	else if (loop->rows_at_most)
		loop->rows_at_most = loop->rows_at_most < TRUSTED_ROWS ? loop->rows_at_most * 2 : 0;
}

/* Under full load a transaction brings several batches. */
static bool waits_for_more(const struct loop *loop)
{
	return loop->full && loop->queued_batches < TOGETHER_BATCHES &&
	       loop->queued_bytes < TOGETHER_BYTES &&
	       monotonic_us() - loop->queued_at < TOGETHER_US && !loop_is_ahead(loop);
}

static bool publish(struct loop *loop, struct err *err)
{
	struct outbox_row *rows;
	enum publisher_state state = publisher_reap(loop->publisher, &rows, err);

	if (state == PUBLISHER_COMMITTED)
		note_published(loop, rows);
	outbox_rows_free(rows);
	if (state != PUBLISHER_BUSY && state != PUBLISHER_IDLE)
		note_end(loop, state);
	if (state == PUBLISHER_FAILED)
		return false;
	if (state != PUBLISHER_BUSY && !waits_for_more(loop))
		start_next(loop);
	return true;
}

bool loop_publish(struct loop *loop, struct err *err)
{
	if (!loop->publish_failed.kind)
		return publish(loop, err);
	*err = loop->publish_failed;
	loop->publish_failed = (struct err){ 0 };
	return false;
}

void loop_publish_meanwhile(struct loop *loop)
{
	if (!loop->publish_failed.kind)
		publish(loop, &loop->publish_failed);
}

bool loop_is_ahead(const struct loop *loop)
{
	return loop->queued_batches >= (size_t)loop->config->batch.ahead ||
	       loop->queued_bytes >= (size_t)loop->config->batch.ahead_bytes;
}

bool loop_drain(struct loop *loop, int timeout_ms)
{
	int64_t deadline = monotonic_us() + (int64_t)timeout_ms * 1000;
	struct err err = { 0 };

	loop->full = false;
	while (loop_publish(loop, &err)) {
		int64_t left_ms = (deadline - monotonic_us()) / 1000;

		if (!loop->queue && publisher_wait(loop->publisher, 0))
			return loop_publish(loop, &err);
		if (left_ms <= 0)
			break;
		publisher_wait(loop->publisher, left_ms > 100 ? 100 : (int)left_ms);
	}
	return false;
}
