/*
 * The calendar is the proleptic Gregorian one, counted in 400-year eras that begin on 1 March, so
 * that the leap day is a year's last (Howard Hinnant, "chrono-compatible low-level date
 * algorithms").
 */
#include "instant.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#define US_PER_MINUTE (60 * US_PER_SECOND)
#define DAYS_PER_ERA 146097
#define DAYS_BEFORE_1970 719468 /* since 0000-03-01 */

struct date {
	int year, month, day;
};

static int64_t days_from_date(struct date date)
{
	int year = date.month > 2 ? date.year : date.year - 1; /* never negative here */
	int era = year / 400;
	int year_of_era = year % 400;
	int month = (date.month + 9) % 12; /* since March */
	int day_of_year = (153 * month + 2) / 5 + date.day - 1;
	int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return (int64_t)era * DAYS_PER_ERA + day_of_era - DAYS_BEFORE_1970;
}

static struct date date_from_days(int64_t days)
{
	int64_t since = days + DAYS_BEFORE_1970; /* never negative: years begin at 1 */
	int day_of_era = (int)(since % DAYS_PER_ERA);
	int leap_days = day_of_era / 1460 - day_of_era / 36524 + day_of_era / 146096;
	int year_of_era = (day_of_era - leap_days) / 365;
	int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int month = (5 * day_of_year + 2) / 153; /* since March */

	return (struct date){
		.year = (int)(since / DAYS_PER_ERA) * 400 + year_of_era + (month >= 10),
		.month = month < 10 ? month + 3 : month - 9,
		.day = day_of_year - (153 * month + 2) / 5 + 1,
	};
}

static bool leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_of_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && leap(year) ? 29 : days[month - 1];
}

/* What is left to read. A failed read leaves it anywhere: the whole text is refused then. */
struct reader {
	const char *at, *end;
};

static bool digit_ahead(const struct reader *reader)
{
	return reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9';
}

static bool read_number(struct reader *reader, int digits, int low, int high, int *ret_number)
{
	int number = 0;

	for (; digits > 0; digits--) {
		if (!digit_ahead(reader))
			return false;
		number = number * 10 + (*reader->at++ - '0');
	}
	*ret_number = number;
	return number >= low && number <= high;
}

/* One character out of `wanted`. */
static bool read_any(struct reader *reader, const char *wanted)
{
	if (reader->at == reader->end || *reader->at == '\0' || !strchr(wanted, *reader->at))
		return false;
	reader->at++;
	return true;
}

static bool read_fraction(struct reader *reader, int64_t *ret_us)
{
	int64_t us = 0;
	int64_t weight = US_PER_SECOND;

	if (!digit_ahead(reader))
		return false;
	for (; digit_ahead(reader); reader->at++) {
		weight /= 10; /* 0 from the seventh digit on */
		us += (*reader->at - '0') * weight;
	}
	*ret_us = us;
	return true;
}

/* 'Z' or +hh:mm, as microseconds that local time is ahead of UTC. */
static bool read_offset(struct reader *reader, int64_t *ret_us)
{
	int hours, minutes;

	*ret_us = 0;
	if (read_any(reader, "Zz"))
		return true;

	bool behind = reader->at < reader->end && *reader->at == '-';
	if (!read_any(reader, "+-") || !read_number(reader, 2, 0, 23, &hours) ||
	    !read_any(reader, ":") || !read_number(reader, 2, 0, 59, &minutes))
		return false;
	*ret_us = (behind ? -1 : 1) * (hours * 60 + minutes) * US_PER_MINUTE;
	return true;
}

bool instant_parse(const char *text, size_t length, utc_us *ret_time)
{
	struct reader reader = { text, text + length };
	struct date date;
	int hour, minute, second;
	int64_t fraction = 0, offset;

	if (!read_number(&reader, 4, 1, 9999, &date.year) || !read_any(&reader, "-") ||
	    !read_number(&reader, 2, 1, 12, &date.month) || !read_any(&reader, "-") ||
	    !read_number(&reader, 2, 1, days_of_month(date.year, date.month), &date.day) ||
	    !read_any(&reader, "Tt ") || !read_number(&reader, 2, 0, 23, &hour) ||
	    !read_any(&reader, ":") || !read_number(&reader, 2, 0, 59, &minute) ||
	    !read_any(&reader, ":") || !read_number(&reader, 2, 0, 60, &second))
		return false;
	if (read_any(&reader, ".") && !read_fraction(&reader, &fraction))
		return false;
	if (!read_offset(&reader, &offset) || reader.at != reader.end)
		return false;

	int64_t seconds = hour * 3600 + minute * 60 + second;
	utc_us time = days_from_date(date) * US_PER_DAY + seconds * US_PER_SECOND + fraction;
	time -= offset;
	if (time < INSTANT_EARLIEST ||
	    time > INSTANT_LATEST) /* offset or second 60 left the years that we write */
		return false;
	*ret_time = time;
	return true;
}

static char *write_number(char *out, int digits, int64_t number)
{
	for (int i = digits - 1; i >= 0; i--) {
		out[i] = (char)('0' + number % 10);
		number /= 10;
	}
	return out + digits;
}

static int64_t floor_divide(int64_t dividend, int64_t divisor)
{
	return dividend / divisor - (dividend % divisor < 0);
}

size_t instant_format(utc_us time, char text[static INSTANT_TEXT_SIZE])
{
	assert(time >= INSTANT_EARLIEST && time <= INSTANT_LATEST);

	int64_t days = floor_divide(time, US_PER_DAY);
	int64_t us = time - days * US_PER_DAY;
	int64_t seconds = us / US_PER_SECOND;
	int64_t fraction = us % US_PER_SECOND;
	bool milliseconds = fraction % 1000 == 0;
	struct date date = date_from_days(days);
	char *out = text;

	out = write_number(out, 4, date.year);
	*out++ = '-';
	out = write_number(out, 2, date.month);
	*out++ = '-';
	out = write_number(out, 2, date.day);
	*out++ = 'T';
	out = write_number(out, 2, seconds / 3600);
	*out++ = ':';
	out = write_number(out, 2, seconds / 60 % 60);
	*out++ = ':';
	out = write_number(out, 2, seconds % 60);
	if (fraction != 0) {
		*out++ = '.';
		out = milliseconds ? write_number(out, 3, fraction / 1000)
				   : write_number(out, 6, fraction);
	}
	*out++ = 'Z';
	*out = '\0';
	return (size_t)(out - text);
}

int64_t instant_days_between(utc_us from, utc_us to)
{
	return floor_divide(to - from, US_PER_DAY);
}

utc_us instant_month(utc_us time, int later)
{
	struct date date = date_from_days(floor_divide(time, US_PER_DAY));
	int months = date.year * 12 + date.month - 1 + later;

	return days_from_date((struct date){ months / 12, months % 12 + 1, 1 }) * US_PER_DAY;
}

static int64_t clock_us(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

utc_us instant_now(void)
{
	return clock_us(CLOCK_REALTIME);
}

int64_t monotonic_us(void)
{
	return clock_us(CLOCK_MONOTONIC);
}
