#include "diff_read.h"

#include <string.h>

/* The same cursor's name for every table: one statement fetches from all. */
#define FETCH "FETCH 2000 FROM diff_rows"

struct diff_row {
	const char *key, *content;
};

static const struct pg_column row_columns[] = { PG_TEXT(struct diff_row, key),
						PG_TEXT(struct diff_row, content), PG_END };
static const struct statement fetch = {
	.name = "diff_fetch",
	.sql = FETCH,
	.shape = STATEMENT_SCALARS,
	.results = row_columns,
	.result_size = sizeof(struct diff_row),
};

struct reader {
	struct db *db;
	struct arena arena; /* the rows at hand */
	struct diff_row *rows;
	size_t count, next;
	bool ended;
};

static bool open_cursor(struct reader *reader, const struct diff_table *table, struct err *err)
{
	/* All rows are wanted, not the first ones soon. Compiling such a query takes longer than it
	 * takes for 100,000 rows. */
	return db_script(
		       reader->db,
		       arena_printf(
			       &reader->arena,
			       "SET LOCAL cursor_tuple_fraction = 1; SET LOCAL jit = off; "
			       "SET LOCAL work_mem = '64MB'; DECLARE diff_rows NO SCROLL CURSOR FOR %s",
			       diff_query(table, &reader->arena)),
		       err) ||
	       err_wrap(err, "%s", table->name);
}

/* The row at hand; NULL: there is none any more. */
static bool read_row(struct reader *reader, const struct diff_row **ret_row, struct err *err)
{
	if (reader->next == reader->count && !reader->ended) {
		arena_reset(&reader->arena);
		if (!db_run(reader->db, &fetch, NULL, 0, &reader->arena, &reader->rows,
			    &reader->count, err))
			return false;
		reader->next = 0;
		reader->ended = reader->count == 0;
	}
	*ret_row = reader->ended ? NULL : &reader->rows[reader->next];
	return true;
}

bool diff_found_differs(const struct diff_found *found)
{
	return !found->left || !found->right || strcmp(found->left, found->right) != 0;
}

/* Which of two rows comes first: below 0 the left one. A row that is missing comes last. */
static int order(const struct diff_row *left, const struct diff_row *right)
{
	if (!left || !right)
		return !left - !right;
	return strcmp(left->key, right->key);
}

static bool merge(struct reader *left, struct reader *right, diff_each *each, void *closure,
		  struct err *err)
{
	const struct diff_row *a, *b;

	while (read_row(left, &a, err) && read_row(right, &b, err)) {
		int first = order(a, b);
		struct diff_found found = { .left = a && first <= 0 ? a->content : NULL,
					    .right = b && first >= 0 ? b->content : NULL };

		if (!a && !b)
			return true;
		found.key = found.left ? a->key : b->key;
		if (!each(&found, closure, err))
			return false;
		left->next += found.left != NULL;
		right->next += found.right != NULL;
	}
	return false;
}

bool diff_merge(const struct diff_table *table, struct db *left, struct db *right, diff_each *each,
		void *closure, struct err *err)
{
	struct reader a = { .db = left }, b = { .db = right };
	bool ok;

	arena_init(&a.arena);
	arena_init(&b.arena);
	ok = open_cursor(&a, table, err) && open_cursor(&b, table, err) &&
	     merge(&a, &b, each, closure, err) && db_script(left, "CLOSE diff_rows", err) &&
	     db_script(right, "CLOSE diff_rows", err);
	arena_release(&a.arena);
	arena_release(&b.arena);
	return ok;
}
