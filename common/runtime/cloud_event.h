/* A message's CloudEvents attributes, in Kafka's binary or structured content mode, and its
 * data. */
#pragma once

#include "raw_message.h"

/* What the message carries, wherever it stood; points into the message or the arena. */
struct content {
	const void *data; /* NULL: null */
	size_t length;
};

/*
 * Sets source, id, time and traceparent of `message`: from headers, or from the value when
 * `content-type` says application/cloudevents+json. Without them, or where they are no short
 * printable ASCII, topic, partition and offset make the id and the broker's timestamp the time.
 * ERR_POISON: the value is no structured event, or of more than value_max bytes; the message has
 * its id all the same.
 */
bool cloud_event_open(const struct raw_message *raw, struct message *message, size_t value_max,
		      struct content *ret_content, struct arena *arena, struct err *err);
