#include "positions.h"

#include <unistd.h>

#include "growthctl_core_sql.h"
#include "messages.h"
#include "outbox.h"
#include "position_decide.h"

#define AGAIN_US 200000

struct list_row {
	const char *topic;
	int64_t partition, next_offset, sequence, epoch, snapshot;
};

struct waiting_row {
	const char *topic;
	int64_t partition, sequence;
};

static const struct pg_column list_columns[] = { PG_TEXT(struct list_row, topic),
						 PG_INT4(struct list_row, partition),
						 PG_INT8(struct list_row, next_offset),
						 PG_INT8(struct list_row, sequence),
						 PG_INT8(struct list_row, epoch),
						 PG_INT8(struct list_row, snapshot),
						 PG_END };
static const struct pg_column waiting_columns[] = { PG_TEXT(struct waiting_row, topic),
						    PG_INT4(struct waiting_row, partition),
						    PG_INT8(struct waiting_row, sequence), PG_END };

static const struct statement list_positions = {
	.name = "positions_list",
	.sql = SQL_POSITIONS_LIST,
	.shape = STATEMENT_SCALARS,
	.results = list_columns,
	.result_size = sizeof(struct list_row),
};
static const struct statement list_outbox = {
	.name = "positions_outbox",
	.sql = SQL_POSITIONS_OUTBOX,
	.shape = STATEMENT_SCALARS,
	.results = waiting_columns,
	.result_size = sizeof(struct waiting_row),
};
extern const struct statement move_positions;

const struct statement *const positions_statements[] = { &list_positions, &list_outbox,
							 &move_positions, NULL };

bool positions_open(struct positions_reader *reader, struct err *err)
{
	if (!kafka_open_reader(&reader->kafka, &reader->ctl->config, err))
		return false;
	reader->metadata = kafka_metadata(&reader->kafka, reader->timeout_ms, err);
	return reader->metadata != NULL;
}

void positions_close(struct positions_reader *reader)
{
	if (reader->metadata)
		rd_kafka_metadata_destroy(reader->metadata);
	kafka_close(&reader->kafka);
}

rd_kafka_topic_partition_t *positions_entry(struct positions_reader *reader,
					    rd_kafka_topic_partition_list_t *list,
					    const char *topic, int64_t partition)
{
	const char *name = kafka_topic_name(&reader->kafka, topic, &reader->ctl->arena);
	rd_kafka_topic_partition_t *entry =
		rd_kafka_topic_partition_list_find(list, name, (int32_t)partition);

	return entry ? entry : rd_kafka_topic_partition_list_add(list, name, (int32_t)partition);
}

static bool lay_out(const struct positions_reader *reader, struct worker_positions *all,
		    struct err *err)
{
	struct arena *arena = &reader->ctl->arena;

	all->items = NULL;
	all->count = 0;
	for (int i = 0; i < PIPELINE_TOPICS_MAX && all->worker->consumes[i]; i++) {
		const char *topic = all->worker->consumes[i];
		const struct rd_kafka_metadata_topic *found =
			kafka_topic(&reader->kafka, reader->metadata, topic);

		if (!found)
			return err_set(err, ERR_USAGE,
				       "topic %s%s does not exist; see growthctl topics",
				       reader->ctl->config.kafka.topic_prefix, topic);
		all->items = arena_grow(arena, all->items, all->count,
					all->count + (size_t)found->partition_cnt,
					sizeof(*all->items));
		for (int k = 0; k < found->partition_cnt; k++)
			all->items[all->count++] =
				(struct position){ .topic = topic,
						   .partition = found->partitions[k].id };
	}
	return true;
}

static struct position *position_of(const struct worker_positions *all, const char *topic,
				    int64_t partition)
{
	for (size_t i = 0; i < all->count; i++) {
		if (all->items[i].partition == partition && strcmp(all->items[i].topic, topic) == 0)
			return &all->items[i];
	}
	return NULL;
}

/* ---- the group ---- */

