/*
 * What a switch of databases writes: `promote` puts a shadow in live's place, `promote --undo`
 * brings the former live back. The one that is live is `current` here, the one that comes is
 * `next`. Pure: promote_read.c reads, promote_write.c writes.
 */
#pragma once

#include "decide_positions.h"

enum switch_kind {
	SWITCH_PROMOTE, /* next was fed copies of live's events */
	SWITCH_UNDO,    /* next was live itself, and handled what came until it was replaced */
};

/* ---- positions ---- */

/* A partition that a worker reads, in both databases. */
struct switch_position {
	const char *worker;
	const struct position *current; /* with what Kafka says */
	bool behind;                    /* messages wait between its position and the log's end */
	bool derived;       /* messages of this topic are made by workers out of others */
	bool needs_feeding; /* PROMOTE: next knows of what it says by nothing else */
	/* PROMOTE: live's offsets from which to which next was fed; absent: not from this topic. */
	struct optional_int fed_from, fed;
	/* next's own row */
	bool stored;
	int64_t next_offset, sequence, epoch;
};

struct new_position {
	int64_t next_offset, sequence, epoch;
	int64_t again; /* offsets that live has handled and that are handled once more, in next */
};

/*
 * Where next goes on in live's topics.
 *
 * PROMOTE: where it was fed to; what live has handled beyond is handled again. Not further than
 * live's position, or live's outputs of what lies between would never be. What was not fed is
 * derived (what live's workers made of the same events is in next already) or a request that is
 * done: live's position. Live must have consumed and published all that it has derived.
 *
 * UNDO: its own position, since it has handled nothing that came later; but the end of a derived
 * topic, where what is new was made by the database that goes: next makes its own of it.
 *
 * The sequence is above all that any of them has had, so what next publishes is above what Kafka
 * has.
 */
bool switch_position_decide(enum switch_kind kind, const struct switch_position *position,
			    struct new_position *ret_position, struct err *err);

/* ---- patterns ---- */

/* A pattern as a database has it: content is all that is published of it but the version, as
 * Postgres writes jsonb. */
struct stored_pattern {
	const char *pattern_key;
	int64_t version;
	const char *status, *content;
};

struct pattern_switch {
	const char *pattern_key;
	/* of what is published; NULL: nothing is, readers have it under this version */
	const char *content;
	int64_t old_version; /* in next; 0: next has no such pattern */
	int64_t version;     /* from here on */
	bool withdrawn;      /* published as removed, because next does not know it */
	bool removed;        /* a null value follows: readers forget it */
};

/*
 * What becomes of each pattern's version, and what must be published because readers hold another
 * content. Both lists are in the order of their keys' bytes. A version is always above those that
 * either database has given out, but for one that is neither published nor counted on: equal
 * content takes current's version. all: what readers hold is not known, so all is published.
 */
void patterns_switch(const struct stored_pattern *current, size_t current_count,
		     const struct stored_pattern *next, size_t next_count, bool all,
		     struct arena *arena, struct pattern_switch **ret_patterns, size_t *ret_count);
