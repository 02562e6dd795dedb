/* What a handler emits is what Kafka gets: the outbox row's bytes, there and back. */
#include <criterion/criterion.h>

#include <stdlib.h>

#include "heap.h"
#include "outbox_block.h"

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

/* As a batch does it; some of a message's bytes do not compress. */
static void write_row(struct outbox_writer *writer, size_t count, size_t value_length)
{
	char *value = heap_zeroed(1, value_length);
	struct outbox_message message = {
		.topic = "t", .topic_length = 1, .value = value, .value_length = value_length
	};

	for (size_t i = 0; i < count; i++) {
		memset(value, 'a', value_length);
		memcpy(value, &i, sizeof(i));
		outbox_write(&writer->messages, &message);
		outbox_close_full(writer);
	}
	outbox_close(writer);
	free(value);
}

static void expect_row(const struct buffer *row, size_t count, size_t value_length)
{
	struct outbox_reader reader;
	struct outbox_message message;
	struct err err = { 0 };
	size_t read = 0;

	outbox_reader_init(&reader, row->bytes, row->length);
	for (; outbox_reader_next(&reader, &message, &err); read++) {
		cr_assert_eq(message.value_length, value_length);
		cr_assert_eq(memcmp(message.value, &read, sizeof(read)), 0, "message %zu", read);
	}
	cr_expect_eq((int)err.kind, (int)ERR_NONE, "%s", err.text);
	cr_expect_eq(read, count);
	outbox_reader_release(&reader);
}

Test(outbox, a_row_of_blocks_has_all_messages_in_their_order)
{
	static const struct {
		size_t count, value_length;
	} rows[] = { { 0, 8 }, { 1, 8 }, { 5000, 700 }, { 3, 1000000 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct outbox_writer writer = { 0 };

		write_row(&writer, rows[i].count, rows[i].value_length);
		cr_expect_leq(writer.row.length, rows[i].count * rows[i].value_length / 8 + 64);
		expect_row(&writer.row, rows[i].count, rows[i].value_length);
		outbox_writer_release(&writer);
	}
}

Test(outbox, a_row_of_an_older_version_has_its_messages_as_they_are)
{
	struct outbox_message message = {
		.topic = "t", .topic_length = 1, .value = "\0\0\0\0\0\0\0", .value_length = 8
	};
	struct buffer row = { 0 };

	outbox_write(&row, &message);
	expect_row(&row, 1, 8);
	buffer_release(&row);
}

Test(outbox, damage_to_a_row_of_blocks_is_named_and_nothing_is_read_outside)
{
	struct outbox_writer writer = { 0 };

	write_row(&writer, 300, 700);
	for (size_t length = 5; length < writer.row.length; length++) {
		char *cut = heap_zeroed(1, length);
		struct outbox_reader reader;
		struct outbox_message message;
		struct err err = { 0 };

		memcpy(cut, writer.row.bytes, length);
		outbox_reader_init(&reader, cut, length);
		while (outbox_reader_next(&reader, &message, &err))
			;
		outbox_reader_release(&reader);
		free(cut);
		/* Between two blocks nothing is damaged, but something is missing: message_count is
		 * there for that. */
		cr_expect(err.kind == ERR_FATAL || length == reader.position, "cut at %zu", length);
	}
	outbox_writer_release(&writer);
}
