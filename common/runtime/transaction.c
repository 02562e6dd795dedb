#include "transaction.h"

#include "fault.h"
#include "heap.h"
#include "instant.h"
#include "outbox_block.h"

#define CALL_TIMEOUT_MS 1000
#define QUEUE_FULL_WAIT_MS 50
#define RECORD_OVERHEAD 80 /* bytes, at most */
#define HEADER_OVERHEAD 10
#define MARKERS_US 20000 /* within it a transaction's markers are written, mostly */

/* The parts of one message for rd_kafka_produceva(): topic, key, value, flags, headers. */
static size_t describe(const struct outbox_message *message, rd_kafka_topic_t *topic,
		       rd_kafka_vu_t *parts)
{
	size_t count = 0;

	parts[count++] = (rd_kafka_vu_t){ .vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = topic };
	parts[count++] = (rd_kafka_vu_t){ .vtype = RD_KAFKA_VTYPE_KEY,
					  .u.mem = { (void *)(uintptr_t)message->key,
						     message->key_length } };
	parts[count++] = (rd_kafka_vu_t){ .vtype = RD_KAFKA_VTYPE_VALUE,
					  .u.mem = { (void *)(uintptr_t)message->value,
						     message->value_length } };
	/* Copied: an aborted transaction's requests may still be under way when the row is
	 * freed. */
	parts[count++] =
		(rd_kafka_vu_t){ .vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY };
	return count;
}

static rd_kafka_headers_t *kafka_headers(const struct outbox_message *message)
{
	rd_kafka_headers_t *headers = rd_kafka_headers_new(message->header_count);

	for (size_t i = 0; i < message->header_count; i++) {
		const struct outbox_header *header = &message->headers[i];

		rd_kafka_header_add(headers, header->name, (ssize_t)header->name_length,
				    header->value,
				    header->value ? (ssize_t)header->value_length : -1);
	}
	return headers;
}

/* A revoke, or the end of the process, waits for it. */
static bool is_unwanted(const struct transaction *transaction, struct err *err)
{
	return atomic_load(transaction->unwanted) &&
	       !err_set(err, ERR_RETRY, "the partitions were taken away");
}

static enum verdict refuse(const struct producer *producer, const struct outbox_message *message,
			   const char *why, struct err *err)
{
	err_set(err, ERR_RETRY, "produce to %s%.*s: %s", producer->config->kafka.output_prefix,
		(int)message->topic_length, message->topic, why);
	return rd_kafka_fatal_error(producer->client, NULL, 0) ? VERDICT_FATAL : VERDICT_ABORT;
}

static enum verdict produce(const struct transaction *transaction,
			    const struct outbox_message *message, struct err *err)
{
	struct producer *producer = transaction->producer;
	rd_kafka_topic_t *topic = producer_topic(producer, message->topic, message->topic_length);
	rd_kafka_vu_t parts[5];
	size_t count;
	rd_kafka_headers_t *headers;
	rd_kafka_error_t *error;
	enum verdict verdict;

	if (!topic)
		return refuse(producer, message, rd_kafka_err2str(rd_kafka_last_error()), err);
	headers = kafka_headers(message);
	count = describe(message, topic, parts);
	parts[count++] = (rd_kafka_vu_t){ .vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers };
	while ((error = rd_kafka_produceva(producer->client, parts, count)) &&
	       rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__QUEUE_FULL &&
	       !atomic_load(transaction->unwanted)) {
		rd_kafka_error_destroy(error);
		rd_kafka_poll(producer->client, QUEUE_FULL_WAIT_MS);
	}
	if (!error)
		return VERDICT_DONE;
	rd_kafka_headers_destroy(headers);
	verdict = refuse(producer, message, rd_kafka_error_string(error), err);
	rd_kafka_error_destroy(error);
	return verdict;
}

/* At most, in a record batch: its lengths, and those of its headers, are numbers of variable
 * size. */
