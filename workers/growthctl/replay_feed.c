/*
 * Copies messages of live's topics into the shadow's: same partition, same order, headers, key,
 * value and time. What live knows by its place is given that as id. Across partitions they go by
 * the broker's time, about as they came. A Kafka transaction holds some copies and, as offsets of a
 * group on live's topics, how far they go; so whoever dies, each message is copied once.
 *
 * The consumer is librdkafka's simple one: no group has to be joined, and each partition has a
 * queue of its own to look at.
 */
#include <unistd.h>

#include "emit.h"
#include "event_identity.h"
#include "fault.h"
#include "instant.h"
#include "replay_feeder.h"

#define LOOK_MS 20
#define TRANSACTION_US 200000 /* a reader of the shadow waits for the end of a transaction */
#define MESSAGES_MOST 5000    /* in one of them */
#define SOURCE "growthctl/replay"

static bool tick(struct replay_feeder *feeder, struct err *err)
{
	rd_kafka_poll(feeder->producer.client, 0);
	rd_kafka_poll(feeder->consumer.client, 0);
	return feeder->tick(feeder->closure, err);
}

int64_t replay_feeder_done(const struct replay_feeder *feeder)
{
	const struct replay_plan *plan = &feeder->replay->plan;
	int64_t done = 0;

	for (size_t i = 0; i < plan->partitions_count; i++)
		done += feeder->sources[i].next_offset - plan->partitions[i].begins;
	return done;
}

/* ---- a transaction ---- */

static bool begin(struct replay_feeder *feeder, struct err *err)
{
	rd_kafka_error_t *error = rd_kafka_begin_transaction(feeder->producer.client);

	feeder->begun_us = monotonic_us();
	return !error || replay_fail(feeder, error, "beginning a Kafka transaction", err);
}

static rd_kafka_error_t *send_offsets(struct replay_feeder *feeder)
{
	const struct replay_plan *plan = &feeder->replay->plan;
	rd_kafka_topic_partition_list_t *list =
		rd_kafka_topic_partition_list_new((int)plan->partitions_count + 1);
	rd_kafka_consumer_group_metadata_t *group =
		rd_kafka_consumer_group_metadata_new(feeder->group);
	rd_kafka_error_t *error;

	for (size_t i = 0; i < plan->partitions_count; i++)
		rd_kafka_topic_partition_list_add(list, feeder->sources[i].name,
						  (int32_t)plan->partitions[i].partition)
			->offset = feeder->sources[i].next_offset;
	if (feeder->requested)
		rd_kafka_topic_partition_list_add(
			list, replay_live_name(feeder, TOPIC_RECALCULATION_REQUESTED), 0)
			->offset = feeder->requested;
	error = rd_kafka_send_offsets_to_transaction(feeder->producer.client, list, group,
						     (int)feeder->replay->arguments->timeout_ms);
	rd_kafka_consumer_group_metadata_destroy(group);
	rd_kafka_topic_partition_list_destroy(list);
	return error;
}

static bool commit(struct replay_feeder *feeder, struct err *err)
{
	int64_t timeout_ms = feeder->replay->arguments->timeout_ms;
	int64_t deadline = monotonic_us() + timeout_ms * 1000;
	rd_kafka_error_t *error = send_offsets(feeder);

	if (error)
		return replay_fail(feeder, error, "counting what is fed", err);
	crash_point("replay.produced");
	while ((error = rd_kafka_commit_transaction(feeder->producer.client, (int)timeout_ms)) &&
	       rd_kafka_error_is_retriable(error) && monotonic_us() < deadline)
		rd_kafka_error_destroy(error);
	if (error)
		return replay_fail(feeder, error, "ending a Kafka transaction", err);
	crash_point("replay.committed");
	feeder->fed += feeder->pending;
	return true;
}

/* Waits until the rate allows for more; what was not used is not saved up. */
static bool rest(struct replay_feeder *feeder, struct err *err)
{
	int64_t now;

	while (feeder->rate && ((now = monotonic_us()) < feeder->rate_us || *feeder->rate <= 0)) {
		int64_t left = now < feeder->rate_us ? feeder->rate_us - now : LOOK_MS * 1000;

		if (!tick(feeder, err))
			return false;
		usleep((useconds_t)(left < LOOK_MS * 1000 ? left : LOOK_MS * 1000));
	}
	return true;
}

static void use_up(struct replay_feeder *feeder)
{
	int64_t earliest = monotonic_us() - US_PER_SECOND / 10;

	if (!feeder->rate || *feeder->rate <= 0)
		return;
	if (feeder->rate_us < earliest)
		feeder->rate_us = earliest;
	feeder->rate_us += (int64_t)((double)(feeder->pending * US_PER_SECOND) / *feeder->rate);
}

static bool end_transaction(struct replay_feeder *feeder, struct err *err)
{
	if (feeder->pending && !commit(feeder, err))
		return false;
	use_up(feeder);
	feeder->pending = 0;
	return true;
}

