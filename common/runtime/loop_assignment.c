/*
 * Partitions come and go. The group's callback only takes note (inside it nothing waits longer than
 * 5 s); the loop then recovers: Kafka's committed sequence, Postgres's position under a raised
 * epoch, the outbox rows that Kafka does not have. Only then does the partition fetch. Whenever a
 * position is in doubt, the same is done again: there is one way back to certainty.
 */
#include <inttypes.h>

#include "fault.h"
#include "heap.h"
#include "instant.h"
#include "log.h"
#include "loop.h"
#include "metrics.h"
#include "position_decide.h"
#include "statements.h"

#define KAFKA_TIMEOUT_MS 5000
#define REVOKE_WAIT_MS 5000

struct partition *loop_partition(const struct loop *loop, const char *topic, int32_t number)
{
	for (size_t i = 0; i < loop->partition_count; i++) {
		struct partition *partition = loop->partitions[i];

		if (partition->number == number && strcmp(partition->route->topic, topic) == 0)
			return partition;
	}
	return NULL;
}

static const struct route *route_of(const struct worker *worker, const char *topic)
{
	const struct route *route = worker->routes;

	while (route->topic && strcmp(route->topic, topic) != 0)
		route++;
	return route->topic ? route : NULL;
}

static struct metric *partition_metric(const struct partition *partition, const char *name,
				       const char *help)
{
	struct buffer labels = { 0 };
	struct metric *metric;
	char number[16];

	snprintf(number, sizeof(number), "%" PRId32, partition->number);
	metrics_label(&labels, "topic", partition->route->topic);
	metrics_label(&labels, "partition", number);
	metric = metric_register(METRIC_GAUGE, name, labels.bytes, help);
	buffer_release(&labels);
	return metric;
}

static void add_partition(struct loop *loop, const rd_kafka_topic_partition_t *assigned)
{
	const char *topic = assigned->topic + strlen(loop->config->kafka.topic_prefix);
	struct partition *partition = heap_zeroed(1, sizeof(*partition));

	partition->assignment = ++loop->assignments;
	partition->route = route_of(loop->worker, topic);
	partition->number = assigned->partition;
	partition->parked_limit = PARKED_LIMIT;
	partition->lag =
		partition_metric(partition, "growth_partition_lag_messages",
				 "Messages in the partition's log behind the worker's position");
	partition->lag_seconds =
		partition_metric(partition, "growth_partition_lag_seconds",
				 "Age of the last message handled, where more are waiting; else 0");
	metric_set(partition->lag, 0);
	metric_set(partition->lag_seconds, 0);
	partition->stopped = partition_metric(partition, "growth_partition_stopped",
					      "1 when the partition waits for an operator");
	metric_set(partition->stopped, 0);
	if (loop->worker->sweep && strcmp(loop->worker->sweep->topic, topic) == 0)
		partition->sweep_place = partition_metric(
			partition, "growth_sweep_after_contractor",
			"Contractor that the sweep of the partition has come to; 0: none is under way");
	loop->partitions[loop->partition_count++] = partition;
}

static void fetch_nothing(struct loop *loop)
{
	rd_kafka_topic_partition_list_t *none = rd_kafka_topic_partition_list_new(0);

	kafka_assign(loop->consumer, none);
	rd_kafka_topic_partition_list_destroy(none);
	loop->reassign = true;
}

/* Not by rd_kafka_pause_partitions(): in 2.0.2 a pause or resume overtakes the start of a fetch
 * that an assign() has queued on another thread; the start is then dropped as outdated, and the
 * partition never fetches again. */
void loop_hold(struct loop *loop)
{
	if (loop->held)
		return;
	loop_drop_pending(loop);
	for (size_t i = 0; i < loop->partition_count; i++)
		loop->partitions[i]->log_end = 0; /* what was read up to it is not here any more */
	fetch_nothing(loop);
	loop->held = true;
}

static void on_assigned(struct loop *loop, const rd_kafka_topic_partition_list_t *list)
{
	loop_forget_partitions(loop);
	loop_end_refusals(loop);
	loop->partitions = heap_zeroed((size_t)list->cnt + 1, sizeof(struct partition *));
	for (int i = 0; i < list->cnt; i++)
		add_partition(loop, &list->elems[i]);
	crash_point("assign.callback");
	/* The rebalance is done with; what fetches is said when the positions are known. */
	fetch_nothing(loop);
	log_info("partitions assigned", log_int("count", list->cnt));
}

