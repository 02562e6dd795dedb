/* Statements that nobody waits for: what they did is there, and what went wrong is told, at the
 * latest at COMMIT. */
#include "posted.h"

static const struct statement add_others = {
	.name = "add_others",
	.sql = "INSERT INTO posted SELECT * FROM unnest($1::bigint[], $2::text[])",
	.parameters = row_columns,
	.parameter_size = sizeof(struct row),
};

static const struct statement rename_rows = {
	.name = "rename_rows",
	.sql = "UPDATE posted p SET text = t.text FROM unnest($1::bigint[], $2::text[]) AS t(id, text) WHERE p.id = t.id",
	.parameters = row_columns,
	.parameter_size = sizeof(struct row),
	.if_fewer = "are not there",
};

static const struct statement read_much = {
	.name = "read_much",
	.sql = "SELECT g AS id, repeat('much', 5000) AS text FROM generate_series(1::bigint, 1000) g",
	.results = row_columns,
	.result_size = sizeof(struct row),
};

TestSuite(db_post, .init = set_up, .fini = tear_down);

Test(db_post, what_was_sent_is_done_in_order)
{
	struct row other = { 1000, "x" };

	cr_assert(db_begin(db, &err));
	for (int64_t id = 0; id < 100; id++) /* more than are kept unanswered */
		cr_assert(add(id, "x"), "%s", err.text);
	cr_assert(db_post(db, &add_others, &other, 1, &err));
	cr_expect_eq(stored(), 101);
	cr_assert(add(101, "x"));
	cr_assert(db_commit(db, &err), "%s", err.text);
	cr_expect_eq(stored(), 102);
}

/* The liveness goes by it: each may take as long as a statement is given. */
Test(db_post, each_answer_is_told)
{
	enum { COUNT = 10 };
	int before;

	cr_assert(db_begin(db, &err));
	cr_assert(add(0, "x"));
	cr_expect_eq(stored(), 1); /* all is prepared, and answered */
	before = answers;
	for (int64_t id = 1; id <= COUNT; id++)
		cr_assert(add(id, "x"), "%s", err.text);
	cr_assert(db_commit(db, &err), "%s", err.text);
	cr_expect_geq(answers - before, COUNT + 1, "%d", answers - before);
}

Test(db_post, more_than_a_socket_holds)
{
	size_t size = 8 << 20;
	char *text = malloc(size + 1);

	memset(text, 'a', size);
	text[size] = '\0';
	cr_assert(db_begin(db, &err));
	for (int64_t id = 0; id < 4; id++)
		cr_assert(add(id, text), "%s", err.text);
	cr_assert(db_commit(db, &err), "%s", err.text);
	cr_expect_eq(stored(), 4);
	free(text);
}

Test(db_post, a_failure_is_told_by_the_next_question)
{
	struct row *rows;
	size_t count;

	cr_assert(db_begin(db, &err));
	cr_assert(add(1, "good"));
	cr_assert(add(2, "bad"));
	cr_assert(add(2, "never looked at"));
	cr_expect(!db_run(db, &count_rows, NULL, 0, &arena, &rows, &count, &err));
	cr_expect_eq(err.kind, ERR_POISON, "%s", err.text);
	cr_expect_str_eq(err.code, "23514");
	cr_expect(strncmp(err.text, "add_rows: ", 10) == 0, "%s", err.text);
	cr_expect(!db_is_broken(db));
	db_rollback(db);
	cr_expect_eq(stored(), 0);
}

Test(db_post, a_failure_is_told_by_commit)
{
	cr_assert(db_begin(db, &err));
	cr_assert(add(1, "good"));
	cr_assert(add(1, "twice"));
	cr_expect(!db_commit(db, &err));
	cr_expect_str_eq(err.code, "23505", "%s", err.text);
	db_rollback(db);
	cr_expect_eq(stored(), 0);
}

Test(db_post, what_is_rolled_back_is_not_there)
{
	cr_assert(db_begin(db, &err));
	cr_assert(add(1, "good"));
	db_rollback(db);
	cr_assert(db_begin(db, &err), "%s", err.text);
	cr_assert(add(2, "bad"));
	db_rollback(db);
	cr_expect_eq(stored(), 0);
}

Test(db_post, a_connection_that_breaks_is_told)
{
	struct db *other = connect_once();

	cr_assert(db_script(db, "SET application_name = 'about to break'", &err), "%s", err.text);
	cr_assert(db_begin(db, &err));
	cr_assert(add(1, "good"));
	cr_assert(db_script(other,
			    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
			    "WHERE application_name = 'about to break'",
			    &err),
		  "%s", err.text);
	cr_expect(!db_commit(db, &err));
	cr_expect_eq(err.kind, ERR_RETRY, "%s", err.text);
	cr_expect(db_is_broken(db));
	db_close(other);
}

