/* The borders of characters. */
#pragma once

#include <stddef.h>

/* Bytes of the UTF-8 character that text[0..length) starts with; 0 when none does (overlong, a
 * surrogate, beyond U+10FFFF, cut off). length is at least 1. */
static inline size_t utf8_character(const char *text, size_t length)
{
	const unsigned char *byte = (const unsigned char *)text;
	size_t size = byte[0] < 0x80 ? 1 : byte[0] < 0xe0 ? 2 : byte[0] < 0xf0 ? 3 : 4;

	if (size > length || (byte[0] >= 0x80 && byte[0] < 0xc2) || byte[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < size; i++)
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
	if ((byte[0] == 0xe0 && byte[1] < 0xa0) || (byte[0] == 0xed && byte[1] > 0x9f) ||
	    (byte[0] == 0xf0 && byte[1] < 0x90) || (byte[0] == 0xf4 && byte[1] > 0x8f))
		return 0;
	return size;
}

/* The length of text[0..length) cut to at most `most` bytes without leaving half a character. */
static inline size_t utf8_cut(const char *text, size_t length, size_t most)
{
	if (length <= most)
		return length;
	for (size_t back = 0; back <= most && back < 4; back++)
		if (((unsigned char)text[most - back] & 0xc0) != 0x80)
			return most - back;
	return most;
}