void loop_forget_partitions(struct loop *loop)
{
	loop_drop_pending(loop);
	loop_drop_rows(loop, NULL);
	loop->publish_failed = (struct err){ 0 };
	read_ahead_forget(loop->runner.ahead, loop->runner.db);
	for (size_t i = 0; i < loop->partition_count; i++) {
		loop_observe_gone(loop->partitions[i]);
		loop->partitions[i]->sweep_after.present = false;
		partition_show_sweep(loop->partitions[i]);
		free(loop->partitions[i]);
	}
	free(loop->partitions);
	loop->partitions = NULL;
	loop->partition_count = 0;
}

static void on_revoked(struct loop *loop)
{
	bool lost = rd_kafka_assignment_lost(loop->consumer);

	log_info(lost ? "partitions lost" : "partitions revoked",
		 log_int("count", (int64_t)loop->partition_count));
	if (lost || !publisher_wait(loop->publisher, REVOKE_WAIT_MS))
		publisher_abort(loop->publisher);
	crash_point("revoke.waited");
	loop_forget_partitions(loop);
	kafka_assign(loop->consumer, NULL);
	crash_point("revoke.done");
}

void loop_on_rebalance(rd_kafka_t *consumer, rd_kafka_resp_err_t code,
		       rd_kafka_topic_partition_list_t *list, void *opaque)
{
	/* The clients' opaque is their health (kafka_client.h); the consumer's is a member of the
	 * loop. */
	struct loop *loop =
		(struct loop *)(void *)((char *)opaque - offsetof(struct loop, consumer_health));

	metric_add(loop->metrics.rebalances, 1);
	if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
		on_assigned(loop, list);
	} else {
		if (code != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS)
			log_error("rebalance failed", log_text("client", rd_kafka_name(consumer)),
				  log_text("error", rd_kafka_err2name(code)));
		on_revoked(loop);
	}
}

bool loop_needs_recovery(const struct loop *loop)
{
	for (size_t i = 0; i < loop->partition_count; i++) {
		if (loop->partitions[i]->state == PARTITION_ASSIGNED)
			return true;
	}
	return false;
}

void loop_distrust(struct loop *loop, struct partition *partition)
{
	if (partition->state == PARTITION_RECOVERED)
		partition->state = PARTITION_ASSIGNED;
	partition->log_end = 0;
	loop_drop_partition(loop, partition);
	loop_drop_rows(loop, partition);
}

void loop_distrust_all(struct loop *loop)
{
	for (size_t i = 0; i < loop->partition_count; i++)
		loop_distrust(loop, loop->partitions[i]);
}

/* ---- recovery ---- */

struct recovering {
	struct partition *partition;
	struct committed_position committed;
	struct stored_position stored;
	struct position_row row;
	enum position_verdict verdict;
	int64_t published;
};

struct recovery {
	struct loop *loop;
	struct arena arena;
	struct recovering *items;
	size_t count;
	rd_kafka_topic_partition_list_t *committed; /* owns the metadata */
};

static void collect(struct recovery *recovery)
{
	struct loop *loop = recovery->loop;

	recovery->items = arena_array(&recovery->arena, struct recovering, loop->partition_count);
	for (size_t i = 0; i < loop->partition_count; i++) {
		if (loop->partitions[i]->state == PARTITION_ASSIGNED)
			recovery->items[recovery->count++].partition = loop->partitions[i];
	}
}

static char *full_topic(const struct loop *loop, const struct partition *partition,
			struct arena *arena)
{
	return arena_printf(arena, "%s%s", loop->config->kafka.topic_prefix,
			    partition->route->topic);
}

static bool read_committed(struct recovery *recovery, struct err *err)
{
	rd_kafka_resp_err_t code;

	recovery->committed = rd_kafka_topic_partition_list_new((int)recovery->count);
	for (size_t i = 0; i < recovery->count; i++) {
		const struct partition *partition = recovery->items[i].partition;

		rd_kafka_topic_partition_list_add(
			recovery->committed,
			full_topic(recovery->loop, partition, &recovery->arena), partition->number);
	}
	code = rd_kafka_committed(recovery->loop->consumer, recovery->committed, KAFKA_TIMEOUT_MS);
	if (code)
		return err_set(err, ERR_RETRY, "kafka: committed offsets of group %s: %s",
			       recovery->loop->group, rd_kafka_err2str(code));
	for (size_t i = 0; i < recovery->count; i++) {
		const rd_kafka_topic_partition_t *entry = &recovery->committed->elems[i];

		if (entry->err)
			return err_set(
				err, ERR_RETRY, "kafka: committed offset of %s[%" PRId32 "]: %s",
				entry->topic, entry->partition, rd_kafka_err2str(entry->err));
		recovery->items[i].committed =
			(struct committed_position){ .present = entry->offset >= 0,
						     .offset = entry->offset,
						     .metadata = entry->metadata,
						     .metadata_length = entry->metadata_size };
	}
	return true;
}

