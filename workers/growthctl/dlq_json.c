/* Letters as JSON: what list writes about one, and the lines of export. */
#include "dlq.h"
#include "instant.h"
#include "json_write.h"

static void write_hex(struct bytes bytes, struct buffer *out)
{
	buffer_add_char(out, '"');
	for (size_t i = 0; i < bytes.length; i++)
		buffer_printf(out, "%02x", ((const unsigned char *)bytes.data)[i]);
	buffer_add_char(out, '"');
}

static void add_time(struct buffer *out, const char *name, utc_us time)
{
	char text[INSTANT_TEXT_SIZE];

	instant_format(time, text);
	json_write_member_text(out, name, text);
}

/* "key" or, when it is no text, "key_hex". */
static void add_bytes(struct buffer *out, const char *name, struct bytes bytes, struct arena *arena)
{
	bool plain = is_plain_text(bytes);

	json_write_member(out, plain ? name : arena_printf(arena, "%s_hex", name));
	if (!bytes.data) {
		buffer_add_text(out, "null");
	} else if (plain) {
		json_write_text(out, bytes.data, bytes.length);
	} else {
		write_hex(bytes, out);
	}
}

static void add_value(struct buffer *out, struct bytes value, struct arena *arena)
{
	if (!value.data) {
		json_write_member_text(out, "value", NULL);
	} else if (is_json_line(value)) {
		json_write_member(out, "value");
		buffer_add(out, value.data, value.length);
	} else {
		add_bytes(out, is_plain_text(value) ? "payload" : "value", value, arena);
	}
}

/* Names and values in turns, as kcat has them: a name may occur twice. One that is no text is left
 * out. */
static void add_headers(struct buffer *out, const struct emit_line *line)
{
	bool first = true;

	json_write_member(out, "headers");
	buffer_add_char(out, '[');
	for (size_t i = 0; i < line->headers.count; i++) {
		const struct emit_header *header = &line->headers.items[i];

		if (strcmp(header->name, DLQ_RETRY_OF) == 0 || !is_plain_text(header->value) ||
		    !is_plain_text((struct bytes){ header->name, strlen(header->name) }))
			continue;
		buffer_add_text(out, first ? "" : ",");
		first = false;
		json_write_text(out, header->name, strlen(header->name));
		buffer_add_char(out, ',');
		if (header->value.data)
			json_write_text(out, header->value.data, header->value.length);
		else
			buffer_add_text(out, "null");
	}
	buffer_add_char(out, ']');
}

static void add_what_went_wrong(struct buffer *out, const struct dead_letter *letter,
				struct arena *arena)
{
	json_write_member_text(out, "at", place_say(&letter->at, arena));
	json_write_member_text(out, "worker", letter->worker);
	add_time(out, "time", letter->time.value);
	json_write_member_text(out, "origin", place_say(&letter->origin, arena));
	json_write_member_text(out, "stage", letter->stage);
	json_write_member_text(out, "class", letter->error_class);
	json_write_member_text(out, "reason", letter->reason);
	if (letter->retry_of)
		json_write_member_text(out, "retry_of", letter->retry_of);
	if (letter->cut)
		json_write_member_text(out, "cut_from", letter->cut);
	json_write_member_text(out, "state", letter_state_names[letter->state]);
	if (letter->state == LETTER_OPEN)
		return;
	add_time(out, "decided_at", letter->decided_at);
	json_write_member_text(out, "decided_by", letter->decided_by);
	if (letter->because)
		json_write_member_text(out, "because", letter->because);
	if (letter->sent.topic)
		json_write_member_text(out, "sent", place_say(&letter->sent, arena));
}

void dlq_write_line(const struct dead_letter *letter, struct buffer *out, struct arena *arena)
{
	struct emit_line line = letter_message(letter, arena);

	buffer_add_char(out, '{');
	json_write_member_text(out, "topic", line.topic);
	add_bytes(out, "key", line.key, arena);
	json_write_member_text(out, "id", line.id);
	json_write_member_text(out, "source", line.source);
	if (line.time.present)
		add_time(out, "time", line.time.value);
	add_headers(out, &line);
	add_value(out, line.value, arena);
	json_write_member(out, "dead_letter");
	buffer_add_char(out, '{');
	add_what_went_wrong(out, letter, arena);
	buffer_add_text(out, "}}\n");
}

void dlq_write_about(const struct dead_letter *letter, struct buffer *out, struct arena *arena)
{
	buffer_add_char(out, '{');
	add_what_went_wrong(out, letter, arena);
	add_bytes(out, "key", letter->key, arena);
	json_write_member_text(out, "id", letter->id);
	buffer_add_char(out, '}');
}
