/* A number that is added up goes to Postgres as the shortest text that stands for it and no other,
 * and is exact there. */
#include "store_evidence.h"

#include "cohort_analyzer_core_sql.h"
#include "identity.h"
#include "recorded.h"

struct look_row {
	utc_us clock;
	struct optional_time as_of, evaluated_at;
	int64_t waiting;
	bool due, complete;
	struct optional_int asked;
	struct optional_time asked_as_of;
};

struct asked_row {
	utc_us as_of;
	int64_t most;
};

struct due_vote_row {
	const char *pattern_key;
	struct uuid voter;
	int64_t mark;
	bool voted;
	const char *outcome;
	utc_us goal_created_at, occurred_at;
	struct optional_int satisfaction;
	const char *revenue_impact;
};

struct voter_row {
	const char *pattern_key;
	struct uuid voter;
	int64_t mark;
	bool voted;
	const char *good, *bad;
	bool counted;
	struct optional_time due_at;
};

struct evidence_row {
	const char *pattern_key;
	double good, bad;
	int64_t voters;
	struct optional_int version;
	const char *status;
	struct optional_int sample_size;
	struct optional_number consistency, confidence;
};

struct figures_row {
	const char *pattern_key;
	utc_us as_of;
	struct optional_int version;
	double confidence, expected_success, alpha, beta;
};

struct evaluation_row {
	utc_us as_of;
	bool complete;
	utc_us evaluated_at;
	const char *inputs;
	struct optional_int asked;
};

static const struct pg_column clock_columns[] = {
	PG_TIME(struct look_row, clock),
	PG_END,
};

static const struct pg_column look_columns[] = {
	PG_TIME(struct look_row, as_of),        PG_INT8(struct look_row, waiting),
	PG_BOOL(struct look_row, due),          PG_BOOL(struct look_row, complete),
	PG_TIME(struct look_row, evaluated_at), PG_INT8(struct look_row, asked),
	PG_TIME(struct look_row, asked_as_of),  PG_END,
};

static const struct pg_column asked_columns[] = {
	PG_TIME(struct asked_row, as_of),
	PG_INT8(struct asked_row, most),
	PG_END,
};

static const struct pg_column due_vote_columns[] = {
	PG_TEXT(struct due_vote_row, pattern_key),    PG_UUID(struct due_vote_row, voter),
	PG_INT8(struct due_vote_row, mark),           PG_BOOL(struct due_vote_row, voted),
	PG_TEXT(struct due_vote_row, outcome),        PG_TIME(struct due_vote_row, goal_created_at),
	PG_TIME(struct due_vote_row, occurred_at),    PG_INT4(struct due_vote_row, satisfaction),
	PG_TEXT(struct due_vote_row, revenue_impact), PG_END,
};

static const struct pg_column voter_columns[] = {
	PG_TEXT(struct voter_row, pattern_key),
	PG_UUID(struct voter_row, voter),
	PG_INT8(struct voter_row, mark),
	PG_BOOL(struct voter_row, voted),
	PG_TEXT(struct voter_row, good),
	PG_TEXT(struct voter_row, bad),
	PG_BOOL(struct voter_row, counted),
	PG_TIME(struct voter_row, due_at),
	PG_END,
};

static const struct pg_column evidence_columns[] = {
	PG_TEXT(struct evidence_row, pattern_key),  PG_FLOAT8(struct evidence_row, good),
	PG_FLOAT8(struct evidence_row, bad),        PG_INT8(struct evidence_row, voters),
	PG_INT8(struct evidence_row, version),      PG_TEXT(struct evidence_row, status),
	PG_INT4(struct evidence_row, sample_size),  PG_FLOAT8(struct evidence_row, consistency),
	PG_FLOAT8(struct evidence_row, confidence), PG_END,
};

static const struct pg_column figures_columns[] = {
	PG_TEXT(struct figures_row, pattern_key),
	PG_TIME(struct figures_row, as_of),
	PG_INT8(struct figures_row, version),
	PG_FLOAT8(struct figures_row, confidence),
	PG_FLOAT8(struct figures_row, expected_success),
	PG_FLOAT8(struct figures_row, alpha),
	PG_FLOAT8(struct figures_row, beta),
	PG_END,
};

