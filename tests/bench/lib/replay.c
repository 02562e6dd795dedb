#include "replay.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#define SQL_MAX 16384
#define COLUMNS_MAX 64

static const char *const operation_names[] = { "insert", "update", "delete" };

struct sql {
	char text[SQL_MAX];
	size_t length;
};

__attribute__((format(printf, 2, 3))) static void add(struct sql *sql, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(sql->text + sql->length, sizeof(sql->text) - sql->length, format,
			   arguments);
	va_end(arguments);
	sql->length += (size_t)length;
	if (sql->length >= sizeof(sql->text))
		bench_fail(sql->text, "too long a statement");
}

static void check(PGconn *target, PGresult *result, const char *what)
{
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_COMMAND_OK && status != PGRES_COPY_IN && status != PGRES_PIPELINE_SYNC)
		bench_fail(what, PQerrorMessage(target));
}

static void check_rows(PGconn *target, PGresult *result, const struct replay_statement *statement)
{
	const char *name = statement->table->name;

	check(target, result, name);
	if (strtoll(PQcmdTuples(result), NULL, 10) != statement->rows) {
		fprintf(stderr, "bench: %s rows changed where the worker changed %" PRId64 "\n",
			PQcmdTuples(result), statement->rows);
		bench_fail(name, "the database is not as it was before the recording");
	}
}

static void execute(PGconn *target, const char *sql)
{
	PGresult *result = PQexec(target, sql);

	check(target, result, sql);
	PQclear(result);
}

/* "a, b" of the columns that the operation uses. */
static void add_columns(struct sql *sql, const struct replay_table *table,
			enum replay_operation operation)
{
	const char *separator = "";

	for (size_t i = 0; i < table->column_count; i++)
		if (replay_uses(&table->columns[i], operation)) {
			add(sql, "%s%s", separator, table->columns[i].name);
			separator = ", ";
		}
}

/* "u.a" */
static void add_value(struct sql *sql, const struct replay_column *column)
{
	add(sql, "u.%s%s%s", column->name, column->cast[0] ? "::" : "", column->cast);
}

/* "a = u.a" of what changes; of a key where nothing does. */
static void add_assignments(struct sql *sql, const struct replay_table *table)
{
	const char *separator = "";

	for (size_t i = 0; i < table->column_count; i++)
		if (replay_has_changes(table) ? table->columns[i].is_changed
					      : table->columns[i].is_key) {
			add(sql, "%s%s = ", separator, table->columns[i].name);
			add_value(sql, &table->columns[i]);
			separator = ", ";
		}
}

static void add_key_match(struct sql *sql, const struct replay_table *table)
{
	const char *separator = "";

	for (size_t i = 0; i < table->column_count; i++)
		if (table->columns[i].is_key) {
			add(sql, "%st.%s = u.%s", separator, table->columns[i].name,
			    table->columns[i].name);
			separator = " AND ";
		}
}

/* "unnest($1::int[], …) AS u (a, …)" */
static void add_unnest(struct sql *sql, const struct replay_table *table,
		       enum replay_operation operation)
{
	int number = 0;

	add(sql, "unnest(");
	for (size_t i = 0; i < table->column_count; i++)
		if (replay_uses(&table->columns[i], operation)) {
			number++;
			add(sql, "%s$%d::%s", number > 1 ? ", " : "", number,
			    table->columns[i].array_type);
		}
	add(sql, ") AS u (");
	add_columns(sql, table, operation);
	add(sql, ")");
}

static void add_insert(struct sql *sql, const struct replay_table *table)
{
	add(sql, "INSERT INTO %s (", table->name);
	add_columns(sql, table, REPLAY_INSERT);
	add(sql, ") OVERRIDING SYSTEM VALUE SELECT ");
	for (size_t i = 0; i < table->column_count; i++) {
		add(sql, "%s", i ? ", " : "");
		add_value(sql, &table->columns[i]);
	}
	add(sql, " FROM ");
	add_unnest(sql, table, REPLAY_INSERT);
}