static bool read_stored(struct recovery *recovery, struct err *err)
{
	struct partition_key_row *keys =
		arena_array(&recovery->arena, struct partition_key_row, recovery->count);
	struct position_row *rows;
	size_t count;

	for (size_t i = 0; i < recovery->count; i++)
		keys[i] = (struct partition_key_row){ recovery->items[i].partition->route->topic,
						      recovery->items[i].partition->number };
	if (!db_run(recovery->loop->runner.db, &read_positions, keys, recovery->count,
		    &recovery->arena, &rows, &count, err))
		return false;
	for (size_t i = 0; i < recovery->count; i++) {
		struct recovering *item = &recovery->items[i];

		for (size_t k = 0; k < count; k++) {
			if (rows[k].partition != item->partition->number ||
			    strcmp(rows[k].topic, item->partition->route->topic) != 0)
				continue;
			item->row = rows[k];
			item->stored = (struct stored_position){ true, rows[k].sequence,
								 rows[k].next_offset };
		}
	}
	return true;
}

static void decide(struct recovery *recovery)
{
	size_t kept = 0;

	for (size_t i = 0; i < recovery->count; i++) {
		struct recovering *item = &recovery->items[i];
		struct err err = { 0 };

		item->verdict =
			position_decide(&item->stored, &item->committed, &item->published, &err);
		if (item->verdict != POSITION_STOP && item->stored.present &&
		    (!loop_check_log(recovery->loop, item->partition, item->row.epoch,
				     item->row.next_offset, &err) ||
		     !loop_check_patterns(recovery->loop, item->row.snapshot, &err)))
			item->verdict = POSITION_STOP;
		if (item->verdict == POSITION_STOP)
			loop_stop_partition(recovery->loop, item->partition, err.text);
		else
			recovery->items[kept++] = *item;
	}
	recovery->count = kept;
}

static bool raise_all(struct recovery *recovery, struct err *err)
{
	struct position_row *rows =
		arena_array(&recovery->arena, struct position_row, recovery->count);

	for (size_t i = 0; i < recovery->count; i++) {
		struct recovering *item = &recovery->items[i];

		item->row.epoch++;
		rows[i] = item->row;
		rows[i].topic = item->partition->route->topic;
		rows[i].partition = item->partition->number;
	}
	return db_execute(recovery->loop->runner.db, &raise_epochs, rows, recovery->count, err);
}

static struct outbox_row *make_row(const struct recovering *item, int64_t sequence,
				   int64_t next_offset, const struct outbox_stored_row *stored)
{
	struct buffer bytes = { 0 };
	struct outbox_row *row;

	if (stored)
		buffer_add(&bytes, stored->messages.data, stored->messages.length);
	row = outbox_row_new(item->partition->route->topic, item->partition->number, sequence,
			     next_offset, stored ? stored->message_count : 0, &bytes);
	row->assignment = item->partition->assignment;
	return row;
}

/* What Kafka does not have yet, in order; at the end an empty row where the last batches published
 * nothing, where an operator has moved the position (whoever watches the group's lag shall see it),
 * and for a partition that starts, so that Kafka has sequence 0 before there is a batch. */
static void republish(struct recovery *recovery, const struct recovering *item,
		      const struct outbox_stored_row *rows, size_t count)
{
	int64_t last = item->published, offset = item->committed.offset;

	for (size_t i = 0; i < count && !is_broken("republish"); i++) {
		if (rows[i].partition != item->partition->number ||
		    strcmp(rows[i].topic, item->partition->route->topic) != 0)
			continue;
		loop_enqueue(recovery->loop,
			     make_row(item, rows[i].sequence, rows[i].next_offset, &rows[i]));
		last = rows[i].sequence;
		offset = rows[i].next_offset;
	}
	if (last < item->row.sequence || offset != item->row.next_offset ||
	    item->verdict == POSITION_START)
		loop_enqueue(recovery->loop,
			     make_row(item, item->row.sequence, item->row.next_offset, NULL));
}

static bool read_unpublished(struct recovery *recovery, struct outbox_stored_row **ret_rows,
			     size_t *ret_count, struct err *err)
{
	struct outbox_mark_row *marks =
		arena_array(&recovery->arena, struct outbox_mark_row, recovery->count);

	for (size_t i = 0; i < recovery->count; i++)
		marks[i] = (struct outbox_mark_row){ recovery->items[i].partition->route->topic,
						     recovery->items[i].partition->number,
						     recovery->items[i].published };
	return db_run(recovery->loop->runner.db, &read_outbox, marks, recovery->count,
		      &recovery->arena, ret_rows, ret_count, err);
}

