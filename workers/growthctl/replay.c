/* growthctl replay: history once more, into a shadow; list and drop shadows. */
#include "replay.h"

#include <math.h>

#include "fault.h"
#include "instant.h"
#include "output.h"
#include "promote_statements.h"

#define SERVERS_MS 30000

/* ---- telling what would be done ---- */

static void print_topics(const struct replay *replay)
{
	static const char *const headings[] = { "TOPIC", ">PARTITION",        ">FROM",
						">TO",   ">MESSAGES AT MOST", NULL };
	struct table table;

	table_init(&table, &replay->ctl->arena, headings);
	for (size_t i = 0; i < replay->plan.partitions_count; i++) {
		const struct replay_partition *partition = &replay->plan.partitions[i];

		table_add(&table, partition->topic);
		table_add_number(&table, partition->partition);
		table_add_number(&table, partition->begins);
		table_add_number(&table, partition->ends);
		table_add_number(&table, partition->ends - partition->begins);
	}
	table_print(&table, stdout);
}

static void print_plan(const struct replay *replay)
{
	const struct replay_arguments *arguments = replay->arguments;
	int64_t size = replay_plan_size(&replay->plan);
	struct arena *arena = &replay->ctl->arena;
	size_t recalculations = replay_plan_recalculations(&replay->plan), looks = 0;

	for (size_t i = 0; i < replay->plan.steps_count; i++)
		looks += replay->plan.steps[i].evaluation.present;
	print_topics(replay);
	printf("\n%lld messages at most (markers of transactions are among the offsets), "
	       "%zu recalculation%s done again, %zu look%s at outcomes.\n",
	       (long long)size, recalculations, recalculations == 1 ? "" : "s", looks,
	       looks == 1 ? "" : "s");
	for (size_t i = 0; i < replay->plan.steps_count; i++) {
		char as_of[INSTANT_TEXT_SIZE];

		if (!replay->plan.steps[i].event_id)
			continue;
		instant_format(replay->plan.steps[i].as_of.value, as_of);
		printf("  %s for %s%s%s\n", replay->plan.steps[i].event_id, as_of,
		       replay->plan.steps[i].pattern_key ? ", " : "",
		       replay->plan.steps[i].pattern_key ? replay->plan.steps[i].pattern_key : "");
	}
	if (arguments->rate)
		printf("At %lld messages a second: %s at least.\n", (long long)arguments->rate,
		       status_span(ceil((double)size / (double)arguments->rate), arena));
	else
		printf("As fast as the workers go.\n");
	printf("Shadow: database %s, topics and consumer groups %s*.\n", replay->shadow.database,
	       replay->shadow.prefix);
}

/* ---- one shadow ---- */

static bool exists(const struct texts *shadows, const char *name)
{
	return texts_hold(shadows, name);
}

static int64_t workers_of(const struct replay_arguments *arguments)
{
	int64_t count = 0;

	while (pipeline[count].name &&
	       !(arguments->worker && strcmp(pipeline[count].name, arguments->worker) == 0))
		count++;
	return count + (arguments->worker != NULL);
}

/* What was planned holds; what is said differently now is refused. */
static bool agrees(const struct replay *replay, struct err *err)
{
	const struct replay_arguments *arguments = replay->arguments;

	if (!arguments->from.given && !arguments->to.given && !arguments->own_votes &&
	    (!arguments->worker || replay->run.workers == workers_of(arguments)))
		return true;
	return err_set(
		err, ERR_USAGE,
		"shadow %s is planned already, and --from, --to, --worker and --own-votes "
		"cannot be changed: leave them out to go on, or growthctl replay drop %s first",
		arguments->name, arguments->name);
}

