/* growthctl topics: what should be (decide_pipeline.c), what is, and the difference made or told.
 */
#include "topics.h"

#include "instant.h"

#define CREATE_TIMEOUT_MS 30000

static const struct usage_option options[] = {
	USAGE_FLAG(struct topics_arguments, dry_run, "dry-run", 'n',
		   "Create nothing, only tell what would be"),
	USAGE_FLAG(struct topics_arguments, json, "json", 0, "Write JSON"),
	USAGE_DURATION(struct topics_arguments, timeout_ms, "timeout", 0,
		       "How long to wait for a broker (10s)"),
	USAGE_END
};

static const struct usage usage = {
	.options = options,
	.doc = "Creates the topics in Kafka that are missing, and checks those that exist: number "
	       "of partitions, cleanup.policy, retention.ms, max.message.bytes. What exists is "
	       "never changed.\v"
	       "Examples:\n"
	       "  growthctl topics\n"
	       "  growthctl topics --dry-run\n"
	       "  growthctl topics --set topics.partitions=12 --set topics.replication_factor=3\n"
	       "\n"
	       "Exit status: 0 when all is as it should be, 65 when something differs or, with "
	       "--dry-run, is missing.",
};

/* ---- what is ---- */

static void note_entry(struct topic_state *state, const rd_kafka_ConfigEntry_t *entry,
		       struct arena *arena)
{
	const char *name = rd_kafka_ConfigEntry_name(entry);
	const char *value = arena_strdup(arena, rd_kafka_ConfigEntry_value(entry));

	if (strcmp(name, "cleanup.policy") == 0)
		state->cleanup_policy = value;
	else if (strcmp(name, "retention.ms") == 0)
		state->retention_ms = value;
	else if (strcmp(name, "max.message.bytes") == 0)
		state->max_message_bytes = value;
}

static bool note_configuration(struct topics *topics, const rd_kafka_ConfigResource_t *resource,
			       struct err *err)
{
	const char *name = rd_kafka_ConfigResource_name(resource) +
			   strlen(topics->ctl->config.kafka.topic_prefix);
	const rd_kafka_ConfigEntry_t **entries;
	rd_kafka_resp_err_t code = rd_kafka_ConfigResource_error(resource);
	size_t count;

	/* The broker that was asked has not heard of it yet. */
	for (size_t i = 0; i < topics->count && code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
	     i++)
		if (strcmp(topics->items[i].plan->name, name) == 0)
			topics->items[i].state.partitions = 0;
	if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
		return true;
	if (code)
		return err_set(err, ERR_RETRY, "configuration of %s: %s",
			       rd_kafka_ConfigResource_name(resource),
			       rd_kafka_ConfigResource_error_string(resource));
	entries = rd_kafka_ConfigResource_configs(resource, &count);
	for (size_t i = 0; i < topics->count; i++)
		for (size_t k = 0; strcmp(topics->items[i].plan->name, name) == 0 && k < count; k++)
			note_entry(&topics->items[i].state, entries[k], &topics->ctl->arena);
	return true;
}

static bool read_answer(struct topics *topics, rd_kafka_queue_t *queue, struct err *err)
{
	rd_kafka_event_t *event = kafka_answer(&topics->kafka, queue, CREATE_TIMEOUT_MS,
					       "describing topics", NULL, err);
	const rd_kafka_ConfigResource_t **resources;
	bool ok = true;
	size_t count;

	if (!event)
		return false;
	resources = rd_kafka_DescribeConfigs_result_resources(
		rd_kafka_event_DescribeConfigs_result(event), &count);
	for (size_t i = 0; ok && i < count; i++)
		ok = note_configuration(topics, resources[i], err);
	rd_kafka_event_destroy(event);
	return ok;
}

