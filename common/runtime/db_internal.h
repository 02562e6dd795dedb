/* What the files of the database layer share: db.c, db_await.c, db_bind.c, db_post.c, db_rows.c,
 * db_stream.c. */
#pragma once

#include <libpq-fe.h>

#include "buffer.h"
#include "db.h"

#define PG_MAX_PARAMETERS 64
#define PREPARED_MAX 256
#define POSTED_MAX 64
#define FEWER_MAX \
	(POSTED_MAX + 1) /* all that were posted, and the one that made them be answered */

/* A statement that was sent and has no answer so far. */
struct pg_posted {
	const struct statement *statement;
	const void *rows;         /* for `otherwise` */
	size_t count;             /* rows sent */
	struct db_answer *answer; /* NULL: nobody wants its rows */
	bool marked;              /* a mark follows its answer */
};

struct db {
	PGconn *connection;
	struct db_options options;
	int64_t patience_ms; /* 0: for ever */
	/* an answer did not come or was lost: what was asked for may have happened or not */
	bool given_up;
	/* the server does not take what is written: it is a standby, or was told so */
	bool read_only;
	struct buffer scratch;
	const struct statement *prepared[PREPARED_MAX];
	size_t prepared_count;
	struct pg_posted posted[POSTED_MAX]; /* in this order */
	size_t posted_count, answered_count; /* of these, the first so many have their answers */
	/* Those that changed fewer rows, and whose `otherwise` is not sent yet. */
	struct pg_posted fewer[FEWER_MAX];
	size_t fewer_count;
	int marks;  /* sent, and not come back */
	bool begun; /* BEGIN is known to have succeeded, and the transaction has no end yet */
	bool (*gate)(void *closure, struct err *err); /* before anything else is sent; NULL: none */
	void *gate_closure;
	struct db
		*beside; /* what comes there is received while this one is waited for; NULL: none */
};

/* Binary parameters of one execution; values point into `bytes`. */
struct pg_parameters {
	int count;
	Oid types[PG_MAX_PARAMETERS];
	const char *values[PG_MAX_PARAMETERS];
	int lengths[PG_MAX_PARAMETERS];
	int formats[PG_MAX_PARAMETERS];
};

/* The type of a parameter or result as Postgres calls it. */
Oid pg_type_oid(enum pg_type type);
Oid pg_array_oid(enum pg_type type);
Oid pg_parameter_oid(const struct statement *statement, int index);
int pg_column_count(const struct pg_column *columns);

/* Whether a result column of this type can be read as declared. */
bool pg_type_fits(enum pg_type type, Oid oid);

/* Encodes rows as the statement's parameters into scratch (cleared first; holds them until the next
 * call). */
bool pg_bind(const struct statement *statement, const void *rows, size_t count,
	     struct buffer *scratch, struct pg_parameters *ret_parameters, struct err *err);

/* Decodes row `row` of a binary result into *object; text is copied to the arena. */
bool pg_decode_row(const struct statement *statement, const PGresult *result, int row, void *object,
		   struct arena *arena, struct err *err);

/* All of them, into an array in the arena. */
bool pg_read_rows(const struct statement *statement, const PGresult *result, struct arena *arena,
		  void **ret_rows, size_t *ret_count, struct err *err);

size_t pg_changed_rows(PGresult *result);
/* Of a statement for whose number of changes the caller cares: whether it made as many as rows were
 * sent. */
bool pg_check_count(const struct statement *statement, PGresult *result, size_t count,
		    struct err *err);

/*
 * Sends what is still to be sent and waits until PQgetResult() will not: it has a result, the end,
 * or the connection's failure. False: it gave up, after so long a silence (db->patience_ms, 0:
 * never) or because *db->options.stop became true.
 */
bool pg_await(struct db *db);
/* The same for more bytes of a COPY, of which none is left. */
bool pg_await_copy(PGconn *connection, int64_t patience_ms, const atomic_bool *stop);

/* Sets *err from the result (NULL: from the connection, which then is given up) and returns
 * false. */
bool pg_fail(struct db *db, const PGresult *result, const char *what, struct err *err);
/* NULL: there is no further one, or none came. */
PGresult *pg_next_result(struct db *db);
/* Waits for the answers to what was posted; before anything else is sent. False: one of them
 * failed, and *err says why. */
bool pg_settle(struct db *db, struct err *err);
/* db_run() behind what was posted. */
bool pg_run_posted(struct db *db, const struct statement *statement, const void *rows, size_t count,
		   struct arena *arena, void *ret_rows, size_t *ret_count, struct err *err);
/* Once a connection. */
bool pg_prepare(struct db *db, const struct statement *statement, struct err *err);
