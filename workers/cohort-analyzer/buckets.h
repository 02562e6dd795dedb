/*
 * Many millions of small records of contractors, in the least memory: they come in any order and go
 * bucket by bucket, contractor by contractor, and the memory of what has gone is the system's
 * again.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BUCKETS 256

struct bucket {
	char **blocks; /* all but the last are full */
	size_t blocks_count, blocks_room;
	size_t records;
};

struct buckets {
	size_t record_size;
	size_t block_records; /* that fit into a block */
	struct bucket items[BUCKETS];
};

/* record_size: of the struct of a record, whose first member is int32_t contractor_id. */
void buckets_init(struct buckets *buckets, size_t record_size);
void buckets_release(struct buckets *buckets);
/* Room for one record of this contractor; the caller fills it. Not zeroed. */
void *buckets_add(struct buckets *buckets, int32_t contractor_id);
/*
 * Takes over the records of `from`, which is empty then, after change() has seen each of them. The
 * order in which a contractor's were added is lost.
 */
void buckets_join(struct buckets *buckets, struct buckets *from,
		  void (*change)(void *record, const void *closure), const void *closure);
/*
 * Takes all records of a bucket out: an array for free(), by contractor id as an unsigned number,
 * those of one contractor in the order in which they were added. Two stores of the same contractors
 * have them in the same buckets. Returns their number.
 */
size_t buckets_take(struct buckets *buckets, size_t bucket, void **ret_records);
