#include "library.h"

#include <inttypes.h>
#include <math.h>

#include "diagnosis.h"
#include "heap.h"
#include "instant.h"
#include "log.h"
#include "metrics.h"

#define LEARN_MS 250
#define END_MS 2000
#define ASK_US (5 * US_PER_SECOND)
#define ASK_MS 200
#define GAUGES_MAX 200

struct held {
	struct arena arena; /* of key and value */
	int64_t version;
};

struct library_reader {
	const struct library_source *source;
	char topic[512];
	rd_kafka_t *consumer;
	struct library library;
	char event_id[256];
	struct kafka_health *health;
	struct library_entry *entries; /* sorted by key; held[i] owns entries[i] */
	struct held *held;
	size_t capacity;
	struct library_entry *gone; /* gone_held[i] owns gone[i] */
	struct arena *gone_held;
	/* Read, but not taken over: up to the end of a transaction there is always an end of the
	 * topic. */
	rd_kafka_message_t **staged;
	size_t staged_count, staged_capacity;
	bool current;
	int64_t asked_at;
	rd_kafka_resp_err_t asked; /* what came of it */
	int64_t read_to;           /* where the log ended when it was read to its end */
	char refusal[512];         /* why it may not read; "": it may, as far as is known */
	int gauges;
	struct metric *number, *size, *malformed;
};

static size_t position_of(const struct library_reader *reader, const char *key, bool *ret_found)
{
	size_t low = 0, high = reader->library.count;

	*ret_found = false;
	while (low < high && !*ret_found) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(reader->entries[middle].key, key);

		if (order < 0)
			low = middle + 1;
		else
			high = middle;
		*ret_found = order == 0;
		if (*ret_found)
			return middle;
	}
	return low;
}

/* The gauge of a key; NULL: it has none, or there are too many. They are never given back, so their
 * number is bounded. */
static struct metric *gauge_of(struct library_reader *reader, const char *key)
{
	const struct library_gauge *gauge = reader->source->gauge;
	struct buffer label = { 0 };
	struct metric *metric = NULL;

	if (!gauge)
		return NULL;
	metrics_label(&label, gauge->label, key);
	metric = metric_find(gauge->name, label.bytes);
	if (!metric && reader->gauges < GAUGES_MAX) {
		metric = metric_register(METRIC_GAUGE, gauge->name, label.bytes, gauge->help);
		reader->gauges++;
	}
	buffer_release(&label);
	return metric;
}

static void show(struct library_reader *reader, const struct library_entry *entry)
{
	struct metric *metric = gauge_of(reader, entry->key);

	if (metric)
		metric_set(metric, *(const double *)(const void *)((const char *)entry->value +
								   reader->source->gauge->offset));
}

static void hide(struct library_reader *reader, const char *key)
{
	struct metric *metric = gauge_of(reader, key);

	if (metric)
		metric_set(metric, NAN);
}

/* Takes the arena of what was held over: whoever sweeps because it is gone must know what it
 * was. */
static void keep_gone(struct library_reader *reader, size_t at, int64_t number)
{
	size_t count = reader->library.gone_count++;

	reader->gone = heap_resize(reader->gone, (count + 1) * sizeof(*reader->gone));
	reader->gone_held =
		heap_resize(reader->gone_held, (count + 1) * sizeof(*reader->gone_held));
	reader->gone[count] = reader->entries[at];
	reader->gone[count].changed = number;
	reader->gone_held[count] = reader->held[at].arena;
	reader->library.gone = reader->gone;
}

static void remove_entry(struct library_reader *reader, const char *key, int64_t number)
{
	bool found;
	size_t at = position_of(reader, key, &found);
	size_t behind;

	if (!found)
		return;
	hide(reader, key);
	if (reader->current)
		keep_gone(reader, at, number);
	else
		arena_release(&reader->held[at].arena);
	behind = reader->library.count - at - 1;
	memmove(&reader->entries[at], &reader->entries[at + 1], behind * sizeof(*reader->entries));
	memmove(&reader->held[at], &reader->held[at + 1], behind * sizeof(*reader->held));
	reader->library.count--;
}

static void make_room(struct library_reader *reader)
{
	if (reader->library.count < reader->capacity)
		return;
	reader->capacity = reader->capacity ? reader->capacity * 2 : 64;
	reader->entries = heap_resize(reader->entries, reader->capacity * sizeof(*reader->entries));
	reader->held = heap_resize(reader->held, reader->capacity * sizeof(*reader->held));
	reader->library.entries = reader->entries;
}

