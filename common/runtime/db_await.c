/*
 * Waiting for Postgres with an end to it. A server whose machine is gone is found by TCP
 * (db_connect() sets the keepalives), but one that is stopped or starved keeps its connections open
 * and says nothing; a Unix socket never fails for that. libpq's own waits would then last for ever,
 * and with them the loop's turn.
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
static bool is_in_time(struct pollfd *sockets, nfds_t count, int64_t patience_ms,
		       const atomic_bool *stop, int64_t *deadline)
{
	int64_t now = monotonic_us();

	if (!*deadline)
		*deadline = now + patience_ms * 1000;
	if ((patience_ms && now > *deadline) || (stop && atomic_load(stop)))
		return false;
	for (nfds_t i = 0; i < count; i++)
		sockets[i].revents = 0;
	poll(sockets, count, LOOK_UP_MS);
	return true;
}

/* Its failure is the connection's status. */
static void receive(PGconn *connection, const struct pollfd *socket)
{
	if (socket->revents & ~POLLOUT)
		PQconsumeInput(connection);
}

/* Whatever of it has come already. Negative: poll() passes over it. */
static void watch_beside(const struct db *db, struct pollfd *socket)
{
	PGconn *beside = db->beside ? db->beside->connection : NULL;

	socket->fd = -1;
	if (!beside || PQstatus(beside) != CONNECTION_OK)
		return;
	socket->fd = PQsocket(beside);
	socket->events = PQflush(beside) > 0 ? POLLIN | POLLOUT : POLLIN;
}

bool pg_await(struct db *db)
{
	struct pollfd sockets[2] = { { .fd = PQsocket(db->connection) } };
	int64_t deadline = 0;

	while (is_awaited(db->connection, &sockets[0].events)) {
		watch_beside(db, &sockets[1]);
		if (!is_in_time(sockets, 2, db->patience_ms, db->options.stop, &deadline))
			return false;
		receive(db->connection, &sockets[0]);
		if (sockets[1].fd >= 0)
			receive(db->beside->connection, &sockets[1]);
	}
	return true;
}

bool pg_await_copy(PGconn *connection, int64_t patience_ms, const atomic_bool *stop)
{
	struct pollfd socket = { .fd = PQsocket(connection), .events = POLLIN };
	int64_t deadline = 0;

	do {
		if (!is_in_time(&socket, 1, patience_ms, stop, &deadline))
			return false;
	} while (!socket.revents);
	return PQconsumeInput(connection);
}