static void add_update(struct sql *sql, const struct replay_table *table)
{
	add(sql, "UPDATE %s t SET ", table->name);
	add_assignments(sql, table);
	add(sql, " FROM ");
	add_unnest(sql, table, REPLAY_UPDATE);
	add(sql, " WHERE ");
	add_key_match(sql, table);
}

/* The columns that change, and behind them the places. */
static void add_update_by_place(struct sql *sql, const struct replay_table *table)
{
	int number = 0;

	add(sql, "UPDATE %s t SET ", table->name);
	add_assignments(sql, table);
	add(sql, " FROM unnest(");
	for (size_t i = 0; i < table->column_count; i++)
		if (table->columns[i].is_changed)
			add(sql, "$%d::%s, ", ++number, table->columns[i].array_type);
	add(sql, "$%d::tid[]) AS u (", ++number);
	for (size_t i = 0; i < table->column_count; i++)
		if (table->columns[i].is_changed)
			add(sql, "%s, ", table->columns[i].name);
	add(sql, "place) WHERE t.ctid = u.place");
}

/* In the order of the arrays of keys; NULL: there is none. */
static void add_places(struct sql *sql, const struct replay_table *table)
{
	add(sql, "SELECT (SELECT t.ctid FROM %s t WHERE ", table->name);
	add_key_match(sql, table);
	add(sql, ") FROM ");
	add_unnest(sql, table, REPLAY_DELETE);
}

static void add_delete(struct sql *sql, const struct replay_table *table)
{
	add(sql, "DELETE FROM %s t USING ", table->name);
	add_unnest(sql, table, REPLAY_DELETE);
	add(sql, " WHERE ");
	add_key_match(sql, table);
}

typedef void write_sql(struct sql *sql, const struct replay_table *table);

static write_sql *const write_operation[] = {
	[REPLAY_INSERT] = add_insert,
	[REPLAY_UPDATE] = add_update,
	[REPLAY_DELETE] = add_delete,
};

static void prepare(const struct replay_table *table, size_t number, const char *what,
		    write_sql *write, PGconn *target)
{
	struct sql sql = { .length = 0 };
	char name[64];
	PGresult *result;

	write(&sql, table);
	snprintf(name, sizeof(name), "%zu_%s", number, what);
	result = PQprepare(target, name, sql.text, 0, NULL);
	check(target, result, sql.text);
	PQclear(result);
}

static void make_stage(const struct replay_table *table, size_t number, PGconn *target)
{
	struct sql sql = { .length = 0 };

	add(&sql, "CREATE TEMPORARY TABLE stage_%zu ON COMMIT DELETE ROWS AS SELECT ", number);
	add_columns(&sql, table, REPLAY_UPDATE);
	add(&sql, " FROM %s WITH NO DATA", table->name);
	execute(target, sql.text);
}

static bool has_key(const struct replay_table *table)
{
	for (size_t i = 0; i < table->column_count; i++)
		if (table->columns[i].is_key)
			return true;
	return false;
}

static bool is_done(const struct recording *recording, const struct replay_table *table,
		    enum replay_operation operation)
{
	for (size_t i = 0; i < recording->statement_count; i++)
		if (recording->statements[i].table == table &&
		    recording->statements[i].operation == operation)
			return true;
	return false;
}

/* A statement must not be planned for tables that have no statistics of what is in the arrays: by
 * index, as the worker does. */
void replay_prepare(const struct recording *recording, PGconn *target, enum replay_method method)
{
	execute(target,
		"SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; "
		"SET enable_hashjoin = off; SET enable_mergejoin = off; "
		"SET enable_material = off; SET jit = off; SET client_min_messages = warning");
	for (size_t i = 0; i < recording->table_count; i++) {
		const struct replay_table *table = &recording->tables[i];

		if (table->column_count > COLUMNS_MAX)
			bench_fail(table->name, "too many columns");
		for (enum replay_operation o = 0; o < REPLAY_OPERATIONS; o++)
			if (has_key(table) || o == REPLAY_INSERT)
				prepare(table, i, operation_names[o], write_operation[o], target);
			else if (is_done(recording, table, o))
				bench_fail(table->name, "rows change and there is no primary key");
		if (method == REPLAY_PLACE && replay_has_changes(table))
			prepare(table, i, "by_place", add_update_by_place, target);
		else if (method > REPLAY_PLACE && has_key(table))
			make_stage(table, i, target);
	}
}

