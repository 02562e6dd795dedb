/* A shadow's topics and consumer groups: made as live's are, and deleted by their prefix. */
#include "decide_pipeline.h"
#include "shadow.h"

/* ---- making ---- */

/* Of the results the first that is neither fine nor `harmless`. */
static bool judge(const rd_kafka_topic_result_t **results, size_t count,
		  rd_kafka_resp_err_t harmless, const char *what, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		rd_kafka_resp_err_t code = rd_kafka_topic_result_error(results[i]);

		if (code && code != harmless)
			return err_set(err, ERR_RETRY, "%s %s: %s", what,
				       rd_kafka_topic_result_name(results[i]),
				       rd_kafka_topic_result_error_string(results[i]));
	}
	return true;
}

/* A message keeps the time that it has in live's topic, and none is old enough to be deleted. */
static rd_kafka_NewTopic_t *new_topic(const char *name, const struct topic_plan *plan,
				      const struct rd_kafka_metadata_topic *live, struct err *err)
{
	char reason[256], bytes[32];
	rd_kafka_NewTopic_t *topic = rd_kafka_NewTopic_new(
		name, live->partition_cnt, live->partitions[0].replica_cnt, reason, sizeof(reason));

	if (!topic) {
		err_set(err, ERR_USAGE, "topic %s: %s", name, reason);
		return NULL;
	}
	rd_kafka_NewTopic_set_config(topic, "cleanup.policy", plan->cleanup_policy);
	rd_kafka_NewTopic_set_config(topic, "retention.ms", "-1");
	rd_kafka_NewTopic_set_config(topic, "message.timestamp.type", "CreateTime");
	if (plan->max_message_bytes) {
		snprintf(bytes, sizeof(bytes), "%lld", (long long)plan->max_message_bytes);
		rd_kafka_NewTopic_set_config(topic, "max.message.bytes", bytes);
	}
	return topic;
}

static bool create_all(struct kafka *kafka, rd_kafka_NewTopic_t **made, size_t count,
		       int64_t timeout_ms, struct err *err)
{
	rd_kafka_queue_t *queue = rd_kafka_queue_new(kafka->client);
	rd_kafka_AdminOptions_t *wishes =
		rd_kafka_AdminOptions_new(kafka->client, RD_KAFKA_ADMIN_OP_CREATETOPICS);
	rd_kafka_event_t *event;
	char reason[256];
	bool ok;

	rd_kafka_AdminOptions_set_operation_timeout(wishes, (int)timeout_ms, reason,
						    sizeof(reason));
	rd_kafka_CreateTopics(kafka->client, made, count, wishes, queue);
	event = kafka_answer(kafka, queue, timeout_ms, "creating topics", NULL, err);
	ok = event != NULL;
	if (ok) {
		const rd_kafka_topic_result_t **results = rd_kafka_CreateTopics_result_topics(
			rd_kafka_event_CreateTopics_result(event), &count);

		ok = judge(results, count, RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS, "creating", err);
		rd_kafka_event_destroy(event);
	}
	rd_kafka_AdminOptions_destroy(wishes);
	rd_kafka_queue_destroy(queue);
	return ok;
}

/* Each topic of the pipeline, with as many partitions as live's; twice where some are published
 * apart. */
bool shadow_make_topics(struct shadow *shadow, bool own_topics, int64_t timeout_ms, struct err *err)
{
	static const char *const properties[] = { NULL };
	const struct topic_wishes wishes = { 1, 0, 0 };
	struct arena *arena = &shadow->live->arena;
	struct kafka kafka = { 0 };
	const struct rd_kafka_metadata *metadata = NULL;
	struct topic_plan *plans;
	rd_kafka_NewTopic_t **made;
	size_t count, used = 0;
	bool ok = kafka_open(&kafka, &shadow->live->config, RD_KAFKA_PRODUCER, properties, err) &&
		  (metadata = kafka_metadata(&kafka, timeout_ms, err));

	topics_plan(&wishes, arena, &plans, &count);
	made = arena_array(arena, rd_kafka_NewTopic_t *, 2 * count);
	for (size_t i = 0; ok && i < 2 * count; i++) {
		const struct topic_plan *plan = &plans[i % count];
		const struct rd_kafka_metadata_topic *live =
			kafka_topic(&kafka, metadata, plan->name);

		if (!live)
			ok = err_set(err, ERR_USAGE,
				     "topic %s%s does not exist; see growthctl topics",
				     shadow->live->config.kafka.topic_prefix, plan->name);
		else if (i < count || own_topics)
			ok = (made[used] = new_topic(arena_printf(arena, "%s%s%s", shadow->prefix,
								  i < count ? "" : SHADOW_OWN,
								  plan->name),
						     plan, live, err)) != NULL &&
			     ++used;
	}
	ok = ok && create_all(&kafka, made, used, timeout_ms, err);
	rd_kafka_NewTopic_destroy_array(made, used);
	if (metadata)
		rd_kafka_metadata_destroy(metadata);
	kafka_close(&kafka);
	return ok;
}

/* ---- cleaning up ---- */