static const struct pg_column evaluation_columns[] = {
	PG_TIME(struct evaluation_row, as_of),        PG_BOOL(struct evaluation_row, complete),
	PG_TIME(struct evaluation_row, evaluated_at), PG_JSONB(struct evaluation_row, inputs),
	PG_INT8(struct evaluation_row, asked),        PG_END,
};

static const struct pg_column noted_columns[] = {
	PG_TIME(struct evaluation_row, as_of),
	PG_TIME(struct evaluation_row, evaluated_at),
	PG_JSONB(struct evaluation_row, inputs),
	PG_END,
};

static const struct pg_column evaluated_columns[] = {
	PG_TIME(struct evaluation_row, as_of),
	PG_END,
};

#define TAKES(table, type) .parameters = (table), .parameter_size = sizeof(struct type)
#define GIVES(table, type) .results = (table), .result_size = sizeof(struct type)

static const struct statement look_for_evaluation = {
	.name = "look_for_evaluation",
	.sql = SQL_LOOK_FOR_EVALUATION,
	.shape = STATEMENT_SCALARS,
	TAKES(clock_columns, look_row),
	GIVES(look_columns, look_row),
};
static const struct statement read_by_index = {
	.name = "read_by_index",
	.sql = SQL_READ_BY_INDEX,
	.shape = STATEMENT_SCALARS,
};
static const struct statement load_due_voters = {
	.name = "load_due_voters",
	.sql = SQL_LOAD_DUE_VOTERS,
	.shape = STATEMENT_SCALARS,
	TAKES(asked_columns, asked_row),
	GIVES(due_vote_columns, due_vote_row),
};
static const struct statement save_voters = {
	.name = "save_voters",
	.sql = SQL_SAVE_VOTERS,
	TAKES(voter_columns, voter_row),
};
static const struct statement load_evidence = {
	.name = "load_evidence",
	.sql = SQL_LOAD_EVIDENCE,
	GIVES(evidence_columns, evidence_row),
};
static const struct statement save_evidence = {
	.name = "save_evidence",
	.sql = SQL_SAVE_EVIDENCE,
	TAKES(figures_columns, figures_row),
};
static const struct statement save_evaluation = {
	.name = "save_evaluation",
	.sql = SQL_SAVE_EVALUATION,
	.shape = STATEMENT_SCALARS,
	TAKES(evaluation_columns, evaluation_row),
	GIVES(evaluated_columns, evaluation_row),
};
static const struct statement note_evaluation = {
	.name = "note_evaluation",
	.sql = SQL_NOTE_EVALUATION,
	.shape = STATEMENT_SCALARS,
	TAKES(noted_columns, evaluation_row),
};

const struct statement *const evidence_statements[] = {
	&look_for_evaluation, &read_by_index,   &load_due_voters, &save_voters, &load_evidence,
	&save_evidence,       &save_evaluation, &note_evaluation, NULL,
};

/* ---- how far it is ---- */

bool evaluation_look(struct db *db, utc_us clock, struct arena *arena,
		     struct evaluation_state *ret_state, struct err *err)
{
	const struct look_row row = { .clock = clock };
	struct look_row *rows;
	size_t count;

	if (!db_run(db, &look_for_evaluation, &row, 1, arena, &rows, &count, err))
		return false;
	*ret_state = (struct evaluation_state){
		.as_of = rows->asked.present ? rows->asked_as_of : rows->as_of,
		.asked = rows->asked,
		.waiting = rows->waiting,
		.due = rows->due,
		.complete = rows->complete,
		.evaluated_at = rows->evaluated_at,
	};
	return true;
}

static struct evaluation_row row_of_look(const struct look *look)
{
	return (struct evaluation_row){ look->as_of, look->complete, look->clock, look->inputs,
					look->asked };
}

bool evaluation_save(struct context *ctx, const struct look *look, utc_us *ret_as_of,
		     struct err *err)
{
	const struct evaluation_row row = row_of_look(look);
	struct evaluation_row *rows;
	size_t count;

	if (!db_run(ctx->db, &save_evaluation, &row, 1, ctx->arena, &rows, &count, err))
		return false;
	*ret_as_of = rows->as_of;
	return true;
}

bool evaluation_note(struct context *ctx, const struct look *look, struct err *err)
{
	const struct evaluation_row row = row_of_look(look);

	return db_execute(ctx->db, &note_evaluation, &row, 1, err);
}

/* ---- voters ---- */

