#include "status.h"

#include "decide_pipeline.h"
#include "dlq.h"
#include "growthctl_core_sql.h"
#include "instant.h"
#include "messages.h"

struct position_row {
	const char *worker, *topic;
	int64_t partition, next_offset, sequence, sweep_snapshot;
	struct optional_int sweep_after, last_contractor;
	double idle_s;
};

struct evaluation_row {
	bool due;
	int64_t waiting;
};

struct backlog_row {
	const char *worker;
	int64_t outbox, parked;
	bool parked_exact;
};

static const struct pg_column position_columns[] = {
	PG_TEXT(struct position_row, worker),      PG_TEXT(struct position_row, topic),
	PG_INT4(struct position_row, partition),   PG_INT8(struct position_row, next_offset),
	PG_INT8(struct position_row, sequence),    PG_INT8(struct position_row, sweep_snapshot),
	PG_INT8(struct position_row, sweep_after), PG_INT4(struct position_row, last_contractor),
	PG_FLOAT8(struct position_row, idle_s),    PG_END
};
static const struct pg_column backlog_columns[] = {
	PG_TEXT(struct backlog_row, worker), PG_INT8(struct backlog_row, outbox),
	PG_INT8(struct backlog_row, parked), PG_BOOL(struct backlog_row, parked_exact), PG_END
};
static const struct pg_column number_columns[] = { PG_INT8(struct status_count, number), PG_END };
static const struct pg_column evaluation_columns[] = { PG_BOOL(struct evaluation_row, due),
						       PG_INT8(struct evaluation_row, waiting),
						       PG_END };
static const struct pg_column count_columns[] = { PG_TEXT(struct status_count, what),
						  PG_INT8(struct status_count, number),
						  PG_BOOL(struct status_count, estimated), PG_END };

#define QUERY(query_name, text, row, columns) \
	{ \
		.name = (query_name), .sql = (text), .shape = STATEMENT_SCALARS, \
		.results = (columns), .result_size = sizeof(row) \
	}

static const struct statement read_positions =
	QUERY("status_positions", SQL_STATUS_POSITIONS, struct position_row, position_columns);
static const struct statement read_backlog =
	QUERY("status_backlog", SQL_STATUS_BACKLOG, struct backlog_row, backlog_columns);
static const struct statement read_recalculations = QUERY(
	"status_recalculations", SQL_STATUS_RECALCULATIONS, struct status_count, number_columns);
static const struct statement read_evaluation = QUERY("status_evaluation", SQL_STATUS_EVALUATION,
						      struct evaluation_row, evaluation_columns);
static const struct statement read_counts =
	QUERY("status_counts", SQL_STATUS_COUNTS, struct status_count, count_columns);

/* ---- the servers ---- */

bool status_open(struct status_reader *reader, struct err *err)
{
	reader->db = ctl_database(reader->ctl, err);
	if (!reader->db || !kafka_open_reader(&reader->kafka, &reader->ctl->config, err) ||
	    !kafka_open_asker(&reader->asker, &reader->ctl->config, err))
		return false;
	reader->metadata = kafka_metadata(&reader->kafka, reader->timeout_ms, err);
	return reader->metadata != NULL;
}

void status_close(struct status_reader *reader)
{
	if (reader->metadata)
		rd_kafka_metadata_destroy(reader->metadata);
	kafka_close(&reader->asker);
	kafka_close(&reader->kafka);
	db_close(reader->db);
	*reader = (struct status_reader){ .ctl = reader->ctl,
					  .timeout_ms = reader->timeout_ms,
					  .groups = reader->groups,
					  .quick = reader->quick };
}

static const struct rd_kafka_metadata_topic *find_topic(const struct status_reader *reader,
							const char *topic, struct err *err)
{
	const struct rd_kafka_metadata_topic *found =
		kafka_topic(&reader->kafka, reader->metadata, topic);

	if (!found)
		err_set(err, ERR_USAGE, "topic %s%s does not exist; see growthctl topics",
			reader->ctl->config.kafka.topic_prefix, topic);
	return found;
}

/* ---- Postgres ---- */

static bool add_topic(const struct status_reader *reader, const struct pipeline_worker *known,
		      const char *topic, struct status_worker *worker, struct arena *arena,
		      struct err *err)
{
	const struct rd_kafka_metadata_topic *found = find_topic(reader, topic, err);
	size_t count;

	if (!found)
		return false;
	count = worker->count + (size_t)found->partition_cnt;
	worker->partitions = arena_grow(arena, worker->partitions, worker->count, count,
					sizeof(*worker->partitions));
	for (int i = 0; i < found->partition_cnt; i++)
		worker->partitions[worker->count++] = (struct status_partition){
			.topic = topic,
			.partition = found->partitions[i].id,
			.sweeps = known->sweeps && strcmp(known->sweeps, topic) == 0,
		};
	return true;
}

