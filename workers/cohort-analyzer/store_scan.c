/*
 * Reading the history for a recalculation, by several threads (recalculation.threads), each with a
 * connection of its own that sees the same snapshot, for the server is what takes the time.
 *
 * Each thread reads its part of both tables, by COPY in the order of the tables, because a server
 * that sorts takes several times as long; so all rows are held (packed.h). Then threads take bucket
 * after bucket, make spells of it, and these are put together. Contractors of whom the event ids
 * decide something are read again, with these (store_history_of.c).
 *
 * Of some tiers, first is looked who was ever there (store_candidates.c), each thread in its part
 * of the profiles: where these are few, they are read one by one; else both tables pass by, and the
 * server leaves out the others.
 */
#include <pthread.h>

#include "decide_candidates.h"
#include "numbers.h"
#include "store.h"
#include "store_candidates.h"
#include "store_packed.h"

#define LAST_BLOCK INT64_C(4294967294) /* that a table can have */

/* To read one contractor by himself takes at most as long as so many blocks of the tables do when
 * they pass by. */
#define BLOCKS_A_CONTRACTOR 64

/* Where more of the tiers are wanted, to find their contractors takes longer than to read the
 * others. */
#define MANY_TIERS (2.0 / 3)

struct scan {
	const struct analyzer_config *config;
	const atomic_bool *stop;
	atomic_bool given_up; /* by one of the readers: the others may stop, too */
	struct history_size_row *size;
	const struct scan_candidates_row *candidates; /* who are read; NULL: all are */
	atomic_size_t next_bucket;
	struct reader *readers;
	size_t count;
};

struct reader {
	struct scan *scan;
	pthread_t thread;
	struct db *db;
	struct finding_candidates finding;
	struct packed_history packed;
	struct reading reading;
	struct arena arena;              /* only his thread allocates from it */
	struct cohorts *cohorts;         /* what he finds */
	struct contractor_ids undecided; /* to be read again */
	bool failed;                     /* he is the first who has */
	struct err err;
};

/* The first one's error is the one that is told: the others only stop. */
static void fail(struct reader *reader)
{
	reader->failed = !atomic_exchange(&reader->scan->given_up, true);
}

static void *find_candidates(void *closure)
{
	struct reader *reader = closure;

	struct contractor_ids *ids = &reader->finding.ids;

	if (!candidates_find(&reader->finding, reader->db, &reader->err))
		fail(reader);
	ids->count = numbers_unique(ids->items, ids->count);
	return NULL;
}

static void *read_part(void *closure)
{
	struct reader *reader = closure;
	struct scan *scan = reader->scan;

	if (!packed_read(&reader->reading, reader->db, scan->candidates, &reader->err))
		fail(reader);
	return NULL;
}

static bool take_history(int64_t contractor_id, const struct history *history, void *closure,
			 struct err *err)
{
	struct reader *reader = closure;

	if (atomic_load(reader->scan->stop))
		return err_set(err, ERR_RETRY, "stopped");
	if (history)
		analyze_revenue_transitions(reader->cohorts, history);
	else
		contractor_ids_add(&reader->undecided, contractor_id);
	return true;
}

static void *take_buckets(void *closure)
{
	struct reader *reader = closure;
	struct scan *scan = reader->scan;
	size_t bucket;

	while (!atomic_load(&scan->given_up) &&
	       (bucket = atomic_fetch_add(&scan->next_bucket, 1)) < BUCKETS)
		if (!packed_take(&scan->readers[0].packed, bucket, take_history, reader,
				 &reader->err))
			fail(reader);
	return NULL;
}

/* Each reader works on a thread, the first one on the caller's. */
static bool on_threads(struct scan *scan, void *(*work)(void *reader), struct err *err)
{
	for (size_t i = 1; i < scan->count; i++)
		if (pthread_create(&scan->readers[i].thread, NULL, work, &scan->readers[i]) != 0)
			abort();
	work(&scan->readers[0]);
	for (size_t i = 1; i < scan->count; i++)
		pthread_join(scan->readers[i].thread, NULL);
	for (size_t i = 0; i < scan->count; i++)
		if (scan->readers[i].failed)
			*err = scan->readers[i].err;
	return !atomic_load(&scan->given_up);
}

/* The part of `blocks` that is the reader's; the last one's has no end. */
static int64_t part_start(int64_t blocks, size_t reader, size_t readers)
{
	return reader == readers ? LAST_BLOCK : blocks * (int64_t)reader / (int64_t)readers;
}

static struct scan_part_row blocks_of(const struct scan *scan, size_t reader)
{
	const struct history_size_row *size = scan->size;

	return (struct scan_part_row){
		.observations_from = part_start(size->observations, reader, scan->count),
		.observations_to = part_start(size->observations, reader + 1, scan->count),
		.actions_from = part_start(size->actions, reader, scan->count),
		.actions_to = part_start(size->actions, reader + 1, scan->count),
	};
}

static bool measure(struct scan *scan, struct db *db, struct arena *arena, struct err *err)
{
	size_t count;

	return db_execute(db, &analyzer_statements.lock_history, NULL, 0, err) &&
	       db_run(db, &analyzer_statements.measure_history, NULL, 0, arena, &scan->size, &count,
		      err);
}

