#include "kafka.h"

#include "diagnosis.h"
#include "heap.h"
#include "instant.h"
#include "kafka_client.h"

#define ANSWER_GRACE_MS 2000 /* the request's own timeout comes first */

static void complain(struct kafka *kafka, const char *said)
{
	const char *advice = kafka_advice(said, atomic_load(&kafka->certificate));

	snprintf(kafka->complaint, sizeof(kafka->complaint), "%s%s%s", said, advice ? "; " : "",
		 advice ? advice : "");
}

static void on_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
	struct kafka *kafka = client ? rd_kafka_opaque(client) : NULL;

	(void)level;
	/* What matters comes as an error too, but for a connection that the other side closed. */
	if (kafka && strcmp(facility, "FAIL") == 0 && diagnose_kafka(text))
		complain(kafka, text);
}

static void on_error(rd_kafka_t *client, int code, const char *reason, void *opaque)
{
	struct kafka *kafka = opaque;

	(void)client;
	if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && *kafka->complaint)
		return; /* the reason was told before */
	complain(kafka, reason);
}

static int on_certificate(rd_kafka_t *client, const char *broker, int32_t id, int *verdict,
			  int depth, const char *certificate, size_t size, char *ret_reason,
			  size_t reason_size, void *opaque)
{
	struct kafka *kafka = opaque;

	(void)client;
	(void)broker;
	(void)id;
	(void)depth;
	(void)certificate;
	(void)size;
	return kafka_note_certificate(*verdict, &kafka->certificate, ret_reason, reason_size);
}

static void on_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
	struct kafka *kafka = opaque;

	(void)client;
	if (kafka->on_delivery)
		kafka->on_delivery(message, kafka->closure);
}

static bool set(rd_kafka_conf_t *conf, const char *name, const char *value, struct err *err)
{
	char reason[256];

	if (rd_kafka_conf_set(conf, name, value, reason, sizeof(reason)) == RD_KAFKA_CONF_OK)
		return true;
	return err_set(err, ERR_USAGE, "kafka.properties.%s: %s", name,
		       option_name_is_secret(name) ? "librdkafka does not take its value" : reason);
}

static bool set_all(rd_kafka_conf_t *conf, const struct ctl_config *config,
		    const char *const *properties, struct err *err)
{
	for (; *properties; properties += 2)
		if (!set(conf, properties[0], properties[1], err))
			return false;
	for (size_t i = 0; i < config->kafka.properties.count; i++) {
		const struct label *property = &config->kafka.properties.items[i];

		if (!set(conf, property->name, property->label, err))
			return false;
	}
	return set(conf, "bootstrap.servers", config->kafka.bootstrap_servers, err);
}

bool kafka_open(struct kafka *kafka, const struct ctl_config *config, rd_kafka_type_t type,
		const char *const *properties, struct err *err)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char reason[256];

	kafka->config = config;
	rd_kafka_conf_set_opaque(conf, kafka);
	rd_kafka_conf_set_log_cb(conf, on_log);
	rd_kafka_conf_set_error_cb(conf, on_error);
	rd_kafka_conf_set_ssl_cert_verify_cb(conf, on_certificate);
	if (type == RD_KAFKA_PRODUCER)
		rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
	if (!set(conf, "client.id", "growthctl", err) ||
	    !set(conf, "socket.nagle.disable", "true", err) ||
	    !kafka_conf_set_password(conf, config->kafka.password_file, err) ||
	    !set_all(conf, config, properties, err)) {
		rd_kafka_conf_destroy(conf);
		return false;
	}
	kafka->client = rd_kafka_new(type, conf, reason, sizeof(reason));
	if (!kafka->client) {
		const char *advice = kafka_advice(reason, NULL);

		rd_kafka_conf_destroy(conf);
		return err_set(err, ERR_USAGE, "Kafka client: %s%s%s", reason, advice ? "; " : "",
			       advice ? advice : "");
	}
	return true;
}

/* No group is joined; librdkafka wants a name for one all the same. Small fetches: what comes is
 * only looked at. */
bool kafka_open_reader(struct kafka *kafka, const struct ctl_config *config, struct err *err)
{
	static const char *const properties[] = { "group.id",
						  "growthctl",
						  "enable.auto.commit",
						  "false",
						  "enable.auto.offset.store",
						  "false",
						  "enable.partition.eof",
						  "true",
						  "isolation.level",
						  "read_committed",
						  "auto.offset.reset",
						  "error",
						  "fetch.wait.max.ms",
						  "10",
						  "fetch.error.backoff.ms",
						  "10",
						  "fetch.message.max.bytes",
						  "65536",
						  NULL };

	return kafka_open(kafka, config, RD_KAFKA_CONSUMER, properties, err);
}

bool kafka_open_asker(struct kafka *kafka, const struct ctl_config *config, struct err *err)
{
	static const char *const properties[] = { "group.id", "growthctl", "isolation.level",
						  "read_uncommitted", NULL };

	return kafka_open(kafka, config, RD_KAFKA_CONSUMER, properties, err);
}

