#include "side_state.h"

#include <stdlib.h>
#include <string.h>

#include "growthctl_core_sql.h"
#include "numbers.h"
#include "rows.h"
#include "status.h"

#define UNFED_MOST 200000 /* messages that are read to know whom they are about */

struct latest_row {
	const char *latest;
	bool unrecorded;
};
struct place_row {
	const char *topic;
	int64_t partition, next_offset;
};

static const struct pg_column latest_columns[] = { PG_TEXT(struct latest_row, latest),
						   PG_BOOL(struct latest_row, unrecorded), PG_END };
static const struct pg_column place_columns[] = { PG_TEXT(struct place_row, topic),
						  PG_INT4(struct place_row, partition),
						  PG_INT8(struct place_row, next_offset), PG_END };
static const struct pg_column fed_columns[] = {
	PG_TEXT(struct fed, topic),     PG_INT4(struct fed, partition),
	PG_INT8(struct fed, begins),    PG_INT8(struct fed, until),
	PG_INT4(struct fed, workers),   PG_BOOL(struct fed, finished),
	PG_BOOL(struct fed, own_votes), PG_END
};

#define QUERY(query_name, text, row, columns) \
	{ \
		.name = (query_name), .sql = (text), .shape = STATEMENT_SCALARS, \
		.results = (columns), .result_size = sizeof(row) \
	}

static const struct statement read_latest =
	QUERY("diff_latest", SQL_DIFF_LATEST, struct latest_row, latest_columns);
static const struct statement read_places =
	QUERY("side_state_positions", SQL_SIDE_STATE_POSITIONS, struct place_row, place_columns);
static const struct statement read_exists =
	QUERY("replay_exists", SQL_REPLAY_EXISTS, struct yes_row, yes_columns);
static const struct statement read_fed =
	QUERY("replay_fed", SQL_REPLAY_FED, struct fed, fed_columns);

const struct statement *const feeding_statements[] = { &read_latest, &read_places, &read_exists,
						       NULL };

static void read_pending(struct side *side, int64_t timeout_ms, struct side_state *state)
{
	struct status_reader reader = { .ctl = &side->ctl, .timeout_ms = timeout_ms };
	struct status status;
	struct err err = { 0 };

	if (!side->has_topics)
		state->unknown = "it has no topics of its own any more";
	else if (status_open(&reader, &err) &&
		 status_read(&reader, &side->ctl.arena, &status, &err))
		state->pending = status_pending(&status, &side->ctl.arena);
	else
		state->unknown = arena_strdup(&side->ctl.arena, err.text);
	if (side->has_topics)
		status_close(&reader);
}

bool side_state_read(struct side *side, int64_t timeout_ms, struct side_state *ret_state,
		     struct err *err)
{
	struct latest_row *rows;
	size_t count;

	*ret_state = (struct side_state){ 0 };
	read_pending(side, timeout_ms, ret_state);
	if (!db_run(side->db, &read_latest, NULL, 0, &side->ctl.arena, &rows, &count, err))
		return err_wrap(err, "%s", side->database);
	ret_state->latest = rows->latest;
	ret_state->unrecorded = rows->unrecorded;
	return true;
}

static void note_live(struct feeding *feeding, const struct place_row *row)
{
	for (size_t i = 0; i < feeding->count; i++) {
		struct fed *fed = &feeding->items[i];

		if (fed->partition != row->partition || strcmp(fed->topic, row->topic) != 0)
			continue;
		fed->live = row->next_offset;
		if (fed->live > fed->until)
			feeding->not_fed += fed->live - fed->until;
	}
}

bool feeding_read(struct db *live, struct db *shadow, struct arena *arena,
		  struct feeding *ret_feeding, struct err *err)
{
	struct yes_row *is_replay;
	struct place_row *rows;
	size_t count;

	*ret_feeding = (struct feeding){ 0 };
	if (!db_run(shadow, &read_exists, NULL, 0, arena, &is_replay, &count, err))
		return false;
	if (!is_replay->yes)
		return true;
	if (!db_run(shadow, &read_fed, NULL, 0, arena, &ret_feeding->items, &ret_feeding->count,
		    err) ||
	    !db_run(live, &read_places, NULL, 0, arena, &rows, &count, err))
		return false;
	for (size_t i = 0; i < count; i++)
		note_live(ret_feeding, &rows[i]);
	return true;
}

/* ---- about whom ---- */

struct unfed {
	struct feeding *feeding;
	size_t capacity;
	size_t prefix; /* bytes of a topic's name before it begins */
	struct arena *arena;
};

static bool is_handled(const struct unfed *unfed, const rd_kafka_message_t *message)
{
	const char *topic = rd_kafka_topic_name(message->rkt) + unfed->prefix;
	const struct feeding *feeding = unfed->feeding;

	for (size_t i = 0; i < feeding->count; i++)
		if (feeding->items[i].partition == message->partition &&
		    strcmp(feeding->items[i].topic, topic) == 0)
			return message->offset < feeding->items[i].live;
	return false;
}

/* Keys that are no contractor's are those of patterns. */
static void on_unfed(const rd_kafka_message_t *message, void *closure)
{
	struct unfed *unfed = closure;
	struct feeding *feeding = unfed->feeding;
	char *key = arena_strndup(unfed->arena, message->key, message->key ? message->key_len : 0);
	char *end;
	int64_t contractor = strtoll(key, &end, 10);

	if (!*key || *end || !is_handled(unfed, message))
		return;
	feeding->contractors = arena_room(unfed->arena, feeding->contractors,
					  feeding->contractors_count, &unfed->capacity,
					  sizeof(*feeding->contractors));
	feeding->contractors[feeding->contractors_count++] = contractor;
}

static void scan_unfed(struct kafka *kafka, int64_t timeout_ms, struct unfed *unfed)
{
	struct feeding *feeding = unfed->feeding;
	rd_kafka_topic_partition_list_t *list =
		rd_kafka_topic_partition_list_new((int)feeding->count);
	struct err err = { 0 };

	for (size_t i = 0; i < feeding->count; i++)
		if (feeding->items[i].live > feeding->items[i].until)
			rd_kafka_topic_partition_list_add(
				list,
				kafka_topic_name(kafka, feeding->items[i].topic, unfed->arena),
				(int32_t)feeding->items[i].partition)
				->offset = feeding->items[i].until;
	if (!kafka_scan(kafka, list, timeout_ms, on_unfed, unfed, &err))
		feeding->contractors_count = 0;
	rd_kafka_topic_partition_list_destroy(list);
}

void feeding_read_contractors(struct side *live, int64_t timeout_ms, struct feeding *feeding)
{
	struct unfed unfed = { .feeding = feeding,
			       .prefix = strlen(live->ctl.config.kafka.topic_prefix),
			       .arena = &live->ctl.arena };
	struct kafka kafka = { 0 };
	struct err err = { 0 };

	if (!feeding->not_fed || feeding->not_fed > UNFED_MOST)
		return;
	if (kafka_open_reader(&kafka, &live->ctl.config, &err))
		scan_unfed(&kafka, timeout_ms, &unfed);
	kafka_close(&kafka);
	if (feeding->contractors_count)
		qsort(feeding->contractors, feeding->contractors_count,
		      sizeof(*feeding->contractors), numbers_order);
}
