/* librdkafka's mock cluster, for what no broker does to order. */
#pragma once

#include <criterion/criterion.h>
#include <librdkafka/rdkafka_mock.h>

#include "kafka_client.h"
#include "log.h"

struct cluster {
	rd_kafka_t *client;
	rd_kafka_mock_cluster_t *mock;
	rd_kafka_queue_t *wake;
	struct runtime_config config;
	struct kafka_health health;
};

static inline void start_cluster(struct cluster *cluster)
{
	char text[256];

	log_init("test", LOG_LEVEL_ERROR, LOG_FORMAT_JSON);
	cluster->client = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), text, sizeof(text));
	cr_assert(cluster->client, "%s", text);
	cluster->mock = rd_kafka_mock_cluster_new(cluster->client, 1);
	cluster->wake = rd_kafka_queue_new(cluster->client);
	cluster->config.kafka.bootstrap_servers = rd_kafka_mock_cluster_bootstraps(cluster->mock);
	cluster->config.kafka.topic_prefix = cluster->config.kafka.output_prefix = "";
	cluster->config.kafka.transaction_timeout_ms = 60000;
	cluster->config.kafka.session_timeout_ms = 10000;
}

static inline void stop_cluster(struct cluster *cluster)
{
	rd_kafka_queue_destroy(cluster->wake);
	rd_kafka_mock_cluster_destroy(cluster->mock);
	rd_kafka_destroy(cluster->client);
}

/* How the broker answers the next `count` requests with this key, each so late. */
static inline void answer_next(struct cluster *cluster, int16_t key, int count,
			       rd_kafka_resp_err_t code, int ms)
{
	for (int i = 0; i < count; i++)
		rd_kafka_mock_broker_push_request_error_rtts(cluster->mock, 1, key, 1, code, ms);
}
