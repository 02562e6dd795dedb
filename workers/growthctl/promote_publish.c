/* What tells readers of live's topics what the next database has: messages as the workers would
 * publish them. */
#include "identity.h"
#include "instant.h"
#include "messages.h"
#include "outbox.h"
#include "promote.h"

#define SOURCE "growthctl/promote"

static void add_header(struct outbox_message *message, const char *name, const char *value)
{
	message->headers[message->header_count++] =
		(struct outbox_header){ name, strlen(name), value, strlen(value) };
}

void promotion_add_message(struct buffer *out, const char *topic, const char *key,
			   const char *value, const char *number, utc_us time, struct arena *arena)
{
	const struct uuid id =
		identity("event", SOURCE, topic, key, number, value ? "value" : "end", NULL);
	char id_text[UUID_TEXT_SIZE], time_text[INSTANT_TEXT_SIZE];
	struct outbox_message message = {
		.topic = topic,
		.topic_length = strlen(topic),
		.key = key,
		.key_length = strlen(key),
		.value = value,
		.value_length = value ? strlen(value) : 0,
	};

	uuid_to_text(&id, id_text);
	instant_format(time, time_text);
	add_header(&message, "ce_specversion", "1.0");
	add_header(&message, "ce_id", id_text);
	add_header(&message, "ce_type", arena_printf(arena, "com.growthpatterns.%s", topic));
	add_header(&message, "ce_source", SOURCE);
	add_header(&message, "ce_time", time_text);
	add_header(&message, "content-type", "application/json");
	outbox_write(out, &message);
}

static void add_pattern(struct buffer *out, const struct pattern *pattern, const char *value,
			struct arena *arena)
{
	promotion_add_message(out, TOPIC_PATTERN_RECALCULATED, pattern->pattern_key, value,
			      arena_printf(arena, "%lld", (long long)pattern->version),
			      pattern->confidence_as_of.present ? pattern->confidence_as_of.value
								: pattern->as_of,
			      arena);
}

bool promotion_write_messages(const struct promotion *promotion, struct buffer *out,
			      int64_t *ret_count, struct err *err)
{
	struct arena *arena = &promotion->ctl->arena;

	*ret_count = 0;
	for (size_t i = 0; i < promotion->patterns_count; i++) {
		const struct pattern_switch *change = &promotion->patterns[i];
		struct pattern pattern;
		const char *text;

		if (!change->content)
			continue;
		text = arena_printf(arena, "{\"version\": %lld, %s", (long long)change->version,
				    change->content + 1);
		if (!json_decode(text, strlen(text), pattern_fields, &pattern, sizeof(pattern),
				 arena, err))
			return err_wrap(err, "pattern %s", change->pattern_key);
		if (change->withdrawn)
			pattern.status = PATTERN_REMOVED;
		add_pattern(out, &pattern, json_encode_text(pattern_fields, &pattern, arena),
			    arena);
		if (change->removed)
			add_pattern(out, &pattern, NULL, arena);
		*ret_count += 1 + change->removed;
	}
	return true;
}
