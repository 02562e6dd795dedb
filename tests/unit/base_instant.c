/* Instants as text: what is read, what is refused, what is written. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "instant.h"

#define REFUSED INT64_MIN

static const struct {
	const char *text;
	utc_us time; /* from Python's datetime */
} parsed[] = {
	{ "1970-01-01T00:00:00Z", 0 },
	{ "2024-07-01T02:03:04.5+02:00", 1719792184500000 },
	{ "2024-07-01t00:03:04.5z", 1719792184500000 },
	{ "2024-07-01 00:03:04.500000Z", 1719792184500000 },
	{ "1970-01-01T00:00:00-00:00", 0 },
	{ "1969-12-31T23:59:59.999999Z", -1 },
	{ "2038-01-19T03:14:08Z", 2147483648000000 },
	{ "0001-01-01T00:00:00Z", -62135596800000000 },
	{ "9999-12-31T23:59:59.999999Z", 253402300799999999 },

	/* leap days */
	{ "2024-02-29T12:00:00Z", 1709208000000000 },
	{ "2000-02-29T00:00:00Z", 951782400000000 },
	{ "1900-02-28T23:59:59Z", -2203891201000000 },
	{ "1900-03-01T00:00:00Z", -2203891200000000 },
	{ "2100-02-28T00:00:00Z", 4107456000000000 },
	{ "1900-02-29T00:00:00Z", REFUSED },
	{ "2100-02-29T00:00:00Z", REFUSED },
	{ "2023-02-29T00:00:00Z", REFUSED },

	/* an offset that crosses the year, or the last year */
	{ "2024-01-01T00:30:00+01:00", 1704065400000000 },
	{ "2023-12-31T23:30:00-01:00", 1704069000000000 },
	{ "0001-01-01T00:00:00+00:01", REFUSED },
	{ "9999-12-31T23:59:59-00:01", REFUSED },
	{ "2024-01-01T00:00:00+24:00", REFUSED },
	{ "2024-01-01T00:00:00+00:60", REFUSED },
	{ "2024-01-01T00:00:00+0100", REFUSED },
	{ "2024-01-01T00:00:00+01", REFUSED },
	{ "2024-01-01T00:00:00", REFUSED },
	{ "2024-01-01T00:00:00+", REFUSED },

	/* second 60 is the next minute's 0 */
	{ "2016-12-31T23:59:60Z", 1483228800000000 },
	{ "2016-12-31T23:59:60.25Z", 1483228800250000 },
	{ "9999-12-31T23:59:60Z", REFUSED },
	{ "2016-12-31T23:59:61Z", REFUSED },

	/* fractions beyond microseconds are cut */
	{ "1970-01-01T00:00:00.1234569Z", 123456 },
	{ "1970-01-01T00:00:00.000000999999999999999999999999Z", 0 },
	{ "1970-01-01T00:00:00.Z", REFUSED },
	{ "1970-01-01T00:00:00,5Z", REFUSED },

	/* parts out of range, missing, or in another form */
	{ "", REFUSED },
	{ "Z", REFUSED },
	{ "2024", REFUSED },
	{ "2024-01-01", REFUSED },
	{ "2024-00-01T00:00:00Z", REFUSED },
	{ "2024-13-01T00:00:00Z", REFUSED },
	{ "2024-01-00T00:00:00Z", REFUSED },
	{ "2024-04-31T00:00:00Z", REFUSED },
	{ "2024-01-01T24:00:00Z", REFUSED },
	{ "2024-01-01T00:60:00Z", REFUSED },
	{ "0000-01-01T00:00:00Z", REFUSED },
	{ "10000-01-01T00:00:00Z", REFUSED },
	{ "-001-01-01T00:00:00Z", REFUSED },
	{ "+024-01-01T00:00:00Z", REFUSED },
	{ "2024-1-01T00:00:00Z", REFUSED },
	{ "2024-01-01T 0:00:00Z", REFUSED },
	{ "2024-01-01_00:00:00Z", REFUSED },
	{ "20240101T000000Z", REFUSED },
	{ "2024-W01-1T00:00:00Z", REFUSED },
	{ "2024-01-01T00:00:00Z ", REFUSED },
	{ " 2024-01-01T00:00:00Z", REFUSED },
	{ "2024-01-01T00:00:00ZZ", REFUSED },
	{ "2024-01-01T00:00:00 Z", REFUSED },
	{ "now", REFUSED },
};

