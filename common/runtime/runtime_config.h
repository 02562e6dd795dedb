/* The keys that every worker has: Kafka, Postgres, batches, health, logs. */
#pragma once

#include <stdint.h>

#include "options.h"

struct runtime_config {
	struct {
		const char *bootstrap_servers;
		const char *group_id;      /* "": topic_prefix and the worker's name */
		const char *topic_prefix;  /* in front of every topic's name */
		const char *output_prefix; /* instead of it where something is published; "": it */
		struct labels properties;  /* librdkafka's own, as they are */
		const char *password_file; /* holds sasl.password; "": none */
		int64_t session_timeout_ms, transaction_timeout_ms;
		bool static_membership;
	} kafka;
	struct {
		const char *conninfo;
		const char *password_file; /* "": none */
		const char *schema;        /* "": the worker's name with '_' */
		int64_t statement_timeout_ms;
	} postgres;
	struct {
		int64_t max;
		int64_t wait_ms, linger_ms;
		int64_t max_bytes;
		int64_t ahead; /* batches that may wait for their Kafka transaction */
		int64_t ahead_bytes;
	} batch;
	struct {
		const char *listen;
		int64_t port;
		int64_t liveness_ms;
	} http;
	struct {
		int level, format;
	} log;
	const char *instance;
	int64_t message_max; /* bytes */
	int64_t sweep_hold_ms;
	int64_t parked_expiry_ms;
	int64_t library_check_ms;
	const char *generation;
	bool core_dumps;
};

extern const struct config_option runtime_options[];
/* Sections, and a key, of the one file that serves all executables: each reads those that it has
 * keys in, and leaves the rest to whose they are. */
extern const struct config_option shared_sections[];