static size_t record_bytes(const struct outbox_message *message)
{
	size_t bytes = RECORD_OVERHEAD + message->key_length + message->value_length;

	for (size_t i = 0; i < message->header_count; i++)
		bytes += HEADER_OVERHEAD + message->headers[i].name_length +
			 message->headers[i].value_length;
	return bytes;
}

/*
 * Many messages go in several pieces: not all of them are in memory at once, each in some
 * allocations of its own, and none is left over from a request that was full. While that is under
 * way, librdkafka 2.0.2 turns round and round over what is left of the partition. Whether they have
 * arrived is the commit's to say.
 */
static void send_held(const struct transaction *transaction, const struct outbox_message *message,
		      size_t *held)
{
	size_t bytes = record_bytes(message);

	if (*held + bytes > PRODUCER_BATCH_BYTES) {
		rd_kafka_flush(transaction->producer->client, CALL_TIMEOUT_MS);
		*held = 0;
	}
	*held += bytes;
}

static enum verdict produce_row(const struct transaction *transaction, const struct outbox_row *row,
				size_t *held, struct err *err)
{
	enum verdict verdict = VERDICT_DONE;
	struct outbox_reader reader;
	struct outbox_message message;

	outbox_reader_init(&reader, row->bytes.bytes, row->bytes.length);
	while (verdict == VERDICT_DONE && outbox_reader_next(&reader, &message, err)) {
		send_held(transaction, &message, held);
		verdict = is_unwanted(transaction, err) ? VERDICT_ABORT
							: produce(transaction, &message, err);
	}
	outbox_reader_release(&reader);
	return err->kind == ERR_FATAL ? VERDICT_FATAL : verdict;
}

static enum verdict produce_rows(const struct transaction *transaction, struct err *err)
{
	size_t held = 0;

	for (struct outbox_row *row = transaction->rows; row; row = row->next) {
		enum verdict verdict = produce_row(transaction, row, &held, err);

		if (verdict != VERDICT_DONE)
			return verdict;
		/* After a failure the row is read again from Postgres. */
		buffer_release(&row->bytes);
		rd_kafka_poll(transaction->producer->client, 0);
	}
	return VERDICT_DONE;
}

/* The last row of each partition says how far it is: rows are in sequence order. */
static rd_kafka_topic_partition_list_t *offsets_of(const struct transaction *transaction)
{
	const char *prefix = transaction->producer->config->kafka.topic_prefix;
	rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(8);

	for (const struct outbox_row *row = transaction->rows; row; row = row->next) {
		char topic[512], metadata[64];
		rd_kafka_topic_partition_t *offset;

		snprintf(topic, sizeof(topic), "%s%s", prefix, row->topic);
		offset = rd_kafka_topic_partition_list_find(offsets, topic, row->partition);
		if (!offset)
			offset = rd_kafka_topic_partition_list_add(offsets, topic, row->partition);
		offset->offset = row->next_offset;
		snprintf(metadata, sizeof(metadata), OUTBOX_METADATA_FORMAT,
			 (long long)row->sequence);
		free(offset->metadata);
		offset->metadata = heap_strdup(metadata);
		offset->metadata_size = strlen(metadata);
	}
	return offsets;
}

static enum verdict send_offsets(const struct transaction *transaction, struct err *err)
{
	struct producer *producer = transaction->producer;
	rd_kafka_topic_partition_list_t *offsets = offsets_of(transaction);
	enum verdict verdict;

	producer_enter_call(producer);
	do {
		verdict = verdict_of(rd_kafka_send_offsets_to_transaction(producer->client, offsets,
									  transaction->group,
									  CALL_TIMEOUT_MS),
				     "send_offsets_to_transaction", err);
	} while (verdict == VERDICT_AGAIN && !atomic_load(transaction->unwanted));
	producer_leave_call(producer);
	rd_kafka_topic_partition_list_destroy(offsets);
	return verdict == VERDICT_AGAIN ? VERDICT_ABORT : verdict;
}

