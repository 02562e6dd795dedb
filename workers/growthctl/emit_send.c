/*
 * Sending: an idempotent producer, so that a retry neither doubles nor reorders, with Java's
 * partitioner. The first message that Kafka does not take ends it.
 */
#include "emit.h"
#include "instant.h"
#include "kafka.h"
#include "progress.h"

#define FLUSH_TIMEOUT_MS \
	70000 /* longer than message.timeout.ms: by then every message has its report */

struct sending {
	struct emit *emit;
	struct kafka kafka;
	int64_t delivered, failed;
	rd_kafka_resp_err_t failure;
	char failed_topic[256];
};

static void on_delivery(const rd_kafka_message_t *message, void *closure)
{
	struct sending *sending = closure;

	if (!message->err) {
		sending->delivered++;
		return;
	}
	if (sending->failed++)
		return;
	sending->failure = message->err;
	snprintf(sending->failed_topic, sizeof(sending->failed_topic), "%s",
		 rd_kafka_topic_name(message->rkt));
}

static bool check_topics(struct sending *sending, struct err *err)
{
	const struct rd_kafka_metadata *metadata =
		kafka_metadata(&sending->kafka, sending->emit->timeout_ms, err);
	bool ok = true;

	if (!metadata)
		return false;
	for (size_t i = 0; ok && i < sending->emit->topics_count; i++)
		if (!kafka_topic(&sending->kafka, metadata, sending->emit->topics[i]))
			ok = err_set(
				err, ERR_USAGE,
				"topic %s%s does not exist; nothing was sent. See growthctl topics",
				sending->emit->ctl->config.kafka.topic_prefix,
				sending->emit->topics[i]);
	rd_kafka_metadata_destroy(metadata);
	return ok;
}

size_t emit_describe(const struct emit_line *line, const char *topic, const char *source,
		     struct arena *arena, rd_kafka_vu_t **ret_parts)
{
	struct emit_header *headers;
	rd_kafka_vu_t *parts;
	size_t headers_count, count = 0;

	emit_headers(line, source, arena, &headers, &headers_count);
	parts = arena_array(arena, rd_kafka_vu_t, 5 + headers_count);
	parts[count].vtype = RD_KAFKA_VTYPE_TOPIC;
	parts[count++].u.cstr = topic;
	parts[count].vtype = RD_KAFKA_VTYPE_KEY;
	parts[count].u.mem.ptr = (void *)line->key.data;
	parts[count++].u.mem.size = line->key.length;
	parts[count].vtype = RD_KAFKA_VTYPE_VALUE;
	parts[count].u.mem.ptr = (void *)line->value.data;
	parts[count++].u.mem.size = line->value.length;
	parts[count].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
	parts[count++].u.i = RD_KAFKA_MSG_F_COPY;
	for (size_t i = 0; i < headers_count; i++) {
		parts[count].vtype = RD_KAFKA_VTYPE_HEADER;
		parts[count].u.header.name = headers[i].name;
		parts[count].u.header.val = headers[i].value.data;
		parts[count++].u.header.size = (ssize_t)headers[i].value.length;
	}
	*ret_parts = parts;
	return count;
}

static bool produce(struct sending *sending, const struct emit_line *line, struct arena *arena,
		    struct err *err)
{
	rd_kafka_vu_t *parts;
	size_t count = emit_describe(line, kafka_topic_name(&sending->kafka, line->topic, arena),
				     sending->emit->source, arena, &parts);
	rd_kafka_error_t *error;

	while ((error = rd_kafka_produceva(sending->kafka.client, parts, count)) &&
	       rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__QUEUE_FULL && !sending->failed) {
		rd_kafka_error_destroy(error);
		rd_kafka_poll(sending->kafka.client, 100);
	}
	if (!error)
		return true;
	/* That the queue is full is no cause: verdict() tells what Kafka has not taken before, and
	 * why. */
	if (!sending->failed)
		err_set(err, ERR_RETRY, "%s: %s", line->topic, rd_kafka_error_string(error));
	rd_kafka_error_destroy(error);
	return sending->failed;
}

static bool send_line(struct sending *sending, const struct emit_reader *reader,
		      struct arena *arena, struct err *err)
{
	struct emit_line line;

	/* The second time is for the time attribute alone: that the line is fine is known. */
	if (!emit_parse(reader->line, (size_t)reader->length,
			sending->emit->ctl->config.kafka.topic_prefix, arena, &line, err) ||
	    (sending->emit->check && !emit_check(&line, arena, err)))
		return err_wrap(err, "%s:%lld: the file changed while it was read",
				sending->emit->name, (long long)reader->number);
	return produce(sending, &line, arena, err);
}

static bool send_lines(struct sending *sending, struct err *err)
{
	struct emit_reader reader = { .input = sending->emit->input };
	struct progress progress;
	struct arena arena;
	bool ok = true;

	arena_init(&arena);
	progress_begin(&progress, "sending", sending->emit->bytes, !sending->emit->quiet);
	while (ok && !sending->failed && emit_next(&reader)) {
		ok = send_line(sending, &reader, &arena, err);
		arena_reset(&arena);
		rd_kafka_poll(sending->kafka.client, 0);
		progress_step(&progress, reader.bytes, reader.number);
	}
	if (!sending->failed)
		rd_kafka_flush(sending->kafka.client, FLUSH_TIMEOUT_MS);
	progress_end(&progress);
	free(reader.line);
	arena_release(&arena);
	return ok;
}

static bool verdict(const struct sending *sending, struct err *err)
{
	bool refused = sending->failure == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ||
		       sending->failure == RD_KAFKA_RESP_ERR_INVALID_RECORD;

	if (sending->delivered == sending->emit->count)
		return true;
	return err_set(err, refused ? ERR_POISON : ERR_RETRY,
		       "Kafka at %s took %lld of %lld messages%s%s%s%s%s%s",
		       sending->kafka.config->kafka.bootstrap_servers,
		       (long long)sending->delivered, (long long)sending->emit->count,
		       sending->failed ? "; " : "", sending->failed_topic,
		       sending->failed ? ": " : "",
		       sending->failed ? rd_kafka_err2str(sending->failure) : "",
		       *sending->kafka.complaint ? "; last: " : "", sending->kafka.complaint);
}

bool emit_send(struct emit *emit, struct err *err)
{
	static const char *const properties[] = { "enable.idempotence",
						  "true",
						  "partitioner",
						  "murmur2_random",
						  "linger.ms",
						  "20",
						  "batch.num.messages",
						  "10000",
						  "queue.buffering.max.kbytes",
						  "65536",
						  "message.timeout.ms",
						  "60000",
						  "message.max.bytes",
						  "4194304",
						  NULL };
	struct sending sending = { .emit = emit, .kafka = { .on_delivery = on_delivery } };
	int64_t start = monotonic_us();
	bool ok;

	sending.kafka.closure = &sending;
	ok = kafka_open(&sending.kafka, &emit->ctl->config, RD_KAFKA_PRODUCER, properties, err) &&
	     check_topics(&sending, err) && send_lines(&sending, err) && verdict(&sending, err);
	emit->seconds = (double)(monotonic_us() - start) / 1e6;
	if (!ok && sending.kafka.client)
		rd_kafka_purge(sending.kafka.client,
			       RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_NON_BLOCKING);
	kafka_close(&sending.kafka);
	return ok;
}
