/* The reader of a compacted topic holds what a transaction published as a whole, or not yet. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "instant.h"
#include "library.h"
#include "seeded.h"
#include "topic.h"

#define KEYS 300
#define TRANSACTIONS 4
#define SECONDS 60

struct entry {
	int64_t version;
	const char *text;
};

static const struct json_field entry_fields[] = {
	FIELD_INT(struct entry, version, "version", REQUIRED, 1, 1000),
	FIELD_TEXT(struct entry, text, "text", REQUIRED),
	FIELD_END,
};

static struct runtime_config config;
static struct kafka_health health;
static char topic[64];

static rd_kafka_t *new_producer(void)
{
	struct err err = { 0 };
	rd_kafka_conf_t *conf = kafka_conf_new(&config, "test", &health, &err);

	/* Small batches of records, so that a fetch ends in the middle of a transaction. */
	cr_assert(conf && kafka_conf_set(conf, &err, "transactional.id", topic, "linger.ms", "0",
					 "batch.num.messages", "10", NULL));

	rd_kafka_t *producer = kafka_client_new(RD_KAFKA_PRODUCER, conf, &err);

	cr_assert(producer, "%s", err.text);
	make_topic(producer, topic, 1);
	cr_assert_null(rd_kafka_init_transactions(producer, 30000));
	return producer;
}

/* Letters that do not compress. */
static void fill(char *text, size_t length, struct seeded *random)
{
	for (size_t i = 0; i < length; i++)
		text[i] = (char)('a' + seeded_below(random, 26));
	text[length] = '\0';
}

/* Every key in the version of the transaction's number: more than a fetch brings. */
static void publish(rd_kafka_t *producer, int version, struct seeded *random)
{
	char value[16384], text[12001], key[32];

	cr_assert_null(rd_kafka_begin_transaction(producer));
	for (int i = 0; i < KEYS; i++) {
		fill(text, sizeof(text) - 1, random);

		int length = snprintf(value, sizeof(value), "{\"version\":%d,\"text\":\"%s\"}",
				      version, text);

		snprintf(key, sizeof(key), "key-%d", i);
		cr_assert_not(rd_kafka_producev(
			producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_KEY(key, strlen(key)),
			RD_KAFKA_V_VALUE(value, (size_t)length),
			RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END));
	}
	cr_assert_null(rd_kafka_commit_transaction(producer, 30000));
}

/* All keys, all of one version: returned. */
static int64_t version_of(const struct library *library)
{
	int64_t version = 0;

	cr_assert_eq(library->count, KEYS, "a part of a transaction: %zu keys", library->count);
	for (size_t i = 0; i < library->count; i++) {
		const struct entry *entry = library->entries[i].value;

		version = version ? version : entry->version;
		cr_assert_eq(entry->version, version, "two transactions are mixed");
	}
	return version;
}

TestSuite(library, .timeout = 2 * SECONDS);

Test(library, a_transaction_is_taken_over_at_once)
{
	const struct library_source source = {
		.topic = topic,
		.fields = entry_fields,
		.size = sizeof(struct entry),
		.version_offset = offsetof(struct entry, version),
	};
	struct seeded random = seeded_start("a_transaction_is_taken_over_at_once");
	struct err err = { 0 };
	int64_t end, seen = 0, deadline = monotonic_us() + SECONDS * INT64_C(1000000);

	config.kafka.bootstrap_servers = getenv("GROWTH_KAFKA_BOOTSTRAP_SERVERS");
	config.kafka.topic_prefix = "";
	config.kafka.session_timeout_ms = 10000;
	cr_assert(config.kafka.bootstrap_servers, "run this by tests/run");
	snprintf(topic, sizeof(topic), "library_%d", (int)getpid());

	rd_kafka_t *producer = new_producer();
	struct library_reader *reader = library_reader_new(&config, &source, "test", &health, &err);

	cr_assert(reader, "%s", err.text);
	for (int version = 1; version <= TRANSACTIONS; version++) {
		publish(producer, version, &random);
		while (seen < version && monotonic_us() < deadline)
			if (library_reader_poll(reader, 1))
				seen = version_of(library_reader_library(reader));
		cr_assert_eq(seen, version);
	}
	/* The log ends behind the last transaction's marker; what asks for that is not waited
	 * for. */
	cr_expect(library_reader_end(reader, &end));
	cr_expect_eq(end, library_reader_library(reader)->number);
	publish(producer, TRANSACTIONS + 1, &random);
	cr_expect(library_reader_end(reader, &end));
	cr_expect_gt(end, library_reader_library(reader)->number, "there is more to come");
	library_reader_free(reader);
	rd_kafka_destroy(producer);
}
