#include "buffer.h"
#include "decide_diff.h"

static void add_member(struct buffer *sql, const struct diff_column *column, bool first)
{
	buffer_printf(sql, "%s'%s', ", first ? "" : ", ", column->as ? column->as : column->name);
	if (column->text)
		buffer_add_text(sql, column->text);
	else
		buffer_printf(sql, "t.\"%s\"", column->name);
}

static void add_object(struct buffer *sql, const struct diff_table *table, bool keys)
{
	bool first = true;

	/* Keys keep their order. Contents lose it, and so are equal texts where they are equal. */
	buffer_add_text(sql, keys ? "json_build_object(" : "jsonb_build_object(");
	for (const struct diff_column *column = table->columns; column->name || column->as;
	     column++) {
		if (column->use == DIFF_LEFT_OUT || (column->use == DIFF_KEY) != keys)
			continue;
		add_member(sql, column, first);
		first = false;
	}
	buffer_add_text(sql, ")::text");
}

const char *diff_query(const struct diff_table *table, struct arena *arena)
{
	struct buffer sql = { 0 };
	const char *copy;

	buffer_add_text(&sql, "SELECT key, content FROM (SELECT ");
	add_object(&sql, table, true);
	buffer_add_text(&sql, " AS key, ");
	add_object(&sql, table, false);
	/* By bytes: other collations differ between two versions of a library. Without OFFSET each
	 * text would be made twice, once to sort by. */
	buffer_printf(
		&sql,
		" AS content FROM %s t%s OFFSET 0) AS r ORDER BY key COLLATE \"C\", content COLLATE "
		"\"C\"",
		table->name, table->joins ? table->joins : "");
	copy = arena_strndup(arena, sql.bytes, sql.length);
	buffer_release(&sql);
	return copy;
}
