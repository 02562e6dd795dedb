/* A dead letter is what came, byte for byte, unless that is more than the dead-letter topic
 * takes. */
#include <criterion/criterion.h>

#include "raw_message.h"

#define TOPIC_BYTES (4 << 20) /* max.message.bytes of <worker>.dlq */

static const struct route route = { .topic = "contractor.updated" };
static const struct message message = { .id = "id", .source = "source" };
static struct arena arena;
static struct buffer bytes;

static void begin(void)
{
	arena_init(&arena);
}

static void end(void)
{
	arena_release(&arena);
	buffer_release(&bytes);
}

TestSuite(dead_letter, .init = begin, .fini = end);

static void *filled(size_t length)
{
	return memset(arena_alloc(&arena, length), 'a', length);
}

static void write_and_read(const struct raw_message *raw, struct outbox_message *ret_letter)
{
	struct err reason = { .kind = ERR_POISON, .text = "too bad" }, err = { 0 };
	size_t position = 0;

	dead_letter_write(&bytes, "matcher", "group", raw, &message, "decode", &reason, &arena);
	cr_assert(outbox_read(bytes.bytes, bytes.length, &position, ret_letter, &err), "%s",
		  err.text);
	cr_expect_eq(position, bytes.length);
	cr_expect_lt(bytes.length, TOPIC_BYTES);
}

static const struct outbox_header *header(const struct outbox_message *letter, const char *name)
{
	for (size_t i = 0; i < letter->header_count; i++) {
		const struct outbox_header *found = &letter->headers[i];

		if (found->name_length == strlen(name) &&
		    memcmp(found->name, name, found->name_length) == 0)
			return found;
	}
	return NULL;
}

Test(dead_letter, of_an_ordinary_message_is_that_message)
{
	struct outbox_header headers[] = { { "empty", 5, "", 0 }, { "null", 4, NULL, 0 } };
	struct raw_message raw = { .route = &route,
				   .key = "",
				   .value = "a\0b",
				   .value_length = 3,
				   .headers = headers,
				   .header_count = 2 };
	struct outbox_message letter;

	write_and_read(&raw, &letter);
	cr_expect(letter.key && letter.key_length == 0);
	cr_expect_eq(letter.value_length, 3);
	cr_expect_eq(letter.header_count, 12);
	cr_expect_null(header(&letter, "null")->value);
	cr_expect_null(header(&letter, DEAD_LETTER_CUT));
}

/* Twelve MiB of the same byte are 50 kB on their way here, and not one byte less on the way out. */
Test(dead_letter, of_a_huge_value_is_cut_and_says_so)
{
	size_t length = 12 << 20;
	struct raw_message raw = { .route = &route,
				   .key = "7",
				   .key_length = 1,
				   .value = filled(length),
				   .value_length = length };
	struct outbox_message letter;

	write_and_read(&raw, &letter);
	cr_expect_eq(letter.key_length, 1);
	cr_expect_gt(letter.value_length, 1 << 20);
	const struct outbox_header *cut = header(&letter, DEAD_LETTER_CUT);
	cr_assert_not_null(cut);
	cr_expect_eq(memcmp(cut->value, "key 1, headers 0, value 12582912", cut->value_length), 0);
}

Test(dead_letter, of_huge_headers_and_key_still_fits)
{
	size_t length = 2 << 20;
	struct outbox_header headers[] = { { "first", 5, filled(length), length },
					   { filled(70000), 70000, "", 0 },
					   { "last", 4, "x", 1 } };
	struct raw_message raw = { .route = &route,
				   .key = filled(length),
				   .key_length = length,
				   .headers = headers,
				   .header_count = 3 };
	struct outbox_message letter;

	write_and_read(&raw, &letter);
	cr_expect_null(header(&letter, "first"));
	cr_expect_not_null(header(&letter, "last"));
	cr_expect_not_null(header(&letter, "__connect.errors.exception.message"));
	cr_expect_not_null(header(&letter, DEAD_LETTER_CUT));
}
