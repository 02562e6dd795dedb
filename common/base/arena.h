/*
 * Memory that lives as long as a batch. Nobody frees inside a handler: the owner resets the arena.
 * Out of memory ends the process with EX_OSERR (71): the batch is not committed, nothing is lost.
 * In sanitizer builds (GROWTH_SANITIZED) every allocation is a malloc of its own, so an overrun is
 * caught. Not thread-safe: an arena belongs to one thread at a time.
 */
#pragma once

#include <stddef.h>

struct arena_block;
struct arena_deferred;

struct arena {
	struct arena_block *block;       /* newest first */
	struct arena_block *spare;       /* kept from before, empty */
	struct arena_deferred *deferred; /* newest first */
	size_t used;                     /* bytes handed out since init or reset */
	size_t reserved;                 /* bytes of the blocks held, for metrics and limits */
};

/* A place to go back to; valid until the arena is rewound before it or reset. */
struct arena_mark {
	struct arena_block *block;
	size_t fill;
	size_t used;
	struct arena_deferred *deferred;
};

void arena_init(struct arena *arena);
/* Runs deferred releases, newest first, and frees everything. The arena is as after
 * arena_init(). */
void arena_release(struct arena *arena);
/* Like arena_release(), but keeps the blocks for the next batch; of those that this one did not
 * need, 4 MiB. */
void arena_reset(struct arena *arena);

struct arena_mark arena_mark(const struct arena *arena);
/* Undoes (and releases) what was allocated and deferred since the mark. */
void arena_rewind(struct arena *arena, struct arena_mark mark);

/* Zeroed memory, aligned for any type. size 0 gives a valid pointer. Never NULL. */
void *arena_alloc(struct arena *arena, size_t size);
/* Zeroed array; aborts on overflow of count * size. */
void *arena_alloc_array(struct arena *arena, size_t count, size_t size);
#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_array(arena, type, count) ((type *)arena_alloc_array((arena), (count), sizeof(type)))

/* Grows an array that may be NULL: copies `count` items of `size` bytes to one of `capacity`
 * items. */
void *arena_grow(struct arena *arena, const void *items, size_t count, size_t capacity,
		 size_t size);

/* Room for one more item behind `count` of them: the array, NULL at first, or where `capacity` is
 * used up, which it raises, one of twice the size. */
void *arena_room(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size);

/* Takes over all that `from` holds, as if it had been allocated before everything else; `from` is
 * as after arena_init(). */
void arena_adopt(struct arena *arena, struct arena *from);

void *arena_memdup(struct arena *arena, const void *bytes, size_t size);
/* NUL-terminated copies. arena_strdup(NULL) is NULL. */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t length);
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Ties a stranger (json_object, PGresult) to the arena: release(object) runs at rewind, reset or
 * release. */
void arena_defer(struct arena *arena, void (*release)(void *), void *object);
