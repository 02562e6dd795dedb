/* Messages spoilt in many ways, repeatably: the same seed gives the same ones. */
#pragma once

#include "arena.h"
#include "outbox.h"
#include "seeded.h"
#include "values.h"

/* A message about to be sent; all of it is in the arena of the mutation. */
struct mutant {
	const char *topic;
	struct bytes key, value; /* data NULL: null */
	struct outbox_header headers[OUTBOX_HEADERS_MAX + 8];
	size_t header_count;
	int64_t timestamp_ms; /* 0: now */
};

/* Spoils it in one to three ways. Names them in text[0..size). */
void mutate(struct mutant *mutant, struct seeded *random, struct arena *arena, char *text,
	    size_t size);
