/*
 * Results of any size, row by row: in single-row mode, which costs a PGresult a row, and by COPY,
 * which costs next to nothing. Nobody waits for the rows that are not wanted: the connection is
 * given up.
 */

#include <assert.h>

#include "db_internal.h"

static bool stream_rows(struct db *db, const struct statement *statement,
			bool (*each)(const void *row, void *closure, struct err *err),
			void *closure, struct err *err)
{
	struct arena arena;
	bool ok = true;
	PGresult *result;

	arena_init(&arena);
	while (ok && (result = pg_next_result(db))) {
		ExecStatusType status = PQresultStatus(result);

		if (status == PGRES_SINGLE_TUPLE) {
			void *row = arena_alloc(&arena, statement->result_size);

			ok = pg_decode_row(statement, result, 0, row, &arena, err) &&
			     each(row, closure, err);
			arena_reset(&arena);
			db->given_up = !ok;
		} else if (status != PGRES_TUPLES_OK) {
			ok = pg_fail(db, result, statement->name, err);
		}
		PQclear(result);
	}
	if (ok && db->given_up)
		ok = pg_fail(db, NULL, statement->name, err);
	arena_release(&arena);
	return ok;
}

bool db_stream(struct db *db, const struct statement *statement, const void *row,
	       bool (*each)(const void *row, void *closure, struct err *err), void *closure,
	       struct err *err)
{
	struct pg_parameters parameters;

	assert(!db->gate);
	if (!pg_settle(db, err) || !pg_prepare(db, statement, err) ||
	    !pg_bind(statement, row, 1, &db->scratch, &parameters, err))
		return false;
	assert(!db->fewer_count);
	if (!PQsendQueryPrepared(db->connection, statement->name, parameters.count,
				 parameters.values, parameters.lengths, parameters.formats, 1))
		return pg_fail(db, NULL, statement->name, err);
	PQsetSingleRowMode(db->connection);
	return stream_rows(db, statement, each, closure, err);
}

/* The 11 bytes that every binary COPY starts with; flags and the length of an extension follow. */
static const char signature[11] = "PGCOPY\n\377\r\n\0";
#define SIGNATURE_SIZE sizeof(signature)

/* What comes in, and how much of the format has been seen. */
struct copy {
	const struct statement *statement;
	bool (*each)(const struct pg_field *fields, void *closure, struct err *err);
	void *closure;
	int columns;
	bool started, ended;
	struct pg_field fields[PG_MAX_PARAMETERS];
};

static bool malformed(const struct copy *copy, const char *what, struct err *err)
{
	return err_set(err, ERR_FATAL, "%s: binary COPY: %s", copy->statement->name, what);
}

/* Moves *at behind the header. */
static bool take_header(struct copy *copy, const char **at, const char *end, struct err *err)
{
	const char *flags = *at + SIGNATURE_SIZE;

	if ((size_t)(end - *at) < SIGNATURE_SIZE + 8 || memcmp(*at, signature, SIGNATURE_SIZE) != 0)
		return malformed(copy, "no header", err);
	if (buffer_u32_at(flags) != 0 || buffer_u32_at(flags + 4) > (size_t)(end - flags) - 8)
		return malformed(copy, "unknown header", err);
	*at = flags + 8 + buffer_u32_at(flags + 4);
	copy->started = true;
	return true;
}

/* Moves *at behind the row, or the end mark. */
static bool take_row(struct copy *copy, const char **at, const char *end, struct err *err)
{
	const char *next = *at + 2;
	int columns = end - *at < 2
			      ? 0
			      : (int16_t)((unsigned char)(*at)[0] << 8 | (unsigned char)(*at)[1]);

	if (columns == -1 && next == end) {
		copy->ended = true;
		*at = next;
		return true;
	}
	if (columns != copy->columns || copy->ended)
		return malformed(copy, "not a row", err);
	for (int i = 0; i < columns; i++) {
		if (end - next < 4)
			return malformed(copy, "a row is cut off", err);
		int32_t length = (int32_t)buffer_u32_at(next);

		next += 4;
		if (length > end - next || length < -1)
			return malformed(copy, "a row is cut off", err);
		copy->fields[i] = (struct pg_field){ length < 0 ? NULL : next, length };
		next += length < 0 ? 0 : length;
	}
	*at = next;
	return copy->each(copy->fields, copy->closure, err);
}

/* The server sends whole rows, the first one behind the header. */
static bool take_message(struct copy *copy, const char *at, const char *end, struct err *err)
{
	if (!copy->started && !take_header(copy, &at, end, err))
		return false;
	while (at < end)
		if (!take_row(copy, &at, end, err))
			return false;
	return true;
}

static bool copy_rows(struct db *db, struct copy *copy, struct err *err)
{
	char *message;
	int length;

	while ((length = PQgetCopyData(db->connection, &message, 1)) >= 0) {
		if (length == 0) {
			if (pg_await_copy(db->connection, db->patience_ms, db->options.stop))
				continue;
			db->given_up = PQstatus(db->connection) == CONNECTION_OK;
			return pg_fail(db, NULL, copy->statement->name, err);
		}
		db->given_up = !take_message(copy, message, message + length, err);
		PQfreemem(message);
		if (db->given_up)
			return false;
	}
	return length == -1 || pg_fail(db, NULL, copy->statement->name, err);
}

/* What the server says behind the rows. */
static bool copy_end(struct db *db, const struct copy *copy, struct err *err)
{
	bool ok = true;
	PGresult *result;

	while ((result = pg_next_result(db))) {
		if (ok && PQresultStatus(result) != PGRES_COMMAND_OK)
			ok = pg_fail(db, result, copy->statement->name, err);
		PQclear(result);
	}
	if (ok && db->given_up)
		return pg_fail(db, NULL, copy->statement->name, err);
	return ok && (copy->ended || malformed(copy, "no end", err));
}

/* The statement's text, which ends with a semicolon, as a COPY. */
static int send_copy(struct db *db, const struct statement *statement)
{
	size_t length = strlen(statement->sql);

	while (length > 0 && strchr(";\n", statement->sql[length - 1]))
		length--;
	buffer_clear(&db->scratch);
	buffer_printf(&db->scratch, "COPY (%.*s) TO STDOUT (FORMAT binary)", (int)length,
		      statement->sql);
	return PQsendQuery(db->connection, db->scratch.bytes);
}

bool db_copy_out(struct db *db, const struct statement *statement,
		 bool (*each)(const struct pg_field *fields, void *closure, struct err *err),
		 void *closure, struct err *err)
{
	struct copy copy = {
		.statement = statement,
		.each = each,
		.closure = closure,
		.columns = pg_column_count(statement->results),
	};
	PGresult *result;
	bool ok;

	assert(!db->gate);
	/* The rows do not say of what types they are: the query itself is asked. */
	if (!db_check_statement(db, statement, err))
		return false;
	if (!send_copy(db, statement))
		return pg_fail(db, NULL, statement->name, err);
	result = pg_next_result(db);
	ok = PQresultStatus(result) == PGRES_COPY_OUT || pg_fail(db, result, statement->name, err);
	PQclear(result);
	if (ok)
		ok = copy_rows(db, &copy, err);
	if (db_is_broken(db))
		return false;
	return copy_end(db, &copy, ok ? err : &(struct err){ 0 }) && ok;
}
