/* growthctl contractor: what is known of one, with his matches and goals. */
#include <json-c/json.h>

#include "buffer.h"
#include "ctl.h"
#include "growthctl_core_sql.h"
#include "instant.h"
#include "output.h"
#include "rows.h"

struct arguments {
	bool json;
	int64_t contractor_id; /* 0: none given */
};

struct profile_row {
	const char *revenue_tier, *team, *current_stage, *focus_areas, *status;
	struct optional_number annual_revenue;
	utc_us tier_entered_at;
};

struct match_row {
	const char *pattern_type, *from_revenue_tier, *to_revenue_tier, *match_reason,
		*pattern_result;
	double score, tier_score, focus_score, team_score, stage_score;
};

struct goal_row {
	const char *goal_id, *goal_type, *goal_description, *target_milestone, *pattern_source,
		*data_gaps, *status, *timeline;
	struct optional_int priority_score;
	struct optional_number confidence;
};

struct item_row {
	const char *goal_id, *checklist_item, *status;
};

struct contractor {
	struct ctl *ctl;
	const struct arguments *arguments;
	struct profile_row *profile; /* NULL: there is none */
	struct match_row *matches;
	struct goal_row *goals;
	struct item_row *items;
	size_t matches_count, goals_count, items_count;
};

static const struct usage_option options[] = {
	USAGE_FLAG(struct arguments, json, "json", 0, "Write JSON"), USAGE_END
};

static bool take_id(struct argp_state *state, const char *text, void *into)
{
	struct arguments *arguments = into;
	bool first = !arguments->contractor_id;

	arguments->contractor_id = strtoll(text, NULL, 10);
	if (first && (strspn(text, "0123456789") != strlen(text) || arguments->contractor_id < 1 ||
		      arguments->contractor_id > INT32_MAX))
		argp_error(state, "'%s' is no contractor's id", text);
	return first;
}

static void check(struct argp_state *state, const void *from)
{
	const struct arguments *arguments = from;

	if (!arguments->contractor_id)
		argp_error(state, "which contractor?");
}

static const struct usage usage = {
	.options = options,
	.arguments = "ID",
	.take = take_id,
	.check = check,
	.doc = "Shows a contractor's profile, the patterns that fit with the parts of their "
	       "scores, and the goals with checklist and timeline.\v"
	       "Examples:\n"
	       "  growthctl contractor 56\n"
	       "  growthctl contractor 56 --json | jq '.goals[0].checklist'\n"
	       "\n"
	       "Exit status: 66 when there is no such contractor.",
};

/* ---- statements ---- */

static const struct pg_column parameter_columns[] = { PG_INT4(struct arguments, contractor_id),
						      PG_END };
static const struct pg_column profile_columns[] = {
	PG_TEXT(struct profile_row, revenue_tier),     PG_TEXT(struct profile_row, team),
	PG_TEXT(struct profile_row, current_stage),    PG_TEXT(struct profile_row, focus_areas),
	PG_FLOAT8(struct profile_row, annual_revenue), PG_TEXT(struct profile_row, status),
	PG_TIME(struct profile_row, tier_entered_at),  PG_END
};
static const struct pg_column match_columns[] = { PG_TEXT(struct match_row, pattern_type),
						  PG_TEXT(struct match_row, from_revenue_tier),
						  PG_TEXT(struct match_row, to_revenue_tier),
						  PG_FLOAT8(struct match_row, score),
						  PG_FLOAT8(struct match_row, tier_score),
						  PG_FLOAT8(struct match_row, focus_score),
						  PG_FLOAT8(struct match_row, team_score),
						  PG_FLOAT8(struct match_row, stage_score),
						  PG_TEXT(struct match_row, match_reason),
						  PG_TEXT(struct match_row, pattern_result),
						  PG_END };
static const struct pg_column goal_columns[] = { PG_TEXT(struct goal_row, goal_id),
						 PG_TEXT(struct goal_row, goal_type),
						 PG_TEXT(struct goal_row, goal_description),
						 PG_TEXT(struct goal_row, target_milestone),
						 PG_INT4(struct goal_row, priority_score),
						 PG_TEXT(struct goal_row, pattern_source),
						 PG_FLOAT8(struct goal_row, confidence),
						 PG_TEXT(struct goal_row, data_gaps),
						 PG_TEXT(struct goal_row, status),
						 PG_TEXT(struct goal_row, timeline),
						 PG_END };
