/* A feeder's clients: where a former one has ended, and reading from there. */
#include "kafka_groups.h"
#include "messages.h"
#include "replay_feeder.h"

const char *replay_live_name(const struct replay_feeder *feeder, const char *topic)
{
	struct ctl *live = feeder->replay->ctl;

	return arena_printf(&live->arena, "%s%s", live->config.kafka.topic_prefix, topic);
}

const char *replay_shadow_name(const struct replay_feeder *feeder, const char *topic)
{
	const struct shadow *shadow = &feeder->replay->shadow;

	return arena_printf(&shadow->live->arena, "%s%s", shadow->prefix, topic);
}

bool replay_fail(struct replay_feeder *feeder, rd_kafka_error_t *error, const char *what,
		 struct err *err)
{
	const char *cause = *feeder->failure ? feeder->failure : feeder->producer.complaint;

	err_set(err, ERR_RETRY, "%s at %s: %s%s%s; the same command goes on from there", what,
		feeder->replay->ctl->config.kafka.bootstrap_servers, rd_kafka_error_string(error),
		*cause ? "; last: " : "", cause);
	rd_kafka_error_destroy(error);
	return false;
}

static void on_delivery(const rd_kafka_message_t *report, void *closure)
{
	struct replay_feeder *feeder = closure;

	if (report->err && !*feeder->failure)
		snprintf(feeder->failure, sizeof(feeder->failure), "%s: %s",
			 rd_kafka_topic_name(report->rkt), rd_kafka_err2str(report->err));
}

static bool open_clients(struct replay_feeder *feeder, struct err *err)
{
	const char *const reading[] = { "enable.partition.eof",
					"true",
					"isolation.level",
					"read_committed",
					"auto.offset.reset",
					"error",
					"fetch.wait.max.ms",
					"50",
					"queued.min.messages",
					"5000",
					"queued.max.messages.kbytes",
					"4096", /* a partition's */
					NULL };
	const char *const writing[] = { "transactional.id",
					feeder->group,
					"transaction.timeout.ms",
					"60000",
					"message.timeout.ms",
					"30000",
					"retry.backoff.ms",
					"1", /* at its default a transaction takes 100 ms */
					"linger.ms",
					"2",
					"message.max.bytes",
					"4194304",
					NULL };
	rd_kafka_error_t *error;

	feeder->producer.on_delivery = on_delivery;
	feeder->producer.closure = feeder;
	if (!kafka_open(&feeder->consumer, &feeder->replay->ctl->config, RD_KAFKA_CONSUMER, reading,
			err) ||
	    !kafka_open(&feeder->producer, &feeder->replay->ctl->config, RD_KAFKA_PRODUCER, writing,
			err))
		return false;
	error = rd_kafka_init_transactions(feeder->producer.client,
					   (int)feeder->replay->arguments->timeout_ms);
	return !error || replay_fail(feeder, error, "beginning Kafka transactions", err);
}

static void lay_out(struct replay_feeder *feeder)
{
	const struct replay_plan *plan = &feeder->replay->plan;

	feeder->sources = arena_array(&feeder->replay->ctl->arena, struct replay_source,
				      plan->partitions_count);
	for (size_t i = 0; i < plan->partitions_count; i++) {
		const char *topic = plan->partitions[i].topic;

		feeder->sources[i] = (struct replay_source){
			.name = replay_live_name(feeder, topic),
			.copy = replay_shadow_name(feeder, topic),
			.next_offset = plan->partitions[i].begins,
			.votes = strcmp(topic, TOPIC_OUTCOME_RECORDED) == 0,
			.erases = strcmp(topic, TOPIC_CONTRACTOR_UPDATED) == 0,
		};
	}
}

/* Kafka forgets the offsets of a group that was not used for offsets.retention.minutes. */
static bool check_remembered(struct replay_feeder *feeder, bool committed, struct err *err)
{
	bool begun;

	if (committed)
		return true;
	return replay_has_begun(feeder->replay->db, &begun, err) &&
	       (!begun ||
		err_set(err, ERR_USAGE,
			"the offsets of group %s have expired, so how far the shadow was fed is "
			"not known any more: growthctl replay drop %s, and begin anew",
			feeder->group, feeder->replay->shadow.name));
}

