/*
 * A table's rows come by one binary COPY, the statement's number first, and are cut into statements
 * here: each row is kept as it came (COPY takes the same form), and each field goes to the array of
 * its column (an element has the same form as a field).
 */
#include "replay.h"

#include <arpa/inet.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#define SQL_MAX 16384
#define COPY_HEAD_SIZE 19 /* and no extension, which Postgres never sends */

static void *take(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		bench_fail("memory", "none left");
	return memory;
}

static void append(struct packed *bytes, const void *data, size_t length)
{
	if (bytes->length + length > bytes->room) {
		bytes->room = 2 * (bytes->length + length);
		bytes->data = realloc(bytes->data, bytes->room);
		if (!bytes->data)
			bench_fail("memory", "none left");
	}
	memcpy(bytes->data + bytes->length, data, length);
	bytes->length += length;
}

static void append_int32(struct packed *bytes, uint32_t value)
{
	value = htonl(value);
	append(bytes, &value, sizeof(value));
}

static PGresult *query(PGconn *source, const char *sql)
{
	PGresult *result = PQexec(source, sql);

	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		bench_fail(sql, PQerrorMessage(source));
	return result;
}

static char *text_of(const PGresult *result, int row, int column)
{
	char *text = strdup(PQgetvalue(result, row, column));

	if (!text)
		bench_fail("memory", "none left");
	return text;
}

static bool is_true(const PGresult *result, int row, int column)
{
	return PQgetvalue(result, row, column)[0] == 't';
}

static int64_t number_of(const PGresult *result, int row, int column)
{
	return strtoll(PQgetvalue(result, row, column), NULL, 10);
}

bool replay_uses(const struct replay_column *column, enum replay_operation operation)
{
	return operation == REPLAY_INSERT || column->is_key ||
	       (operation == REPLAY_UPDATE && column->is_changed);
}

bool replay_has_changes(const struct replay_table *table)
{
	for (size_t i = 0; i < table->column_count; i++)
		if (table->columns[i].is_changed)
			return true;
	return false;
}

/* Whether any UPDATE gave the column another value. */
static void find_changed(struct replay_table *table, PGconn *source)
{
	char sql[SQL_MAX];
	int length = snprintf(sql, sizeof(sql), "SELECT ");
	PGresult *result;

	for (size_t i = 0; i < table->column_count; i++)
		length += snprintf(sql + length, sizeof(sql) - (size_t)length,
				   "%sbool_or(n.%s::text IS DISTINCT FROM f.%s::text)",
				   i ? ", " : "", table->columns[i].name, table->columns[i].name);
	length += snprintf(sql + length, sizeof(sql) - (size_t)length,
			   " FROM bench.\"%s\" n JOIN bench.\"%s.former\" f USING (bench_statement",
			   table->name, table->name);
	for (size_t i = 0; i < table->column_count; i++)
		if (table->columns[i].is_key)
			length += snprintf(sql + length, sizeof(sql) - (size_t)length, ", %s",
					   table->columns[i].name);
	snprintf(sql + length, sizeof(sql) - (size_t)length, ")");
	result = query(source, sql);
	for (size_t i = 0; i < table->column_count; i++)
		table->columns[i].is_changed = is_true(result, 0, (int)i);
	PQclear(result);
}

static void describe_table(struct replay_table *table, PGconn *source)
{
	char sql[SQL_MAX];
	PGresult *result;
	bool has_key = false;

	snprintf(
		sql, sizeof(sql),
		"SELECT quote_ident(a.attname), "
		"CASE WHEN t.typarray = 0 THEN 'text[]' ELSE format_type(t.typarray, NULL) END, "
		"CASE WHEN t.typarray = 0 THEN format_type(a.atttypid, NULL) ELSE '' END, "
		"CASE WHEN t.typarray = 0 THEN 'text'::regtype ELSE a.atttypid END::int, "
		"EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary "
		"AND a.attnum = ANY (i.indkey)), "
		"EXISTS (SELECT FROM pg_constraint c WHERE c.confrelid = a.attrelid AND c.contype = 'f') "
		"FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid "
		"WHERE a.attrelid = '%s'::regclass AND a.attnum > 0 AND NOT a.attisdropped "
		"AND a.attgenerated = '' ORDER BY a.attnum",
		table->name);
	result = query(source, sql);
	table->column_count = (size_t)PQntuples(result);
	table->columns = take(table->column_count, sizeof(*table->columns));
	for (int i = 0; i < PQntuples(result); i++) {
		struct replay_column *column = &table->columns[i];

		column->name = text_of(result, i, 0);
		column->array_type = text_of(result, i, 1);
		column->cast = text_of(result, i, 2);
		column->element = (uint32_t)number_of(result, i, 3);
		column->is_key = is_true(result, i, 4);
		has_key |= column->is_key;
		table->is_referenced = is_true(result, i, 5);
	}
	PQclear(result);
	if (has_key)
		find_changed(table, source);
}

