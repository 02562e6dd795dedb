/* Dead letters in a real Kafka, with records in a real Postgres: what `growthctl dlq` makes of the
 * two. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "database.h"
#include "decide_pipeline.h"
#include "dlq.h"
#include "instant.h"
#include "topic.h"

#define TIMEOUT_MS 20000
#define THEN INT64_C(1704164645000) /* 2024-01-02T03:04:05Z, in ms */

static struct ctl ctl;
static struct dlq dlq;
static struct kafka writer;
static struct test_database database;
static char prefix[64];

static bool knows_all_topics(void)
{
	for (const struct pipeline_worker *worker = pipeline; worker->name; worker++)
		if (!kafka_topic(&dlq.reader, dlq.metadata,
				 arena_printf(&ctl.arena, "%s.dlq", worker->name)))
			return false;
	return kafka_topic(&dlq.reader, dlq.metadata, "contractor.updated") != NULL;
}

/* A broker may know a topic a moment after it was created. */
static void await_topics(void)
{
	int64_t deadline = monotonic_us() + TIMEOUT_MS * 1000;
	struct err err = { 0 };

	while (!knows_all_topics() && monotonic_us() < deadline) {
		rd_kafka_metadata_destroy(dlq.metadata);
		dlq.metadata = kafka_metadata(&dlq.reader, TIMEOUT_MS, &err);
		cr_assert(dlq.metadata, "%s", err.text);
	}
}

static void begin(void)
{
	static const char *const none[] = { NULL };
	struct err err = { 0 };
	struct ctl_config *config = &ctl.config;

	test_database_create(&database);
	snprintf(prefix, sizeof(prefix), "letters_%d.", (int)getpid());
	arena_init(&ctl.arena);
	ctl.command = "dlq";
	config->kafka.bootstrap_servers = getenv("GROWTH_KAFKA_BOOTSTRAP_SERVERS");
	cr_assert(config->kafka.bootstrap_servers, "run this by tests/run");
	config->kafka.topic_prefix = prefix;
	config->postgres.conninfo = database.admin;
	config->kafka.password_file = config->postgres.password_file = "";
	cr_assert(kafka_open(&writer, config, RD_KAFKA_PRODUCER, none, &err), "%s", err.text);
	for (const struct pipeline_worker *worker = pipeline; worker->name; worker++)
		make_topic(writer.client,
			   arena_printf(&ctl.arena, "%s%s.dlq", prefix, worker->name), 1);
	make_topic(writer.client, arena_printf(&ctl.arena, "%scontractor.updated", prefix), 1);
	dlq = (struct dlq){ .ctl = &ctl, .timeout_ms = TIMEOUT_MS };
	cr_assert(dlq_open(&dlq, &err), "%s", err.text);
	await_topics();
}

static void end(void)
{
	dlq_close(&dlq);
	kafka_close(&writer);
	arena_release(&ctl.arena);
	test_database_drop(&database);
}

TestSuite(growthctl_dlq, .init = begin, .fini = end, .timeout = 120);

/* A letter of matcher's, with a value of so many bytes. */
static void put(int64_t sent_ms, size_t size)
{
	char *value = arena_alloc(&ctl.arena, size);
	const char *topic = arena_printf(&ctl.arena, "%smatcher.dlq", prefix);

	memset(value, 'x', size);
	cr_assert_not(rd_kafka_producev(
		writer.client, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(0),
		RD_KAFKA_V_KEY("7", 1), RD_KAFKA_V_VALUE(value, size),
		RD_KAFKA_V_TIMESTAMP(sent_ms),
		RD_KAFKA_V_HEADER("__connect.errors.topic", "contractor.updated", -1),
		RD_KAFKA_V_HEADER("__connect.errors.partition", "0", -1),
		RD_KAFKA_V_HEADER("__connect.errors.offset", "5", -1), RD_KAFKA_V_END));
	cr_assert_not(rd_kafka_flush(writer.client, TIMEOUT_MS));
}

/* A record that the letter of this place and time ("NULL": of any) is discarded. */
static void discarded(int offset, const char *time)
{
	test_script(database.admin,
		    arena_printf(
			    &ctl.arena,
			    "INSERT INTO operator.dead_letters (topic, partition, kafka_offset, "
			    "dead_lettered_at, action, outcome, because, done_at) "
			    "VALUES ('matcher.dlq', 0, %d, %s, 'discard', 'done', 'a test', now())",
			    offset, time));
}

static struct dead_letters letters_read(void)
{
	struct dead_letters letters;
	struct err err = { 0 };

	cr_assert(dlq_read(&dlq, NULL, false, &letters, &err), "%s", err.text);
	return letters;
}

static struct dlq_count counted(void)
{
	struct dlq_count count;
	struct err err = { 0 };