void kafka_close(struct kafka *kafka)
{
	if (kafka->client)
		rd_kafka_destroy_flags(kafka->client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
	kafka->client = NULL;
}

bool kafka_fail(struct kafka *kafka, rd_kafka_resp_err_t code, const char *what, struct err *err)
{
	rd_kafka_poll(kafka->client, 0);
	return err_set(err, ERR_RETRY, "%s at %s: %s%s%s", what,
		       kafka->config->kafka.bootstrap_servers, rd_kafka_err2str(code),
		       *kafka->complaint ? "; last: " : "", kafka->complaint);
}

const struct rd_kafka_metadata *kafka_metadata(struct kafka *kafka, int64_t timeout_ms,
					       struct err *err)
{
	const struct rd_kafka_metadata *metadata;
	rd_kafka_resp_err_t code =
		rd_kafka_metadata(kafka->client, 1, NULL, &metadata, (int)timeout_ms);

	if (!code)
		return metadata;
	rd_kafka_poll(kafka->client, 0);
	err_set(err, ERR_RETRY,
		"no Kafka broker of %s (kafka.bootstrap_servers) answered in %lld ms: %s%s%s",
		kafka->config->kafka.bootstrap_servers, (long long)timeout_ms,
		rd_kafka_err2str(code), *kafka->complaint ? "; last: " : "", kafka->complaint);
	return NULL;
}

const struct rd_kafka_metadata_topic *
kafka_topic(const struct kafka *kafka, const struct rd_kafka_metadata *metadata, const char *topic)
{
	const char *prefix = kafka->config->kafka.topic_prefix;

	for (int i = 0; i < metadata->topic_cnt; i++) {
		const struct rd_kafka_metadata_topic *found = &metadata->topics[i];

		if (strncmp(found->topic, prefix, strlen(prefix)) == 0 &&
		    strcmp(found->topic + strlen(prefix), topic) == 0 && found->partition_cnt > 0)
			return found;
	}
	return NULL;
}

const char *kafka_topic_name(const struct kafka *kafka, const char *topic, struct arena *arena)
{
	return arena_printf(arena, "%s%s", kafka->config->kafka.topic_prefix, topic);
}

bool kafka_ask(struct kafka *kafka, rd_kafka_topic_partition_list_t *list, int64_t which,
	       int64_t timeout_ms, struct err *err)
{
	for (int i = 0; i < list->cnt; i++)
		list->elems[i].offset = which;
	return kafka_ask_each(kafka, list, timeout_ms, err);
}

static rd_kafka_resp_err_t ask_once(struct kafka *kafka, rd_kafka_topic_partition_list_t *list,
				    int64_t timeout_ms)
{
	rd_kafka_resp_err_t code = rd_kafka_offsets_for_times(kafka->client, list, (int)timeout_ms);

	for (int i = 0; !code && i < list->cnt; i++)
		code = list->elems[i].err;
	return code;
}

/* A topic that was just created answers so for a moment. */
static bool has_no_leader_yet(rd_kafka_resp_err_t code)
{
	return code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
	       code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
}

bool kafka_ask_each(struct kafka *kafka, rd_kafka_topic_partition_list_t *list, int64_t timeout_ms,
		    struct err *err)
{
	int64_t deadline = monotonic_us() + timeout_ms * 1000;
	rd_kafka_topic_partition_list_t *questions = rd_kafka_topic_partition_list_copy(list);
	rd_kafka_resp_err_t code = list->cnt ? ask_once(kafka, list, timeout_ms) : 0;

	while (has_no_leader_yet(code) && monotonic_us() < deadline) {
		rd_kafka_poll(kafka->client, 50);
		for (int i = 0; i < list->cnt; i++)
			list->elems[i].offset = questions->elems[i].offset;
		code = ask_once(kafka, list, timeout_ms);
	}
	rd_kafka_topic_partition_list_destroy(questions);
	return !code || kafka_fail(kafka, code, "asking for the offsets of partitions", err);
}

/* ---- reading, by assignment and without a group ---- */

static rd_kafka_topic_partition_t *entry_of(rd_kafka_topic_partition_list_t *list,
					    const rd_kafka_message_t *message)
{
	return message->rkt ? rd_kafka_topic_partition_list_find(
				      list, rd_kafka_topic_name(message->rkt), message->partition)
			    : NULL;
}

/* Which entries of a list have answered. A partition answers more than once: librdkafka tells its
 * end again when more has come since. */
struct answers {
	rd_kafka_topic_partition_list_t *list;
	bool *given; /* one an entry */
	int missing;
	int64_t messages; /* that read_next() has handed on */
};

static struct answers answers_of(rd_kafka_topic_partition_list_t *list)
{
	return (struct answers){ .list = list,
				 .given = heap_zeroed((size_t)list->cnt + 1, sizeof(bool)),
				 .missing = list->cnt };
}

static void answers_release(struct answers *answers)
{
	free(answers->given);
}

/* The entry whose first answer this is; NULL: none's. */
static rd_kafka_topic_partition_t *take_answer(struct answers *answers,
					       const rd_kafka_message_t *message)
{
	rd_kafka_topic_partition_t *entry = entry_of(answers->list, message);

	if (!entry || answers->given[entry - answers->list->elems])
		return NULL;
	answers->given[entry - answers->list->elems] = true;
	answers->missing--;
	return entry;
}

/* A message, or an error, which is an offset that the log does not have: something was there. */
static bool shows_data(const rd_kafka_message_t *message)
{
	return message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF;
}

static void note_timestamp(const rd_kafka_message_t *message, int64_t *ret_sent_ms)
{
	rd_kafka_timestamp_type_t type;
	int64_t sent = message->err ? -1 : rd_kafka_message_timestamp(message, &type);

	if (sent > 0)
		*ret_sent_ms = sent;
}

bool kafka_find_data(struct kafka *kafka, rd_kafka_topic_partition_list_t *list, bool all,
		     int64_t timeout_ms, int64_t *ret_sent_ms, struct err *err)
{
	int64_t deadline = monotonic_us() + timeout_ms * 1000;
	struct answers answers = answers_of(list);
	bool enough = false;
	rd_kafka_resp_err_t code = rd_kafka_assign(kafka->client, list);

	while (!code && answers.missing > 0 && !enough) {
		rd_kafka_message_t *message = rd_kafka_consumer_poll(kafka->client, 100);
		rd_kafka_topic_partition_t *entry = message ? take_answer(&answers, message) : NULL;

		if (entry) {
			entry->opaque = shows_data(message) ? entry : NULL;
			note_timestamp(message, &ret_sent_ms[entry - list->elems]);
			enough = entry->opaque && !all;
		}
		if (message)
			rd_kafka_message_destroy(message);
		if (answers.missing > 0 && !enough && monotonic_us() > deadline)
			code = RD_KAFKA_RESP_ERR__TIMED_OUT;
	}
	rd_kafka_assign(kafka->client, NULL);
	answers_release(&answers);
	return !code || kafka_fail(kafka, code, "reading the ends of partitions", err);
}

/* Hands the next message to each(), or notes the end that it tells; false: nothing came. */
static bool read_next(struct kafka *kafka, struct answers *ends,
		      void (*each)(const rd_kafka_message_t *message, void *closure), void *closure)
{
	rd_kafka_message_t *message = rd_kafka_consumer_poll(kafka->client, 100);

	if (!message)
		return false;
	if (!message->err) {
		ends->messages++;
		each(message, closure);
	} else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
		take_answer(ends, message);
	}
	rd_kafka_message_destroy(message);
	return true;
}

