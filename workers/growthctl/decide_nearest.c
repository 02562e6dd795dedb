#include "decide_nearest.h"

#include <stdlib.h>
#include <string.h>

#include "heap.h"

static size_t least(size_t a, size_t b, size_t c)
{
	size_t least_of_two = a < b ? a : b;

	return least_of_two < c ? least_of_two : c;
}

/* Levenshtein's distance, a row at a time. */
static size_t edits_between(const char *a, const char *b)
{
	size_t length = strlen(b);
	size_t *row = heap_zeroed(length + 1, sizeof(*row));
	size_t edits;

	for (size_t j = 0; j <= length; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= length; j++) {
			size_t above = row[j];

			row[j] =
				least(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	edits = row[length];
	free(row);
	return edits;
}

struct candidate {
	const char *name;
	size_t edits;
};

static int by_edits(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;

	if (a->edits != b->edits)
		return a->edits < b->edits ? -1 : 1;
	return strcmp(a->name, b->name);
}

static size_t longer(size_t a, size_t b)
{
	return a > b ? a : b;
}

size_t nearest_names(const char *name, const char **names, size_t count, size_t most)
{
	struct candidate *candidates = heap_zeroed(count + 1, sizeof(*candidates));
	size_t near = 0;

	for (size_t i = 0; i < count; i++)
		candidates[i] = (struct candidate){ names[i], edits_between(name, names[i]) };
	qsort(candidates, count, sizeof(*candidates), by_edits);
	for (size_t i = 0; i < count; i++) {
		names[i] = candidates[i].name;
		if (near == i && near < most &&
		    2 * candidates[i].edits <= longer(strlen(name), strlen(names[i])))
			near++;
	}
	free(candidates);
	return near;
}
