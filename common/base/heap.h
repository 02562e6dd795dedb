/* Memory, or the end of the process: we are crash-only, and nothing is lost at any instruction. */
#pragma once

#include <stddef.h>

/* Out of memory: a line on stderr, and exit status EX_OSERR (71). */
_Noreturn void heap_exhausted(void);

/* Like realloc(), but never NULL. */
void *heap_resize(void *old, size_t size) __attribute__((returns_nonnull));

/* Like calloc(), but never NULL. */
void *heap_zeroed(size_t count, size_t size) __attribute__((returns_nonnull));

/* Like strdup(), but never NULL. */
char *heap_strdup(const char *text) __attribute__((returns_nonnull));

/* For a process of some threads whose batches come and go: gives large blocks back to the system at
 * once, and limits glibc to two malloc arenas (its default is eight a processor, and none uses the
 * free memory of another). Call it before there are threads. */
void heap_configure(void);
