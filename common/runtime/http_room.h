/* Room for the next client: who only holds a connection of the health endpoint loses it to one who
 * asks. */
#pragma once

#include <microhttpd.h>

#define HTTP_CONNECTIONS_MAX 32

/* All of it belongs to the daemon's own thread. */
struct http_room {
	struct http_place {
		int socket; /* -1: free */
		long long since_us;
	} places[HTTP_CONNECTIONS_MAX];
};

void http_room_init(struct http_room *room);
/* For MHD_OPTION_NOTIFY_CONNECTION, whose closure is the room. */
void http_room_notify(void *room, struct MHD_Connection *connection, void **place,
		      enum MHD_ConnectionNotificationCode what);
