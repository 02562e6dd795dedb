/* What a batch publishes: each message with its attributes, in the outbox row of the partition that
 * caused it; stored with the batch, deleted with a later one. */
#include "batch_run.h"
#include "decimal.h"
#include "fault.h"
#include "identity.h"
#include "instant.h"
#include "log.h"
#include "statements.h"

/* Rows of earlier batches that Kafka has. */
bool batch_delete_published(struct batch_run *run, struct err *err)
{
	struct outbox_mark_row *marks =
		arena_array(&run->runner->arena, struct outbox_mark_row, run->part_count);
	size_t count = 0;

	for (size_t i = 0; i < run->part_count; i++) {
		const struct partition *partition = run->parts[i].partition;

		run->parts[i].deleted = partition->published;
		if (partition->published > partition->deleted)
			marks[count++] = (struct outbox_mark_row){ partition->route->topic,
								   partition->number,
								   partition->published };
	}
	if (count)
		crash_point("batch.outbox_delete");
	return db_post(run->runner->db, &delete_outbox, marks, count, err);
}

bool batch_store_outbox(struct batch_run *run, struct err *err)
{
	struct outbox_stored_row *rows =
		arena_array(&run->runner->arena, struct outbox_stored_row, run->part_count);
	size_t count = 0;

	for (size_t i = 0; i < run->part_count; i++) {
		struct partition_run *part = &run->parts[i];

		outbox_close(&part->out);
		if (part->out_count && !is_broken("outbox"))
			rows[count++] = (struct outbox_stored_row){
				.topic = part->partition->route->topic,
				.partition = part->partition->number,
				.sequence = part->partition->sequence + 1,
				.next_offset = part->next_offset,
				.message_count = part->out_count,
				.messages = { part->out.row.bytes, part->out.row.length },
			};
	}
	return db_post(run->runner->db, &write_outbox, rows, count, err);
}

void batch_dead_letter(struct batch_run *run, const struct raw_message *raw,
		       const struct message *message, const char *stage, const struct err *reason)
{
	struct partition_run *part = batch_part(run, raw->owner);
	struct arena *arena = &run->runner->arena;

	dead_letter_write(&part->out.messages, run->runner->worker->name, run->runner->group, raw,
			  message, stage, reason, arena);
	outbox_close_full(&part->out);
	part->out_count++;
	if (run->dead_count == run->dead_capacity) {
		run->dead_capacity = run->dead_capacity * 2 + 64;
		run->dead = arena_grow(arena, run->dead, run->dead_count, run->dead_capacity,
				       sizeof(*run->dead));
	}
	run->dead[run->dead_count++] =
		(struct dead_letter){ raw, message->id, arena_strdup(arena, reason->text) };
}

void batch_log_dead_letters(const struct batch_run *run)
{
	for (size_t i = 0; i < run->dead_count; i++) {
		const struct dead_letter *letter = &run->dead[i];

		log_warn("dead letter", log_text("topic", letter->raw->route->topic),
			 log_int("partition", letter->raw->partition),
			 log_int("offset", letter->raw->offset), log_text("event", letter->event),
			 log_text("reason", letter->reason));
	}
}

/* A batch publishes to one topic or two, thousands of times. */
static const char *type_of(struct batch_run *run, const char *topic)
{
	if (run->topic != topic) {
		run->type = arena_printf(&run->runner->arena, "com.growthpatterns.%s", topic);
		run->topic = topic;
	}
	return run->type;
}

static struct uuid identity_of(struct batch_run *run, struct message *cause, const char *type)
{
	const struct runner *runner = run->runner;
	char ordinal[DECIMAL_SIZE];

	decimal_format(cause->emitted++, ordinal);
	return identity("event", runner->worker->name, runner->config->generation, cause->source,
			cause->id, ordinal, type, NULL);
}

#define ATTRIBUTE(name, value, length) \
	((struct outbox_header){ (name), sizeof("" name) - 1, (value), (length) })

static void publish(struct context *ctx, struct message *cause, const char *topic, const char *key,
		    const char *value, size_t value_length, utc_us time)
{
	static const char content_type[] = "application/json";
	struct batch_run *run = ctx->run;
	struct partition_run *part = batch_part(run, cause->raw->owner);
	const char *type = type_of(run, topic);
	struct uuid uuid = identity_of(run, cause, type);
	char id[UUID_TEXT_SIZE], time_text[INSTANT_TEXT_SIZE];
	struct outbox_message
		out; /* its room for headers is large: what is not used is not touched */

	out.topic = topic;
	out.topic_length = strlen(topic);
	out.key = key;
	out.key_length = key ? strlen(key) : 0;
	out.value = value;
	out.value_length = value_length;
	uuid_to_text(&uuid, id);
	out.headers[0] = ATTRIBUTE("ce_specversion", "1.0", 3);
	out.headers[1] = ATTRIBUTE("ce_id", id, sizeof(id) - 1);
	out.headers[2] = ATTRIBUTE("ce_type", type, strlen(type));
	out.headers[3] = ATTRIBUTE("ce_source", run->source, strlen(run->source));
	out.headers[4] = ATTRIBUTE("ce_time", time_text, instant_format(time, time_text));
	out.headers[5] = ATTRIBUTE("content-type", content_type, sizeof(content_type) - 1);
	out.header_count = 6;
	if (cause->traceparent)
		out.headers[out.header_count++] =
			ATTRIBUTE("traceparent", cause->traceparent, strlen(cause->traceparent));
	outbox_write(&part->out.messages, &out);
	outbox_close_full(&part->out);
	part->out_count++;
}

#ifdef GROWTH_SANITIZED
/* What we publish must decode by its own table: a consumer would dead-letter it otherwise. */
static void check_own(struct context *ctx, const struct json_field *fields,
		      const struct buffer *value, const char *topic)
{
	struct arena_mark mark = arena_mark(ctx->arena);
	struct err err = { 0 };
	size_t size = 64 * 1024; /* above any message's struct */

	if (!json_decode(value->bytes, value->length, fields, arena_alloc(ctx->arena, size), size,
			 ctx->arena, &err)) {
		log_error("our own message is wrong", log_text("topic", topic),
			  log_text("error", err.text));
		abort();
	}
	arena_rewind(ctx->arena, mark);
}
#endif

void emit(struct context *ctx, struct message *cause, const char *topic, const char *key,
	  const struct json_field *fields, const void *value, utc_us time)
{
	struct buffer *scratch = &ctx->run->scratch;

	buffer_clear(scratch);
	json_encode(fields, value, scratch);
#ifdef GROWTH_SANITIZED
	check_own(ctx, fields, scratch, topic);
#endif
	publish(ctx, cause, topic, key, scratch->bytes, scratch->length, time);
}

struct message *part_of(struct context *ctx, const struct message *cause, const char *part)
{
	struct message *message = arena_memdup(ctx->arena, cause, sizeof(*cause));

	message->id = arena_printf(ctx->arena, "%s/%s", cause->id, part);
	message->emitted = 0;
	return message;
}

void emit_tombstone(struct context *ctx, struct message *cause, const char *topic, const char *key,
		    utc_us time)
{
	publish(ctx, cause, topic, key, NULL, 0, time);
}