/*
 * A commit is answered before the broker has told all partitions of it, and until then nobody sees
 * the end of them. The next transaction waits for that; so after one that is empty, what was fed
 * shows in the topics' ends.
 */
static bool make_visible(struct replay_feeder *feeder, struct err *err)
{
	return end_transaction(feeder, err) && begin(feeder, err) && commit(feeder, err);
}

/* ---- a message ---- */

static int64_t time_of(const rd_kafka_message_t *message)
{
	rd_kafka_timestamp_type_t type;

	return rd_kafka_message_timestamp(message, &type);
}

/* With what live knows of it by its place. */
static rd_kafka_headers_t *headers_of(const struct emit_header *own, size_t count,
				      const struct event_identity *identity)
{
	rd_kafka_headers_t *headers = rd_kafka_headers_new(count + 2);

	for (size_t i = 0; i < count; i++)
		rd_kafka_header_add(headers, own[i].name, -1, own[i].value.data,
				    own[i].value.data ? (ssize_t)own[i].value.length : -1);
	if (!identity->in_headers) {
		rd_kafka_header_remove(headers, "ce_id");
		rd_kafka_header_remove(headers, "ce_source");
		rd_kafka_header_add(headers, "ce_id", -1, identity->id, -1);
		rd_kafka_header_add(headers, "ce_source", -1, identity->source, -1);
	}
	return headers;
}

/* headers become librdkafka's, unless it fails. */
static rd_kafka_resp_err_t produce(struct replay_feeder *feeder, const struct replay_source *source,
				   rd_kafka_headers_t *headers)
{
	const rd_kafka_message_t *message = source->head;
	int64_t timestamp = time_of(message);
	rd_kafka_resp_err_t code;

	while ((code = rd_kafka_producev(feeder->producer.client, RD_KAFKA_V_TOPIC(source->copy),
					 RD_KAFKA_V_PARTITION(message->partition),
					 RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
					 RD_KAFKA_V_KEY(message->key, message->key_len),
					 RD_KAFKA_V_VALUE(message->payload, message->len),
					 RD_KAFKA_V_TIMESTAMP(timestamp > 0 ? timestamp : 1),
					 RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END)) ==
	       RD_KAFKA_RESP_ERR__QUEUE_FULL)
		rd_kafka_poll(feeder->producer.client, 50);
	if (code)
		rd_kafka_headers_destroy(headers);
	return code;
}

/* ---- erasures ---- */

static int64_t contractor_of(const rd_kafka_message_t *message)
{
	int64_t id = 0;

	for (size_t i = 0; i < message->key_len && i < 10; i++) {
		char digit = ((const char *)message->key)[i];

		if (digit < '0' || digit > '9')
			return 0;
		id = id * 10 + (digit - '0');
	}
	return id;
}

/* Waits where the order of handling matters. */
static bool keep_order(struct replay_feeder *feeder, const struct replay_source *source,
		       const struct event_identity *identity, struct err *err)
{
	struct replay_order *order = &feeder->order;
	bool erasure = source->erases && !source->head->payload;
	enum replay_order_kind kind = erasure         ? REPLAY_ERASURE
				      : source->votes ? REPLAY_VOTE
						      : REPLAY_EVENT;
	int64_t contractor = source->votes ? 0 : contractor_of(source->head);
	utc_us time = identity->time.present ? identity->time.value : time_of(source->head) * 1000;

	if (replay_order_waits(order, kind, contractor, time)) {
		if (!make_visible(feeder, err) || !feeder->settle(feeder->closure, err))
			return false;
		replay_order_forget(order);
	}
	replay_order_note(order, kind, contractor, time);
	return true;
}

static bool feed(struct replay_feeder *feeder, size_t index, struct arena *arena, struct err *err)
{
	const struct replay_partition *partition = &feeder->replay->plan.partitions[index];
	struct replay_source *source = &feeder->sources[index];
	struct emit_header *own = NULL;
	struct event_identity identity;
	rd_kafka_resp_err_t code;
	size_t count;

	arena_reset(arena);
	count = event_headers(source->head, arena, &own);
	identity = event_identity(
		&(struct letter_place){ partition->topic, partition->partition,
					source->head->offset },
		own, count, (struct bytes){ source->head->payload, source->head->len }, arena);
	if (!keep_order(feeder, source, &identity, err) ||
	    (!feeder->pending && !(rest(feeder, err) && begin(feeder, err))))
		return false;
	code = produce(feeder, source, headers_of(own, count, &identity));
	if (code)
		return kafka_fail(&feeder->producer, code, source->copy, err);
	source->next_offset = source->head->offset + 1;
	rd_kafka_message_destroy(source->head);
	source->head = NULL;
	feeder->pending++;
	return true;
}

/* ---- up to where ---- */

/* The next message, if it is there in that time; *ret_waits: it is not, and not known to be none
 * before `until`. */
