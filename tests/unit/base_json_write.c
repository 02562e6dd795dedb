/* JSON's pieces, for those who write it by hand. */
#include <criterion/criterion.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"

static struct buffer out;

static void tear_down(void)
{
	buffer_release(&out);
}

TestSuite(json_write, .fini = tear_down);

static const struct {
	double number;
	const char *text;
} numbers[] = {
	{ 0, "0" },
	{ -0.0, "0" },
	{ 1, "1" },
	{ -17, "-17" },
	{ 0.1, "0.1" },
	{ -0.25, "-0.25" },
	{ 0.000001, "0.000001" },
	{ 1234567.890123, "1234567.890123" },
	{ -1234567.5, "-1234567.5" },
	{ 0.1 + 0.2, "0.30000000000000004" },
	{ 1.0 / 3, "0.3333333333333333" },
	{ 1e-7, "1e-07" },
	{ 999999999999999, "999999999999999" },
	{ -999999999999999, "-999999999999999" },
	{ 1e15, "1e+15" },
	{ 1e300, "1e+300" },
	{ 5e-324, "4.94065645841247e-324" },
	{ 1.7976931348623157e308, "1.7976931348623157e+308" },
};

Test(json_write, numbers_are_written_short)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		buffer_clear(&out);
		json_write_number(&out, numbers[i].number);
		cr_expect_str_eq(out.bytes, numbers[i].text, "%.17g was written as %s",
				 numbers[i].number, out.bytes);
	}
}

/* A fixed sequence of doubles of all sizes (splitmix64). */
static double any_double(uint64_t *state)
{
	uint64_t bits = *state += 0x9e3779b97f4a7c15;
	double number;

	bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9;
	bits = (bits ^ bits >> 27) * 0x94d049bb133111eb;
	bits ^= bits >> 31;
	memcpy(&number, &bits, sizeof(number));
	return number;
}

Test(json_write, every_number_reads_back_as_it_was)
{
	uint64_t state = 1;

	for (int i = 0; i < 100000; i++) {
		double number = any_double(&state);

		if (!isfinite(number))
			continue;
		if (i % 2) /* the sizes that people use, with many decimals and with few */
			number = i % 4 == 1 ? fmod(number, 1e6)
					    : round(fmod(number, 1e6) * 1e4) / 1e4;
		buffer_clear(&out);
		json_write_number(&out, number);
		if (strtod(out.bytes, NULL) != number)
			cr_assert_fail("%.17g was written as %s", number, out.bytes);
	}
}

/* What printf() writes with the fewest digits that are enough. */
static void print_shortest(double number, char text[static 32])
{
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, 32, "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			return;
	}
}

Test(json_write, fractions_are_written_as_printf_writes_them)
{
	uint64_t state = 3;
	char expected[32];

	for (int i = 0; i < 200000; i++) {
		double number = ldexp(
			(double)((state = state * 6364136223846793005 + 1442695040888963407) >> 11),
			-53);

		if (i % 4 == 1) /* at the borders of powers of ten and two */
			number = nextafter(pow(10, -(i % 5)), i % 8 == 1 ? 0 : 1);
		else if (i % 4 == 2)
			number = nextafter(pow(2, -(i % 14)), i % 8 == 2 ? 0 : 1);
		else if (i % 4 == 3) /* quotients of small numbers, as rates are */
			number = (double)(i % 997) / (double)(1 + i % 1009);
		if (number == 0 || fabs(number) >= 1 || rint(number * 1e6) / 1e6 == number)
			continue;
		number = i % 3 ? number : -number;
		print_shortest(number, expected);
		buffer_clear(&out);
		json_write_number(&out, number);
		cr_assert_str_eq(out.bytes, expected, "%a", number);
	}
}

#define TEXT(name, text, json) \
	{ \
		name, text, sizeof(text) - 1, json \
	}

static const struct {
	const char *name, *text;
	size_t length;
	const char *json;
} texts[] = {
	TEXT("empty", "", "\"\""),
	TEXT("quotes", "a\"b\\", "\"a\\\"b\\\\\""),
	TEXT("control characters", "\x01\n\x1f", "\"\\u0001\\n\\u001f\""),
	TEXT("NUL", "a\0b", "\"a\\u0000b\""),
	TEXT("Unicode", "é😀", "\"é😀\""),
	TEXT("a byte that is no UTF-8", "a\xff", "\"a\xef\xbf\xbd\""),
	TEXT("half a character", "\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\""),
};

Test(json_write, any_text_can_be_written)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		buffer_clear(&out);
		json_write_text(&out, texts[i].text, texts[i].length);
		cr_expect_str_eq(out.bytes, texts[i].json, "%s: %s", texts[i].name, out.bytes);
	}
}

#ifndef NDEBUG
Test(json_write, infinity_is_our_own_mistake, .signal = SIGABRT)
{
	json_write_number(&out, INFINITY);
}
#endif