/* A commit that has begun is not given up: its result would be unknown. */
static enum verdict commit(const struct transaction *transaction, struct err *err)
{
	struct producer *producer = transaction->producer;
	enum verdict verdict;

	if (is_unwanted(transaction, err))
		return VERDICT_ABORT;
	producer_enter_call(producer);
	do {
		verdict = verdict_of(rd_kafka_commit_transaction(producer->client, CALL_TIMEOUT_MS),
				     "commit_transaction", err);
	} while (verdict == VERDICT_AGAIN && !atomic_load(transaction->leaving));
	producer_leave_call(producer);
	return verdict == VERDICT_AGAIN ? VERDICT_FATAL : verdict;
}

/* Until it succeeds, or the producer is of no use. */
static void abort_transaction(const struct transaction *transaction)
{
	struct producer *producer = transaction->producer;
	enum verdict verdict = VERDICT_AGAIN;
	struct err ignored = { 0 };

	producer_enter_call(producer);
	while ((verdict == VERDICT_AGAIN || verdict == VERDICT_ABORT) &&
	       !atomic_load(transaction->leaving))
		verdict = verdict_of(rd_kafka_abort_transaction(producer->client, CALL_TIMEOUT_MS),
				     "abort_transaction", &ignored);
	producer_leave_call(producer);
	if (verdict != VERDICT_DONE)
		producer_drop(producer);
}

static enum verdict begin(const struct transaction *transaction, struct err *err)
{
	return verdict_of(rd_kafka_begin_transaction(transaction->producer->client),
			  "begin_transaction", err);
}

/* Broken on purpose: the outputs are out before their offsets. */
static enum verdict split(const struct transaction *transaction, struct err *err)
{
	enum verdict verdict = commit(transaction, err);

	crash_point("publish.split");
	return verdict == VERDICT_DONE ? begin(transaction, err) : verdict;
}

/*
 * The coordinator writes the last transaction's markers after it has told of its end, and refuses
 * the next one until then. Whoever adds a partition to it, librdkafka 2.0.2 lets wait for 20 ms;
 * whoever adds offsets, for retry.backoff.ms. So these come first then; else messages do, because
 * their partition is added while they are made.
 */
static bool follows_closely(const struct producer *producer)
{
	return monotonic_us() - producer->ended_at < MARKERS_US;
}

static enum verdict fill(const struct transaction *transaction, struct err *err)
{
	bool offsets_first = follows_closely(transaction->producer) && !is_broken("offsets");
	enum verdict verdict = VERDICT_DONE;

	if (offsets_first)
		verdict = send_offsets(transaction, err);
	if (verdict == VERDICT_DONE)
		verdict = produce_rows(transaction, err);
	crash_point("publish.produced");
	if (verdict == VERDICT_DONE && is_broken("offsets"))
		verdict = split(transaction, err);
	if (verdict == VERDICT_DONE && !offsets_first)
		verdict = send_offsets(transaction, err);
	crash_point("publish.offsets_sent");
	return verdict;
}

static enum verdict attempt(const struct transaction *transaction, struct err *err)
{
	enum verdict verdict = begin(transaction, err);

	crash_point("publish.begun");
	if (verdict == VERDICT_DONE)
		verdict = fill(transaction, err);
	if (verdict == VERDICT_DONE)
		verdict = commit(transaction, err);
	transaction->producer->ended_at = monotonic_us();
	if (verdict == VERDICT_DONE)
		crash_point("publish.committed");
	return verdict;
}

bool transaction_run(const struct transaction *transaction, struct err *err)
{
	enum verdict verdict = attempt(transaction, err);

	if (verdict == VERDICT_DONE)
		return true;
	crash_point("publish.abort");
	if (verdict == VERDICT_ABORT)
		abort_transaction(transaction);
	else
		producer_drop(transaction->producer);
	return false;
}
