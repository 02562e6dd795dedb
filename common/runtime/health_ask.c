/* A request of HTTP/1.0, so that the answer ends with the connection. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "health.h"

#define PATIENCE_S 4

static bool exchange(int fd, char *answer, size_t size)
{
	static const char request[] = "GET /livez HTTP/1.0\r\n\r\n";
	size_t length = 0;
	ssize_t got;

	if (send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL) != (ssize_t)sizeof(request) - 1)
		return false;
	while (length < size - 1 && (got = recv(fd, answer + length, size - 1 - length, 0)) > 0)
		length += (size_t)got;
	answer[length] = '\0';
	return length > 0;
}

bool health_ask(const struct runtime_config *config, struct err *err)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)config->http.port) };
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	char answer[512];
	const char *said;
	bool ok;
	int fd;

	if (config->http.port == 0)
		return err_set(err, ERR_USAGE, "http.port is 0: name the port that the worker has");
	if (inet_pton(AF_INET, config->http.listen, &address.sin_addr) != 1)
		return err_set(err, ERR_USAGE, "http.listen: \"%s\" is not an IPv4 address",
			       config->http.listen);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	ok = connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
	     exchange(fd, answer, sizeof(answer));
	close(fd);
	if (!ok)
		return err_set(err, ERR_RETRY, "no answer from http://%s:%" PRId64 "/livez",
			       config->http.listen, config->http.port);
	said = strstr(answer, "\r\n\r\n");
	if (strncmp(answer, "HTTP/1.", 7) == 0 && strncmp(answer + 8, " 200 ", 5) == 0)
		return true;
	return err_set(err, ERR_RETRY, "%s", said ? said + 4 : answer);
}
