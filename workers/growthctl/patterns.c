/* growthctl patterns: the library as it is in Postgres; patterns show KEY: one of it, with all that
 * is known. */
#include "ctl.h"
#include "growthctl_core_sql.h"
#include "ladder.h"
#include "output.h"
#include "pattern_keys.h"
#include "rows.h"
#include "story.h"
#include "wording.h"

struct arguments {
	bool all, json, keys;
	bool show;               /* one pattern */
	const char *pattern_key; /* that one; NULL: none named yet */
};

struct pattern_row {
	const char *pattern_type, *from_revenue_tier, *to_revenue_tier, *status, *status_reason;
	int64_t sample_size;
	double confidence;
	struct optional_int average, median, fastest;
	const char *held_out;
};

static const struct usage_option options[] = {
	USAGE_FLAG(struct arguments, all, "all", 'a', "Those that were removed as well"),
	USAGE_FLAG(struct arguments, json, "json", 0, "Write JSON, with all that is known of each"),
	USAGE_FLAG(struct arguments, keys, "keys", 0,
		   "Write only the keys of all there are or were, one a line"),
	USAGE_END
};

/* Nothing, or `show KEY`. */
static bool take_argument(struct argp_state *state, const char *text, void *into)
{
	struct arguments *arguments = into;
	bool wanted = !arguments->pattern_key;

	if (!arguments->show && strcmp(text, "show") != 0)
		argp_error(state, "'%s' is not known; 'show KEY' is", text);
	if (arguments->show)
		arguments->pattern_key = text;
	arguments->show = true;
	return wanted;
}

static void check(struct argp_state *state, const void *from)
{
	const struct arguments *arguments = from;

	if (arguments->show && !arguments->pattern_key)
		argp_error(state, "show which pattern?");
}

static const struct usage usage = {
	.options = options,
	.arguments = "[show KEY]",
	.take = take_argument,
	.check = check,
	.doc = "Shows the growth patterns that were found: from which tier to which, how many "
	       "contractors they rest on, how sure they are (0 to 1), and how many months it "
	       "took, median of those who made it. HELD OUT says whether what the pattern says "
	       "holds for a fifth of the contractors that it was not learnt from; STATUS why it is "
	       "downgraded or removed. Transitions that have no pattern say why.\n\n"
	       "show KEY tells all of one pattern: its cohort, what they did and how sure that is, "
	       "how long it took, the confidence with its parts and its history, the goals and "
	       "what came of them, and what was taken up of the advice. That reads much: seconds "
	       "with a million contractors.\v"
	       "Examples:\n"
	       "  growthctl patterns\n"
	       "  growthctl patterns --json | jq '.[0].common_partners'\n"
	       "  growthctl patterns show '0_5_million>5_10_million/revenue_growth'\n"
	       "\n"
	       "Exit status: 66 when there is no such pattern.",
};

static const struct pg_column parameter_columns[] = { PG_BOOL(struct arguments, all), PG_END };
static const struct pg_column pattern_columns[] = { PG_TEXT(struct pattern_row, pattern_type),
						    PG_TEXT(struct pattern_row, from_revenue_tier),
						    PG_TEXT(struct pattern_row, to_revenue_tier),
						    PG_TEXT(struct pattern_row, status),
						    PG_TEXT(struct pattern_row, status_reason),
						    PG_INT4(struct pattern_row, sample_size),
						    PG_FLOAT8(struct pattern_row, confidence),
						    PG_INT4(struct pattern_row, average),
						    PG_INT4(struct pattern_row, median),
						    PG_INT4(struct pattern_row, fastest),
						    PG_TEXT(struct pattern_row, held_out),
						    PG_END };

static const struct statement patterns_list = {
	.name = "patterns_list",
	.sql = SQL_PATTERNS_LIST,
	.shape = STATEMENT_SCALARS,
	.parameters = parameter_columns,
	.parameter_size = sizeof(struct arguments),
	.results = pattern_columns,
	.result_size = sizeof(struct pattern_row),
};
static const struct statement patterns_json = {
	.name = "patterns_json",
	.sql = SQL_PATTERNS_JSON,
	.shape = STATEMENT_SCALARS,
	.parameters = parameter_columns,
	.parameter_size = sizeof(struct arguments),
	.results = json_columns,
	.result_size = sizeof(struct json_row),
};

static const char *months_of(const struct pattern_row *row, struct arena *arena)
{
	if (!row->median.present)
		return NULL;
	return arena_printf(arena, "%lld", (long long)row->median.value);
}

/* With the reason, where it is not active. */
static const char *status_of(const struct pattern_row *row, struct arena *arena)
{
	if (!row->status_reason)
		return row->status;
	return arena_printf(arena, "%s: %s", row->status, row->status_reason);
}

