/*
 * A pattern is in erased_patterns once all that are erased have their pseudonyms for it in
 * erased_voters; save_votes.sql leaves out whom it finds there. An erasure adds its own to the
 * patterns that are there; the first vote on another pattern, after an erasure, adds it with
 * everybody. Batches with votes share the lock of erasures and one that erases has it alone, so
 * neither misses the other.
 */
#include "store_erased.h"

#include "cohort_analyzer_core_sql.h"
#include "outcome.h"

struct erased_row {
	const char *pattern_key;
	int64_t contractor_id;
	struct uuid voter;
};

static const struct pg_column pattern_columns[] = {
	PG_TEXT(struct erased_row, pattern_key),
	PG_END,
};

static const struct pg_column erased_columns[] = {
	PG_TEXT(struct erased_row, pattern_key),
	PG_INT4(struct erased_row, contractor_id),
	PG_END,
};

static const struct pg_column voter_columns[] = {
	PG_UUID(struct erased_row, voter),
	PG_TEXT(struct erased_row, pattern_key),
	PG_INT4(struct erased_row, contractor_id),
	PG_END,
};

#define TAKES(table) .parameters = (table), .parameter_size = sizeof(struct erased_row)
#define GIVES(table) .results = (table), .result_size = sizeof(struct erased_row)

static const struct statement load_erased_of_patterns = {
	.name = "load_erased_of_patterns",
	.sql = SQL_LOAD_ERASED_OF_PATTERNS,
	TAKES(pattern_columns),
	GIVES(erased_columns),
};
static const struct statement load_erased_patterns = {
	.name = "load_erased_patterns",
	.sql = SQL_LOAD_ERASED_PATTERNS,
	GIVES(pattern_columns),
};
static const struct statement add_erased_voters = {
	.name = "add_erased_voters",
	.sql = SQL_ADD_ERASED_VOTERS,
	TAKES(voter_columns),
};

const struct statement *const erased_statements[] = { &load_erased_of_patterns,
						      &load_erased_patterns, &add_erased_voters,
						      NULL };

static bool add(struct context *ctx, struct erased_row *rows, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++)
		rows[i].voter = voter_of(rows[i].contractor_id, rows[i].pattern_key);
	return db_execute(ctx->db, &add_erased_voters, rows, count, err);
}

bool erased_add(struct context *ctx, const int64_t *contractors, size_t count, struct err *err)
{
	struct erased_row *patterns, *rows;
	size_t patterns_count, rows_count = 0;

	if (!db_run(ctx->db, &load_erased_patterns, NULL, 0, ctx->arena, &patterns, &patterns_count,
		    err))
		return false;
	rows = arena_array(ctx->arena, struct erased_row, count * patterns_count);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < patterns_count; j++)
			rows[rows_count++] = (struct erased_row){ patterns[j].pattern_key,
								  contractors[i],
								  { { 0 } } };
	return add(ctx, rows, rows_count, err);
}

bool erased_prepare(struct context *ctx, const struct vote *votes, size_t count, struct err *err)
{
	struct erased_row *wanted = arena_array(ctx->arena, struct erased_row, count), *rows;
	size_t rows_count;

	for (size_t i = 0; i < count; i++)
		wanted[i].pattern_key = votes[i].outcome.pattern_key;
	return db_run(ctx->db, &load_erased_of_patterns, wanted, count, ctx->arena, &rows,
		      &rows_count, err) &&
	       add(ctx, rows, rows_count, err);
}
