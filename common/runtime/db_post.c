/*
 * Statements that are sent and not waited for, in libpq's pipeline mode: the server works while the
 * caller goes on. Their answers are taken in the order of sending, when rows are wanted or
 * something is asked whose answer is needed, COMMIT among them, so no failure is overlooked. What
 * follows a failed one is not executed: the server skips it up to the next mark, and the
 * transaction has failed. One whose number of rows says what follows (`if_fewer`, `otherwise`) is
 * open until it is answered.
 */
#include <assert.h>

#include "db_internal.h"

static const struct statement begin = { .name = "begin",
					.sql = "BEGIN",
					.shape = STATEMENT_SCALARS };
static const struct statement commit = { .name = "commit",
					 .sql = "COMMIT",
					 .shape = STATEMENT_SCALARS };

/*
 * The server counts how long a transaction is idle (idle_in_transaction_session_timeout) only where
 * it has come to a mark; without one whoever is stopped in the middle would keep his locks for
 * ever. But what follows a mark is executed whatever became of what is before it, unless there is a
 * transaction, which then has failed as a whole: so there is none before BEGIN is known to have
 * succeeded.
 */
static bool mark(struct db *db, struct err *err)
{
	struct pg_posted *last = &db->posted[db->posted_count - 1];

	if (last->marked)
		return true;
	if (!PQpipelineSync(db->connection))
		return pg_fail(db, NULL, "pipeline", err);
	last->marked = true;
	db->marks++;
	return true;
}

/* One that is not passed stays shut. */
static bool pass_gate(struct db *db, struct err *err)
{
	bool (*gate)(void *closure, struct err *err) = db->gate;

	db->gate = NULL; /* open for what the check takes */
	if (!gate || gate(db->gate_closure, err))
		return true;
	db->gate = gate;
	return false;
}

static bool send(struct db *db, const struct statement *statement, const void *rows, size_t count,
		 struct db_answer *answer, struct err *err)
{
	struct pg_parameters parameters;

	if (!pass_gate(db, err))
		return false;
	if (db->posted_count == POSTED_MAX && !pg_settle(db, err))
		return false;
	if (!pg_prepare(db, statement, err) ||
	    !pg_bind(statement, rows, count, &db->scratch, &parameters, err))
		return false;
	if (PQpipelineStatus(db->connection) == PQ_PIPELINE_OFF &&
	    !PQenterPipelineMode(db->connection))
		return pg_fail(db, NULL, statement->name, err);
	if (!PQsendQueryPrepared(db->connection, statement->name, parameters.count,
				 parameters.values, parameters.lengths, parameters.formats, 1))
		return pg_fail(db, NULL, statement->name, err);
	db->posted[db->posted_count++] =
		(struct pg_posted){ statement, rows, count, answer, false };
	if (db->begun)
		return mark(db, err);
	/* Else the server keeps the rows until its buffer is full. */
	if (answer && !PQsendFlushRequest(db->connection))
		return pg_fail(db, NULL, statement->name, err);
	PQflush(db->connection); /* as much as goes; the rest goes with what follows */
	return true;
}

static bool is_nothing(const struct statement *statement, size_t count)
{
	return statement->shape == STATEMENT_ARRAYS && statement->parameters && count == 0;
}

static bool accept(struct db *db, const struct pg_posted *posted, PGresult *result, struct err *err)
{
	struct db_answer *answer = posted->answer;

	if (posted->statement == &commit && strcmp(PQcmdStatus(result), "COMMIT") != 0)
		return err_set(err, ERR_RETRY, "commit: the server rolled the transaction back");
	if (posted->statement->otherwise && pg_changed_rows(result) < posted->count) {
		assert(db->fewer_count < FEWER_MAX);
		db->fewer[db->fewer_count++] = *posted;
	}
	if (!pg_check_count(posted->statement, result, posted->count, err))
		return false;
	if (!answer)
		return true;
	answer->taken = !answer->arena || pg_read_rows(posted->statement, result, answer->arena,
						       &answer->rows, &answer->count, err);
	return answer->taken;
}

static void take_mark(struct db *db)
{
	PGresult *result = pg_next_result(db);

	if (PQresultStatus(result) == PGRES_PIPELINE_SYNC)
		db->marks--;
	PQclear(result);
}

/* From now on each statement has a mark; those that were sent before have one together. */
static bool note_begun(struct db *db, struct err *err)
{
	db->begun = true;
	return db->answered_count == db->posted_count || mark(db, err);
}

/* The answer to the first statement that has none; false: it failed. */
static bool take_first(struct db *db, struct err *err)
{
	const struct pg_posted *posted = &db->posted[db->answered_count++];
	bool ok = true;
	PGresult *result;

	while (!db->given_up && (result = pg_next_result(db))) {
		ExecStatusType status = PQresultStatus(result);

		if (ok)
			ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK
				     ? accept(db, posted, result, err)
				     : pg_fail(db, result, posted->statement->name, err);
		PQclear(result);
	}
	if (ok && posted->statement == &begin)
		ok = note_begun(db, err);
	if (ok && posted->marked)
		take_mark(db);
	if (ok && db_is_broken(db))
		return pg_fail(db, NULL, posted->statement->name, err);
	return ok;
}