Test(instant, rfc3339_is_read_and_nothing_else)
{
	for (size_t i = 0; i < sizeof(parsed) / sizeof(*parsed); i++) {
		const char *text = parsed[i].text;
		utc_us time = 42;
		bool accepted = instant_parse(text, strlen(text), &time);

		cr_expect_eq(accepted, parsed[i].time != REFUSED, "\"%s\" was %s", text,
			     accepted ? "accepted" : "refused");
		cr_expect_eq(time, accepted ? parsed[i].time : 42, "\"%s\" gave %lld", text,
			     (long long)time);
	}
}

Test(instant, no_part_of_a_time_is_a_time)
{
	static const char whole[] = "2024-07-01T02:03:04.5+02:00";
	utc_us time;

	for (size_t length = 0; length < sizeof(whole) - 1; length++)
		cr_expect_not(instant_parse(whole, length, &time), "%.*s", (int)length, whole);
	cr_expect(instant_parse(whole, sizeof(whole) - 1, &time));
}

Test(instant, a_nul_byte_is_not_the_end)
{
	static const char text[] = "2024-07-01T00:00:00\0Z";
	utc_us time;

	cr_expect_not(instant_parse(text, sizeof(text) - 1, &time));
	cr_expect_not(instant_parse("2024-07-01T00:00:00Z", 21, &time));
}

static const struct {
	utc_us time;
	const char *text;
} written[] = {
	{ 0, "1970-01-01T00:00:00Z" },
	{ -1, "1969-12-31T23:59:59.999999Z" },
	{ 1000, "1970-01-01T00:00:00.001Z" },
	{ 500000, "1970-01-01T00:00:00.500Z" },
	{ 500001, "1970-01-01T00:00:00.500001Z" },
	{ 1709208000000000, "2024-02-29T12:00:00Z" },
	{ -62135596800000000, "0001-01-01T00:00:00Z" },
	{ 253402300799999999, "9999-12-31T23:59:59.999999Z" },
};

Test(instant, is_written_in_utc_with_no_more_digits_than_needed)
{
	for (size_t i = 0; i < sizeof(written) / sizeof(*written); i++) {
		char text[INSTANT_TEXT_SIZE];
		size_t length = instant_format(written[i].time, text);

		cr_expect_str_eq(text, written[i].text);
		cr_expect_eq(length, strlen(written[i].text), "%s", written[i].text);
	}
}

/* libc's calendar is the witness. */
Test(instant, every_day_of_ten_millennia_reads_back_as_it_was_written)
{
	int64_t first = -62135596800, last = 253402300799;
	int64_t step = getenv("GROWTH_VALGRIND") ? 86400 * 97 : 86400; /* else some minutes */

	for (int64_t second = first + 86399; second <= last; second += step) {
		char text[INSTANT_TEXT_SIZE], wanted[64];
		time_t seconds = (time_t)second;
		struct tm tm;
		utc_us time = 0;
		size_t length = instant_format(second * US_PER_SECOND + 7, text);

		gmtime_r(&seconds, &tm);
		snprintf(wanted, sizeof(wanted), "%04d-%02d-%02dT23:59:59.000007Z",
			 tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
		if (strcmp(text, wanted) != 0) /* asserting each would take minutes */
			cr_assert_fail("%s was written, not %s", text, wanted);
		if (!instant_parse(text, length, &time) || time != second * US_PER_SECOND + 7)
			cr_assert_fail("%s was read as %lld", text, (long long)time);
	}
}

Test(instant, days_between_are_whole_days_passed)
{
	cr_expect_eq(instant_days_between(0, 0), 0);
	cr_expect_eq(instant_days_between(0, US_PER_DAY - 1), 0);
	cr_expect_eq(instant_days_between(0, US_PER_DAY), 1);
	cr_expect_eq(instant_days_between(-1, US_PER_DAY - 1), 1);
	cr_expect_eq(instant_days_between(1, 0), -1);
	cr_expect_eq(instant_days_between(US_PER_DAY, 0), -1);
	cr_expect_eq(instant_days_between(US_PER_DAY + 1, 0), -2);
}

Test(instant, clocks_run)
{
	int64_t start = monotonic_us();

	cr_expect_gt(instant_now(), INT64_C(1704067200) * US_PER_SECOND, "after 2024 began");
	cr_expect_geq(monotonic_us(), start);
}