/* Every partition that should be consumed, whether or not a worker has ever had it. */
static bool lay_out(const struct status_reader *reader, struct arena *arena, struct status *status,
		    struct err *err)
{
	while (pipeline[status->count].name)
		status->count++;
	status->workers = arena_array(arena, struct status_worker, status->count);
	for (size_t i = 0; i < status->count; i++) {
		status->workers[i].name = pipeline[i].name;
		for (int k = 0; k < PIPELINE_TOPICS_MAX && pipeline[i].consumes[k]; k++)
			if (!add_topic(reader, &pipeline[i], pipeline[i].consumes[k],
				       &status->workers[i], arena, err))
				return false;
	}
	return true;
}

static struct status_worker *worker_named(const struct status *status, const char *name)
{
	size_t i = 0;

	while (i < status->count && strcmp(status->workers[i].name, name) != 0)
		i++;
	return i < status->count ? &status->workers[i] : NULL;
}

static void note_position(const struct status *status, const struct position_row *row)
{
	struct status_worker *worker = worker_named(status, row->worker);

	for (size_t i = 0; worker && i < worker->count; i++) {
		struct status_partition *partition = &worker->partitions[i];

		if (partition->partition != row->partition ||
		    strcmp(partition->topic, row->topic) != 0)
			continue;
		partition->started = true;
		partition->next_offset = row->next_offset;
		partition->sequence = row->sequence;
		partition->sweep_snapshot = row->sweep_snapshot;
		partition->sweep_after = row->sweep_after;
		partition->last_contractor = row->last_contractor;
	}
	if (worker && (!worker->idle_s.present || row->idle_s < worker->idle_s.value))
		worker->idle_s = (struct optional_number){ row->idle_s, true };
}

bool status_read_positions(struct status_reader *reader, struct arena *arena, struct status *status,
			   struct err *err)
{
	struct position_row *positions;
	size_t count;

	if (!db_run(reader->db, &read_positions, NULL, 0, arena, &positions, &count, err))
		return false;
	for (size_t i = 0; i < count; i++)
		note_position(status, &positions[i]);
	return true;
}

static bool read_rows(struct status_reader *reader, struct arena *arena, struct status *status,
		      struct err *err)
{
	struct db *db = reader->db;
	struct backlog_row *backlog;
	struct status_count *recalculations;
	struct evaluation_row *evaluation;
	size_t count;

	if (!status_read_positions(reader, arena, status, err))
		return false;
	if (!db_run(db, &read_backlog, NULL, 0, arena, &backlog, &count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct status_worker *worker = worker_named(status, backlog[i].worker);

		worker->outbox = backlog[i].outbox;
		worker->parked = backlog[i].parked;
		worker->parked_exact = backlog[i].parked_exact;
	}
	if (!db_run(db, &read_recalculations, NULL, 0, arena, &recalculations, &count, err))
		return false;
	status->recalculations = count ? recalculations[0].number.value : 0;
	if (!db_run(db, &read_evaluation, NULL, 0, arena, &evaluation, &count, err))
		return false;
	status->evaluation_due = evaluation->due;
	status->voters_waiting = evaluation->waiting;
	return true;
}

static bool read_snapshot(struct status_reader *reader, struct arena *arena, struct status *status,
			  struct err *err)
{
	bool ok = db_begin_snapshot(reader->db, err) && read_rows(reader, arena, status, err);

	reader->looked_us = monotonic_us();
	db_rollback(reader->db);
	return ok;
}

/* ---- Kafka ---- */

static rd_kafka_topic_partition_t *add_entry(struct status_reader *reader,
					     rd_kafka_topic_partition_list_t *list,
					     const char *topic, int64_t partition,
					     struct arena *arena)
{
	const char *name = kafka_topic_name(&reader->kafka, topic, arena);
	rd_kafka_topic_partition_t *entry =
		rd_kafka_topic_partition_list_find(list, name, (int32_t)partition);

