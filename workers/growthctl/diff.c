/*
 * growthctl diff: two databases of the product by their public keys, each in one REPEATABLE READ
 * snapshot. Rows are merged as they come, so memory does not grow with them. What is not equal goes
 * through the rules that explain (decide_diff_rules.c).
 */
#include "diff.h"

#include <string.h>

#include "diff_read.h"

#define TIMEOUT_MS 10000
#define LIMIT 10
#define FOUND 1

struct arguments {
	const struct ctl *ctl;
	const char *titles[2];
	size_t count;
	bool json;
	int64_t limit, timeout_ms;
};

static const struct usage_option options[] = {
	USAGE_FLAG(struct arguments, json, "json", 0, "Write JSON"),
	USAGE_NUMBER(struct arguments, limit, "limit", 0, "N", 0, INT64_MAX,
		     "Rows told of each table (10); 0: all. All are counted"),
	USAGE_DURATION(struct arguments, timeout_ms, "timeout", 0,
		       "How long to wait for a broker (10s)"),
	USAGE_END
};

static bool take_title(struct argp_state *state, const char *text, void *into)
{
	struct arguments *arguments = into;

	(void)state;
	if (arguments->count == 2)
		return false;
	arguments->titles[arguments->count++] = text;
	return true;
}

static void check(struct argp_state *state, const void *into)
{
	const struct arguments *arguments = into;

	if (arguments->count < 2 && !arguments->ctl->print_config)
		argp_error(state, "two databases are compared: growthctl diff live SHADOW");
}

static const struct usage usage = {
	.options = options,
	.arguments = "live SHADOW",
	.take = take_title,
	.check = check,
	.doc = "Compares two databases by their public keys, table by table, and says what "
	       "differs, and why it may. SHADOW is the name of a replay; what a promotion has "
	       "kept is told by its database's whole name.\v"
	       "Serial numbers, offsets, and the server's own times are not compared. What "
	       "differs for a reason that is known (a profile met another version of a pattern, as "
	       "the topics of both sides tell; one side is behind) is told with the reason; the "
	       "rest is unexplained: state that the events do not lead to.\n"
	       "\n"
	       "Of contractors of whom matches or goals differ, contractor.matched and goal.enriched "
	       "of both sides are read, whole.\n"
	       "\n"
	       "Both are read as they are at one moment each. Where workers run meanwhile, and one "
	       "side has not handled what the other has, that is said first.\n"
	       "\n"
	       "Examples:\n"
	       "  growthctl diff live night\n"
	       "  growthctl diff live night --limit 0 | less\n"
	       "  growthctl diff live night --json | jq '.differences[] | select(.unexplained)'\n"
	       "  growthctl diff growth_former_20260301T021500Z live\n"
	       "\n"
	       "Exit status: 0 when all is equal or explained, 1 when something is not, 65 there "
	       "is no such database, 69 Postgres cannot be reached.",
};

/* ---- one table ---- */

struct table_diff {
	struct diff *diff;
	struct diff_counts *counts;
	struct diff_pair pair; /* its sides are the same for all rows */
	struct arena arena;    /* of one row */
};

static void put_pair(struct table_diff *table)
{
	json_object_put(table->pair.left);
	json_object_put(table->pair.right);
	table->pair.left = table->pair.right = NULL;
}

/* No differences: the texts differ, but the values are equal. */
static struct differences compare(struct table_diff *table)
{
	struct diff_pair *pair = &table->pair;
	struct differences found = { 0 };

	if (pair->left && pair->right) {
		found = diff_compare(pair->left, pair->right, &table->arena);
	} else {
		found = diff_alone(pair->left, pair->right, &table->arena);
	}
	for (size_t i = 0; i < found.count; i++)
		diff_explain(pair, &found.items[i]);
	return found;
}

/* What the rules want to know of both sides' topics. */
static void judge(struct table_diff *table, struct json_object *key)
{
	const struct diff_log *logs = table->diff->logs;
	const struct told *const told[] = { logs[0].told, logs[1].told };
	const bool trusted[] = { logs[0].trusted, logs[1].trusted };

	if (told_concerns(table->pair.table))
		told_judge(&table->pair, key, told, trusted);
}

static void count_row(struct table_diff *table, const struct differences *found)
{
	struct diff_counts *counts = table->counts;
	bool unexplained = false;

	for (size_t i = 0; i < found->count; i++)
		unexplained = unexplained || !found->items[i].explained;
	if (!found->count)
		counts->equal++;
	else if (!table->pair.right)
		counts->only_left++;
	else if (!table->pair.left)
		counts->only_right++;
	else
		counts->different++;
	counts->unexplained += unexplained;
	counts->explained += found->count && !unexplained;
	table->diff->unexplained += unexplained;
}

