/* Row changes that record.sql has recorded, in memory in the form in which they are sent, and how
 * they are done once more. */
#pragma once

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum replay_operation { REPLAY_INSERT, REPLAY_UPDATE, REPLAY_DELETE, REPLAY_OPERATIONS };
enum replay_method { REPLAY_UNNEST, REPLAY_PLACE, REPLAY_COPY, REPLAY_REPLACE };

struct replay_column {
	char *name;       /* quoted where it must be */
	char *array_type; /* as SQL has it: "integer[]" */
	/* of an array, of which there are no arrays: its type, and it is sent as text; "" */
	char *cast;
	uint32_t element; /* type of an element */
	bool is_key;      /* of the primary key */
	bool is_changed;  /* by any UPDATE */
};

struct replay_table {
	char *name; /* "public.contractors"; its rows are in a table of schema bench of this name */
	bool is_referenced; /* by a foreign key */
	/* the last transaction that put rows into its temporary table, plus one */
	size_t staged_for;
	struct replay_column *columns; /* without generated ones */
	size_t column_count;
};

struct packed {
	char *data;
	size_t length, room;
};

struct replay_statement {
	size_t transaction; /* 0, 1, … */
	enum replay_operation operation;
	struct replay_table *table;
	int64_t rows;
	struct packed *arrays; /* a binary array for each column: its values in all rows */
	struct packed all;     /* the rows as binary COPY takes them, without head and end */
	struct packed used;    /* the same of keys and changed columns alone */
	/* of an UPDATE: where its rows were (ctid, a binary array); empty: not known */
	struct packed places;
	bool is_by_place; /* and they still are there when it is done */
};

struct recording {
	struct replay_table *tables;
	size_t table_count;
	struct replay_statement *statements; /* by transaction, then in order */
	size_t statement_count, transaction_count;
	int64_t row_count;
};

/* Reads all of it over `source`. Without outbox what was done to tables named outbox is left out.
 * Failures end the program. */
void recording_load(struct recording *recording, PGconn *source, bool with_outbox);
void recording_release(struct recording *recording);

/* Settings, prepared statements and temporary tables of `target`. */
void replay_prepare(const struct recording *recording, PGconn *target, enum replay_method method);

/* Before a replay by place: where the rows of UPDATEs are. `before` is connected to another copy,
 * so that the target's pages are as cold as for any other method. */
void replay_learn_places(struct recording *recording, PGconn *before);
/* The same of one statement: a row (ctid, binary) for each of its rows. The caller clears the
 * result, which may be a failure. */
PGresult *replay_look_up(const struct replay_statement *statement, PGconn *before);

/* All transactions, in order; returns when the last one is committed. A statement that changes
 * another number of rows than recorded ends the program. */
void replay_run(const struct recording *recording, PGconn *target, enum replay_method method);

/* Whether a statement needs the column: an INSERT all, a DELETE the key, an UPDATE the key and what
 * changes. */
bool replay_uses(const struct replay_column *column, enum replay_operation operation);
/* Whether any UPDATE changes a column of the table. */
bool replay_has_changes(const struct replay_table *table);
