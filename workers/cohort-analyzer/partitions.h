/*
 * Many millions of small records of contractors, in the least memory: they come in any order and go partition by partition,
 * contractor by contractor, and the memory of what has gone is the system's again.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PARTITIONS 256

struct partition {
	char **blocks; /* all but the last are full */
	size_t blocks_count, blocks_room;
	size_t records;
};

struct partitions {
	size_t record_size;
	size_t block_records; /* that fit into a block */
	struct partition items[PARTITIONS];
};

/* record_size: of the struct of a record, whose first member is int32_t contractor_id. */
void partitions_init(struct partitions *partitions, size_t record_size);
void partitions_release(struct partitions *partitions);
/* Room for one record of this contractor; the caller fills it. Not zeroed. */
void *partitions_add(struct partitions *partitions, int32_t contractor_id);
/*
 * Takes over the records of `from`, which is empty then, after change() has seen each of them. The order in which a contractor's were
 * added is lost.
 */
void partitions_join(struct partitions *partitions, struct partitions *from,
		     void (*change)(void *record, const void *closure), const void *closure);
/*
 * Takes all records of a partition out: an array for free(), by contractor id as an unsigned number, those of one contractor in
 * the order in which they were added. Two stores of the same contractors have them in the same partitions. Returns their number.
 */
size_t partitions_take(struct partitions *partitions, size_t partition, void **ret_records);
