/* Where the rows of a recording's UPDATEs are before the first of them. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "replay.h"

#define TID_OID 27
#define TID_SIZE 6
#define TID_ELEMENT (sizeof(uint32_t) + TID_SIZE) /* with its length */
#define ARRAY_HEAD 20 /* bytes of a binary array before its first element */

/* The server's answer as a binary array of tid. */
static void keep_places(struct replay_statement *statement, const PGresult *result)
{
	const uint32_t head[] = { htonl(1), htonl(0), htonl(TID_OID),
				  htonl((uint32_t)PQntuples(result)), htonl(1) };
	const uint32_t length = htonl(TID_SIZE);
	size_t size = ARRAY_HEAD + (size_t)PQntuples(result) * TID_ELEMENT;
	char *at = calloc(1, size);

	if (!at)
		bench_fail("memory", "none left");
	statement->places = (struct packed){ at, size, size };
	statement->is_by_place = true;
	memcpy(at, head, ARRAY_HEAD);
	at += ARRAY_HEAD;
	for (int i = 0; i < PQntuples(result); i++, at += TID_ELEMENT) {
		memcpy(at, &length, sizeof(length));
		if (PQgetisnull(result, i, 0))
			statement->is_by_place = false; /* it comes later */
		else
			memcpy(at + sizeof(length), PQgetvalue(result, i, 0), TID_SIZE);
	}
}

struct visit {
	const struct replay_table *table;
	const char *place; /* TID_SIZE bytes */
	struct replay_statement *statement;
};

static int by_place(const void *left, const void *right)
{
	const struct visit *a = left, *b = right;
	int order = (a->table > b->table) - (a->table < b->table);

	if (order == 0)
		order = memcmp(a->place, b->place, TID_SIZE);
	return order ? order : (a->statement > b->statement) - (a->statement < b->statement);
}

/* A row that a statement has changed is elsewhere for those behind it. */
static void forget_moved(struct recording *recording)
{
	struct visit *visits = calloc((size_t)recording->row_count + 1, sizeof(*visits));
	size_t count = 0;

	if (!visits)
		bench_fail("memory", "none left");
	for (size_t i = 0; i < recording->statement_count; i++) {
		struct replay_statement *statement = &recording->statements[i];
		const char *at = statement->places.data + ARRAY_HEAD + sizeof(uint32_t);
		size_t rows = statement->places.length ? (size_t)statement->rows : 0;

		for (size_t j = 0; j < rows; j++)
			visits[count++] =
				(struct visit){ statement->table, at + j * TID_ELEMENT, statement };
	}
	qsort(visits, count, sizeof(*visits), by_place);
	for (size_t i = 1; i < count; i++)
		if (visits[i].table == visits[i - 1].table &&
		    memcmp(visits[i].place, visits[i - 1].place, TID_SIZE) == 0)
			visits[i].statement->is_by_place = false;
	free(visits);
}

void replay_learn_places(struct recording *recording, PGconn *before)
{
	for (size_t i = 0; i < recording->statement_count; i++) {
		struct replay_statement *statement = &recording->statements[i];
		PGresult *result;

		if (statement->operation != REPLAY_UPDATE || !replay_has_changes(statement->table))
			continue;
		result = replay_look_up(statement, before);
		if (PQresultStatus(result) != PGRES_TUPLES_OK)
			bench_fail(statement->table->name, PQerrorMessage(before));
		keep_places(statement, result);
		PQclear(result);
	}
	forget_moved(recording);
}
