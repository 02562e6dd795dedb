/*
 * What systemd wants to know of a service of Type=notify (sd_notify(3)): that it is ready, alive,
 * leaving, and how it is. The protocol is one datagram to $NOTIFY_SOCKET, so no library is linked
 * for it. Without that variable nothing is sent.
 */
#pragma once

#include <stdbool.h>

struct service;

/* From the environment; never NULL. A socket that cannot be used is said in the log, and nothing is
 * sent. */
struct service *service_new(void);
void service_free(struct service *service);

/*
 * Called by the loop as long as it moves: keeps the watchdog quiet, at a third of $WATCHDOG_USEC at
 * most. Never waits; what could not be sent is sent by the next call. One thread at a time.
 */
void service_alive(struct service *service);
/* READY=1 the first time that it is ready; `status` (one line, copied) is shown by `systemctl
 * status` when it has changed. */
void service_tell(struct service *service, bool ready, const char *status);
/* The end has begun: STOPPING=1. */
void service_stopping(struct service *service);