/* The first reader works with what the caller has. */
static bool make_readers(struct scan *scan, struct db *db, struct cohorts *cohorts,
			 atomic_llong *rows_done, struct err *err)
{
	for (size_t i = 0; i < scan->count; i++) {
		struct reader *reader = &scan->readers[i];

		reader->scan = scan;
		arena_init(&reader->arena);
		reader->cohorts = i == 0 ? cohorts : cohorts_like(cohorts, &reader->arena);
		reader->finding = (struct finding_candidates){
			.stop = scan->stop,
			.given_up = &scan->given_up,
		};
		packed_init(&reader->packed);
		reader->reading = (struct reading){
			.vocabulary = &scan->config->vocabulary,
			.as_of = cohorts->as_of,
			.packed = &reader->packed,
			.stop = scan->stop,
			.given_up = &scan->given_up,
			.rows_done = rows_done,
		};
	}
	for (size_t i = 0; i < scan->count; i++) {
		struct scan_part_row part = blocks_of(scan, i);

		scan->readers[i].db = i == 0 ? db : db_connect_beside(db, err);
		if (!scan->readers[i].db ||
		    !db_execute(scan->readers[i].db, &analyzer_statements.set_scan_part, &part, 1,
				err))
			return false;
	}
	return true;
}

static bool scan_tables(struct scan *scan, struct err *err)
{
	struct packed_history *packed = &scan->readers[0].packed;
	struct cohorts *cohorts = scan->readers[0].cohorts;
	atomic_llong again = 0; /* rows that have been counted */

	if (!on_threads(scan, read_part, err))
		return false;
	for (size_t i = 1; i < scan->count; i++)
		packed_join(packed, &scan->readers[i].packed);
	if (!on_threads(scan, take_buckets, err))
		return false;
	for (size_t i = 1; i < scan->count; i++)
		cohorts_join(cohorts, scan->readers[i].cohorts);
	for (size_t i = 0; i < scan->count; i++)
		if (!history_scan_of(
			    scan->readers[0].db, scan->config, scan->readers[i].undecided.items,
			    scan->readers[i].undecided.count, cohorts, scan->stop, &again, err))
			return false;
	return true;
}

static bool scan_tables_for(struct scan *scan, struct contractor_ids *ids, struct arena *arena,
			    struct err *err)
{
	struct candidate_bits set = candidate_bits_of(ids->items, ids->count, arena);
	struct scan_candidates_row candidates = {
		.bits = { set.bytes, set.length },
		.shift = set.shift,
	};

	contractor_ids_release(ids);
	scan->candidates = &candidates;
	return scan_tables(scan, err);
}

static bool scan_one_by_one(struct scan *scan, struct contractor_ids *ids, struct err *err)
{
	struct reader *reader = &scan->readers[0];

	return history_scan_of(reader->db, scan->config, ids->items,
			       numbers_unique(ids->items, ids->count), reader->cohorts, scan->stop,
			       reader->reading.rows_done, err);
}

static bool are_few(const struct scan *scan, const struct contractor_ids *ids)
{
	int64_t blocks = (scan->size->observations + scan->size->actions) / (int64_t)scan->count;

	return (int64_t)ids->count <= blocks / BLOCKS_A_CONTRACTOR;
}

static bool scan_tiers(struct scan *scan, const struct tier_row *tiers, size_t tiers_count,
		       struct arena *arena, struct err *err)
{
	struct contractor_ids *ids = &scan->readers[0].finding.ids;

	for (size_t i = 0; i < scan->count; i++) {
		scan->readers[i].finding.tiers = tiers;
		scan->readers[i].finding.tiers_count = tiers_count;
	}
	if (!on_threads(scan, find_candidates, err))
		return false;
	for (size_t i = 1; i < scan->count; i++)
		contractor_ids_join(ids, &scan->readers[i].finding.ids);
	return are_few(scan, ids) ? scan_one_by_one(scan, ids, err)
				  : scan_tables_for(scan, ids, arena, err);
}

static void release_readers(struct scan *scan)
{
	for (size_t i = 0; i < scan->count; i++) {
		struct reader *reader = &scan->readers[i];

		arena_release(&reader->arena);
		packed_release(&reader->packed);
		contractor_ids_release(&reader->finding.ids);
		contractor_ids_release(&reader->undecided);
		if (i > 0)
			db_close(reader->db);
	}
}

/* The tiers whose contractors are to be read: a spell in a tier needs a profile that says so.
 * Returns their number. */
static size_t tiers_of(const struct cohorts *cohorts, struct tier_row *ret_tiers)
{
	size_t count = 0;

	for (size_t i = 0; i < cohorts->count; i++)
		if (cohorts->items[i].wanted)
			ret_tiers[count++].revenue_tier = cohorts->vocabulary->tiers.items[i].name;
	return count;
}

static bool scan_history(struct scan *scan, struct db *db, struct cohorts *cohorts,
			 atomic_llong *rows_done, struct arena *arena, struct err *err)
{
	struct tier_row *tiers = arena_array(arena, struct tier_row, cohorts->count);
	size_t tiers_count = tiers_of(cohorts, tiers);
	bool ok;

	if (tiers_count == 0)
		return true;
	if (!measure(scan, db, arena, err))
		return false;
	scan->readers = arena_array(arena, struct reader, scan->count);
	ok = make_readers(scan, db, cohorts, rows_done, err) &&
	     ((double)tiers_count > MANY_TIERS * (double)cohorts->count
		      ? scan_tables(scan, err)
		      : scan_tiers(scan, tiers, tiers_count, arena, err));
	release_readers(scan);
	return ok;
}

bool history_scan(struct db *db, const struct analyzer_config *config, struct cohorts *cohorts,
		  const atomic_bool *stop, atomic_llong *rows_done, struct err *err)
{
	struct scan scan = {
		.config = config,
		.stop = stop,
		.count = (size_t)config->recalculation.threads,
	};
	struct arena arena;
	bool ok;

	arena_init(&arena);
	ok = scan_history(&scan, db, cohorts, rows_done, &arena, err);
	arena_release(&arena);
	return ok;
}