#define WANTED "FROM bench.statements WHERE %s OR relation NOT LIKE '%%.outbox' "

static void load_tables(struct recording *recording, PGconn *source, bool with_outbox)
{
	char sql[SQL_MAX];
	PGresult *result;

	snprintf(sql, sizeof(sql), "SELECT DISTINCT relation " WANTED "ORDER BY 1",
		 with_outbox ? "true" : "false");
	result = query(source, sql);
	recording->table_count = (size_t)PQntuples(result);
	recording->tables = take(recording->table_count, sizeof(*recording->tables));
	for (int i = 0; i < PQntuples(result); i++) {
		recording->tables[i].name = text_of(result, i, 0);
		describe_table(&recording->tables[i], source);
	}
	PQclear(result);
}

static enum replay_operation operation_of(const char *name)
{
	return name[0] == 'I' ? REPLAY_INSERT : name[0] == 'U' ? REPLAY_UPDATE : REPLAY_DELETE;
}

static struct replay_table *find_table(const struct recording *recording, const char *name)
{
	for (size_t i = 0; i < recording->table_count; i++)
		if (strcmp(recording->tables[i].name, name) == 0)
			return &recording->tables[i];
	bench_fail(name, "not among the recorded tables");
}

/* In the order in which they will be done; number_to_place[number] is where a statement stands. */
static size_t *load_statements(struct recording *recording, PGconn *source, bool with_outbox)
{
	char sql[SQL_MAX];
	PGresult *result;
	size_t *number_to_place;
	int64_t last = 0;

	snprintf(
		sql, sizeof(sql),
		"SELECT number, dense_rank() OVER (ORDER BY first) - 1, relation, operation, row_count "
		"FROM (SELECT *, min(number) OVER (PARTITION BY transaction) AS first " WANTED
		") s ORDER BY first, number",
		with_outbox ? "true" : "false");
	result = query(source, sql);
	if (PQntuples(result) == 0)
		bench_fail("bench.statements", "nothing was recorded");
	recording->statement_count = (size_t)PQntuples(result);
	recording->statements = take(recording->statement_count, sizeof(*recording->statements));
	for (int i = 0; i < PQntuples(result); i++)
		last = number_of(result, i, 0) > last ? number_of(result, i, 0) : last;
	number_to_place = take((size_t)last + 1, sizeof(*number_to_place));
	for (int i = 0; i < PQntuples(result); i++) {
		struct replay_statement *statement = &recording->statements[i];

		statement->transaction = (size_t)number_of(result, i, 1);
		statement->table = find_table(recording, PQgetvalue(result, i, 2));
		statement->operation = operation_of(PQgetvalue(result, i, 3));
		statement->rows = number_of(result, i, 4);
		statement->arrays = take(statement->table->column_count, sizeof(struct packed));
		recording->row_count += statement->rows;
		number_to_place[number_of(result, i, 0)] = (size_t)i;
		recording->transaction_count = statement->transaction + 1;
	}
	PQclear(result);
	return number_to_place;
}

static void begin_array(struct packed *array, uint32_t element, int64_t rows)
{
	append_int32(array, 1); /* dimensions */
	append_int32(array, 1); /* there may be NULLs */
	append_int32(array, element);
	append_int32(array, (uint32_t)rows);
	append_int32(array, 1); /* the first one's index */
}

static void count_fields(struct packed *rows, size_t fields)
{
	uint16_t count = htons((uint16_t)fields);

	append(rows, &count, sizeof(count));
}

static size_t field_size(const char *field)
{
	uint32_t length;

	memcpy(&length, field, sizeof(length));
	length = ntohl(length);
	return sizeof(length) + (length == UINT32_MAX ? 0 : length);
}

