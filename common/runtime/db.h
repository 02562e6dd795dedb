/*
 * Postgres over libpq: one connection, prepared statements, binary parameters and results, whole
 * arrays at a time. A statement is declared once: its SQL (a file beside the C), a table from its
 * parameters to the members of a row struct, a table from its result columns to the members of
 * another. A test prepares every statement on a real server and compares what the server describes
 * with the tables.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "err.h"
#include "values.h"

enum pg_type {
	PG_TYPE_END,
	PG_TYPE_BOOL,
	/* int64_t in C, range-checked; also reads an xid, to be compared with it later (xid =
	 * int4) */
	PG_TYPE_INT4,
	PG_TYPE_INT8,
	PG_TYPE_FLOAT8,
	PG_TYPE_TEXT, /* text and varchar */
	PG_TYPE_UUID,
	/* int64_t: where a row's version is, a system column; to find it again without an index */
	PG_TYPE_TID,
	PG_TYPE_TIMESTAMPTZ, /* also reads and binds timestamp without time zone, taken as UTC */
	PG_TYPE_JSONB,       /* const char *: JSON text */
	PG_TYPE_BYTEA,       /* struct bytes */
};

struct pg_column {
	const char *name; /* of a result column; for parameters only documentation */
	enum pg_type type;
	/* the member is the struct optional_… form: absent is NULL. Text, JSONB and BYTEA: NULL
	 * pointer */
	bool optional;
	size_t offset;
};

#define PG_FLAG_(type, member, plain, optional_type) \
	_Generic((((type *)0)->member), plain : false, optional_type : true)
#define PG_IS_(type, member, wanted) (_Generic((((type *)0)->member), wanted : true) ? 0 : 0)

#define PG_BOOL(type, member) \
	{ \
#member, PG_TYPE_BOOL, PG_FLAG_(type, member, bool, struct optional_bool), \
			offsetof(type, member) \
	}
#define PG_INT4(type, member) \
	{ \
#member, PG_TYPE_INT4, PG_FLAG_(type, member, int64_t, struct optional_int), \
			offsetof(type, member) \
	}
#define PG_INT8(type, member) \
	{ \
#member, PG_TYPE_INT8, PG_FLAG_(type, member, int64_t, struct optional_int), \
			offsetof(type, member) \
	}
#define PG_TID(type, member) \
	{ \
#member, PG_TYPE_TID, false, \
			offsetof(type, member) + PG_IS_(type, member, int64_t) \
	}
#define PG_FLOAT8(type, member) \
	{ \
#member, PG_TYPE_FLOAT8, PG_FLAG_(type, member, double, struct optional_number), \
			offsetof(type, member) \
	}
#define PG_TIME(type, member) \
	{ \
#member, PG_TYPE_TIMESTAMPTZ, \
			PG_FLAG_(type, member, utc_us, struct optional_time), \
			offsetof(type, member) \
	}
#define PG_TEXT(type, member) \
	{ \
#member, PG_TYPE_TEXT, false, \
			offsetof(type, member) + PG_IS_(type, member, const char *) \
	}
#define PG_JSONB(type, member) \
	{ \
#member, PG_TYPE_JSONB, false, \
			offsetof(type, member) + PG_IS_(type, member, const char *) \
	}
#define PG_UUID(type, member) \
	{ \
#member, PG_TYPE_UUID, false, \
			offsetof(type, member) + PG_IS_(type, member, struct uuid) \
	}
#define PG_BYTEA(type, member) \
	{ \
#member, PG_TYPE_BYTEA, false, \
			offsetof(type, member) + PG_IS_(type, member, struct bytes) \
	}
#define PG_END \
	{ \
		NULL, PG_TYPE_END, false, 0 \
	}

enum statement_shape {
	/* $i is an array: column i of all rows; for unnest($1::bigint[], $2::text[], …) */
	STATEMENT_ARRAYS,
	STATEMENT_SCALARS, /* $i is member i of the one row */
};

