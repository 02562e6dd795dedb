/* One role a worker, and Postgres itself refuses what is another's: every role tries every
 * table. */
#include <criterion/criterion.h>

#include "database.h"

static const char *const roles[] = { "growth_cohort_analyzer", "growth_matcher",
				     "growth_goal_enricher",   "growth_success_tracker",
				     "growth_reader",          "growth_operator" };

/* A column each that only the owner may write. */
static const struct {
	const char *table, *column, *owner;
} tables[] = {
	{ "contractor_observations", "revenue_tier", "growth_cohort_analyzer" },
	{ "contractor_actions", "item", "growth_cohort_analyzer" },
	{ "pattern_votes", "outcome", "growth_cohort_analyzer" },
	{ "business_growth_patterns", "sample_size", "growth_cohort_analyzer" },
	{ "cohort_analyzer.recalculations", "finished", "growth_cohort_analyzer" },
	{ "cohort_analyzer.transitions", "result", "growth_cohort_analyzer" },
	{ "cohort_analyzer.publications", "erased_since", "growth_cohort_analyzer" },
	{ "cohort_analyzer.standings", "standing", "growth_cohort_analyzer" },
	{ "cohort_analyzer.changed_contractors", "latest", "growth_cohort_analyzer" },
	{ "cohort_analyzer.pattern_voters", "counted", "growth_cohort_analyzer" },
	{ "cohort_analyzer.due_voters", "due_at", "growth_cohort_analyzer" },
	{ "cohort_analyzer.pattern_evidence", "good", "growth_cohort_analyzer" },
	{ "cohort_analyzer.evaluation", "as_of", "growth_cohort_analyzer" },
	{ "cohort_analyzer.evaluations", "as_of", "growth_cohort_analyzer" },
	{ "cohort_analyzer.asked_evaluations", "as_of", "" }, /* its owner's, in a shadow */
	{ "contractors", "revenue_tier", "growth_matcher" },
	{ "partner_scores", "partners", "growth_matcher" },
	{ "contractor_pattern_matches", "match_score", "growth_matcher" },
	{ "contractor_pattern_matches", "goals_generated", "growth_goal_enricher" },
	{ "ai_concierge_goals", "goal_description", "growth_goal_enricher" },
	{ "ai_concierge_goals", "status", "growth_success_tracker" },
	{ "ai_concierge_checklist_items", "checklist_item", "growth_goal_enricher" },
	{ "pattern_success_tracking", "outcome", "growth_success_tracker" },
	{ "matcher.outbox", "messages", "growth_matcher" },
	{ "goal_enricher.parked", "reason", "growth_goal_enricher" },
	{ "goal_enricher.recommendations", "first_at", "growth_goal_enricher" },
	{ "success_tracker.erased_contractors", "erased_at", "growth_success_tracker" },
	{ "operator.dead_letters", "outcome", "growth_operator" },
};

static struct db *connect_as(const struct test_database *database, const char *role)
{
	struct err err = { 0 };
	struct db *db = db_connect(&(struct db_options){ .conninfo = database->conninfo,
							 .default_user = role,
							 .application_name = "test" },
				   &err);

	cr_assert(db, "%s", err.text);
	return db;
}

Test(roles, write_exactly_what_they_own)
{
	struct test_database database;

	test_database_create(&database);
	for (size_t r = 0; r < sizeof(roles) / sizeof(roles[0]); r++) {
		struct db *db = connect_as(&database, roles[r]);

		for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
			struct err err = { 0 };
			char sql[256];
			bool ok;

			snprintf(sql, sizeof(sql), "UPDATE %s SET %s = %s WHERE false",
				 tables[t].table, tables[t].column, tables[t].column);
			ok = db_script(db, sql, &err);
			if (strcmp(tables[t].owner, roles[r]) == 0)
				cr_expect(ok, "%s must be able to write %s.%s: %s", roles[r],
					  tables[t].table, tables[t].column, err.text);
			else
				cr_expect(!ok && strcmp(err.code, "42501") == 0,
					  "%s wrote %s.%s: \"%s\"", roles[r], tables[t].table,
					  tables[t].column, err.text);
		}
		db_close(db);
	}
	test_database_drop(&database);
}