static size_t table_number(const struct recording *recording,
			   const struct replay_statement *statement)
{
	return (size_t)(statement->table - recording->tables);
}

struct parameters {
	const char *values[COLUMNS_MAX + 1];
	int lengths[COLUMNS_MAX + 1], formats[COLUMNS_MAX + 1], count;
};

static void add_parameter(struct parameters *parameters, const struct packed *array)
{
	parameters->values[parameters->count] = array->data;
	parameters->lengths[parameters->count] = (int)array->length;
	parameters->formats[parameters->count++] = 1;
}

static void add_used(struct parameters *parameters, const struct replay_statement *statement,
		     enum replay_operation operation)
{
	for (size_t i = 0; i < statement->table->column_count; i++)
		if (replay_uses(&statement->table->columns[i], operation))
			add_parameter(parameters, &statement->arrays[i]);
}

static void send_prepared(const struct recording *recording, PGconn *target,
			  const struct replay_statement *statement, const char *what,
			  const struct parameters *parameters)
{
	char name[64];

	snprintf(name, sizeof(name), "%zu_%s", table_number(recording, statement), what);
	if (!PQsendQueryPrepared(target, name, parameters->count, parameters->values,
				 parameters->lengths, parameters->formats, 1))
		bench_fail(statement->table->name, PQerrorMessage(target));
}

static void send_unnest(const struct recording *recording, PGconn *target,
			const struct replay_statement *statement, enum replay_operation operation)
{
	struct parameters parameters = { .count = 0 };

	add_used(&parameters, statement, operation);
	send_prepared(recording, target, statement, operation_names[operation], &parameters);
}

PGresult *replay_look_up(const struct replay_statement *statement, PGconn *before)
{
	struct parameters keys = { .count = 0 };
	struct sql sql = { .length = 0 };

	add_places(&sql, statement->table);
	add_used(&keys, statement, REPLAY_DELETE);
	return PQexecParams(before, sql.text, keys.count, NULL, keys.values, keys.lengths,
			    keys.formats, 1);
}

static void send_by_place(const struct recording *recording, PGconn *target,
			  const struct replay_statement *statement)
{
	struct parameters parameters = { .count = 0 };

	for (size_t i = 0; i < statement->table->column_count; i++)
		if (statement->table->columns[i].is_changed)
			add_parameter(&parameters, &statement->arrays[i]);
	add_parameter(&parameters, &statement->places);
	send_prepared(recording, target, statement, "by_place", &parameters);
}

static void run_unnest(const struct recording *recording, PGconn *target,
		       const struct replay_statement *statement, enum replay_operation operation)
{
	PGresult *result;

	send_unnest(recording, target, statement, operation);
	while ((result = PQgetResult(target))) {
		check_rows(target, result, statement);
		PQclear(result);
	}
}