static bool on_row(const struct diff_found *row, void *closure, struct err *err)
{
	struct table_diff *table = closure;
	struct diff_counts *counts = table->counts;
	struct differences found;
	struct json_object *key;

	counts->left += row->left != NULL;
	counts->right += row->right != NULL;
	if (row->left && row->right && strcmp(row->left, row->right) == 0) {
		counts->equal++;
		return true;
	}
	key = json_tokener_parse(row->key);
	table->pair.left = row->left ? json_tokener_parse(row->left) : NULL;
	table->pair.right = row->right ? json_tokener_parse(row->right) : NULL;
	if (!table->pair.left != !row->left || !table->pair.right != !row->right) {
		json_object_put(key);
		put_pair(table);
		return err_set(err, ERR_FATAL, "%s %s: not JSON", counts->table->name, row->key);
	}
	table->pair.contractor =
		diff_contractor(key, table->pair.left ? table->pair.left : table->pair.right);
	judge(table, key);
	json_object_put(key);
	arena_reset(&table->arena);
	found = compare(table);
	count_row(table, &found);
	if (found.count && (!table->diff->limit || counts->told < table->diff->limit)) {
		diff_print_row(table->diff, counts->table, row->key, &found, &table->arena);
		counts->told++;
	}
	put_pair(table);
	return true;
}

static bool compare_table(struct diff *diff, struct diff_counts *counts, struct err *err)
{
	struct table_diff table = { .diff = diff,
				    .counts = counts,
				    .pair = { .table = counts->table } };
	bool ok;

	for (size_t i = 0; i < 2; i++) {
		const struct side_state *state = &diff->states[i];

		table.pair.sides[i].latest = state->latest;
		table.pair.sides[i].unrecorded = state->unrecorded ||
						 (!diff->sides[i].is_live && diff->feeding.count &&
						  diff->feeding.items[0].own_votes);
		table.pair.sides[i].others_votes = !diff->sides[i].is_live && diff->feeding.count &&
						   !diff->feeding.items[0].own_votes;
		table.pair.sides[i].behind = state->pending.count > 0 ||
					     (!diff->sides[i].is_live && diff->feeding.not_fed);
		if (!diff->sides[i].is_live) {
			table.pair.sides[i].unfed = diff->feeding.contractors;
			table.pair.sides[i].unfed_count = diff->feeding.contractors_count;
		}
	}
	arena_init(&table.arena);
	ok = diff_merge(counts->table, diff->sides[0].db, diff->sides[1].db, on_row, &table, err);
	arena_release(&table.arena);
	return ok;
}

/* ---- all of it ---- */

/* Positions are read within the snapshots; how far the topics go is asked before. */
static bool open_both(struct diff *diff, struct ctl *ctl, const struct arguments *arguments,
		      struct err *err)
{
	struct side *live;

	for (size_t i = 0; i < 2; i++) {
		if (!side_open(&diff->sides[i], ctl, arguments->titles[i], err))
			return false;
		if (!side_state_read(&diff->sides[i], arguments->timeout_ms, &diff->states[i], err))
			return false;
	}
	live = &diff->sides[!diff->sides[0].is_live];
	if (!db_begin_snapshot(diff->sides[0].db, err) ||
	    !db_begin_snapshot(diff->sides[1].db, err))
		return false;
	if (!live->is_live)
		return true;
	if (!feeding_read(live->db, diff->sides[diff->sides[0].is_live].db, &ctl->arena,
			  &diff->feeding, err))
		return false;
	feeding_read_contractors(live, arguments->timeout_ms, &diff->feeding);
	return true;
}

static bool compare_all(struct diff *diff, struct ctl *ctl, struct err *err)
{
	size_t tables = 0;

	while (diff_tables[tables].name)
		tables++;
	diff->counts = arena_array(&ctl->arena, struct diff_counts, tables);
	for (size_t i = 0; i < tables; i++) {
		struct diff_counts *counts = &diff->counts[diff->count];

		if (!diff_tables[i].columns)
			continue;
		*counts = (struct diff_counts){ .table = &diff_tables[i] };
		diff->count++;
		if (!compare_table(diff, counts, err))
			return false;
	}
	return true;
}

static int work(struct diff *diff, struct ctl *ctl, const struct arguments *arguments)
{
	struct err err = { 0 };
	int status;

	if (!open_both(diff, ctl, arguments, &err))
		return ctl_fail(ctl, &err);
	if (!diff_read_told(diff, &ctl->arena, arguments->timeout_ms, &err))
		return ctl_fail(ctl, &err);
	diff_print_head(diff, &ctl->arena);
	if (!compare_all(diff, ctl, &err))
		return ctl_fail(ctl, &err);
	diff_print_tail(diff, &ctl->arena);
	status = ctl_flush(ctl);
	return status ? status : diff->unexplained ? FOUND : 0;
}

int command_diff(struct ctl *ctl, int argc, char **argv)
{
	struct arguments arguments = { .ctl = ctl, .limit = LIMIT, .timeout_ms = TIMEOUT_MS };
	struct diff diff = { 0 };
	int status = ctl_parse(ctl, &usage, &arguments, argc, argv);

	if (status)
		return status;
	diff.json = arguments.json;
	diff.limit = arguments.limit;
	status = work(&diff, ctl, &arguments);
	told_free(diff.logs[0].told);
	told_free(diff.logs[1].told);
	side_close(&diff.sides[0]);
	side_close(&diff.sides[1]);
	return status;
}