	return entry ? entry : rd_kafka_topic_partition_list_add(list, name, (int32_t)partition);
}

static void add_topic_entries(struct status_reader *reader, const char *topic, struct arena *arena,
			      rd_kafka_topic_partition_list_t *list)
{
	const struct rd_kafka_metadata_topic *found =
		kafka_topic(&reader->kafka, reader->metadata, topic);

	for (int i = 0; found && i < found->partition_cnt; i++)
		add_entry(reader, list, topic, found->partitions[i].id, arena);
}

/* Where committed messages cannot be read although the log goes on: whoever died in a transaction
 * hides what others have committed since, until the broker ends it. */
static void note_open_transactions(const rd_kafka_topic_partition_list_t *logs,
				   const rd_kafka_topic_partition_list_t *ends, struct arena *arena,
				   struct status *status)
{
	for (int i = 0; i < logs->cnt; i++) {
		if (ends->elems[i].offset >= logs->elems[i].offset)
			continue;
		if (!status->open_transactions++)
			status->open_topic = arena_strdup(arena, logs->elems[i].topic);
	}
}

/*
 * The ends of what is committed, of all of our topics, those that no worker reads included. Where
 * the logs end is asked for first, so what comes in between is no open transaction.
 */
static rd_kafka_topic_partition_list_t *ask_ends(struct status_reader *reader, struct arena *arena,
						 struct status *status, struct err *err)
{
	rd_kafka_topic_partition_list_t *ends = rd_kafka_topic_partition_list_new(64), *logs;
	struct topic_plan *plans;
	size_t count;
	bool ok;

	topics_plan(&(struct topic_wishes){ 0 }, arena, &plans, &count);
	for (size_t i = 0; i < count; i++)
		add_topic_entries(reader, plans[i].name, arena, ends);
	logs = rd_kafka_topic_partition_list_copy(ends);
	ok = find_topic(reader, TOPIC_PATTERN_RECALCULATED, err) &&
	     kafka_ask(&reader->asker, logs, RD_KAFKA_OFFSET_END, reader->timeout_ms, err) &&
	     kafka_ask(&reader->kafka, ends, RD_KAFKA_OFFSET_END, reader->timeout_ms, err);
	if (ok)
		note_open_transactions(logs, ends, arena, status);
	else
		rd_kafka_topic_partition_list_destroy(ends);
	rd_kafka_topic_partition_list_destroy(logs);
	return ok ? ends : NULL;
}

/* A worker that has no position yet will begin where the log does. */
static bool find_starts(struct status_reader *reader, rd_kafka_topic_partition_list_t *list,
			struct err *err)
{
	rd_kafka_topic_partition_list_t *starts = rd_kafka_topic_partition_list_new(list->cnt);
	bool ok;

	for (int i = 0; i < list->cnt; i++)
		if (list->elems[i].offset == 0)
			rd_kafka_topic_partition_list_add(starts, list->elems[i].topic,
							  list->elems[i].partition);
	ok = kafka_ask(&reader->kafka, starts, RD_KAFKA_OFFSET_BEGINNING, reader->timeout_ms, err);
	for (int i = 0; ok && i < starts->cnt; i++)
		rd_kafka_topic_partition_list_find(list, starts->elems[i].topic,
						   starts->elems[i].partition)
			->offset = starts->elems[i].offset;
	rd_kafka_topic_partition_list_destroy(starts);
	return ok;
}

static bool find_data(struct status_reader *reader, rd_kafka_topic_partition_list_t *list,
		      int64_t *ret_sent_ms, struct err *err)
{
	return list->cnt == 0 || (find_starts(reader, list, err) &&
				  kafka_find_data(&reader->kafka, list, !reader->quick,
						  reader->timeout_ms, ret_sent_ms, err));
}

static struct optional_number seconds_since(int64_t sent_ms)
{
	double seconds = (double)(instant_now() / 1000 - sent_ms) / 1000;

	return (struct optional_number){ seconds > 0 ? seconds : 0, sent_ms > 0 };
}

/* Whether messages lie between positions and ends, for one worker: then a partition occurs once. */
static bool find_lag(struct status_reader *reader, struct arena *arena,
		     struct status_worker *worker, struct err *err)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(16);
	int64_t *sent_ms = arena_array(arena, int64_t, worker->count);
	rd_kafka_topic_partition_t *entry;
	bool ok;

	for (size_t i = 0; i < worker->count; i++) {
		struct status_partition *partition = &worker->partitions[i];

		if (partition->next_offset < partition->end_offset)
			add_entry(reader, list, partition->topic, partition->partition, arena)
				->offset = partition->next_offset;
	}
	ok = find_data(reader, list, sent_ms, err);
	for (size_t i = 0; ok && i < worker->count; i++) {
		struct status_partition *partition = &worker->partitions[i];

		if (partition->next_offset >= partition->end_offset)
			continue;
		entry = add_entry(reader, list, partition->topic, partition->partition, arena);
		partition->behind = entry->opaque;
		partition->waiting_s = seconds_since(sent_ms[entry - list->elems]);
	}
	rd_kafka_topic_partition_list_destroy(list);
	return ok;
}