static bool describe(struct topics *topics, struct err *err)
{
	rd_kafka_ConfigResource_t **asked =
		arena_array(&topics->ctl->arena, rd_kafka_ConfigResource_t *, topics->count);
	rd_kafka_queue_t *queue = rd_kafka_queue_new(topics->kafka.client);
	size_t count = 0;
	bool ok = true;

	for (size_t i = 0; i < topics->count; i++)
		if (topics->items[i].state.partitions)
			asked[count++] = rd_kafka_ConfigResource_new(
				RD_KAFKA_RESOURCE_TOPIC,
				kafka_topic_name(&topics->kafka, topics->items[i].plan->name,
						 &topics->ctl->arena));
	if (count) {
		rd_kafka_DescribeConfigs(topics->kafka.client, asked, count, NULL, queue);
		ok = read_answer(topics, queue, err);
	}
	rd_kafka_ConfigResource_destroy_array(asked, count);
	rd_kafka_queue_destroy(queue);
	return ok;
}

static bool look(struct topics *topics, struct err *err)
{
	const struct rd_kafka_metadata *metadata =
		kafka_metadata(&topics->kafka, topics->arguments.timeout_ms, err);
	bool ok;

	if (!metadata)
		return false;
	for (size_t i = 0; i < topics->count; i++) {
		const struct rd_kafka_metadata_topic *found =
			kafka_topic(&topics->kafka, metadata, topics->items[i].plan->name);

		topics->items[i].state.partitions = found ? found->partition_cnt : 0;
	}
	rd_kafka_metadata_destroy(metadata);
	ok = describe(topics, err);
	for (size_t i = 0; ok && i < topics->count; i++) {
		struct topic *topic = &topics->items[i];

		if (topic->state.partitions)
			topic->differences =
				topic_differences(topic->plan, &topic->state, &topics->ctl->arena);
	}
	return ok;
}

/* ---- what is made ---- */

static void set_number(rd_kafka_NewTopic_t *made, const char *name, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)value);
	if (value)
		rd_kafka_NewTopic_set_config(made, name, text);
}

static rd_kafka_NewTopic_t *new_topic(const struct topics *topics, const struct topic_plan *plan,
				      struct err *err)
{
	char reason[256];
	rd_kafka_NewTopic_t *made = rd_kafka_NewTopic_new(
		kafka_topic_name(&topics->kafka, plan->name, &topics->ctl->arena),
		(int)plan->partitions, (int)topics->ctl->config.topics.replication_factor, reason,
		sizeof(reason));

	if (!made) {
		err_set(err, ERR_USAGE, "%s: %s", plan->name, reason);
		return NULL;
	}
	rd_kafka_NewTopic_set_config(made, "cleanup.policy", plan->cleanup_policy);
	set_number(made, "retention.ms", plan->retention_ms);
	set_number(made, "max.message.bytes", plan->max_message_bytes);
	return made;
}

static bool note_creation(struct topics *topics, const rd_kafka_topic_result_t *result,
			  struct err *err)
{
	rd_kafka_resp_err_t code = rd_kafka_topic_result_error(result);
	const char *name = rd_kafka_topic_result_name(result);

	if (code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
		return true; /* somebody was quicker; it will be checked */
	if (code) {
		bool refused = code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
			       code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED ||
			       code == RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR ||
			       code == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION ||
			       code == RD_KAFKA_RESP_ERR_POLICY_VIOLATION;

		return err_set(err, refused ? ERR_USAGE : ERR_RETRY, "creating %s: %s", name,
			       rd_kafka_topic_result_error_string(result));
	}
	for (size_t i = 0; i < topics->count; i++)
		if (strcmp(topics->items[i].plan->name,
			   name + strlen(topics->ctl->config.kafka.topic_prefix)) == 0)
			topics->items[i].created = true;
	return true;
}

static bool request(struct topics *topics, rd_kafka_NewTopic_t **made, size_t count,
		    struct err *err)
{
	rd_kafka_queue_t *queue = rd_kafka_queue_new(topics->kafka.client);
	rd_kafka_AdminOptions_t *wishes =
		rd_kafka_AdminOptions_new(topics->kafka.client, RD_KAFKA_ADMIN_OP_CREATETOPICS);
	const rd_kafka_topic_result_t **results;
	rd_kafka_event_t *event;
	char reason[256];
	bool ok;

