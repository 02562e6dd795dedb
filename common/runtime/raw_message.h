/* A message as received, and how it becomes a decoded one. */
#pragma once

#include "outbox.h"
#include "partition.h"
#include "runtime_config.h"
#include "worker.h"

struct raw_message {
	struct partition
		*owner; /* on whose account it is handled: for a parked one, that of its release */
	const struct route *route;
	int32_t partition;
	int64_t offset;
	int64_t timestamp_ms;
	const void *key, *value; /* NULL: null */
	size_t key_length, value_length;
	struct outbox_header *headers;
	size_t header_count;
	/* Parked ones only. */
	bool was_parked;
	utc_us parked_at;
	int64_t attempts;
};

/* The contractor whom the key names; false: it is no contractor id. */
bool raw_contractor_id(const struct raw_message *raw, int64_t *ret_id);

/*
 * Headers, key and value of a raw message into a decoded one in the arena: CloudEvents in binary or
 * in structured mode, or no attributes at all. ERR_POISON with a text for a person when it does not
 * decode or is not what its topic carries. The message is returned in any case, with as much as
 * could be read (id, source, time). A value above value_max bytes is not even looked at.
 */
struct message *message_decode(const struct raw_message *raw, const void *config, size_t value_max,
			       struct arena *arena, bool *ret_ok, struct err *err);

/* In a dead letter that is not all of what came: how many bytes of key and value, and how many
 * headers there were. */
#define DEAD_LETTER_CUT "growth.cut_from"

/* The dead letter of a raw message: its bytes as received, its headers and Kafka Connect's. What is
 * larger than 3 MiB is cut, and has DEAD_LETTER_CUT. */
void dead_letter_write(struct buffer *out, const char *worker, const char *group,
		       const struct raw_message *raw, const struct message *message,
		       const char *stage, const struct err *reason, struct arena *arena);
