/*
 * Texts that occur a million times (items, stages), kept once and numbered in the order of their
 * first occurrence. The numbers depend on the order of the contractors: nothing that leaves the
 * domain may.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "messages.h"
#include "values.h"

#define NO_NAME UINT32_MAX

struct name {
	enum action_kind kind; /* ACTION_ABSENT: a stage */
	const char *item;
	uint64_t hash;     /* of both: the same whatever the order of the contractors */
	const char *label; /* the one given last, of several then the greatest; NULL: none */
	utc_us label_time;
};

struct names {
	struct arena *arena;
	struct name *items;
	size_t count, capacity;
	uint32_t *slots; /* open addressing; NO_NAME: free */
	size_t slots_count;
};

void names_init(struct names *names, struct arena *arena);
/* The number of a name, added (copied) when new. item NULL: NO_NAME. */
uint32_t names_add(struct names *names, enum action_kind kind, const char *item);
/* The same for who knows the name's hash. */
uint32_t names_add_hashed(struct names *names, enum action_kind kind, const char *item,
			  uint64_t hash);
uint64_t name_hash(enum action_kind kind, const char *item);
/* Tells what people call it. label NULL: nothing happens. */
void names_label(struct names *names, uint32_t number, const char *label, utc_us time);