bool kafka_scan(struct kafka *kafka, rd_kafka_topic_partition_list_t *list, int64_t timeout_ms,
		void (*each)(const rd_kafka_message_t *message, void *closure), void *closure,
		struct err *err)
{
	int64_t deadline = monotonic_us() + timeout_ms * 1000;
	struct answers ends = answers_of(list);
	rd_kafka_resp_err_t code = rd_kafka_assign(kafka->client, list);

	while (!code && ends.missing > 0) {
		if (read_next(kafka, &ends, each, closure))
			deadline = monotonic_us() + timeout_ms * 1000;
		if (monotonic_us() > deadline)
			code = RD_KAFKA_RESP_ERR__TIMED_OUT;
	}
	rd_kafka_assign(kafka->client, NULL);
	answers_release(&ends);
	return !code || kafka_fail(kafka, code, "reading topics", err);
}

bool kafka_scan_some(struct kafka *kafka, rd_kafka_topic_partition_list_t *list,
		     struct kafka_sample *sample,
		     void (*each)(const rd_kafka_message_t *message, void *closure), void *closure,
		     struct err *err)
{
	int64_t deadline = monotonic_us() + sample->timeout_ms * 1000;
	struct answers ends = answers_of(list);
	rd_kafka_resp_err_t code = rd_kafka_assign(kafka->client, list);

	while (!code && ends.missing > 0 && ends.messages < sample->most &&
	       monotonic_us() < deadline)
		read_next(kafka, &ends, each, closure);
	rd_kafka_assign(kafka->client, NULL);
	sample->whole = ends.missing == 0;
	answers_release(&ends);
	return !code || kafka_fail(kafka, code, "reading topics", err);
}

/* ---- administration ---- */

rd_kafka_event_t *kafka_answer(struct kafka *kafka, rd_kafka_queue_t *queue, int64_t timeout_ms,
			       const char *what, rd_kafka_resp_err_t *ret_code, struct err *err)
{
	rd_kafka_event_t *event = rd_kafka_queue_poll(queue, (int)timeout_ms + ANSWER_GRACE_MS);
	rd_kafka_resp_err_t code = event ? rd_kafka_event_error(event)
					 : RD_KAFKA_RESP_ERR__TIMED_OUT;

	if (ret_code)
		*ret_code = code;
	if (!code)
		return event;
	kafka_fail(kafka, code, what, err);
	if (event)
		rd_kafka_event_destroy(event);
	return NULL;
}
