#include "statements.h"

#include "runtime_sql.h"

static const struct pg_column position_columns[] = {
	PG_TEXT(struct position_row, topic),       PG_INT4(struct position_row, partition),
	PG_INT8(struct position_row, next_offset), PG_INT8(struct position_row, epoch),
	PG_INT8(struct position_row, sequence),    PG_INT8(struct position_row, snapshot),
	PG_INT8(struct position_row, sweep_since), PG_INT8(struct position_row, sweep_snapshot),
	PG_INT8(struct position_row, sweep_after), PG_END,
};

static const struct pg_column advance_columns[] = {
	PG_TEXT(struct position_row, topic),       PG_INT4(struct position_row, partition),
	PG_INT8(struct position_row, epoch),       PG_INT8(struct position_row, sequence),
	PG_INT8(struct position_row, next_offset), PG_INT8(struct position_row, snapshot),
	PG_INT8(struct position_row, sweep_since), PG_INT8(struct position_row, sweep_snapshot),
	PG_INT8(struct position_row, sweep_after), PG_END,
};

static const struct pg_column epoch_columns[] = {
	PG_TEXT(struct position_row, topic),
	PG_INT4(struct position_row, partition),
	PG_INT8(struct position_row, epoch),
	PG_END,
};

static const struct pg_column partition_columns[] = {
	PG_TEXT(struct partition_key_row, topic),
	PG_INT4(struct partition_key_row, partition),
	PG_END,
};

static const struct pg_column mark_columns[] = {
	PG_TEXT(struct outbox_mark_row, topic),
	PG_INT4(struct outbox_mark_row, partition),
	PG_INT8(struct outbox_mark_row, sequence),
	PG_END,
};

static const struct pg_column stored_columns[] = {
	PG_TEXT(struct outbox_stored_row, topic),
	PG_INT4(struct outbox_stored_row, partition),
	PG_INT8(struct outbox_stored_row, sequence),
	PG_INT8(struct outbox_stored_row, next_offset),
	PG_INT4(struct outbox_stored_row, message_count),
	PG_BYTEA(struct outbox_stored_row, messages),
	PG_END,
};

static const struct pg_column park_columns[] = {
	PG_TEXT(struct parked_row, topic),        PG_INT4(struct parked_row, partition),
	PG_INT8(struct parked_row, kafka_offset), PG_TEXT(struct parked_row, waiting_for),
	PG_TEXT(struct parked_row, reason),       PG_INT4(struct parked_row, contractor_id),
	PG_BYTEA(struct parked_row, message),     PG_TIME(struct parked_row, parked_at),
	PG_INT4(struct parked_row, attempts),     PG_END,
};

static const struct pg_column released_columns[] = {
	PG_TEXT(struct parked_row, topic),        PG_INT4(struct parked_row, partition),
	PG_INT8(struct parked_row, kafka_offset), PG_TEXT(struct parked_row, waiting_for),
	PG_BYTEA(struct parked_row, message),     PG_TIME(struct parked_row, parked_at),
	PG_INT4(struct parked_row, attempts),     PG_END,
};

static const struct pg_column parked_of_columns[] = {
	PG_TEXT(struct parked_row, topic),
	PG_INT4(struct parked_row, partition),
	PG_INT8(struct parked_row, kafka_offset),
	PG_TEXT(struct parked_row, waiting_for),
	PG_INT4(struct parked_row, contractor_id),
	PG_BYTEA(struct parked_row, message),
	PG_TIME(struct parked_row, parked_at),
	PG_INT4(struct parked_row, attempts),
	PG_END,
};

static const struct pg_column parked_place_columns[] = {
	PG_TEXT(struct parked_row, topic),
	PG_INT4(struct parked_row, partition),
	PG_INT8(struct parked_row, kafka_offset),
	PG_END,
};

static const struct pg_column waiting_columns[] = { PG_TEXT(struct waiting_row, waiting_for),
						    PG_END };

static const struct pg_column due_columns[] = {
	PG_TEXT(struct due_row, topic),
	PG_INT4(struct due_row, partition),
	PG_INT4(struct due_row, limit),
	PG_END,
};

static const struct pg_column erasure_columns[] = {
	PG_INT4(struct erasure_row, contractor_id),
	PG_TIME(struct erasure_row, erased_at),
	PG_INT4(struct erasure_row, partition),
	PG_INT8(struct erasure_row, kafka_offset),
	PG_END,
};