Test(roles, delete_and_insert_nothing_of_others)
{
	struct test_database database;

	test_database_create(&database);
	for (size_t r = 0; r < sizeof(roles) / sizeof(roles[0]); r++) {
		struct db *db = connect_as(&database, roles[r]);

		for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
			struct err err = { 0 };
			char sql[256];

			if (strcmp(tables[t].owner, roles[r]) == 0 ||
			    strcmp(tables[t].table, "contractor_pattern_matches") == 0 ||
			    strcmp(tables[t].table, "ai_concierge_goals") == 0)
				continue; /* the two that are shared by column */
			snprintf(sql, sizeof(sql), "DELETE FROM %s WHERE false", tables[t].table);
			cr_expect(!db_script(db, sql, &err) && strcmp(err.code, "42501") == 0,
				  "%s deleted from %s: \"%s\"", roles[r], tables[t].table,
				  err.text);
			snprintf(sql, sizeof(sql), "INSERT INTO %s SELECT * FROM %s WHERE false",
				 tables[t].table, tables[t].table);
			cr_expect(!db_script(db, sql, &err) && strcmp(err.code, "42501") == 0,
				  "%s inserted into %s: \"%s\"", roles[r], tables[t].table,
				  err.text);
		}
		db_close(db);
	}
	test_database_drop(&database);
}

/* Foreign keys alone cannot erase: a row made of a message from before an erasure may hang on who
 * has come back. */
static const struct {
	const char *table, *role;
} deleters[] = {
	{ "contractors", "growth_matcher" },
	{ "contractor_pattern_matches", "growth_matcher" },
	{ "ai_concierge_goals", "growth_goal_enricher" },
	{ "ai_concierge_checklist_items", "growth_goal_enricher" },
	{ "pattern_success_tracking", "growth_success_tracker" },
};

Test(roles, rows_about_a_contractor_are_deleted_by_one)
{
	struct test_database database;

	test_database_create(&database);
	for (size_t r = 0; r < sizeof(roles) / sizeof(roles[0]); r++) {
		struct db *db = connect_as(&database, roles[r]);

		for (size_t t = 0; t < sizeof(deleters) / sizeof(deleters[0]); t++) {
			struct err err = { 0 };
			char sql[256];

			snprintf(sql, sizeof(sql), "DELETE FROM %s WHERE false", deleters[t].table);
			cr_expect_eq(db_script(db, sql, &err),
				     strcmp(deleters[t].role, roles[r]) == 0, "%s in %s: \"%s\"",
				     roles[r], deleters[t].table, err.text);
		}
		db_close(db);
	}
	test_database_drop(&database);
}

Test(roles, positions_are_the_workers_and_the_operators)
{
	struct test_database database;

	test_database_create(&database);
	for (size_t r = 0; r < sizeof(roles) / sizeof(roles[0]); r++) {
		struct db *db = connect_as(&database, roles[r]);
		struct err err = { 0 };
		bool may = strcmp(roles[r], "growth_matcher") == 0 ||
			   strcmp(roles[r], "growth_operator") == 0;

		cr_expect_eq(db_script(db,
				       "UPDATE matcher.positions SET epoch = epoch + 1 WHERE false",
				       &err),
			     may, "%s: %s", roles[r], err.text);
		cr_expect_eq(
			db_script(
				db,
				"INSERT INTO matcher.positions SELECT * FROM matcher.positions WHERE false",
				&err),
			may, "%s: %s", roles[r], err.text);
		cr_expect_eq(db_script(db, "DELETE FROM matcher.positions WHERE false", &err),
			     strcmp(roles[r], "growth_matcher") == 0, "%s: %s", roles[r], err.text);
		db_close(db);
	}
	test_database_drop(&database);
}
