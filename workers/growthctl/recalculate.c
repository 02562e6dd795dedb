/*
 * growthctl recalculate: a request like anybody's, sent as emit sends it; with --wait, what became
 * of it, as cohort-analyzer notes it in Postgres.
 */
#include <unistd.h>

#include "decide_recalculate.h"
#include "emit.h"
#include "growthctl_core_sql.h"
#include "identity.h"
#include "instant.h"
#include "json_write.h"
#include "messages.h"
#include "output.h"
#include "progress.h"

#define LOOK_EVERY_US 200000
#define WAIT_TIMEOUT_MS 3600000
#define SERVERS_TIMEOUT_MS 10000

struct arguments {
	const char *pattern;
	struct optional_time as_of;
	const char *id;
	bool wait, json, quiet;
	int64_t timeout_ms; /* 0: not told */
};

static void take_id(struct argp_state *state, const struct usage_option *option, const char *text,
		    void *member)
{
	if (!*text)
		argp_error(state, "--%s wants a text", option->name);
	*(const char **)member = text;
}

static const struct usage_option options[] = {
	USAGE_TIME(struct arguments, as_of, "as-of", 0, "2024-06-30T00:00:00Z",
		   "For when: later events are left out (RFC 3339, or a date; now)"),
	USAGE_FLAG(struct arguments, wait, "wait", 0,
		   "Wait until it is done, and show what was found"),
	USAGE_DURATION(
		struct arguments, timeout_ms, "timeout", 0,
		"How long to wait: with --wait until it is done (1h), else for a broker (10s)"),
	USAGE_OWN(take_id, .name = "id", .placeholder = "ID",
		  .help = "Of the request: the same one asked for again is one request",
		  .offset = offsetof(struct arguments, id)),
	USAGE_FLAG(struct arguments, json, "json", 0, "Write JSON"),
	USAGE_FLAG(struct arguments, quiet, "quiet", 'q', "No progress bar"),
	USAGE_END
};

static bool take_pattern(struct argp_state *state, const char *text, void *into)
{
	struct arguments *arguments = into;
	bool first = !arguments->pattern;

	(void)state;
	arguments->pattern = text;
	return first;
}

static const struct usage usage = {
	.options = options,
	.arguments = "[PATTERN]",
	.take = take_pattern,
	.doc = "Asks for a recalculation of all patterns, or of the transition of PATTERN, a key "
	       "such as 0_5_million>5_10_million/revenue_growth or its part before the slash. "
	       "Prints the request's id.\v"
	       "Without PATTERN only transitions are calculated that something has changed for; "
	       "with it, that one is in any case. cohort-analyzer does one request after the "
	       "other.\n"
	       "\n"
	       "Examples:\n"
	       "  growthctl recalculate\n"
	       "  growthctl recalculate --as-of 2024-06-30 --wait\n"
	       "  growthctl recalculate '0_5_million>5_10_million' --wait --json\n"
	       "\n"
	       "Exit status: 65 no such transition, 69 Kafka or Postgres cannot be reached, 75 not "
	       "done in time; it goes on.",
};

/* ---- asking ---- */

struct asking {
	struct ctl *ctl;
	const struct arguments *arguments;
	const char *id, *key; /* key NULL: all patterns */
	utc_us as_of;
};

/* Whoever asks twice within a microsecond is another process. */
static const char *new_id(struct arena *arena)
{
	char host[256] = "", text[UUID_TEXT_SIZE];
	struct uuid uuid;

	gethostname(host, sizeof(host) - 1);
	uuid = identity("recalculation", host, arena_printf(arena, "%d", (int)getpid()),
			arena_printf(arena, "%lld", (long long)instant_now()), NULL);
	uuid_to_text(&uuid, text);
	return arena_strdup(arena, text);
}

static bool prepare(struct asking *asking, struct err *err)
{
	struct arena *arena = &asking->ctl->arena;

	if (asking->arguments->pattern &&
	    !recalculation_key(asking->arguments->pattern, &asking->ctl->config.vocabulary, arena,
			       &asking->key, err))
		return false;
	asking->id = asking->arguments->id ? asking->arguments->id : new_id(arena);
	asking->as_of = asking->arguments->as_of.present ? asking->arguments->as_of.value
							 : instant_now();
	return true;
}

