/* Reads the dead-letter topics from their starts, as a read_committed consumer without a group:
 * they are short, and whether somebody retried one of two letters about the same message can only
 * be seen with both. What was decided is read first: so each letter's state is known when it comes,
 * and only what is wanted of it is held. */
#include "decide_pipeline.h"
#include "dlq.h"
#include "event_identity.h"
#include "instant.h"

#define HELD_MOST ((size_t)256 << 20)
#define COUNTED_MOST 10000
#define COUNTING_MS 3000

struct reading {
	struct dlq *dlq;
	struct dlq_records records;
	const struct letter_filter *filter; /* or NULL */
	bool values;
	struct dead_letters letters;
	size_t capacity, held;
	struct arena scratch; /* a message's */
};

bool dlq_open(struct dlq *dlq, struct err *err)
{
	dlq->arena = &dlq->ctl->arena;
	dlq->held_most = HELD_MOST;
	dlq->db = ctl_database(dlq->ctl, err);
	if (!dlq->db || !kafka_open_reader(&dlq->reader, &dlq->ctl->config, err))
		return false;
	dlq->metadata = kafka_metadata(&dlq->reader, dlq->timeout_ms, err);
	return dlq->metadata != NULL;
}

void dlq_close(struct dlq *dlq)
{
	if (dlq->metadata)
		rd_kafka_metadata_destroy(dlq->metadata);
	kafka_close(&dlq->reader);
	db_close(dlq->db);
}

/* ---- one letter ---- */

static void take_identity(struct reading *reading, struct dead_letter *letter,
			  const rd_kafka_message_t *message)
{
	const struct bytes value = { message->payload, message->len };
	struct event_identity identity;

	arena_reset(&reading->scratch);
	identity = event_identity(&letter->origin, letter->headers.items, letter->headers.count,
				  value, &reading->scratch);
	letter->id = arena_strdup(reading->dlq->arena, identity.id);
	letter->source = arena_strdup(reading->dlq->arena, identity.source);
	letter->event_time = identity.time;
}

static struct bytes keep(struct reading *reading, struct bytes bytes)
{
	reading->held += bytes.length;
	if (bytes.data)
		bytes.data = arena_memdup(reading->dlq->arena, bytes.data, bytes.length);
	return bytes;
}

/* When too much is held nothing more is: there will be an error in place of the letters. */
static void keep_wanted(struct reading *reading, struct dead_letter *letter,
			const rd_kafka_message_t *message)
{
	bool wanted = reading->filter && reading->held < reading->dlq->held_most &&
		      filter_has(reading->filter, letter);

	if (wanted)
		letter->key = keep(reading, (struct bytes){ message->key, message->key_len });
	if (!wanted || !reading->values) {
		letter->headers.count = 0;
		return;
	}
	letter->value = keep(reading, (struct bytes){ message->payload, message->len });
	for (size_t i = 0; i < letter->headers.count; i++) {
		struct emit_header *header = &letter->headers.items[i];

		header->name = arena_strdup(reading->dlq->arena, header->name);
		header->value = keep(reading, header->value);
	}
}

/* As broker_time() has it: what cannot be written as text cannot be kept in Postgres either. */
static struct optional_time time_of(const rd_kafka_message_t *message)
{
	rd_kafka_timestamp_type_t type;
	int64_t ms = rd_kafka_message_timestamp(message, &type);

	if (ms < INSTANT_EARLIEST / 1000)
		return (struct optional_time){ INSTANT_EARLIEST, true };
	if (ms > INSTANT_LATEST / 1000)
		return (struct optional_time){ INSTANT_LATEST, true };
	return (struct optional_time){ ms * 1000, true };
}

static const char *worker_of(const char *topic, struct arena *arena)
{
	return arena_strndup(arena, topic, strlen(topic) - strlen(".dlq"));
}

static void take_letter(const rd_kafka_message_t *message, void *closure)
{
	struct reading *reading = closure;
	struct arena *arena = reading->dlq->arena;
	const char *prefix = reading->dlq->ctl->config.kafka.topic_prefix;
	const char *topic = rd_kafka_topic_name(message->rkt) + strlen(prefix);
	struct emit_header *headers = NULL;
	struct dead_letter *letter;
	size_t count = event_headers(message, arena, &headers);

	if (reading->letters.count == reading->capacity) {
		reading->capacity = reading->capacity * 2 + 64;
		reading->letters.items = arena_grow(arena, reading->letters.items,
						    reading->letters.count, reading->capacity,
						    sizeof(*reading->letters.items));
	}
	letter = &reading->letters.items[reading->letters.count++];
	letter->at = (struct letter_place){ arena_strdup(arena, topic), message->partition,
					    message->offset };
	letter->worker = worker_of(letter->at.topic, arena);
	letter->time = time_of(message);
	dlq_records_tell(&reading->records, letter);
	letter_take_headers(letter, headers, count, arena);
	if (letter->origin.topic)
		take_identity(reading, letter, message);
	keep_wanted(reading, letter, message);
}

