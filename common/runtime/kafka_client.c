#include "kafka_client.h"

#include <openssl/x509_vfy.h>
#include <stdarg.h>

#include "diagnosis.h"
#include "instant.h"
#include "log.h"
#include "secret.h"

#define TOLD_AGAIN_US (60 * US_PER_SECOND)

void kafka_note_fatal(rd_kafka_t *client, struct kafka_health *health)
{
	char detail[512] = "";
	int code = rd_kafka_fatal_error(client, detail, sizeof(detail));

	if (!code)
		code = RD_KAFKA_RESP_ERR__FATAL;
	atomic_store(&health->fatal, code);
	/* A right that is denied is tried for again, and is no fault of the client's. */
	if (code == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED) {
		kafka_note_refusal(health, rd_kafka_name(client), detail);
		return;
	}
	log_error("fatal Kafka client error", log_text("client", rd_kafka_name(client)),
		  log_text("error", rd_kafka_err2name((rd_kafka_resp_err_t)code)),
		  log_text("detail", detail));
}

const char *kafka_advice(const char *said, const char *certificate)
{
	return certificate && strstr(said, "certificate verify failed") ? certificate
									: diagnose_kafka(said);
}

int kafka_note_certificate(int verdict, _Atomic(const char *) *certificate, char *ret_reason,
			   size_t size)
{
	if (verdict == X509_V_OK)
		return 1;
	atomic_store(certificate, diagnose_certificate(verdict));
	snprintf(ret_reason, size, "%s", diagnose_certificate(verdict));
	return 0;
}

/* Whether it was told within the last minute; if not, it will be now, in the place of what was told
 * before all others. */
static bool is_told(struct kafka_health *health, const char *advice, int64_t now)
{
	int place = 0;

	for (int i = 0; i < KAFKA_TOLD_MAX; i++) {
		if (atomic_load(&health->told[i].advice) == advice &&
		    now - atomic_load(&health->told[i].at) < TOLD_AGAIN_US)
			return true;
		if (atomic_load(&health->told[i].at) < atomic_load(&health->told[place].at))
			place = i;
	}
	atomic_store(&health->told[place].advice, advice);
	atomic_store(&health->told[place].at, now);
	return false;
}

void kafka_note_refusal(struct kafka_health *health, const char *client, const char *said)
{
	const char *advice = kafka_advice(said, atomic_load(&health->certificate));
	int64_t now = monotonic_us();

	if (!advice)
		return;
	atomic_store(&health->refusal, advice);
	if (is_told(health, advice, now))
		return;
	log_warn("Kafka refuses; trying on", log_text("client", client), log_text("detail", said),
		 log_text("next", advice));
}

void kafka_clear_refusal(struct kafka_health *health)
{
	atomic_store(&health->refusal, NULL);
	atomic_store(&health->certificate, NULL);
}

static int on_certificate(rd_kafka_t *client, const char *broker, int32_t id, int *verdict,
			  int depth, const char *certificate, size_t size, char *ret_reason,
			  size_t reason_size, void *opaque)
{
	struct kafka_health *health = opaque;

	(void)client;
	(void)broker;
	(void)id;
	(void)depth;
	(void)certificate;
	(void)size;
	return kafka_note_certificate(*verdict, &health->certificate, ret_reason, reason_size);
}

static void on_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
	enum log_level ours = level <= 3   ? LOG_LEVEL_ERROR
			      : level == 4 ? LOG_LEVEL_WARN
					   : LOG_LEVEL_INFO;

	/* Connection trouble comes as one line a broker and attempt; error_cb reports the outage
	 * itself. */
	if (level <= 4 && (strcmp(facility, "FAIL") == 0 || strcmp(facility, "ERROR") == 0))
		ours = LOG_LEVEL_INFO;
	/* What is wrong with a certificate, or a right that lacks, is told by
	 * kafka_note_refusal(). */
	if (level >= 6 || strcmp(facility, "SSLCERTVRFY") == 0 ||
	    strstr(text, "Transactional Id authorization failed"))
		ours = LOG_LEVEL_DEBUG;
	/* A connection that the other side closed is told here alone. */
	if (client && strcmp(facility, "FAIL") == 0)
		kafka_note_refusal(rd_kafka_opaque(client), rd_kafka_name(client), text);
	log_emit(ours, "librdkafka", log_text("client", client ? rd_kafka_name(client) : ""),
		 log_text("facility", facility), log_text("detail", text),
		 (struct log_field){ .name = NULL });
}

