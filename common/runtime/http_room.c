/*
 * libmicrohttpd closes a connection that has been silent, but not one whose request comes a byte a
 * second, and accepts nobody when all places are taken. So when few are left, the oldest is closed:
 * a connection is for one request, and whoever means well is gone long before. The library notices
 * the end of the stream in its next turn.
 */
#include "http_room.h"

#include <sys/socket.h>

#include "instant.h"

#define KEPT_FREE 8

void http_room_init(struct http_room *room)
{
	for (int i = 0; i < HTTP_CONNECTIONS_MAX; i++)
		room->places[i].socket = -1;
}

static void make_room(struct http_room *room)
{
	struct http_place *oldest = NULL;
	int taken = 0;

	for (struct http_place *place = room->places; place < room->places + HTTP_CONNECTIONS_MAX;
	     place++) {
		if (place->socket < 0)
			continue;
		taken++;
		if (!oldest || place->since_us < oldest->since_us)
			oldest = place;
	}
	if (taken > HTTP_CONNECTIONS_MAX - KEPT_FREE) {
		shutdown(oldest->socket, SHUT_RDWR);
		oldest->since_us = INT64_MAX; /* not twice */
	}
}

static struct http_place *take_place(struct http_room *room, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	for (int i = 0; info && i < HTTP_CONNECTIONS_MAX; i++) {
		if (room->places[i].socket >= 0)
			continue;
		room->places[i] = (struct http_place){ info->connect_fd, monotonic_us() };
		return &room->places[i];
	}
	return NULL;
}

void http_room_notify(void *closure, struct MHD_Connection *connection, void **context,
		      enum MHD_ConnectionNotificationCode what)
{
	struct http_room *room = closure;
	struct http_place *place = *context;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		make_room(room);
		*context = take_place(room, connection);
	} else if (place) {
		place->socket = -1;
	}
}
