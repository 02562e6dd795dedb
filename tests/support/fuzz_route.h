/* A message's type as a worker's route: what is checked of a message before a handler sees it. */
#pragma once

#include "messages.h"
#include "worker.h"

static inline size_t fuzz_offset_of(const struct json_field *fields, const char *name)
{
	while (fields->kind != FIELD_KIND_END && strcmp(fields->name, name) != 0)
		fields++;
	return fields->offset;
}

static inline struct route fuzz_route_of(const struct message_type *type)
{
	struct route route = {
		.topic = type->topic,
		.fields = type->fields,
		.size = type->size,
		.erases = type->tombstone,
		.key = ROUTE_KEY_ANY,
		/* Requests come from upstream as well. */
		.from_worker = strcmp(type->producer, "upstream") != 0 &&
			       type->key != MESSAGE_KEY_PATTERN_OR_NONE,
	};

	if (type->key == MESSAGE_KEY_CONTRACTOR) {
		route.key = ROUTE_KEY_CONTRACTOR;
		route.key_offset = fuzz_offset_of(type->fields, "contractor_id");
	} else if (type->key == MESSAGE_KEY_PATTERN) {
		route.key = ROUTE_KEY_TEXT;
		route.key_offset = fuzz_offset_of(type->fields, "pattern_key");
	}
	return route;
}
