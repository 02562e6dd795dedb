/* Every statement of every worker is prepared on a real server, in its schema and under its role, and compared with its tables. */
#include <criterion/criterion.h>

#include "database.h"
#include "db.h"
#include "statements.h"

extern const struct statement *const matcher_statements[],
	*const success_statements[], *const goal_enricher_statements[],
					     *const cohort_analyzer_statements[];

static void check(const char *schema, const struct statement *const *statements)
{
	struct test_database database;
	struct err err = { 0 };
	char role[64];
	struct db *db;

	test_database_create(&database);
	snprintf(role, sizeof(role), "growth_%s", schema);
	db = db_connect(&(struct db_options){ .conninfo = database.conninfo,
					      .default_user = role,
					      .schema = schema,
					      .application_name = "test" },
			&err);
	cr_assert(db, "%s", err.text);
	for (size_t i = 0; runtime_statements[i]; i++)
		cr_expect(db_check_statement(db, runtime_statements[i], &err), "%s: %s", schema,
			  err.text);
	for (size_t i = 0; statements[i]; i++)
		cr_expect(db_check_statement(db, statements[i], &err), "%s: %s", schema, err.text);
	db_close(db);
	test_database_drop(&database);
}

Test(statements, of_matcher_fit_the_schema)
{
	check("matcher", matcher_statements);
}

Test(statements, of_success_tracker_fit_the_schema)
{
	check("success_tracker", success_statements);
}

Test(statements, of_goal_enricher_fit_the_schema)
{
	check("goal_enricher", goal_enricher_statements);
}

Test(statements, of_cohort_analyzer_fit_the_schema)
{
	check("cohort_analyzer", cohort_analyzer_statements);
}