static void copy_rows(PGconn *target, const char *sql, const struct packed *rows,
		      const struct replay_statement *statement)
{
	static const char head[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", end[] = "\377\377";
	PGresult *result;

	execute(target, sql);
	if (PQputCopyData(target, head, sizeof(head) - 1) != 1 ||
	    PQputCopyData(target, rows->data, (int)rows->length) != 1 ||
	    PQputCopyData(target, end, sizeof(end) - 1) != 1 || PQputCopyEnd(target, NULL) != 1)
		bench_fail(sql, PQerrorMessage(target));
	while ((result = PQgetResult(target))) {
		check_rows(target, result, statement);
		PQclear(result);
	}
}

static void copy_into_table(PGconn *target, const struct replay_statement *statement)
{
	struct sql sql = { .length = 0 };

	add(&sql, "COPY %s (", statement->table->name);
	add_columns(&sql, statement->table, REPLAY_INSERT);
	add(&sql, ") FROM STDIN (FORMAT binary)");
	copy_rows(target, sql.text, &statement->all, statement);
}

static void update_from_stage(const struct recording *recording, PGconn *target,
			      const struct replay_statement *statement)
{
	struct replay_table *table = statement->table;
	const size_t number = table_number(recording, statement);
	struct sql copy = { .length = 0 }, update = { .length = 0 }, empty = { .length = 0 };
	PGresult *result;

	add(&empty, "DELETE FROM stage_%zu", number);
	if (table->staged_for == statement->transaction + 1)
		execute(target, empty.text);
	table->staged_for = statement->transaction + 1;
	add(&copy, "COPY stage_%zu FROM STDIN (FORMAT binary)", number);
	copy_rows(target, copy.text, &statement->used, statement);
	add(&update, "UPDATE %s t SET ", table->name);
	add_assignments(&update, table);
	add(&update, " FROM stage_%zu u WHERE ", number);
	add_key_match(&update, table);
	result = PQexec(target, update.text);
	check_rows(target, result, statement);
	PQclear(result);
}

static void run_by_copy(const struct recording *recording, PGconn *target,
			const struct replay_statement *statement, enum replay_method method)
{
	if (statement->operation == REPLAY_DELETE) {
		run_unnest(recording, target, statement, REPLAY_DELETE);
	} else if (statement->operation == REPLAY_INSERT) {
		copy_into_table(target, statement);
	} else if (method == REPLAY_REPLACE && !statement->table->is_referenced) {
		run_unnest(recording, target, statement, REPLAY_DELETE);
		copy_into_table(target, statement);
	} else {
		update_from_stage(recording, target, statement);
	}
}

/* Where the transaction that begins at statement `first` ends. */
static size_t transaction_end(const struct recording *recording, size_t first)
{
	size_t end = first;

	while (end < recording->statement_count &&
	       recording->statements[end].transaction == recording->statements[first].transaction)
		end++;
	return end;
}

static void run_by_transaction(const struct recording *recording, PGconn *target,
			       enum replay_method method)
{
	for (size_t first = 0, end; first < recording->statement_count; first = end) {
		end = transaction_end(recording, first);
		execute(target, "BEGIN");
		for (size_t i = first; i < end; i++)
			run_by_copy(recording, target, &recording->statements[i], method);
		execute(target, "COMMIT");
	}
}

/* Statements up to a sync are one transaction. */
static size_t send_transaction(const struct recording *recording, PGconn *target, size_t first)
{
	size_t end = transaction_end(recording, first);

	for (size_t i = first; i < end; i++) {
		const struct replay_statement *statement = &recording->statements[i];

		if (statement->is_by_place)
			send_by_place(recording, target, statement);
		else
			send_unnest(recording, target, statement, statement->operation);
	}
	if (first < end && !PQpipelineSync(target))
		bench_fail("pipeline", PQerrorMessage(target));
	return end;
}

static void await_transaction(const struct recording *recording, PGconn *target, size_t first,
			      size_t end)
{
	PGresult *result;

	for (size_t i = first; i < end; i++) {
		result = PQgetResult(target);
		check_rows(target, result, &recording->statements[i]);
		PQclear(result);
		PQclear(PQgetResult(target)); /* NULL: the statement's end */
	}
	result = PQgetResult(target);
	check(target, result, "commit");
	PQclear(result);
}

static void run_pipelined(const struct recording *recording, PGconn *target)
{
	size_t first = 0, next = send_transaction(recording, target, 0);

	while (first < recording->statement_count) {
		size_t end = next;

		next = send_transaction(recording, target, end);
		await_transaction(recording, target, first, end);
		first = end;
	}
}

void replay_run(const struct recording *recording, PGconn *target, enum replay_method method)
{
	if (method > REPLAY_PLACE) {
		run_by_transaction(recording, target, method);
		return;
	}
	if (!PQenterPipelineMode(target))
		bench_fail("pipeline", PQerrorMessage(target));
	run_pipelined(recording, target);
}
