/*
 * growthctl emit: reads the lines twice, once to check them all, once to send them, so that nothing
 * of a file with a mistake is sent. What cannot be read twice is put in a temporary file first.
 */
#include "emit.h"

#include <errno.h>
#include <sys/stat.h>

#include "instant.h"
#include "json_write.h"
#include "progress.h"

#define COMPLAINTS_MAX 20

static const struct usage_option options[] = {
	USAGE_OFF(struct emit, check, "no-check", 0,
		  "Send without looking at topics, keys and values; for tests"),
	USAGE_FLAG(struct emit, dry_run, "dry-run", 'n', "Check only, send nothing"),
	USAGE_TEXT(struct emit, source, "source", 0, "URI",
		   "ce_source of lines that tell none (growthctl/emit)"),
	USAGE_DURATION(struct emit, timeout_ms, "timeout", 0,
		       "How long to wait for a broker (10s)"),
	USAGE_FLAG(struct emit, json, "json", 0, "Write what was done as JSON to stdout"),
	USAGE_FLAG(struct emit, quiet, "quiet", 'q', "Say nothing unless something is wrong"),
	USAGE_END
};

static bool take_file(struct argp_state *state, const char *text, void *into)
{
	struct emit *emit = into;
	bool first = !emit->name;

	(void)state;
	emit->name = text;
	return first;
}

static const struct usage usage = {
	.options = options,
	.arguments = "[FILE]",
	.take = take_file,
	.doc = "Sends events to Kafka: JSON objects, one a line, from FILE or, without one or "
	       "with -, from stdin.\v"
	       "A line: "
	       "{\"topic\":\"action.recorded\",\"key\":\"56\",\"id\":\"a-1\",\"value\":{...}}. "
	       "id, source and time become CloudEvents attributes and may be left out; headers "
	       "({\"name\":\"text\"}) too. The value goes out byte for byte; null is a tombstone. "
	       "Lines of kcat -J (payload as text, headers as a list) are taken as well.\n"
	       "\n"
	       "Every line is checked as the workers will check it: the topic is known, the value "
	       "fits its fields, the key is the contractor's id (the pattern's key). If one is "
	       "bad, each bad one is reported with its number and nothing is sent. Messages with "
	       "the same key stay in order and land where Java's producers put them.\n"
	       "\n"
	       "Examples:\n"
	       "  growthctl emit history.ndjson\n"
	       "  growthctl simulate -n 10000 | growthctl emit\n"
	       "  kcat -C -b old:9092 -t contractor.updated -e -J | growthctl emit -\n"
	       "  growthctl emit --dry-run history.ndjson\n"
	       "\n"
	       "Exit status: 65 a bad line, 66 no such file, 69 Kafka cannot be reached or did "
	       "not take everything, 73 no temporary file, 78 a topic does not exist.",
};

/* ---- input ---- */

bool emit_next(struct emit_reader *reader)
{
	while ((reader->length = getline(&reader->line, &reader->capacity, reader->input)) >= 0) {
		reader->number++;
		reader->bytes += reader->length;
		if ((ssize_t)strspn(reader->line, " \t\r\n") < reader->length)
			return true;
	}
	return false;
}

static int spool(struct emit *emit, FILE *from)
{
	FILE *file = tmpfile();
	char chunk[65536];
	size_t length;

	if (!file) {
		ctl_say(emit->ctl, "no temporary file for the input: %s", strerror(errno));
		return EX_CANTCREAT;
	}
	while ((length = fread(chunk, 1, sizeof(chunk), from)) > 0)
		if (fwrite(chunk, 1, length, file) != length)
			break;
	if (ferror(from) || ferror(file) || fflush(file) != 0) {
		ctl_say(emit->ctl, "%s: %s", emit->name, strerror(errno));
		fclose(file);
		return EX_IOERR;
	}
	rewind(file);
	emit->input = file;
	return 0;
}

static int open_input(struct emit *emit)
{
	bool standard = !emit->name || strcmp(emit->name, "-") == 0;
	FILE *file = standard ? stdin : fopen(emit->name, "re");
	struct stat about;
	int status = 0;

	if (standard)
		emit->name = "stdin";
	if (!file || fstat(fileno(file), &about) != 0 || S_ISDIR(about.st_mode)) {
		ctl_say(emit->ctl, "%s: %s", emit->name,
			strerror(file && S_ISDIR(about.st_mode) ? EISDIR : errno));
		return EX_NOINPUT;
	}
	if (S_ISREG(about.st_mode) && !standard)
		emit->input = file;
	else
		status = spool(emit, file);
	if (!status && fstat(fileno(emit->input), &about) == 0)
		emit->bytes = about.st_size;
	return status;
}