Test(db_post, who_is_stopped_in_the_middle_is_ended_by_the_server)
{
	struct db_answer answer;

	begin_with_little_patience(&answer);
	cr_assert(add(1, "x"));
	cr_assert(db_take(&answer, &err), "%s", err.text);
	expect_ended_by_the_server();
}

Test(db_post, who_is_stopped_behind_what_he_has_posted_too)
{
	struct db_answer answer;

	begin_with_little_patience(&answer);
	cr_assert(db_take(&answer, &err), "%s", err.text);
	cr_assert(add(1, "x"));
	expect_ended_by_the_server();
}

Test(db_post, what_is_sent_behind_a_failure_that_nobody_has_heard_of_is_not_done)
{
	struct db_answer answer;

	cr_assert(db_begin(db, &err));
	cr_assert(db_ask(db, &count_rows, NULL, 0, &arena, &answer, &err));
	cr_assert(db_take(&answer, &err), "%s", err.text);
	cr_assert(add(1, "x"));
	cr_assert(add(2, "bad"));
	cr_assert(add(3, "x"));
	cr_expect(!db_commit(db, &err));
	cr_expect_eq(err.kind, ERR_POISON, "%s", err.text);
	db_rollback(db);
	cr_expect_eq(stored(), 0);
}

Test(db_post, answers_come_in_the_order_of_asking)
{
	struct db_answer before, after, last, none;

	cr_assert(db_begin(db, &err));
	cr_assert(add(1, "first"));
	ask(1, &before);
	cr_assert(db_post(db, &rename_rows, &(struct row){ 1, "second" }, 1, &err));
	ask(1, &after);
	cr_assert(db_take(&before, &err), "%s", err.text);
	expect_text(&before, "first");
	cr_assert(!after.taken);
	cr_assert(db_take(&after, &err), "%s", err.text);
	expect_text(&after, "second");

	/* Another question's answer is behind theirs, so it takes them. */
	ask(1, &last);
	cr_expect_eq(stored(), 1);
	expect_text(&last, "second");
	cr_assert(db_take(&last, &err));

	cr_assert(db_ask(db, &read_rows, NULL, 0, &arena, &none, &err));
	cr_assert(db_take(&none, &err));
	cr_expect_eq(none.count, 0);
	cr_assert(db_commit(db, &err), "%s", err.text);
}

/* name: by which pg_stat_activity knows it; other cases run at the same time. */
static struct db *ask_beside(const char *name, struct db_answer *ret_answer)
{
	struct db *beside = connect_once();
	char sql[128];

	snprintf(sql, sizeof(sql), "SET application_name = '%s'", name);
	cr_assert(db_script(beside, sql, &err), "%s", err.text);
	cr_assert(db_ask(beside, &read_much, NULL, 0, &arena, ret_answer, &err), "%s", err.text);
	cr_assert(db_end_asking(beside, &err), "%s", err.text);
	db_receive_beside(db, beside);
	return beside;
}

Test(db_post, what_comes_beside_is_received_while_another_is_waited_for)
{
	struct db_answer answer;
	struct db *beside = ask_beside("read beside", &answer);

	cr_assert(
		db_script(
			db,
			"DO $$ BEGIN FOR i IN 1..500 LOOP PERFORM pg_stat_clear_snapshot(); IF NOT EXISTS (SELECT FROM "
			"pg_stat_activity WHERE state <> 'idle' AND application_name = 'read beside') THEN RETURN; END IF; "
			"PERFORM pg_sleep(0.01); END LOOP; RAISE 'its server still waits for room'; END $$",
			&err),
		"%s", err.text);
	cr_assert(!answer.taken);
	cr_assert(db_take(&answer, &err), "%s", err.text);
	cr_expect_eq(answer.count, 1000);
	db_close(beside);
}

Test(db_post, who_is_gone_beside_is_in_nobodys_way)
{
	struct db_answer answer;
	struct db *beside = ask_beside("gone beside", &answer);

	cr_assert(db_script(db,
			    "DO $$ BEGIN PERFORM pg_terminate_backend(pid) FROM pg_stat_activity "
			    "WHERE application_name = 'gone beside'; PERFORM pg_sleep(0.2); END $$",
			    &err),
		  "%s", err.text);
	cr_expect(!db_take(&answer, &err));
	cr_expect_eq(err.kind, ERR_RETRY, "%s", err.text);
	cr_expect(!db_is_broken(db));
	cr_expect_eq(stored(), 0);
	db_close(beside);
}

Test(db_post, more_answers_than_a_socket_holds)
{
	enum { COUNT = 40 };
	struct db_answer answers[COUNT];
	size_t size = 1 << 20;
	char *text = malloc(size + 1);

	memset(text, 'a', size);
	text[size] = '\0';
	cr_assert(db_begin(db, &err));
	for (int64_t id = 0; id < COUNT; id++) {
		cr_assert(add(id, text), "%s", err.text);
		ask(id, &answers[id]);
	}
	for (int64_t id = 0; id < COUNT; id++) {
		cr_assert(db_take(&answers[id], &err), "%s", err.text);
		expect_text(&answers[id], text);
	}
	cr_assert(db_commit(db, &err), "%s", err.text);
	free(text);
}

