/*
 * Clearing of marks. A mark carries the number of the transaction that made it last, so a
 * recalculation can clear what its snapshot saw and leave what came meanwhile.
 */
#include "cohort_analyzer_core_sql.h"
#include "store_changes.h"

#define PIECE_MARKS 10000 /* a batch that wants one of them waits for so long */

struct piece_row {
	const char *event_id, *snapshot;
	utc_us as_of;
	int64_t after, limit;
	const char *tier; /* NULL: all */
};

static const struct pg_column snapshot_columns[] = {
	PG_TEXT(struct piece_row, snapshot),
	PG_END,
};

static const struct pg_column cleared_tier_columns[] = {
	PG_TEXT(struct piece_row, snapshot),
	PG_TEXT(struct piece_row, tier),
	PG_END,
};

static const struct pg_column clearing_columns[] = {
	PG_TEXT(struct piece_row, event_id),
	PG_TEXT(struct piece_row, snapshot),
	PG_TIME(struct piece_row, as_of),
	PG_TEXT(struct piece_row, tier),
	PG_END,
};

static const struct pg_column cleared_columns[] = {
	PG_TEXT(struct piece_row, event_id),
	PG_END,
};

static const struct pg_column piece_columns[] = {
	PG_TEXT(struct piece_row, snapshot), PG_TIME(struct piece_row, as_of),
	PG_INT4(struct piece_row, after),    PG_INT4(struct piece_row, limit),
	PG_TEXT(struct piece_row, tier),     PG_END,
};

static const struct pg_column whole_piece_columns[] = {
	PG_TEXT(struct piece_row, snapshot),
	PG_TIME(struct piece_row, as_of),
	PG_INT4(struct piece_row, after),
	PG_INT4(struct piece_row, limit),
	PG_END,
};

static const struct pg_column piece_end_columns[] = {
	PG_INT4(struct piece_row, after),
	PG_END,
};

#define TAKES(table, type) .parameters = (table), .parameter_size = sizeof(struct type)
#define GIVES(table, type) .results = (table), .result_size = sizeof(struct type)

static const struct statement read_snapshot = {
	.name = "read_snapshot",
	.sql = SQL_READ_SNAPSHOT,
	GIVES(snapshot_columns, piece_row),
};
static const struct statement clear_erased_tiers = {
	.name = "clear_erased_tiers",
	.sql = SQL_CLEAR_ERASED_TIERS,
	TAKES(cleared_tier_columns, piece_row),
};
static const struct statement add_clearing = {
	.name = "add_clearing",
	.sql = SQL_ADD_CLEARING,
	.shape = STATEMENT_SCALARS,
	TAKES(clearing_columns, piece_row),
};
static const struct statement find_clearing = {
	.name = "find_clearing",
	.sql = SQL_FIND_CLEARING,
	GIVES(clearing_columns, piece_row),
};
static const struct statement forget_clearing = {
	.name = "forget_clearing",
	.sql = SQL_FORGET_CLEARING,
	.shape = STATEMENT_SCALARS,
	TAKES(cleared_columns, piece_row),
};
static const struct statement clear_marks = {
	.name = "clear_marks",
	.sql = SQL_CLEAR_MARKS,
	.shape = STATEMENT_SCALARS,
	TAKES(whole_piece_columns, piece_row),
	GIVES(piece_end_columns, piece_row),
};
static const struct statement note_seen = {
	.name = "note_seen",
	.sql = SQL_NOTE_SEEN,
	.shape = STATEMENT_SCALARS,
	TAKES(piece_columns, piece_row),
	GIVES(piece_end_columns, piece_row),
};

const struct statement *const clearing_statements[] = {
	&read_snapshot,   &clear_erased_tiers, &add_clearing, &find_clearing,
	&forget_clearing, &clear_marks,        &note_seen,    NULL,
};

bool snapshot_read(struct db *db, struct arena *arena, const char **ret_snapshot, struct err *err)
{
	struct piece_row *rows;
	size_t count;

	if (!db_run(db, &read_snapshot, NULL, 0, arena, &rows, &count, err))
		return false;
	*ret_snapshot = rows->snapshot;
	return true;
}

bool clearing_add(struct context *ctx, const struct clearing *clearing, struct err *err)
{
	const struct piece_row row = { .event_id = clearing->event_id,
				       .snapshot = clearing->snapshot,
				       .as_of = clearing->as_of,
				       .tier = clearing->tier };

	return db_execute(ctx->db, &add_clearing, &row, 1, err);
}

bool erased_tiers_clear(struct context *ctx, const struct calculated *calculated, struct err *err)
{
	struct piece_row *rows = arena_array(ctx->arena, struct piece_row, calculated->count);

	for (size_t i = 0; i < calculated->count; i++) {
		rows[i].snapshot = calculated->snapshot;
		rows[i].tier = calculated->states[i].from_tier;
	}
	return db_execute(ctx->db, &clear_erased_tiers, rows, calculated->count, err);
}

bool clearing_find(struct db *db, struct arena *arena, struct clearing **ret_clearing,
		   struct err *err)
{
	struct piece_row *rows;
	size_t count;

	*ret_clearing = NULL;
	if (!db_run(db, &find_clearing, NULL, 0, arena, &rows, &count, err))
		return false;
	if (count > 0) {
		*ret_clearing = arena_new(arena, struct clearing);
		**ret_clearing = (struct clearing){ rows->event_id, rows->snapshot, rows->as_of,
						    rows->tier };
	}
	return true;
}

bool clearing_work(struct db *db, const struct clearing *clearing, const atomic_bool *stop,
		   struct err *err)
{
	struct piece_row piece = { .snapshot = clearing->snapshot,
				   .as_of = clearing->as_of,
				   .limit = PIECE_MARKS,
				   .tier = clearing->tier };
	struct arena arena;
	size_t count = 1;
	bool ok = true;

	arena_init(&arena);
	while (ok && count > 0) {
		struct piece_row *ends;

		ok = !atomic_load(stop) || err_set(err, ERR_RETRY, "stopped");
		ok = ok && db_run(db, clearing->tier ? &note_seen : &clear_marks, &piece, 1, &arena,
				  &ends, &count, err);
		if (ok && count > 0)
			piece.after = ends->after;
		arena_reset(&arena);
	}
	arena_release(&arena);
	return ok;
}

bool clearing_finish(struct context *ctx, const struct clearing *clearing, struct err *err)
{
	const struct piece_row row = { .event_id = clearing->event_id };

	return db_execute(ctx->db, &forget_clearing, &row, 1, err);
}
