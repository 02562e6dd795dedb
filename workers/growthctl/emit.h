/* What emit.c (the command) and emit_send.c (Kafka) share. */
#pragma once

#include <stdio.h>

#include "ctl.h"
#include "decide_emit.h"
#include "kafka.h"

#define EMIT_BYTES_MAX (4 << 20)

struct emit {
	struct ctl *ctl;
	bool check, dry_run, json, quiet;
	const char *source;
	int64_t timeout_ms;

	const char *name; /* of the input */
	FILE *input;      /* a file of lines that can be read twice */
	int64_t bytes;
	int64_t count;       /* messages in it */
	const char **topics; /* those that occur */
	size_t topics_count;
	double seconds; /* what sending took */
};

/* Reads the next line that is not blank; false at the end. The line lives until the next one is
 * read. */
struct emit_reader {
	FILE *input;
	char *line;
	size_t capacity;
	ssize_t length;
	int64_t number, bytes;
};
bool emit_next(struct emit_reader *reader);

/* Sends everything, in order, and waits until Kafka has it. */
bool emit_send(struct emit *emit, struct err *err);

/* The message in librdkafka's terms, for rd_kafka_produceva(); headers are copied, so none is owned
 * by two. There is room for one part more. topic: with prefix. */
size_t emit_describe(const struct emit_line *line, const char *topic, const char *source,
		     struct arena *arena, rd_kafka_vu_t **ret_parts);
