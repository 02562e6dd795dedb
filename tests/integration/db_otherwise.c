/* Rows found without an index, where they were read; those that are elsewhere by then are found by
 * their keys. */
#include "posted.h"

struct placed_row {
	int64_t id, place;
	const char *text;
};

static const struct pg_column placed_columns[] = { PG_INT8(struct placed_row, id),
						   PG_TID(struct placed_row, place),
						   PG_TEXT(struct placed_row, text), PG_END };

static const struct statement read_places = {
	.name = "read_places",
	.sql = "SELECT id, ctid AS place, text FROM posted ORDER BY id",
	.results = placed_columns,
	.result_size = sizeof(struct placed_row),
};

#define RENAME \
	"UPDATE posted p SET text = r.text FROM unnest($1::bigint[], $2::tid[], $3::text[]) AS r (id, place, text) WHERE p.id = r.id "

static const struct statement rename_moved = {
	.name = "rename_moved",
	.sql = RENAME,
	.parameters = placed_columns,
	.parameter_size = sizeof(struct placed_row),
};

static const struct statement rename_placed = {
	.name = "rename_placed",
	.sql = RENAME "AND p.ctid = r.place",
	.parameters = placed_columns,
	.parameter_size = sizeof(struct placed_row),
	.otherwise = &rename_moved,
};

enum { ROWS = 3000 }; /* some are behind the first block */

static struct placed_row *rows;

static void read_all(void)
{
	size_t count;

	cr_assert(db_run(db, &read_places, NULL, 0, &arena, &rows, &count, &err), "%s", err.text);
	cr_assert_eq(count, ROWS);
}

static void set_up_rows(void)
{
	set_up();
	cr_assert(db_script(db,
			    "INSERT INTO posted SELECT g, 'first' FROM generate_series(1, 3000) g",
			    &err),
		  "%s", err.text);
	read_all();
	for (size_t i = 0; i < ROWS; i++)
		rows[i].text = "second";
}

TestSuite(db_otherwise, .init = set_up_rows, .fini = tear_down);

static const struct statement count_renamed = {
	.name = "count_renamed",
	.sql = "SELECT count(*) AS id FROM posted WHERE text = 'second'",
	.results = count_columns,
	.result_size = sizeof(struct row),
};

static int64_t renamed(void)
{
	struct row *counted;
	size_t count;

	cr_assert(db_run(db, &count_renamed, NULL, 0, &arena, &counted, &count, &err), "%s",
		  err.text);
	return counted[0].id;
}

static void move_some(void)
{
	cr_assert(db_script(db, "UPDATE posted SET text = 'moved' WHERE id % 100 = 0", &err), "%s",
		  err.text);
}

static void expect_texts(const char *text)
{
	read_all();
	for (size_t i = 0; i < ROWS; i++)
		cr_expect_str_eq(rows[i].text, text, "row %zu", i);
}

Test(db_otherwise, rows_are_where_they_were_read)
{
	cr_assert(db_begin(db, &err));
	cr_assert(db_execute(db,
			     &(struct statement){
				     .name = "placed_alone",
				     .sql = RENAME "AND p.ctid = r.place",
				     .parameters = placed_columns,
				     .parameter_size = sizeof(struct placed_row),
				     .if_fewer = "are not where they were",
			     },
			     rows, ROWS, &err),
		  "%s", err.text);
	expect_texts("second");
	cr_assert(db_commit(db, &err), "%s", err.text);
}

Test(db_otherwise, one_that_has_moved_is_found_before_commit)
{
	move_some();
	cr_assert(db_begin(db, &err));
	cr_assert(db_post(db, &rename_placed, rows, ROWS, &err), "%s", err.text);
	cr_assert(db_commit(db, &err), "%s", err.text);
	expect_texts("second");
}

Test(db_otherwise, one_that_has_moved_is_found_before_rows_are_read)
{
	move_some();
	cr_assert(db_begin(db, &err));
	cr_assert(db_post(db, &rename_placed, rows, ROWS, &err), "%s", err.text);
	expect_texts("second");
	for (size_t i = 0; i < ROWS; i++)
		rows[i].text = "third";
	move_some();
	cr_assert(db_post(db, &rename_placed, rows, ROWS, &err), "%s", err.text);
	cr_assert(db_commit(db, &err), "%s", err.text);
	expect_texts("third");
}

/* As many as are kept unanswered, and one more. */
Test(db_otherwise, many_that_have_moved_are_found)
{
	enum { POSTS = 65, EACH = 40 };

	cr_assert(db_script(db, "DELETE FROM posted WHERE id > 65 * 40", &err), "%s", err.text);
	cr_assert(db_script(db, "UPDATE posted SET text = 'moved'", &err), "%s", err.text);
	cr_assert(db_begin(db, &err));
	cr_expect_eq(renamed(), 0); /* BEGIN is answered */
	for (size_t i = 0; i < POSTS; i++)
		cr_assert(db_post(db, &rename_placed, rows + i * EACH, EACH, &err), "%s", err.text);
	cr_assert(db_commit(db, &err), "%s", err.text);
	cr_expect_eq(renamed(), POSTS * EACH);
}

Test(db_otherwise, what_is_run_instead_may_be_open_as_well)
{
	static const struct statement rename_all = {
		.name = "rename_all",
		.sql = RENAME,
		.parameters = placed_columns,
		.parameter_size = sizeof(struct placed_row),
		.if_fewer = "are gone",
	};
	static const struct statement rename_or_fail = {
		.name = "rename_or_fail",
		.sql = RENAME "AND p.ctid = r.place",
		.parameters = placed_columns,
		.parameter_size = sizeof(struct placed_row),
		.otherwise = &rename_all,
	};

	cr_assert(db_script(db, "DELETE FROM posted WHERE id = 1", &err), "%s", err.text);
	cr_assert(db_begin(db, &err));
	cr_assert(db_post(db, &rename_or_fail, rows, ROWS, &err), "%s", err.text);
	cr_expect(!db_commit(db, &err));
	cr_expect_eq(err.kind, ERR_RETRY, "%s", err.text);
	db_rollback(db);
	cr_expect_eq(renamed(), 0);
}

Test(db_otherwise, what_is_rolled_back_is_not_looked_for)
{
	move_some();
	cr_assert(db_begin(db, &err));
	cr_assert(db_post(db, &rename_placed, rows, ROWS, &err), "%s", err.text);
	db_rollback(db);
	cr_assert(db_script(db, "UPDATE posted SET text = 'kept'", &err), "%s", err.text);
	cr_assert(db_begin(db, &err));
	cr_assert(db_commit(db, &err), "%s", err.text);
	expect_texts("kept");
}
