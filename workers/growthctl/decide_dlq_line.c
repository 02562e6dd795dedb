/* A letter as a message to send, and in words; a line of an export that comes back. */
#include <json-c/json.h>

#include "decide_dlq.h"
#include "instant.h"

const char *letter_obstacle(const struct dead_letter *letter)
{
	if (!letter->origin.topic)
		return "it does not say where it comes from: no worker wrote it";
	if (letter->cut)
		return "it was too large, and a part of it is missing";
	if (!letter->value.data && !letter->event_time.present)
		return "an erasure without ce_time holds for when it was sent, which is not known "
		       "here: export it and add \"time\"";
	return NULL;
}

/* What a line's own members say, or what is only about this letter. */
static bool is_member(const char *header)
{
	return strcmp(header, "ce_id") == 0 || strcmp(header, "ce_source") == 0 ||
	       strcmp(header, "ce_time") == 0;
}

struct emit_line letter_message(const struct dead_letter *letter, struct arena *arena)
{
	struct emit_line line = {
		.topic = letter->origin.topic,
		.key = letter->key,
		.value = letter->value,
		.id = letter->id,
		.source = letter->source,
		.time = letter->event_time,
	};
	const char *place = place_say(&letter->at, arena);

	line.headers.items = arena_array(arena, struct emit_header, letter->headers.count + 1);
	for (size_t i = 0; i < letter->headers.count; i++)
		if (!is_member(letter->headers.items[i].name))
			line.headers.items[line.headers.count++] = letter->headers.items[i];
	line.headers.items[line.headers.count++] =
		(struct emit_header){ DLQ_RETRY_OF, { place, strlen(place) } };
	return line;
}

const char *letter_say(const struct dead_letter *letter, struct arena *arena)
{
	const char *name = letter_state_names[letter->state];
	char time[INSTANT_TEXT_SIZE];

	if (letter->state == LETTER_OPEN)
		return name;
	instant_format(letter->decided_at - letter->decided_at % US_PER_SECOND, time);
	if (letter->state == LETTER_DISCARDED)
		return arena_printf(arena, "%s %s by %s: %s", name, time, letter->decided_by,
				    letter->because);
	return arena_printf(arena, "%s %s to %s", name, time, place_say(&letter->sent, arena));
}

/* JSON that fits on the line as it is. */
bool is_json_line(struct bytes value)
{
	struct json_tokener *tokener;
	struct json_object *tree;
	bool good;

	if (!value.length || memchr(value.data, '\n', value.length) || !is_plain_text(value) ||
	    *(const char *)value.data != '{' || ((const char *)value.data)[value.length - 1] != '}')
		return false;
	tokener = json_tokener_new();
	if (!tokener)
		abort();
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	tree = json_tokener_parse_ex(tokener, value.data, (int)value.length);
	good = json_tokener_get_error(tokener) == json_tokener_success;
	json_object_put(tree);
	json_tokener_free(tokener);
	return good;
}

/* ---- a line that comes back ---- */

struct told {
	const char *at;
	struct optional_time time;
};

static const struct json_field told_fields[] = { FIELD_TEXT(struct told, at, "at", REQUIRED),
						 FIELD_TIME(struct told, time, "time", OPTIONAL),
						 FIELD_END };

bool letter_of_line(const struct emit_line *line, const char *prefix, struct arena *arena,
		    struct letter_mark *ret_mark, struct err *err)
{
	struct letter_place at;
	struct told told;

	if (!line->dead_letter.data)
		return err_set(
			err, ERR_POISON,
			"no \"dead_letter\", so it is not of growthctl dlq export; growthctl "
			"emit sends it");
	if (!json_decode(line->dead_letter.data, line->dead_letter.length, told_fields, &told,
			 sizeof(told), arena, err))
		return err_wrap(err, "dead_letter");
	if (place_parse(told.at, prefix, arena, &at, err)) {
		*ret_mark = (struct letter_mark){ at, told.time };
		return true;
	}
	err->kind = ERR_POISON;
	return err_wrap(err, "dead_letter.at");
}
