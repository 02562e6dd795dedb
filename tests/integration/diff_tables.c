/* The table of what `growthctl diff` compares, against the catalogue: nothing that a migration adds
 * is overlooked. */
#include <criterion/criterion.h>
#include <string.h>

#include "database.h"
#include "decide_diff.h"
#include "side_state.h"

struct column_row {
	const char *table, *column;
};

static const struct pg_column column_columns[] = { PG_TEXT(struct column_row, table),
						   PG_TEXT(struct column_row, column), PG_END };
static const struct statement read_columns = {
	.name = "test_columns",
	.sql = "SELECT n.nspname || '.' || c.relname AS table, a.attname::text AS column "
	       "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
	       "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
	       "WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%' "
	       "AND n.nspname <> 'information_schema' ORDER BY 1, a.attnum",
	.shape = STATEMENT_SCALARS,
	.results = column_columns,
	.result_size = sizeof(struct column_row),
};

static const struct diff_table *decided(const char *name)
{
	for (const struct diff_table *table = diff_tables; table->name; table++)
		if (strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

static bool decides(const struct diff_table *table, const char *name)
{
	for (const struct diff_column *column = table->columns; column->name || column->as;
	     column++)
		if (column->name && strcmp(column->name, name) == 0)
			return true;
	return false;
}

static bool exists(const struct column_row *rows, size_t count, const char *table,
		   const char *column)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].table, table) == 0 &&
		    (!column || strcmp(rows[i].column, column) == 0))
			return true;
	return false;
}

Test(diff_tables, every_column_is_decided_about)
{
	struct test_database database;
	struct column_row *rows;
	struct err err = { 0 };
	struct arena arena;
	struct db *db;
	size_t count;

	test_database_create(&database);
	test_script(database.admin,
		    "CREATE TABLE public.growth_migrations (version INTEGER "
		    "PRIMARY KEY, name TEXT, checksum TEXT, applied_at TIMESTAMPTZ)");
	db = test_connect(database.admin);
	arena_init(&arena);
	cr_assert(db_run(db, &read_columns, NULL, 0, &arena, &rows, &count, &err), "%s", err.text);
	cr_assert_gt(count, 300);
	for (size_t i = 0; i < count; i++) {
		const struct diff_table *table = decided(rows[i].table);

		cr_expect(table, "decide_diff_tables.c does not know %s", rows[i].table);
		cr_expect(!table || !table->columns || decides(table, rows[i].column),
			  "decide_diff_tables.c does not know %s.%s", rows[i].table,
			  rows[i].column);
	}
	for (const struct diff_table *table = diff_tables; table->name; table++) {
		cr_expect(exists(rows, count, table->name, NULL), "there is no %s", table->name);
		cr_expect((table->columns == NULL) == (table->left_out != NULL), "%s", table->name);
		for (const struct diff_column *column = table->columns;
		     column && (column->name || column->as); column++) {
			cr_expect(!column->name || exists(rows, count, table->name, column->name),
				  "there is no %s.%s", table->name, column->name);
			cr_expect(column->use != DIFF_LEFT_OUT || column->text, "%s.%s: no reason",
				  table->name, column->name);
		}
	}
	arena_release(&arena);
	db_close(db);
	test_database_drop(&database);
}

Test(diff_tables, every_query_runs_and_the_operator_may_read)
{
	struct test_database database;
	struct err err = { 0 };
	struct arena arena;
	struct db *db;

	test_database_create(&database);
	test_script(database.admin,
		    "CREATE TABLE public.growth_migrations (version INTEGER "
		    "PRIMARY KEY, name TEXT, checksum TEXT, applied_at TIMESTAMPTZ);"
		    "GRANT SELECT ON public.growth_migrations TO growth_operator");
	db = db_connect(&(struct db_options){ .conninfo = database.conninfo,
					      .default_user = "growth_operator",
					      .application_name = "test" },
			&err);
	cr_assert(db, "%s", err.text);
	arena_init(&arena);
	for (const struct diff_table *table = diff_tables; table->name; table++)
		cr_expect(!table->columns || db_script(db, diff_query(table, &arena), &err),
			  "%s: %s", table->name, err.text);
	arena_release(&arena);
	db_close(db);
	test_database_drop(&database);
}
