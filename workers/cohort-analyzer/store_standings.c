#include "store_standings.h"

#include "cohort_analyzer_core_sql.h"

struct standing_row {
	const char *pattern_key, *standing;
	struct optional_time since;
	int64_t streak;
	double probability;
	struct optional_number success_rate;
	double pooled_success;
	int64_t voters;
	const char *cohort_status, *cohort_reason;
};

static const struct pg_column known_columns[] = {
	PG_TEXT(struct standing_row, pattern_key),
	PG_TEXT(struct standing_row, standing),
	PG_TEXT(struct standing_row, cohort_status),
	PG_TEXT(struct standing_row, cohort_reason),
	PG_END,
};

static const struct pg_column standing_columns[] = {
	PG_TEXT(struct standing_row, pattern_key),
	PG_TEXT(struct standing_row, standing),
	PG_TIME(struct standing_row, since),
	PG_INT4(struct standing_row, streak),
	PG_FLOAT8(struct standing_row, probability),
	PG_FLOAT8(struct standing_row, success_rate),
	PG_FLOAT8(struct standing_row, pooled_success),
	PG_INT4(struct standing_row, voters),
	PG_TEXT(struct standing_row, cohort_status),
	PG_TEXT(struct standing_row, cohort_reason),
	PG_END,
};

static const struct statement load_standings = {
	.name = "load_standings",
	.sql = SQL_LOAD_STANDINGS,
	.results = known_columns,
	.result_size = sizeof(struct standing_row),
};

static const struct statement save_standings = {
	.name = "save_standings",
	.sql = SQL_SAVE_STANDINGS,
	.parameters = standing_columns,
	.parameter_size = sizeof(struct standing_row),
};

const struct statement *const standing_statements[] = { &load_standings, &save_standings, NULL };

bool standings_load(struct db *db, struct arena *arena, struct known_standings *ret_standings,
		    struct err *err)
{
	struct standing_row *rows;
	struct known_standing *standings;
	size_t count;

	if (!db_run(db, &load_standings, NULL, 0, arena, &rows, &count, err))
		return false;
	standings = arena_array(arena, struct known_standing, count);
	for (size_t i = 0; i < count; i++)
		standings[i] = (struct known_standing){
			.pattern_key = rows[i].pattern_key,
			.standing = (enum standing)name_index(standing_names, rows[i].standing),
			.cohort_status = (enum pattern_status)name_index(pattern_status_names,
									 rows[i].cohort_status),
			.cohort_reason = rows[i].cohort_reason,
		};
	*ret_standings = (struct known_standings){ standings, count };
	return true;
}

static struct standing_row row_of(const struct found_standing *found)
{
	const struct pattern_standing *standing = &found->standing;
	const struct outcome_evidence *evidence = &standing->evidence;
	double votes = evidence->good + evidence->bad;
	struct standing_row row = {
		.pattern_key = found->pattern_key,
		.standing = standing_names[standing->standing],
		.streak = standing->streak,
		.probability = standing->probability,
		.success_rate = { votes > 0 ? evidence->good / votes : 0, votes > 0 },
		.pooled_success = evidence->pooled,
		.voters = evidence->voters,
		.cohort_status = pattern_status_names[found->cohort_status],
		.cohort_reason = found->cohort_reason,
	};

	if (standing->changes_count > 0)
		row.since =
			(struct optional_time){ standing->changes[standing->changes_count - 1].look,
						true };
	return row;
}

bool standings_save(struct context *ctx, const struct recalculation *recalculation, struct err *err)
{
	size_t count = recalculation->standings_count;
	struct standing_row *rows = arena_array(ctx->arena, struct standing_row, count);

	for (size_t i = 0; i < count; i++)
		rows[i] = row_of(&recalculation->standings[i]);
	return db_execute(ctx->db, &save_standings, rows, count, err);
}