static void on_error(rd_kafka_t *client, int code, const char *reason, void *opaque)
{
	struct kafka_health *health = opaque;

	if (code == RD_KAFKA_RESP_ERR__FATAL) {
		kafka_note_fatal(client, health);
	} else if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
		if (!atomic_exchange(&health->brokers_down, true))
			log_warn("no Kafka broker can be reached; trying on",
				 log_text("client", rd_kafka_name(client)),
				 log_text("detail", reason));
	} else {
		kafka_note_refusal(health, rd_kafka_name(client), reason);
	}
}

static bool set(rd_kafka_conf_t *conf, const char *name, const char *value, struct err *err)
{
	char text[512];

	if (rd_kafka_conf_set(conf, name, value, text, sizeof(text)) == RD_KAFKA_CONF_OK)
		return true;
	return err_set(err, ERR_USAGE, "kafka property %s: %s", name,
		       option_name_is_secret(name) ? "librdkafka does not take its value" : text);
}

bool kafka_conf_set_password(rd_kafka_conf_t *conf, const char *path, struct err *err)
{
	char password[SECRET_SIZE];
	bool ok = !path || !*path ||
		  (secret_read("kafka.password_file", path, password, err) &&
		   set(conf, "sasl.password", password, err));

	explicit_bzero(password, sizeof(password));
	return ok;
}

rd_kafka_conf_t *kafka_conf_new(const struct runtime_config *config, const char *client_id,
				struct kafka_health *health, struct err *err)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();

	rd_kafka_conf_set_opaque(conf, health);
	rd_kafka_conf_set_log_cb(conf, on_log);
	rd_kafka_conf_set_error_cb(conf, on_error);
	rd_kafka_conf_set_ssl_cert_verify_cb(conf, on_certificate);
	if (!kafka_conf_set_password(conf, config->kafka.password_file, err)) {
		rd_kafka_conf_destroy(conf);
		return NULL;
	}
	for (size_t i = 0; i < config->kafka.properties.count; i++) {
		const struct label *property = &config->kafka.properties.items[i];

		if (!set(conf, property->name, property->label, err)) {
			rd_kafka_conf_destroy(conf);
			return NULL;
		}
	}
	if (!kafka_conf_set(conf, err, "bootstrap.servers", config->kafka.bootstrap_servers,
			    "client.id", client_id, "socket.nagle.disable", "true",
			    "reconnect.backoff.max.ms", "2000",
			    "topic.metadata.refresh.interval.ms", "30000", NULL))
		return NULL;
	return conf;
}

bool kafka_conf_set(rd_kafka_conf_t *conf, struct err *err, ...)
{
	const char *name;
	bool ok = true;
	va_list pairs;

	va_start(pairs, err);
	while (ok && (name = va_arg(pairs, const char *)))
		ok = set(conf, name, va_arg(pairs, const char *), err);
	va_end(pairs);
	if (!ok)
		rd_kafka_conf_destroy(conf);
	return ok;
}

rd_kafka_t *kafka_client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, struct err *err)
{
	char text[512];
	rd_kafka_t *client = rd_kafka_new(type, conf, text, sizeof(text));
	const char *advice;

	if (client)
		return client;
	rd_kafka_conf_destroy(conf);
	advice = diagnose_kafka(text);
	err_set(err, ERR_USAGE, "Kafka client: %s%s%s", text, advice ? "; " : "",
		advice ? advice : "");
	return NULL;
}

