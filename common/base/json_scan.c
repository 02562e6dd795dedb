/*
 * json-c 0.16, told to be strict, still accepts NaN, Infinity, 'keys', -01, 1., raw control
 * characters, overlong UTF-8, half a surrogate pair and anything behind a NUL byte; it clamps
 * integers, cuts a key at \u0000, and keeps the last of two equal keys. So every token is checked
 * here first, in one pass over the bytes. What is left to json-c is their order, and then each ':'
 * outside of text is exactly one member.
 */
#include "json_scan.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "json_plain.h"
#include "utf8.h"

#define TEXT_OF(number) TEXT_OF_(number)
#define TEXT_OF_(number) #number
#define TOO_DEEP "more than " TEXT_OF(JSON_DEPTH_MAX) " levels"
#define TOO_MANY "more than " TEXT_OF(JSON_CONTAINERS_MAX) " objects and lists"

struct scan {
	const char *text, *at, *end;
	struct err *err;
};

/* JSON, but not what is accepted here. */
static bool refuse(const struct scan *scan, const char *at, const char *problem)
{
	return err_set(scan->err, ERR_POISON, "%s at byte %zu", problem, (size_t)(at - scan->text));
}

static bool malformed(const struct scan *scan, const char *at, const char *problem)
{
	refuse(scan, at, problem);
	return err_wrap(scan->err, "not JSON");
}

static bool unexpected(const struct scan *scan)
{
	char problem[32];

	if (scan->at == scan->end)
		return malformed(scan, scan->at, "unexpected end of data");

	unsigned char byte = (unsigned char)*scan->at;
	if (byte > ' ' && byte < 0x7f)
		snprintf(problem, sizeof(problem), "unexpected '%c'", byte);
	else
		snprintf(problem, sizeof(problem), "unexpected byte 0x%02x", byte);
	return malformed(scan, scan->at, problem);
}

/* Four hexadecimal digits behind \u. */
static bool scan_hex(struct scan *scan, unsigned *ret_unit)
{
	unsigned unit = 0;

	for (int i = 0; i < 4; i++, scan->at++) {
		if (scan->at == scan->end)
			return unexpected(scan);

		char digit = *scan->at;
		if (digit >= '0' && digit <= '9')
			unit = unit << 4 | (unsigned)(digit - '0');
		else if ((digit | 0x20) >= 'a' && (digit | 0x20) <= 'f')
			unit = unit << 4 | (unsigned)((digit | 0x20) - 'a' + 10);
		else
			return malformed(scan, scan->at, "hexadecimal digit expected");
	}
	*ret_unit = unit;
	return true;
}

/* The rest of an escape, behind its backslash. */
static bool scan_escape(struct scan *scan)
{
	const char *start = scan->at - 1;
	unsigned unit, low;

	if (scan->at == scan->end)
		return unexpected(scan);
	if (*scan->at == '\0' || !strchr("\"\\/bfnrtu", *scan->at))
		return malformed(scan, start, "unknown escape");
	if (*scan->at++ != 'u')
		return true;

	if (!scan_hex(scan, &unit))
		return false;
	if (unit == 0)
		return refuse(scan, start, "NUL character (\\u0000) in text");
	if (unit < 0xd800 || unit > 0xdfff)
		return true;
	if (unit < 0xdc00 && scan->end - scan->at > 2 && memcmp(scan->at, "\\u", 2) == 0) {
		scan->at += 2;
		if (!scan_hex(scan, &low))
			return false;
		if (low >= 0xdc00 && low <= 0xdfff)
			return true;
	}
	return malformed(scan, start, "half of a surrogate pair");
}

/* The rest of a string, behind its opening quote. */
static bool scan_string(struct scan *scan)
{
	for (;;) {
		scan->at = json_skip_plain(scan->at, scan->end);
		if (scan->at == scan->end)
			return unexpected(scan);

		if (*scan->at == '"') {
			scan->at++;
			return true;
		}
		if (*scan->at == '\\') {
			scan->at++;
			if (!scan_escape(scan))
				return false;
			continue;
		}
		if ((unsigned char)*scan->at < ' ')
			return unexpected(scan);

		size_t size = utf8_character(scan->at, (size_t)(scan->end - scan->at));
		if (size == 0)
			return malformed(scan, scan->at, "invalid UTF-8");
		scan->at += size;
	}
}

