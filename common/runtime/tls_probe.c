#include "tls_probe.h"

#include <netdb.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define PATIENCE_S 2

static int connect_to(const char *name, const char *port)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	struct addrinfo *found;
	int peer = -1;

	if (getaddrinfo(name, port, &hints, &found) != 0)
		return -1;
	for (const struct addrinfo *at = found; at && peer < 0; at = at->ai_next) {
		peer = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
		if (peer < 0)
			continue;
		/* On Linux the first is connect()'s patience, too. */
		setsockopt(peer, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
		setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
		if (connect(peer, at->ai_addr, at->ai_addrlen) != 0) {
			close(peer);
			peer = -1;
		}
	}
	freeaddrinfo(found);
	return peer;
}

/* The SSLRequest of Postgres's protocol, and its answer: 'S' for yes. */
static bool ask_for_tls(int peer)
{
	static const unsigned char request[] = { 0, 0, 0, 8, 4, 210, 22, 47 };
	char answer;

	return send(peer, request, sizeof(request), MSG_NOSIGNAL) == sizeof(request) &&
	       recv(peer, &answer, 1, 0) == 1 && answer == 'S';
}

static int verdict_on(int peer, SSL_CTX *context)
{
	SSL *tls = SSL_new(context);
	int verdict = 0;

	if (tls && SSL_set_fd(tls, peer) == 1 && SSL_connect(tls) == 1)
		verdict = (int)SSL_get_verify_result(tls);
	SSL_free(tls);
	return verdict;
}

int tls_probe(const char *host, const char *address, const char *port, const char *ca_file)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	int peer = connect_to(address && *address ? address : host, port);
	int verdict = 0;

	/* Not to stop at the verdict, but to learn it: nothing is sent over this connection. */
	if (context && peer >= 0 && SSL_CTX_load_verify_locations(context, ca_file, NULL) == 1 &&
	    ask_for_tls(peer))
		verdict = verdict_on(peer, context);
	if (peer >= 0)
		close(peer);
	SSL_CTX_free(context);
	return verdict;
}
