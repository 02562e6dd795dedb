/*
 * A stack of blocks; only the newest is filled, so a place is a block and how full it is. Whatever
 * does not fit into the rest of the newest block opens another, twice as large up to a limit.
 *
 * In sanitizer builds a block is made for each allocation and exactly as large: it has no rest.
 */
#include "arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "heap.h"

#ifdef GROWTH_SANITIZED
#define SMALLEST_BLOCK ((size_t)0)
#define LARGEST_BLOCK ((size_t)0) /* so none is kept either */
#else
#define SMALLEST_BLOCK ((size_t)64 * 1024)
#define LARGEST_BLOCK ((size_t)1024 * 1024)
#endif
#define FIRST_CAPACITY 4 /* of arena_room() */
#define LARGEST_SPARE \
	(4 * LARGEST_BLOCK) /* of the blocks that are kept and were not needed, together */

struct arena_block {
	struct arena_block *older;
	size_t size; /* of data */
	size_t fill;
	alignas(max_align_t) char data[];
};

struct arena_deferred {
	struct arena_deferred *older;
	void (*release)(void *);
	void *object;
};

void arena_init(struct arena *arena)
{
	*arena = (struct arena){ 0 };
}

static void release_deferred(struct arena *arena, const struct arena_deferred *until)
{
	while (arena->deferred != until) {
		struct arena_deferred *newest = arena->deferred;

		arena->deferred = newest->older;
		newest->release(newest->object);
	}
}

static void free_newest(struct arena *arena, struct arena_block **blocks)
{
	struct arena_block *newest = *blocks;

	*blocks = newest->older;
	arena->reserved -= newest->size;
	free(newest);
}

void arena_release(struct arena *arena)
{
	release_deferred(arena, NULL);
	while (arena->block)
		free_newest(arena, &arena->block);
	while (arena->spare)
		free_newest(arena, &arena->spare);
	arena_init(arena);
}

/* A batch will need what the last one did: memory given back and asked for anew is a page fault for
 * each 4 kB. One made for a huge request is not kept. */
void arena_reset(struct arena *arena)
{
	size_t unneeded = 0;
	struct arena_block **spare = &arena->spare;

	release_deferred(arena, NULL);
	while (*spare) {
		unneeded += (*spare)->size;
		if (unneeded > LARGEST_SPARE)
			free_newest(arena, spare);
		else
			spare = &(*spare)->older;
	}
	while (arena->block) {
		struct arena_block *newest = arena->block;

		if (newest->size > LARGEST_BLOCK) {
			free_newest(arena, &arena->block);
			continue;
		}
		arena->block = newest->older;
		newest->older = arena->spare;
		arena->spare = newest;
	}
	arena->used = 0;
}

struct arena_mark arena_mark(const struct arena *arena)
{
	return (struct arena_mark){
		.block = arena->block,
		.fill = arena->block ? arena->block->fill : 0,
		.used = arena->used,
		.deferred = arena->deferred,
	};
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
	release_deferred(arena, mark.deferred);
	while (arena->block != mark.block)
		free_newest(arena, &arena->block);
	if (arena->block)
		arena->block->fill = mark.fill;
	arena->used = mark.used;
}

/* Behind what is there, so that a mark of `arena` stays good. */
void arena_adopt(struct arena *arena, struct arena *from)
{
	struct arena_block **oldest = &arena->block;
	struct arena_deferred **first = &arena->deferred;

	while (*oldest)
		oldest = &(*oldest)->older;
	while (*first)
		first = &(*first)->older;
	*oldest = from->block;
	*first = from->deferred;
	while (from->spare)
		free_newest(from, &from->spare);
	arena->used += from->used;
	arena->reserved += from->reserved;
	arena_init(from);
}

static struct arena_block *make_block(struct arena *arena, size_t needed)
{
	size_t size = arena->block ? 2 * arena->block->size : SMALLEST_BLOCK;

	if (size > LARGEST_BLOCK)
		size = LARGEST_BLOCK;
	if (size < needed)
		size = needed;

	struct arena_block *block;
	bool fits = size < SIZE_MAX - sizeof(*block);

	block = heap_resize(NULL, fits ? sizeof(*block) + size : SIZE_MAX);
	block->size = size;
	arena->reserved += size;
	return block;
}

static struct arena_block *add_block(struct arena *arena, size_t needed)
{
	struct arena_block *block = arena->spare;

	if (block && block->size >= needed)
		arena->spare = block->older;
	else
		block = make_block(arena, needed);
	block->older = arena->block;
	block->fill = 0;
	arena->block = block;
	return block;
}

/* Memory that is not zeroed. */
static void *take(struct arena *arena, size_t size, size_t alignment)
{
	struct arena_block *block = arena->block;
	size_t start = block ? (block->fill + alignment - 1) & ~(alignment - 1) : 0;

	if (size == 0)
		size = 1; /* a pointer of its own, inside the block */
	if (!block || start > block->size || size > block->size - start) {
		block = add_block(arena, size);
		start = 0;
	}
	block->fill = start + size;
	arena->used += size;
	return block->data + start;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	return memset(take(arena, size, alignof(max_align_t)), 0, size);
}

static size_t array_size(size_t count, size_t size)
{
	size_t product;

	if (__builtin_mul_overflow(count, size, &product))
		abort();
	return product;
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t size)
{
	return arena_alloc(arena, array_size(count, size));
}

void *arena_grow(struct arena *arena, const void *items, size_t count, size_t capacity, size_t size)
{
	void *grown = arena_alloc_array(arena, capacity, size);

	if (items && count > 0)
		memcpy(grown, items, array_size(count, size));
	return grown;
}

void *arena_room(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return items;
	*capacity = *capacity ? 2 * *capacity : FIRST_CAPACITY;
	return arena_grow(arena, items, count, *capacity, size);
}

void *arena_memdup(struct arena *arena, const void *bytes, size_t size)
{
	void *copy = take(arena, size, alignof(max_align_t));

	if (size > 0)
		memcpy(copy, bytes, size);
	return copy;
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
	char *copy = take(arena, length < SIZE_MAX ? length + 1 : SIZE_MAX, 1);

	if (length > 0)
		memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return text ? arena_strndup(arena, text, strlen(text)) : NULL;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	char short_text[256];
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(short_text, sizeof(short_text), format, arguments);
	va_end(arguments);
	if (length < 0) /* only a format for wide characters can do this */
		return arena_strndup(arena, "", 0);
	if ((size_t)length < sizeof(short_text))
		return arena_strndup(arena, short_text, (size_t)length);

	char *text = take(arena, (size_t)length + 1, 1);
	va_start(arguments, format);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	va_end(arguments);
	return text;
}

void arena_defer(struct arena *arena, void (*release)(void *), void *object)
{
	struct arena_deferred *deferred = arena_new(arena, struct arena_deferred);

	deferred->older = arena->deferred;
	deferred->release = release;
	deferred->object = object;
	arena->deferred = deferred;
}