/* Sweeps are up to date when no pattern came after the library that they were for. The oldest
 * answers for all: in the normal case they are equal. */
static bool find_sweeps(struct status_reader *reader, struct arena *arena,
			struct status_worker *worker, int64_t patterns_end, struct err *err)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	int64_t oldest = patterns_end, sent_ms = 0;
	bool ok;

	for (size_t i = 0; i < worker->count; i++)
		if (worker->partitions[i].sweeps && worker->partitions[i].sweep_snapshot < oldest)
			oldest = worker->partitions[i].sweep_snapshot;
	if (oldest < patterns_end)
		add_entry(reader, list, TOPIC_PATTERN_RECALCULATED, 0, arena)->offset = oldest;
	ok = find_data(reader, list, &sent_ms, err);
	for (size_t i = 0; i < worker->count; i++)
		if (worker->partitions[i].sweeps && worker->partitions[i].sweep_snapshot == oldest)
			worker->partitions[i].sweep_behind = list->cnt && list->elems[0].opaque;
	rd_kafka_topic_partition_list_destroy(list);
	return ok;
}

static void note_ends(struct status_reader *reader, rd_kafka_topic_partition_list_t *ends,
		      struct arena *arena, struct status_worker *worker)
{
	for (size_t i = 0; i < worker->count; i++)
		worker->partitions[i].end_offset = add_entry(reader, ends,
							     worker->partitions[i].topic,
							     worker->partitions[i].partition, arena)
							   ->offset;
}

static bool read_kafka(struct status_reader *reader, struct arena *arena, struct status *status,
		       struct err *err)
{
	rd_kafka_topic_partition_list_t *ends = ask_ends(reader, arena, status, err);
	int64_t patterns_end;
	bool ok = true;

	if (!ends)
		return false;
	patterns_end = add_entry(reader, ends, TOPIC_PATTERN_RECALCULATED, 0, arena)->offset;
	for (size_t i = 0; ok && i < status->count; i++) {
		struct status_worker *worker = &status->workers[i];

		note_ends(reader, ends, arena, worker);
		ok = find_lag(reader, arena, worker, err) &&
		     (!pipeline[i].sweeps || find_sweeps(reader, arena, worker, patterns_end, err));
	}
	rd_kafka_topic_partition_list_destroy(ends);
	return ok;
}

bool status_read(struct status_reader *reader, struct arena *arena, struct status *ret_status,
		 struct err *err)
{
	*ret_status = (struct status){ 0 };
	return lay_out(reader, arena, ret_status, err) &&
	       read_snapshot(reader, arena, ret_status, err) &&
	       read_kafka(reader, arena, ret_status, err);
}

bool status_read_offsets(struct status_reader *reader, struct arena *arena,
			 struct status *ret_status, struct err *err)
{
	rd_kafka_topic_partition_list_t *ends = rd_kafka_topic_partition_list_new(64);
	bool ok;

	*ret_status = (struct status){ 0 };
	ok = lay_out(reader, arena, ret_status, err) &&
	     status_read_positions(reader, arena, ret_status, err);
	for (size_t i = 0; ok && i < ret_status->count; i++)
		for (size_t k = 0; k < ret_status->workers[i].count; k++)
			add_entry(reader, ends, ret_status->workers[i].partitions[k].topic,
				  ret_status->workers[i].partitions[k].partition, arena);
	ok = ok && kafka_ask(&reader->kafka, ends, RD_KAFKA_OFFSET_END, reader->timeout_ms, err);
	for (size_t i = 0; ok && i < ret_status->count; i++)
		note_ends(reader, ends, arena, &ret_status->workers[i]);
	rd_kafka_topic_partition_list_destroy(ends);
	return ok;
}

bool status_count_all(struct status_reader *reader, struct arena *arena, struct status *status,
		      struct err *err)
{
	if (!status_read_recalculation(reader->ctl, reader->db, arena, &reader->recalculation,
				       err) ||
	    !db_run(reader->db, &read_counts, NULL, 0, arena, &status->counts,
		    &status->counts_count, err))
		return false;
	for (size_t i = 0; i < status->count; i++) {
		struct status_worker *worker = &status->workers[i];
		const struct rd_kafka_metadata_topic *topic =
			find_topic(reader, arena_printf(arena, "%s.dlq", worker->name), err);
		struct dlq_count count;

		if (!topic || !dlq_count(&reader->kafka, reader->db, topic, &count, err))
			return false;
		worker->dead_letters = (struct optional_int){ count.letters, true };
		worker->dead_letters_exact = count.exact;
		worker->dead_letters_open = (struct optional_int){ count.open, count.exact };
	}
	return true;
}
