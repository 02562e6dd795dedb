/* Matches, in the order of their contractors. A pattern is known by its key here and by its serial
 * number in the table. */
#include "store_rows.h"

#include "matcher_core_sql.h"

struct match_row {
	int64_t contractor_id;
	struct optional_int id;  /* read and updated only */
	int64_t place;           /* likewise */
	int64_t pattern_id;      /* read only */
	const char *pattern_key; /* written only */
	int64_t pattern_version;
	struct optional_int match_rank;
	double score, tier_score, focus_score, team_score, stage_score;
	const char *match_reason;   /* written only */
	const char *decided_result; /* NULL: not decided */
	utc_us pattern_applied_at;
	utc_us created_at; /* inserted only */
	utc_us updated_at; /* written only */
};

#define SCORE_COLUMNS \
	PG_INT8(struct match_row, pattern_version), PG_INT4(struct match_row, match_rank), \
		PG_FLOAT8(struct match_row, score), PG_FLOAT8(struct match_row, tier_score), \
		PG_FLOAT8(struct match_row, focus_score), PG_FLOAT8(struct match_row, team_score), \
		PG_FLOAT8(struct match_row, stage_score)

static const struct pg_column select_columns[] = {
	PG_INT4(struct match_row, contractor_id),
	PG_INT4(struct match_row, id),
	PG_TID(struct match_row, place),
	PG_INT4(struct match_row, pattern_id),
	SCORE_COLUMNS,
	PG_TEXT(struct match_row, decided_result),
	PG_TIME(struct match_row, pattern_applied_at),
	PG_END,
};

const struct statement matcher_select_matches = {
	.name = "matcher_load_matches",
	.sql = SQL_LOAD_MATCHES,
	.parameters = matcher_id_columns,
	.parameter_size = sizeof(int64_t),
	.results = select_columns,
	.result_size = sizeof(struct match_row),
};

struct pattern_name {
	int64_t id;
	const char *pattern_key, *to_revenue_tier;
};

static const struct pg_column name_columns[] = {
	PG_INT4(struct pattern_name, id),
	PG_TEXT(struct pattern_name, pattern_key),
	PG_TEXT(struct pattern_name, to_revenue_tier),
	PG_END,
};

const struct statement matcher_name_patterns = {
	.name = "matcher_name_patterns",
	.sql = SQL_NAME_PATTERNS,
	.results = name_columns,
	.result_size = sizeof(struct pattern_name),
};

static const struct pg_column insert_columns[] = {
	PG_INT4(struct match_row, contractor_id),
	PG_TEXT(struct match_row, pattern_key),
	SCORE_COLUMNS,
	PG_TEXT(struct match_row, match_reason),
	PG_TEXT(struct match_row, decided_result),
	PG_TIME(struct match_row, pattern_applied_at),
	PG_TIME(struct match_row, created_at),
	PG_TIME(struct match_row, updated_at),
	PG_END,
};

const struct statement matcher_insert_matches = {
	.name = "matcher_insert_matches",
	.sql = SQL_INSERT_MATCHES,
	.parameters = insert_columns,
	.parameter_size = sizeof(struct match_row),
	.if_fewer = "are of patterns that are not in business_growth_patterns",
};

static const struct pg_column update_columns[] = {
	PG_INT4(struct match_row, id),
	PG_TID(struct match_row, place),
	SCORE_COLUMNS,
	PG_TEXT(struct match_row, match_reason),
	PG_TEXT(struct match_row, decided_result),
	PG_TIME(struct match_row, pattern_applied_at),
	PG_TIME(struct match_row, updated_at),
	PG_END,
};

/* One text, so that both write the same. Without an index: since it was read nobody but
 * goal-enricher has changed a row whose contractor is of the version that was read. If it has,
 * because it counts goals there, the rows that are elsewhere now are found by id: those that this
 * transaction has not written. Nothing may be bound of what was read ahead but numbers. */
const struct statement matcher_update_moved_matches = {
	.name = "matcher_update_moved_matches",
	.sql = SQL_UPDATE_MATCHES "AND t.xmin <> pg_current_xact_id()::xid",
	.parameters = update_columns,
	.parameter_size = sizeof(struct match_row),
};

const struct statement matcher_update_matches = {
	.name = "matcher_update_matches",
	.sql = SQL_UPDATE_MATCHES "AND t.ctid = m.place",
	.parameters = update_columns,
	.parameter_size = sizeof(struct match_row),
	.otherwise = &matcher_update_moved_matches,
};

/* By enum match_result. */
static const char *const result_names[] = { NULL, "successful", "unsuccessful", NULL };

static struct match match_of(const struct match_row *row, const struct pattern_name *pattern)
{
	return (struct match){
		.id = row->id.value,
		.place = row->place,
		.pattern_key = pattern->pattern_key,
		.to_tier = pattern->to_revenue_tier,
		.pattern_version = row->pattern_version,
		.rank = row->match_rank.value,
		.score = row->score,
		.tier_score = row->tier_score,
		.focus_score = row->focus_score,
		.team_score = row->team_score,
		.stage_score = row->stage_score,
		.result = (enum match_result)name_index(result_names, row->decided_result),
		.applied_at = row->pattern_applied_at,
	};
}

