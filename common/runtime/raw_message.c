#include "raw_message.h"

#include <inttypes.h>

#include "cloud_event.h"

bool raw_contractor_id(const struct raw_message *raw, int64_t *ret_id)
{
	const char *key = raw->key;
	int64_t id = 0;

	if (!key || raw->key_length == 0 || raw->key_length > 10 || key[0] == '0')
		return false;
	for (size_t i = 0; i < raw->key_length; i++) {
		if (key[i] < '0' || key[i] > '9')
			return false;
		id = id * 10 + (key[i] - '0');
	}
	*ret_id = id;
	return id <= INT32_MAX;
}

static bool read_key(const struct raw_message *raw, struct message *message, struct arena *arena,
		     struct err *err)
{
	if (raw->route->key == ROUTE_KEY_ANY && !raw->key)
		return true;
	if (!raw->key || raw->key_length == 0)
		return err_set(err, ERR_POISON, "the key is missing: %s expected",
			       raw->route->key == ROUTE_KEY_CONTRACTOR
				       ? "the contractor id in decimal"
				       : "the pattern key");
	if (memchr(raw->key, 0, raw->key_length) || raw->key_length > 1024)
		return err_set(err, ERR_POISON, "the key is not text");
	message->key = arena_strndup(arena, raw->key, raw->key_length);
	if (raw->route->key == ROUTE_KEY_CONTRACTOR &&
	    !raw_contractor_id(raw, &message->contractor_id))
		return err_set(
			err, ERR_POISON,
			"the key \"%.64s\" is not a contractor id (1 to 2147483647, decimal)",
			message->key);
	return true;
}

static bool key_agrees(const struct route *route, const struct message *message, const char *value,
		       struct err *err)
{
	const void *member = value + route->key_offset;

	if (route->key == ROUTE_KEY_CONTRACTOR &&
	    *(const int64_t *)member != message->contractor_id)
		return err_set(err, ERR_POISON, "the key says contractor %s, the value %" PRId64,
			       message->key, *(const int64_t *)member);
	if (route->key == ROUTE_KEY_TEXT && strcmp(*(const char *const *)member, message->key) != 0)
		return err_set(err, ERR_POISON, "the key says \"%.100s\", the value \"%.100s\"",
			       message->key, *(const char *const *)member);
	return true;
}

static bool read_value(const struct route *route, const struct content *content,
		       struct message *message, const void *config, struct arena *arena,
		       struct err *err)
{
	void *value;

	if (!content->data)
		return route->erases ||
		       err_set(err, ERR_POISON,
			       "the value is null, which means nothing on this topic");
	if (content->length == 0)
		return err_set(err, ERR_POISON, "the value is empty: a JSON object expected");
	value = arena_alloc(arena, route->size);
	if (!json_decode(content->data, content->length, route->fields, value, route->size, arena,
			 err) ||
	    !key_agrees(route, message, value, err))
		return false;
	if (route->normalise)
		route->normalise(value, config, arena);
	if (route->check && !route->check(value, config, err))
		return false;
	message->value = value;
	return true;
}

#define FROM_WORKER_FACTOR 4

struct message *message_decode(const struct raw_message *raw, const void *config, size_t value_max,
			       struct arena *arena, bool *ret_ok, struct err *err)
{
	struct message *message = arena_new(arena, struct message);
	struct content content;

	if (raw->route->from_worker)
		value_max *= FROM_WORKER_FACTOR;
	message->topic = raw->route->topic;
	message->partition = raw->partition;
	message->offset = raw->offset;
	message->raw = raw;
	*ret_ok = cloud_event_open(raw, message, value_max, &content, arena, err) &&
		  read_key(raw, message, arena, err) &&
		  read_value(raw->route, &content, message, config, arena, err);
	return message;
}

static void add_header(struct outbox_message *out, const char *name, const char *value)
{
	out->headers[out->header_count++] =
		(struct outbox_header){ name, strlen(name), value, value ? strlen(value) : 0 };
}

#define ADDED_HEADERS 11
#define LETTER_BYTES_MAX ((size_t)3 << 20) /* <worker>.dlq takes 4 MiB */

static size_t take_room(size_t length, size_t *room)
{
	size_t taken = length < *room ? length : *room;

	*room -= taken;
	return taken;
}

/* Its key, headers and value, as far as they fit: compressed, a message of any size may have come,
 * and one that the dead-letter topic refuses would be in the way for ever. Says so in a header of
 * its own. */
static void copy_original(struct outbox_message *letter, const struct raw_message *raw,
			  struct arena *arena)
{
	size_t room = LETTER_BYTES_MAX;

	letter->key = raw->key;
	letter->key_length = take_room(raw->key_length, &room);
	for (size_t i = 0;
	     i < raw->header_count && letter->header_count < OUTBOX_HEADERS_MAX - ADDED_HEADERS;
	     i++) {
		const struct outbox_header *header = &raw->headers[i];

		if (header->name_length > OUTBOX_NAME_MAX ||
		    header->name_length + header->value_length > room)
			continue;
		take_room(header->name_length + header->value_length, &room);
		letter->headers[letter->header_count++] = *header;
	}
	letter->value = raw->value;
	letter->value_length = take_room(raw->value_length, &room);
	if (letter->key_length < raw->key_length || letter->header_count < raw->header_count ||
	    letter->value_length < raw->value_length)
		add_header(letter, DEAD_LETTER_CUT,
			   arena_printf(arena, "key %zu, headers %zu, value %zu", raw->key_length,
					raw->header_count, raw->value_length));
}

void dead_letter_write(struct buffer *out, const char *worker, const char *group,
		       const struct raw_message *raw, const struct message *message,
		       const char *stage, const struct err *reason, struct arena *arena)
{
	const char *topic = arena_printf(arena, "%s.dlq", worker);
	struct outbox_message letter = { .topic = topic, .topic_length = strlen(topic) };

	copy_original(&letter, raw, arena);
	add_header(&letter, "__connect.errors.topic", raw->route->topic);
	add_header(&letter, "__connect.errors.partition",
		   arena_printf(arena, "%" PRId32, raw->partition));
	add_header(&letter, "__connect.errors.offset",
		   arena_printf(arena, "%" PRId64, raw->offset));
	add_header(&letter, "__connect.errors.connector.name", group);
	add_header(&letter, "__connect.errors.task.id", "0");
	add_header(&letter, "__connect.errors.stage", stage);
	add_header(&letter, "__connect.errors.class.name", worker);
	add_header(&letter, "__connect.errors.exception.class.name",
		   reason->code[0] ? reason->code : stage);
	add_header(&letter, "__connect.errors.exception.message", reason->text);
	add_header(&letter, "__connect.errors.exception.stacktrace",
		   arena_printf(arena, "%s[%" PRId32 "]@%" PRId64 ", event %s of %s: %s",
				raw->route->topic, raw->partition, raw->offset, message->id,
				message->source, reason->text));
	outbox_write(out, &letter);
}
