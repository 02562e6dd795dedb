/*
 * A message as a stranger sends it: the input tells route, timestamp, headers, key and value. It
 * decodes to what its topic carries or becomes a dead letter that reads back as it came, with Kafka
 * Connect's headers behind its own. Lengths can be larger than the input, so that a few bytes make
 * a header of 100 kB.
 */
#include "fuzz.h"
#include "fuzz_route.h"
#include "instant.h"
#include "raw_message.h"

#define WORKER "matcher"
#define GROUP "group"
#define CONNECT_HEADERS 10
#define LONG_LENGTH 0xfe /* then the length itself follows, in units of 4 bytes */
#define NULL_LENGTH 0xff
#define VALUE_MAX 65536
#define LETTER_MAX (4 << 20) /* max.message.bytes of the dead-letter topics */

static size_t input_length(struct input *input, bool *ret_null)
{
	size_t length = input_number(input, 1);

	*ret_null = length == NULL_LENGTH;
	if (length == LONG_LENGTH)
		return 4 * input_number(input, 2);
	return *ret_null ? 0 : length;
}

static const void *input_nullable(struct input *input, size_t *ret_length, struct arena *arena)
{
	bool null;

	*ret_length = input_length(input, &null);
	return null ? NULL : input_text(input, *ret_length, arena);
}

/* librdkafka gives names NUL-terminated. */
static struct outbox_header input_header(struct input *input, struct arena *arena)
{
	struct outbox_header header;
	bool null;
	size_t length = input_length(input, &null);

	header.name = arena_strndup(arena, input_text(input, length, arena), length);
	header.name_length = strlen(header.name);
	header.value = input_nullable(input, &header.value_length, arena);
	return header;
}

static bool same(const void *a, size_t a_length, const void *b, size_t b_length)
{
	if (!a || !b)
		return !a && !b;
	return a_length == b_length && memcmp(a, b, a_length) == 0;
}

static bool same_header(const struct outbox_header *a, const struct outbox_header *b)
{
	return same(a->name, a->name_length, b->name, b->name_length) &&
	       same(a->value, a->value_length, b->value, b->value_length);
}

static bool starts_with(const void *all, size_t all_length, const void *start, size_t length,
			bool cut)
{
	if (length > all_length || (!cut && length < all_length) || !all != !start)
		return false;
	return !all || memcmp(all, start, length) == 0;
}

static void check_envelope(const struct message *message)
{
	char text[INSTANT_TEXT_SIZE];

	holds(message->source && *message->source, "no source");
	holds(message->id && *message->id, "no id");
	instant_format(message->time, text); /* asserts that the time can be written */
}

static void check_decoded(const struct raw_message *raw, const struct message *message)
{
	enum route_key key = raw->route->key;

	holds(raw->value ? message->value != NULL : !message->value && raw->route->erases,
	      "a value that did not come, or the other way round");
	holds(message->key || key == ROUTE_KEY_ANY, "no key");
	holds(key != ROUTE_KEY_CONTRACTOR || message->contractor_id > 0, "no contractor");
	if (!message->value)
		return;

	const void *member = (const char *)message->value + raw->route->key_offset;
	if (key == ROUTE_KEY_CONTRACTOR)
		holds(*(const int64_t *)member == message->contractor_id, "another contractor");
	if (key == ROUTE_KEY_TEXT)
		holds(strcmp(*(const char *const *)member, message->key) == 0, "another key");
}

static void check_connect_headers(const struct outbox_message *letter, const struct err *reason)
{
	const struct outbox_header *first =
		&letter->headers[letter->header_count - CONNECT_HEADERS];

	for (size_t i = 0; i < CONNECT_HEADERS; i++)
		holds(first[i].value && strncmp(first[i].name, "__connect.errors.", 17) == 0 &&
			      is_utf8(first[i].value, first[i].value_length),
		      "header %.*s is no UTF-8 text", (int)first[i].name_length, first[i].name);
	holds(same(first[8].value, first[8].value_length, reason->text, strlen(reason->text)),
	      "another reason");
}

