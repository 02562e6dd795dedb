/* The reader of the library against librdkafka's mock cluster. */
#include "library.h"

#include <criterion/criterion.h>

#include "instant.h"
#include "mock_cluster.h"

#define LIST_OFFSETS 2
#define LATE_MS 20000
#define PATIENCE_US (8 * US_PER_SECOND)

struct entry {
	int64_t version;
};

static const struct json_field entry_fields[] = {
	FIELD_INT(struct entry, version, "version", REQUIRED, 1, 1000),
	FIELD_END,
};

/* The loop asks in its turn, so no answer may be waited for longer than liveness allows. */
Test(library, who_asks_for_the_end_has_an_answer_in_time, .timeout = 120)
{
	const struct library_source source = {
		.topic = "library",
		.fields = entry_fields,
		.size = sizeof(struct entry),
		.version_offset = offsetof(struct entry, version),
	};
	struct cluster cluster = { 0 };
	struct err err = { 0 };
	int64_t end = -1, start = monotonic_us();

	start_cluster(&cluster);
	rd_kafka_mock_topic_create(cluster.mock, source.topic, 1, 1);

	struct library_reader *reader =
		library_reader_new(&cluster.config, &source, "worker", &cluster.health, &err);

	cr_assert(reader, "%s", err.text);
	while (!library_reader_is_current(reader)) {
		cr_assert(monotonic_us() - start < PATIENCE_US, "it does not come to the end");
		library_reader_poll(reader, 100);
	}
	cr_expect(library_reader_end(reader, &end), "no answer");
	cr_expect_eq(end, 0);

	answer_next(&cluster, LIST_OFFSETS, 2, RD_KAFKA_RESP_ERR_NO_ERROR, LATE_MS);
	start = monotonic_us();
	cr_expect_not(library_reader_end(reader, &end));
	cr_expect_leq(monotonic_us() - start, PATIENCE_US, "it took %lld us",
		      (long long)(monotonic_us() - start));
	library_reader_free(reader);
	stop_cluster(&cluster);
}
