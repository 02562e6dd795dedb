/* Internal to base: memory, or the end of the process. */
#pragma once

#include <stddef.h>

/* Out of memory: a line on stderr, and exit status EX_OSERR (71). */
_Noreturn void heap_exhausted(void);

/* Like realloc(), but never NULL. */
void *heap_resize(void *old, size_t size) __attribute__((returns_nonnull));
