/*
 * One connection. Statements are prepared when first used and remembered by the address of their
 * declaration. Every failure passes through pg_fail(), which maps the SQLSTATE to what the loop
 * must do. Nothing waits in libpq: what is sent is awaited by pg_await(), and a server that stays
 * silent for longer than its own statement_timeout is given up.
 */
#include <assert.h>
#include <limits.h>

#include "conninfo.h"
#include "db_internal.h"
#include "diagnosis.h"
#include "heap.h"
#include "secret.h"
#include "tls_probe.h"

#define CONNECT_TIMEOUT_S "5"
#define LOCK_TIMEOUT_MS 15000
#define READ_ONLY "25006" /* read_only_sql_transaction */
#define GRACE_MS 5000     /* a server that cancels a statement needs a moment to say so */

enum err_kind err_kind_of_sqlstate(const char *sqlstate)
{
	static const struct {
		const char *prefix;
		enum err_kind kind;
	} kinds[] = {
		{ "08", ERR_RETRY },    { "40", ERR_RETRY },      { "53", ERR_RETRY },
		{ "55P03", ERR_RETRY }, { "55006", ERR_RETRY },   { "57014", ERR_RETRY },
		{ "57P", ERR_RETRY },   { "58", ERR_RETRY },      { "25P02", ERR_RETRY },
		{ "25P03", ERR_RETRY }, { READ_ONLY, ERR_RETRY }, { "23505", ERR_RETRY },
		{ "23503", ERR_RETRY }, { "22", ERR_POISON },     { "23", ERR_POISON },
		{ "54", ERR_POISON },
	};

	if (!sqlstate || !*sqlstate)
		return ERR_RETRY; /* libpq itself: the connection */
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strncmp(sqlstate, kinds[i].prefix, strlen(kinds[i].prefix)) == 0)
			return kinds[i].kind;
	}
	return ERR_FATAL;
}

/* A migration has given a column another type since the statement was prepared. Of the code, which
 * says "not supported" in general, only what the server calls the place is not translated. */
static bool is_outdated(const PGresult *result)
{
	const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	const char *place = result ? PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION) : NULL;

	return state && place && strcmp(state, "0A000") == 0 &&
	       strcmp(place, "RevalidateCachedQuery") == 0;
}

bool pg_fail(struct db *db, const PGresult *result, const char *what, struct err *err)
{
	const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	const char *text = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	const char *detail = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL) : NULL;

	if (db->given_up) {
		*err->code = '\0';
		return err_set(err, ERR_RETRY, "%s: no answer from Postgres, given up", what);
	}
	if (!text || !*text)
		text = PQerrorMessage(db->connection);
	err_set(err, err_kind_of_sqlstate(state), "%s: %.*s%s%s%s%s", what,
		(int)strcspn(text, "\n"), text, detail ? " (" : "", detail ? detail : "",
		detail ? ")" : "", state ? "" : " [connection]");
	snprintf(err->code, sizeof(err->code), "%s", state ? state : "");
	/* The primary is another one now: behind the same name, or among the hosts of the
	 * conninfo. */
	if (state && strcmp(state, READ_ONLY) == 0)
		db->read_only = true;
	/* Another connection prepares it anew. */
	if (is_outdated(result)) {
		err->kind = ERR_RETRY;
		db->given_up = true;
	}
	/* The server has not said so itself: what it did, nobody knows. A lack of memory is one way
	 * to come here. */
	if (!state)
		db->given_up = true;
	return false;
}

PGresult *pg_next_result(struct db *db)
{
	PGresult *result;

	if (!pg_await(db)) {
		db->given_up = true;
		return NULL;
	}
	result = PQgetResult(db->connection);
	if (result && !db_is_broken(db) && db->options.on_answer)
		db->options.on_answer(db->options.closure);
	return result;
}

/* The answer to what has been sent, of several results the last. NULL: it could not be sent, or no
 * answer came. */
static PGresult *answer(struct db *db, int sent)
{
	PGresult *last = NULL, *result;

	while (sent && (result = pg_next_result(db))) {
		PQclear(last);
		last = result;
	}
	if (db->given_up) {
		PQclear(last);
		return NULL;
	}
	return last;
}

