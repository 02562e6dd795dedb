/*
 * A place on the command line, a reason, and a line that `growthctl dlq import` gets. What is taken
 * says the same when it is written and read again; nothing that is shown can steer a terminal.
 */
#include "decide_dlq.h"
#include "fuzz.h"

static void check_place(const char *text, struct arena *arena)
{
	struct letter_place place, again;
	struct err err = { 0 };

	if (!place_parse(text, "dev.", arena, &place, &err)) {
		holds_error(&err, ERR_USAGE);
		return;
	}
	holds(place.partition >= 0 && place.partition <= INT32_MAX && place.offset >= 0,
	      "partition %" PRId64 ", offset %" PRId64, place.partition, place.offset);
	holds(place_parse(place_say(&place, arena), "", arena, &again, &err), "%s", err.text);
	holds(place_is(&place, &again), "\"%s\" became \"%s\"", text, place_say(&again, arena));
}

static void check_reason(struct bytes bytes, struct arena *arena)
{
	const char *shown = one_line(bytes, arena);
	const char *kind = reason_kind(shown, arena);

	holds(is_utf8(shown, strlen(shown)), "no UTF-8 is shown: %s", shown);
	for (const char *at = shown; *at; at++)
		holds((unsigned char)*at >= 0x20 && *at != 0x7f &&
			      !((unsigned char)*at == 0xc2 && (unsigned char)at[1] < 0xa0),
		      "control character %d", *at);
	holds(strlen(kind) <= strlen(shown), "\"%s\" became longer: \"%s\"", shown, kind);
	holds(strcmp(reason_kind(kind, arena), kind) == 0, "\"%s\" is not the last word", kind);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct emit_line line;
	struct letter_mark mark;
	struct err err = { 0 };
	struct arena arena;

	arena_init(&arena);
	check_place(arena_strndup(&arena, (const char *)data, size), &arena);
	check_reason((struct bytes){ data, size }, &arena);
	if (emit_parse((const char *)data, size, "dev.", &arena, &line, &err)) {
		if (letter_of_line(&line, "dev.", &arena, &mark, &err))
			check_place(place_say(&mark.at, &arena), &arena);
		else
			holds_error(&err, ERR_POISON);
	}
	(void)is_json_line((struct bytes){ data, size });
	arena_release(&arena);
	return 0;
}
