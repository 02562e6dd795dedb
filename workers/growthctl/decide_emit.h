/*
 * Lines of events, as `growthctl emit` reads them: {"topic":…,"key":…,"value":…}, when known also
 * "id", "source", "time" and "headers"; lines of `kcat -J` have "payload" (the value as text)
 * instead of "value".
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "err.h"
#include "messages.h"
#include "values.h"

#define EMIT_TYPE_PREFIX "com.growthpatterns."

struct emit_header {
	const char *name;
	struct bytes value; /* data NULL: null */
};

struct emit_line {
	const char *topic;  /* without the prefix */
	struct bytes key;   /* data NULL: none */
	struct bytes value; /* data NULL: a null value; otherwise the very bytes of the line, or the
			       text of the payload */
	const char *id;     /* NULL: not told, then place makes the id: topic, partition, offset */
	const char *source; /* NULL: not told */
	struct optional_time
		time; /* as told, or, once checked, when it happened by its own value */
	LIST_OF(struct emit_header) headers; /* as told */
	struct bytes dead_letter; /* of `growthctl dlq export`, as JSON; data NULL: none */
};

/* Takes the line apart; what it has to say is not looked at. Topics are known with and without
 * `prefix`. The result points into text and arena. Failure is ERR_POISON with the reason. */
bool emit_parse(const char *text, size_t length, const char *prefix, struct arena *arena,
		struct emit_line *ret_line, struct err *err);

/* Whether a worker would take it: a known topic, strict JSON, a value that fits the topic's table
 * of fields, a key that agrees with it. Fills line->time from the value. */
bool emit_check(struct emit_line *line, struct arena *arena, struct err *err);

/* The CloudEvents attributes as Kafka headers (binary mode), then the line's own; one that the line
 * has itself is not made. Without an id it is no CloudEvent and does not claim to be: then
 * ce_specversion is left out with ce_id. */
void emit_headers(const struct emit_line *line, const char *default_source, struct arena *arena,
		  struct emit_header **ret_headers, size_t *ret_count);
