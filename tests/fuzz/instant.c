/*
 * RFC 3339, read and written. The first byte says which way: a text to be read, or eight bytes of a
 * time to be written. glibc's calendar is the second opinion.
 */
#include <time.h>

#include "fuzz.h"
#include "instant.h"

static void check_written(utc_us time)
{
	char text[INSTANT_TEXT_SIZE], expected[96];
	size_t length = instant_format(time, text);
	int64_t us = ((time % US_PER_SECOND) + US_PER_SECOND) % US_PER_SECOND;
	time_t seconds = (time_t)((time - us) / US_PER_SECOND);
	struct tm date;
	utc_us again;

	holds(length == strlen(text), "length %zu of %s", length, text);
	holds(instant_parse(text, length, &again), "refused: %s", text);
	holds(again == time, "%s is %" PRId64 ", not %" PRId64, text, again, time);

	gmtime_r(&seconds, &date);
	snprintf(expected, sizeof(expected), "%04d-%02d-%02dT%02d:%02d:%02d", date.tm_year + 1900,
		 date.tm_mon + 1, date.tm_mday, date.tm_hour, date.tm_min, date.tm_sec);
	holds(strncmp(text, expected, strlen(expected)) == 0, "%s, but glibc says %s", text,
	      expected);
}

/* The text has the form; what date and time of day mean is asked of glibc. */
static void check_read(const char *text, utc_us time)
{
	struct tm date = { 0 };
	int64_t local_us;

	holds(time >= INSTANT_EARLIEST && time <= INSTANT_LATEST, "%" PRId64 " cannot be written",
	      time);
	holds(sscanf(text, "%4d-%2d-%2d%*c%2d:%2d:%2d", &date.tm_year, &date.tm_mon, &date.tm_mday,
		     &date.tm_hour, &date.tm_min, &date.tm_sec) == 6,
	      "taken for a time: %s", text);
	date.tm_year -= 1900;
	date.tm_mon -= 1;
	local_us = (int64_t)timegm(&date) * US_PER_SECOND;
	/* The zone is less than a day, and whole minutes; the fraction is less than a second. */
	holds(llabs(time - local_us) < US_PER_DAY, "%s is %" PRId64, text, time);
	if (!strpbrk(text + 19, "+-."))
		holds(time == local_us, "%s is %" PRId64 ", not %" PRId64, text, time, local_us);
	check_written(time);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_of(data, size);
	const utc_us untouched = 42;
	utc_us time = untouched;
	char text[128];

	if (input_number(&input, 1) & 1) {
		time = (int64_t)input_number(&input, 8);
		if (time >= INSTANT_EARLIEST && time <= INSTANT_LATEST)
			check_written(time);
		return 0;
	}
	if (!instant_parse((const char *)input.at, input.left, &time)) {
		holds(time == untouched, "the result of a failure was touched");
		return 0;
	}
	if (input.left < sizeof(text)) {
		memcpy(text, input.at, input.left);
		text[input.left] = '\0';
		check_read(text, time);
	}
	return 0;
}
