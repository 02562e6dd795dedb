/*
 * Told is what the kernel has taken: the loop must not wait for a supervisor that reads slowly, so
 * a full socket means to try again at the next sign of life.
 */
#include "service.h"

#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "heap.h"
#include "instant.h"
#include "log.h"

#define STATUS_SIZE 256

struct service {
	int socket; /* -1: nobody wants to know */
	struct sockaddr_un address;
	socklen_t address_length;
	int64_t ping_us; /* 0: no watchdog */
	int64_t pinged_at;
	bool ready, told_ready;
	char status[STATUS_SIZE], told_status[STATUS_SIZE];
};

/* A path, or with @ in front a name of Linux's abstract namespace. */
static bool read_address(struct service *service, const char *text)
{
	size_t length = strlen(text);

	if ((text[0] != '/' && text[0] != '@') || length < 2 ||
	    length >= sizeof(service->address.sun_path))
		return false;
	service->address.sun_family = AF_UNIX;
	memcpy(service->address.sun_path, text, length);
	if (text[0] == '@')
		service->address.sun_path[0] = '\0';
	service->address_length =
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (text[0] == '/'));
	return true;
}

/* The watchdog may be meant for another process, say for a wrapper around this one. */
static int64_t read_watchdog(void)
{
	const char *pid = getenv("WATCHDOG_PID"), *usec = getenv("WATCHDOG_USEC");
	long long limit = usec ? strtoll(usec, NULL, 10) : 0;

	return limit > 0 && (!pid || strtoll(pid, NULL, 10) == getpid()) ? limit / 3 : 0;
}

struct service *service_new(void)
{
	struct service *service = heap_zeroed(1, sizeof(*service));
	const char *path = getenv("NOTIFY_SOCKET");

	service->socket = -1;
	if (!path)
		return service;
	if (!read_address(service, path)) {
		log_warn(
			"NOTIFY_SOCKET is neither a path nor an abstract name; systemd is told nothing",
			log_text("NOTIFY_SOCKET", path));
		return service;
	}
	service->socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	service->ping_us = read_watchdog();
	return service;
}

void service_free(struct service *service)
{
	if (!service)
		return;
	if (service->socket >= 0)
		close(service->socket);
	free(service);
}

/* True when it need not be sent again: a supervisor that is gone will not come back at this
 * address. */
static bool say(const struct service *service, const char *text)
{
	return sendto(service->socket, text, strlen(text), MSG_NOSIGNAL,
		      (const struct sockaddr *)&service->address, service->address_length) >= 0 ||
	       (errno != EAGAIN && errno != ENOBUFS && errno != EINTR);
}

static void say_status(struct service *service)
{
	char text[STATUS_SIZE + sizeof("READY=1\nSTATUS=")];
	bool first = service->ready && !service->told_ready;

	if (!first && strcmp(service->status, service->told_status) == 0)
		return;
	snprintf(text, sizeof(text), "%sSTATUS=%s", first ? "READY=1\n" : "", service->status);
	if (!say(service, text))
		return;
	service->told_ready = service->told_ready || first;
	memcpy(service->told_status, service->status, sizeof(service->status));
}

void service_alive(struct service *service)
{
	int64_t now;

	if (service->socket < 0)
		return;
	say_status(service);
	now = monotonic_us();
	if (service->ping_us && now - service->pinged_at >= service->ping_us &&
	    say(service, "WATCHDOG=1"))
		service->pinged_at = now;
}

void service_tell(struct service *service, bool ready, const char *status)
{
	service->ready = ready;
	snprintf(service->status, sizeof(service->status), "%s", status);
	for (char *at = service->status; *at; at++)
		*at = *at == '\n' ? ' ' : *at;
}

void service_stopping(struct service *service)
{
	if (service->socket >= 0)
		say(service, "STOPPING=1\nSTATUS=leaving: the batch in hand is published");
}
