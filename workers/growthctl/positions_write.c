/*
 * Postgres first, then Kafka. Between the two a position either fits already (the worker brings the
 * group's offset along when it starts), or the partition stays stopped for the reason that it had
 * before, and a second run finishes.
 */
#include "growthctl_core_sql.h"
#include "heap.h"
#include "outbox.h"
#include "positions.h"

struct move_row {
	const char *topic;
	int64_t partition;
	bool stored;
	int64_t epoch, old_sequence, next_offset, sequence, patterns_end;
};

struct moved_row {
	const char *topic;
	int64_t partition;
};

static const struct pg_column move_columns[] = { PG_TEXT(struct move_row, topic),
						 PG_INT4(struct move_row, partition),
						 PG_BOOL(struct move_row, stored),
						 PG_INT8(struct move_row, epoch),
						 PG_INT8(struct move_row, old_sequence),
						 PG_INT8(struct move_row, next_offset),
						 PG_INT8(struct move_row, sequence),
						 PG_INT8(struct move_row, patterns_end),
						 PG_END };
static const struct pg_column moved_columns[] = { PG_TEXT(struct moved_row, topic),
						  PG_INT4(struct moved_row, partition), PG_END };

extern const struct statement move_positions;
const struct statement move_positions = {
	.name = "positions_move",
	.sql = SQL_POSITIONS_MOVE,
	.shape = STATEMENT_ARRAYS,
	.parameters = move_columns,
	.parameter_size = sizeof(struct move_row),
	.results = moved_columns,
	.result_size = sizeof(struct moved_row),
};

static bool write_rows(struct db *db, const struct move_row *rows, size_t count, struct err *err)
{
	struct arena arena;
	struct moved_row *moved;
	size_t moved_count = 0;
	bool ok;

	arena_init(&arena);
	ok = db_run(db, &move_positions, rows, count, &arena, &moved, &moved_count, err) &&
	     (moved_count == count ||
	      err_set(err, ERR_RETRY,
		      "%zu of %zu positions have changed since they were read; nothing is moved, "
		      "look again",
		      count - moved_count, count));
	arena_release(&arena);
	return ok;
}

bool positions_write(struct db *db, const struct move *moves, size_t count, int64_t patterns_end,
		     struct err *err)
{
	struct move_row *rows = heap_zeroed(count + 1, sizeof(*rows));
	bool ok;

	for (size_t i = 0; i < count; i++)
		rows[i] = (struct move_row){ .topic = moves[i].from->topic,
					     .partition = moves[i].from->partition,
					     .stored = moves[i].from->stored,
					     .epoch = moves[i].from->epoch,
					     .old_sequence = moves[i].from->sequence,
					     .next_offset = moves[i].next_offset,
					     .sequence = moves[i].sequence,
					     .patterns_end = patterns_end };
	ok = db_begin(db, err) && write_rows(db, rows, count, err) && db_commit(db, err);
	if (!ok)
		db_rollback(db);
	free(rows);
	return ok;
}

bool positions_commit(struct positions_reader *reader, const char *group, const struct move *moves,
		      size_t count, struct err *err)
{
	rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new((int)count);
	bool ok;

	for (size_t i = 0; i < count; i++) {
		rd_kafka_topic_partition_t *entry = positions_entry(
			reader, offsets, moves[i].from->topic, moves[i].from->partition);
		char metadata[64];

		snprintf(metadata, sizeof(metadata), OUTBOX_METADATA_FORMAT,
			 (long long)moves[i].published);
		entry->offset = moves[i].next_offset;
		entry->metadata = heap_strdup(metadata);
		entry->metadata_size = strlen(metadata);
	}
	ok = kafka_group_commit(&reader->kafka, group, offsets, reader->timeout_ms, err);
	rd_kafka_topic_partition_list_destroy(offsets);
	return ok;
}
