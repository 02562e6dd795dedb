/* What is kept of a replay, in its shadow's database; and what is read of live's. */
#include <unistd.h>

#include "growthctl_core_sql.h"
#include "instant.h"
#include "replay.h"
#include "rows.h"

#define LOCK_US (5 * US_PER_SECOND) /* until a server has noticed that a feeder was killed */

struct event_row {
	const char *event_id;
};

struct ask_row {
	int64_t number;
	struct optional_time as_of;
};

struct place_row {
	int64_t place;
	const char *topic;
	int64_t partition, begins;
};

struct step_row {
	int64_t step;
	const char *event_id, *event_source, *pattern_key;
	struct optional_time as_of;
	const char *reason;
	struct optional_int kafka_offset, evaluation;
};

struct cut_row {
	int64_t step, place, until;
};

#define RUN_COLUMNS \
	PG_TEXT(struct replay_run, live_database), PG_TEXT(struct replay_run, live_prefix), \
		PG_INT4(struct replay_run, workers), PG_BOOL(struct replay_run, own_votes), \
		PG_BOOL(struct replay_run, outputs)
#define STEP_COLUMNS(type) \
	PG_TEXT(type, event_id), PG_TEXT(type, event_source), PG_TEXT(type, pattern_key), \
		PG_TIME(type, as_of), PG_TEXT(type, reason), PG_INT8(type, kafka_offset), \
		PG_INT8(type, evaluation)

static const struct pg_column event_columns[] = { PG_TEXT(struct event_row, event_id), PG_END };
static const struct pg_column ask_columns[] = { PG_INT8(struct ask_row, number),
						PG_TIME(struct ask_row, as_of), PG_END };
static const struct pg_column run_columns[] = { RUN_COLUMNS, PG_TIME(struct replay_run, planned_at),
						PG_TIME(struct replay_run, finished_at), PG_END };
static const struct pg_column run_saved_columns[] = { RUN_COLUMNS, PG_END };
static const struct pg_column partition_columns[] = { PG_TEXT(struct replay_partition, topic),
						      PG_INT4(struct replay_partition, partition),
						      PG_INT8(struct replay_partition, begins),
						      PG_END };
static const struct pg_column place_columns[] = { PG_INT4(struct place_row, place),
						  PG_TEXT(struct place_row, topic),
						  PG_INT4(struct place_row, partition),
						  PG_INT8(struct place_row, begins), PG_END };
static const struct pg_column step_columns[] = { STEP_COLUMNS(struct replay_step), PG_END };
static const struct pg_column step_found_columns[] = { STEP_COLUMNS(struct replay_step),
						       PG_TIME(struct replay_step, asked_at),
						       PG_END };
static const struct pg_column step_saved_columns[] = { PG_INT4(struct step_row, step),
						       STEP_COLUMNS(struct step_row), PG_END };
static const struct pg_column until_columns[] = { PG_INT8(struct cut_row, until), PG_END };
static const struct pg_column cut_columns[] = { PG_INT4(struct cut_row, step),
						PG_INT4(struct cut_row, place),
						PG_INT8(struct cut_row, until), PG_END };
static const struct pg_column input_columns[] = {
	PG_TEXT(struct replay_input, event_id),    PG_INT8(struct replay_input, evaluation),
	PG_TEXT(struct replay_input, topic),       PG_INT4(struct replay_input, partition),
	PG_INT8(struct replay_input, next_offset), PG_END
};

#define TAKES(table, type) .parameters = (table), .parameter_size = sizeof(type)
#define GIVES(table, type) .results = (table), .result_size = sizeof(type)

static const struct statement lock = { .name = "replay_lock",
				       .sql = SQL_REPLAY_LOCK,
				       .shape = STATEMENT_SCALARS,
				       GIVES(yes_columns, struct yes_row) };
static const struct statement load_run = { .name = "replay_run",
					   .sql = SQL_REPLAY_RUN,
					   .shape = STATEMENT_SCALARS,
					   GIVES(run_columns, struct replay_run) };
static const struct statement save_run = { .name = "replay_run_save",
					   .sql = SQL_REPLAY_RUN_SAVE,
					   .shape = STATEMENT_SCALARS,
					   TAKES(run_saved_columns, struct replay_run) };
static const struct statement finish_run = { .name = "replay_run_finish",
					     .sql = SQL_REPLAY_RUN_FINISH,
					     .shape = STATEMENT_SCALARS };
