/* A topic for a test. */
#pragma once

#include <criterion/criterion.h>
#include <librdkafka/rdkafka.h>

static inline void make_topic(rd_kafka_t *admin, const char *name, int partitions)
{
	char error[256];
	rd_kafka_NewTopic_t *topic =
		rd_kafka_NewTopic_new(name, partitions, 1, error, sizeof(error));
	rd_kafka_queue_t *queue = rd_kafka_queue_new(admin);

	rd_kafka_CreateTopics(admin, &topic, 1, NULL, queue);
	rd_kafka_event_t *answer = rd_kafka_queue_poll(queue, 30000);
	cr_assert(answer && !rd_kafka_event_error(answer));
	rd_kafka_event_destroy(answer);
	rd_kafka_queue_destroy(queue);
	rd_kafka_NewTopic_destroy(topic);
}
