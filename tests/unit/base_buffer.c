/* A growing byte string. */
#include <criterion/criterion.h>
#include <string.h>

#include "buffer.h"

static struct buffer buffer;

static void tear_down(void)
{
	buffer_release(&buffer);
}

TestSuite(buffer, .fini = tear_down);

Test(buffer, grows_and_ends_with_a_nul)
{
	char wanted[5001] = "", *end = wanted;

	for (size_t i = 0; i < 1000; i++) {
		buffer_add(&buffer, "abcd", i % 5);
		cr_assert_eq(buffer.bytes[buffer.length], '\0', "after %zu additions", i);
		memcpy(end, "abcd", i % 5);
		end += i % 5;
	}
	cr_assert_str_eq(buffer.bytes, wanted);
	cr_assert_eq(buffer.length, 2000);
}

Test(buffer, adding_nothing_gives_an_empty_text)
{
	buffer_add(&buffer, NULL, 0);
	cr_assert_str_eq(buffer.bytes, "");
}

Test(buffer, keeps_its_storage_when_cleared)
{
	buffer_clear(&buffer);
	buffer_add_text(&buffer, "text");

	const char *bytes = buffer.bytes;
	buffer_clear(&buffer);
	cr_assert_eq(buffer.length, 0);
	cr_assert_str_eq(buffer.bytes, "");
	cr_assert_eq(buffer.bytes, bytes);
	buffer_release(&buffer);
	cr_assert_null(buffer.bytes);
	cr_assert_eq(buffer.capacity, 0);
}

Test(buffer, reserve_leaves_room_for_the_nul)
{
	for (size_t size = 0; size < 2000; size++) {
		struct buffer fresh = { 0 };
		char *end = buffer_reserve(&fresh, size);

		memset(end, 'x', size);
		end[size] = '\0';
		fresh.length += size;
		cr_assert_eq(strlen(fresh.bytes), size);
		buffer_release(&fresh);
	}
}

Test(buffer, formats_what_fits_and_what_does_not)
{
	for (int width = 0; width < 1000; width++) {
		buffer_clear(&buffer);
		buffer_add_text(&buffer, "<");
		buffer_printf(&buffer, "%*s>", width, "");
		cr_assert_eq(buffer.length, (size_t)width + 2);
		cr_assert_eq(buffer.bytes[buffer.length - 1], '>');
		cr_assert_eq(buffer.bytes[buffer.length], '\0');
		if (width % 3 == 0)
			buffer_release(&buffer);
	}
}

Test(buffer, integers_are_big_endian)
{
	buffer_add_u16(&buffer, 0x0102);
	buffer_add_u32(&buffer, 0x03040506);
	buffer_add_u64(&buffer, 0x0708090a0b0c0d0e);
	buffer_add_char(&buffer, 0x0f);
	cr_assert_str_eq(buffer.bytes,
			 "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f");
}

Test(buffer, out_of_memory_ends_the_process, .exit_code = 71)
{
	buffer_add_text(&buffer, "x");
	buffer_reserve(&buffer, SIZE_MAX - 1);
}