static bool delete_topics(struct kafka *kafka, rd_kafka_DeleteTopic_t **wanted, size_t count,
			  int64_t timeout_ms, struct err *err)
{
	rd_kafka_queue_t *queue = rd_kafka_queue_new(kafka->client);
	rd_kafka_event_t *event;
	bool ok;

	rd_kafka_DeleteTopics(kafka->client, wanted, count, NULL, queue);
	event = kafka_answer(kafka, queue, timeout_ms, "deleting topics", NULL, err);
	ok = event != NULL;
	if (ok) {
		const rd_kafka_topic_result_t **results = rd_kafka_DeleteTopics_result_topics(
			rd_kafka_event_DeleteTopics_result(event), &count);

		ok = judge(results, count, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "deleting",
			   err);
		rd_kafka_event_destroy(event);
	}
	rd_kafka_queue_destroy(queue);
	return ok;
}

static bool drop_topics(struct shadow *shadow, struct kafka *kafka, int64_t timeout_ms,
			size_t *ret_count, struct err *err)
{
	const struct rd_kafka_metadata *metadata = kafka_metadata(kafka, timeout_ms, err);
	rd_kafka_DeleteTopic_t **wanted;
	size_t count = 0;
	bool ok;

	if (!metadata)
		return false;
	wanted = arena_array(&shadow->live->arena, rd_kafka_DeleteTopic_t *,
			     (size_t)metadata->topic_cnt);
	for (int i = 0; i < metadata->topic_cnt; i++)
		if (strncmp(metadata->topics[i].topic, shadow->prefix, strlen(shadow->prefix)) == 0)
			wanted[count++] = rd_kafka_DeleteTopic_new(metadata->topics[i].topic);
	rd_kafka_metadata_destroy(metadata);
	ok = !count || delete_topics(kafka, wanted, count, timeout_ms, err);
	rd_kafka_DeleteTopic_destroy_array(wanted, count);
	*ret_count = count;
	return ok;
}

static bool delete_groups(struct kafka *kafka, rd_kafka_DeleteGroup_t **wanted, size_t count,
			  int64_t timeout_ms, struct err *err)
{
	rd_kafka_queue_t *queue = rd_kafka_queue_new(kafka->client);
	rd_kafka_event_t *event;
	bool ok;

	rd_kafka_DeleteGroups(kafka->client, wanted, count, NULL, queue);
	event = kafka_answer(kafka, queue, timeout_ms, "deleting consumer groups", NULL, err);
	ok = event != NULL;
	if (ok) {
		const rd_kafka_group_result_t **results = rd_kafka_DeleteGroups_result_groups(
			rd_kafka_event_DeleteGroups_result(event), &count);

		for (size_t i = 0; ok && i < count; i++) {
			const rd_kafka_error_t *error = rd_kafka_group_result_error(results[i]);
			rd_kafka_resp_err_t code = rd_kafka_error_code(error);

			if (code && code != RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND)
				ok = err_set(err, ERR_RETRY, "deleting consumer group %s: %s%s",
					     rd_kafka_group_result_name(results[i]),
					     rd_kafka_error_string(error),
					     code == RD_KAFKA_RESP_ERR_NON_EMPTY_GROUP
						     ? "; stop its workers first"
						     : "");
		}
		rd_kafka_event_destroy(event);
	}
	rd_kafka_queue_destroy(queue);
	return ok;
}

static bool drop_groups(struct shadow *shadow, struct kafka *kafka, int64_t timeout_ms,
			size_t *ret_count, struct err *err)
{
	const struct rd_kafka_group_list *list;
	rd_kafka_resp_err_t code =
		rd_kafka_list_groups(kafka->client, NULL, &list, (int)timeout_ms);
	rd_kafka_DeleteGroup_t **wanted;
	size_t count = 0;
	bool ok;

	if (code)
		return kafka_fail(kafka, code, "listing consumer groups", err);
	wanted = arena_array(&shadow->live->arena, rd_kafka_DeleteGroup_t *,
			     (size_t)list->group_cnt);
	for (int i = 0; i < list->group_cnt; i++)
		if (strncmp(list->groups[i].group, shadow->prefix, strlen(shadow->prefix)) == 0)
			wanted[count++] = rd_kafka_DeleteGroup_new(list->groups[i].group);
	rd_kafka_group_list_destroy(list);
	ok = !count || delete_groups(kafka, wanted, count, timeout_ms, err);
	rd_kafka_DeleteGroup_destroy_array(wanted, count);
	*ret_count = count;
	return ok;
}

bool shadow_drop_topics(struct shadow *shadow, int64_t timeout_ms, size_t *ret_topics,
			size_t *ret_groups, struct err *err)
{
	static const char *const properties[] = { NULL };
	struct kafka kafka = { 0 };
	/* The groups first: one that has members says that workers still run. */
	bool ok = kafka_open(&kafka, &shadow->live->config, RD_KAFKA_PRODUCER, properties, err) &&
		  drop_groups(shadow, &kafka, timeout_ms, ret_groups, err) &&
		  drop_topics(shadow, &kafka, timeout_ms, ret_topics, err);

	kafka_close(&kafka);
	return ok;
}
