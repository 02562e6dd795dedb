/* The runtime's own statements (sql/), for all workers alike. */
#pragma once

#include "db.h"

struct position_row {
	const char *topic;
	int64_t partition;
	int64_t next_offset, epoch, sequence, snapshot, sweep_since, sweep_snapshot;
	struct optional_int sweep_after;
};

struct partition_key_row {
	const char *topic;
	int64_t partition;
};

/* For read_outbox and delete_outbox: sequence is what Kafka has. */
struct outbox_mark_row {
	const char *topic;
	int64_t partition, sequence;
};

struct outbox_stored_row {
	const char *topic;
	int64_t partition, sequence, next_offset, message_count;
	struct bytes messages;
};

struct parked_row {
	const char *topic;
	int64_t partition, kafka_offset;
	const char *waiting_for, *reason;
	struct optional_int contractor_id;
	struct bytes message;
	struct optional_time parked_at;
	int64_t attempts;
};

struct waiting_row {
	const char *waiting_for;
};

struct due_row {
	const char *topic;
	int64_t partition, limit;
};

struct parked_count_row {
	int64_t messages;
};

struct erasure_row {
	int64_t contractor_id;
	utc_us erased_at;
	int64_t partition, kafka_offset;
};

struct lock_row {
	bool exclusive;
};

extern const struct statement lock_erasures, read_positions, raise_epochs, advance_positions,
	read_outbox, write_outbox, delete_outbox, park_messages, release_parked, retry_parked,
	find_due_parked, count_parked, record_erasures, read_erasures, read_parked_of,
	delete_parked;

/* All of them, ended by NULL, for the test that compares them with the server. */
extern const struct statement *const runtime_statements[];
