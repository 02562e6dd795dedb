#include "decide_positions.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int64_t position_lag(const struct position *position)
{
	int64_t next = position->stored ? position->next_offset : 0;

	if (next < position->log_start)
		next = position->log_start;
	return position->log_end > next ? position->log_end - next : 0;
}

const char *position_say(const struct position *position, struct arena *arena)
{
	switch (position->word) {
	case POSITION_STOPPED:
		return arena_printf(arena, "stopped: %s", position->reason);
	case POSITION_STARTS:
		return position->stored && position->next_offset
			       ? arena_printf(arena, "starts at offset %" PRId64,
					      position->next_offset)
			       : "starts at the log's start";
	case POSITION_FITS:
		break;
	}
	return position->waiting ? arena_printf(arena, "fits, %" PRId64 " batches to publish",
						position->waiting)
				 : "fits";
}

bool selection_has(const struct selection *selection, const char *topic, int64_t partition)
{
	bool has = selection->partitions.count == 0;

	for (size_t i = 0; i < selection->partitions.count; i++)
		has = has || selection->partitions.items[i] == partition;
	return has && strcmp(selection->topic, topic) == 0;
}

/* ---- where to ---- */

static int64_t highest(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static bool no_row(const struct position *from, const char *option, struct err *err)
{
	return err_set(err, ERR_POISON,
		       "%s[%" PRId64 "]: Postgres has no position, so %s means nothing there; "
		       "say where, for example by --to-committed or --to-earliest",
		       from->topic, from->partition, option);
}

static bool find_offset(const struct position *from, const struct target *target, int64_t found,
			int64_t *ret_offset, struct err *err)
{
	/* Offset 0 is the log's start, wherever that is by now. */
	int64_t current = from->next_offset ? from->next_offset : from->log_start;

	switch (target->kind) {
	case TARGET_EARLIEST:
		*ret_offset = from->log_start;
		return true;
	case TARGET_LATEST:
		*ret_offset = from->log_end;
		return true;
	case TARGET_CURRENT:
		*ret_offset = current;
		return from->stored || no_row(from, "--to-current", err);
	case TARGET_SHIFT:
		*ret_offset = current + target->number;
		return from->stored || no_row(from, "--shift-by", err);
	case TARGET_COMMITTED:
		*ret_offset = from->committed_offset;
		return from->committed ||
		       err_set(err, ERR_POISON,
			       "%s[%" PRId64 "]: the group has no committed offset", from->topic,
			       from->partition);
	case TARGET_OFFSET:
		*ret_offset = target->number;
		return true;
	case TARGET_TIME:
	case TARGET_PLACES:
		*ret_offset = found;
		return true;
	case TARGET_NONE:
		break;
	}
	return err_set(err, ERR_POISON, "no target");
}

/* ---- what is written ---- */

/*
 * The sequence is what Postgres and Kafka are compared by, so it never goes back: it is kept, and
 * where Kafka (after a restore) or the outbox (after the row was deleted) is further, raised to
 * theirs; the next batch is above them all, so it is not taken for published. What is committed is
 * what Kafka has, never more: rows above it are still to be published.
 */
bool move_decide(const struct position *from, const struct target *target, int64_t found,
		 struct optional_int published, struct move *ret_move, struct err *err)
{
	struct optional_int known = from->published.present ? from->published : published;
	struct move move = { .from = from };

	/* What starts has nowhere else to be. */
	move.nothing = from->word == POSITION_STARTS && target->kind == TARGET_CURRENT;
	if (move.nothing) {
		move.next_offset = from->next_offset ? from->next_offset : from->log_start;
		*ret_move = move;
		return true;
	}
	if (!find_offset(from, target, found, &move.next_offset, err))
		return false;
	if (target->only_back && from->word == POSITION_STOPPED)
		return err_set(err, ERR_POISON,
			       "%s[%" PRId64 "] is stopped (%s): growthctl positions move decides "
			       "about it first",
			       from->topic, from->partition, from->reason);
	if (target->only_back && (!from->stored || move.next_offset >= from->next_offset)) {
		move.nothing = true;
		move.next_offset = from->next_offset;
		*ret_move = move;
		return true;
	}
	if (move.next_offset < from->log_start || move.next_offset > from->log_end)
		return err_set(err, ERR_POISON,
			       "%s[%" PRId64 "]: offset %" PRId64
			       " is not in the log, which has %" PRId64 " to %" PRId64,
			       from->topic, from->partition, move.next_offset, from->log_start,
			       from->log_end);
	move.nothing = from->word == POSITION_FITS && move.next_offset == from->next_offset;
	move.sequence = from->stored ? from->sequence : 0;
	if (from->last.present)
		move.sequence = highest(move.sequence, from->last.value);
	if (known.present)
		move.sequence = highest(move.sequence, known.value);
	else if (from->first.present)
		return err_set(err, ERR_FATAL,
			       "%s[%" PRId64 "]: it is not known which outbox rows are in Kafka",
			       from->topic, from->partition);
	move.published = known.present ? known.value : move.sequence;
	move.needs_commit = !from->published.present && (from->committed || move.sequence > 0);
	move.may_be_live = from->word == POSITION_STOPPED && !move.needs_commit;
	*ret_move = move;
	return true;
}

/* From where it stands to where it goes. */
static int64_t distance_of(const struct move *move)
{
	const struct position *from = move->from;

	return move->next_offset - (from->next_offset ? from->next_offset : from->log_start);
}

int64_t move_again(const struct move *move)
{
	const struct position *from = move->from;
	int64_t distance = distance_of(move);

	return from->stored && from->next_offset <= from->log_end && distance < 0 ? -distance : 0;
}

const char *move_say(const struct move *move, struct arena *arena)
{
	const struct position *from = move->from;
	int64_t distance = distance_of(move), old = move->next_offset - distance;

	if (!from->stored)
		return "begins there";
	if (distance == 0)
		return "stays where it is";
	if (distance < 0 && old > from->log_end)
		return arena_printf(arena, "goes back behind the end of the log, by %" PRId64,
				    -distance);
	if (distance < 0)
		return arena_printf(arena, "handles %" PRId64 " offsets again", -distance);
	if (old < from->log_start)
		return arena_printf(arena,
				    "leaves out %" PRId64 " offsets that were not handled, %" PRId64
				    " of them gone",
				    distance, from->log_start - old);
	return arena_printf(arena, "leaves out %" PRId64 " offsets that were not handled",
			    distance);
}
