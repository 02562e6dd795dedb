/* What was decided about dead letters, in operator.dead_letters. */
#include <poll.h>

#include "dlq.h"
#include "growthctl_core_sql.h"
#include "instant.h"
#include "rows.h"

#define LOCK_WAIT_US (2 * US_PER_SECOND)

struct dlq_record {
	struct letter_mark letter;
	const char *action, *outcome, *because, *sent_to;
	struct optional_int sent_partition, sent_offset;
	utc_us decided_at;
	const char *decided_by;
};

struct record_row {
	struct letter_mark letter;
	const char *action, *outcome;
	struct optional_int run;
	const char *origin_topic;
	struct optional_int origin_partition, origin_offset;
	const char *event_id, *error, *because, *sent_to;
};

struct sent_row {
	struct letter_mark letter;
	int64_t run;
	struct optional_int sent_partition, sent_offset;
};

struct settle_row {
	int64_t run;
	const char *outcome;
};

static const struct pg_column first_columns[] = { PG_TEXT(struct letter_place, topic),
						  PG_INT4(struct letter_place, partition),
						  PG_INT8(struct letter_place, offset), PG_END };
static const struct pg_column runs_columns[] = { PG_INT8(struct dlq_runs, pending),
						 PG_INT8(struct dlq_runs, last), PG_END };

#define LETTER(type) \
	{ "topic", PG_TYPE_TEXT, false, offsetof(type, letter.at.topic) }, \
		{ "partition", PG_TYPE_INT4, false, offsetof(type, letter.at.partition) }, \
		{ "kafka_offset", PG_TYPE_INT8, false, offsetof(type, letter.at.offset) }, \
	{ \
		"dead_lettered_at", PG_TYPE_TIMESTAMPTZ, true, offsetof(type, letter.time) \
	}

static const struct pg_column known_columns[] = { LETTER(struct dlq_record),
						  PG_TEXT(struct dlq_record, action),
						  PG_TEXT(struct dlq_record, outcome),
						  PG_TEXT(struct dlq_record, because),
						  PG_TEXT(struct dlq_record, sent_to),
						  PG_INT4(struct dlq_record, sent_partition),
						  PG_INT8(struct dlq_record, sent_offset),
						  PG_TIME(struct dlq_record, decided_at),
						  PG_TEXT(struct dlq_record, decided_by),
						  PG_END };
static const struct pg_column record_columns[] = { LETTER(struct record_row),
						   PG_TEXT(struct record_row, action),
						   PG_TEXT(struct record_row, outcome),
						   PG_INT8(struct record_row, run),
						   PG_TEXT(struct record_row, origin_topic),
						   PG_INT4(struct record_row, origin_partition),
						   PG_INT8(struct record_row, origin_offset),
						   PG_TEXT(struct record_row, event_id),
						   PG_TEXT(struct record_row, error),
						   PG_TEXT(struct record_row, because),
						   PG_TEXT(struct record_row, sent_to),
						   PG_END };
static const struct pg_column sent_columns[] = { LETTER(struct sent_row),
						 PG_INT8(struct sent_row, run),
						 PG_INT4(struct sent_row, sent_partition),
						 PG_INT8(struct sent_row, sent_offset), PG_END };
static const struct pg_column settle_columns[] = { PG_INT8(struct settle_row, run),
						   PG_TEXT(struct settle_row, outcome), PG_END };

static const struct statement lock = {
	.name = "dlq_lock",
	.sql = SQL_DLQ_LOCK,
	.shape = STATEMENT_SCALARS,
	.results = yes_columns,
	.result_size = sizeof(struct yes_row),
};
static const struct statement read_records = {
	.name = "dlq_records",
	.sql = SQL_DLQ_RECORDS,
	.shape = STATEMENT_ARRAYS,
	.parameters = first_columns,
	.parameter_size = sizeof(struct letter_place),
	.results = known_columns,
	.result_size = sizeof(struct dlq_record),
};
static const struct statement read_runs = {
	.name = "dlq_runs",
	.sql = SQL_DLQ_RUNS,
	.shape = STATEMENT_SCALARS,
	.results = runs_columns,
	.result_size = sizeof(struct dlq_runs),
};
static const struct statement record = {
	.name = "dlq_record",
	.sql = SQL_DLQ_RECORD,
	.shape = STATEMENT_ARRAYS,
	.parameters = record_columns,
	.parameter_size = sizeof(struct record_row),
};
static const struct statement record_sent = {
	.name = "dlq_record_sent",
	.sql = SQL_DLQ_RECORD_SENT,
	.shape = STATEMENT_ARRAYS,
	.parameters = sent_columns,
	.parameter_size = sizeof(struct sent_row),
};
static const struct statement settle = {
	.name = "dlq_settle",
	.sql = SQL_DLQ_SETTLE,
	.shape = STATEMENT_SCALARS,
	.parameters = settle_columns,
	.parameter_size = sizeof(struct settle_row),
};

extern const struct statement *const dlq_statements[];
const struct statement *const dlq_statements[] = { &lock,        &read_records, &read_runs, &record,
						   &record_sent, &settle,       NULL };

/* The lock of one that was killed a moment ago is still held until its server process has
 * noticed. */
