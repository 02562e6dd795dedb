#include "instant.h"
#include "log.h"
#include "loop.h"

/* Of a Kafka transaction's cost to the broker much is the same however much it brings. */
#define TOGETHER_BATCHES 8
#define TOGETHER_BYTES ((size_t)1024 * 1024)
#define TOGETHER_US (US_PER_SECOND / 4) /* who waits for them is not to wait long for that */

static void reset_queue(struct loop *loop)
{
	loop->queue = NULL;
	loop->queue_end = &loop->queue;
	loop->queued_rows = loop->queued_bytes = loop->queued_batches = 0;
}

void loop_enqueue(struct loop *loop, struct outbox_row *rows)
{
	if (!loop->queue) {
		reset_queue(loop);
		loop->queued_at = monotonic_us();
	}
	if (rows)
		loop->queued_batches++;
	*loop->queue_end = rows;
	for (; rows; rows = rows->next) {
		loop->queue_end = &rows->next;
		loop->queued_rows++;
		loop->queued_bytes += rows->length;
	}
}

void loop_drop_rows(struct loop *loop, const struct partition *partition)
{
	struct outbox_row *row = loop->queue;

	reset_queue(loop);
	while (row) {
		struct outbox_row *next = row->next;

		row->next = NULL;
		if (!partition || row->assignment == partition->assignment)
			outbox_row_free(row);
		else
			loop_enqueue(loop, row);
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

/* The group's metadata is taken here, on the polling thread, so it belongs to the assignment that the rows belong to. */
static void start_next(struct loop *loop)
{
	struct outbox_row *rows = loop->queue;

	if (!rows)
		return;
	reset_queue(loop);
	publisher_send(loop->publisher, rows, rd_kafka_consumer_group_metadata(loop->consumer));
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
		loop->kafka_failed = state == PUBLISHER_FAILED;
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
