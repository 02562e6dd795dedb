/*
 * Numbers as JSON: the shortest form of 15 to 17 digits that reads back as the same. Scores and
 * rates are nearly always below 1 with up to 17 digits, and printf() and strtod() calculate with
 * numbers of any length: so these are done in whole 128-bit numbers, which are exact here.
 */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "decimal.h"
#include "fields.h"

void json_write_integer(struct buffer *out, int64_t integer)
{
	out->length += decimal_format(integer, buffer_reserve(out, DECIMAL_SIZE));
}

#define DECIMALS 6
#define DECIMALS_POWER 1e6

/*
 * Most numbers have few decimals. When x is the double nearest to n/10^6 (a division rounds
 * correctly) and n has at most 15 digits, then n/10^6 without trailing zeros is the shortest that
 * reads back as x.
 */
static bool write_short_decimal(struct buffer *out, double number)
{
	double scaled = nearbyint(number * DECIMALS_POWER);

	if (!(fabs(scaled) < 1e15) || scaled / DECIMALS_POWER != number)
		return false;

	int64_t all = (int64_t)fabs(scaled);
	int64_t fraction = all % (int64_t)DECIMALS_POWER;
	char digits[1 + DECIMALS] = ".";
	size_t length = sizeof(digits);

	for (size_t i = DECIMALS; i > 0; i--) {
		digits[i] = (char)('0' + fraction % 10);
		fraction /= 10;
	}
	while (length > 0 && (digits[length - 1] == '0' || digits[length - 1] == '.'))
		length--;

	if (scaled < 0)
		buffer_add_char(out, '-');
	json_write_integer(out, all / (int64_t)DECIMALS_POWER);
	buffer_add(out, digits, length);
	return true;
}

__extension__ typedef unsigned __int128 wide;

#define FEWEST_DIGITS 15
#define MOST_DIGITS 17
#define SMALLEST_FRACTION 1e-4 /* below it there is an exponent */
#define MANTISSA_BITS 53

/* Without the zeros at its end. */
static void write_decimals(struct buffer *out, uint64_t number, int decimals)
{
	char digits[MOST_DIGITS + 8];
	int length = decimals;

	for (int i = decimals; i > 0; i--) {
		digits[i - 1] = (char)('0' + number % 10);
		number /= 10;
	}
	while (length > 0 && digits[length - 1] == '0')
		length--;
	buffer_add(out, "0.", 2);
	buffer_add(out, digits, (size_t)length);
}

/*
 * The number is m / 2^s. With d decimals it is n / 10^d, n the whole number nearest to m 10^d / 2^s
 * (of two the even one, as printf() has it); that reads back as the number when it is nearer than
 * half the way to the next one, 1 / 2^(s+1). Below a power of two the next one is nearer, so these
 * are left to printf().
 */
static bool write_fraction(struct buffer *out, double number)
{
	static const double tenths[] = { 0.1, 0.01, 0.001 };
	int exponent, zeros = 0;
	uint64_t mantissa = (uint64_t)ldexp(frexp(fabs(number), &exponent), MANTISSA_BITS);
	int shift = MANTISSA_BITS - exponent;

	if (!(fabs(number) >= SMALLEST_FRACTION && fabs(number) < 1) ||
	    mantissa == (uint64_t)1 << (MANTISSA_BITS - 1))
		return false;

	wide power = 1, half = (wide)1 << (shift - 1);

	while (zeros < 3 && fabs(number) < tenths[zeros])
		zeros++;
	for (int i = 0; i < FEWEST_DIGITS + zeros; i++)
		power *= 10;
	for (int digits = FEWEST_DIGITS;; digits++, power *= 10) {
		wide scaled = mantissa * power;
		wide nearest = scaled >> shift, rest = scaled - (nearest << shift);
		wide distance = rest;

		if (rest > half || (rest == half && nearest % 2)) {
			nearest++;
			distance = (half << 1) - rest;
		}
		if (2 * distance < power || (2 * distance == power && mantissa % 2 == 0) ||
		    digits == MOST_DIGITS) {
			if (number < 0)
				buffer_add_char(out, '-');
			write_decimals(out, (uint64_t)nearest, digits + zeros);
			return true;
		}
	}
}

void json_write_number(struct buffer *out, double number)
{
	char text[32];

	assert(isfinite(number));
	if (fabs(number) < 1e15 && trunc(number) == number) {
		json_write_integer(out, (int64_t)number); /* -0 becomes 0 */
		return;
	}
	if (write_short_decimal(out, number) || write_fraction(out, number))
		return;
	for (int digits = FEWEST_DIGITS; digits <= MOST_DIGITS; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	buffer_add_text(out, text);
}