static const struct pg_column item_columns[] = { PG_TEXT(struct item_row, goal_id),
						 PG_TEXT(struct item_row, checklist_item),
						 PG_TEXT(struct item_row, status), PG_END };

#define OF_CONTRACTOR(statement_name, text, row, columns) \
	{ \
		.name = (statement_name), .sql = (text), .shape = STATEMENT_SCALARS, \
		.parameters = parameter_columns, .parameter_size = sizeof(struct arguments), \
		.results = (columns), .result_size = sizeof(row) \
	}

static const struct statement read_profile = OF_CONTRACTOR(
	"contractor_profile", SQL_CONTRACTOR_PROFILE, struct profile_row, profile_columns);
static const struct statement read_matches = OF_CONTRACTOR(
	"contractor_matches", SQL_CONTRACTOR_MATCHES, struct match_row, match_columns);
static const struct statement read_goals =
	OF_CONTRACTOR("contractor_goals", SQL_CONTRACTOR_GOALS, struct goal_row, goal_columns);
static const struct statement read_items = OF_CONTRACTOR(
	"contractor_checklists", SQL_CONTRACTOR_CHECKLISTS, struct item_row, item_columns);
static const struct statement read_json =
	OF_CONTRACTOR("contractor_json", SQL_CONTRACTOR_JSON, struct json_row, json_columns);

/* ---- for people ---- */

static void print_line(const char *indent, const char *what, const char *text)
{
	if (!text || !*text)
		return;
	printf("%s%-12s ", indent, what);
	output_wrapped(stdout, (int)strlen(indent) + 13, text);
}

/* ["a","b"] as "a, b", each by its label. */
static const char *join(const struct labels *labels, const char *json, struct arena *arena)
{
	struct json_object *list = json ? json_tokener_parse(json) : NULL;
	struct buffer out = { 0 };
	const char *text;

	for (size_t i = 0;
	     json_object_is_type(list, json_type_array) && i < json_object_array_length(list); i++)
		buffer_printf(&out, "%s%s", i ? ", " : "",
			      label_of(labels,
				       json_object_get_string(json_object_array_get_idx(list, i))));
	text = out.bytes ? arena_strdup(arena, out.bytes) : NULL;
	buffer_release(&out);
	json_object_put(list);
	return text;
}

static void print_profile(const struct contractor *contractor)
{
	const struct vocabulary *vocabulary = &contractor->ctl->config.vocabulary;
	const struct profile_row *profile = contractor->profile;
	struct arena *arena = &contractor->ctl->arena;
	char since[INSTANT_TEXT_SIZE];

	instant_format(profile->tier_entered_at, since);
	output_heading(stdout, "Contractor %lld", (long long)contractor->arguments->contractor_id);
	print_line("  ", "tier",
		   arena_printf(arena, "%s, since %.10s",
				label_of(&vocabulary->tiers, profile->revenue_tier), since));
	if (profile->annual_revenue.present)
		print_line("  ", "revenue",
			   arena_printf(arena, "$%.0f", profile->annual_revenue.value));
	print_line("  ", "team", profile->team);
	print_line("  ", "stage", label_of(&vocabulary->stages, profile->current_stage));
	print_line("  ", "focus areas",
		   join(&vocabulary->focus_areas, profile->focus_areas, arena));
	print_line("  ", "status", profile->status);
}

static void print_matches(const struct contractor *contractor)
{
	const struct labels *tiers = &contractor->ctl->config.vocabulary.tiers;

	putchar('\n');
	output_heading(stdout, "Patterns that fit");
	for (size_t i = 0; i < contractor->matches_count; i++) {
		const struct match_row *match = &contractor->matches[i];

		printf("  %.2f  %s → %s, %s (%s)\n", match->score,
		       label_of(tiers, match->from_revenue_tier),
		       label_of(tiers, match->to_revenue_tier), match->pattern_type,
		       match->pattern_result);
		printf("        tier %.2f, focus areas %.2f, team %.2f, stage %.2f\n",
		       match->tier_score, match->focus_score, match->team_score,
		       match->stage_score);
		if (match->match_reason) {
			fputs("        ", stdout);
			output_wrapped(stdout, 8, match->match_reason);
		}
	}
	if (!contractor->matches_count)
		puts("  none");
}