static const struct statement load_partitions = { .name = "replay_partitions",
						  .sql = SQL_REPLAY_PARTITIONS,
						  .shape = STATEMENT_SCALARS,
						  GIVES(partition_columns,
							struct replay_partition) };
static const struct statement save_partitions = { .name = "replay_partitions_save",
						  .sql = SQL_REPLAY_PARTITIONS_SAVE,
						  TAKES(place_columns, struct place_row) };
static const struct statement load_steps = { .name = "replay_steps",
					     .sql = SQL_REPLAY_STEPS,
					     .shape = STATEMENT_SCALARS,
					     GIVES(step_columns, struct replay_step) };
static const struct statement save_steps = { .name = "replay_steps_save",
					     .sql = SQL_REPLAY_STEPS_SAVE,
					     TAKES(step_saved_columns, struct step_row) };
static const struct statement load_cuts = { .name = "replay_cuts",
					    .sql = SQL_REPLAY_CUTS,
					    .shape = STATEMENT_SCALARS,
					    GIVES(until_columns, struct cut_row) };
static const struct statement save_cuts = { .name = "replay_cuts_save",
					    .sql = SQL_REPLAY_CUTS_SAVE,
					    TAKES(cut_columns, struct cut_row) };
static const struct statement recalculated = { .name = "replay_recalculated",
					       .sql = SQL_REPLAY_RECALCULATED,
					       .shape = STATEMENT_SCALARS,
					       TAKES(event_columns, struct event_row),
					       GIVES(yes_columns, struct yes_row) };
static const struct statement ask_evaluation = { .name = "replay_ask",
						 .sql = SQL_REPLAY_ASK,
						 .shape = STATEMENT_SCALARS,
						 TAKES(ask_columns, struct ask_row) };
static const struct statement evaluated = { .name = "replay_evaluated",
					    .sql = SQL_REPLAY_EVALUATED,
					    .shape = STATEMENT_SCALARS,
					    GIVES(yes_columns, struct yes_row) };
static const struct statement begun = { .name = "replay_begun",
					.sql = SQL_REPLAY_BEGUN,
					.shape = STATEMENT_SCALARS,
					GIVES(yes_columns, struct yes_row) };
static const struct statement load_recalculations = { .name = "replay_recalculations",
						      .sql = SQL_REPLAY_RECALCULATIONS,
						      .shape = STATEMENT_SCALARS,
						      GIVES(step_found_columns,
							    struct replay_step) };
static const struct statement load_inputs = { .name = "replay_inputs",
					      .sql = SQL_REPLAY_INPUTS,
					      .shape = STATEMENT_SCALARS,
					      GIVES(input_columns, struct replay_input) };

const struct statement *const replay_statements[] = { &lock,           &recalculated,
						      &ask_evaluation, &evaluated,
						      &begun,          &load_recalculations,
						      &load_inputs,    NULL };

/* ---- of a shadow ---- */

static bool ask(struct db *db, const struct statement *statement, const void *given,
		size_t given_count, bool *ret_yes, struct err *err)
{
	struct yes_row *rows;
	struct arena arena;
	size_t count;
	bool ok;

	arena_init(&arena);
	ok = db_run(db, statement, given, given_count, &arena, &rows, &count, err);
	*ret_yes = ok && count && rows->yes;
	arena_release(&arena);
	return ok;
}

bool replay_lock(struct db *db, struct err *err)
{
	int64_t deadline = monotonic_us() + LOCK_US;
	bool locked = false;

	while (ask(db, &lock, NULL, 0, &locked, err)) {
		if (locked)
			return true;
		if (monotonic_us() > deadline)
			return err_set(err, ERR_RETRY,
				       "another growthctl is replaying into this shadow");
		usleep(100000);
	}
	return false;
}

bool replay_is_older(const struct err *err)
{
	return strcmp(err->code, "42703") == 0;
}

bool replay_load_run(struct db *db, struct arena *arena, struct replay_run *ret_run,
		     bool *ret_found, struct err *err)
{
	struct replay_run *rows;
	size_t count;

	*ret_found = false;
	if (!db_run(db, &load_run, NULL, 0, arena, &rows, &count, err)) {
		/* It was killed before it had made its tables. */
		if (strcmp(err->code, "42P01") != 0)
			return false;
		*err = (struct err){ 0 };
		return true;
	}
	*ret_found = count > 0;
	if (count)
		*ret_run = *rows;
	return true;
}

