#include "promote_statements.h"

#include "growthctl_core_sql.h"
#include "rows.h"

static const struct pg_column last_columns[] = { PG_INT8(struct last_row, id),
						 PG_TEXT(struct last_row, shadow),
						 PG_TEXT(struct last_row, former),
						 PG_BOOL(struct last_row, undone), PG_END };
static const struct pg_column own_columns[] = { PG_TEXT(struct own_row, worker),
						PG_TEXT(struct own_row, topic),
						PG_INT4(struct own_row, partition),
						PG_INT8(struct own_row, next_offset),
						PG_INT8(struct own_row, sequence),
						PG_INT8(struct own_row, epoch),
						PG_END };
static const struct pg_column content_columns[] = {
	PG_TEXT(struct stored_pattern, pattern_key), PG_INT8(struct stored_pattern, version),
	PG_TEXT(struct stored_pattern, status), PG_TEXT(struct stored_pattern, content), PG_END
};
static const struct pg_column carried_columns[] = { PG_TEXT(struct carried_row, carried), PG_END };
static const struct pg_column carry_columns[] = { PG_JSONB(struct carried_row, carried), PG_END };
static const struct pg_column session_columns[] = {
	PG_TEXT(struct session_row, database), PG_INT4(struct session_row, pid),
	PG_TEXT(struct session_row, role),     PG_TEXT(struct session_row, application),
	PG_TEXT(struct session_row, host),     PG_END
};
static const struct pg_column pair_columns[] = { PG_TEXT(struct pair_row, first),
						 PG_TEXT(struct pair_row, second), PG_END };
static const struct pg_column id_columns[] = { PG_INT8(struct id_row, id), PG_END };
static const struct pg_column insert_columns[] = { PG_TEXT(struct insert_row, topic),
						   PG_INT4(struct insert_row, partition),
						   PG_INT8(struct insert_row, next_offset),
						   PG_INT8(struct insert_row, epoch),
						   PG_INT8(struct insert_row, sequence),
						   PG_INT8(struct insert_row, patterns_end),
						   PG_END };
static const struct pg_column worker_columns[] = { PG_TEXT(struct worker_row, schema),
						   PG_JSONB(struct worker_row, carried), PG_END };
static const struct pg_column end_columns[] = { PG_INT8(struct end_row, patterns_end), PG_END };
static const struct pg_column version_columns[] = { PG_TEXT(struct version_row, pattern_key),
						    PG_INT8(struct version_row, old_version),
						    PG_INT8(struct version_row, version),
						    PG_BOOL(struct version_row, same), PG_END };
static const struct pg_column letters_columns[] = { PG_INT8(struct letters_row, letters),
						    PG_INT8(struct letters_row, last), PG_END };

#define RESULTS(row, columns) .results = (columns), .result_size = sizeof(row)
#define PARAMETERS(row, columns) .parameters = (columns), .parameter_size = sizeof(row)
#define ONE .shape = STATEMENT_SCALARS

const struct statement read_promotion = {
	.name = "promote_last", .sql = SQL_PROMOTE_LAST, ONE, RESULTS(struct last_row, last_columns)
};
const struct statement read_migration = { .name = "promote_migration",
					  .sql = SQL_PROMOTE_MIGRATION,
					  ONE,
					  RESULTS(struct id_row, id_columns) };
const struct statement read_own = {
	.name = "promote_own", .sql = SQL_PROMOTE_OWN, ONE, RESULTS(struct own_row, own_columns)
};
const struct statement read_contents = { .name = "promote_contents",
					 .sql = SQL_PROMOTE_CONTENTS,
					 ONE,
					 RESULTS(struct stored_pattern, content_columns) };
const struct statement read_carry = { .name = "promote_carry",
				      .sql = SQL_PROMOTE_CARRY,
				      ONE,
				      RESULTS(struct carried_row, carried_columns) };
const struct statement read_sessions = { .name = "promote_sessions",
					 .sql = SQL_PROMOTE_SESSIONS,
					 ONE,
					 PARAMETERS(struct pair_row, pair_columns),
					 RESULTS(struct session_row, session_columns) };
const struct statement read_locales = { .name = "promote_locale",
					.sql = SQL_PROMOTE_LOCALE,
					ONE,
					PARAMETERS(struct pair_row, pair_columns),
					RESULTS(struct pair_row, pair_columns) };
const struct statement read_likeness = { .name = "promote_like",
					 .sql = SQL_PROMOTE_LIKE,
					 ONE,
					 PARAMETERS(struct pair_row, pair_columns),
					 RESULTS(struct name_row, name_columns) };
const struct statement insert_positions = { .name = "promote_positions",
					    .sql = SQL_PROMOTE_POSITIONS,
					    PARAMETERS(struct insert_row, insert_columns) };
const struct statement place_erased = { .name = "promote_erased",
					.sql = SQL_PROMOTE_ERASED,
					ONE,
					PARAMETERS(struct worker_row, worker_columns) };
const struct statement displace_parked = { .name = "promote_displace_parked",
					   .sql = SQL_PROMOTE_DISPLACE_PARKED,
					   ONE };
const struct statement place_parked = { .name = "promote_parked",
					.sql = SQL_PROMOTE_PARKED,
					ONE,
					PARAMETERS(struct worker_row, worker_columns) };
const struct statement set_snapshots = { .name = "promote_snapshots",
					 .sql = SQL_PROMOTE_SNAPSHOTS,
					 ONE,
					 PARAMETERS(struct end_row, end_columns) };
const struct statement set_inputs = { .name = "promote_inputs",
				      .sql = SQL_PROMOTE_INPUTS,
				      ONE,
				      PARAMETERS(struct carried_row, carry_columns) };
const struct statement take_records = { .name = "promote_records",
					.sql = SQL_PROMOTE_RECORDS,
					ONE,
					PARAMETERS(struct carried_row, carry_columns),
					RESULTS(struct letters_row, letters_columns) };
const struct statement set_versions = { .name = "promote_versions",
					.sql = SQL_PROMOTE_VERSIONS,
					PARAMETERS(struct version_row, version_columns) };
const struct statement record_promotion = { .name = "promote_record",
					    .sql = SQL_PROMOTE_RECORD,
					    ONE,
					    PARAMETERS(struct pair_row, pair_columns) };
const struct statement record_undone = { .name = "promote_undone",
					 .sql = SQL_PROMOTE_UNDONE,
					 ONE,
					 PARAMETERS(struct id_row, id_columns) };

extern const struct statement *const promote_statements[];
extern const struct statement *const promote_worker_statements[];

const struct statement *const promote_statements[] = {
	&read_promotion, &read_own,     &read_contents,    &read_carry,   &read_sessions,
	&set_snapshots,  &set_inputs,   &take_records,     &set_versions, &record_promotion,
	&record_undone,  &read_matched, &read_recommended, &read_goals,   &read_locales,
	&read_likeness,  NULL
};
const struct statement *const promote_worker_statements[] = { &insert_positions, &place_erased,
							      &displace_parked, &place_parked,
							      NULL };
