/* What the programs of tests/bench share: how they fail, their Kafka clients, processor time of
 * processes, percentiles. */
#pragma once

#include <librdkafka/rdkafka.h>
#include <stddef.h>
#include <stdint.h>

/* Says "bench: what: why" on stderr and leaves with status 1. */
_Noreturn void bench_fail(const char *what, const char *why);

/* A client of GROWTH_KAFKA_BOOTSTRAP_SERVERS; settings are name, value, …, NULL, of the caller's
 * own. It does not return NULL. */
rd_kafka_t *bench_client(rd_kafka_type_t type, const char *const *settings);

/* GROWTH_KAFKA_TOPIC_PREFIX and the name, in `text`. */
void bench_topic(const char *name, char *text, size_t size);

/* A consumer's partitions of the topic, each at `offset` (RD_KAFKA_OFFSET_BEGINNING, _END, or 0);
 * the caller destroys the list. */
rd_kafka_topic_partition_list_t *bench_partitions(rd_kafka_t *client, const char *topic,
						  int64_t offset);

/*
 * Queues a message; value and key are copied, headers (NULL: none) stay the caller's. Waits while
 * the queue is full.
 */
struct bench_message {
	const char *topic;
	const void *key, *value;
	size_t key_length, value_length;
	const rd_kafka_headers_t *headers;
};
void bench_produce(rd_kafka_t *producer, const struct bench_message *message);

/* Processor time that the process has taken so far, its threads' included, in seconds; 0 when it is
 * gone. */
double process_seconds(int64_t pid);

/* The same of a server and its children: those that live, and those that it has waited for. */
double server_seconds(int64_t pid);

/* The greatest resident size that the process has had, in KiB; 0 when it is gone. */
int64_t process_peak_kib(int64_t pid);

/* Sorts `count` durations in µs. */
void sort_durations(int64_t *durations, size_t count);

/* The duration that `share` (0-1) of them do not exceed, in ms; they are sorted, and count is above
 * 0. */
double percentile_ms(const int64_t *durations, size_t count, double share);
