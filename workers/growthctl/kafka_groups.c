#include "kafka_groups.h"

#include "instant.h"

#define AGAIN_MS 50

static rd_kafka_AdminOptions_t *wishes(struct kafka *kafka, rd_kafka_admin_op_t which,
				       int64_t timeout_ms)
{
	rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(kafka->client, which);
	char reason[256];

	rd_kafka_AdminOptions_set_request_timeout(options, (int)timeout_ms, reason, sizeof(reason));
	return options;
}

static rd_kafka_event_t *answer(struct kafka *kafka, rd_kafka_queue_t *queue, const char *group,
				int64_t timeout_ms, rd_kafka_resp_err_t *ret_code, struct err *err)
{
	rd_kafka_event_t *event =
		kafka_answer(kafka, queue, timeout_ms, "consumer group", ret_code, err);

	if (!event)
		err_wrap(err, "%s", group);
	return event;
}

/* A broker that has just started, or a group that nobody has named before, answers so for a
 * moment. */
static bool has_no_coordinator_yet(rd_kafka_resp_err_t code)
{
	return code == RD_KAFKA_RESP_ERR_NOT_COORDINATOR ||
	       code == RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE ||
	       code == RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS;
}

static bool ask_members(struct kafka *kafka, const char *group, int64_t timeout_ms,
			size_t *ret_members, rd_kafka_resp_err_t *ret_code, struct err *err)
{
	rd_kafka_queue_t *queue = rd_kafka_queue_new(kafka->client);
	rd_kafka_AdminOptions_t *options =
		wishes(kafka, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, timeout_ms);
	rd_kafka_event_t *event;
	const rd_kafka_ConsumerGroupDescription_t **found;
	const rd_kafka_error_t *trouble;
	bool ok = false;
	size_t count;

	rd_kafka_DescribeConsumerGroups(kafka->client, &group, 1, options, queue);
	event = answer(kafka, queue, group, timeout_ms, ret_code, err);
	if (event) {
		found = rd_kafka_DescribeConsumerGroups_result_groups(
			rd_kafka_event_DescribeConsumerGroups_result(event), &count);
		trouble = rd_kafka_ConsumerGroupDescription_error(found[0]);
		*ret_code = trouble ? rd_kafka_error_code(trouble) : RD_KAFKA_RESP_ERR_NO_ERROR;
		ok = !trouble || err_set(err, ERR_RETRY, "consumer group %s: %s", group,
					 rd_kafka_error_string(trouble));
		*ret_members = rd_kafka_ConsumerGroupDescription_member_count(found[0]);
		rd_kafka_event_destroy(event);
	}
	rd_kafka_AdminOptions_destroy(options);
	rd_kafka_queue_destroy(queue);
	return ok;
}

bool kafka_group_members(struct kafka *kafka, const char *group, int64_t timeout_ms,
			 size_t *ret_members, struct err *err)
{
	int64_t deadline = monotonic_us() + timeout_ms * 1000;
	rd_kafka_resp_err_t code;

	while (!ask_members(kafka, group, timeout_ms, ret_members, &code, err)) {
		if (!has_no_coordinator_yet(code) || monotonic_us() > deadline)
			return false;
		rd_kafka_poll(kafka->client, AGAIN_MS);
	}
	return true;
}

/* The group's word on each partition: a copy, or NULL. */
static rd_kafka_topic_partition_list_t *copy_of(const rd_kafka_group_result_t *result,
						const char *group, rd_kafka_resp_err_t *ret_code,
						struct err *err)
{
	const rd_kafka_topic_partition_list_t *list = rd_kafka_group_result_partitions(result);
	const rd_kafka_error_t *trouble = rd_kafka_group_result_error(result);

	*ret_code = trouble ? rd_kafka_error_code(trouble) : RD_KAFKA_RESP_ERR_NO_ERROR;
	for (int i = 0; list && !*ret_code && i < list->cnt; i++)
		*ret_code = list->elems[i].err;
	if (*ret_code)
		err_set(err, ERR_RETRY, "offsets of consumer group %s: %s", group,
			*ret_code == RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT
				? "a Kafka transaction of it is still open"
				: rd_kafka_err2str(*ret_code));
	return *ret_code ? NULL : rd_kafka_topic_partition_list_copy(list);
}

