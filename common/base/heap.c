#include "heap.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

/* A request so large is an overflow in the making; asking the allocator would only hide that. */
#define LARGEST_REQUEST ((size_t)PTRDIFF_MAX)

_Noreturn void heap_exhausted(void)
{
	static const char complaint[] = "out of memory\n";

	/* Neither stdio nor exit handlers: both may want memory. */
	ssize_t written = write(STDERR_FILENO, complaint, sizeof(complaint) - 1);
	(void)written;
	_exit(EX_OSERR);
}

void *heap_resize(void *old, size_t size)
{
	void *grown = size <= LARGEST_REQUEST ? realloc(old, size ? size : 1) : NULL;

	if (!grown)
		heap_exhausted();
	return grown;
}

void *heap_zeroed(size_t count, size_t size)
{
	size_t total;
	bool fits = !__builtin_mul_overflow(count, size, &total) && total <= LARGEST_REQUEST;
	void *block = fits ? calloc(count, size) : NULL;

	if (!block)
		heap_exhausted();
	return block;
}

char *heap_strdup(const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		heap_exhausted();
	return copy;
}

#define ARENAS 2
#define LARGE (256 * 1024)          /* is mapped by itself */
#define KEPT_FREE (2 * 1024 * 1024) /* at the heap's end, lest each batch ask for it anew */

void heap_configure(void)
{
	mallopt(M_ARENA_MAX, ARENAS);
	mallopt(M_MMAP_THRESHOLD, LARGE);
	mallopt(M_TRIM_THRESHOLD, KEPT_FREE);
}