static bool ask(struct asking *asking, struct err *err)
{
	static const char *topics[] = { TOPIC_RECALCULATION_REQUESTED };
	const char *line =
		recalculation_line(asking->id, asking->key, asking->as_of, &asking->ctl->arena);
	struct emit emit = {
		.ctl = asking->ctl,
		.check = true,
		.quiet = true,
		.source = "growthctl/recalculate",
		.timeout_ms = asking->arguments->wait || !asking->arguments->timeout_ms
				      ? SERVERS_TIMEOUT_MS
				      : asking->arguments->timeout_ms,
		.name = "the request",
		.input = fmemopen((void *)line, strlen(line), "r"),
		.bytes = (int64_t)strlen(line),
		.count = 1,
		.topics = topics,
		.topics_count = 1,
	};
	bool ok;

	if (!emit.input)
		return err_set(err, ERR_FATAL, "no memory for the request");
	ok = emit_send(&emit, err);
	fclose(emit.input);
	return ok;
}

/* ---- waiting ---- */

struct state_row {
	bool finished;
	const char *phase;
	int64_t done, total, before;
};

struct found_row {
	const char *pattern_key, *result;
	int64_t at_risk, levelled_up;
	struct optional_int version;
};

static const struct pg_column id_columns[] = { PG_TEXT(struct asking, id), PG_END };
static const struct pg_column state_columns[] = {
	PG_BOOL(struct state_row, finished), PG_TEXT(struct state_row, phase),
	PG_INT8(struct state_row, done),     PG_INT8(struct state_row, total),
	PG_INT8(struct state_row, before),   PG_END
};
static const struct pg_column found_columns[] = {
	PG_TEXT(struct found_row, pattern_key), PG_TEXT(struct found_row, result),
	PG_INT8(struct found_row, at_risk),     PG_INT8(struct found_row, levelled_up),
	PG_INT8(struct found_row, version),     PG_END
};

static const struct statement read_state = {
	.name = "recalculation_state",
	.sql = SQL_RECALCULATION_STATE,
	.shape = STATEMENT_SCALARS,
	.parameters = id_columns,
	.parameter_size = sizeof(struct asking),
	.results = state_columns,
	.result_size = sizeof(struct state_row),
};
static const struct statement read_found = {
	.name = "recalculation_found",
	.sql = SQL_RECALCULATION_FOUND,
	.shape = STATEMENT_SCALARS,
	.parameters = id_columns,
	.parameter_size = sizeof(struct asking),
	.results = found_columns,
	.result_size = sizeof(struct found_row),
};

static void draw(struct progress *progress, const struct state_row *state)
{
	progress->what = state->before ? "waiting for others" : state->phase;
	progress->total = state->total > 0 ? state->total : 1;
	progress_step(progress, state->total > 0 ? state->done : 0, state->done);
}

static int give_up(const struct asking *asking, const struct state_row *state)
{
	if (state)
		ctl_say(asking->ctl, "%s is not done in time: %s; it goes on", asking->id,
			state->before ? "others come before it" : state->phase);
	else
		ctl_say(asking->ctl,
			"%s was sent, but cohort-analyzer has not read it; is it running?",
			asking->id);
	return EX_TEMPFAIL;
}

/* 0, or the exit code. */
static int wait(const struct asking *asking, struct db *db)
{
	int64_t timeout_ms = asking->arguments->timeout_ms ? asking->arguments->timeout_ms
							   : WAIT_TIMEOUT_MS;
	int64_t deadline = monotonic_us() + timeout_ms * 1000;
	struct progress progress;
	struct err err = { 0 };
	struct arena arena;
	int code = -1;

	arena_init(&arena);
	progress_begin(&progress, "waiting", 1, !asking->arguments->quiet);
	while (code < 0) {
		struct state_row *rows;
		size_t count;

		arena_reset(&arena);
		if (!db_run(db, &read_state, asking, 1, &arena, &rows, &count, &err)) {
			progress_end(&progress);
			code = ctl_fail(asking->ctl, &err);
		} else if (count && rows->finished) {
			code = 0;
		} else if (monotonic_us() > deadline) {
			progress_end(&progress);
			code = give_up(asking, count ? rows : NULL);
		} else {
			if (count)
				draw(&progress, rows);
			usleep(LOOK_EVERY_US);
		}
	}
	progress_end(&progress);
	arena_release(&arena);
	return code;
}

