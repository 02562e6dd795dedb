/*
 * Messages in. What is fetched waits in arrival order until a batch takes it; while that one is
 * handled the next is filled, each in an arena of its own. Where a position was moved, what is
 * older than it is dropped here.
 */
#include "heap.h"
#include "instant.h"
#include "log.h"
#include "loop.h"

static size_t wanted(const struct loop *loop)
{
	return (size_t)loop->config->batch.max;
}

bool loop_has_full_batch(const struct loop *loop)
{
	return loop->pending >= wanted(loop) ||
	       loop->pending_bytes >= (size_t)loop->config->batch.max_bytes;
}

size_t loop_batch_size(const struct loop *loop, size_t first, bool *ret_full)
{
	size_t count = 0, bytes = 0;

	*ret_full = false;
	while (!*ret_full && first + count < loop->pending) {
		bytes += loop->raws[first + count++].value_length;
		*ret_full = count == wanted(loop) || bytes >= (size_t)loop->config->batch.max_bytes;
	}
	return count;
}

/* One that is read ahead for is there while the one before it is handled. */
static bool has_enough(const struct loop *loop)
{
	size_t batches = loop->runner.ahead ? 2 : 1;

	return loop->pending >= batches * wanted(loop) ||
	       loop->pending_bytes >= batches * (size_t)loop->config->batch.max_bytes;
}

const struct raw_message *loop_first_pending(const struct loop *loop,
					     const struct partition *partition)
{
	for (size_t i = 0; i < loop->pending; i++) {
		if (loop->raws[i].owner == partition)
			return &loop->raws[i];
	}
	return NULL;
}

static int64_t linger_us(const struct loop *loop)
{
	int64_t left;

	if (loop->config->batch.linger_ms == 0 || loop->pending == 0 || loop_has_full_batch(loop))
		return 0;
	left = loop->pending_at + loop->config->batch.linger_ms * 1000 - monotonic_us();
	return left > 0 ? left : 0;
}

bool loop_lingers(const struct loop *loop)
{
	return linger_us(loop) > 0;
}

/* For how long the next message is waited for. */
static int patience_ms(const struct loop *loop, int idle_ms)
{
	int64_t linger_ms = (linger_us(loop) + 999) / 1000;

	return loop->pending && linger_ms < idle_ms ? (int)linger_ms : idle_ms;
}

/* For how long messages are taken: while they linger not for longer than the loop's other work may
 * wait. */
static int64_t taking_us(const struct loop *loop, int idle_ms)
{
	int64_t wait_ms = loop->config->batch.wait_ms;

	return (loop_lingers(loop) && idle_ms < wait_ms ? idle_ms : wait_ms) * 1000;
}

static void make_room(struct loop *loop)
{
	if (loop->pending < loop->pending_capacity)
		return;
	loop->pending_capacity = loop->pending_capacity ? loop->pending_capacity * 2 : 256;
	loop->raws = heap_resize(loop->raws, loop->pending_capacity * sizeof(*loop->raws));
	loop->kafka = heap_resize(loop->kafka, loop->pending_capacity * sizeof(*loop->kafka));
	loop->places = heap_resize(loop->places, loop->pending_capacity * sizeof(*loop->places));
}

/* Where the next message's headers go. What was handled leaves its arena empty, also when there is
 * always more. */
static struct pending_arena *place_for_headers(struct loop *loop)
{
	struct pending_arena *other = loop->filling == &loop->pending_arenas[0]
					      ? &loop->pending_arenas[1]
					      : &loop->pending_arenas[0];

	if (loop->filling->messages && other->messages == 0)
		loop->filling = other;
	if (loop->filling->messages == 0)
		arena_reset(&loop->filling->arena);
	loop->filling->messages++;
	return loop->filling;
}

static void read_headers(struct arena *arena, const rd_kafka_message_t *kafka,
			 struct raw_message *raw)
{
	rd_kafka_headers_t *headers;
	size_t count;

	if (rd_kafka_message_headers(kafka, &headers))
		return;
	count = rd_kafka_header_cnt(headers);
	if (count > OUTBOX_HEADERS_MAX)
		count = OUTBOX_HEADERS_MAX;
	raw->headers = arena_array(arena, struct outbox_header, count);
	for (size_t i = 0; i < count; i++) {
		struct outbox_header *header = &raw->headers[raw->header_count];

		if (rd_kafka_header_get_all(headers, i, &header->name, &header->value,
					    &header->value_length))
			break;
		header->name_length = strlen(header->name);
		raw->header_count++;
	}
}

/* Takes the message over. */
static void take(struct loop *loop, rd_kafka_message_t *kafka, struct partition *owner)
{
	struct raw_message *raw;
	rd_kafka_timestamp_type_t type;

	if (!loop->waited)
		loop->pending_at = monotonic_us();
	loop->waited = true;
	make_room(loop);
	raw = &loop->raws[loop->pending];
	*raw = (struct raw_message){ .owner = owner,
				     .route = owner->route,
				     .partition = kafka->partition,
				     .offset = kafka->offset,
				     .timestamp_ms = rd_kafka_message_timestamp(kafka, &type),
				     .key = kafka->key,
				     .key_length = kafka->key_len,
				     .value = kafka->payload,
				     .value_length = kafka->len };
	loop->places[loop->pending] = place_for_headers(loop);
	read_headers(&loop->places[loop->pending]->arena, kafka, raw);
	loop->kafka[loop->pending++] = kafka;
	loop->pending_bytes += kafka->len;
}