static rd_kafka_topic_partition_list_t *
ask_committed(struct kafka *kafka, const char *group,
	      const rd_kafka_topic_partition_list_t *partitions, bool stable, int64_t timeout_ms,
	      rd_kafka_resp_err_t *ret_code, struct err *err)
{
	rd_kafka_queue_t *queue = rd_kafka_queue_new(kafka->client);
	rd_kafka_AdminOptions_t *options =
		wishes(kafka, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, timeout_ms);
	rd_kafka_ListConsumerGroupOffsets_t *asked =
		rd_kafka_ListConsumerGroupOffsets_new(group, partitions);
	rd_kafka_topic_partition_list_t *list = NULL;
	rd_kafka_event_t *event;
	size_t count;

	rd_kafka_error_destroy(rd_kafka_AdminOptions_set_require_stable_offsets(options, stable));
	rd_kafka_ListConsumerGroupOffsets(kafka->client, &asked, 1, options, queue);
	event = answer(kafka, queue, group, timeout_ms, ret_code, err);
	if (event) {
		list = copy_of(
			rd_kafka_ListConsumerGroupOffsets_result_groups(
				rd_kafka_event_ListConsumerGroupOffsets_result(event), &count)[0],
			group, ret_code, err);
		rd_kafka_event_destroy(event);
	}
	rd_kafka_ListConsumerGroupOffsets_destroy(asked);
	rd_kafka_AdminOptions_destroy(options);
	rd_kafka_queue_destroy(queue);
	return list;
}

static rd_kafka_topic_partition_list_t *
wait_for_committed(struct kafka *kafka, const char *group,
		   const rd_kafka_topic_partition_list_t *partitions, bool stable,
		   int64_t timeout_ms, struct err *err)
{
	int64_t deadline = monotonic_us() + timeout_ms * 1000;

	for (;;) {
		rd_kafka_resp_err_t code;
		rd_kafka_topic_partition_list_t *list =
			ask_committed(kafka, group, partitions, stable, timeout_ms, &code, err);

		if (list ||
		    (code != RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT &&
		     !has_no_coordinator_yet(code)) ||
		    monotonic_us() > deadline)
			return list;
		rd_kafka_poll(kafka->client, AGAIN_MS);
	}
}

rd_kafka_topic_partition_list_t *
kafka_group_committed(struct kafka *kafka, const char *group,
		      const rd_kafka_topic_partition_list_t *partitions, int64_t timeout_ms,
		      struct err *err)
{
	return wait_for_committed(kafka, group, partitions, true, timeout_ms, err);
}

rd_kafka_topic_partition_list_t *
kafka_group_committed_so_far(struct kafka *kafka, const char *group,
			     const rd_kafka_topic_partition_list_t *partitions, int64_t timeout_ms,
			     struct err *err)
{
	return wait_for_committed(kafka, group, partitions, false, timeout_ms, err);
}

bool kafka_group_commit(struct kafka *kafka, const char *group,
			const rd_kafka_topic_partition_list_t *offsets, int64_t timeout_ms,
			struct err *err)
{
	rd_kafka_queue_t *queue = rd_kafka_queue_new(kafka->client);
	rd_kafka_AdminOptions_t *options =
		wishes(kafka, RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, timeout_ms);
	rd_kafka_AlterConsumerGroupOffsets_t *asked =
		rd_kafka_AlterConsumerGroupOffsets_new(group, offsets);
	rd_kafka_topic_partition_list_t *list = NULL;
	rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
	rd_kafka_event_t *event;
	size_t count;

	rd_kafka_AlterConsumerGroupOffsets(kafka->client, &asked, 1, options, queue);
	event = answer(kafka, queue, group, timeout_ms, &code, err);
	if (event) {
		list = copy_of(
			rd_kafka_AlterConsumerGroupOffsets_result_groups(
				rd_kafka_event_AlterConsumerGroupOffsets_result(event), &count)[0],
			group, &code, err);
		rd_kafka_event_destroy(event);
	}
	if (code == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID)
		err_set(err, ERR_RETRY, "consumer group %s has members again", group);
	rd_kafka_AlterConsumerGroupOffsets_destroy(asked);
	rd_kafka_AdminOptions_destroy(options);
	rd_kafka_queue_destroy(queue);
	if (!list)
		return false;
	rd_kafka_topic_partition_list_destroy(list);
	return true;
}