/* So that it is prepared, which waits for all that was sent. */
static void ask_first(void)
{
	struct db_answer answer;

	ask(1, &answer);
	cr_assert(db_take(&answer, &err), "%s", err.text);
}

Test(db_post, a_failure_is_told_instead_of_rows)
{
	struct db_answer answer, later;

	cr_assert(db_begin(db, &err));
	ask_first();
	cr_assert(add(1, "bad"));
	ask(1, &answer);
	ask(2, &later);
	cr_expect(!db_take(&answer, &err));
	cr_expect_eq(err.kind, ERR_POISON, "%s", err.text);
	cr_expect_str_eq(err.code, "23514");
	cr_expect(!db_is_broken(db));
	db_rollback(db);
	cr_expect(!db_is_broken(db));
	cr_expect_eq(stored(), 0);
}

/* A migration while we are connected: what was prepared gives text, and the column is another type
 * now. */
Test(db_post, a_column_of_another_type_wants_another_connection)
{
	struct row row = { 7, NULL }, *rows;
	size_t count;

	cr_assert(add(7, "first"));
	cr_assert(db_run(db, &read_rows, &row, 1, &arena, &rows, &count, &err), "%s", err.text);
	cr_assert(db_script(db, "ALTER TABLE posted ALTER COLUMN text TYPE VARCHAR(9)", &err), "%s",
		  err.text);
	cr_assert_not(db_run(db, &read_rows, &row, 1, &arena, &rows, &count, &err));
	cr_expect_str_eq(err.text, "read_rows: cached plan must not change result type");
	cr_expect_eq(err.kind, ERR_RETRY);
	cr_expect(db_is_broken(db));
}

Test(db_post, what_nobody_waits_for_any_more_is_dropped)
{
	struct db_answer *gone = malloc(sizeof(*gone));

	cr_assert(db_begin(db, &err));
	cr_assert(add(1, "good"));
	ask(1, gone);
	free(gone); /* a handler that failed for another reason */
	db_rollback(db);
	cr_expect(!db_is_broken(db));
	cr_expect_eq(stored(), 0);
}

Test(db_post, fewer_changes_than_rows_are_told)
{
	struct row rows[] = { { 1, "here" }, { 2, "not here" } };
	struct db_answer answer;

	cr_assert(db_begin(db, &err));
	cr_assert(add(1, "good"));
	cr_expect(!db_execute(db, &rename_rows, rows, 2, &err));
	cr_expect_eq(err.kind, ERR_RETRY);
	cr_expect_str_eq(err.text, "rename_rows: 1 of 2 are not there");
	cr_assert(db_execute(db, &rename_rows, rows, 1, &err), "%s", err.text);

	ask_first();
	cr_assert(db_post(db, &rename_rows, rows, 2, &err));
	ask(1, &answer);
	cr_expect(!db_take(&answer, &err));
	cr_expect_eq(err.kind, ERR_RETRY, "%s", err.text);
	cr_expect(!db_is_broken(db));

	cr_assert(db_post(db, &rename_rows, rows, 2, &err));
	cr_expect(!db_commit(db, &err));
	cr_expect_eq(err.kind, ERR_RETRY, "%s", err.text);
	db_rollback(db);
	cr_expect_eq(stored(), 0);
}

/* What is in doubt lies before what is not, and its answer is not all that comes before COMMIT. */
Test(db_post, a_commit_waits_for_what_is_in_doubt)
{
	struct row here = { 1, "renamed" }, gone = { 2, "not here" };

	cr_assert(db_begin(db, &err));
	cr_assert(add(1, "good"));
	cr_assert(db_post(db, &rename_rows, &here, 1, &err));
	cr_assert(add(3, "good"));
	cr_assert(db_commit(db, &err), "%s", err.text);
	cr_expect_eq(stored(), 2);

	cr_assert(db_begin(db, &err));
	cr_assert(db_post(db, &rename_rows, &gone, 1, &err));
	cr_assert(add(4, "good"));
	cr_expect(!db_commit(db, &err));
	cr_expect_eq(err.kind, ERR_RETRY, "%s", err.text);
	db_rollback(db);
	cr_expect_eq(stored(), 2);

	cr_assert(db_begin(db, &err));
	cr_assert(db_post(db, &rename_rows, &here, 1, &err));
	cr_assert(add(5, "bad"));
	cr_expect(!db_commit(db, &err));
	cr_expect_str_eq(err.code, "23514", "%s", err.text);
	db_rollback(db);
	cr_expect_eq(stored(), 2);
}