/* Nothing is missing without a word about it, and what is there is as it came, in its order. */
static void check_original(const struct raw_message *raw, const struct outbox_message *letter)
{
	size_t own = letter->header_count - CONNECT_HEADERS, next = 0;
	const struct outbox_header *last = &letter->headers[own ? own - 1 : 0];
	bool cut = own > 0 &&
		   same(last->name, last->name_length, DEAD_LETTER_CUT, strlen(DEAD_LETTER_CUT));

	own -= cut;
	holds(starts_with(raw->key, raw->key_length, letter->key, letter->key_length, cut),
	      "another key");
	holds(starts_with(raw->value, raw->value_length, letter->value, letter->value_length, cut),
	      "another value");
	holds(cut || own == raw->header_count, "%zu of %zu headers", own, raw->header_count);
	for (size_t i = 0; i < own; i++, next++) {
		while (cut && next < raw->header_count &&
		       !same_header(&letter->headers[i], &raw->headers[next]))
			next++;
		holds(next < raw->header_count &&
			      same_header(&letter->headers[i], &raw->headers[next]),
		      "header %zu is another", i);
	}
}

static void check_dead_letter(const struct raw_message *raw, const struct message *message,
			      const struct err *reason, struct arena *arena)
{
	struct buffer bytes = { 0 };
	struct outbox_message letter;
	struct err err = { 0 };
	size_t position = 0;

	dead_letter_write(&bytes, WORKER, GROUP, raw, message, "decode", reason, arena);
	holds(outbox_read(bytes.bytes, bytes.length, &position, &letter, &err),
	      "the dead letter cannot be read: %s", err.text);
	holds(position == bytes.length, "%zu bytes of the dead letter left over",
	      bytes.length - position);
	holds(bytes.length < LETTER_MAX, "%zu bytes, more than the topic takes", bytes.length);
	holds(same(letter.topic, letter.topic_length, WORKER ".dlq", strlen(WORKER ".dlq")),
	      "another topic");
	holds(letter.header_count >= CONNECT_HEADERS, "%zu headers", letter.header_count);
	check_original(raw, &letter);
	check_connect_headers(&letter, reason);
	buffer_release(&bytes);
}

static void check_message(const struct raw_message *raw, struct arena *arena)
{
	struct err err = { 0 };
	bool ok = false;
	const struct message *message = message_decode(raw, NULL, VALUE_MAX, arena, &ok, &err);

	check_envelope(message);
	if (ok) {
		check_decoded(raw, message);
		err_set(&err, ERR_POISON, "Postgres does not want it"); /* may happen to any */
	} else {
		holds_error(&err, ERR_POISON);
	}
	check_dead_letter(raw, message, &err, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_of(data, size);
	struct arena arena;
	struct raw_message raw = { 0 };
	struct route route;
	size_t types = 0;

	while (message_types[types].topic)
		types++;
	arena_init(&arena);
	route = fuzz_route_of(&message_types[input_number(&input, 1) % types]);
	raw.route = &route;
	raw.partition = (int32_t)(input_number(&input, 1));
	raw.timestamp_ms = (int64_t)input_number(&input, 8);
	raw.offset = raw.timestamp_ms & INT64_MAX;
	raw.header_count = input_number(&input, 1) % (OUTBOX_HEADERS_MAX + 1);
	raw.headers = arena_array(&arena, struct outbox_header, raw.header_count);
	for (size_t i = 0; i < raw.header_count; i++)
		raw.headers[i] = input_header(&input, &arena);
	raw.key = input_nullable(&input, &raw.key_length, &arena);
	if (input_number(&input, 1) == 0) {
		struct bytes value = input_rest(&input, &arena);

		raw.value = value.data;
		raw.value_length = value.length;
	}
	check_message(&raw, &arena);
	arena_release(&arena);
	return 0;
}