static bool run_simple(struct db *db, const char *sql, const char *what, struct err *err)
{
	PGresult *result;
	ExecStatusType status;
	bool ok;

	assert(!db->gate);
	if (!pg_settle(db, err))
		return false;
	assert(!db->fewer_count);
	result = answer(db, PQsendQuery(db->connection, sql));
	status = PQresultStatus(result);
	ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
	     pg_fail(db, result, what, err);

	PQclear(result);
	return ok;
}

static bool set_up_session(struct db *db, const struct db_options *options, struct err *err)
{
	char *schema = options->schema ? PQescapeIdentifier(db->connection, options->schema,
							    strlen(options->schema))
				       : NULL;
	char sql[512];

	if (options->schema && !schema)
		return pg_fail(db, NULL, "session settings", err);
	snprintf(
		sql, sizeof(sql),
		"SET timezone = 'UTC'; SET client_min_messages = warning; SET statement_timeout = %lld; "
		"SET idle_in_transaction_session_timeout = '%s'; SET lock_timeout = %lld; SET jit = off%s%s%s%s",
		(long long)options->statement_timeout_ms,
		/* Long work thinks between its statements, but not for ever. */
		options->statement_timeout_ms ? "60s" : "10min",
		(long long)(options->lock_timeout_ms ? options->lock_timeout_ms : LOCK_TIMEOUT_MS),
		options->by_key ? "; SET enable_seqscan = off; SET enable_bitmapscan = off" : "",
		schema ? "; SET search_path = " : "", schema ? schema : "",
		schema ? ", public" : "");
	PQfreemem(schema);
	return run_simple(db, sql, "session settings", err);
}

/* The value of a keyword that the connection was asked for with; "": none. */
static void read_setting(PGconn *connection, const char *keyword, char *ret_value, size_t size)
{
	PQconninfoOption *settings = PQconninfo(connection);

	*ret_value = '\0';
	for (const PQconninfoOption *at = settings; at && at->keyword; at++) {
		if (strcmp(at->keyword, keyword) == 0 && at->val)
			snprintf(ret_value, size, "%s", at->val);
	}
	PQconninfoFree(settings);
}

/* What to do about a connection that failed; NULL: nothing is known. */
static const char *advice_of(PGconn *connection, const char *said)
{
	char ca_file[PATH_MAX];
	const char *home = getenv("HOME");
	int verdict;

	if (!strstr(said, "certificate verify failed"))
		return diagnose_postgres(said);
	read_setting(connection, "sslrootcert", ca_file, sizeof(ca_file));
	if (!*ca_file)
		snprintf(ca_file, sizeof(ca_file), "%s/.postgresql/root.crt", home ? home : "");
	verdict =
		tls_probe(PQhost(connection), PQhostaddr(connection), PQport(connection), ca_file);
	return verdict ? diagnose_certificate(verdict) : diagnose_postgres(said);
}

static bool fail_to_connect(PGconn *connection, struct err *err)
{
	const char *said = PQerrorMessage(connection);
	const char *advice = advice_of(connection, said);

	return err_set(err, ERR_RETRY, "connect to Postgres as %s: %.*s%s%s",
		       PQuser(connection) ? PQuser(connection) : "?", (int)strcspn(said, "\n"),
		       said, advice ? "; " : "", advice ? advice : "");
}

struct db *db_connect(const struct db_options *options, struct err *err)
{
	char password[SECRET_SIZE] = "";
	/* The later keyword wins: what conninfo says goes before the default user and the settings
	 * in front of it. */
	const char *keywords[] = { "user",
				   "password",
				   "connect_timeout",
				   "keepalives_idle",
				   "keepalives_interval",
				   "keepalives_count",
				   "tcp_user_timeout",
				   "application_name",
				   "dbname",
				   NULL };
	const char *values[] = { options->default_user,
				 password,
				 CONNECT_TIMEOUT_S,
				 "10",
				 "5",
				 "3",
				 "30000",
				 options->application_name,
				 options->conninfo,
				 NULL };
	struct db *db;