/* One row, behind the statement's number. An array is followed by its text. */
static void cut_row(struct replay_statement *statement, const char *row)
{
	const struct replay_table *table = statement->table;
	size_t used = 0;

	for (size_t i = 0; i < table->column_count; i++)
		used += replay_uses(&table->columns[i], REPLAY_UPDATE);
	count_fields(&statement->all, table->column_count);
	count_fields(&statement->used, used);
	for (size_t i = 0; i < table->column_count; i++) {
		const struct replay_column *column = &table->columns[i];
		size_t size = field_size(row);

		append(&statement->all, row, size);
		if (replay_uses(column, REPLAY_UPDATE))
			append(&statement->used, row, size);
		if (column->cast[0]) {
			row += size;
			size = field_size(row);
		}
		if (statement->arrays[i].length == 0)
			begin_array(&statement->arrays[i], column->element, statement->rows);
		append(&statement->arrays[i], row, size);
		row += size;
	}
}

/* `row` is as COPY sends it: the number of fields, then each with its length. */
static void place_row(struct recording *recording, const size_t *number_to_place, const char *row)
{
	uint64_t number;

	memcpy(&number, row + sizeof(uint16_t) + sizeof(uint32_t), sizeof(number));
	cut_row(&recording->statements[number_to_place[be64toh(number)]],
		row + sizeof(uint16_t) + sizeof(uint32_t) + sizeof(number));
}

static void load_rows(struct recording *recording, const struct replay_table *table,
		      const size_t *number_to_place, PGconn *source)
{
	char sql[SQL_MAX], *buffer;
	int length = snprintf(sql, sizeof(sql), "COPY (SELECT bench_statement");
	bool is_first = true;
	PGresult *result;

	for (size_t i = 0; i < table->column_count; i++) {
		const char *name = table->columns[i].name;

		length += snprintf(sql + length, sizeof(sql) - (size_t)length, ", %s", name);
		if (table->columns[i].cast[0])
			length += snprintf(sql + length, sizeof(sql) - (size_t)length, ", %s::text",
					   name);
	}
	snprintf(sql + length, sizeof(sql) - (size_t)length,
		 " FROM bench.\"%s\" ORDER BY bench_statement, ctid) TO STDOUT (FORMAT binary)",
		 table->name);
	result = PQexec(source, sql);
	if (PQresultStatus(result) != PGRES_COPY_OUT)
		bench_fail(sql, PQerrorMessage(source));
	PQclear(result);
	while ((length = PQgetCopyData(source, &buffer, 0)) > 0) {
		const char *row = is_first ? buffer + COPY_HEAD_SIZE : buffer;

		is_first = false;
		if (length - (row - buffer) > (ptrdiff_t)sizeof(uint16_t))
			place_row(recording, number_to_place, row);
		PQfreemem(buffer);
	}
	if (length == -2)
		bench_fail(sql, PQerrorMessage(source));
	while ((result = PQgetResult(source)))
		PQclear(result);
}

void recording_load(struct recording *recording, PGconn *source, bool with_outbox)
{
	size_t *number_to_place;

	memset(recording, 0, sizeof(*recording));
	load_tables(recording, source, with_outbox);
	number_to_place = load_statements(recording, source, with_outbox);
	for (size_t i = 0; i < recording->table_count; i++)
		load_rows(recording, &recording->tables[i], number_to_place, source);
	free(number_to_place);
}

void recording_release(struct recording *recording)
{
	for (size_t i = 0; i < recording->statement_count; i++) {
		struct replay_statement *statement = &recording->statements[i];

		for (size_t j = 0; j < statement->table->column_count; j++)
			free(statement->arrays[j].data);
		free(statement->arrays);
		free(statement->all.data);
		free(statement->used.data);
		free(statement->places.data);
	}
	for (size_t i = 0; i < recording->table_count; i++) {
		struct replay_table *table = &recording->tables[i];

		for (size_t j = 0; j < table->column_count; j++) {
			free(table->columns[j].name);
			free(table->columns[j].array_type);
			free(table->columns[j].cast);
		}
		free(table->columns);
		free(table->name);
	}
	free(recording->tables);
	free(recording->statements);
}
