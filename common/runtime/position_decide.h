/* Two positions, one decision: Postgres says how far state is, Kafka how far outputs are (design:
 * two positions). Pure; the workers act on it, and `growthctl positions` shows the same in the same
 * words. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

struct stored_position {
	bool present;
	int64_t sequence, next_offset;
};

struct committed_position {
	bool present;
	int64_t offset;
	const char *metadata; /* as committed, metadata_length bytes; NULL: none */
	size_t metadata_length;
};

enum position_verdict {
	/* nothing anywhere: the log's start; Kafka gets sequence 0 before the first batch */
	POSITION_START,
	/* at Postgres's offset, after publishing what lies above Kafka's sequence */
	POSITION_CONTINUE,
	POSITION_STOP, /* does not fit: an operator decides */
};

/* Whether the commit is one of ours, and then the sequence of the last row that is in Kafka. */
bool position_read_metadata(const struct committed_position *committed, int64_t *ret_sequence);

/* *ret_published: the sequence that Kafka has. STOP: *err says what does not fit. */
enum position_verdict position_decide(const struct stored_position *stored,
				      const struct committed_position *committed,
				      int64_t *ret_published, struct err *err);

/* Whether the log, from start to end, has the place where Postgres says we are; offset 0 is the
 * log's start, wherever that is. False: *err says what does not fit. */
bool position_check_log(const struct stored_position *stored, int64_t start, int64_t end,
			struct err *err);

/* Whether the pattern topic, which ends at `end`, has the snapshot that the partition's state was
 * made with. */
bool position_check_patterns(int64_t snapshot, int64_t end, struct err *err);
