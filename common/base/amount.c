#include "amount.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void amount_add_grouped(struct buffer *out, int64_t number)
{
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%" PRId64, number);

	for (int i = 0; i < length; i++) {
		buffer_add_char(out, digits[i]);
		if (isdigit((unsigned char)digits[i]) && i + 1 < length &&
		    (length - i - 1) % 3 == 0)
			buffer_add_char(out, ',');
	}
}

/* Rounded half to even. */
static int64_t divide(int64_t number, int64_t by)
{
	int64_t whole = number / by, twice = number % by * 2;

	return whole + (twice > by || (twice == by && whole % 2));
}

/* 7234567 as 7.2M: two digits, and all that are in front of the point. number >= 0 */
static void add_compact(struct buffer *out, int64_t number)
{
	static const char units[] = " KMBT"; /* of ones nothing is said */
	int64_t size = 1, whole = number, tenths;
	const char *unit = units;
	char digits[32];

	/* What is rounded to a thousand is one of the next unit. */
	while (whole >= 1000 && unit < units + strlen(units) - 1) {
		size *= 1000;
		unit++;
		whole = divide(number, size);
	}
	tenths = size > 1 ? divide(number, size / 10) : whole * 10;
	if (tenths < 100 && tenths % 10)
		snprintf(digits, sizeof(digits), "%" PRId64 ".%" PRId64, tenths / 10, tenths % 10);
	else
		snprintf(digits, sizeof(digits), "%" PRId64, tenths < 100 ? tenths / 10 : whole);
	buffer_add_text(out, digits);
	buffer_add(out, unit, size > 1);
}

void amount_add_money(struct buffer *out, int64_t dollars, bool compact)
{
	if (dollars < 0)
		buffer_add_char(out, '-');
	buffer_add_char(out, '$');
	if (dollars < 0)
		dollars = dollars == INT64_MIN ? INT64_MAX : -dollars;
	if (compact)
		add_compact(out, dollars);
	else
		amount_add_grouped(out, dollars);
}