static void note_commit(struct position *position, const rd_kafka_topic_partition_t *entry)
{
	struct committed_position committed = { .present = entry->offset >= 0,
						.offset = entry->offset,
						.metadata = entry->metadata,
						.metadata_length = entry->metadata_size };

	position->committed = committed.present;
	position->committed_offset = committed.offset;
	position->published.present =
		committed.present && position_read_metadata(&committed, &position->published.value);
}

static bool read_group(struct positions_reader *reader, struct worker_positions *all, bool stable,
		       struct err *err)
{
	rd_kafka_topic_partition_list_t *asked = rd_kafka_topic_partition_list_new((int)all->count);
	rd_kafka_topic_partition_list_t *list;

	for (size_t i = 0; i < all->count; i++)
		positions_entry(reader, asked, all->items[i].topic, all->items[i].partition);
	list = (stable ? kafka_group_committed : kafka_group_committed_so_far)(
		&reader->kafka, all->group, asked, reader->timeout_ms, err);
	for (size_t i = 0; list && i < all->count; i++)
		note_commit(&all->items[i], positions_entry(reader, list, all->items[i].topic,
							    all->items[i].partition));
	rd_kafka_topic_partition_list_destroy(asked);
	if (!list)
		return false;
	rd_kafka_topic_partition_list_destroy(list);
	return true;
}

/* ---- Postgres ---- */

static void note_waiting(struct position *position, int64_t sequence)
{
	if (!position->first.present || sequence < position->first.value)
		position->first = (struct optional_int){ sequence, true };
	if (!position->last.present || sequence > position->last.value)
		position->last = (struct optional_int){ sequence, true };
	position->waiting += !position->published.present || sequence > position->published.value;
}

static bool read_rows(struct db *db, struct worker_positions *all, struct arena *arena,
		      struct err *err)
{
	struct list_row *rows;
	struct waiting_row *waiting;
	size_t count;

	if (!db_run(db, &list_positions, NULL, 0, arena, &rows, &count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct position *position = position_of(all, rows[i].topic, rows[i].partition);

		if (!position)
			continue;
		position->stored = true;
		position->next_offset = rows[i].next_offset;
		position->sequence = rows[i].sequence;
		position->epoch = rows[i].epoch;
		position->snapshot = rows[i].snapshot;
	}
	if (!db_run(db, &list_outbox, NULL, 0, arena, &waiting, &count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct position *position =
			position_of(all, waiting[i].topic, waiting[i].partition);

		if (position)
			note_waiting(position, waiting[i].sequence);
	}
	return true;
}

static bool read_postgres(struct db *db, struct worker_positions *all, struct arena *arena,
			  struct err *err)
{
	bool ok = db_begin_snapshot(db, err) && read_rows(db, all, arena, err);

	db_rollback(db);
	return ok;
}

/* ---- the logs ---- */

static bool read_logs(struct positions_reader *reader, struct worker_positions *all, int64_t which,
		      struct err *err)
{
	rd_kafka_topic_partition_list_t *list =
		rd_kafka_topic_partition_list_new((int)all->count + 1);
	bool ok;

	for (size_t i = 0; i < all->count; i++)
		positions_entry(reader, list, all->items[i].topic, all->items[i].partition);
	positions_entry(reader, list, TOPIC_PATTERN_RECALCULATED, 0);
	ok = kafka_ask(&reader->kafka, list, which, reader->timeout_ms, err);
	for (size_t i = 0; ok && i < all->count; i++) {
		int64_t offset =
			positions_entry(reader, list, all->items[i].topic, all->items[i].partition)
				->offset;

		if (which == RD_KAFKA_OFFSET_BEGINNING)
			all->items[i].log_start = offset;
		else
			all->items[i].log_end = offset;
	}
	*(which == RD_KAFKA_OFFSET_BEGINNING ? &all->patterns_start : &all->patterns_end) =
		positions_entry(reader, list, TOPIC_PATTERN_RECALCULATED, 0)->offset;
	rd_kafka_topic_partition_list_destroy(list);
	return ok;
}

static void note_pattern(const rd_kafka_message_t *event, void *closure)
{
	int64_t *number = closure;

	if (event->offset >= *number)
		*number = event->offset + 1;
}

/* The number of the last event at or after `offset`; 0: there is none. */
static bool read_number(struct positions_reader *reader, int64_t offset, int64_t *ret_number,
			struct err *err)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	bool ok;

	*ret_number = 0;
	positions_entry(reader, list, TOPIC_PATTERN_RECALCULATED, 0)->offset = offset;
	ok = kafka_scan(&reader->kafka, list, reader->timeout_ms, note_pattern, ret_number, err);
	rd_kafka_topic_partition_list_destroy(list);
	return ok;
}

/* Behind the last event the log has a transaction's marker, whose offset no library ever reaches.
 * What was made with the last event finds that one at once; else all is read. */
static bool number_patterns(struct positions_reader *reader, struct worker_positions *all,
			    struct err *err)
{
	int64_t start = all->patterns_start, furthest = 0, number;

	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].snapshot > furthest)
			furthest = all->items[i].snapshot;
	if (furthest == 0 || furthest > all->patterns_end)
		return true;
	if (!read_number(reader, furthest > start ? furthest - 1 : start, &number, err) ||
	    (number == 0 && !read_number(reader, start, &number, err)))
		return false;
	all->patterns_end = number;
	return true;
}

