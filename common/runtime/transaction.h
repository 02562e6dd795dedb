/* One Kafka transaction: rows' messages, and the consumed offsets that go with them. */
#pragma once

#include "outbox.h"
#include "producer.h"

struct transaction {
	struct producer *producer; /* ready */
	struct outbox_row
		*rows; /* of one assignment; a partition's in the order of their sequence */
	const rd_kafka_consumer_group_metadata_t *group;
	const atomic_bool *unwanted; /* it is to be aborted if its commit has not begun */
	const atomic_bool *leaving;  /* nobody waits for the end of what has no end */
};

/* True: it is committed. False: it is aborted and the producer ready for the next, or its result is
 * unknown and the producer is dropped; *err (ERR_RETRY, ERR_FATAL for a damaged row) tells why. */
bool transaction_run(const struct transaction *transaction, struct err *err);