struct statement {
	const char *name; /* of the prepared statement, unique in the process */
	const char *sql;
	enum statement_shape shape;
	const struct pg_column *parameters; /* ends with PG_END; NULL: none */
	size_t parameter_size;              /* sizeof the row struct */
	const struct pg_column *results;    /* in the order of the result's columns; NULL: none */
	size_t result_size;
	/* Each row sent is to insert, update or delete one. If it is fewer, that is ERR_RETRY, and
	 * this says what has become of the others. NULL: any number will do. */
	const char *if_fewer;
	/* For db_post() alone, instead: if fewer were changed, this one is run with the same rows,
	 * before anything is asked for and before COMMIT. The rows, and what is bound of them, stay
	 * where they are until then, and nothing else that is posted until then changes the same
	 * rows of the table. NULL: none. */
	const struct statement *otherwise;
};

struct db;

struct db_options {
	const char *conninfo;     /* libpq's, either form */
	const char *default_user; /* when conninfo names none; NULL: libpq's own default */
	/* read at each connection, unless conninfo has a password; NULL, "": none */
	const char *password_file;
	const char *schema; /* comes first in search_path, before public; NULL: leave it */
	const char *application_name;
	/* The server cancels a statement that takes longer; a server that does not answer even that
	 * is given up 5 s later, and the connection is broken. 0: neither. */
	int64_t statement_timeout_ms;
	int64_t lock_timeout_ms;          /* 0: 15 s */
	const atomic_bool *stop;          /* waiting ends when it becomes true; NULL: it does not */
	void (*on_answer)(void *closure); /* the server has answered; NULL: nobody wants to know */
	void *closure;
	/* All reading is by key. A plan made while a table was empty would scan it, and stay when
	 * it has grown. Nor by a bitmap: an index gives rows in the order of their keys, and a
	 * bitmap's would have to be sorted again. */
	bool by_key;
};

/* Connects. Waits 5 s at most. The options' texts live as long as the connection. Failure:
 * ERR_RETRY with what was tried (host, port, database, user; never a password), and what to do
 * where that is known (diagnosis.h). */
struct db *db_connect(const struct db_options *options, struct err *err);
void db_close(struct db *db); /* NULL is fine; an open transaction is rolled back by the server */
/* The connection is of no use, broken or to a server that is read-only: close it and connect
 * again. */
bool db_is_broken(const struct db *db);

/* READ COMMITTED. Only sent, as by db_post(). */
bool db_begin(struct db *db, struct err *err);
bool db_begin_snapshot(struct db *db, struct err *err); /* REPEATABLE READ, READ ONLY */
/* Before anything else is sent in this transaction, its COMMIT too, `check` must say yes, once; it
 * takes answers of what was asked for, and sends nothing. So what follows may be decided meanwhile.
 * Its failure is that of whoever would send. Waits for BEGIN's answer alone: from then on the
 * server ends the transaction of who is stopped in the middle. */
bool db_gate(struct db *db, bool (*check)(void *closure, struct err *err), void *closure,
	     struct err *err);
/* Behind what was asked for outside of a transaction: the server holds nothing any longer when it
 * has answered. */
bool db_end_asking(struct db *db, struct err *err);
/* Whoever waits for db receives what comes on `beside` meanwhile, so that its server need not wait
 * for room. It outlives db, or until it is another. NULL: none, as at first. */
void db_receive_beside(struct db *db, struct db *beside);
bool db_is_beside(const struct db *db, const struct db *beside);
/* Whether both are connected to the same address. */
bool db_is_same_server(const struct db *db, const struct db *other);
/*
 * Another connection with the same options, in a transaction that sees exactly what db's sees: db
 * is in one of db_begin_snapshot(), until this returns. NULL, with ERR_RETRY: there is none to be
 * had.
 */
struct db *db_connect_beside(struct db *db, struct err *err);
/* Sent together with what is not answered yet, unless a statement among that may change too few
 * rows: then behind its answer. A failure is of the first that failed, and nothing is committed.
 * ERR_RETRY with db_is_broken() means: unknown, re-read the position. */
bool db_commit(struct db *db, struct err *err);
void db_rollback(struct db *db);