/* Takes the arena over. */
static void put_entry(struct library_reader *reader, const char *key, const void *value,
		      int64_t number, struct arena *arena)
{
	int64_t version = *(const int64_t *)(const void *)((const char *)value +
							   reader->source->version_offset);
	bool found;
	size_t at = position_of(reader, key, &found);

	if (found && reader->held[at].version >= version) {
		arena_release(arena);
		return;
	}
	if (found) {
		arena_release(&reader->held[at].arena);
	} else {
		size_t behind = reader->library.count - at;

		make_room(reader);
		memmove(&reader->entries[at + 1], &reader->entries[at],
			behind * sizeof(*reader->entries));
		memmove(&reader->held[at + 1], &reader->held[at], behind * sizeof(*reader->held));
		reader->library.count++;
	}
	reader->entries[at] =
		(struct library_entry){ .key = key, .value = value, .changed = number };
	reader->held[at] = (struct held){ .arena = *arena, .version = version };
	show(reader, &reader->entries[at]);
}

/* An event that nobody could have sent but a stranger is reported and passed over: there is no
 * other word for it. */
static void take(struct library_reader *reader, const rd_kafka_message_t *event)
{
	struct arena arena;
	struct err err = { 0 };
	char *key;
	void *value;

	arena_init(&arena);
	key = arena_strndup(&arena, event->key ? event->key : "", event->key ? event->key_len : 0);
	if (!event->payload) {
		remove_entry(reader, key, event->offset + 1);
		arena_release(&arena);
		return;
	}
	value = arena_alloc(&arena, reader->source->size);
	if (!json_decode(event->payload, event->len, reader->source->fields, value,
			 reader->source->size, &arena, &err)) {
		log_error("an event of the library does not decode and is passed over",
			  log_text("topic", reader->topic), log_int("offset", event->offset),
			  log_text("error", err.text));
		metric_add(reader->malformed, 1);
		arena_release(&arena);
		return;
	}
	put_entry(reader, key, value, event->offset + 1, &arena);
}

static void note_place(struct library_reader *reader, const rd_kafka_message_t *event)
{
	rd_kafka_headers_t *headers;
	const void *id = NULL;
	size_t length = 0;

	if (!rd_kafka_message_headers(event, &headers))
		rd_kafka_header_get_last(headers, "ce_id", &id, &length);
	if (id && length)
		snprintf(reader->event_id, sizeof(reader->event_id), "%.*s", (int)length,
			 (const char *)id);
	else
		snprintf(reader->event_id, sizeof(reader->event_id), "%020" PRId64, event->offset);
	reader->library.number = event->offset + 1;
}

static void stage(struct library_reader *reader, rd_kafka_message_t *event)
{
	if (reader->staged_count == reader->staged_capacity) {
		reader->staged_capacity = reader->staged_capacity ? 2 * reader->staged_capacity
								  : 64;
		reader->staged = heap_resize(reader->staged,
					     reader->staged_capacity * sizeof(*reader->staged));
	}
	reader->staged[reader->staged_count++] = event;
}

/* Returns whether there was anything. */
static bool take_staged(struct library_reader *reader)
{
	bool changed = reader->staged_count > 0;

	for (size_t i = 0; i < reader->staged_count; i++) {
		take(reader, reader->staged[i]);
		note_place(reader, reader->staged[i]);
		rd_kafka_message_destroy(reader->staged[i]);
	}
	reader->staged_count = 0;
	return changed;
}

static void note_refusal(struct library_reader *reader, const char *said)
{
	const char *advice = diagnose_kafka(said);

	snprintf(reader->refusal, sizeof(reader->refusal), "%s%s%s", said, advice ? "; " : "",
		 advice ? advice : "");
	kafka_note_refusal(reader->health, rd_kafka_name(reader->consumer), said);
}

const char *library_reader_waits_for(const struct library_reader *reader)
{
	return *reader->refusal ? reader->refusal
				: "the pattern library is not read to the end yet";
}

/* Of a topic that is not there librdkafka tells nobody who polls. */
static void ask_why(struct library_reader *reader)
{
	int64_t now = monotonic_us();
	rd_kafka_resp_err_t code;
	char said[600];

	if (reader->current || now - reader->asked_at < ASK_US)
		return;
	reader->asked_at = now;
	if (!kafka_ask_topic(reader->consumer, reader->topic, ASK_MS, &code))
		return;
	snprintf(said, sizeof(said), "%s: %s", reader->topic, rd_kafka_err2str(code));
	if (code)
		note_refusal(reader, said);
	else if (reader->asked)
		*reader->refusal = '\0';
	reader->asked = code;
}