	if (!conninfo_check(options->conninfo, err))
		return NULL;
	if (options->password_file && *options->password_file &&
	    !secret_read("postgres.password_file", options->password_file, password, err)) {
		err->kind = ERR_RETRY; /* it may be about to be replaced */
		return NULL;
	}
	db = heap_zeroed(1, sizeof(*db));
	db->patience_ms = options->statement_timeout_ms ? options->statement_timeout_ms + GRACE_MS
							: 0;
	db->options = *options;
	db->connection = PQconnectdbParams(keywords, values, 1);
	explicit_bzero(password, sizeof(password));
	if (PQstatus(db->connection) != CONNECTION_OK) {
		fail_to_connect(db->connection, err);
		db_close(db);
		return NULL;
	}
	/* Sending and saying goodbye must not wait either. */
	PQsetnonblocking(db->connection, 1);
	if (!set_up_session(db, options, err)) {
		db_close(db);
		return NULL;
	}
	return db;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	PQfinish(db->connection);
	buffer_release(&db->scratch);
	free(db);
}

bool db_is_broken(const struct db *db)
{
	return db->given_up || db->read_only || PQstatus(db->connection) != CONNECTION_OK;
}

bool db_begin_snapshot(struct db *db, struct err *err)
{
	return run_simple(db, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", "begin snapshot",
			  err);
}

/* The name of what db's transaction sees, for others to see it too. */
static bool export_snapshot(struct db *db, char *ret_name, size_t size, struct err *err)
{
	PGresult *result = answer(db, PQsendQuery(db->connection, "SELECT pg_export_snapshot()"));
	bool ok = PQresultStatus(result) == PGRES_TUPLES_OK ||
		  pg_fail(db, result, "export snapshot", err);

	if (ok)
		snprintf(ret_name, size, "%s", PQgetvalue(result, 0, 0));
	PQclear(result);
	return ok;
}

struct db *db_connect_beside(struct db *db, struct err *err)
{
	char name[64], sql[128];
	struct db *beside;

	if (!export_snapshot(db, name, sizeof(name), err))
		return NULL;
	beside = db_connect(&db->options, err);
	if (!beside)
		return NULL;
	snprintf(sql, sizeof(sql), "SET TRANSACTION SNAPSHOT '%s'", name);
	if (db_begin_snapshot(beside, err) && run_simple(beside, sql, "take snapshot", err))
		return beside;
	db_close(beside);
	return NULL;
}

void db_receive_beside(struct db *db, struct db *beside)
{
	db->beside = beside;
}

bool db_is_beside(const struct db *db, const struct db *beside)
{
	return db->beside == beside;
}

bool db_is_same_server(const struct db *db, const struct db *other)
{
	return strcmp(PQhost(db->connection), PQhost(other->connection)) == 0 &&
	       strcmp(PQhostaddr(db->connection), PQhostaddr(other->connection)) == 0 &&
	       strcmp(PQport(db->connection), PQport(other->connection)) == 0;
}

void db_rollback(struct db *db)
{
	struct err ignored = { 0 };

	db->gate = NULL;
	for (size_t i = 0; i < db->posted_count; i++)
		db->posted[i].answer = NULL; /* who wanted it may be gone */
	pg_settle(db, &ignored);
	db->fewer_count = 0;
	if (!db_is_broken(db) && PQtransactionStatus(db->connection) != PQTRANS_IDLE)
		run_simple(db, "ROLLBACK", "rollback", &ignored);
	db->begun = false;
}

bool db_script(struct db *db, const char *sql, struct err *err)
{
	return run_simple(db, sql, "script", err);
}

bool pg_prepare(struct db *db, const struct statement *statement, struct err *err)
{
	struct pg_parameters types = { .count = pg_column_count(statement->parameters) };
	PGresult *result;
	bool ok;

	assert(types.count <= PG_MAX_PARAMETERS);
	for (size_t i = 0; i < db->prepared_count; i++) {
		if (db->prepared[i] == statement)
			return true;
	}
	if (db->prepared_count == PREPARED_MAX)
		return err_set(err, ERR_FATAL, "%s: more than %d statements", statement->name,
			       PREPARED_MAX);
	for (int i = 0; i < types.count; i++)
		types.types[i] = pg_parameter_oid(statement, i);

	if (!pg_settle(db, err))
		return false;
	result = answer(db, PQsendPrepare(db->connection, statement->name, statement->sql,
					  types.count, types.types));
	ok = PQresultStatus(result) == PGRES_COMMAND_OK ||
	     pg_fail(db, result, statement->name, err);
	PQclear(result);
	if (ok)
		db->prepared[db->prepared_count++] = statement;
	return ok;
}