/* Where the last whole transaction ended. */
static bool find_fed(struct replay_feeder *feeder, struct err *err)
{
	const struct replay_plan *plan = &feeder->replay->plan;
	rd_kafka_topic_partition_list_t *wanted =
		rd_kafka_topic_partition_list_new((int)plan->partitions_count + 1);
	rd_kafka_topic_partition_list_t *found;
	bool committed = false;

	for (size_t i = 0; i < plan->partitions_count; i++)
		rd_kafka_topic_partition_list_add(wanted, feeder->sources[i].name,
						  (int32_t)plan->partitions[i].partition);
	rd_kafka_topic_partition_list_add(
		wanted, replay_live_name(feeder, TOPIC_RECALCULATION_REQUESTED), 0);
	found = kafka_group_committed(&feeder->consumer, feeder->group, wanted,
				      feeder->replay->arguments->timeout_ms, err);
	rd_kafka_topic_partition_list_destroy(wanted);
	if (!found)
		return false;
	for (int i = 0; i < found->cnt; i++) {
		const rd_kafka_topic_partition_t *entry = &found->elems[i];

		committed = committed || entry->offset >= 0;
		for (size_t p = 0; p < plan->partitions_count; p++)
			if (entry->offset > feeder->sources[p].next_offset &&
			    entry->partition == plan->partitions[p].partition &&
			    strcmp(entry->topic, feeder->sources[p].name) == 0)
				feeder->sources[p].next_offset = entry->offset;
		if (entry->offset > 0 &&
		    strcmp(entry->topic, replay_live_name(feeder, TOPIC_RECALCULATION_REQUESTED)) ==
			    0)
			feeder->requested = entry->offset;
	}
	rd_kafka_topic_partition_list_destroy(found);
	return check_remembered(feeder, committed, err);
}

static bool start_reading(struct replay_feeder *feeder, struct err *err)
{
	const struct replay_plan *plan = &feeder->replay->plan;

	for (size_t i = 0; i < plan->partitions_count; i++) {
		struct replay_source *source = &feeder->sources[i];
		bool same = i && strcmp(source->name, feeder->sources[i - 1].name) == 0;

		source->topic =
			same ? feeder->sources[i - 1].topic
			     : rd_kafka_topic_new(feeder->consumer.client, source->name, NULL);
		if (!source->topic ||
		    rd_kafka_consume_start(source->topic, (int32_t)plan->partitions[i].partition,
					   source->next_offset))
			return kafka_fail(&feeder->consumer, rd_kafka_last_error(), source->name,
					  err);
		source->reading = true;
	}
	return true;
}

bool replay_feeder_open(struct replay_feeder *feeder, struct replay *replay, struct err *err)
{
	feeder->replay = replay;
	feeder->order.votes_are_own = replay->run.own_votes;
	feeder->group = replay_shadow_name(feeder, "growthctl.replay");
	lay_out(feeder);
	return open_clients(feeder, err) && find_fed(feeder, err) && start_reading(feeder, err);
}

void replay_feeder_close(struct replay_feeder *feeder)
{
	const struct replay_plan *plan = feeder->replay ? &feeder->replay->plan : NULL;

	for (size_t i = 0; plan && feeder->sources && i < plan->partitions_count; i++) {
		struct replay_source *source = &feeder->sources[i];

		if (source->head)
			rd_kafka_message_destroy(source->head);
		if (source->reading)
			rd_kafka_consume_stop(source->topic,
					      (int32_t)plan->partitions[i].partition);
	}
	for (size_t i = 0; plan && feeder->sources && i < plan->partitions_count; i++)
		if (feeder->sources[i].topic &&
		    (i == 0 || feeder->sources[i].topic != feeder->sources[i - 1].topic))
			rd_kafka_topic_destroy(feeder->sources[i].topic);
	replay_order_release(&feeder->order);
	kafka_close(&feeder->consumer);
	kafka_close(&feeder->producer);
}
