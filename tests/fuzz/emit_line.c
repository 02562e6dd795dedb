/*
 * A line for `growthctl emit`. What it says can be sent is what a worker takes, and what it refuses
 * for its value or key a worker would have dead-lettered: the two are separate code with one
 * judgement.
 */
#include "decide_emit.h"
#include "fuzz.h"
#include "fuzz_route.h"
#include "instant.h"
#include "raw_message.h"

static struct outbox_header *headers_of(const struct emit_line *line, struct arena *arena,
					size_t *ret_count)
{
	struct emit_header *made;
	struct outbox_header *headers;

	emit_headers(line, "growthctl/emit", arena, &made, ret_count);
	headers = arena_array(arena, struct outbox_header, *ret_count);
	for (size_t i = 0; i < *ret_count; i++)
		headers[i] = (struct outbox_header){ made[i].name, strlen(made[i].name),
						     made[i].value.data, made[i].value.length };
	return headers;
}

static bool has_own_id(const struct emit_line *line)
{
	for (size_t i = 0; i < line->headers.count; i++)
		if (strcmp(line->headers.items[i].name, "ce_id") == 0)
			return true;
	return false;
}

static void check_sent(const struct emit_line *line, bool good, const char *complaint,
		       struct arena *arena)
{
	const struct message_type *type = message_type_of(line->topic);
	struct err err = { 0 };
	struct route route;
	bool taken = false;

	if (!type)
		return;
	route = fuzz_route_of(type);
	struct raw_message raw = {
		.route = &route,
		.key = line->key.data,
		.key_length = line->key.length,
		.value = line->value.data,
		.value_length = line->value.length,
	};
	raw.headers = headers_of(line, arena, &raw.header_count);

	const struct message *message = message_decode(&raw, NULL, SIZE_MAX, arena, &taken, &err);
	holds(good == taken, "emit says \"%s\", a worker \"%s\"", good ? "fine" : complaint,
	      taken ? "fine" : err.text);
	/* Whoever names an id finds it again; a header of the line's own wins. */
	if (line->id && !has_own_id(line) && strlen(line->id) <= 512 && !strpbrk(message->id, "/"))
		holds(strcmp(line->id, message->id) == 0, "id \"%s\" became \"%s\"", line->id,
		      message->id);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct emit_line line;
	struct err err = { 0 }, complaint = { 0 };
	struct arena arena;

	arena_init(&arena);
	if (emit_parse((const char *)data, size, "dev.", &arena, &line, &err)) {
		bool good;

		holds(line.topic && *line.topic, "a line without a topic");
		good = emit_check(&line, &arena, &complaint);
		if (!good)
			holds_error(&complaint, ERR_POISON);
		check_sent(&line, good, complaint.text, &arena);
	} else {
		holds_error(&err, ERR_POISON);
	}
	arena_release(&arena);
	return 0;
}
