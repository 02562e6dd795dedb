/* What a handler emits is what Kafka gets: the outbox row's bytes, there and back. */
#include <criterion/criterion.h>

#include "outbox.h"

Test(outbox, gives_back_what_was_written_nulls_and_zero_bytes_included)
{
	struct buffer bytes = { 0 };
	struct err err = { 0 };
	size_t position = 0;
	struct outbox_message read;
	const struct outbox_message with_all = { .topic = "goal.enriched",
						 .topic_length = 13,
						 .key = "7",
						 .key_length = 1,
						 .value = "a\0b",
						 .value_length = 3,
						 .headers = { { "ce_id", 5, "x", 1 },
							      { "empty", 5, "", 0 },
							      { "null", 4, NULL, 0 } },
						 .header_count = 3 };
	const struct outbox_message tombstone = { .topic = "goal.enriched", .topic_length = 13 };

	outbox_write(&bytes, &with_all);
	outbox_write(&bytes, &tombstone);

	cr_assert(outbox_read(bytes.bytes, bytes.length, &position, &read, &err));
	cr_expect_eq(read.value_length, 3);
	cr_expect_arr_eq((const char *)read.value, "a\0b", 3);
	cr_expect_eq(read.header_count, 3);
	cr_expect_not_null(read.headers[1].value, "an empty header is not a null one");
	cr_expect_null(read.headers[2].value);
	cr_assert(outbox_read(bytes.bytes, bytes.length, &position, &read, &err));
	cr_expect_null(read.key);
	cr_expect_null(read.value);
	cr_expect_not(outbox_read(bytes.bytes, bytes.length, &position, &read, &err));
	cr_expect_eq((int)err.kind, (int)ERR_NONE, "the end is no error");
	buffer_release(&bytes);
}

Test(outbox, names_damage_wherever_it_is_cut)
{
	struct buffer bytes = { 0 };
	const struct outbox_message message = { .topic = "t",
						.topic_length = 1,
						.value = "value",
						.value_length = 5,
						.headers = { { "h", 1, "v", 1 } },
						.header_count = 1 };

	outbox_write(&bytes, &message);
	for (size_t length = 1; length < bytes.length; length++) {
		struct err err = { 0 };
		size_t position = 0;
		struct outbox_message read;

		cr_expect_not(outbox_read(bytes.bytes, length, &position, &read, &err));
		cr_expect_eq((int)err.kind, (int)ERR_FATAL, "cut at %zu", length);
	}
	buffer_release(&bytes);
}
