#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#define METADATA_MS 10000

void bench_fail(const char *what, const char *why)
{
	fprintf(stderr, "bench: %s: %s\n", what, why);
	exit(1);
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
	char why[512];

	if (rd_kafka_conf_set(conf, name, value, why, sizeof(why)))
		bench_fail(name, why);
}

/* A flush without it looks every 10 ms whether the last message has arrived; as
 * common/runtime/producer.c has it. */
static void on_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
	(void)client;
	(void)message;
	(void)opaque;
}

rd_kafka_t *bench_client(rd_kafka_type_t type, const char *const *settings)
{
	const char *servers = getenv("GROWTH_KAFKA_BOOTSTRAP_SERVERS");
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char why[512];
	rd_kafka_t *client;

	if (!servers)
		bench_fail("GROWTH_KAFKA_BOOTSTRAP_SERVERS",
			   "not set: run this by tests/bench/run");
	set(conf, "bootstrap.servers", servers);
	set(conf, "socket.nagle.disable", "true");
	if (type == RD_KAFKA_PRODUCER)
		rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
	for (; *settings; settings += 2)
		set(conf, settings[0], settings[1]);
	if (!(client = rd_kafka_new(type, conf, why, sizeof(why))))
		bench_fail("Kafka client", why);
	return client;
}

void bench_topic(const char *name, char *text, size_t size)
{
	const char *prefix = getenv("GROWTH_KAFKA_TOPIC_PREFIX");

	snprintf(text, size, "%s%s", prefix ? prefix : "", name);
}

rd_kafka_topic_partition_list_t *bench_partitions(rd_kafka_t *client, const char *topic,
						  int64_t offset)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(16);
	rd_kafka_topic_t *handle = rd_kafka_topic_new(client, topic, NULL);
	const struct rd_kafka_metadata *metadata;

	if (rd_kafka_metadata(client, 0, handle, &metadata, METADATA_MS) ||
	    metadata->topics[0].partition_cnt == 0)
		bench_fail(topic, "no metadata: does the topic exist?");
	for (int i = 0; i < metadata->topics[0].partition_cnt; i++)
		rd_kafka_topic_partition_list_add(list, topic, i)->offset = offset;
	rd_kafka_metadata_destroy(metadata);
	rd_kafka_topic_destroy(handle);
	return list;
}

static rd_kafka_resp_err_t try_to_produce(rd_kafka_t *producer, const struct bench_message *message)
{
	rd_kafka_headers_t *headers = message->headers ? rd_kafka_headers_copy(message->headers)
						       : NULL;
	const rd_kafka_vu_t parts[] = {
		{ .vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = message->topic },
		{ .vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY },
		{ .vtype = RD_KAFKA_VTYPE_KEY,
		  .u.mem = { (void *)(uintptr_t)message->key, message->key_length } },
		{ .vtype = RD_KAFKA_VTYPE_VALUE,
		  .u.mem = { (void *)(uintptr_t)message->value, message->value_length } },
		{ .vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers },
	};
	const size_t count = sizeof(parts) / sizeof(parts[0]) - (headers ? 0 : 1);
	rd_kafka_error_t *error = rd_kafka_produceva(producer, parts, count);
	rd_kafka_resp_err_t code = error ? rd_kafka_error_code(error) : RD_KAFKA_RESP_ERR_NO_ERROR;

	if (error && headers)
		rd_kafka_headers_destroy(headers);
	if (error)
		rd_kafka_error_destroy(error);
	return code;
}

void bench_produce(rd_kafka_t *producer, const struct bench_message *message)
{
	rd_kafka_resp_err_t code;

	while ((code = try_to_produce(producer, message))) {
		if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL)
			bench_fail(message->topic, rd_kafka_err2str(code));
		rd_kafka_poll(producer, 100);
	}
	rd_kafka_poll(producer, 0);
}
