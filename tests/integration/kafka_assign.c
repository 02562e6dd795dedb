/* Assignments that follow each other faster than librdkafka stops what they take away. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "kafka_client.h"
#include "topic.h"

#define PARTITIONS 8
#define ROUNDS 400

static struct runtime_config config;
static struct kafka_health health;

TestSuite(kafka_assign, .timeout = 120);

Test(kafka_assign, one_after_the_other_without_a_pause)
{
	struct err err = { 0 };
	char topic[64];

	config.kafka.bootstrap_servers = getenv("GROWTH_KAFKA_BOOTSTRAP_SERVERS");
	cr_assert(config.kafka.bootstrap_servers, "run this by tests/run");
	snprintf(topic, sizeof(topic), "assign_%d", (int)getpid());
	rd_kafka_conf_t *conf = kafka_conf_new(&config, "test", &health, &err);
	cr_assert(conf && kafka_conf_set(conf, &err, "group.id", topic, "enable.auto.commit",
					 "false", NULL));
	rd_kafka_t *consumer = kafka_client_new(RD_KAFKA_CONSUMER, conf, &err);
	cr_assert(consumer, "%s", err.text);
	make_topic(consumer, topic, PARTITIONS);

	rd_kafka_topic_partition_list_t *all = rd_kafka_topic_partition_list_new(PARTITIONS);
	rd_kafka_topic_partition_list_add_range(all, topic, 0, PARTITIONS - 1);
	for (int i = 0; i < PARTITIONS; i++)
		all->elems[i].offset = 0;
	for (int round = 0; round < ROUNDS; round++) {
		cr_assert_not(kafka_assign(consumer, all));
		cr_assert_not(kafka_assign(consumer, round % 2 ? NULL : all));
	}
	rd_kafka_topic_partition_list_destroy(all);
	kafka_assign(consumer, NULL);
	rd_kafka_destroy(consumer);
}