/* Takes what comes up to the last mark. Without it the connection is of no use. */
static void skip_to_last_mark(struct db *db)
{
	int ends = 0; /* in a row: one ends a statement's results, two mean that nothing is left */

	while (db->marks && ends < 2 && !db_is_broken(db)) {
		PGresult *result = pg_next_result(db);

		if (PQresultStatus(result) == PGRES_PIPELINE_SYNC)
			db->marks--;
		ends = result ? 0 : ends + 1;
		PQclear(result);
	}
	if (db->marks || !PQexitPipelineMode(db->connection))
		db->given_up = true;
}

bool pg_settle(struct db *db, struct err *err)
{
	bool ok;

	if (db->posted_count == 0)
		return true;
	ok = mark(db, err);
	/* What follows a failed one has nothing to say. */
	while (ok && db->answered_count < db->posted_count)
		ok = take_first(db, err);
	db->posted_count = db->answered_count = 0;
	skip_to_last_mark(db);
	if (ok && db_is_broken(db))
		return pg_fail(db, NULL, "pipeline", err);
	return ok;
}

/* The same; if it failed, the others are not waited for. */
static bool take_next(struct db *db, struct err *err)
{
	struct err ignored = { 0 };

	assert(db->answered_count < db->posted_count);
	if (take_first(db, err))
		return true;
	db->posted_count = db->answered_count; /* the rest has nothing to say */
	pg_settle(db, &ignored);
	return false;
}

bool db_take(const struct db_answer *answer, struct err *err)
{
	while (!answer->taken) {
		if (!take_next(answer->db, err))
			return false;
	}
	return true;
}

static bool is_open(const struct statement *statement, bool is_commit)
{
	return statement->otherwise || (is_commit && statement->if_fewer);
}

static bool has_open(const struct db *db, bool is_commit)
{
	for (size_t i = db->answered_count; i < db->posted_count; i++) {
		if (is_open(db->posted[i].statement, is_commit))
			return true;
	}
	return false;
}

/* In the order of those that they follow; to send one may bring the answer to another. */
static bool send_otherwise(struct db *db, struct err *err)
{
	for (size_t i = 0; i < db->fewer_count; i++) {
		const struct pg_posted *fewer = &db->fewer[i];

		if (!send(db, fewer->statement->otherwise, fewer->rows, fewer->count, NULL, err))
			return false;
	}
	db->fewer_count = 0;
	return true;
}

/* Before rows are read, and before COMMIT: the server ends the transaction by itself if a statement
 * fails, but how many rows one must change it does not know. */
static bool close_open(struct db *db, bool is_commit, struct err *err)
{
	bool ok = true;

	while (ok && (db->fewer_count || has_open(db, is_commit)))
		ok = has_open(db, is_commit) ? mark(db, err) && take_next(db, err)
					     : send_otherwise(db, err);
	return ok;
}

bool db_post(struct db *db, const struct statement *statement, const void *rows, size_t count,
	     struct err *err)
{
	return is_nothing(statement, count) ||
	       (send_otherwise(db, err) && send(db, statement, rows, count, NULL, err));
}

bool db_ask(struct db *db, const struct statement *statement, const void *rows, size_t count,
	    struct arena *arena, struct db_answer *ret_answer, struct err *err)
{
	*ret_answer = (struct db_answer){ .db = db,
					  .arena = arena,
					  .taken = is_nothing(statement, count) };
	return ret_answer->taken ||
	       (close_open(db, false, err) && send(db, statement, rows, count, ret_answer, err));
}

bool pg_run_posted(struct db *db, const struct statement *statement, const void *rows, size_t count,
		   struct arena *arena, void *ret_rows, size_t *ret_count, struct err *err)
{
	bool wanted = ret_rows && statement->results;
	struct db_answer answer;

	if (!db_ask(db, statement, rows, count, wanted ? arena : NULL, &answer, err) ||
	    !db_take(&answer, err))
		return false;
	if (wanted) {
		*(void **)ret_rows = answer.rows;
		*ret_count = answer.count;
	}
	return true;
}

bool db_end_asking(struct db *db, struct err *err)
{
	if (db->posted_count > db->answered_count && !mark(db, err))
		return false;
	PQflush(db->connection);
	return true;
}

bool db_gate(struct db *db, bool (*check)(void *closure, struct err *err), void *closure,
	     struct err *err)
{
	while (!db->begun) {
		if (!take_next(db, err))
			return false;
	}
	db->gate = check;
	db->gate_closure = closure;
	return true;
}

bool db_begin(struct db *db, struct err *err)
{
	assert(!db->fewer_count);
	if (!db_post(db, &begin, NULL, 0, err))
		return false;
	if (!PQsendFlushRequest(db->connection))
		return pg_fail(db, NULL, begin.name, err);
	PQflush(db->connection);
	return true;
}

bool db_commit(struct db *db, struct err *err)
{
	bool ok = close_open(db, true, err) && db_post(db, &commit, NULL, 0, err) &&
		  pg_settle(db, err);

	db->begun = false;
	return ok;
}
