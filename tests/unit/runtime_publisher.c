/* The publisher against librdkafka's mock cluster, for what no broker does to order. */
#include "publisher.h"

#include <criterion/criterion.h>

#include "instant.h"
#include "loop.h"
#include "mock_cluster.h"

#define PRODUCE 0
#define END_TXN 26
#define TXN_OFFSET_COMMIT 28
#define ANSWER_MS 100
#define ANSWERS 35
#define SLOW_MS 2000
#define STUCK_US (5 * US_PER_SECOND / 2) /* longer than a call of librdkafka is given */
#define DEADLINE_US (20 * US_PER_SECOND)

static const char *const outputs[] = { "topic", NULL };

static struct publisher *ready_publisher(struct cluster *cluster)
{
	struct err err = { 0 };
	int64_t deadline = monotonic_us() + DEADLINE_US;
	struct publisher *publisher = publisher_new(&cluster->config, "worker", outputs,
						    &cluster->health, cluster->wake, &err);

	cr_assert(publisher, "%s", err.text);
	while (!publisher_is_ready(publisher))
		cr_assert(monotonic_us() < deadline, "no producer is ready");
	return publisher;
}

/* With so many messages of so many bytes. */
static struct outbox_row *row_of(int64_t sequence, int64_t count, size_t length)
{
	char *value = calloc(1, length);
	struct outbox_message message = {
		.topic = "topic", .topic_length = 5, .value = value, .value_length = length
	};
	struct buffer bytes = { 0 };

	for (int64_t i = 0; i < count; i++)
		outbox_write(&bytes, &message);
	free(value);

	struct outbox_row *row = outbox_row_new("topic", 0, sequence, sequence, count, &bytes);

	row->assignment = 1;
	return row;
}

/* What the loop goes by to leave for a new start: a commit is asked again each second, for as long
 * as it takes. */
