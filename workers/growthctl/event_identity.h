/* Id, source and time of a message as a worker reads them: by the worker's own code, from its headers, else from its place. */
#pragma once

#include <librdkafka/rdkafka.h>

#include "arena.h"
#include "decide_emit.h"

struct event_identity {
	const char *id, *source;
	struct optional_time time; /* absent: the headers tell none */
	bool from_place;           /* id and source are not the message's own */
};

struct event_identity event_identity(const char *topic, int64_t partition, int64_t offset,
				     const struct emit_header *headers, size_t count,
				     struct arena *arena);

/* A message's headers, which point into it; their number. */
size_t event_headers(const rd_kafka_message_t *message, struct arena *arena,
		     struct emit_header **ret_headers);
