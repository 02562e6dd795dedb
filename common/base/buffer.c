#include "buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "heap.h"

#define SMALLEST_CAPACITY 256

void buffer_release(struct buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct buffer){ 0 };
}

void buffer_clear(struct buffer *buffer)
{
	buffer->length = 0;
	if (buffer->bytes)
		buffer->bytes[0] = '\0';
}

void buffer_grow(struct buffer *buffer, size_t more)
{
	size_t needed = more < SIZE_MAX - buffer->length ? buffer->length + more + 1 : SIZE_MAX;
	size_t capacity = 2 * buffer->capacity;

	if (capacity < SMALLEST_CAPACITY)
		capacity = SMALLEST_CAPACITY;
	if (capacity < needed)
		capacity = needed;
	buffer->bytes = heap_resize(buffer->bytes, capacity);
	buffer->capacity = capacity;
	buffer->bytes[buffer->length] = '\0';
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	char *end = buffer_reserve(buffer, 0);
	size_t room = buffer->capacity - buffer->length;

	va_start(arguments, format);
	int wanted = vsnprintf(end, room, format, arguments);
	va_end(arguments);
	if (wanted < 0) { /* only a format for wide characters can do this */
		end[0] = '\0';
		return;
	}

	if ((size_t)wanted >= room) {
		end = buffer_reserve(buffer, (size_t)wanted);
		va_start(arguments, format);
		vsnprintf(end, (size_t)wanted + 1, format, arguments);
		va_end(arguments);
	}
	buffer->length += (size_t)wanted;
}