/* ---- the verdict: the worker's own ---- */

static void judge(struct position *position, int64_t patterns_end, struct arena *arena)
{
	struct stored_position stored = { position->stored, position->sequence,
					  position->next_offset };
	char metadata[64];
	struct committed_position committed = { .present = position->committed,
						.offset = position->committed_offset };
	int64_t published;
	enum position_verdict verdict;
	struct err err = { 0 };

	if (position->published.present) {
		snprintf(metadata, sizeof(metadata), OUTBOX_METADATA_FORMAT,
			 (long long)position->published.value);
		committed.metadata = metadata;
		committed.metadata_length = strlen(metadata);
	}
	verdict = position_decide(&stored, &committed, &published, &err);
	if (verdict != POSITION_STOP && position->stored &&
	    (!position_check_log(&stored, position->log_start, position->log_end, &err) ||
	     !position_check_patterns(position->snapshot, patterns_end, &err)))
		verdict = POSITION_STOP;
	position->word = verdict == POSITION_STOP    ? POSITION_STOPPED
			 : verdict == POSITION_START ? POSITION_STARTS
						     : POSITION_FITS;
	position->reason = verdict == POSITION_STOP ? arena_strdup(arena, err.text) : NULL;
}

static bool read_once(struct positions_reader *reader, struct db *db, struct worker_positions *all,
		      bool stable, bool *ret_stopped, struct err *err)
{
	*ret_stopped = false;
	if (!lay_out(reader, all, err) || !read_logs(reader, all, RD_KAFKA_OFFSET_BEGINNING, err) ||
	    !read_group(reader, all, stable, err) ||
	    !read_postgres(db, all, &reader->ctl->arena, err) ||
	    !read_logs(reader, all, RD_KAFKA_OFFSET_END, err) || !number_patterns(reader, all, err))
		return false;
	for (size_t i = 0; i < all->count; i++) {
		judge(&all->items[i], all->patterns_end, &reader->ctl->arena);
		*ret_stopped = *ret_stopped || all->items[i].word == POSITION_STOPPED;
	}
	return true;
}

bool positions_read(struct positions_reader *reader, struct db *db,
		    struct worker_positions *ret_all, struct err *err)
{
	bool stopped;

	if (!read_once(reader, db, ret_all, !reader->glance, &stopped, err))
		return false;
	if (!stopped)
		return true;
	usleep(AGAIN_US);
	return read_once(reader, db, ret_all, true, &stopped, err);
}
