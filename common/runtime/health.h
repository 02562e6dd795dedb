/* /livez, /readyz (?verbose) and /metrics, served by libmicrohttpd on a thread of its own,
 * read-only; and the same for systemd (service.h). */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>

#include "err.h"
#include "runtime_config.h"

/* What the loop tells, and the endpoint shows. Written with the setters below. */
struct health;

enum health_check {
	HEALTH_POSTGRES,
	HEALTH_KAFKA,
	HEALTH_PATTERNS,
	HEALTH_PARTITIONS,
	HEALTH_CHECKS
};

/* Starts the endpoint; logs the port. Failure is ERR_RETRY (the port is taken) or ERR_USAGE. */
struct health *health_new(const struct runtime_config *config, struct err *err);
void health_free(struct health *health);
/* Asks the worker whose configuration this is whether its loop moves, as an orchestrator without a
 * client of its own does. False: it does not, or does not answer, with the reason. */
bool health_ask(const struct runtime_config *config, struct err *err);
/* The loop moves: /livez, and systemd's watchdog. By the loop's thread only, like the others
 * below. */
void health_beat(struct health *health);
/* The loop has begun to leave. */
void health_stopping(struct health *health);
/* detail: why not, when not ok; copied. */
void health_set(struct health *health, enum health_check check, bool ok, const char *detail);