	rd_kafka_AdminOptions_set_operation_timeout(wishes, CREATE_TIMEOUT_MS, reason,
						    sizeof(reason));
	rd_kafka_AdminOptions_set_request_timeout(wishes, CREATE_TIMEOUT_MS, reason,
						  sizeof(reason));
	rd_kafka_CreateTopics(topics->kafka.client, made, count, wishes, queue);
	event = kafka_answer(&topics->kafka, queue, CREATE_TIMEOUT_MS, "creating topics", NULL,
			     err);
	ok = event != NULL;
	if (ok) {
		results = rd_kafka_CreateTopics_result_topics(
			rd_kafka_event_CreateTopics_result(event), &count);
		for (size_t i = 0; i < count; i++)
			ok = note_creation(topics, results[i], err) && ok;
		rd_kafka_event_destroy(event);
	}
	rd_kafka_AdminOptions_destroy(wishes);
	rd_kafka_queue_destroy(queue);
	return ok;
}

static bool create(struct topics *topics, struct err *err)
{
	rd_kafka_NewTopic_t **made =
		arena_array(&topics->ctl->arena, rd_kafka_NewTopic_t *, topics->count);
	size_t count = 0;
	bool ok = true;

	for (size_t i = 0; ok && i < topics->count; i++) {
		if (topics->items[i].state.partitions)
			continue;
		made[count] = new_topic(topics, topics->items[i].plan, err);
		ok = made[count] != NULL;
		count += ok;
	}
	if (ok && count)
		ok = request(topics, made, count, err);
	rd_kafka_NewTopic_destroy_array(made, count);
	return ok;
}

/* Brokers learn of a new topic a moment later; who comes after us shall find it. */
static bool look_until_there(struct topics *topics, struct err *err)
{
	int64_t deadline = monotonic_us() + CREATE_TIMEOUT_MS * 1000;
	size_t missing;

	do {
		if (!look(topics, err))
			return false;
		missing = 0;
		for (size_t i = 0; i < topics->count; i++)
			missing += topics->items[i].state.partitions == 0;
		if (missing == 0)
			return true;
		rd_kafka_poll(topics->kafka.client, 50);
	} while (monotonic_us() < deadline);
	return err_set(err, ERR_RETRY, "%zu topics were created, but do not show yet", missing);
}

static bool work(struct topics *topics, struct err *err)
{
	static const char *const properties[] = { NULL };

	if (!kafka_open(&topics->kafka, &topics->ctl->config, RD_KAFKA_PRODUCER, properties, err) ||
	    !look(topics, err))
		return false;
	return topics->arguments.dry_run || (create(topics, err) && look_until_there(topics, err));
}

int command_topics(struct ctl *ctl, int argc, char **argv)
{
	struct topics topics = { .ctl = ctl, .arguments = { .timeout_ms = 10000 } };
	struct topic_wishes wishes;
	struct topic_plan *plans;
	struct err err = { 0 };
	int status = ctl_parse(ctl, &usage, &topics.arguments, argc, argv);

	if (status)
		return status;
	wishes = (struct topic_wishes){ ctl->config.topics.partitions,
					ctl->config.topics.retention_ms,
					ctl->config.topics.dead_letter_retention_ms };
	topics_plan(&wishes, &ctl->arena, &plans, &topics.count);
	topics.items = arena_array(&ctl->arena, struct topic, topics.count);
	for (size_t i = 0; i < topics.count; i++)
		topics.items[i].plan = &plans[i];
	status = work(&topics, &err) ? topics_report(&topics) : ctl_fail(ctl, &err);
	kafka_close(&topics.kafka);
	return status;
}