	cr_assert(dlq_count(&dlq.reader, dlq.db,
			    kafka_topic(&dlq.reader, dlq.metadata, "matcher.dlq"), &count, &err),
		  "%s", err.text);
	cr_expect(count.exact);
	return count;
}

static void expect_state(const char *when, enum letter_state state)
{
	struct dead_letters letters = letters_read();
	struct dlq_count count = counted();

	cr_assert_eq(letters.count, 1, "%s: %zu letters", when, letters.count);
	cr_expect_eq(letters.items[0].state, state, "%s: %s", when,
		     letter_state_names[letters.items[0].state]);
	cr_expect(count.letters == 1 && count.open == (state == LETTER_OPEN),
		  "%s: %lld of %lld are open", when, (long long)count.open,
		  (long long)count.letters);
}

Test(growthctl_dlq, a_record_is_about_the_letter_of_its_time)
{
	put(THEN, 1);
	expect_state("none", LETTER_OPEN);
	discarded(0, "'2024-01-02T03:04:04.999Z'");
	expect_state("of another letter, which was there before", LETTER_OPEN);
	discarded(0, "'2024-01-02T03:04:05Z'");
	expect_state("of this one", LETTER_DISCARDED);
}

Test(growthctl_dlq, a_record_without_a_time_is_about_whatever_letter_is_there)
{
	put(THEN, 1);
	discarded(0, "NULL");
	expect_state("from before 0028", LETTER_DISCARDED);
}

static void import(const char *time)
{
	static const char line[] =
		"{\"topic\":\"contractor.updated\",\"key\":\"7\",\"id\":\"a-1\",\"source\":\"crm\","
		"\"value\":{},\"dead_letter\":{\"at\":\"matcher.dlq:0:0\",\"time\":\"%s\"}}\n";
	char path[] = "/tmp/growthctl_dlq_XXXXXX";
	int file = mkstemp(path);
	struct dlq_arguments arguments = { .ctl = &ctl, .file = path };

	cr_assert(file >= 0 && dprintf(file, line, time) > 0);
	close(file);
	cr_expect_eq(dlq_import(&dlq, &arguments), 0, "%s", time);
	unlink(path);
}

Test(growthctl_dlq, an_exported_line_answers_the_letter_of_its_time)
{
	put(THEN, 1);
	import("2024-01-01T00:00:00Z");
	expect_state("of a letter that was there before", LETTER_OPEN);
	import("2024-01-02T03:04:05Z");
	expect_state("of this one", LETTER_IMPORTED);
}

/* Letters with values of some 1,000 bytes each, of which the first few are decided about. */
static void put_large(int count, int decided)
{
	for (int i = 0; i < count; i++) {
		put(THEN + i, 1000);
		if (i < decided)
			discarded(i, "NULL");
	}
	dlq.held_most = 4000;
}

enum { HANDLED = 10, LETTERS = 12 };

static const struct {
	const char *name;
	enum letter_state state;
	bool values, fits;
} verbs[] = {
	{ "list, discard: no values are kept", LETTER_OPEN, false, true },
	{ "list --state any", LETTER_ANY, false, true },
	{ "retry, export: values of open ones", LETTER_OPEN, true, true },
	{ "export --state discarded: they are too many", LETTER_DISCARDED, true, false },
};

static void expect_kept(const char *name, const struct letter_filter *filter, bool values,
			const struct dead_letters *letters)
{
	cr_expect_eq(letters->count, LETTERS, "%s: %zu letters", name, letters->count);
	for (size_t i = 0; i < letters->count; i++) {
		const struct dead_letter *letter = &letters->items[i];
		bool meant = filter_has(filter, letter);

		cr_expect_eq(letter->state, i < HANDLED ? LETTER_DISCARDED : LETTER_OPEN, "%s: %zu",
			     name, i);
		cr_expect_eq(letter->key.length, meant ? 1 : 0, "%s: %zu", name, i);
		cr_expect_eq(letter->value.length, meant && values ? 1000 : 0, "%s: %zu", name, i);
	}
}

Test(growthctl_dlq, only_what_is_wanted_is_held)
{
	put_large(LETTERS, HANDLED);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		struct letter_filter filter = { .state = verbs[i].state };
		struct dead_letters letters;
		struct err err = { 0 };
		bool ok = dlq_read(&dlq, &filter, verbs[i].values, &letters, &err);

		cr_expect_eq(ok, verbs[i].fits, "%s: %s", verbs[i].name, err.text);
		if (ok)
			expect_kept(verbs[i].name, &filter, verbs[i].values, &letters);
		else
			cr_expect_eq(err.kind, ERR_POISON, "%s: %s", verbs[i].name, err.text);
	}
}