Test(publisher, a_commit_that_is_asked_again_and_again_is_one_call, .timeout = 60)
{
	struct cluster cluster = { 0 };
	struct outbox_row *back = NULL;
	struct err err = { 0 };
	int64_t deadline = monotonic_us() + DEADLINE_US, longest = 0;

	start_cluster(&cluster);
	struct publisher *publisher = ready_publisher(&cluster);
	/* For ANSWERS times ANSWER_MS. */
	answer_next(&cluster, END_TXN, ANSWERS, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
		    ANSWER_MS);
	publisher_send(publisher, row_of(1, 0, 0), rd_kafka_consumer_group_metadata_new("group"));
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

/* A revoke waits for it. There are fifteen pieces, and each is waited for a second. */
Test(publisher, who_is_still_producing_hears_that_it_is_unwanted, .timeout = 60)
{
	struct cluster cluster = { 0 };
	struct outbox_row *back = NULL;
	struct err err = { 0 };
	int64_t start;

	start_cluster(&cluster);
	struct publisher *publisher = ready_publisher(&cluster);
	answer_next(&cluster, PRODUCE, ANSWERS, RD_KAFKA_RESP_ERR_NO_ERROR, SLOW_MS);
	publisher_send(publisher, row_of(1, 15, 900000),
		       rd_kafka_consumer_group_metadata_new("group"));
	cr_assert_not(publisher_wait(publisher, 1000));
	start = monotonic_us();
	publisher_abort(publisher);
	cr_assert(publisher_wait(publisher, 50000), "it does not end");
	cr_expect_leq(monotonic_us() - start, 5 * US_PER_SECOND, "it took %lld us",
		      (long long)(monotonic_us() - start));
	cr_expect_eq(publisher_reap(publisher, &back, &err), PUBLISHER_FAILED);
	outbox_rows_free(back);
	publisher_free(publisher);
	stop_cluster(&cluster);
}

/* ---- the loop's queue in front of it ---- */

struct queue {
	struct cluster cluster;
	struct loop loop;
	struct partition partition, *partitions[1];
};

static void start_queue(struct queue *queue)
{
	struct loop *loop = &queue->loop;
	struct err err = { 0 };

	start_cluster(&queue->cluster);
	queue->cluster.config.batch.ahead = 64;
	queue->cluster.config.batch.ahead_bytes = 64 << 20;
	queue->partition.assignment = 1;
	queue->partitions[0] = &queue->partition;
	loop->partitions = queue->partitions;
	loop->partition_count = 1;
	loop->config = &queue->cluster.config;
	loop_register_metrics(loop);

	rd_kafka_conf_t *conf =
		kafka_conf_new(loop->config, "worker", &queue->cluster.health, &err);

	cr_assert(conf && kafka_conf_set(conf, &err, "group.id", "group", NULL), "%s", err.text);
	loop->consumer = kafka_client_new(RD_KAFKA_CONSUMER, conf, &err);
	cr_assert(loop->consumer, "%s", err.text);
	loop->publisher = ready_publisher(&queue->cluster);
}

static void stop_queue(struct queue *queue)
{
	loop_drop_rows(&queue->loop, NULL);
	publisher_free(queue->loop.publisher);
	rd_kafka_destroy(queue->loop.consumer);
	stop_cluster(&queue->cluster);
}

/* A batch each, as a recovery queues what Kafka does not have. */
static void enqueue(struct queue *queue, int64_t first, int64_t last, int64_t count, size_t length)
{
	for (int64_t sequence = first; sequence <= last; sequence++)
		loop_enqueue(&queue->loop, row_of(sequence, count, length));
}

/* The next transaction is under way; how the last one went. */
static bool go_on(struct queue *queue)
{
	struct err err = { 0 };

	cr_assert(publisher_wait(queue->loop.publisher, 20000), "it does not end");
	return loop_publish(&queue->loop, &err);
}

static void expect_queued(const struct queue *queue, size_t rows, int64_t published)
{
	const struct loop *loop = &queue->loop;
	size_t bytes = 0;

	for (const struct outbox_row *row = loop->queue; row; row = row->next)
		bytes += row->length;
	cr_expect_eq(loop->queued_rows, rows, "%zu rows, not %zu", loop->queued_rows, rows);
	cr_expect_eq(loop->queued_batches, rows);
	cr_expect_eq(loop->queued_bytes, bytes);
	cr_expect_eq(queue->partition.published, published, "%lld, not %lld are published",
		     (long long)queue->partition.published, (long long)published);
}

Test(publisher, a_transaction_brings_eight_batches_or_a_megabyte, .timeout = 60)
{
	struct queue queue = { 0 };
	struct err err = { 0 };

	start_queue(&queue);
	enqueue(&queue, 1, 20, 1, 100);
	cr_assert(go_on(&queue));
	expect_queued(&queue, 12, 0);
	cr_assert(go_on(&queue));
	expect_queued(&queue, 4, 8);
	cr_assert(loop_drain(&queue.loop, 20000));
	expect_queued(&queue, 0, 20);

	enqueue(&queue, 21, 23, 1, 600000);
	cr_assert(go_on(&queue));
	expect_queued(&queue, 1, 20);
	cr_assert(loop_drain(&queue.loop, 20000));

	enqueue(&queue, 24, 63, 0, 0); /* what brings no messages is no burden */
	cr_assert(loop_publish(&queue.loop, &err), "%s", err.text);
	expect_queued(&queue, 0, 23);
	cr_assert(loop_drain(&queue.loop, 20000));
	expect_queued(&queue, 0, 63);
	stop_queue(&queue);
}

Test(publisher, after_a_failure_it_begins_with_one_row, .timeout = 60)
{
	struct queue queue = { 0 };

	start_queue(&queue);
	answer_next(&queue.cluster, TXN_OFFSET_COMMIT, 1,
		    RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, 0);
	enqueue(&queue, 1, 12, 1, 100);
	cr_assert(go_on(&queue));
	cr_expect_not(go_on(&queue), "it did not fail");
	expect_queued(&queue, 4, 0);
	loop_drop_rows(&queue.loop, NULL); /* as whoever recovers does */

	enqueue(&queue, 1, 12, 1, 100);
	cr_assert(go_on(&queue));
	expect_queued(&queue, 11, 0);
	cr_assert(go_on(&queue));
	expect_queued(&queue, 9, 1);
	cr_assert(go_on(&queue));
	expect_queued(&queue, 5, 3);
	cr_assert(loop_drain(&queue.loop, 20000));
	expect_queued(&queue, 0, 12);
	stop_queue(&queue);
}

/* The rows of a batch stay one, whoever is taken out of the queue. */
Test(publisher, what_is_dropped_leaves_the_others_as_they_were, .timeout = 60)
{
	struct partition other = { .assignment = 2 };
	struct loop loop = { 0 };

	for (int64_t sequence = 1; sequence <= 3; sequence++) {
		struct outbox_row *rows = row_of(sequence, 1, 10);

		rows->next = row_of(sequence, 1, 10);
		rows->next->assignment = 2;
		rows->next->next = row_of(sequence, 1, 10);
		loop_enqueue(&loop, rows);
	}
	loop_drop_rows(&loop, &other);
	cr_expect_eq(loop.queued_rows, 6);
	cr_expect_eq(loop.queued_batches, 3);
	for (const struct outbox_row *row = loop.queue; row && row->next; row = row->next)
		cr_expect_leq(row->sequence, row->next->sequence);
	loop_drop_rows(&loop, NULL);
	cr_expect_eq(loop.queued_rows + loop.queued_batches + loop.queued_bytes, 0);
}
