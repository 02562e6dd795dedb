#include "health.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <pthread.h>

#include "heap.h"
#include "http_room.h"
#include "instant.h"
#include "log.h"
#include "metrics.h"
#include "service.h"

#define SILENCE_S 10U
#define REQUEST_BYTES_MAX ((size_t)16 << 10) /* of its line and headers; there is no body */

static const char *const check_names[HEALTH_CHECKS] = { "postgres", "kafka", "patterns",
							"partitions" };

struct health {
	const struct runtime_config *config;
	struct MHD_Daemon *daemon;
	struct http_room room;
	struct service *service;
	atomic_llong beat;
	pthread_mutex_t lock;
	struct {
		struct metric *ready;
		bool ok;
		char detail[2048]; /* several stopped partitions, each with its reason */
	} checks[HEALTH_CHECKS];
};

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, const char *type,
			      struct buffer *body)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(body->length, body->bytes, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result;

	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static bool is_live(const struct health *health)
{
	return monotonic_us() - atomic_load(&health->beat) <
	       health->config->http.liveness_ms * 1000;
}

static bool describe_checks(struct health *health, bool verbose, struct buffer *out)
{
	bool ready = true;

	pthread_mutex_lock(&health->lock);
	for (int i = 0; i < HEALTH_CHECKS; i++) {
		ready = ready && health->checks[i].ok;
		if (verbose || !health->checks[i].ok)
			buffer_printf(out, "[%s] %s%s%s\n", health->checks[i].ok ? "+" : "-",
				      check_names[i], health->checks[i].ok ? " ok" : ": ",
				      health->checks[i].ok ? "" : health->checks[i].detail);
	}
	pthread_mutex_unlock(&health->lock);
	return ready;
}

/* An answer at the first call, before libmicrohttpd has looked for a body, closes the connection:
 * one request each, so that nobody makes another wait by sending many. */
static enum MHD_Result on_request(void *closure, struct MHD_Connection *connection, const char *url,
				  const char *method, const char *version, const char *upload,
				  size_t *upload_size, void **state)
{
	struct health *health = closure;
	struct buffer body = { 0 };
	const char *type = "text/plain; charset=utf-8";
	unsigned status = MHD_HTTP_OK;
	enum MHD_Result result;

	(void)version;
	(void)upload;
	(void)upload_size;
	(void)state;
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
		status = MHD_HTTP_METHOD_NOT_ALLOWED;
		buffer_add_text(&body, "only GET\n");
	} else if (strcmp(url, "/livez") == 0) {
		status = is_live(health) ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;
		buffer_add_text(&body, status == MHD_HTTP_OK ? "ok\n" : "the loop does not move\n");
	} else if (strcmp(url, "/readyz") == 0) {
		bool verbose = MHD_lookup_connection_value_n(connection, MHD_GET_ARGUMENT_KIND,
							     "verbose", 7, NULL, NULL) == MHD_YES;

		if (describe_checks(health, verbose, &body))
			buffer_add_text(&body, "ok\n");
		else
			status = MHD_HTTP_SERVICE_UNAVAILABLE;
	} else if (strcmp(url, "/metrics") == 0) {
		type = "text/plain; version=0.0.4; charset=utf-8";
		metrics_render(&body);
	} else {
		status = MHD_HTTP_NOT_FOUND;
		buffer_add_text(&body, "/livez, /readyz?verbose or /metrics\n");
	}
	result = answer(connection, status, type, &body);
	buffer_release(&body);
	return result;
}

static bool start_daemon(struct health *health, struct err *err)
{
	const struct runtime_config *config = health->config;
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)config->http.port) };
	const union MHD_DaemonInfo *info;

	if (inet_pton(AF_INET, config->http.listen, &address.sin_addr) != 1)
		return err_set(err, ERR_USAGE, "http.listen: \"%s\" is not an IPv4 address",
			       config->http.listen);
	http_room_init(&health->room);
	health->daemon = MHD_start_daemon(
		MHD_USE_AUTO_INTERNAL_THREAD, (uint16_t)config->http.port, NULL, NULL, on_request,
		health, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, SILENCE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		REQUEST_BYTES_MAX, MHD_OPTION_NOTIFY_CONNECTION, http_room_notify, &health->room,
		MHD_OPTION_END);
	if (!health->daemon)
		return err_set(
			err, ERR_RETRY,
			"http.port: cannot listen on %s:%lld: is the port taken? Each process of a host needs one of its own, 0 is any free one",
			config->http.listen, (long long)config->http.port);
	info = MHD_get_daemon_info(health->daemon, MHD_DAEMON_INFO_BIND_PORT);
	log_info("health endpoint", log_text("listen", config->http.listen),
		 log_int("port", info ? info->port : config->http.port));
	return true;
}

static struct metric *ready_metric(const char *check)
{
	struct buffer label = { 0 };
	struct metric *metric;

	metrics_label(&label, "check", check);
	metric = metric_register(METRIC_GAUGE, "growth_ready", label.bytes,
				 "1 when this check of /readyz is well, else 0");
	buffer_release(&label);
	return metric;
}

struct health *health_new(const struct runtime_config *config, struct err *err)
{
	struct health *health = heap_zeroed(1, sizeof(*health));

	health->config = config;
	pthread_mutex_init(&health->lock, NULL);
	health->service = service_new();
	health_beat(health);
	for (int i = 0; i < HEALTH_CHECKS; i++) {
		health->checks[i].ready = ready_metric(check_names[i]);
		snprintf(health->checks[i].detail, sizeof(health->checks[i].detail), "starting");
	}
	if (start_daemon(health, err))
		return health;
	health_free(health);
	return NULL;
}

void health_free(struct health *health)
{
	if (!health)
		return;
	if (health->daemon)
		MHD_stop_daemon(health->daemon);
	pthread_mutex_destroy(&health->lock);
	service_free(health->service);
	free(health);
}

void health_beat(struct health *health)
{
	atomic_store(&health->beat, monotonic_us());
	service_alive(health->service);
}

void health_stopping(struct health *health)
{
	service_stopping(health->service);
}

/* The first check that is not ok, as the one line that systemd shows. */
static void tell_service(struct health *health)
{
	struct buffer trouble = { 0 };
	bool ready = describe_checks(health, false, &trouble);

	if (ready)
		service_tell(health->service, true, "ready");
	else
		service_tell(health->service, false, trouble.bytes + strlen("[-] "));
	buffer_release(&trouble);
}

void health_set(struct health *health, enum health_check check, bool ok, const char *detail)
{
	bool changed;

	detail = detail ? detail : "";
	pthread_mutex_lock(&health->lock);
	changed = health->checks[check].ok != ok ||
		  strncmp(health->checks[check].detail, detail,
			  sizeof(health->checks[check].detail) - 1) != 0;
	health->checks[check].ok = ok;
	metric_set(health->checks[check].ready, ok);
	snprintf(health->checks[check].detail, sizeof(health->checks[check].detail), "%s", detail);
	pthread_mutex_unlock(&health->lock);
	if (changed)
		tell_service(health);
}