/* Its workers want the tables that this version wants. */
static bool has_level(const struct replay *replay, struct err *err)
{
	struct id_row *live, *shadow;
	size_t count;

	if (!db_run(replay->live, &read_migration, NULL, 0, &replay->ctl->arena, &live, &count,
		    err) ||
	    !db_run(replay->db, &read_migration, NULL, 0, &replay->ctl->arena, &shadow, &count,
		    err))
		return false;
	return live->id == shadow->id || replay->run.finished_at.present ||
	       err_set(err, ERR_USAGE,
		       "shadow %s has migrations up to %lld, live up to %lld: growthctl replay drop "
		       "%s takes it away, then plan it anew",
		       replay->arguments->name, (long long)shadow->id, (long long)live->id,
		       replay->arguments->name);
}

static bool load(struct replay *replay, struct err *err)
{
	struct arena *arena = &replay->ctl->arena;
	const char *name = replay->arguments->name;

	replay->db = ctl_database(&replay->shadow.ctl, err);
	if (!replay->db)
		return false;
	if (replay_load_run(replay->db, arena, &replay->run, &replay->resumed, err) &&
	    (!replay->resumed || replay_load_plan(replay->db, arena, &replay->plan, err)))
		return true;
	if (!replay_is_older(err))
		return false;
	return err_set(
		err, ERR_USAGE,
		"shadow %s was planned by an older growthctl, and this one cannot go on with "
		"it: growthctl replay drop %s takes it away, then plan it anew",
		name, name);
}

static bool find_plan(struct replay *replay, const struct texts *shadows, struct err *err)
{
	const struct replay_arguments *arguments = replay->arguments;

	if (exists(shadows, arguments->name) && !load(replay, err))
		return false;
	if (replay->resumed)
		return agrees(replay, err) && has_level(replay, err);
	replay->run = (struct replay_run){
		.live_database = replay->run.live_database,
		.live_prefix = replay->ctl->config.kafka.topic_prefix,
		.workers = workers_of(arguments),
		.own_votes = arguments->own_votes,
		.outputs = !arguments->no_outputs,
	};
	return replay_plan(replay, err);
}

static bool keep_plan(struct replay *replay, struct err *err)
{
	struct replay_run other;
	bool found;

	if (replay->resumed)
		return true;
	if (!replay_load_run(replay->db, &replay->ctl->arena, &other, &found, err))
		return false;
	if (found)
		return err_set(
			err, ERR_RETRY,
			"another growthctl has planned this shadow meanwhile; the same command "
			"goes on with it");
	return replay_save(replay->db, &replay->run, &replay->plan, &replay->ctl->arena, err);
}

static bool make(struct replay *replay, const struct texts *shadows, struct err *err)
{
	const struct replay_arguments *arguments = replay->arguments;

	db_close(replay->db);
	replay->db = NULL;
	if (!replay->resumed &&
	    !shadow_create(&replay->shadow, replay->live, exists(shadows, arguments->name),
			   !replay->run.own_votes, arguments->timeout_ms, err))
		return false;
	crash_point("replay.made");
	replay->db = ctl_database(&replay->shadow.ctl, err);
	if (!replay->db || !replay_lock(replay->db, err) || !keep_plan(replay, err))
		return false;
	crash_point("replay.planned");
	return true;
}

static int replay_shadow(struct replay *replay, const struct texts *shadows)
{
	const struct replay_arguments *arguments = replay->arguments;
	struct err err = { 0 };

	if (!find_plan(replay, shadows, &err))
		return ctl_fail(replay->ctl, &err);
	if (replay->run.finished_at.present) {
		ctl_say(replay->ctl, "shadow %s is done; growthctl replay drop %s takes it away",
			arguments->name, arguments->name);
		return 0;
	}
	if (!arguments->execute || arguments->no_workers) {
		print_plan(replay);
		if (arguments->no_workers)
			replay_workers_print(replay);
	}
	if (!arguments->execute) {
		ctl_say(replay->ctl, "nothing is done yet: --execute %s",
			replay->resumed ? "goes on with it" : "does it");
		return ctl_flush(replay->ctl);
	}
	if (ctl_flush(replay->ctl))
		return EX_IOERR;
	return make(replay, shadows, &err) ? replay_execute(replay) : ctl_fail(replay->ctl, &err);
}

