/* Arrays of whole numbers. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Of int64_t, for qsort() and bsearch(). */
int numbers_order(const void *left, const void *right);

/* Sorts them; each is left once. Returns how many are. */
size_t numbers_unique(int64_t *numbers, size_t count);