static const struct pg_column erased_id_columns[] = { PG_INT4(struct erasure_row, contractor_id),
						      PG_END };

/* An array statement: parameters from PARAMETER rows, results (or NULL) into RESULT structs. */
#define ARRAYS(statement_name, text, parameter, columns, result, result_columns) \
	{ \
		.name = (statement_name), .sql = (text), .shape = STATEMENT_ARRAYS, \
		.parameters = (columns), .parameter_size = sizeof(parameter), \
		.results = (result_columns), .result_size = sizeof(result) \
	}

const struct statement read_positions = ARRAYS("read_positions", SQL_READ_POSITIONS,
					       struct partition_key_row, partition_columns,
					       struct position_row, position_columns);
const struct statement raise_epochs = ARRAYS("raise_epochs", SQL_RAISE_EPOCHS, struct position_row,
					     epoch_columns, struct position_row, NULL);
const struct statement advance_positions = ARRAYS("advance_positions", SQL_ADVANCE_POSITIONS,
						  struct position_row, advance_columns,
						  struct partition_key_row, partition_columns);
const struct statement read_outbox = ARRAYS("read_outbox", SQL_READ_OUTBOX, struct outbox_mark_row,
					    mark_columns, struct outbox_stored_row, stored_columns);
const struct statement write_outbox = ARRAYS("write_outbox", SQL_WRITE_OUTBOX,
					     struct outbox_stored_row, stored_columns,
					     struct outbox_stored_row, NULL);
const struct statement delete_outbox = ARRAYS("delete_outbox", SQL_DELETE_OUTBOX,
					      struct outbox_mark_row, mark_columns,
					      struct outbox_mark_row, NULL);
const struct statement park_messages =
	ARRAYS("park", SQL_PARK, struct parked_row, park_columns, struct parked_row, NULL);
const struct statement release_parked = ARRAYS("release_parked", SQL_RELEASE_PARKED,
					       struct waiting_row, waiting_columns,
					       struct parked_row, released_columns);
const struct statement find_due_parked = ARRAYS("find_due_parked", SQL_FIND_DUE_PARKED,
						struct partition_key_row, partition_columns,
						struct partition_key_row, partition_columns);
static const struct pg_column parked_count_columns[] = { PG_INT8(struct parked_count_row, messages),
							 PG_END };
const struct statement count_parked = ARRAYS("count_parked", SQL_COUNT_PARKED,
					     struct partition_key_row, partition_columns,
					     struct parked_count_row, parked_count_columns);
const struct statement record_erasures = ARRAYS("record_erasures", SQL_RECORD_ERASURES,
						struct erasure_row, erasure_columns,
						struct erasure_row, NULL);
const struct statement read_erasures = ARRAYS("read_erasures", SQL_READ_ERASURES,
					      struct erasure_row, erased_id_columns,
					      struct erasure_row, erasure_columns);
const struct statement read_parked_of = ARRAYS("read_parked_of", SQL_READ_PARKED_OF,
					       struct erasure_row, erased_id_columns,
					       struct parked_row, parked_of_columns);
const struct statement delete_parked = ARRAYS("delete_parked", SQL_DELETE_PARKED, struct parked_row,
					      parked_place_columns, struct parked_row, NULL);
const struct statement retry_parked = {
	.name = "retry_parked",
	.sql = SQL_RETRY_PARKED,
	.shape = STATEMENT_SCALARS,
	.parameters = due_columns,
	.parameter_size = sizeof(struct due_row),
	.results = released_columns,
	.result_size = sizeof(struct parked_row),
};

static const struct pg_column lock_columns[] = { PG_BOOL(struct lock_row, exclusive), PG_END };

const struct statement lock_erasures = {
	.name = "lock_erasures",
	.sql = SQL_LOCK_ERASURES,
	.shape = STATEMENT_SCALARS,
	.parameters = lock_columns,
	.parameter_size = sizeof(struct lock_row),
};

const struct statement *const runtime_statements[] = {
	&lock_erasures,
	&read_positions,
	&raise_epochs,
	&advance_positions,
	&read_outbox,
	&write_outbox,
	&delete_outbox,
	&park_messages,
	&release_parked,
	&retry_parked,
	&find_due_parked,
	&count_parked,
	&record_erasures,
	&read_erasures,
	&read_parked_of,
	&delete_parked,
	NULL,
};