static bool look(struct replay_feeder *feeder, size_t index, int64_t until, int timeout_ms,
		 bool *ret_waits, struct err *err)
{
	struct replay_source *source = &feeder->sources[index];

	*ret_waits = false;
	while (source->next_offset < until && !source->head && source->end_seen < until) {
		rd_kafka_message_t *message = rd_kafka_consume(
			source->topic, (int32_t)feeder->replay->plan.partitions[index].partition,
			timeout_ms);

		if (!message) {
			*ret_waits = true;
			return true;
		}
		if (!message->err) {
			source->head = message;
			continue;
		}
		if (message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
			err_set(err, ERR_RETRY, "reading %s[%lld]: %s", source->name,
				(long long)feeder->replay->plan.partitions[index].partition,
				rd_kafka_message_errstr(message));
			rd_kafka_message_destroy(message);
			return false;
		}
		source->end_seen = message->offset;
		rd_kafka_message_destroy(message);
	}
	/* Only markers of transactions, and what was aborted, are left before it. */
	if (source->next_offset < until && (!source->head || source->head->offset >= until))
		source->next_offset = until;
	return true;
}

/* The partition whose next message is the oldest; -1: there is none before `until`, or *ret_waits
 * for one. */
static ssize_t oldest(struct replay_feeder *feeder, const int64_t *until, int timeout_ms,
		      bool *ret_waits, struct err *err)
{
	size_t count = feeder->replay->plan.partitions_count;
	ssize_t found = -1;

	*ret_waits = false;
	for (size_t i = 0; i < count; i++) {
		struct replay_source *source = &feeder->sources[i];

		if (source->next_offset >= until[i])
			continue;
		if (!look(feeder, i, until[i], timeout_ms, ret_waits, err) || *ret_waits)
			return -1;
		if (source->next_offset < until[i] &&
		    (found < 0 || time_of(source->head) < time_of(feeder->sources[found].head)))
			found = (ssize_t)i;
	}
	return found;
}

/* A tenth of a second's worth. */
static int64_t most_pending(const struct replay_feeder *feeder)
{
	double most = feeder->rate ? *feeder->rate / 10 + 1 : MESSAGES_MOST;

	return most < MESSAGES_MOST ? (int64_t)most : MESSAGES_MOST;
}

static bool feed_all(struct replay_feeder *feeder, const int64_t *until, struct arena *arena,
		     struct err *err)
{
	for (bool waits = false;;) {
		ssize_t index = oldest(feeder, until, waits ? LOOK_MS : 0, &waits, err);

		if (err->kind != ERR_NONE)
			return false;
		if (index >= 0 && !feed(feeder, (size_t)index, arena, err))
			return false;
		if (index < 0 && !waits)
			return make_visible(feeder, err);
		if (feeder->pending >= most_pending(feeder) ||
		    (feeder->pending && monotonic_us() - feeder->begun_us > TRANSACTION_US)) {
			if (!end_transaction(feeder, err) || !tick(feeder, err))
				return false;
		} else if (waits && !tick(feeder, err)) {
			return false;
		}
	}
}

bool replay_feed_until(struct replay_feeder *feeder, const int64_t *until, struct err *err)
{
	struct arena arena;
	bool ok;

	arena_init(&arena);
	ok = feed_all(feeder, until, &arena, err);
	arena_release(&arena);
	return ok;
}

/* ---- a recalculation ---- */

static enum recalculation_reason reason_of(const char *name)
{
	int reason = 1;

	while (recalculation_reason_names[reason] &&
	       strcmp(recalculation_reason_names[reason], name) != 0)
		reason++;
	return recalculation_reason_names[reason] ? (enum recalculation_reason)reason
						  : REASON_MANUAL;
}

static bool produce_request(struct replay_feeder *feeder, const struct replay_step *step,
			    struct arena *arena, struct err *err)
{
	const struct recalculation_requested request = { .as_of = step->as_of.value,
							 .reason = reason_of(step->reason) };
	const char *value = json_encode_text(recalculation_requested_fields, &request, arena);
	const struct emit_line line = {
		.topic = TOPIC_RECALCULATION_REQUESTED,
		.key = { step->pattern_key, step->pattern_key ? strlen(step->pattern_key) : 0 },
		.value = { value, strlen(value) },
		.id = step->event_id,
		.source = step->event_source,
		.time = step->as_of,
	};
	rd_kafka_vu_t *parts;
	size_t count = emit_describe(&line,
				     replay_shadow_name(feeder, TOPIC_RECALCULATION_REQUESTED),
				     SOURCE, arena, &parts);
	rd_kafka_error_t *error = rd_kafka_produceva(feeder->producer.client, parts, count);

	return !error || replay_fail(feeder, error, "asking for a recalculation", err);
}

bool replay_feed_request(struct replay_feeder *feeder, const struct replay_step *step,
			 struct err *err)
{
	struct arena arena;
	bool ok;

	if (feeder->requested > step->kafka_offset.value)
		return true;
	arena_init(&arena);
	ok = begin(feeder, err) && produce_request(feeder, step, &arena, err);
	feeder->requested = step->kafka_offset.value + 1;
	feeder->pending = 1;
	ok = ok && make_visible(feeder, err);
	arena_release(&arena);
	return ok;
}
