/*
 * Waiting for Postgres with an end to it. A server whose machine is gone is found by TCP (db_connect() sets the keepalives), but
 * one that is stopped or starved keeps its connections open and says nothing; a Unix socket never fails for that. libpq's own waits
 * would then last for ever, and with them the loop's turn.
 */
#include <poll.h>

#include "db_internal.h"
#include "instant.h"

#define LOOK_UP_MS 200 /* how soon *stop is noticed */

static bool is_awaited(PGconn *connection, short *ret_events)
{
	if (PQstatus(connection) != CONNECTION_OK)
		return false;
	*ret_events = POLLIN;
	if (PQflush(connection) > 0)
		*ret_events |= POLLOUT;
	return *ret_events & POLLOUT || PQisBusy(connection);
}

/* Waits for one of the events; *deadline 0: starts now. */
static bool is_in_time(struct pollfd *socket, int64_t patience_ms, const atomic_bool *stop,
		       int64_t *deadline)
{
	int64_t now = monotonic_us();

	if (!*deadline)
		*deadline = now + patience_ms * 1000;
	if ((patience_ms && now > *deadline) || (stop && atomic_load(stop)))
		return false;
	socket->revents = 0;
	poll(socket, 1, LOOK_UP_MS);
	return true;
}

bool pg_await(PGconn *connection, int64_t patience_ms, const atomic_bool *stop)
{
	struct pollfd socket = { .fd = PQsocket(connection) };
	int64_t deadline = 0;

	while (is_awaited(connection, &socket.events)) {
		if (!is_in_time(&socket, patience_ms, stop, &deadline))
			return false;
		if (socket.revents & ~POLLOUT)
			PQconsumeInput(connection); /* its failure is the connection's status */
	}
	return true;
}

bool pg_await_copy(PGconn *connection, int64_t patience_ms, const atomic_bool *stop)
{
	struct pollfd socket = { .fd = PQsocket(connection), .events = POLLIN };
	int64_t deadline = 0;

	do {
		if (!is_in_time(&socket, patience_ms, stop, &deadline))
			return false;
	} while (!socket.revents);
	return PQconsumeInput(connection);
}
