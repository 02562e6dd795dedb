/* What of a JSON string stands for itself, which is nearly all of it: looked at eight bytes at a
 * time. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* ASCII, and neither a control character nor what ends a string or begins an escape. */
static inline bool json_is_plain(char byte)
{
	return (signed char)byte >= ' ' && byte != '"' && byte != '\\';
}

#define JSON_EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The top bit of each byte that is not plain, and perhaps of some behind the first of them (the
 * borrow of a subtraction). */
static inline uint64_t json_not_plain(uint64_t word)
{
	uint64_t quote = word ^ JSON_EACH('"'), backslash = word ^ JSON_EACH('\\');

	return (word | (word - JSON_EACH(' ')) | ((quote - JSON_EACH(1)) & ~quote) |
		((backslash - JSON_EACH(1)) & ~backslash)) &
	       JSON_EACH(0x80);
}

/* Behind the plain bytes from `at` on. */
static inline const char *json_skip_plain(const char *at, const char *end)
{
	uint64_t word;

	for (; (size_t)(end - at) >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		if (json_not_plain(word))
			break;
	}
	while (at < end && json_is_plain(*at))
		at++;
	return at;
}
