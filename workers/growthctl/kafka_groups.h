/* Consumer groups as an operator sees them from outside. */
#pragma once

#include "kafka.h"

/* How many members the group has; a group that does not exist has none. */
bool kafka_group_members(struct kafka *kafka, const char *group, int64_t timeout_ms,
			 size_t *ret_members, struct err *err);

/* What the group has committed for the entries' partitions, with metadata; offset < 0: nothing. An
 * open transaction of the group is waited for: its offsets may still come. The caller destroys the
 * list. */
rd_kafka_topic_partition_list_t *
kafka_group_committed(struct kafka *kafka, const char *group,
		      const rd_kafka_topic_partition_list_t *partitions, int64_t timeout_ms,
		      struct err *err);

/* The same without waiting for open transactions: their offsets are not among it. */
rd_kafka_topic_partition_list_t *
kafka_group_committed_so_far(struct kafka *kafka, const char *group,
			     const rd_kafka_topic_partition_list_t *partitions, int64_t timeout_ms,
			     struct err *err);

/* Commits the entries' offsets and metadata. The broker refuses a group that has members. */
bool kafka_group_commit(struct kafka *kafka, const char *group,
			const rd_kafka_topic_partition_list_t *offsets, int64_t timeout_ms,
			struct err *err);