bool kafka_ask_topic(rd_kafka_t *client, const char *name, int timeout_ms,
		     rd_kafka_resp_err_t *ret_code)
{
	rd_kafka_topic_t *topic = rd_kafka_topic_new(client, name, NULL);
	const struct rd_kafka_metadata *metadata;
	bool answered = topic && !rd_kafka_metadata(client, 0, topic, &metadata, timeout_ms);

	*ret_code = RD_KAFKA_RESP_ERR_NO_ERROR;
	if (answered) {
		if (metadata->topic_cnt == 1)
			*ret_code = metadata->topics[0].err;
		rd_kafka_metadata_destroy(metadata);
	}
	if (topic)
		rd_kafka_topic_destroy(topic);
	return answered;
}

/* Not by rd_kafka_query_watermark_offsets(): in 2.0.2 that waits as long as the request may take,
 * 60 s and twice more, whatever its timeout. It sends the same request. */
bool kafka_ask_offset(rd_kafka_t *client, const char *topic, int32_t partition, int64_t where,
		      int timeout_ms, int64_t *ret_offset)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_t *asked =
		rd_kafka_topic_partition_list_add(list, topic, partition);
	bool answered;

	asked->offset = where;
	answered = !rd_kafka_offsets_for_times(client, list, timeout_ms) && !asked->err &&
		   asked->offset >= 0;
	if (answered)
		*ret_offset = asked->offset;
	rd_kafka_topic_partition_list_destroy(list);
	return answered;
}

/* False: it is longer. */
static bool get(const rd_kafka_conf_t *conf, const char *name, char *ret_text, size_t size)
{
	size_t needed = size;

	if (rd_kafka_conf_get(conf, name, ret_text, &needed) != RD_KAFKA_CONF_OK)
		*ret_text = '\0';
	return needed <= size;
}

struct credentials {
	char protocol[64], username[SECRET_SIZE], password[SECRET_SIZE];
};

/* Mechanisms without passwords are left alone. */
static bool read_credentials(const rd_kafka_conf_t *conf, struct credentials *ret)
{
	return get(conf, "security.protocol", ret->protocol, sizeof(ret->protocol)) &&
	       get(conf, "sasl.username", ret->username, sizeof(ret->username)) &&
	       get(conf, "sasl.password", ret->password, sizeof(ret->password)) &&
	       (*ret->username || strncmp(ret->protocol, "sasl", 4) != 0);
}

bool kafka_can_fetch_on(const rd_kafka_conf_t *conf)
{
	struct credentials credentials;
	bool can = read_credentials(conf, &credentials);

	explicit_bzero(&credentials, sizeof(credentials));
	return can;
}

/*
 * The thread that fetches looks at the queues when it wakes, and nothing wakes it when they run
 * empty (rd_kafka_toppar_fetch_decide() of 2.0.2; later versions have fetch.queue.backoff.ms). The
 * one call that wakes a client's threads, without a request, is that for other credentials: it is
 * given those that the client has.
 */
void kafka_fetch_on(rd_kafka_t *consumer)
{
	struct credentials credentials;

	if (read_credentials(rd_kafka_conf(consumer), &credentials))
		rd_kafka_error_destroy(rd_kafka_sasl_set_credentials(consumer, credentials.username,
								     credentials.password));
	explicit_bzero(&credentials, sizeof(credentials));
}

/*
 * Partitions that are taken away are stopped afterwards by librdkafka's main thread, in two
 * messages to itself. When another assign() comes in between, 2.0.2 stops them twice and ends the
 * process: "Assertion `rktp->rktp_started' failed". A question to that thread is answered behind
 * what it has told itself so far, so two of them are behind both messages.
 */
rd_kafka_resp_err_t kafka_assign(rd_kafka_t *consumer, const rd_kafka_topic_partition_list_t *list)
{
	rd_kafka_resp_err_t code = rd_kafka_assign(consumer, list);

	for (int i = 0; i < 2; i++) {
		rd_kafka_topic_partition_list_t *assigned;

		if (!rd_kafka_assignment(consumer, &assigned))
			rd_kafka_topic_partition_list_destroy(assigned);
	}
	return code;
}