bool dlq_lock(struct db *db, struct err *err)
{
	int64_t deadline = monotonic_us() + LOCK_WAIT_US;
	struct yes_row *row;
	struct arena arena;
	size_t count;
	bool ok, locked = false;

	arena_init(&arena);
	do {
		ok = db_run(db, &lock, NULL, 0, &arena, &row, &count, err);
		locked = ok && row->yes;
	} while (ok && !locked && monotonic_us() < deadline && poll(NULL, 0, 50) == 0);
	arena_release(&arena);
	if (ok && !locked)
		return err_set(
			err, ERR_RETRY,
			"another growthctl dlq decides about dead letters just now; try again "
			"when it is done");
	return locked;
}

/* ---- reading ---- */

bool dlq_records_read(struct db *db, const struct letter_place *firsts, size_t count,
		      struct arena *arena, struct dlq_records *ret_records, struct err *err)
{
	*ret_records = (struct dlq_records){ 0 };
	return !count || db_run(db, &read_records, firsts, count, arena, &ret_records->items,
				&ret_records->count, err);
}

static enum letter_state state_of(const struct dlq_record *row)
{
	if (strcmp(row->action, "discard") == 0)
		return LETTER_DISCARDED;
	if (strcmp(row->outcome, "pending") == 0)
		return LETTER_PENDING;
	return strcmp(row->action, "retry") == 0 ? LETTER_RETRIED : LETTER_IMPORTED;
}

static void tell(const struct dlq_record *row, struct dead_letter *letter)
{
	letter->state = state_of(row);
	letter->decided_at = row->decided_at;
	letter->decided_by = row->decided_by;
	letter->because = row->because;
	letter->sent =
		(struct letter_place){ row->sent_to, row->sent_partition.value,
				       row->sent_offset.present ? row->sent_offset.value : -1 };
}

static size_t first_at(const struct dlq_records *records, const struct letter_place *place)
{
	size_t low = 0, high = records->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (place_compare(&records->items[middle].letter.at, place) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void dlq_records_tell(const struct dlq_records *records, struct dead_letter *letter)
{
	for (size_t i = first_at(records, &letter->at);
	     i < records->count && place_is(&records->items[i].letter.at, &letter->at); i++)
		if (mark_is(&records->items[i].letter, letter))
			tell(&records->items[i], letter);
}

bool dlq_read_runs(struct db *db, struct dlq_runs *ret_runs, struct err *err)
{
	struct dlq_runs *runs;
	struct arena arena;
	size_t count;
	bool ok;

	arena_init(&arena);
	ok = db_run(db, &read_runs, NULL, 0, &arena, &runs, &count, err);
	if (ok)
		*ret_runs = *runs;
	arena_release(&arena);
	return ok;
}

/* ---- writing ---- */

static struct record_row row_of(const struct dead_letter *letter)
{
	struct record_row row = {
		.letter = { letter->at, letter->time },
		.origin_topic = letter->origin.topic,
		.origin_partition = { letter->origin.partition, letter->origin.topic != NULL },
		.origin_offset = { letter->origin.offset, letter->origin.topic != NULL },
		.event_id = letter->id,
		.error = letter->reason,
	};

	return row;
}

static size_t letters_of(const struct dlq_message *messages, size_t count)
{
	size_t letters = 0;

	for (size_t i = 0; i < count; i++)
		letters += messages[i].count;
	return letters;
}

bool dlq_record_run(struct db *db, const struct dlq_message *messages, size_t count, int64_t run,
		    struct err *err)
{
	struct record_row *rows;
	struct arena arena;
	size_t used = 0;
	bool ok;

	arena_init(&arena);
	rows = arena_array(&arena, struct record_row, letters_of(messages, count));
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < messages[i].count; k++) {
			rows[used] = row_of(messages[i].letters[k]);
			rows[used].action = messages[i].action;
			rows[used].outcome = "pending";
			rows[used].run = (struct optional_int){ run, true };
			rows[used].event_id = messages[i].line.id;
			rows[used++].sent_to = messages[i].line.topic;
		}
	}
	ok = db_execute(db, &record, rows, used, err);
	arena_release(&arena);
	return ok;
}

bool dlq_record_sent(struct db *db, const struct dlq_message *messages, size_t count, int64_t run,
		     struct err *err)
{
	struct sent_row *rows;
	struct arena arena;
	size_t used = 0;
	bool ok;

	arena_init(&arena);
	rows = arena_array(&arena, struct sent_row, letters_of(messages, count));
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < messages[i].count; k++)
			rows[used++] = (struct sent_row){
				.letter = { messages[i].letters[k]->at,
					    messages[i].letters[k]->time },
				.run = run,
				.sent_partition = { messages[i].sent_partition,
						    messages[i].sent_offset >= 0 },
				.sent_offset = { messages[i].sent_offset,
						 messages[i].sent_offset >= 0 },
			};
	ok = db_execute(db, &record_sent, rows, used, err);
	arena_release(&arena);
	return ok;
}

bool dlq_record_settled(struct db *db, int64_t run, bool sent, struct err *err)
{
	struct settle_row row = { run, sent ? "done" : "undone" };

	return db_execute(db, &settle, &row, 1, err);
}

bool dlq_record_discarded(struct db *db, struct dead_letter *const *letters, size_t count,
			  const char *because, struct err *err)
{
	struct record_row *rows;
	struct arena arena;
	bool ok;

	arena_init(&arena);
	rows = arena_array(&arena, struct record_row, count);
	for (size_t i = 0; i < count; i++) {
		rows[i] = row_of(letters[i]);
		rows[i].action = "discard";
		rows[i].outcome = "done";
		rows[i].because = because;
	}
	ok = db_execute(db, &record, rows, count, err);
	arena_release(&arena);
	return ok;
}
