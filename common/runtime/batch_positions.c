/* The compare-and-set of a batch's positions. What is asked for behind it Postgres may read
 * meanwhile, but a process that lost a partition finds it out before it has done anything. */
#include "batch_run.h"
#include "fault.h"
#include "statements.h"

/* Broken on purpose: whoever comes last wins. */
static bool skip_comparison(struct batch_run *run, struct position_row *rows, struct err *err)
{
	struct partition_key_row *keys =
		arena_array(&run->runner->arena, struct partition_key_row, run->part_count);
	struct position_row *stored;
	size_t count;

	for (size_t i = 0; i < run->part_count; i++)
		keys[i] = (struct partition_key_row){ rows[i].topic, rows[i].partition };
	if (!db_run(run->runner->db, &read_positions, keys, run->part_count, &run->runner->arena,
		    &stored, &count, err))
		return false;
	for (size_t i = 0; i < run->part_count; i++) {
		for (size_t k = 0; k < count; k++) {
			if (stored[k].partition != rows[i].partition ||
			    strcmp(stored[k].topic, rows[i].topic) != 0)
				continue;
			rows[i].epoch = stored[k].epoch;
			rows[i].sequence = stored[k].sequence;
		}
	}
	return true;
}

bool batch_advance(struct batch_run *run, struct err *err)
{
	struct runner *runner = run->runner;
	struct position_row *rows =
		arena_array(&runner->arena, struct position_row, run->part_count);

	for (size_t i = 0; i < run->part_count; i++) {
		const struct partition_run *part = &run->parts[i];
		const struct partition *partition = part->partition;

		rows[i] = (struct position_row){ .topic = partition->route->topic,
						 .partition = partition->number,
						 .epoch = partition->epoch,
						 .sequence = partition->sequence,
						 .next_offset = part->next_offset,
						 .snapshot = runner->library
								     ? runner->library->number
								     : 0,
						 .sweep_since = part->sweep_since,
						 .sweep_snapshot = part->sweep_snapshot,
						 .sweep_after = part->sweep_after };
	}
	if (is_broken("compare_and_set") && !skip_comparison(run, rows, err))
		return false;
	return db_ask(runner->db, &advance_positions, rows, run->part_count, &runner->arena,
		      &run->advanced, err);
}

static bool is_among(const struct db_answer *ours, const struct partition *partition)
{
	const struct partition_key_row *keys = ours->rows;

	for (size_t i = 0; i < ours->count; i++) {
		if (keys[i].partition == partition->number &&
		    strcmp(keys[i].topic, partition->route->topic) == 0)
			return true;
	}
	return false;
}

bool batch_check_advance(struct batch_run *run, struct err *err)
{
	const struct db_answer *ours = &run->advanced;

	if (!db_take(ours, err))
		return false;
	crash_point("batch.advanced");
	if (ours->count == run->part_count)
		return true;
	for (size_t i = 0; i < run->part_count; i++)
		run->parts[i].fenced = !is_among(ours, run->parts[i].partition);
	return err_set(err, ERR_FENCED, "%zu of %zu partitions belong to another instance now",
		       run->part_count - ours->count, run->part_count);
}
