/* What the loop tells the metrics of work that is done and of work that waits. */
#include <math.h>

#include "instant.h"
#include "loop.h"
#include "statements.h"

#define LAG_INTERVAL_US US_PER_SECOND
#define PARKED_INTERVAL_US (10 * US_PER_SECOND) /* counting costs a query */

static const double latency_bounds[] = { .005, .01, .025, .05, .1,  .25,  .5,   1,     2.5,
					 5,    10,  30,   60,  300, 1800, 3600, 21600, 86400 };

static struct metric *latency(const char *labels)
{
	return metric_histogram(
		"growth_event_latency_seconds", labels,
		"From an event's time, or from its append to the log, until what it caused is "
		"committed in Kafka",
		latency_bounds, sizeof(latency_bounds) / sizeof(latency_bounds[0]));
}

void loop_register_metrics(struct loop *loop)
{
	struct loop_metrics *metrics = &loop->metrics;

	metrics->in =
		metric_register(METRIC_COUNTER, "growth_events_in_total", NULL, "Messages handled");
	metrics->out = metric_register(METRIC_COUNTER, "growth_events_out_total", NULL,
				       "Messages published, dead letters included");
	metrics->library_stale =
		metric_register(METRIC_COUNTER, "growth_library_stale_total", NULL,
				"Times that the pattern library missed what Postgres has");
	metrics->rebalances = metric_register(METRIC_COUNTER, "growth_rebalances_total", NULL,
					      "Times that the group's assignment changed");
	metrics->parked = metric_register(
		METRIC_GAUGE, "growth_parked_messages", NULL,
		"Messages of the owned partitions that wait for what they refer to, at most 100000");
	metrics->since_event = latency("since=\"event_time\"");
	metrics->since_append = latency("since=\"append_time\"");
	metrics->postgres_retries =
		metric_register(METRIC_COUNTER, "growth_retries_total", "server=\"postgres\"",
				"Times that work is tried again because of a server");
	metrics->kafka_retries =
		metric_register(METRIC_COUNTER, "growth_retries_total", "server=\"kafka\"",
				"Times that work is tried again because of a server");
	metric_set(metric_register(METRIC_GAUGE, "growth_build_info",
				   "version=\"" GROWTH_VERSION "\"", "1; the label is what runs"),
		   1);
}

/* In a partition that is behind, what was handled last is nearly as old as what comes next, unless
 * that is there. */
static double lag_seconds(const struct loop *loop, const struct partition *partition,
			  int64_t now_ms)
{
	const struct raw_message *waits;
	int64_t oldest_ms;

	if (metric_value(partition->lag) == 0)
		return 0;
	waits = loop_first_pending(loop, partition);
	oldest_ms = waits ? waits->timestamp_ms : partition->handled_ms;
	return oldest_ms > 0 && oldest_ms < now_ms ? (double)(now_ms - oldest_ms) / 1e3 : 0;
}

/* What librdkafka has heard of the log's end may be old, or nothing yet: without more, it says
 * nothing. */
static void observe_lag(const struct loop *loop, const struct partition *partition)
{
	bool at_end;
	char topic[512];
	int64_t low, high;

	snprintf(topic, sizeof(topic), "%s%s", loop->config->kafka.topic_prefix,
		 partition->route->topic);
	if (rd_kafka_get_watermark_offsets(loop->consumer, topic, partition->number, &low, &high))
		return;
	at_end = partition->log_end > 0 && high <= partition->log_end &&
		 !loop_first_pending(loop, partition);
	if (at_end)
		metric_set(partition->lag, 0);
	else if (high > partition->next_offset)
		metric_set(partition->lag, (double)(high - partition->next_offset));
}

void loop_observe_lag(struct loop *loop)
{
	int64_t now_ms = instant_now() / 1000;

	for (size_t i = 0; i < loop->partition_count; i++) {
		const struct partition *partition = loop->partitions[i];

		if (partition->state == PARTITION_RECOVERED)
			observe_lag(loop, partition);
		metric_set(partition->lag_seconds, lag_seconds(loop, partition, now_ms));
	}
	loop->lag_at = monotonic_us();
}

void loop_observe_waiting(struct loop *loop)
{
	if (monotonic_us() - loop->lag_at > LAG_INTERVAL_US)
		loop_observe_lag(loop);
}

void loop_observe_published(struct loop *loop, const struct outbox_row *row)
{
	utc_us now = instant_now();

	metric_add(loop->metrics.out, (double)row->message_count);
	for (size_t i = 0; i < row->cause_count; i++) {
		const struct cause_times *cause = &row->causes[i];

		metric_observe(loop->metrics.since_event, (double)(now - cause->event) / 1e6);
		metric_observe(loop->metrics.since_append,
			       (double)(now / 1000 - cause->append_ms) / 1e3);
	}
}

bool loop_count_parked(struct loop *loop, struct err *err)
{
	struct partition_key_row *ours;
	struct parked_count_row *rows;
	struct arena arena;
	size_t count = 0, row_count;
	bool ok;

	if (monotonic_us() - loop->parked_at < PARKED_INTERVAL_US)
		return true;
	loop->parked_at = monotonic_us();
	arena_init(&arena);
	ours = arena_array(&arena, struct partition_key_row, loop->partition_count);
	for (size_t i = 0; i < loop->partition_count; i++)
		ours[count++] = (struct partition_key_row){ loop->partitions[i]->route->topic,
							    loop->partitions[i]->number };
	ok = db_run(loop->runner.db, &count_parked, ours, count, &arena, &rows, &row_count, err);
	if (ok)
		metric_set(loop->metrics.parked, row_count ? (double)rows[0].messages : 0);
	arena_release(&arena);
	return ok;
}

/* What is another's now has no lag here. */
void loop_observe_gone(const struct partition *partition)
{
	metric_set(partition->stopped, 0);
	metric_set(partition->lag, NAN);
	metric_set(partition->lag_seconds, NAN);
}
