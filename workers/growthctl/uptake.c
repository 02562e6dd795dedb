/* growthctl uptake: what was recommended, and whether it was taken up. */
#include "uptake.h"

#include "growthctl_core_sql.h"
#include "json_read.h"
#include "output.h"
#include "pattern_keys.h"
#include "rows.h"

struct arguments {
	struct uptake_wanted wanted;
	bool json;
};

static const struct usage_option options[] = {
	USAGE_NUMBER(struct arguments, wanted.within, "within", 'w', "DAYS", 1, 3650,
		     "How long after a recommendation it may be taken up (90)"),
	USAGE_TIME(struct arguments, wanted.as_of, "as-of", 't', "2024-07-01",
		   "Who had so many days by then is counted (now)"),
	USAGE_FLAG(struct arguments, json, "json", 0, "Write JSON"), USAGE_END
};

static bool take_key(struct argp_state *state, const char *text, void *into)
{
	struct arguments *arguments = into;
	bool first = !arguments->wanted.pattern_key;

	(void)state;
	arguments->wanted.pattern_key = text;
	return first;
}

static const struct usage usage = {
	.options = options,
	.arguments = "[KEY]",
	.take = take_key,
	.doc = "Shows, pattern by pattern, how many of those to whom a goal recommended a partner, "
	       "book, podcast or event did it within some time, and how many of the contractors "
	       "whom the pattern matches as well, in the same tier, and to whom it was not "
	       "recommended. Who had done it before is in neither number. The limits are those of "
	       "95 %. It reads much: seconds with a million contractors. Groups may be small, down "
	       "to one contractor, so the figures are for operators alone.\v"
	       "Examples:\n"
	       "  growthctl uptake\n"
	       "  growthctl uptake '3_million>5_million/revenue_growth' --within 180\n"
	       "  growthctl uptake --json | jq '.[] | select(.item == null)'\n"
	       "\n"
	       "Exit status: 66 when there is no such pattern.",
};

static const struct pg_column parameter_columns[] = { PG_TEXT(struct uptake_wanted, pattern_key),
						      PG_INT4(struct uptake_wanted, within),
						      PG_TIME(struct uptake_wanted, as_of),
						      PG_END };

static const struct statement read_uptake = {
	.name = "uptake",
	.sql = SQL_UPTAKE,
	.shape = STATEMENT_SCALARS,
	.parameters = parameter_columns,
	.parameter_size = sizeof(struct uptake_wanted),
	.results = json_columns,
	.result_size = sizeof(struct json_row),
};

static void add_row(struct table *table, struct json_object *row, bool with_pattern)
{
	struct arena *arena = table->arena;
	const char *item = json_text_at(row, "name");

	if (with_pattern)
		table_add(table, json_text_at(row, "pattern_key"));
	table_add(table, json_text_at(row, "kind"));
	table_add(table, item ? item : json_at(row, "item") ? json_text_at(row, "item") : "all");
	table_add(table, json_text_at(row, "recommended"));
	table_add(table, json_text_at(row, "taken_up"));
	table_add(table, json_percent(row, "rate", arena));
	table_add(table, json_percent_limits(row, "rate_low", "rate_high", arena));
	table_add(table, json_text_at(row, "others"));
	table_add(table, json_percent(row, "others_rate", arena));
	table_add(table, json_percent(row, "difference", arena));
	table_add(table, json_percent_limits(row, "difference_low", "difference_high", arena));
}

void uptake_print(struct ctl *ctl, struct json_object *rows, bool with_pattern)
{
	static const char *const headings[] = { "PATTERN",   "KIND",        "ITEM",  ">RECOMMENDED",
						">TAKEN UP", ">RATE",       ">95 %", ">OTHERS",
						">RATE",     ">DIFFERENCE", ">95 %", NULL };
	struct table table;

	table_init(&table, &ctl->arena, headings + !with_pattern);
	for (size_t i = 0; i < json_object_array_length(rows); i++)
		add_row(&table, json_object_array_get_idx(rows, i), with_pattern);
	table_print(&table, stdout);
}

bool uptake_read(struct db *db, const struct uptake_wanted *wanted, struct arena *arena,
		 const char **ret_json, struct err *err)
{
	struct json_row *found;
	size_t count;

	if (!db_run(db, &read_uptake, wanted, 1, arena, &found, &count, err))
		return false;
	*ret_json = found[0].json;
	return true;
}

static int show(struct ctl *ctl, struct db *db, const struct arguments *arguments)
{
	const char *key = arguments->wanted.pattern_key, *json;
	struct json_object *rows;
	struct err err = { 0 };
	int status = key ? pattern_check(ctl, db, key) : 0;

	if (status)
		return status;
	if (!uptake_read(db, &arguments->wanted, &ctl->arena, &json, &err))
		return ctl_fail(ctl, &err);
	rows = json_tokener_parse(json);
	if (arguments->json)
		puts(json);
	else
		uptake_print(ctl, rows, true);
	json_object_put(rows);
	return ctl_flush(ctl);
}

int command_uptake(struct ctl *ctl, int argc, char **argv)
{
	struct arguments arguments = { .wanted.within = UPTAKE_WITHIN_DAYS };
	struct err err = { 0 };
	struct db *db;
	int status = ctl_parse(ctl, &usage, &arguments, argc, argv);

	if (status)
		return status;
	db = ctl_database(ctl, &err);
	status = db ? show(ctl, db, &arguments) : ctl_fail(ctl, &err);
	db_close(db);
	return status;
}
