/* A bucket is a list of equal blocks; only when it is taken are its records put into order, by a
 * radix sort of their keys. */
#include "buckets.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "heap.h"

#define BLOCK_SIZE ((size_t)64 * 1024)

void buckets_init(struct buckets *buckets, size_t record_size)
{
	*buckets = (struct buckets){
		.record_size = record_size,
		.block_records = BLOCK_SIZE / record_size,
	};
}

/* Pages of their own: what malloc() gets back between other things it cannot give away. */
static char *new_block(void)
{
	void *block =
		mmap(NULL, BLOCK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (block == MAP_FAILED)
		heap_exhausted();
	return block;
}

static void free_blocks(struct bucket *bucket)
{
	for (size_t i = 0; i < bucket->blocks_count; i++)
		munmap(bucket->blocks[i], BLOCK_SIZE);
	free(bucket->blocks);
	*bucket = (struct bucket){ .blocks = NULL };
}

void buckets_release(struct buckets *buckets)
{
	for (size_t i = 0; i < BUCKETS; i++)
		free_blocks(&buckets->items[i]);
}

/* Spreads ids that follow each other, or that have a common factor. */
static size_t bucket_of(int32_t contractor_id)
{
	return ((uint32_t)contractor_id * UINT32_C(2654435761)) >> 24;
}

static char *record_at(const struct buckets *buckets, const struct bucket *bucket, size_t position)
{
	return bucket->blocks[position / buckets->block_records] +
	       position % buckets->block_records * buckets->record_size;
}

static void add_block(struct bucket *bucket, char *block)
{
	if (bucket->blocks_count == bucket->blocks_room) {
		bucket->blocks_room = bucket->blocks_room ? 2 * bucket->blocks_room : 16;
		bucket->blocks =
			heap_resize(bucket->blocks, bucket->blocks_room * sizeof(*bucket->blocks));
	}
	bucket->blocks[bucket->blocks_count++] = block;
}

static void *add_record(const struct buckets *buckets, struct bucket *bucket)
{
	if (bucket->records == bucket->blocks_count * buckets->block_records)
		add_block(bucket, new_block());
	return record_at(buckets, bucket, bucket->records++);
}

void *buckets_add(struct buckets *buckets, int32_t contractor_id)
{
	return add_record(buckets, &buckets->items[bucket_of(contractor_id)]);
}

/* Full blocks change hands, to a place before the one that is not full; the records of the last one
 * are copied. */
static void join_bucket(const struct buckets *buckets, struct bucket *into, struct bucket *from)
{
	size_t full = from->records / buckets->block_records;
	bool is_open = into->records % buckets->block_records > 0;
	char *open = is_open ? into->blocks[--into->blocks_count] : NULL;

	for (size_t i = 0; i < full; i++)
		add_block(into, from->blocks[i]);
	if (is_open)
		add_block(into, open);
	into->records += full * buckets->block_records;
	for (size_t i = full * buckets->block_records; i < from->records; i++)
		memcpy(add_record(buckets, into), record_at(buckets, from, i),
		       buckets->record_size);
	if (full < from->blocks_count)
		munmap(from->blocks[full], BLOCK_SIZE);
	free(from->blocks);
	*from = (struct bucket){ .blocks = NULL };
}

void buckets_join(struct buckets *buckets, struct buckets *from,
		  void (*change)(void *record, const void *closure), const void *closure)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		for (size_t j = 0; j < from->items[i].records; j++)
			change(record_at(from, &from->items[i], j), closure);
		join_bucket(buckets, &buckets->items[i], &from->items[i]);
	}
}

/* Where the record of a contractor is. */
struct key {
	uint32_t contractor_id;
	uint32_t position;
};

/* One pass of a stable sort, by the byte `shift` bits up. False: all have the same byte, nothing to
 * do. */
static bool sort_by_byte(const struct key *from, struct key *to, size_t count, unsigned shift)
{
	size_t starts[257] = { 0 };

	for (size_t i = 0; i < count; i++)
		starts[(from[i].contractor_id >> shift & 0xff) + 1]++;
	for (size_t i = 0; i < 256; i++) {
		if (starts[i + 1] == count)
			return false;
		starts[i + 1] += starts[i];
	}
	for (size_t i = 0; i < count; i++)
		to[starts[from[i].contractor_id >> shift & 0xff]++] = from[i];
	return true;
}

/* Sorts `keys` with the help of as much memory behind them; returns where they are then. */
static struct key *sort_keys(struct key *keys, size_t count)
{
	struct key *other = keys + count;

	for (unsigned shift = 0; shift < 32; shift += 8)
		if (sort_by_byte(keys, other, count, shift)) {
			struct key *sorted = other;

			other = keys;
			keys = sorted;
		}
	return keys;
}

size_t buckets_take(struct buckets *buckets, size_t index, void **ret_records)
{
	struct bucket *bucket = &buckets->items[index];
	size_t count = bucket->records, size = buckets->record_size;
	struct key *keys = heap_zeroed(2 * count + 1, sizeof(*keys)), *sorted;
	char *records = heap_resize(NULL, count * size);

	for (size_t i = 0; i < count; i++) {
		memcpy(&keys[i].contractor_id, record_at(buckets, bucket, i),
		       sizeof(keys[i].contractor_id));
		keys[i].position = (uint32_t)i;
	}
	sorted = sort_keys(keys, count);
	for (size_t i = 0; i < count; i++)
		memcpy(records + i * size, record_at(buckets, bucket, sorted[i].position), size);
	free(keys);
	free_blocks(bucket);
	*ret_records = records;
	return count;
}
