/* When what time alone causes was last done, and how far a recalculation is. */
#include "cohort_analyzer_core_sql.h"
#include "store_changes.h"

struct schedule_row {
	struct optional_time asked_for, looked_at;
	bool begun, calculated;
};

struct done_row {
	const char *what;
	utc_us at;
};

struct rows_row {
	int64_t rows;
};

struct progress_row {
	const char *event_id, *phase;
	int64_t done, total;
};

static const struct pg_column schedule_columns[] = {
	PG_TIME(struct schedule_row, asked_for),
	PG_TIME(struct schedule_row, looked_at),
	PG_BOOL(struct schedule_row, begun),
	PG_BOOL(struct schedule_row, calculated),
	PG_END,
};

static const struct pg_column done_columns[] = {
	PG_TEXT(struct done_row, what),
	PG_TIME(struct done_row, at),
	PG_END,
};

static const struct pg_column done_read_columns[] = {
	PG_TEXT(struct done_row, what),
	PG_END,
};

static const struct pg_column rows_columns[] = {
	PG_INT8(struct rows_row, rows),
	PG_END,
};

static const struct pg_column progress_columns[] = {
	PG_TEXT(struct progress_row, event_id),
	PG_TEXT(struct progress_row, phase),
	PG_INT8(struct progress_row, done),
	PG_INT8(struct progress_row, total),
	PG_END,
};

#define TAKES(table, type) .parameters = (table), .parameter_size = sizeof(struct type)
#define GIVES(table, type) .results = (table), .result_size = sizeof(struct type)

static const struct statement load_schedule = {
	.name = "load_schedule",
	.sql = SQL_LOAD_SCHEDULE,
	GIVES(schedule_columns, schedule_row),
};
static const struct statement save_schedule = {
	.name = "save_schedule",
	.sql = SQL_SAVE_SCHEDULE,
	.shape = STATEMENT_SCALARS,
	TAKES(done_columns, done_row),
	GIVES(done_read_columns, done_row),
};
static const struct statement estimate_history = {
	.name = "estimate_history",
	.sql = SQL_ESTIMATE_HISTORY,
	GIVES(rows_columns, rows_row),
};
static const struct statement tell_progress = {
	.name = "tell_progress",
	.sql = SQL_TELL_PROGRESS,
	.shape = STATEMENT_SCALARS,
	TAKES(progress_columns, progress_row),
};

const struct statement *const schedule_statements[] = { &load_schedule, &save_schedule,
							&estimate_history, &tell_progress, NULL };

/* ---- the schedule ---- */

bool schedule_load(struct db *db, struct arena *arena, struct schedule_state *ret_state,
		   struct err *err)
{
	struct schedule_row *rows;
	size_t count;

	if (!db_run(db, &load_schedule, NULL, 0, arena, &rows, &count, err))
		return false;
	*ret_state = (struct schedule_state){ rows->asked_for, rows->looked_at, rows->begun,
					      rows->calculated };
	return true;
}

bool schedule_save(struct context *ctx, enum due_kind kind, utc_us at, bool *ret_first,
		   struct err *err)
{
	const struct done_row row = { kind == DUE_DRIFT ? "drift" : "monthly", at };
	struct done_row *rows;
	size_t count;

	if (!db_run(ctx->db, &save_schedule, &row, 1, ctx->arena, &rows, &count, err))
		return false;
	*ret_first = count > 0;
	return true;
}

/* ---- progress ---- */

bool history_estimate(struct db *db, struct arena *arena, int64_t *ret_rows, struct err *err)
{
	struct rows_row *rows;
	size_t count;

	if (!db_run(db, &estimate_history, NULL, 0, arena, &rows, &count, err))
		return false;
	*ret_rows = rows->rows;
	return true;
}

bool progress_tell(struct db *db, const char *event_id, const char *phase, int64_t done,
		   int64_t total, struct err *err)
{
	const struct progress_row row = { event_id, phase, done, total };

	return db_execute(db, &tell_progress, &row, 1, err);
}
