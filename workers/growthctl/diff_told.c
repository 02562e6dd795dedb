/*
 * What both sides have told of the contractors of whom rows differ: these are looked up first, then
 * the topics are read, whole, since what was told of one contractor may be anywhere in them.
 */
#include <string.h>

#include "diff.h"
#include "diff_read.h"
#include "event_identity.h"
#include "kafka.h"
#include "messages.h"
#include "numbers.h"

/* ---- of whom ---- */

struct collector {
	struct diff *diff;
	size_t capacity;
	struct arena *arena;
};

static bool collect(const struct diff_found *found, void *closure, struct err *err)
{
	struct collector *collector = closure;
	struct diff *diff = collector->diff;
	struct json_object *key, *content;

	(void)err;
	if (!diff_found_differs(found))
		return true;
	diff->differing = arena_room(collector->arena, diff->differing, diff->differing_count,
				     &collector->capacity, sizeof(*diff->differing));
	key = json_tokener_parse(found->key);
	content = json_tokener_parse(found->left ? found->left : found->right);
	diff->differing[diff->differing_count++] = diff_contractor(key, content);
	json_object_put(key);
	json_object_put(content);
	return true;
}

static bool find_differing(struct diff *diff, struct arena *arena, struct err *err)
{
	struct collector collector = { .diff = diff, .arena = arena };

	for (const struct diff_table *table = diff_tables; table->name; table++)
		if (told_concerns(table) && !diff_merge(table, diff->sides[0].db, diff->sides[1].db,
							collect, &collector, err))
			return false;
	diff->differing_count = numbers_unique(diff->differing, diff->differing_count);
	return true;
}

/* ---- what they were told ---- */

struct reading {
	struct told *told;
	const char *topic;  /* without prefix */
	struct arena arena; /* of one message */
};

static void on_message(const rd_kafka_message_t *message, void *closure)
{
	struct reading *reading = closure;
	struct told_message told = { .topic = reading->topic,
				     .value = message->payload,
				     .length = message->len };
	struct event_identity identity;
	struct emit_header *headers;
	size_t count;

	for (size_t i = 0; i < message->key_len && i < 10; i++)
		told.contractor = told.contractor * 10 + (((const char *)message->key)[i] - '0');
	if (!told_wants(reading->told, told.contractor))
		return;
	arena_reset(&reading->arena);
	count = event_headers(message, &reading->arena, &headers);
	identity = event_identity(
		&(struct letter_place){ reading->topic, message->partition, message->offset },
		headers, count, (struct bytes){ message->payload, message->len }, &reading->arena);
	told.id = identity.id;
	told_take(reading->told, &told);
}

/* *ret_whole false: the log has lost its beginning. */
static bool read_topic(struct kafka *kafka, const struct rd_kafka_metadata_topic *topic,
		       struct reading *reading, int64_t timeout_ms, bool *ret_whole,
		       struct err *err)
{
	rd_kafka_topic_partition_list_t *list =
		rd_kafka_topic_partition_list_new(topic->partition_cnt);
	bool ok;

	for (int i = 0; i < topic->partition_cnt; i++)
		rd_kafka_topic_partition_list_add(list, topic->topic, topic->partitions[i].id);
	ok = kafka_ask(kafka, list, RD_KAFKA_OFFSET_BEGINNING, timeout_ms, err);
	for (int i = 0; ok && i < list->cnt; i++)
		*ret_whole = *ret_whole && list->elems[i].offset == 0;
	ok = ok && kafka_scan(kafka, list, timeout_ms, on_message, reading, err);
	rd_kafka_topic_partition_list_destroy(list);
	return ok;
}

static bool read_topics(struct diff *diff, size_t side, struct kafka *kafka, int64_t timeout_ms,
			bool *ret_exist, struct err *err)
{
	static const char *const topics[] = { TOPIC_CONTRACTOR_MATCHED, TOPIC_GOAL_ENRICHED };
	const struct rd_kafka_metadata *metadata = kafka_metadata(kafka, timeout_ms, err);
	struct diff_log *log = &diff->logs[side];
	bool ok = metadata != NULL;

	*ret_exist = true;
	for (size_t i = 0; ok && i < 2; i++) {
		const struct rd_kafka_metadata_topic *topic =
			kafka_topic(kafka, metadata, topics[i]);
		struct reading reading = { .told = log->told, .topic = topics[i] };

		arena_init(&reading.arena);
		*ret_exist = *ret_exist && topic;
		ok = !topic || read_topic(kafka, topic, &reading, timeout_ms, &log->whole, err);
		arena_release(&reading.arena);
	}
	if (metadata)
		rd_kafka_metadata_destroy(metadata);
	return ok;
}

static void read_log(struct diff *diff, size_t side, struct arena *arena, int64_t timeout_ms)
{
	const struct ctl_config *config = &diff->sides[side].ctl.config;
	struct diff_log *log = &diff->logs[side];
	struct kafka kafka = { 0 };
	struct err err = { 0 };
	bool exist = false;

	log->whole = true;
	log->told = told_new(diff->differing, diff->differing_count, &config->vocabulary);
	if (!kafka_open_reader(&kafka, config, &err) ||
	    !read_topics(diff, side, &kafka, timeout_ms, &exist, &err)) {
		log->unread = arena_strdup(arena, err.text);
		log->trusted = exist = false;
	}
	kafka_close(&kafka);
	if (!exist) {
		told_free(log->told);
		log->told = NULL;
	}
}

bool diff_read_told(struct diff *diff, struct arena *arena, int64_t timeout_ms, struct err *err)
{
	if (!find_differing(diff, arena, err))
		return false;
	for (size_t i = 0; diff->differing_count && i < 2; i++) {
		/* Its workers have made the rows just now, and whoever wanted no topics of it said
		 * so. */
		diff->logs[i].trusted = !diff->sides[i].is_live && diff->feeding.count > 0;
		if (diff->sides[i].has_topics)
			read_log(diff, i, arena, timeout_ms);
	}
	return true;
}
