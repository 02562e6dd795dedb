/* growthctl dlq import: lines of an export, mended or not, to their topics. All are checked before
 * one is sent. */
#include <errno.h>

#include "dlq.h"
#include "emit.h"

#define COMPLAINTS_MAX 20

struct import {
	struct dlq *dlq;
	const struct dlq_arguments *arguments;
	const char *name; /* of the input */
	struct emit_line *lines;
	struct letter_mark *marks; /* of the letter of each */
	size_t count, capacity;
	size_t bad;
};

/* ---- reading ---- */

static bool take_line(struct import *import, const struct emit_reader *reader, struct err *err)
{
	struct arena *arena = import->dlq->arena;
	const char *prefix = import->dlq->ctl->config.kafka.topic_prefix;
	const char *text = arena_strndup(arena, reader->line, (size_t)reader->length);
	struct emit_line line;
	struct letter_mark mark;

	if (!emit_parse(text, (size_t)reader->length, prefix, arena, &line, err) ||
	    !letter_of_line(&line, prefix, arena, &mark, err) ||
	    (import->arguments->check && !emit_check(&line, arena, err)))
		return false;
	if (!line.value.data && !line.time.present)
		return err_set(err, ERR_POISON, "no \"time\": from when on does the erasure hold?");
	if (!line.id || !line.source)
		return err_set(err, ERR_POISON, "no \"id\" or no \"source\"");
	if (import->count == import->capacity) {
		size_t capacity = import->capacity * 2 + 64;

		import->lines = arena_grow(arena, import->lines, import->count, capacity,
					   sizeof(*import->lines));
		import->marks = arena_grow(arena, import->marks, import->count, capacity,
					   sizeof(*import->marks));
		import->capacity = capacity;
	}
	import->lines[import->count] = line;
	import->marks[import->count++] = mark;
	return true;
}

static int read_lines(struct import *import, FILE *input)
{
	struct emit_reader reader = { .input = input };
	struct ctl *ctl = import->dlq->ctl;
	int status = 0;

	while (emit_next(&reader)) {
		struct err err = { 0 };

		if (!take_line(import, &reader, &err) && import->bad++ < COMPLAINTS_MAX)
			ctl_say(ctl, "%s:%lld: %s", import->name, (long long)reader.number,
				err.text);
	}
	if (ferror(input)) {
		ctl_say(ctl, "%s: %s", import->name, strerror(errno));
		status = EX_IOERR;
	} else if (import->bad) {
		ctl_say(ctl, "%zu bad lines of %zu; nothing was sent", import->bad,
			import->bad + import->count);
		status = EX_DATAERR;
	}
	free(reader.line);
	return status;
}

static int read_file(struct import *import)
{
	const char *name = import->arguments->file;
	bool standard = !name || strcmp(name, "-") == 0;
	FILE *input = standard ? stdin : fopen(name, "re");
	int status;

	import->name = standard ? "stdin" : name;
	if (!input) {
		ctl_say(import->dlq->ctl, "%s: %s", import->name, strerror(errno));
		return EX_NOINPUT;
	}
	status = read_lines(import, input);
	if (!standard)
		fclose(input);
	return status;
}

/* ---- the letters of the lines ---- */

/* The letters that Kafka has, by place: one is at each. */
static int at_place(const void *mark, const void *letter)
{
	return place_compare(&((const struct letter_mark *)mark)->at,
			     &((const struct dead_letter *)letter)->at);
}

static struct dead_letter *letter_at(const struct dead_letters *letters,
				     const struct letter_mark *mark)
{
	struct dead_letter *letter = letters->count ? bsearch(mark, letters->items, letters->count,
							      sizeof(*letters->items), at_place)
						    : NULL;

	return letter && mark_is(mark, letter) ? letter : NULL;
}

/* Those that it has no more, by place and time: at a place there may have been several. */
static int as_marked(const void *mark, const void *letter)
{
	const struct optional_time *a = &((const struct letter_mark *)mark)->time;
	const struct optional_time *b = &((const struct dead_letter *)letter)->time;
	int order = at_place(mark, letter);

	if (!order)
		order = a->present - b->present;
	return order ? order : (a->value > b->value) - (a->value < b->value);
}

static int by_mark(const void *a, const void *b)
{
	const struct dead_letter *letter = a;

	return as_marked(&(struct letter_mark){ letter->at, letter->time }, b);
}

