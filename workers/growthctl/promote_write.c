/*
 * All that the next live database is given, in one transaction of its own. Nothing of it counts
 * before the databases change their names, and it may be done again: a promotion that died begins
 * anew.
 */
#include <string.h>

#include "fault.h"
#include "growthctl_core_sql.h"
#include "messages.h"
#include "outbox.h"
#include "promote.h"
#include "promote_statements.h"
#include "statements.h"

static bool enter(struct db *db, const char *schema, struct arena *arena, struct err *err)
{
	return db_script(db, arena_printf(arena, "SET LOCAL search_path = %s, public", schema),
			 err);
}

/* ---- one worker's schema ---- */

/* The patterns that are published hang on the partition of requests, as all that cohort-analyzer
 * publishes does: a row above what Kafka has, which whoever takes the partition sends before
 * anything else. */
static bool add_outbox(struct promotion *promotion, const struct planned_position *planned,
		       struct insert_row *position, struct err *err)
{
	struct outbox_stored_row row = { .topic = TOPIC_RECALCULATION_REQUESTED,
					 .partition = planned->from.current->partition,
					 .sequence = ++position->sequence,
					 .next_offset = position->next_offset };
	struct buffer bytes = { 0 };
	bool ok = promotion_write_messages(promotion, &bytes, &row.message_count, err);

	row.messages = (struct bytes){ bytes.bytes, bytes.length };
	ok = ok && db_execute(promotion->next.db, &write_outbox, &row, 1, err);
	buffer_release(&bytes);
	return ok;
}

static bool write_positions(struct promotion *promotion, const struct pipeline_worker *worker,
			    struct err *err)
{
	struct insert_row *rows =
		arena_array(&promotion->ctl->arena, struct insert_row, promotion->count);
	size_t count = 0;

	if (!db_script(promotion->next.db, SQL_PROMOTE_CLEAR, err))
		return false;
	for (size_t i = 0; i < promotion->count; i++) {
		const struct planned_position *planned = &promotion->positions[i];
		struct insert_row *row = &rows[count];

		if (planned->worker != worker)
			continue;
		*row = (struct insert_row){ .topic = planned->from.current->topic,
					    .partition = planned->from.current->partition,
					    .next_offset = planned->to.next_offset,
					    .epoch = planned->to.epoch,
					    .sequence = planned->to.sequence,
					    .patterns_end = promotion->patterns_end };
		count++;
		if (promotion->published &&
		    strcmp(row->topic, TOPIC_RECALCULATION_REQUESTED) == 0 &&
		    !add_outbox(promotion, planned, row, err))
			return false;
	}
	if (!promotion_write_corrections(promotion, worker, rows, count, err))
		return false;
	return db_execute(promotion->next.db, &insert_positions, rows, count, err);
}

/* Offsets of the shadow's topics that rows are known by become those of live's. */
static bool translate_offsets(struct promotion *promotion, const struct pipeline_worker *worker,
			      struct err *err)
{
	const struct worker_row row = { worker->schema, promotion->carried };
	struct db *db = promotion->next.db;

	return db_execute(db, &place_erased, &row, 1, err) &&
	       db_execute(db, &displace_parked, NULL, 0, err) &&
	       db_execute(db, &place_parked, &row, 1, err);
}

static bool write_worker(struct promotion *promotion, const struct pipeline_worker *worker,
			 struct err *err)
{
	return enter(promotion->next.db, worker->schema, &promotion->ctl->arena, err) &&
	       write_positions(promotion, worker, err) &&
	       (promotion->kind == SWITCH_UNDO || translate_offsets(promotion, worker, err));
}

/* ---- what is for all ---- */

static bool write_versions(struct promotion *promotion, struct err *err)
{
	struct version_row *rows =
		arena_array(&promotion->ctl->arena, struct version_row, promotion->patterns_count);
	size_t count = 0;

	for (size_t i = 0; i < promotion->patterns_count; i++) {
		const struct pattern_switch *pattern = &promotion->patterns[i];

		if (!pattern->withdrawn)
			rows[count++] =
				(struct version_row){ pattern->pattern_key, pattern->old_version,
						      pattern->version, pattern->content == NULL };
	}
	return db_execute(promotion->next.db, &set_versions, rows, count, err);
}

static bool write_common(struct promotion *promotion, struct err *err)
{
	const struct carried_row carried = { promotion->carried };
	const struct end_row end = { promotion->patterns_end };
	struct letters_row *letters;
	struct db *db = promotion->next.db;
	size_t count;

	return enter(db, "public", &promotion->ctl->arena, err) &&
	       db_execute(db, &set_snapshots, &end, 1, err) &&
	       (promotion->kind == SWITCH_UNDO || db_execute(db, &set_inputs, &carried, 1, err)) &&
	       db_script(db, SQL_PROMOTE_FORGET, err) &&
	       db_run(db, &take_records, &carried, 1, &promotion->ctl->arena, &letters, &count,
		      err) &&
	       write_versions(promotion, err);
}

static bool write_record(struct promotion *promotion, struct err *err)
{
	const struct pair_row names = { promotion->next_name, promotion->kept_name };
	const struct id_row id = { promotion->record };

	if (promotion->kind == SWITCH_PROMOTE)
		return db_execute(promotion->next.db, &record_promotion, &names, 1, err);
	return db_execute(promotion->current.db, &record_undone, &id, 1, err);
}

bool promotion_prepare(struct promotion *promotion, struct err *err)
{
	struct db *db = promotion->next.db;
	bool ok = db_begin(db, err) && write_common(promotion, err);

	for (const struct pipeline_worker *worker = pipeline; ok && worker->name; worker++)
		ok = write_worker(promotion, worker, err);
	ok = ok && write_record(promotion, err) && db_commit(db, err);
	if (!ok)
		db_rollback(db);
	crash_point("promote.prepared");
	return ok || err_wrap(err, "%s", promotion->next_name);
}
