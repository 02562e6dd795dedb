#include "runtime_config.h"

static const char *const levels[] = { "debug", "info", "warn", "error", NULL };
static const char *const formats[] = { "json", "logfmt", NULL };

const struct config_option runtime_options[] = {
	OPTION_TEXT(struct runtime_config, kafka.bootstrap_servers, "kafka.bootstrap_servers",
		    "127.0.0.1:9092", "brokers to start from, host:port,host:port"),
	OPTION_TEXT(struct runtime_config, kafka.group_id, "kafka.group_id", "",
		    "consumer group; empty: kafka.topic_prefix and the worker's name"),
	OPTION_TEXT(struct runtime_config, kafka.topic_prefix, "kafka.topic_prefix", "",
		    "put in front of every topic's name"),
	OPTION_TEXT(struct runtime_config, kafka.output_prefix, "kafka.output_prefix", "",
		    "put in front of the topics that are published to; empty: kafka.topic_prefix"),
	OPTION_DURATION(struct runtime_config, kafka.session_timeout_ms, "kafka.session_timeout",
			"10s", 1000, 300000,
			"a worker not heard of for this long loses its partitions"),
	OPTION_BOOL(
		struct runtime_config, kafka.static_membership, "kafka.static_membership", "false",
		"keep partitions over a restart within the session timeout; only where `instance` is a stable name, as in a StatefulSet"),
	OPTION_DURATION(struct runtime_config, kafka.transaction_timeout_ms,
			"kafka.transaction_timeout", "10s", 2000, 900000,
			"the broker aborts a Kafka transaction that is older"),
	OPTION_MAP(
		struct runtime_config, kafka.properties, "kafka.properties",
		"librdkafka properties, handed on unread: kafka.properties.security.protocol=SSL"),
	OPTION_TEXT(
		struct runtime_config, kafka.password_file, "kafka.password_file", "",
		"file with the password of kafka.properties.sasl.username, not readable by everyone; read at the start"),
	OPTION_SECRET(struct runtime_config, postgres.conninfo, "postgres.conninfo",
		      "dbname=growth",
		      "libpq connection string or URI; without a user: growth_<worker>"),
	OPTION_TEXT(
		struct runtime_config, postgres.password_file, "postgres.password_file", "",
		"file with the password of the database role, not readable by everyone; read at each connection"),
	OPTION_TEXT(struct runtime_config, postgres.schema, "postgres.schema", "",
		    "schema of the worker's own tables; empty: the worker's name with '_' for '-'"),
	OPTION_DURATION(struct runtime_config, postgres.statement_timeout_ms,
			"postgres.statement_timeout", "30s", 100, 3600000,
			"a statement that takes longer is cancelled and tried again"),
	OPTION_INT(struct runtime_config, batch.max, "batch.max", "1000", 1, 20000,
		   "messages in a batch at most"),
	OPTION_INT(
		struct runtime_config, batch.max_bytes, "batch.max_bytes", "524288", 1024,
		1073741824,
		"a batch whose values have so many bytes is full; what is made of them is in memory with it"),
	OPTION_DURATION(struct runtime_config, batch.wait_ms, "batch.wait", "5ms", 0, 60000,
			"longest time to collect a batch while more messages are there"),
	OPTION_DURATION(
		struct runtime_config, batch.linger_ms, "batch.linger", "0ms", 0, 60000,
		"a batch that is not full waits for more messages, so long from its first one on: less processor time where messages come one by one, and so much more latency"),
	OPTION_INT(struct runtime_config, batch.ahead, "batch.ahead", "16", 1, 64,
		   "batches in Postgres that may wait for their Kafka transaction"),
	OPTION_INT(struct runtime_config, batch.ahead_bytes, "batch.ahead_bytes", "8388608", 65536,
		   1073741824, "bytes, compressed, that may wait for their Kafka transaction"),
	OPTION_INT(struct runtime_config, message_max, "message.max_bytes", "262144", 1024,
		   67108864, "a longer value is dead-lettered unread"),
	OPTION_TEXT(struct runtime_config, http.listen, "http.listen", "127.0.0.1",
		    "address of /livez, /readyz and /metrics"),
	OPTION_INT(struct runtime_config, http.port, "http.port", "9464", 0, 65535,
		   "port of the health endpoint; 0: any free one, see the log"),
	OPTION_DURATION(struct runtime_config, http.liveness_ms, "http.liveness", "60s", 1000,
			3600000,
			"/livez fails when the loop has not moved for this long; keep it above "
			"postgres.statement_timeout and 5s"),
	OPTION_CHOICE(struct runtime_config, log.level, "log.level", "info", levels,
		      "least severe level to log"),
	OPTION_CHOICE(struct runtime_config, log.format, "log.format", "json", formats,
		      "form of the log lines"),
	OPTION_TEXT(
		struct runtime_config, instance, "instance", "",
		"name of this process among those of its worker, kept over restarts and unique among live ones; "
		"empty: the host's name. It makes the transactional.id"),
	OPTION_DURATION(
		struct runtime_config, sweep_hold_ms, "sweep.hold", "5ms", 1, 60000,
		"how long a chunk of a sweep may hold up messages, unless their own batches take longer"),
	OPTION_DURATION(struct runtime_config, library_check_ms, "library.check", "1h", 1000,
			86400000, "how often the patterns in memory are compared with Postgres"),
	OPTION_DURATION(struct runtime_config, parked_expiry_ms, "parked.expiry", "30d", 1000,
			315360000000.0,
			"a message that waits longer for what it refers to is dead-lettered"),
	OPTION_TEXT(
		struct runtime_config, generation, "generation", "",
		"enters the ids of what is published; set it for a replay that corrects history"),
	OPTION_BOOL(
		struct runtime_config, core_dumps, "core_dumps", "false",
		"a crash may leave a core file, which holds passwords, and a debugger of the same user may attach; for who looks for an error"),
	OPTION_END,
};

#define SECTION(key, owner) \
	{ \
		.name = (key), .kind = OPTION_KIND_MAP, .help = (owner) \
	}

const struct config_option shared_sections[] = {
	SECTION("vocabulary", "all's but success-tracker's"),
	SECTION("texts", "of all who say something to contractors"),
	SECTION("statistics", "cohort-analyzer's and growthctl's"),
	SECTION("recalculation", "cohort-analyzer's"),
	SECTION("confidence", "cohort-analyzer's"),
	SECTION("sweep.chunk", "matcher's"),
	SECTION("goals", "goal-enricher's"),
	SECTION("checklist", "goal-enricher's"),
	SECTION("feedback", "success-tracker's"),
	SECTION("topics", "growthctl's"),
	SECTION("migrations", "growthctl's"),
	OPTION_END
};