/* ---- telling ---- */

static void print_found(const struct asking *asking, const struct found_row *rows, size_t count)
{
	static const char *const headings[] = { "PATTERN",      "FROM",     "TO",     ">AT RISK",
						">LEVELLED UP", ">VERSION", "RESULT", NULL };
	const struct labels *tiers = &asking->ctl->config.vocabulary.tiers;
	struct arena *arena = &asking->ctl->arena;
	struct table table;

	table_init(&table, arena, headings);
	for (size_t i = 0; i < count; i++) {
		struct key_parts name = { rows[i].pattern_key, NULL, NULL };

		pattern_key_parts(rows[i].pattern_key, arena, &name);
		table_add(&table, name.type);
		table_add(&table, label_of(tiers, name.from));
		table_add(&table, name.to ? label_of(tiers, name.to) : NULL);
		table_add_number(&table, rows[i].at_risk);
		table_add_number(&table, rows[i].levelled_up);
		table_add(&table,
			  rows[i].version.present
				  ? arena_printf(arena, "%lld", (long long)rows[i].version.value)
				  : NULL);
		table_add(&table, rows[i].result);
	}
	table_print(&table, stdout);
}

static void write_found(const struct found_row *rows, size_t count, struct buffer *out)
{
	json_write_member(out, "transitions");
	buffer_add_char(out, '[');
	for (size_t i = 0; i < count; i++) {
		buffer_add_text(out, i ? ",{" : "{");
		json_write_member_text(out, "pattern_key", rows[i].pattern_key);
		json_write_member_text(out, "result", rows[i].result);
		json_write_member_int(out, "at_risk", rows[i].at_risk);
		json_write_member_int(out, "levelled_up", rows[i].levelled_up);
		if (rows[i].version.present)
			json_write_member_int(out, "version", rows[i].version.value);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
}

/* rows NULL: nobody waited. */
static void print_json(const struct asking *asking, const struct found_row *rows, size_t count)
{
	struct buffer out = { 0 };
	char as_of[INSTANT_TEXT_SIZE];

	instant_format(asking->as_of, as_of);
	buffer_add_char(&out, '{');
	json_write_member_text(&out, "id", asking->id);
	json_write_member_text(&out, "as_of", as_of);
	json_write_member_text(&out, "pattern_key", asking->key);
	json_write_member_bool(&out, "finished", rows != NULL);
	if (rows)
		write_found(rows, count, &out);
	buffer_add_text(&out, "}\n");
	fwrite(out.bytes, 1, out.length, stdout);
	buffer_release(&out);
}

static int follow(const struct asking *asking, struct db *db)
{
	struct err err = { 0 };
	struct found_row *rows;
	size_t count;
	int code = wait(asking, db);

	if (code)
		return code;
	if (!db_run(db, &read_found, asking, 1, &asking->ctl->arena, &rows, &count, &err))
		return ctl_fail(asking->ctl, &err);
	if (asking->arguments->json)
		print_json(asking, rows, count);
	else
		print_found(asking, rows, count);
	return ctl_flush(asking->ctl);
}

static int run(struct asking *asking, struct db *db)
{
	struct err err = { 0 };

	if (!prepare(asking, &err) || !ask(asking, &err))
		return ctl_fail(asking->ctl, &err);
	if (asking->arguments->json && !db)
		print_json(asking, NULL, 0);
	else if (!asking->arguments->json)
		puts(asking->id);
	fflush(stdout);
	return db ? follow(asking, db) : ctl_flush(asking->ctl);
}

int command_recalculate(struct ctl *ctl, int argc, char **argv)
{
	struct arguments arguments = { 0 };
	struct asking asking = { .ctl = ctl, .arguments = &arguments };
	struct err err = { 0 };
	struct db *db = NULL;
	int code = ctl_parse(ctl, &usage, &arguments, argc, argv);

	if (code)
		return code;
	ctl_limit_statements(ctl, SERVERS_TIMEOUT_MS);
	/* Nothing is asked for when nobody could tell how it went. */
	if (arguments.wait && !(db = ctl_database(ctl, &err)))
		return ctl_fail(ctl, &err);
	code = run(&asking, db);
	db_close(db);
	return code;
}