static bool has_pattern(const struct ladder_transition *transition, const struct pattern_row *rows,
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].from_revenue_tier, transition->from_tier) == 0 &&
		    strcmp(rows[i].to_revenue_tier, transition->to_tier) == 0 &&
		    strcmp(rows[i].status, "removed") != 0)
			return true;
	return false;
}

static void add_without_pattern(struct table *table, const struct ladder_transition *transition,
				const struct labels *tiers)
{
	table_add(table, NULL);
	table_add(table, label_of(tiers, transition->from_tier));
	table_add(table, label_of(tiers, transition->to_tier));
	if (transition->levelled_up.present)
		table_add_number(table, transition->levelled_up.value);
	else
		table_add(table, NULL);
	table_add(table, NULL);
	table_add(table, NULL);
	table_add(table, NULL);
	table_add(table, transition->result);
}

static bool print_table(struct ctl *ctl, struct db *db, const struct arguments *arguments,
			struct err *err)
{
	static const char *const headings[] = { "PATTERN",      "FROM",        "TO",
						">CONTRACTORS", ">CONFIDENCE", ">MONTHS",
						"HELD OUT",     "STATUS",      NULL };
	const struct labels *tiers = &ctl->config.vocabulary.tiers;
	struct pattern_row *rows;
	struct ladder ladder;
	struct table table;
	size_t count;

	if (!db_run(db, &patterns_list, arguments, 1, &ctl->arena, &rows, &count, err) ||
	    !ladder_read(ctl, db, &ctl->arena, &ladder, err))
		return false;
	table_init(&table, &ctl->arena, headings);
	for (size_t i = 0; i < count; i++) {
		table_add(&table, rows[i].pattern_type);
		table_add(&table, label_of(tiers, rows[i].from_revenue_tier));
		table_add(&table, label_of(tiers, rows[i].to_revenue_tier));
		table_add_number(&table, rows[i].sample_size);
		table_add(&table, arena_printf(&ctl->arena, "%.2f", rows[i].confidence));
		table_add(&table, months_of(&rows[i], &ctl->arena));
		table_add(&table, plain_words(rows[i].held_out, &ctl->arena));
		table_add(&table, status_of(&rows[i], &ctl->arena));
	}
	for (size_t i = 0; i < ladder.count; i++)
		if (!has_pattern(&ladder.items[i], rows, count))
			add_without_pattern(&table, &ladder.items[i], tiers);
	table_print(&table, stdout);
	return true;
}

static bool print_json(struct ctl *ctl, struct db *db, const struct arguments *arguments,
		       struct err *err)
{
	struct json_row *rows;
	size_t count;

	if (!db_run(db, &patterns_json, arguments, 1, &ctl->arena, &rows, &count, err))
		return false;
	puts(rows[0].json);
	return true;
}

static int show(struct ctl *ctl, struct db *db, const struct arguments *arguments)
{
	struct json_object *story;
	struct err err = { 0 };
	int status = pattern_check(ctl, db, arguments->pattern_key);

	if (status)
		return status;
	if (!story_read(ctl, db, arguments->pattern_key, &story, &err))
		return ctl_fail(ctl, &err);
	if (arguments->json)
		puts(json_object_to_json_string_ext(story, JSON_C_TO_STRING_PLAIN |
								   JSON_C_TO_STRING_NOSLASHESCAPE));
	else
		story_print(ctl, story);
	json_object_put(story);
	return ctl_flush(ctl);
}

static bool print_keys(struct ctl *ctl, struct db *db, const struct arguments *arguments,
		       struct err *err)
{
	const char **keys = NULL;
	size_t count = 0;
	bool ok = pattern_read_keys(ctl, db, &keys, &count, err);

	(void)arguments;
	for (size_t i = 0; ok && i < count; i++)
		puts(keys[i]);
	return ok;
}

static int list(struct ctl *ctl, struct db *db, const struct arguments *arguments)
{
	struct err err = { 0 };
	bool ok = (arguments->keys   ? print_keys
		   : arguments->json ? print_json
				     : print_table)(ctl, db, arguments, &err);

	return ok ? ctl_flush(ctl) : ctl_fail(ctl, &err);
}

int command_patterns(struct ctl *ctl, int argc, char **argv)
{
	struct arguments arguments = { 0 };
	struct err err = { 0 };
	struct db *db;
	int status = ctl_parse(ctl, &usage, &arguments, argc, argv);

	if (status)
		return status;
	db = ctl_database(ctl, &err);
	status = db ? (arguments.show ? show : list)(ctl, db, &arguments) : ctl_fail(ctl, &err);
	db_close(db);
	return status;
}