static bool same_voter(const struct due_vote_row *a, const struct due_vote_row *b)
{
	return strcmp(a->pattern_key, b->pattern_key) == 0 && uuid_equal(&a->voter, &b->voter);
}

static struct outcome_recorded outcome_of(const struct due_vote_row *row)
{
	return outcome_of_vote(&(struct recorded_vote){ row->pattern_key, row->voter, row->outcome,
							row->goal_created_at, row->occurred_at,
							row->satisfaction, row->revenue_impact });
}

bool due_voters_load(struct db *db, utc_us as_of, size_t most, struct arena *arena,
		     struct due_voters *ret_due, struct err *err)
{
	const struct asked_row asked = { as_of, (int64_t)most };
	struct outcome_recorded *goals;
	struct due_vote_row *rows;
	size_t count;

	if (!db_execute(db, &read_by_index, NULL, 0, err) ||
	    !db_run(db, &load_due_voters, &asked, 1, arena, &rows, &count, err))
		return false;
	ret_due->items = arena_array(arena, struct due_voter, most);
	ret_due->count = 0;
	goals = arena_array(arena, struct outcome_recorded, count);
	for (size_t i = 0; i < count;) {
		const struct due_vote_row *first = &rows[i];
		size_t goals_count = 0;

		for (; i < count && same_voter(first, &rows[i]); i++)
			if (rows[i].voted)
				goals[goals_count++] = outcome_of(&rows[i]);
		ret_due->items[ret_due->count++] = (struct due_voter){
			.pattern_key = first->pattern_key,
			.voter = first->voter,
			.mark = first->mark,
			.voted = goals_count > 0,
			.contribution = contribution_of(goals, goals_count, as_of, arena),
		};
	}
	return true;
}

static const char *exactly(double number, struct arena *arena)
{
	return arena_printf(arena, "%.17g", number);
}

bool due_voters_save(struct context *ctx, const struct due_voters *due, struct err *err)
{
	struct voter_row *rows = arena_array(ctx->arena, struct voter_row, due->count);

	for (size_t i = 0; i < due->count; i++) {
		const struct due_voter *voter = &due->items[i];

		rows[i] = (struct voter_row){
			.pattern_key = voter->pattern_key,
			.voter = voter->voter,
			.mark = voter->mark,
			.voted = voter->voted,
			.good = exactly(voter->contribution.good, ctx->arena),
			.bad = exactly(voter->contribution.bad, ctx->arena),
			.counted = voter->contribution.counts,
			.due_at = voter->contribution.changes_at,
		};
	}
	return db_post(ctx->db, &save_voters, rows, due->count, err);
}

/* ---- evidence ---- */

bool evidence_load(struct context *ctx, struct evaluated_pattern **ret_patterns, size_t *ret_count,
		   struct err *err)
{
	struct evidence_row *rows;
	size_t count;

	if (!db_run(ctx->db, &load_evidence, NULL, 0, ctx->arena, &rows, &count, err))
		return false;
	*ret_patterns = arena_array(ctx->arena, struct evaluated_pattern, count);
	*ret_count = count;
	for (size_t i = 0; i < count; i++)
		(*ret_patterns)[i] = (struct evaluated_pattern){
			.pattern_key = rows[i].pattern_key,
			.good = rows[i].good,
			.bad = rows[i].bad,
			.voters = rows[i].voters,
			.version = rows[i].version,
			.status = (enum pattern_status)name_index(pattern_status_names,
								  rows[i].status),
			.sample_size = rows[i].sample_size.value,
			.consistency = rows[i].consistency.value,
			.published = rows[i].confidence.value,
		};
	return true;
}

bool evidence_save(struct context *ctx, utc_us as_of, const struct evaluated_pattern *patterns,
		   size_t count, struct err *err)
{
	struct figures_row *rows = arena_array(ctx->arena, struct figures_row, count);

	for (size_t i = 0; i < count; i++)
		rows[i] = (struct figures_row){
			.pattern_key = patterns[i].pattern_key,
			.as_of = as_of,
			.version = patterns[i].version,
			.confidence = patterns[i].confidence.score,
			.expected_success = patterns[i].confidence.expected,
			.alpha = patterns[i].confidence.alpha,
			.beta = patterns[i].confidence.beta,
		};
	return db_post(ctx->db, &save_evidence, rows, count, err);
}
