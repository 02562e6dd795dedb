/* Messages that are put aside as they came, and come back as if they had just come. */
#include <inttypes.h>

#include "batch_run.h"
#include "instant.h"
#include "statements.h"

#define TIMESTAMP_HEADER "growth.timestamp"

static size_t route_index(const struct runner *runner, const char *topic, size_t length)
{
	size_t i = 0;

	while (runner->worker->routes[i].topic &&
	       (strlen(runner->worker->routes[i].topic) != length ||
		memcmp(runner->worker->routes[i].topic, topic, length) != 0))
		i++;
	return i;
}

bool park(struct context *ctx, struct message *message, const char *waiting_for, const char *reason)
{
	struct batch_run *run = ctx->run;
	struct arena *arena = &run->runner->arena;
	const struct raw_message *raw = message->raw;
	struct outbox_message stored = { .topic = raw->route->topic,
					 .topic_length = strlen(raw->route->topic),
					 .key = raw->key,
					 .key_length = raw->key_length,
					 .value = raw->value,
					 .value_length = raw->value_length };
	const char *timestamp = arena_printf(arena, "%" PRId64, raw->timestamp_ms);
	struct buffer bytes = { 0 };

	if (raw->was_parked &&
	    instant_now() - raw->parked_at > run->runner->config->parked_expiry_ms * 1000) {
		struct err why = { 0 };

		err_set(&why, ERR_POISON, "%s after waiting for %s", reason, waiting_for);
		batch_dead_letter(run, raw, message, "parked", &why);
		return false;
	}
	stored.headers[stored.header_count++] =
		(struct outbox_header){ TIMESTAMP_HEADER, strlen(TIMESTAMP_HEADER), timestamp,
					strlen(timestamp) };
	for (size_t i = 0; i < raw->header_count && stored.header_count < OUTBOX_HEADERS_MAX; i++)
		stored.headers[stored.header_count++] = raw->headers[i];
	outbox_write(&bytes, &stored);

	if (run->parked_count == run->parked_capacity) {
		run->parked_capacity = run->parked_capacity * 2 + 64;
		run->parked = arena_grow(arena, run->parked, run->parked_count,
					 run->parked_capacity, sizeof(*run->parked));
	}
	run->parked[run->parked_count++] = (struct parked_row){
		.topic = raw->route->topic,
		.partition = raw->partition,
		.kafka_offset = raw->offset,
		.waiting_for = arena_strdup(arena, waiting_for),
		.reason = arena_strdup(arena, reason),
		.contractor_id = { message->contractor_id, message->contractor_id != 0 },
		.message = { arena_memdup(arena, bytes.bytes, bytes.length), bytes.length },
		.parked_at = { raw->parked_at, raw->was_parked },
		.attempts = raw->was_parked ? raw->attempts + 1 : 0,
	};
	buffer_release(&bytes);
	return true;
}

void unpark(struct context *ctx, struct message *cause, const char *waiting_for)
{
	struct batch_run *run = ctx->run;
	struct arena *arena = &run->runner->arena;

	if (run->known_count == run->known_capacity) {
		run->known_capacity = run->known_capacity * 2 + 64;
		run->known = arena_grow(arena, run->known, run->known_count, run->known_capacity,
					sizeof(*run->known));
	}
	run->known[run->known_count++] =
		(struct released_key){ arena_strdup(arena, waiting_for), cause->raw->owner };
}

struct raw_message *batch_thaw(struct batch_run *run, const struct parked_row *row,
			       struct partition *owner, struct err *err)
{
	struct raw_message *raw = arena_new(&run->runner->arena, struct raw_message);
	struct outbox_message stored;
	size_t position = 0, first = 0;
	const struct route *routes = run->runner->worker->routes;

	if (!outbox_read(row->message.data, row->message.length, &position, &stored, err)) {
		err_wrap(err, "parked message %s[%" PRId64 "]@%" PRId64, row->topic, row->partition,
			 row->kafka_offset);
		return NULL;
	}
	*raw = (struct raw_message){ .owner = owner,
				     .partition = (int32_t)row->partition,
				     .offset = row->kafka_offset,
				     .key = stored.key,
				     .key_length = stored.key_length,
				     .value = stored.value,
				     .value_length = stored.value_length,
				     .was_parked = true,
				     .parked_at = row->parked_at.value,
				     .attempts = row->attempts };
	raw->route = &routes[route_index(run->runner, row->topic, strlen(row->topic))];
	if (stored.header_count && stored.headers[0].value &&
	    strncmp(stored.headers[0].name, TIMESTAMP_HEADER, stored.headers[0].name_length) == 0) {
		raw->timestamp_ms =
			strtoll(arena_strndup(&run->runner->arena, stored.headers[0].value,
					      stored.headers[0].value_length),
				NULL, 10);
		first = 1;
	}
	raw->header_count = stored.header_count - first;
	raw->headers = arena_memdup(&run->runner->arena, stored.headers + first,
				    raw->header_count * sizeof(*raw->headers));
	return raw;
}