static size_t scan_digits(struct scan *scan)
{
	const char *start = scan->at;

	while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9')
		scan->at++;
	return (size_t)(scan->at - start);
}

/* Whether json-c can hold the integer: as int64_t, or as uint64_t. */
static bool fits_64_bits(const char *digits, size_t count, bool negative)
{
	uint64_t value = 0;

	for (size_t i = 0; i < count; i++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (unsigned)(digits[i] - '0'), &value))
			return false;
	return !negative || value <= (uint64_t)INT64_MAX + 1;
}

static bool scan_number(struct scan *scan)
{
	const char *start = scan->at;
	bool negative = *start == '-';
	bool whole = true;

	scan->at += negative;
	const char *digits = scan->at;
	size_t count = scan_digits(scan);
	bool well_formed = count == 1 || (count > 1 && *digits != '0');

	if (scan->at < scan->end && *scan->at == '.') {
		scan->at++;
		whole = false;
		well_formed &= scan_digits(scan) > 0;
	}
	if (scan->at < scan->end && (*scan->at | 0x20) == 'e') {
		scan->at++;
		whole = false;
		if (scan->at < scan->end && (*scan->at == '+' || *scan->at == '-'))
			scan->at++;
		well_formed &= scan_digits(scan) > 0;
	}

	if (scan->at == scan->end)
		return unexpected(scan);
	if (!well_formed || !strchr(" \t\r\n,]}", *scan->at) || *scan->at == '\0')
		return malformed(scan, start, "malformed number");
	if (whole && count >= 19 && !fits_64_bits(digits, count, negative))
		return refuse(scan, start, "integer beyond 64 bits");
	return true;
}

static bool scan_word(struct scan *scan)
{
	const char *word = *scan->at == 't' ? "true" : *scan->at == 'f' ? "false" : "null";

	for (; *word; word++, scan->at++)
		if (scan->at == scan->end || *scan->at != *word)
			return unexpected(scan);
	return true;
}

/* Behind the value: nothing but space. */
static bool scan_rest(struct scan *scan)
{
	while (scan->at < scan->end && *scan->at != '\0' && strchr(" \t\r\n", *scan->at))
		scan->at++;
	return scan->at == scan->end || malformed(scan, scan->at, "something follows the value");
}

static bool scan_scalar(struct scan *scan)
{
	char first = *scan->at;

	if (first == '"') {
		scan->at++;
		return scan_string(scan);
	}
	if (first == '-' || (first >= '0' && first <= '9'))
		return scan_number(scan);
	if (first == 't' || first == 'f' || first == 'n')
		return scan_word(scan);
	return unexpected(scan);
}

bool json_scan(const char *text, size_t length, size_t *ret_members, struct err *err)
{
	struct scan scan = { .text = text, .at = text, .end = text + length, .err = err };
	size_t members = 0, containers = 0;
	int depth = 0;

	if (length == 0)
		return err_set(err, ERR_POISON, "not JSON: no data");

	while (scan.at < scan.end) {
		switch (*scan.at) {
		case ' ':
		case '\t':
		case '\r':
		case '\n':
		case ',':
			scan.at++;
			break;
		case ':':
			scan.at++;
			members++;
			break;
		case '{':
		case '[':
			if (++depth > JSON_DEPTH_MAX)
				return refuse(&scan, scan.at, TOO_DEEP);
			if (++containers > JSON_CONTAINERS_MAX)
				return refuse(&scan, scan.at, TOO_MANY);
			scan.at++;
			break;
		case '}':
		case ']':
			if (depth == 0)
				return unexpected(&scan);
			scan.at++;
			*ret_members = members;
			if (--depth == 0)
				return scan_rest(&scan);
			break;
		default:
			if (depth == 0)
				return refuse(&scan, scan.at, "object or list expected");
			if (!scan_scalar(&scan))
				return false;
		}
	}
	return unexpected(&scan);
}