/*
 * Runs a statement. rows: `count` structs of statement->parameter_size (SCALARS: exactly one; none
 * when it has no parameters). With results: *ret_rows becomes an array of *ret_count structs of
 * result_size in the arena, text included. Both may be NULL for a statement whose rows nobody
 * wants. An ARRAYS statement with count 0 does nothing. Errors have their kind from the SQLSTATE
 * (err_kind_of_sqlstate) and start with the statement's name. A migration that has given a column
 * another type since it was prepared is ERR_RETRY, and the connection is of no use any more.
 */
bool db_run(struct db *db, const struct statement *statement, const void *rows, size_t count,
	    struct arena *arena, void *ret_rows, size_t *ret_count, struct err *err);

/* db_run() for statements without results. */
static inline bool db_execute(struct db *db, const struct statement *statement, const void *rows,
			      size_t count, struct err *err)
{
	return db_run(db, statement, rows, count, NULL, NULL, NULL, err);
}

/*
 * db_execute() without waiting, inside of a transaction: whether it succeeded is known when the
 * next call of another kind returns, at the latest that of db_commit(), and its failure is that
 * call's. The statement sees what those before it did, as always. Rows may be gone when this
 * returns, but for one with `otherwise`; what a statement returns is dropped.
 */
bool db_post(struct db *db, const struct statement *statement, const void *rows, size_t count,
	     struct err *err);

/* Rows that were asked for. The caller's; it stays where it is until it is taken, or db_rollback()
 * is called. */
struct db_answer {
	struct db *db;
	bool taken;
	/* when taken: `count` structs of the statement's result_size, in the arena, text
	 * included */
	void *rows;
	size_t count;
	struct arena *arena;
};

/*
 * db_run() in two parts: db_ask() sends, like db_post() (behind what `otherwise` may still have to
 * do), and db_take() waits for the rows, and for the success of all that was sent before. What is
 * sent between the two the server does meanwhile.
 */
bool db_ask(struct db *db, const struct statement *statement, const void *rows, size_t count,
	    struct arena *arena, struct db_answer *ret_answer, struct err *err);
bool db_take(const struct db_answer *answer, struct err *err);

/* Streams a result of any size, row by row, in single-row mode: each(row, closure) sees a struct of
 * result_size whose text lives until it returns; false stops and breaks the connection. For scans
 * of the second connection. */
bool db_stream(struct db *db, const struct statement *statement, const void *row,
	       bool (*each)(const void *row, void *closure, struct err *err), void *closure,
	       struct err *err);

/* A field of a row in Postgres's binary format. */
struct pg_field {
	const char *bytes; /* NULL: NULL */
	int32_t length;    /* -1: NULL */
};

/* The value of a field of the declared type; it is not NULL. */
int64_t pg_field_integer(const struct pg_field *field); /* PG_TYPE_INT4, PG_TYPE_INT8 */
double pg_field_float8(const struct pg_field *field);
utc_us pg_field_time(const struct pg_field *field);

/*
 * Streams a result of any size as a binary COPY of the statement: many times as fast as
 * db_stream(), because nothing is made of a row. The statement has no parameters: what its text
 * needs it takes from current_setting(). each() sees the row's fields as the server sent them, in
 * the order of `results`, until it returns; false stops and breaks the connection.
 */
bool db_copy_out(struct db *db, const struct statement *statement,
		 bool (*each)(const struct pg_field *fields, void *closure, struct err *err),
		 void *closure, struct err *err);

/* Several statements in simple protocol, for migrations and tests. */
bool db_script(struct db *db, const char *sql, struct err *err);

/* Prepares the statement and compares the server's description with its tables: ERR_FATAL names the
 * difference. */
bool db_check_statement(struct db *db, const struct statement *statement, struct err *err);

/* What is to be done after this SQLSTATE: again (ERR_RETRY), without the message at fault
 * (ERR_POISON), or nothing (ERR_FATAL). NULL or "": libpq itself failed, the connection is gone. */
enum err_kind err_kind_of_sqlstate(const char *sqlstate);