static struct letter_place *firsts_of(const struct dead_letters *letters, struct arena *arena,
				      size_t *ret_count)
{
	struct letter_place *firsts = arena_array(arena, struct letter_place, letters->count);
	size_t count = 0;

	for (size_t i = 0; i < letters->count; i++) {
		const struct letter_place *at = &letters->items[i].at;

		if (!count || firsts[count - 1].partition != at->partition ||
		    strcmp(firsts[count - 1].topic, at->topic) != 0)
			firsts[count++] = *at;
	}
	*ret_count = count;
	return firsts;
}

/* Letters that Kafka has deleted since the export; their records are still there. */
static bool add_deleted(struct import *import, const struct dead_letters *letters,
			struct dead_letters *ret_deleted, struct err *err)
{
	struct arena *arena = import->dlq->arena;
	struct dead_letters deleted = { .items = arena_array(arena, struct dead_letter,
							     import->count) };
	struct dlq_records records;
	struct letter_place *firsts;
	size_t count;

	for (size_t i = 0; i < import->count; i++) {
		const struct letter_mark *mark = &import->marks[i];

		if (letter_at(letters, mark))
			continue;
		deleted.items[deleted.count].at = mark->at;
		deleted.items[deleted.count++].time = mark->time;
	}
	if (deleted.count)
		qsort(deleted.items, deleted.count, sizeof(*deleted.items), by_mark);
	firsts = firsts_of(&deleted, arena, &count);
	if (!dlq_records_read(import->dlq->db, firsts, count, arena, &records, err))
		return false;
	for (size_t i = 0; i < deleted.count; i++)
		dlq_records_tell(&records, &deleted.items[i]);
	*ret_deleted = deleted;
	return true;
}

/* ---- sending ---- */

static struct emit_line with_letter(const struct emit_line *from, const struct dead_letter *letter,
				    struct arena *arena)
{
	struct emit_line line = *from;
	const char *place = place_say(&letter->at, arena);

	line.headers.items = arena_array(arena, struct emit_header, from->headers.count + 1);
	line.headers.count = 0;
	for (size_t i = 0; i < from->headers.count; i++)
		if (strcmp(from->headers.items[i].name, DLQ_RETRY_OF) != 0)
			line.headers.items[line.headers.count++] = from->headers.items[i];
	line.headers.items[line.headers.count++] =
		(struct emit_header){ DLQ_RETRY_OF, { place, strlen(place) } };
	return line;
}

/* One that is another event than the original answers no letter but its own. */
static struct dlq_message *make_messages(struct import *import, const struct dead_letters *letters,
					 const struct dead_letters *deleted, size_t *ret_count)
{
	struct arena *arena = import->dlq->arena;
	struct dlq_message *messages = arena_array(arena, struct dlq_message, import->count);
	struct dlq_index index, none = { 0 };
	size_t count = 0;

	dlq_index_init(&index, letters, arena);
	for (size_t i = 0; i < import->count; i++) {
		struct dead_letter *letter = letter_at(letters, &import->marks[i]);
		bool same;

		if (!letter)
			letter = bsearch(&import->marks[i], deleted->items, deleted->count,
					 sizeof(*deleted->items), as_marked);
		if (letter->state != LETTER_OPEN && letter->state != LETTER_DISCARDED)
			continue;
		same = letter->id && strcmp(letter->id, import->lines[i].id) == 0;
		messages[count].line = with_letter(&import->lines[i], letter, arena);
		messages[count].action = "import";
		dlq_answer(&messages[count++], letter, same ? &index : &none, arena);
	}
	*ret_count = count;
	return messages;
}

static int send_lines(struct import *import, struct dlq_sender *sender)
{
	struct dlq *dlq = import->dlq;
	struct dead_letters letters, deleted;
	struct dlq_message *messages;
	struct err err = { 0 };
	size_t count;

	if ((!import->arguments->dry_run && !dlq_sender_open(sender, dlq, &err)) ||
	    !dlq_read(dlq, NULL, false, &letters, &err) ||
	    !add_deleted(import, &letters, &deleted, &err))
		return ctl_fail(dlq->ctl, &err);
	messages = make_messages(import, &letters, &deleted, &count);
	if (count < import->count)
		ctl_say(dlq->ctl, "%zu lines are left out: their letters are answered already",
			import->count - count);
	if (!import->arguments->dry_run)
		return dlq_send_and_tell(sender, messages, count);
	ctl_say(dlq->ctl, "%zu messages would be sent; nothing was sent", count);
	return 0;
}

int dlq_import(struct dlq *dlq, const struct dlq_arguments *arguments)
{
	struct import import = { .dlq = dlq, .arguments = arguments };
	struct dlq_sender sender = { 0 };
	int status = read_file(&import);

	if (!status && import.count)
		status = send_lines(&import, &sender);
	dlq_sender_close(&sender);
	return status;
}
