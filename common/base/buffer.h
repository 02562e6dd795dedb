/*
 * A growing byte string with storage of its own (malloc) that is kept between uses. The bytes are
 * always followed by a NUL that is not counted. Out of memory ends the process with EX_OSERR.
 */
#pragma once

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buffer {
	char *bytes; /* NULL while nothing was ever added */
	size_t length;
	size_t capacity;
};

void buffer_release(struct buffer *buffer);
void buffer_clear(struct buffer *buffer);
/* Room for `more` bytes and a NUL behind the end; returns where they go. The caller writes the NUL
 * too, and adds to length what it wrote. */
static inline char *buffer_reserve(struct buffer *buffer, size_t more);
static inline void buffer_add(struct buffer *buffer, const void *bytes, size_t length);
static inline void buffer_add_text(struct buffer *buffer, const char *text);
static inline void buffer_add_char(struct buffer *buffer, char character);
/* Big-endian integers, as Postgres's and Kafka's binary formats want them. */
static inline void buffer_add_u16(struct buffer *buffer, uint16_t value);
static inline void buffer_add_u32(struct buffer *buffer, uint32_t value);
static inline void buffer_add_u64(struct buffer *buffer, uint64_t value);
/* And back, from any address. */
static inline uint32_t buffer_u32_at(const char *bytes);
void buffer_printf(struct buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Inline, because a message is thousands of such pieces. */
void buffer_grow(struct buffer *buffer,
		 size_t more); /* what buffer_reserve() does when there is no room */

static inline char *buffer_reserve(struct buffer *buffer, size_t more)
{
	/* Not "more >": the NUL needs its byte too. */
	if (more >= buffer->capacity - buffer->length)
		buffer_grow(buffer, more);
	return buffer->bytes + buffer->length;
}

static inline void buffer_add(struct buffer *buffer, const void *bytes, size_t length)
{
	char *end = buffer_reserve(buffer, length);

	if (length == 0)
		return;
	memcpy(end, bytes, length);
	end[length] = '\0';
	buffer->length += length;
}

static inline void buffer_add_text(struct buffer *buffer, const char *text)
{
	buffer_add(buffer, text, strlen(text));
}

static inline void buffer_add_char(struct buffer *buffer, char character)
{
	char *end = buffer_reserve(buffer, 1);

	end[0] = character;
	end[1] = '\0';
	buffer->length++;
}

static inline void buffer_add_u16(struct buffer *buffer, uint16_t value)
{
	value = htobe16(value);
	buffer_add(buffer, &value, sizeof(value));
}

static inline void buffer_add_u32(struct buffer *buffer, uint32_t value)
{
	value = htobe32(value);
	buffer_add(buffer, &value, sizeof(value));
}

static inline void buffer_add_u64(struct buffer *buffer, uint64_t value)
{
	value = htobe64(value);
	buffer_add(buffer, &value, sizeof(value));
}

static inline uint32_t buffer_u32_at(const char *bytes)
{
	uint32_t value;

	memcpy(&value, bytes, sizeof(value));
	return be32toh(value);
}