/* ---- live ---- */

static bool open_live(struct ctl *ctl, struct db **ret_db, const char **ret_database,
		      struct texts *ret_shadows, struct err *err)
{
	*ret_db = ctl_database(ctl, err);
	return *ret_db && shadow_live_database(*ret_db, &ctl->arena, ret_database, err) &&
	       shadow_list(*ret_db, *ret_database, &ctl->arena, ret_shadows, err);
}

static int command_shadow(struct ctl *ctl, int argc, char **argv)
{
	struct replay_arguments arguments = { .ctl = ctl };
	struct replay replay = { .ctl = ctl, .arguments = &arguments };
	struct texts shadows;
	struct err err = { 0 };
	int status = replay_parse(&arguments, argc, argv);

	if (status)
		return status;
	if (!open_live(ctl, &replay.live, &replay.run.live_database, &shadows, &err) ||
	    !shadow_init(&replay.shadow, ctl, arguments.name, replay.run.live_database, &err))
		status = ctl_fail(ctl, &err);
	else
		status = replay_shadow(&replay, &shadows);
	db_close(replay.db);
	db_close(replay.live);
	shadow_release(&replay.shadow);
	return status;
}

/* ---- list ---- */

static const struct usage list_usage = {
	.doc = "Shows the shadows of this database.\v"
	       "Examples:\n"
	       "  growthctl replay list\n",
	.options = (const struct usage_option[]){ USAGE_END },
};

static bool add_shadow(struct ctl *ctl, const char *name, const char *live_database,
		       struct table *table, struct err *err)
{
	struct shadow shadow;
	struct replay_run run = { 0 };
	struct db *db = NULL;
	struct replay_plan plan;
	bool planned = false, older;
	char planned_at[INSTANT_TEXT_SIZE] = "-";
	bool ok = shadow_init(&shadow, ctl, name, live_database, err) &&
		  (db = ctl_database(&shadow.ctl, err)) &&
		  replay_load_run(db, &ctl->arena, &run, &planned, err) &&
		  (!planned || replay_load_plan(db, &ctl->arena, &plan, err));

	older = !ok && replay_is_older(err);
	if (planned)
		instant_format(run.planned_at, planned_at);
	table_add(table, name);
	table_add(table, shadow.database);
	table_add(table, shadow.prefix);
	table_add(table, arena_strdup(&ctl->arena, planned_at));
	table_add(table, older                     ? "by an older growthctl"
			 : !planned                ? "not planned"
			 : run.finished_at.present ? "done"
						   : "under way");
	db_close(db);
	shadow_release(&shadow);
	return ok || older;
}

static int command_list(struct ctl *ctl, int argc, char **argv)
{
	static const char *const headings[] = { "NAME",    "DATABASE", "TOPICS",
						"PLANNED", "STATE",    NULL };
	const char *database;
	struct texts shadows = { 0 };
	struct err err = { 0 };
	struct table table;
	struct db *db;
	bool ok;
	int status = ctl_parse(ctl, &list_usage, NULL, argc, argv);

	if (status)
		return status;
	ok = open_live(ctl, &db, &database, &shadows, &err);
	table_init(&table, &ctl->arena, headings);
	for (size_t i = 0; ok && i < shadows.count; i++)
		ok = add_shadow(ctl, shadows.items[i], database, &table, &err);
	db_close(db);
	if (!ok)
		return ctl_fail(ctl, &err);
	if (shadows.count)
		table_print(&table, stdout);
	else
		puts("There are no shadows.");
	return ctl_flush(ctl);
}

/* ---- drop ---- */

struct drop_arguments {
	struct ctl *ctl;
	const char *name;
	bool dry_run;
};

