/*
 * Partitions that wait for an operator. A stop is told where people look (log, metric, readiness),
 * once: the partition is looked at again every few seconds, since `growthctl positions move` may
 * have decided, and goes on by itself. What is found then may be another text, as it names the
 * log's end: readiness has the last one, and nobody else is disturbed.
 */
#include <inttypes.h>

#include "instant.h"
#include "log.h"
#include "loop.h"
#include "position_decide.h"

#define REVIEW_INTERVAL_US (5 * US_PER_SECOND)
#define KAFKA_TIMEOUT_MS 2000

void loop_stop_partition(struct loop *loop, struct partition *partition, const char *reason)
{
	bool known = partition->reason[0];

	partition->state = PARTITION_STOPPED;
	snprintf(partition->reason, sizeof(partition->reason), "%s", reason);
	loop_tell_stopped(loop);
	if (known)
		return;
	loop->reassign = true;
	metric_set(partition->stopped, 1);
	loop_drop_partition(loop, partition);
	log_error("partition stopped until an operator decides (growthctl positions)",
		  log_text("topic", partition->route->topic),
		  log_int("partition", partition->number), log_text("reason", reason));
}

void loop_clear_stop(struct partition *partition)
{
	if (!partition->reason[0])
		return;
	partition->reason[0] = 0;
	metric_set(partition->stopped, 0);
	log_info("partition goes on", log_text("topic", partition->route->topic),
		 log_int("partition", partition->number),
		 log_int("offset", partition->next_offset));
}

void loop_tell_stopped(struct loop *loop)
{
	struct buffer detail = { 0 };

	for (size_t i = 0; i < loop->partition_count; i++) {
		const struct partition *partition = loop->partitions[i];

		if (partition->reason[0])
			buffer_printf(&detail, "%s%s[%" PRId32 "] is stopped: %s",
				      detail.length ? "; " : "", partition->route->topic,
				      partition->number, partition->reason);
	}
	health_set(loop->health, HEALTH_PARTITIONS, detail.length == 0, detail.bytes);
	buffer_release(&detail);
}

void loop_review_stopped(struct loop *loop)
{
	if (monotonic_us() - loop->reviewed_at < REVIEW_INTERVAL_US)
		return;
	loop->reviewed_at = monotonic_us();
	for (size_t i = 0; i < loop->partition_count; i++) {
		if (loop->partitions[i]->state != PARTITION_STOPPED)
			continue;
		loop->partitions[i]->state = PARTITION_ASSIGNED;
		loop_drop_rows(loop,
			       loop->partitions[i]); /* else recovery would queue them twice */
	}
}

/* Where the log begins and ends is asked only now: it makes the reason, not the verdict. A log that
 * has grown over the offset since is another log. */
bool loop_check_log(struct loop *loop, const struct partition *partition, int64_t epoch,
		    int64_t next_offset, struct err *err)
{
	struct stored_position stored = { .present = true, .next_offset = next_offset };
	char topic[512];
	int64_t start, end;

	if (!partition->missing.present || partition->missing.value != next_offset ||
	    partition->epoch != epoch)
		return true;
	snprintf(topic, sizeof(topic), "%s%s", loop->config->kafka.topic_prefix,
		 partition->route->topic);
	if (kafka_ask_offset(loop->consumer, topic, partition->number, RD_KAFKA_OFFSET_BEGINNING,
			     KAFKA_TIMEOUT_MS, &start) &&
	    kafka_ask_offset(loop->consumer, topic, partition->number, RD_KAFKA_OFFSET_END,
			     KAFKA_TIMEOUT_MS, &end) &&
	    !position_check_log(&stored, start, end, err))
		return false;
	return err_set(err, ERR_FATAL,
		       "the log did not have offset %" PRId64
		       ", where Postgres says we are; was the topic deleted and made anew?",
		       next_offset);
}

bool loop_check_patterns(struct loop *loop, int64_t snapshot, struct err *err)
{
	int64_t end;

	return !loop->reader || snapshot <= loop->runner.library->number ||
	       !library_reader_is_current(loop->reader) ||
	       !library_reader_end(loop->reader, &end) ||
	       position_check_patterns(snapshot, end, err);
}
