#include "standing.h"

#include <string.h>

#include "growthctl_core_sql.h"
#include "status.h"

struct latest_row {
	const char *latest;
};
struct yes_row {
	bool yes;
};
struct place_row {
	const char *topic;
	int64_t partition, next_offset;
};

static const struct pg_column latest_columns[] = { PG_TEXT(struct latest_row, latest), PG_END };
static const struct pg_column yes_columns[] = { PG_BOOL(struct yes_row, yes), PG_END };
static const struct pg_column place_columns[] = { PG_TEXT(struct place_row, topic),
						  PG_INT4(struct place_row, partition),
						  PG_INT8(struct place_row, next_offset), PG_END };
static const struct pg_column fed_columns[] = { PG_TEXT(struct fed, topic),
						PG_INT4(struct fed, partition),
						PG_INT8(struct fed, begins),
						PG_INT8(struct fed, until),
						PG_INT4(struct fed, workers),
						PG_BOOL(struct fed, finished),
						PG_END };

#define QUERY(query_name, text, row, columns) \
	{ \
		.name = (query_name), .sql = (text), .shape = STATEMENT_SCALARS, \
		.results = (columns), .result_size = sizeof(row) \
	}

static const struct statement read_latest =
	QUERY("diff_latest", SQL_DIFF_LATEST, struct latest_row, latest_columns);
static const struct statement read_places =
	QUERY("standing_positions", SQL_STANDING_POSITIONS, struct place_row, place_columns);
static const struct statement read_exists =
	QUERY("replay_exists", SQL_REPLAY_EXISTS, struct yes_row, yes_columns);
static const struct statement read_fed =
	QUERY("replay_fed", SQL_REPLAY_FED, struct fed, fed_columns);

const struct statement *const feeding_statements[] = { &read_latest, &read_places, &read_exists,
						       NULL };

static void read_pending(struct side *side, int64_t timeout_ms, struct standing *standing)
{
	struct status_reader reader = { .ctl = &side->ctl, .timeout_ms = timeout_ms };
	struct status status;
	struct err err = { 0 };

	if (!side->has_topics)
		standing->unknown = "it has no topics of its own any more";
	else if (status_open(&reader, &err) &&
		 status_read(&reader, &side->ctl.arena, &status, &err))
		standing->pending = status_pending(&status, &side->ctl.arena);
	else
		standing->unknown = arena_strdup(&side->ctl.arena, err.text);
	if (side->has_topics)
		status_close(&reader);
}

bool standing_read(struct side *side, int64_t timeout_ms, struct standing *ret_standing,
		   struct err *err)
{
	struct latest_row *rows;
	size_t count;

	*ret_standing = (struct standing){ 0 };
	read_pending(side, timeout_ms, ret_standing);
	if (!db_run(side->db, &read_latest, NULL, 0, &side->ctl.arena, &rows, &count, err))
		return err_wrap(err, "%s", side->database);
	ret_standing->latest = rows->latest;
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