/* ---- all of them ---- */

static bool list_topics(struct dlq *dlq, rd_kafka_topic_partition_list_t *list, struct err *err)
{
	for (const struct pipeline_worker *worker = pipeline; worker->name; worker++) {
		const char *name = arena_printf(dlq->arena, "%s.dlq", worker->name);
		const struct rd_kafka_metadata_topic *topic =
			kafka_topic(&dlq->reader, dlq->metadata, name);

		if (!topic)
			return err_set(err, ERR_USAGE,
				       "topic %s%s does not exist; see growthctl topics",
				       dlq->ctl->config.kafka.topic_prefix, name);
		for (int i = 0; i < topic->partition_cnt; i++)
			rd_kafka_topic_partition_list_add(list, topic->topic,
							  topic->partitions[i].id);
	}
	return kafka_ask(&dlq->reader, list, RD_KAFKA_OFFSET_BEGINNING, dlq->timeout_ms, err);
}

static bool read_records(const struct kafka *kafka, struct db *db,
			 const rd_kafka_topic_partition_list_t *starts, struct arena *arena,
			 struct dlq_records *ret_records, struct err *err)
{
	size_t prefix = strlen(kafka->config->kafka.topic_prefix), count = (size_t)starts->cnt;
	struct letter_place *firsts = arena_array(arena, struct letter_place, count);

	for (size_t i = 0; i < count; i++)
		firsts[i] = (struct letter_place){ starts->elems[i].topic + prefix,
						   starts->elems[i].partition,
						   starts->elems[i].offset };
	return dlq_records_read(db, firsts, count, arena, ret_records, err);
}

static int by_place(const void *a, const void *b)
{
	return place_compare(&((const struct dead_letter *)a)->at,
			     &((const struct dead_letter *)b)->at);
}

bool dlq_read(struct dlq *dlq, const struct letter_filter *filter, bool values,
	      struct dead_letters *ret_letters, struct err *err)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);
	struct reading reading = { .dlq = dlq, .filter = filter, .values = values };
	bool ok;

	arena_init(&reading.scratch);
	ok = list_topics(dlq, list, err) &&
	     read_records(&dlq->reader, dlq->db, list, dlq->arena, &reading.records, err) &&
	     kafka_scan(&dlq->reader, list, dlq->timeout_ms, take_letter, &reading, err);
	arena_release(&reading.scratch);
	rd_kafka_topic_partition_list_destroy(list);
	if (!ok)
		return false;
	if (reading.held >= dlq->held_most)
		return err_set(err, ERR_POISON,
			       "the letters meant have more than %zu MiB; narrow the filters",
			       dlq->held_most >> 20);
	if (reading.letters.count)
		qsort(reading.letters.items, reading.letters.count, sizeof(*reading.letters.items),
		      by_place);
	*ret_letters = reading.letters;
	return true;
}

/* ---- how many ---- */

struct counting {
	struct dlq_records records;
	size_t prefix;
	struct dlq_count count;
};

static void count_letter(const rd_kafka_message_t *message, void *closure)
{
	struct counting *counting = closure;
	struct dead_letter letter = {
		.at = { rd_kafka_topic_name(message->rkt) + counting->prefix, message->partition,
			message->offset },
		.time = time_of(message),
	};

	dlq_records_tell(&counting->records, &letter);
	counting->count.letters++;
	counting->count.open += letter.state == LETTER_OPEN;
}

bool dlq_count(struct kafka *kafka, struct db *db, const struct rd_kafka_metadata_topic *topic,
	       struct dlq_count *ret_count, struct err *err)
{
	struct kafka_sample sample = { .most = COUNTED_MOST, .timeout_ms = COUNTING_MS };
	rd_kafka_topic_partition_list_t *list =
		rd_kafka_topic_partition_list_new(topic->partition_cnt);
	struct counting counting = { .prefix = strlen(kafka->config->kafka.topic_prefix) };
	struct arena arena;
	bool ok;

	arena_init(&arena);
	for (int i = 0; i < topic->partition_cnt; i++)
		rd_kafka_topic_partition_list_add(list, topic->topic, topic->partitions[i].id);
	ok = kafka_ask(kafka, list, RD_KAFKA_OFFSET_BEGINNING, COUNTING_MS, err) &&
	     read_records(kafka, db, list, &arena, &counting.records, err) &&
	     kafka_scan_some(kafka, list, &sample, count_letter, &counting, err);
	arena_release(&arena);
	rd_kafka_topic_partition_list_destroy(list);
	counting.count.exact = sample.whole;
	if (ok)
		*ret_count = counting.count;
	return ok;
}
