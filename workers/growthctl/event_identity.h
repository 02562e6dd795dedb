/* Id, source and time of a message as a worker reads them, by the worker's own code: from its
 * headers or a structured CloudEvent's envelope, else from its place. */
#pragma once

#include <librdkafka/rdkafka.h>

#include "arena.h"
#include "decide_dlq.h"

struct event_identity {
	const char *id, *source;
	struct optional_time time; /* absent: the message tells none */
	bool in_headers;           /* id and source are what its headers say */
};

/* Of the message with these headers and value (data NULL: null) that stands, or stood, at this
 * place. In the arena, with what it takes to read them. */
struct event_identity event_identity(const struct letter_place *at,
				     const struct emit_header *headers, size_t count,
				     struct bytes value, struct arena *arena);

/* A message's headers, which point into it; their number. */
size_t event_headers(const rd_kafka_message_t *message, struct arena *arena,
		     struct emit_header **ret_headers);
