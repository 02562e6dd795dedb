/*
 * The reader of a compacted, single-partition topic: every instance reads all of it, outside the
 * group, and holds the latest value of each key in memory. Its number is the offset after the last
 * event read.
 *
 * What one transaction published is taken over at once, or not yet: a library with a part of it
 * never existed, and whoever acted on it would do what no replay does again.
 */
#pragma once

#include "kafka_client.h"
#include "worker.h"

struct library_reader;

/* NULL on failure (ERR_USAGE). Nothing is read yet. */
struct library_reader *library_reader_new(const struct runtime_config *config,
					  const struct library_source *source, const char *worker,
					  struct kafka_health *health, struct err *err);
void library_reader_free(struct library_reader *reader);

/* Takes what has arrived, waiting at most timeout_ms for the first event, over when the end of the
 * topic is reached. True when the library changed. */
bool library_reader_poll(struct library_reader *reader, int timeout_ms);
/* Whether the end that the topic had at start has been reached. */
bool library_reader_is_current(const struct library_reader *reader);
/* Why it has not, for people. */
const char *library_reader_waits_for(const struct library_reader *reader);
const struct library *library_reader_library(const struct library_reader *reader);
/* Asks the broker how far the library's number can rise with what the topic has now: when all of it
 * is read, no further, though the log itself ends behind its last transaction's marker. False when
 * it does not answer. */
bool library_reader_end(struct library_reader *reader, int64_t *ret_end);
