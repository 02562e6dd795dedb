/* Instants (values.h: utc_us) as text, and calendar arithmetic. Strict: RFC 3339, nothing else. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "values.h"

#define INSTANT_TEXT_SIZE 32 /* "2024-07-01T00:00:00.000000Z" and its NUL */
#define US_PER_SECOND INT64_C(1000000)
#define US_PER_HOUR (INT64_C(3600) * US_PER_SECOND)
#define US_PER_DAY (INT64_C(86400) * US_PER_SECOND)
#define INSTANT_EARLIEST (INT64_C(-62135596800) * US_PER_SECOND) /* 0001-01-01T00:00:00Z */
#define INSTANT_LATEST \
	(INT64_C(253402300800) * US_PER_SECOND - 1) /* the last microsecond of 9999 */

/*
 * Parses RFC 3339 ("2024-07-01T02:03:04.5+02:00"): years 0001-9999, 'T'/'t'/' ' and 'Z'/'z'
 * accepted, an offset is required, fractions beyond microseconds are cut, second 60 becomes the
 * next minute's 0. The whole of text[0..length) must match. Returns false and leaves *ret_time
 * alone when it does not.
 */
bool instant_parse(const char *text, size_t length, utc_us *ret_time);

/* Writes UTC with 'Z', without a fraction when it is zero, else with 3 or 6 digits. Years
 * 0001-9999. Returns its length. */
size_t instant_format(utc_us time, char text[static INSTANT_TEXT_SIZE]);

/* Floor of the days between two instants; negative when `to` is before `from`. */
int64_t instant_days_between(utc_us from, utc_us to);

/* 00:00 UTC on the first of the month that is `later` >= 0 months after the time's own. */
utc_us instant_month(utc_us time, int later);

/* The system clock, for logs, metrics and deadlines only: no handler reads it for a fact that it
 * stores. */
utc_us instant_now(void);
/* A clock that never goes back, microseconds from an arbitrary start. */
int64_t monotonic_us(void);
