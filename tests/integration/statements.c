/* Every statement of every worker is prepared on a real server, in its schema and under its role,
 * and compared with its tables. */
#include <criterion/criterion.h>

#include "database.h"
#include "db.h"
#include "statements.h"

extern const struct statement *const matcher_statements[];
extern const struct statement *const success_statements[];
extern const struct statement *const goal_enricher_statements[];
extern const struct statement *const cohort_analyzer_statements[];
extern const struct statement *const change_statements[];
extern const struct statement *const clearing_statements[];
extern const struct statement *const erased_statements[];
extern const struct statement *const schedule_statements[];
extern const struct statement *const evidence_statements[];
extern const struct statement *const publication_statements[];
extern const struct statement *const standing_statements[];
extern const struct statement *const positions_statements[];
extern const struct statement *const validate_statements[];
extern const struct statement *const dlq_statements[];
extern const struct statement *const replay_statements[];
extern const struct statement *const databases_statements[];
extern const struct statement *const feeding_statements[];
extern const struct statement *const promote_statements[];
extern const struct statement *const promote_worker_statements[];

static void check_list(struct db *db, const char *where, const struct statement *const *statements)
{
	struct err err = { 0 };

	for (size_t i = 0; statements[i]; i++)
		cr_expect(db_check_statement(db, statements[i], &err), "%s: %s", where, err.text);
}

static void check_as(const char *name, const char *schema,
		     const struct statement *const *statements)
{
	struct test_database database;
	struct err err = { 0 };
	char role[64];
	struct db *db;

	test_database_create(&database);
	snprintf(role, sizeof(role), "growth_%s", name);
	db = db_connect(&(struct db_options){ .conninfo = database.conninfo,
					      .default_user = role,
					      .schema = schema,
					      .application_name = "test" },
			&err);
	cr_assert(db, "%s", err.text);
	if (strcmp(name, schema) == 0)
		check_list(db, schema, runtime_statements);
	check_list(db, schema, statements);
	db_close(db);
	test_database_drop(&database);
}

static void check(const char *worker, const struct statement *const *statements)
{
	check_as(worker, worker, statements);
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
	check("cohort_analyzer", change_statements);
	check("cohort_analyzer", clearing_statements);
	check("cohort_analyzer", erased_statements);
	check("cohort_analyzer", schedule_statements);
	check("cohort_analyzer", evidence_statements);
	check("cohort_analyzer", publication_statements);
	check("cohort_analyzer", standing_statements);
}

/* Both run while a release is rolled out. This one noted erasures before they had a time. */
Test(statements, of_the_release_before_note_an_erasure)
{
	struct test_database database;
	struct err err = { 0 };
	struct db *db;

	test_database_create(&database);
	db = test_connect_worker(database.conninfo, "growth_cohort_analyzer", "cohort_analyzer");
	for (int i = 0; i < 2; i++)
		cr_expect(
			db_script(db,
				  "INSERT INTO erased_tiers AS e (tier, contractors) "
				  "VALUES ('0_5_million', 1) "
				  "ON CONFLICT (tier) DO UPDATE SET contractors = e.contractors + "
				  "excluded.contractors, xid = excluded.xid",
				  &err),
			"%s", err.text);
	test_script(database.admin,
		    "DO $$ BEGIN ASSERT (SELECT contractors = 2 AND erased_at BETWEEN now() - "
		    "interval '1 min' AND now() FROM cohort_analyzer.erased_tiers); END $$");
	db_close(db);
	test_database_drop(&database);
}

Test(statements, of_positions_fit_every_worker)
{
	static const char *const schemas[] = { "cohort_analyzer", "matcher", "goal_enricher",
					       "success_tracker" };

	for (size_t i = 0; i < sizeof(schemas) / sizeof(schemas[0]); i++)
		check_as("operator", schemas[i], positions_statements);
}

Test(statements, of_validate_fit_the_schema)
{
	check_as("operator", "public", validate_statements);
}

Test(statements, of_dead_letters_fit_the_schema)
{
	check_as("operator", "public", dlq_statements);
}

Test(statements, of_replay_fit_live_and_shadow)
{
	check_as("operator", "public", replay_statements);
}

Test(statements, of_comparisons_fit_the_schema)
{
	check_as("operator", "public", databases_statements);
	check_as("operator", "public", feeding_statements);
}

Test(statements, of_promotions_fit_every_worker)
{
	static const char *const schemas[] = { "cohort_analyzer", "matcher", "goal_enricher",
					       "success_tracker" };

	check_as("operator", "public", promote_statements);
	for (size_t i = 0; i < sizeof(schemas) / sizeof(schemas[0]); i++)
		check_as("operator", schemas[i], promote_worker_statements);
}
