/*
 * Statements that are sent and not waited for, in libpq's pipeline mode: the server works while the caller goes on. Their answers
 * are taken when something is asked whose answer is needed, COMMIT among them, so no failure is overlooked. What follows a failed
 * one is not executed: the server skips it up to the mark that pg_settle() sends.
 */
#include "db_internal.h"

bool db_post(struct db *db, const struct statement *statement, const void *rows, size_t count,
	     struct err *err)
{
	struct pg_parameters parameters;

	if (statement->shape == STATEMENT_ARRAYS && statement->parameters && count == 0)
		return true;
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
	db->posted[db->posted_count++] = statement;
	PQflush(db->connection); /* as much as goes; the rest goes with what follows */
	return true;
}

/* The answer to one statement; false: it failed. */
static bool take_answer(struct db *db, const struct statement *statement, struct err *err)
{
	bool ok = true;
	PGresult *result;

	while (!db->given_up && (result = pg_next_result(db))) {
		ExecStatusType status = PQresultStatus(result);

		if (ok && status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
			ok = pg_fail(db, result, statement->name, err);
		PQclear(result);
	}
	return ok;
}

/* Takes what comes up to the mark. Without it the connection is of no use. */
static void skip_to_mark(struct db *db)
{
	bool mark = false;
	int ends = 0; /* in a row: one ends a statement's results, two mean that nothing is left */

	while (!mark && ends < 2 && !db_is_broken(db)) {
		PGresult *result = pg_next_result(db);

		mark = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
		ends = result ? 0 : ends + 1;
		PQclear(result);
	}
	if (!mark || !PQexitPipelineMode(db->connection))
		db->given_up = true;
}

bool pg_settle(struct db *db, struct err *err)
{
	bool ok = true;

	if (db->posted_count == 0)
		return true;
	if (!PQpipelineSync(db->connection))
		ok = pg_fail(db, NULL, "pipeline", err);
	/* What follows a failed one has nothing to say. */
	for (size_t i = 0; i < db->posted_count && ok; i++)
		ok = take_answer(db, db->posted[i], err);
	db->posted_count = 0;
	skip_to_mark(db);
	if (ok && db_is_broken(db))
		return pg_fail(db, NULL, "pipeline", err);
	if (db->options.on_answer && !db_is_broken(db))
		db->options.on_answer(db->options.closure);
	return ok;
}
