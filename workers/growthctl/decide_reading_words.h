/*
 * Sentences for SQL, which can replace {name} and nothing else: what a template leaves open to
 * plurals and selects is decided here, once for each case that SQL tells apart.
 */
#pragma once

#include <stddef.h>

#include "wording.h"

/* A row of growth_v1.wording. */
struct reading_text {
	const char *key, *template;
};

/* All of them, in the arena. */
struct reading_text *reading_texts(const struct wording *wording, size_t *ret_count,
				   struct arena *arena);