static void print_goal(const struct contractor *contractor, const struct goal_row *goal)
{
	struct arena *arena = &contractor->ctl->arena;

	fputs("  ", stdout);
	output_wrapped(stdout, 2,
		       arena_printf(arena, "%s (%s)", goal->goal_description, goal->goal_type));
	if (goal->priority_score.present)
		print_line(
			"    ", "priority",
			arena_printf(arena, "%lld of 10", (long long)goal->priority_score.value));
	print_line("    ", "status", goal->status);
	print_line("    ", "milestone", goal->target_milestone);
	print_line("    ", "source", goal->pattern_source);
	if (goal->confidence.present)
		print_line("    ", "confidence",
			   arena_printf(arena, "%.2f", goal->confidence.value));
	print_line("    ", "timeline", goal->timeline);
	print_line("    ", "data gaps", join(&(struct labels){ 0 }, goal->data_gaps, arena));
	for (size_t i = 0; i < contractor->items_count; i++) {
		const struct item_row *item = &contractor->items[i];

		if (strcmp(item->goal_id, goal->goal_id) != 0)
			continue;
		printf("    [%s] ", strcmp(item->status, "completed") == 0 ? "x" : " ");
		output_wrapped(stdout, 8, item->checklist_item);
	}
	print_line("    ", "goal", goal->goal_id);
}

static void print_goals(const struct contractor *contractor)
{
	putchar('\n');
	output_heading(stdout, "Goals");
	for (size_t i = 0; i < contractor->goals_count; i++) {
		if (i)
			putchar('\n');
		print_goal(contractor, &contractor->goals[i]);
	}
	if (!contractor->goals_count)
		puts("  none");
}

/* ---- the command ---- */

static bool read_all(struct contractor *contractor, struct db *db, struct err *err)
{
	const struct arguments *arguments = contractor->arguments;
	struct arena *arena = &contractor->ctl->arena;
	size_t count;
	bool ok =
		db_begin_snapshot(db, err) &&
		db_run(db, &read_profile, arguments, 1, arena, &contractor->profile, &count, err) &&
		db_run(db, &read_matches, arguments, 1, arena, &contractor->matches,
		       &contractor->matches_count, err) &&
		db_run(db, &read_goals, arguments, 1, arena, &contractor->goals,
		       &contractor->goals_count, err) &&
		db_run(db, &read_items, arguments, 1, arena, &contractor->items,
		       &contractor->items_count, err);

	db_rollback(db);
	if (ok && count == 0)
		contractor->profile = NULL;
	return ok;
}

static int missing(const struct contractor *contractor)
{
	ctl_say(contractor->ctl, "there is no contractor %lld",
		(long long)contractor->arguments->contractor_id);
	return EX_NOINPUT;
}

static int show(struct contractor *contractor, struct db *db, struct err *err)
{
	if (!read_all(contractor, db, err))
		return ctl_fail(contractor->ctl, err);
	if (!contractor->profile)
		return missing(contractor);
	print_profile(contractor);
	print_matches(contractor);
	print_goals(contractor);
	return ctl_flush(contractor->ctl);
}

static int show_json(const struct contractor *contractor, struct db *db, struct err *err)
{
	struct json_row *rows;
	size_t count;

	if (!db_run(db, &read_json, contractor->arguments, 1, &contractor->ctl->arena, &rows,
		    &count, err))
		return ctl_fail(contractor->ctl, err);
	if (!count)
		return missing(contractor);
	puts(rows[0].json);
	return ctl_flush(contractor->ctl);
}

int command_contractor(struct ctl *ctl, int argc, char **argv)
{
	struct arguments arguments = { 0 };
	struct contractor contractor = { .ctl = ctl, .arguments = &arguments };
	struct err err = { 0 };
	struct db *db;
	int status = ctl_parse(ctl, &usage, &arguments, argc, argv);

	if (status)
		return status;
	db = ctl_database(ctl, &err);
	if (!db)
		return ctl_fail(ctl, &err);
	status = arguments.json ? show_json(&contractor, db, &err) : show(&contractor, db, &err);
	db_close(db);
	return status;
}