/* ---- checking ---- */

static void note_topic(struct emit *emit, const char *topic)
{
	struct arena *arena = &emit->ctl->arena;

	for (size_t i = 0; i < emit->topics_count; i++)
		if (strcmp(emit->topics[i], topic) == 0)
			return;
	emit->topics = arena_grow(arena, emit->topics, emit->topics_count, emit->topics_count + 1,
				  sizeof(*emit->topics));
	emit->topics[emit->topics_count++] = arena_strdup(arena, topic);
}

static bool check_line(struct emit *emit, const struct emit_reader *reader, struct arena *arena,
		       struct err *err)
{
	struct emit_line line;

	if (!emit_parse(reader->line, (size_t)reader->length, emit->ctl->config.kafka.topic_prefix,
			arena, &line, err) ||
	    (emit->check && !emit_check(&line, arena, err)))
		return false;
	if (line.key.length + line.value.length > EMIT_BYTES_MAX - 65536)
		return err_set(err, ERR_POISON, "too large: %zu bytes", line.value.length);
	note_topic(emit, line.topic);
	return true;
}

/* 0 when every line is fine. */
static int check(struct emit *emit)
{
	struct emit_reader reader = { .input = emit->input };
	struct progress progress;
	struct arena arena;
	int64_t bad = 0;

	arena_init(&arena);
	progress_begin(&progress, "checking", emit->bytes, !emit->quiet);
	while (emit_next(&reader)) {
		struct err err = { 0 };

		if (check_line(emit, &reader, &arena, &err)) {
			emit->count++;
		} else if (++bad <= COMPLAINTS_MAX) {
			progress_end(&progress);
			ctl_say(emit->ctl, "%s:%lld: %s", emit->name, (long long)reader.number,
				err.text);
		}
		arena_reset(&arena);
		progress_step(&progress, reader.bytes, reader.number);
	}
	progress_end(&progress);
	free(reader.line);
	arena_release(&arena);
	if (ferror(emit->input)) {
		ctl_say(emit->ctl, "%s: %s", emit->name, strerror(errno));
		return EX_IOERR;
	}
	if (bad)
		ctl_say(emit->ctl, "%lld bad lines of %lld%s; nothing was sent", (long long)bad,
			(long long)(emit->count + bad),
			bad > COMPLAINTS_MAX ? ", the first of them above" : "");
	return bad ? EX_DATAERR : 0;
}

/* ---- the command ---- */

static int report(const struct emit *emit)
{
	double rate = emit->seconds > 0 ? (double)emit->count / emit->seconds : 0;
	struct buffer out = { 0 };

	if (emit->json) {
		buffer_add_char(&out, '{');
		json_write_member_int(&out, "messages", emit->count);
		json_write_member_bool(&out, "sent", !emit->dry_run);
		json_write_member_number(&out, "seconds", emit->seconds);
		json_write_member_number(&out, "per_second", rate);
		buffer_add_text(&out, "}\n");
		fwrite(out.bytes, 1, out.length, stdout);
		buffer_release(&out);
	}
	if (!emit->quiet && emit->dry_run)
		ctl_say(emit->ctl, "%lld messages are fine; nothing was sent",
			(long long)emit->count);
	else if (!emit->quiet)
		ctl_say(emit->ctl, "%lld messages sent in %.2f s, %.0f/s", (long long)emit->count,
			emit->seconds, rate);
	return ctl_flush(emit->ctl);
}

static int run(struct emit *emit)
{
	struct err err = { 0 };
	int status = open_input(emit);

	if (!status)
		status = check(emit);
	if (status)
		return status;
	rewind(emit->input);
	if (!emit->dry_run && emit->count && !emit_send(emit, &err))
		return ctl_fail(emit->ctl, &err);
	return report(emit);
}

int command_emit(struct ctl *ctl, int argc, char **argv)
{
	struct emit emit = {
		.ctl = ctl, .check = true, .source = "growthctl/emit", .timeout_ms = 10000
	};
	int status = ctl_parse(ctl, &usage, &emit, argc, argv);

	if (status)
		return status;
	status = run(&emit);
	if (emit.input)
		fclose(emit.input);
	return status;
}
