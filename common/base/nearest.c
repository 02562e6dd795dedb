#include "nearest.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "heap.h"

#define NAMES_MAX 128 /* of options */

static size_t least(size_t a, size_t b, size_t c)
{
	size_t least_of_two = a < b ? a : b;

	return least_of_two < c ? least_of_two : c;
}

/* Three rows of the table at a time. */
size_t nearest_edits(const char *a, size_t a_length, const char *b)
{
	size_t length = strlen(b), edits;
	size_t *rows = heap_zeroed(3 * (length + 1), sizeof(*rows));
	size_t *row = rows, *above = rows + length + 1, *over = above + length + 1;

	for (size_t j = 0; j <= length; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		size_t *next = over;

		over = above;
		above = row;
		row = next;
		row[0] = i;
		for (size_t j = 1; j <= length; j++) {
			row[j] = least(above[j] + 1, row[j - 1] + 1,
				       above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], over[j - 2] + 1, SIZE_MAX);
		}
	}
	edits = row[length];
	free(rows);
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
		candidates[i] =
			(struct candidate){ names[i], nearest_edits(name, strlen(name), names[i]) };
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

const char *nearest_name(const char *name, const char *const *names)
{
	const char *nearest = NULL, **copy;
	size_t count = 0;

	while (names[count])
		count++;
	copy = heap_zeroed(count + 1, sizeof(*copy));
	memcpy((void *)copy, (const void *)names, count * sizeof(*copy));
	if (nearest_names(name, copy, count, 1))
		nearest = copy[0];
	free((void *)copy);
	return nearest;
}

/* ---- options ---- */

/* argp's own, which are in no table. */
static const struct argp_option argp_own[] = {
	{ "help", 0, NULL, 0, NULL, 0 },
	{ "usage", 0, NULL, 0, NULL, 0 },
	{ "version", 0, NULL, 0, NULL, 0 },
	{ 0 },
};

/* The option that `text` (behind its dashes) names or abbreviates; NULL: none. */
static const struct argp_option *find_option(const char *text,
					     const struct argp_option *const *tables)
{
	size_t length = strcspn(text, "=");

	for (; *tables; tables++)
		for (const struct argp_option *option = *tables; option->name || option->key;
		     option++)
			if (option->name && strncmp(option->name, text, length) == 0)
				return option;
	return NULL;
}

static size_t add_names(const struct argp_option *option, const char **names, size_t count)
{
	for (; option->name || option->key; option++)
		if (option->name && count + 1 < NAMES_MAX)
			names[count++] = option->name;
	return count;
}

static const char *nearest_option(const char *text, const struct argp_option *const *tables)
{
	const char *names[NAMES_MAX] = { 0 };
	char name[64] = "";
	size_t count = 0, length = strcspn(text, "=");

	for (; *tables; tables++)
		count = add_names(*tables, names, count);
	add_names(argp_own, names, count);
	if (length < sizeof(name))
		memcpy(name, text, length);
	return nearest_name(name, names);
}

const char *nearest_unknown_option(int argc, char **argv, const struct argp_option *const *tables,
				   bool in_order, const char **ret_nearest)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		const struct argp_option *own[] = { argp_own, NULL }, *found;

		if (strncmp(argv[i], "--", 2) != 0) {
			if (in_order && argv[i][0] != '-')
				return NULL;
			continue;
		}
		found = find_option(argv[i] + 2, tables);
		if (!found && !find_option(argv[i] + 2, own)) {
			*ret_nearest = nearest_option(argv[i] + 2, tables);
			return argv[i];
		}
		/* The next one is its value, however it looks. */
		i += found && found->arg && !(found->flags & OPTION_ARG_OPTIONAL) &&
		     !strchr(argv[i], '=');
	}
	return NULL;
}