bool library_reader_poll(struct library_reader *reader, int timeout_ms)
{
	bool changed = false;
	rd_kafka_message_t *event;

	ask_why(reader);
	while ((event = rd_kafka_consumer_poll(reader->consumer, timeout_ms))) {
		timeout_ms = 0;
		if (!event->err) {
			stage(reader, event);
			continue;
		}
		if (event->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
			changed |= take_staged(reader);
			reader->read_to = event->offset;
			*reader->refusal = '\0';
			if (!reader->current)
				reader->library.gone_since = reader->library.number;
			reader->current = true;
		} else if (event->err == RD_KAFKA_RESP_ERR__FATAL) {
			kafka_note_fatal(reader->consumer, reader->health);
		} else {
			note_refusal(reader, rd_kafka_message_errstr(event));
		}
		rd_kafka_message_destroy(event);
	}
	if (changed) {
		metric_set(reader->number, (double)reader->library.number);
		metric_set(reader->size, (double)reader->library.count);
	}
	return changed;
}

bool library_reader_is_current(const struct library_reader *reader)
{
	return reader->current;
}

const struct library *library_reader_library(const struct library_reader *reader)
{
	return &reader->library;
}

bool library_reader_end(struct library_reader *reader, int64_t *ret_end)
{
	int64_t end;

	if (!kafka_ask_offset(reader->consumer, reader->topic, 0, RD_KAFKA_OFFSET_END, END_MS,
			      &end))
		return false;
	/* An end below the number is that of a topic made anew. */
	*ret_end = end <= reader->read_to && end > reader->library.number ? reader->library.number
									  : end;
	return true;
}

static bool assign_from_start(struct library_reader *reader, struct err *err)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_resp_err_t code;

	rd_kafka_topic_partition_list_add(list, reader->topic, 0)->offset =
		RD_KAFKA_OFFSET_BEGINNING;
	code = rd_kafka_assign(reader->consumer, list);
	rd_kafka_topic_partition_list_destroy(list);
	return !code ||
	       err_set(err, ERR_USAGE, "library %s: %s", reader->topic, rd_kafka_err2str(code));
}

struct library_reader *library_reader_new(const struct runtime_config *config,
					  const struct library_source *source, const char *worker,
					  struct kafka_health *health, struct err *err)
{
	struct library_reader *reader = heap_zeroed(1, sizeof(*reader));
	char client[256], group[256], session[32];
	rd_kafka_resp_err_t unused;
	rd_kafka_conf_t *conf;

	reader->source = source;
	reader->health = health;
	reader->library.event_id = reader->event_id;
	snprintf(reader->topic, sizeof(reader->topic), "%s%s", config->kafka.topic_prefix,
		 source->topic);
	reader->number = metric_register(METRIC_GAUGE, "growth_library_snapshot_number", NULL,
					 "Offset after the last pattern event read");
	reader->size = metric_register(METRIC_GAUGE, "growth_library_patterns", NULL,
				       "Patterns held in memory");
	reader->malformed = metric_register(METRIC_COUNTER, "growth_library_malformed_total", NULL,
					    "Pattern events that did not decode");
	snprintf(client, sizeof(client), "%s-library", worker);
	/* A group.id is demanded by librdkafka; nothing is committed under it. */
	snprintf(group, sizeof(group), "%s-library", worker);
	/* It joins no group, but librdkafka compares it with max.poll.interval.ms, which may have
	 * been set for the worker's. */
	snprintf(session, sizeof(session), "%lld", (long long)config->kafka.session_timeout_ms);
	conf = kafka_conf_new(config, client, health, err);
	if (conf &&
	    kafka_conf_set(conf, err, "group.id", group, "enable.auto.commit", "false",
			   "enable.auto.offset.store", "false", "isolation.level", "read_committed",
			   "enable.partition.eof", "true", "auto.offset.reset", "earliest",
			   "session.timeout.ms", session, "queued.max.messages.kbytes", "4096",
			   "fetch.wait.max.ms", "100", NULL))
		reader->consumer = kafka_client_new(RD_KAFKA_CONSUMER, conf, err);
	if (!reader->consumer) {
		free(reader);
		return NULL;
	}
	rd_kafka_poll_set_consumer(reader->consumer);
	/* A partition that is assigned before its leader is known is looked at again after half a
	 * second, by librdkafka 2.0.2. If no broker answers now, that is soon enough. */
	kafka_ask_topic(reader->consumer, reader->topic, LEARN_MS, &unused);
	if (!assign_from_start(reader, err)) {
		library_reader_free(reader);
		return NULL;
	}
	return reader;
}

void library_reader_free(struct library_reader *reader)
{
	if (!reader)
		return;
	for (size_t i = 0; i < reader->staged_count; i++)
		rd_kafka_message_destroy(reader->staged[i]);
	free(reader->staged);
	rd_kafka_consumer_close(reader->consumer);
	rd_kafka_destroy(reader->consumer);
	for (size_t i = 0; i < reader->library.count; i++)
		arena_release(&reader->held[i].arena);
	for (size_t i = 0; i < reader->library.gone_count; i++)
		arena_release(&reader->gone_held[i]);
	free(reader->gone);
	free(reader->gone_held);
	free(reader->entries);
	free(reader->held);
	free(reader);
}