static void stop_missing(struct loop *loop, struct partition *partition)
{
	struct err err = { 0 };

	if (partition->state != PARTITION_RECOVERED)
		return; /* an answer to a question of before */
	partition->missing = (struct optional_int){ partition->next_offset, true };
	loop_check_log(loop, partition, partition->epoch, partition->next_offset, &err);
	loop_stop_partition(loop, partition, err.text);
}

static void on_consumer_error(struct loop *loop, const rd_kafka_message_t *kafka,
			      struct partition *partition)
{
	if (kafka->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
		atomic_store(&loop->consumer_health.brokers_down, false);
		if (partition) {
			partition->log_end = kafka->offset;
			if (!loop_first_pending(loop, partition))
				metric_set(partition->lag, 0);
		}
	} else if (kafka->err == RD_KAFKA_RESP_ERR__FATAL) {
		/* A consumer's fatal error comes this way only; every later poll would be empty. */
		kafka_note_fatal(loop->consumer, &loop->consumer_health);
	} else if (kafka->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET && partition &&
		   partition->next_offset == 0) {
		loop_distrust(loop,
			      partition); /* the log's start could not be looked up: not now */
	} else if (kafka->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET && partition) {
		stop_missing(loop, partition);
	} else if (!loop_note_refusal(loop, kafka)) {
		log_warn("consumer", log_text("error", rd_kafka_err2name(kafka->err)),
			 log_text("detail", rd_kafka_message_errstr(kafka)));
	}
}

static void receive(struct loop *loop, rd_kafka_message_t *kafka)
{
	const char *topic = kafka->rkt ? rd_kafka_topic_name(kafka->rkt) +
						 strlen(loop->config->kafka.topic_prefix)
				       : "";
	struct partition *owner = loop_partition(loop, topic, kafka->partition);

	if (kafka->err)
		on_consumer_error(loop, kafka, owner);
	if (owner && (!kafka->err || kafka->err == RD_KAFKA_RESP_ERR__PARTITION_EOF))
		loop_end_refusal(loop, owner->route);
	/* Not (any longer) ours, or of before the position: Postgres has it. */
	if (kafka->err || !owner || owner->state != PARTITION_RECOVERED ||
	    kafka->offset < owner->next_offset)
		rd_kafka_message_destroy(kafka);
	else
		take(loop, kafka, owner);
}

/* Polls at least once, also when there is enough: the group wants a sign of life, and its callbacks
 * run in here. What comes beyond the batch is kept; when nothing can be handled for a while, the
 * loop drops it and fetches nothing (loop_hold()). */
void loop_fetch(struct loop *loop, int idle_ms)
{
	int64_t deadline = 0;
	size_t before = loop->pending;
	rd_kafka_message_t *kafka;

	while ((kafka = rd_kafka_consumer_poll(loop->consumer, patience_ms(loop, idle_ms)))) {
		receive(loop, kafka);
		if (!deadline || (before < wanted(loop) && loop->pending == wanted(loop)))
			deadline = monotonic_us() + taking_us(loop, idle_ms);
		before = loop->pending;
		if (has_enough(loop) || monotonic_us() > deadline)
			break;
	}
}

static void drop(struct loop *loop, size_t index)
{
	rd_kafka_message_destroy(loop->kafka[index]);
	loop->kafka[index] = NULL;
	loop->places[index]->messages--;
}

static void close_gaps(struct loop *loop)
{
	size_t kept = 0;

	loop->pending_bytes = 0;
	for (size_t i = 0; i < loop->pending; i++) {
		if (!loop->kafka[i])
			continue;
		loop->pending_bytes += loop->kafka[i]->len;
		loop->kafka[kept] = loop->kafka[i];
		loop->places[kept] = loop->places[i];
		loop->raws[kept++] = loop->raws[i];
	}
	loop->pending = kept;
}

void loop_drop_first(struct loop *loop, size_t count)
{
	for (size_t i = 0; i < count; i++)
		drop(loop, i);
	close_gaps(loop);
}

void loop_drop_partition(struct loop *loop, const struct partition *partition)
{
	for (size_t i = 0; i < loop->pending; i++) {
		if (loop->raws[i].owner == partition)
			drop(loop, i);
	}
	close_gaps(loop);
}

void loop_drop_pending(struct loop *loop)
{
	loop_drop_first(loop, loop->pending);
}

int64_t loop_needed_snapshot(const struct loop *loop)
{
	int64_t needed = loop->runner.needed_snapshot;

	for (size_t i = 0; i < loop->partition_count; i++) {
		if (loop->partitions[i]->state == PARTITION_RECOVERED &&
		    loop->partitions[i]->snapshot > needed)
			needed = loop->partitions[i]->snapshot;
	}
	return needed;
}
