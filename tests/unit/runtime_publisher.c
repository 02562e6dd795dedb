/* The publisher against librdkafka's mock cluster, for what no broker does to order. */
#include "publisher.h"

#include <criterion/criterion.h>
#include <librdkafka/rdkafka_mock.h>

#include "instant.h"
#include "log.h"

#define END_TXN 26
#define ANSWER_MS 100
#define ANSWERS 35
#define STUCK_US (5 * US_PER_SECOND / 2) /* longer than a call of librdkafka is given */
#define DEADLINE_US (20 * US_PER_SECOND)

struct cluster {
	rd_kafka_t *client;
	rd_kafka_mock_cluster_t *mock;
	rd_kafka_queue_t *wake;
	struct runtime_config config;
	struct kafka_health health;
};

static const char *const outputs[] = { "topic", NULL };

static void start_cluster(struct cluster *cluster)
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
}

static void stop_cluster(struct cluster *cluster)
{
	rd_kafka_queue_destroy(cluster->wake);
	rd_kafka_mock_cluster_destroy(cluster->mock);
	rd_kafka_destroy(cluster->client);
}

/* For ANSWERS times ANSWER_MS. */
static void refuse_commits(struct cluster *cluster)
{
	for (int i = 0; i < ANSWERS; i++)
		rd_kafka_mock_broker_push_request_error_rtts(
			cluster->mock, 1, END_TXN, 1,
			RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, ANSWER_MS);
}

/* What the loop goes by to leave for a new start: a commit is asked again each second, for as long as it takes. */
Test(publisher, a_commit_that_is_asked_again_and_again_is_one_call, .timeout = 60)
{
	struct cluster cluster = { 0 };
	struct outbox_row *back = NULL;
	struct buffer nothing = { 0 };
	struct err err = { 0 };
	int64_t deadline = monotonic_us() + DEADLINE_US, longest = 0;

	start_cluster(&cluster);
	struct publisher *publisher = publisher_new(&cluster.config, "worker", outputs,
						    &cluster.health, cluster.wake, &err);
	cr_assert(publisher, "%s", err.text);
	while (!publisher_is_ready(publisher))
		cr_assert(monotonic_us() < deadline, "no producer is ready");
	refuse_commits(&cluster);
	publisher_send(publisher, outbox_row_new("topic", 0, 1, 1, 0, &nothing),
		       rd_kafka_consumer_group_metadata_new("group"));
	while (!publisher_wait(publisher, 50)) {
		int64_t now = publisher_call_us(publisher);

		longest = now > longest ? now : longest;
		cr_assert(monotonic_us() < deadline, "it does not end");
	}
	cr_expect_geq(longest, STUCK_US, "it was said to be under way for %lld us at most",
		      (long long)longest);
	cr_expect_eq(publisher_reap(publisher, &back, &err), PUBLISHER_COMMITTED, "%s", err.text);
	cr_expect_eq(publisher_call_us(publisher), 0);
	outbox_rows_free(back);
	publisher_free(publisher);
	stop_cluster(&cluster);
}
