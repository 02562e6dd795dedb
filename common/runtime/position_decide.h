/* Two positions, one decision: Postgres says how far state is, Kafka how far outputs are (design: two positions). Pure. */
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
	POSITION_START, /* nothing anywhere: the log's start; Kafka gets sequence 0 before the first batch */
	POSITION_CONTINUE, /* at Postgres's offset, after publishing what lies above Kafka's sequence */
	POSITION_STOP,     /* does not fit: an operator decides */
};

/* *ret_published: the sequence that Kafka has. STOP: *err says what does not fit. */
enum position_verdict position_decide(const struct stored_position *stored,
				      const struct committed_position *committed,
				      int64_t *ret_published, struct err *err);