size_t pg_changed_rows(PGresult *result)
{
	return strtoull(PQcmdTuples(result), NULL, 10);
}

bool pg_check_count(const struct statement *statement, PGresult *result, size_t count,
		    struct err *err)
{
	size_t changed = statement->if_fewer ? pg_changed_rows(result) : count;

	return changed >= count || err_set(err, ERR_RETRY, "%s: %zu of %zu %s", statement->name,
					   count - changed, count, statement->if_fewer);
}

bool db_run(struct db *db, const struct statement *statement, const void *rows, size_t count,
	    struct arena *arena, void *ret_rows, size_t *ret_count, struct err *err)
{
	struct pg_parameters parameters;
	PGresult *result;
	ExecStatusType status;
	bool ok = true;

	if (ret_rows) {
		*(void **)ret_rows = NULL;
		*ret_count = 0;
	}
	if (statement->shape == STATEMENT_ARRAYS && statement->parameters && count == 0)
		return true;
	assert(!statement->otherwise);
	if (db->posted_count || db->fewer_count)
		return pg_run_posted(db, statement, rows, count, arena, ret_rows, ret_count, err);
	assert(!db->gate);
	if (!pg_prepare(db, statement, err) ||
	    !pg_bind(statement, rows, count, &db->scratch, &parameters, err))
		return false;

	result = answer(db, PQsendQueryPrepared(db->connection, statement->name, parameters.count,
						parameters.values, parameters.lengths,
						parameters.formats, 1));
	status = PQresultStatus(result);
	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
		ok = pg_fail(db, result, statement->name, err);
	else
		ok = pg_check_count(statement, result, count, err) &&
		     (!ret_rows || !statement->results ||
		      pg_read_rows(statement, result, arena, ret_rows, ret_count, err));
	PQclear(result);
	return ok;
}

/* What the server says of a prepared statement against what is declared. */
static bool compare(const struct statement *statement, const PGresult *description, struct err *err)
{
	int parameters = pg_column_count(statement->parameters),
	    results = pg_column_count(statement->results);

	if (PQnparams(description) != parameters)
		return err_set(err, ERR_FATAL, "%s: %d parameters declared, the server counts %d",
			       statement->name, parameters, PQnparams(description));
	if (PQnfields(description) != results && statement->results)
		return err_set(err, ERR_FATAL,
			       "%s: %d result columns declared, the server returns %d",
			       statement->name, results, PQnfields(description));
	for (int i = 0; i < results; i++) {
		if (strcmp(PQfname(description, i), statement->results[i].name) != 0)
			return err_set(err, ERR_FATAL, "%s: result column %d is %s, declared as %s",
				       statement->name, i + 1, PQfname(description, i),
				       statement->results[i].name);
		if (!pg_type_fits(statement->results[i].type, PQftype(description, i)))
			return err_set(err, ERR_FATAL, "%s: column %s has type %u on the server",
				       statement->name, statement->results[i].name,
				       PQftype(description, i));
	}
	for (int i = 0; i < parameters; i++) {
		if (PQparamtype(description, i) != pg_parameter_oid(statement, i))
			return err_set(err, ERR_FATAL,
				       "%s: parameter $%d has type %u on the server",
				       statement->name, i + 1, PQparamtype(description, i));
	}
	return true;
}

bool db_check_statement(struct db *db, const struct statement *statement, struct err *err)
{
	PGresult *description;
	bool ok;

	if (!pg_settle(db, err) || !pg_prepare(db, statement, err))
		return false;
	assert(!db->fewer_count);
	description = answer(db, PQsendDescribePrepared(db->connection, statement->name));
	ok = PQresultStatus(description) == PGRES_COMMAND_OK
		     ? compare(statement, description, err)
		     : pg_fail(db, description, statement->name, err);
	PQclear(description);
	return ok;
}