static bool take_dropped(struct argp_state *state, const char *text, void *into)
{
	struct drop_arguments *arguments = into;

	if (arguments->name)
		return false;
	if (!shadow_name_is_fine(text))
		argp_error(state, "'%s' is no shadow's name; see growthctl replay list", text);
	arguments->name = text;
	return true;
}

static void check_dropped(struct argp_state *state, const void *from)
{
	const struct drop_arguments *arguments = from;

	if (!arguments->name && !arguments->ctl->print_config)
		argp_error(state, "which shadow? See growthctl replay list");
}

static const struct usage_option drop_options[] = {
	USAGE_FLAG(struct drop_arguments, dry_run, "dry-run", 'n', "Only tell what would go"),
	USAGE_END
};

static const struct usage drop_usage = {
	.options = drop_options,
	.arguments = "NAME",
	.take = take_dropped,
	.check = check_dropped,
	.doc = "Takes a shadow away: its consumer groups, topics and database. Live has no part in it.\v"
	       "A shadow that is being replayed, or whose workers run, is refused. What is gone already is "
	       "no failure, so a drop that died is done again.\n"
	       "\n"
	       "Examples:\n"
	       "  growthctl replay drop march\n"
	       "\n"
	       "Exit status: 66 there is nothing of that name, 69 it is in use, or Kafka or Postgres not "
	       "to be had.",
};

/* Nobody may be replaying into it. */
static bool is_free(struct shadow *shadow, const struct texts *shadows, struct err *err)
{
	struct db *db;
	bool ok;

	if (!exists(shadows, shadow->name))
		return true;
	db = ctl_database(&shadow->ctl, err);
	ok = db && replay_lock(db, err);
	db_close(db);
	return ok;
}

static int drop(struct shadow *shadow, struct db *db, const struct texts *shadows)
{
	size_t topics = 0, groups = 0;
	struct err err = { 0 };

	if (!is_free(shadow, shadows, &err) ||
	    !shadow_drop_topics(shadow, SERVERS_MS, &topics, &groups, &err) ||
	    !shadow_drop_database(shadow, db, &err))
		return ctl_fail(shadow->live, &err);
	if (!exists(shadows, shadow->name) && !topics && !groups) {
		ctl_say(shadow->live, "there is no shadow %s; see growthctl replay list",
			shadow->name);
		return EX_NOINPUT;
	}
	ctl_say(shadow->live, "shadow %s is gone: %zu consumer groups, %zu topics, database %s",
		shadow->name, groups, topics, shadow->database);
	return 0;
}

static int command_drop(struct ctl *ctl, int argc, char **argv)
{
	struct drop_arguments arguments = { .ctl = ctl };
	struct shadow shadow = { 0 };
	const char *database;
	struct texts shadows;
	struct err err = { 0 };
	struct db *db = NULL;
	int status = ctl_parse(ctl, &drop_usage, &arguments, argc, argv);

	if (status)
		return status;
	if (!open_live(ctl, &db, &database, &shadows, &err) ||
	    !shadow_init(&shadow, ctl, arguments.name, database, &err))
		status = ctl_fail(ctl, &err);
	else if (arguments.dry_run)
		printf("database %s, topics and consumer groups %s*\n", shadow.database,
		       shadow.prefix);
	else
		status = drop(&shadow, db, &shadows);
	db_close(db);
	shadow_release(&shadow);
	return status;
}

/* ---- the command ---- */

int command_replay(struct ctl *ctl, int argc, char **argv)
{
	/* In the order of replay_verbs. */
	static int (*const run[])(struct ctl * ctl, int argc,
				  char **argv) = { command_list, command_drop, replay_in_place };

	for (size_t i = 0; argc > 1 && replay_verbs[i]; i++)
		if (strcmp(argv[1], replay_verbs[i]) == 0) {
			argv[1] = arena_printf(&ctl->arena, "growthctl replay %s", replay_verbs[i]);
			return run[i](ctl, argc - 1, argv + 1);
		}
	return command_shadow(ctl, argc, argv);
}