bool replay_load_plan(struct db *db, struct arena *arena, struct replay_plan *ret_plan,
		      struct err *err)
{
	struct cut_row *cuts;
	size_t count;

	if (!db_run(db, &load_partitions, NULL, 0, arena, &ret_plan->partitions,
		    &ret_plan->partitions_count, err) ||
	    !db_run(db, &load_steps, NULL, 0, arena, &ret_plan->steps, &ret_plan->steps_count,
		    err) ||
	    !db_run(db, &load_cuts, NULL, 0, arena, &cuts, &count, err))
		return false;
	for (size_t i = 0; i < ret_plan->steps_count; i++) {
		ret_plan->steps[i].until = arena_array(arena, int64_t, ret_plan->partitions_count);
		for (size_t p = 0; p < ret_plan->partitions_count; p++)
			ret_plan->partitions[p].ends = ret_plan->steps[i].until[p] =
				cuts[i * ret_plan->partitions_count + p].until;
	}
	return true;
}

static bool save_all(struct db *db, const struct replay_run *run, const struct replay_plan *plan,
		     struct arena *arena, struct err *err)
{
	size_t partitions = plan->partitions_count, steps = plan->steps_count;
	struct place_row *places = arena_array(arena, struct place_row, partitions);
	struct step_row *rows = arena_array(arena, struct step_row, steps);
	struct cut_row *cuts = arena_array(arena, struct cut_row, partitions * steps);

	for (size_t p = 0; p < partitions; p++)
		places[p] = (struct place_row){ (int64_t)p, plan->partitions[p].topic,
						plan->partitions[p].partition,
						plan->partitions[p].begins };
	for (size_t i = 0; i < steps; i++) {
		const struct replay_step *step = &plan->steps[i];

		rows[i] = (struct step_row){ (int64_t)i,         step->event_id,
					     step->event_source, step->pattern_key,
					     step->as_of,        step->reason,
					     step->kafka_offset, step->evaluation };
		for (size_t p = 0; p < partitions; p++)
			cuts[i * partitions + p] =
				(struct cut_row){ (int64_t)i, (int64_t)p, step->until[p] };
	}
	return db_execute(db, &save_run, run, 1, err) &&
	       db_execute(db, &save_partitions, places, partitions, err) &&
	       db_execute(db, &save_steps, rows, steps, err) &&
	       db_execute(db, &save_cuts, cuts, partitions * steps, err);
}

bool replay_save(struct db *db, const struct replay_run *run, const struct replay_plan *plan,
		 struct arena *arena, struct err *err)
{
	if (db_begin(db, err) && save_all(db, run, plan, arena, err) && db_commit(db, err))
		return true;
	db_rollback(db);
	return err_wrap(err, "keeping the plan");
}

bool replay_finish(struct db *db, struct err *err)
{
	return db_execute(db, &finish_run, NULL, 0, err);
}

bool replay_ask_evaluation(struct db *db, const struct replay_step *step, struct err *err)
{
	const struct ask_row row = { step->evaluation.value, step->as_of };

	return db_execute(db, &ask_evaluation, &row, 1, err);
}

bool replay_is_calculated(struct db *db, const struct replay_step *step, bool *ret_done,
			  struct err *err)
{
	const struct event_row row = { step->event_id };

	return step->event_id ? ask(db, &recalculated, &row, 1, ret_done, err)
			      : ask(db, &evaluated, NULL, 0, ret_done, err);
}

bool replay_has_begun(struct db *db, bool *ret_begun, struct err *err)
{
	return ask(db, &begun, NULL, 0, ret_begun, err);
}

/* ---- of live ---- */

bool replay_load_recalculations(struct db *db, struct arena *arena, struct replay_step **ret_steps,
				size_t *ret_steps_count, struct replay_input **ret_inputs,
				size_t *ret_inputs_count, struct err *err)
{
	bool ok =
		db_begin_snapshot(db, err) &&
		db_run(db, &load_recalculations, NULL, 0, arena, ret_steps, ret_steps_count, err) &&
		db_run(db, &load_inputs, NULL, 0, arena, ret_inputs, ret_inputs_count, err);

	db_rollback(db);
	return ok;
}
