/* A partition is a list of equal blocks; only when it is taken are its records put into order, by a radix sort of their keys. */
#include "partitions.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "heap.h"

#define BLOCK_SIZE ((size_t)64 * 1024)

void partitions_init(struct partitions *partitions, size_t record_size)
{
	*partitions = (struct partitions){
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

static void free_blocks(struct partition *partition)
{
	for (size_t i = 0; i < partition->blocks_count; i++)
		munmap(partition->blocks[i], BLOCK_SIZE);
	free(partition->blocks);
	*partition = (struct partition){ .blocks = NULL };
}

void partitions_release(struct partitions *partitions)
{
	for (size_t i = 0; i < PARTITIONS; i++)
		free_blocks(&partitions->items[i]);
}

/* Spreads ids that follow each other, or that have a common factor. */
static size_t partition_of(int32_t contractor_id)
{
	return ((uint32_t)contractor_id * UINT32_C(2654435761)) >> 24;
}

static char *record_at(const struct partitions *partitions, const struct partition *partition,
		       size_t position)
{
	return partition->blocks[position / partitions->block_records] +
	       position % partitions->block_records * partitions->record_size;
}

static void add_block(struct partition *partition, char *block)
{
	if (partition->blocks_count == partition->blocks_room) {
		partition->blocks_room = partition->blocks_room ? 2 * partition->blocks_room : 16;
		partition->blocks = heap_resize(
			partition->blocks, partition->blocks_room * sizeof(*partition->blocks));
	}
	partition->blocks[partition->blocks_count++] = block;
}

static void *add_record(const struct partitions *partitions, struct partition *partition)
{
	if (partition->records == partition->blocks_count * partitions->block_records)
		add_block(partition, new_block());
	return record_at(partitions, partition, partition->records++);
}

void *partitions_add(struct partitions *partitions, int32_t contractor_id)
{
	return add_record(partitions, &partitions->items[partition_of(contractor_id)]);
}

/* Full blocks change hands, to a place before the one that is not full; the records of the last one are copied. */
static void join_partition(const struct partitions *partitions, struct partition *into,
			   struct partition *from)
{
	size_t full = from->records / partitions->block_records;
	bool is_open = into->records % partitions->block_records > 0;
	char *open = is_open ? into->blocks[--into->blocks_count] : NULL;

	for (size_t i = 0; i < full; i++)
		add_block(into, from->blocks[i]);
	if (is_open)
		add_block(into, open);
	into->records += full * partitions->block_records;
	for (size_t i = full * partitions->block_records; i < from->records; i++)
		memcpy(add_record(partitions, into), record_at(partitions, from, i),
		       partitions->record_size);
	if (full < from->blocks_count)
		munmap(from->blocks[full], BLOCK_SIZE);
	free(from->blocks);
	*from = (struct partition){ .blocks = NULL };
}

void partitions_join(struct partitions *partitions, struct partitions *from,
		     void (*change)(void *record, const void *closure), const void *closure)
{
	for (size_t i = 0; i < PARTITIONS; i++) {
		for (size_t j = 0; j < from->items[i].records; j++)
			change(record_at(from, &from->items[i], j), closure);
		join_partition(partitions, &partitions->items[i], &from->items[i]);
	}
}

/* Where the record of a contractor is. */
struct key {
	uint32_t contractor_id;
	uint32_t position;
};

/* One pass of a stable sort, by the byte `shift` bits up. False: all have the same byte, nothing to do. */
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

size_t partitions_take(struct partitions *partitions, size_t index, void **ret_records)
{
	struct partition *partition = &partitions->items[index];
	size_t count = partition->records, size = partitions->record_size;
	struct key *keys = heap_zeroed(2 * count + 1, sizeof(*keys)), *sorted;
	char *records = heap_resize(NULL, count * size);

	for (size_t i = 0; i < count; i++) {
		memcpy(&keys[i].contractor_id, record_at(partitions, partition, i),
		       sizeof(keys[i].contractor_id));
		keys[i].position = (uint32_t)i;
	}
	sorted = sort_keys(keys, count);
	for (size_t i = 0; i < count; i++)
		memcpy(records + i * size, record_at(partitions, partition, sorted[i].position),
		       size);
	free(keys);
	free_blocks(partition);
	*ret_records = records;
	return count;
}