static void take_over(const struct recovering *item)
{
	struct partition *partition = item->partition;

	partition->epoch = item->row.epoch;
	partition->sequence = item->row.sequence;
	partition->next_offset = item->row.next_offset;
	partition->snapshot = item->row.snapshot;
	partition->sweep_since = item->row.sweep_since;
	partition->sweep_snapshot = item->row.sweep_snapshot;
	partition->sweep_after = item->row.sweep_after;
	partition->published = item->published;
	partition->deleted = -1; /* rows that Kafka has may still be there */
	partition->missing.present = false;
	partition->state = PARTITION_RECOVERED;
	partition_show_sweep(partition);
	loop_clear_stop(partition);
}

static bool begins(const struct recovery *recovery)
{
	for (size_t i = 0; i < recovery->count; i++) {
		if (recovery->items[i].verdict == POSITION_START)
			return true;
	}
	return false;
}

static bool recover_in_postgres(struct recovery *recovery, struct err *err)
{
	struct loop *loop = recovery->loop;
	struct outbox_stored_row *rows;
	size_t count;

	crash_point("recover.begin");
	if (!db_begin(loop->runner.db, err) || !read_stored(recovery, err))
		return false;
	decide(recovery);
	if (!raise_all(recovery, err) || !read_unpublished(recovery, &rows, &count, err))
		return false;
	crash_point("recover.commit");
	if (!db_commit(loop->runner.db, err))
		return false;
	crash_point("recover.committed");
	for (size_t i = 0; i < recovery->count; i++)
		republish(recovery, &recovery->items[i], rows, count);
	/* A batch in Postgres without any commit in Kafka must mean that something is wrong: so the
	 * first commit comes first. */
	if (begins(recovery) && !loop_drain(loop, KAFKA_TIMEOUT_MS)) {
		loop_distrust_all(loop); /* what failed may have been of the others */
		return err_set(err, ERR_RETRY,
			       "kafka: the first offsets of group %s are not committed yet",
			       loop->group);
	}
	crash_point("recover.started");
	for (size_t i = 0; i < recovery->count; i++)
		take_over(&recovery->items[i]);
	return true;
}

bool loop_assign(struct loop *loop, struct err *err)
{
	rd_kafka_topic_partition_list_t *list =
		rd_kafka_topic_partition_list_new((int)loop->partition_count);
	struct arena arena;
	rd_kafka_resp_err_t code;

	arena_init(&arena);
	loop_drop_pending(loop);
	for (size_t i = 0; i < loop->partition_count; i++) {
		struct partition *partition = loop->partitions[i];

		partition->log_end = 0; /* what was read up to it may have been dropped just now */
		if (partition->state == PARTITION_RECOVERED)
			rd_kafka_topic_partition_list_add(list, full_topic(loop, partition, &arena),
							  partition->number)
				->offset = partition->next_offset ? partition->next_offset
								  : RD_KAFKA_OFFSET_BEGINNING;
	}
	code = kafka_assign(loop->consumer, list);
	rd_kafka_topic_partition_list_destroy(list);
	arena_release(&arena);
	loop->held = false;
	if (code)
		return err_set(err, ERR_RETRY, "kafka: assign: %s", rd_kafka_err2str(code));
	loop->reassign = false;
	loop_tell_stopped(loop);
	return true;
}

bool loop_recover(struct loop *loop, struct err *err)
{
	struct recovery recovery = { .loop = loop };
	bool ok;

	if (!publisher_wait(loop->publisher, 100))
		return err_set(err, ERR_RETRY, "kafka: a transaction is still under way");
	arena_init(&recovery.arena);
	collect(&recovery);
	ok = read_committed(&recovery, err) && recover_in_postgres(&recovery, err);
	if (!ok) {
		db_rollback(loop->runner.db);
		for (size_t i = 0; i < loop->partition_count; i++) {
			if (loop->partitions[i]->state == PARTITION_ASSIGNED)
				loop_drop_rows(loop, loop->partitions[i]);
		}
	}
	rd_kafka_topic_partition_list_destroy(recovery.committed);
	arena_release(&recovery.arena);
	/* A look at what stays stopped disturbs nobody else. */
	loop->reassign = loop->reassign || recovery.count > 0;
	if (ok && !loop->queue)
		loop->kafka_failed = false;
	return ok;
}