static struct match_row row_of(const struct contractor *contractor, const struct match *match)
{
	return (struct match_row){
		.contractor_id = contractor->id,
		.id = { .value = match->id, .present = true },
		.place = match->place,
		.pattern_key = match->pattern_key,
		.pattern_version = match->pattern_version,
		.match_rank = { .value = match->rank, .present = match->rank > 0 },
		.score = match->score,
		.tier_score = match->tier_score,
		.focus_score = match->focus_score,
		.team_score = match->team_score,
		.stage_score = match->stage_score,
		.match_reason = match->reason,
		.decided_result = result_names[match->result],
		.pattern_applied_at = match->applied_at,
		.created_at = match->created_at,
		.updated_at = match->updated_at,
	};
}

static int by_id(const void *left, const void *right)
{
	const struct pattern_name *a = left, *b = right;

	return (a->id > b->id) - (a->id < b->id);
}

/* NULL, with ERR_RETRY: it came after the names were read. */
static const struct pattern_name *name_of(const struct db_answer *patterns, int64_t id,
					  struct err *err)
{
	const struct pattern_name wanted = { .id = id }, *found = NULL;

	if (patterns->count)
		found = bsearch(&wanted, patterns->rows, patterns->count, sizeof(wanted), by_id);
	if (!found)
		err_set(err, ERR_RETRY, "pattern %lld is new", (long long)id);
	return found;
}

/* The rows come ordered by contractor: each contractor's are one stretch, which becomes his array.
 * Rows of other contractors are left out. */
static bool share_out(struct arena *arena, const struct contractors *contractors,
		      const struct match_row *rows, size_t count, const struct db_answer *patterns,
		      struct err *err)
{
	struct match *matches = arena_array(arena, struct match, count);
	struct contractor *contractor = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct pattern_name *pattern = name_of(patterns, rows[i].pattern_id, err);

		if (!pattern)
			return false;
		if (!contractor || contractor->id != rows[i].contractor_id)
			contractor = matcher_find_contractor(contractors, rows[i].contractor_id);
		if (!contractor)
			continue;
		matches[i] = match_of(&rows[i], pattern);
		if (contractor->matches_count++ == 0)
			contractor->matches = &matches[i];
		contractor->matches_capacity = contractor->matches_count;
	}
	return true;
}

bool matcher_ask_patterns(struct context *ctx, struct db_answer *ret_answer, struct err *err)
{
	return db_ask(ctx->db, &matcher_name_patterns, NULL, 0, ctx->arena, ret_answer, err);
}

bool matcher_ask_matches(struct context *ctx, const int64_t *ids, size_t count,
			 struct db_answer *ret_answer, struct err *err)
{
	return db_ask(ctx->db, &matcher_select_matches, ids, count, ctx->arena, ret_answer, err);
}

bool matcher_take_matches(struct context *ctx, const struct db_answer *answer,
			  const struct db_answer *patterns, const struct contractors *contractors,
			  struct err *err)
{
	return db_take(patterns, err) && db_take(answer, err) &&
	       share_out(ctx->arena, contractors, answer->rows, answer->count, patterns, err);
}

bool matcher_load_matches(struct context *ctx, const struct contractors *contractors,
			  struct err *err)
{
	int64_t *ids = arena_array(ctx->arena, int64_t, contractors->count);
	size_t count = 0;
	struct db_answer patterns, answer;

	for (size_t i = 0; i < contractors->count; i++) {
		if (contractors->items[i].stored)
			ids[count++] = contractors->items[i].id;
	}
	return matcher_ask_matches(ctx, ids, count, &answer, err) &&
	       matcher_ask_patterns(ctx, &patterns, err) &&
	       matcher_take_matches(ctx, &answer, &patterns, contractors, err);
}

static bool is_to_save(const struct match *match, bool stored)
{
	return match->changed && stored == (match->id != 0);
}

/* A contractor's matches go by their ids: goal-enricher locks them in that order, too. */
static void insert_by_id(struct match_row *rows, size_t count, struct match_row row)
{
	while (count && rows[count - 1].contractor_id == row.contractor_id &&
	       rows[count - 1].id.value > row.id.value) {
		rows[count] = rows[count - 1];
		count--;
	}
	rows[count] = row;
}

/* The changed matches that the table has, or those that it has not. */
static struct match_row *changed_rows(struct arena *arena, const struct contractors *contractors,
				      bool stored, size_t *ret_count)
{
	size_t capacity = 0, count = 0;

	for (size_t i = 0; i < contractors->count; i++) {
		const struct contractor *contractor = &contractors->items[i];

		for (size_t j = 0; j < contractor->matches_count; j++)
			capacity += is_to_save(&contractor->matches[j], stored);
	}

	struct match_row *rows = arena_array(arena, struct match_row, capacity);

	for (size_t i = 0; i < contractors->count; i++) {
		const struct contractor *contractor = &contractors->items[i];

		for (size_t j = 0; j < contractor->matches_count; j++) {
			const struct match *match = &contractor->matches[j];

			if (is_to_save(match, stored))
				insert_by_id(rows, count++, row_of(contractor, match));
		}
	}
	*ret_count = count;
	return rows;
}

bool matcher_save_matches(struct context *ctx, const struct contractors *contractors,
			  struct err *err)
{
	size_t fresh_count, held_count;
	struct match_row *fresh = changed_rows(ctx->arena, contractors, false, &fresh_count);
	struct match_row *held = changed_rows(ctx->arena, contractors, true, &held_count);

	return db_post(ctx->db, &matcher_insert_matches, fresh, fresh_count, err) &&
	       db_post(ctx->db, &matcher_update_matches, held, held_count, err);
}
