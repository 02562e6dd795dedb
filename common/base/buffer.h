/*
 * A growing byte string with storage of its own (malloc) that is kept between uses. The bytes are always
 * followed by a NUL that is not counted. Out of memory ends the process with EX_OSERR.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct buffer {
	char *bytes; /* NULL while nothing was ever added */
	size_t length;
	size_t capacity;
};

void buffer_release(struct buffer *buffer);
void buffer_clear(struct buffer *buffer);
/* Room for `more` bytes and a NUL behind the end; returns where they go. The caller writes the NUL too, and adds to
 * length what it wrote. */
char *buffer_reserve(struct buffer *buffer, size_t more);
void buffer_add(struct buffer *buffer, const void *bytes, size_t length);
void buffer_add_text(struct buffer *buffer, const char *text);
void buffer_add_char(struct buffer *buffer, char character);
/* Big-endian integers, as Postgres's and Kafka's binary formats want them. */
void buffer_add_u16(struct buffer *buffer, uint16_t value);
void buffer_add_u32(struct buffer *buffer, uint32_t value);
void buffer_add_u64(struct buffer *buffer, uint64_t value);
void buffer_printf(struct buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
