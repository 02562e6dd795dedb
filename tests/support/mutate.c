/*
 * mutate COUNT PREFIX FILE...: sends COUNT spoilt copies of the messages in the files (lines as
 * `growthctl emit` reads them) to Kafka, and prints a line for each: topic, partition, offset,
 * verdict, event id, contractor, goal, what was done to it. The verdict is what message_decode()
 * and the domain's rules say here, in another process than the workers': "poison", "good", or
 * "erasure" for a null value that erases. Repeatable by GROWTH_TEST_SEED.
 */
#include <inttypes.h>
#include <librdkafka/rdkafka.h>

#include "decide_emit.h"
#include "fuzz_route.h"
#include "identity.h"
#include "mutations.h"
#include "raw_message.h"
#include "vocabulary.h"

#define VALUE_MAX 262144 /* message.max_bytes */
#define HUGE_LENGTH (12 << 20)
#define BASES_MAX 200000
#define RECALCULATION_ODDS 80

struct base {
	struct emit_line line;
	struct emit_header *headers;
	size_t header_count;
};

struct bases {
	struct base *items;
	size_t count;
	const char *topics[32];
	size_t topic_count;
};

/* A mutant on its way: what the delivery report needs. */
struct sent {
	struct mutant mutant;
	struct route route;
	struct arena arena;
	char what[80];
};

static int failures;

static void give_up(const char *what, const char *why)
{
	fprintf(stderr, "mutate: %s: %s\n", what, why);
	exit(1);
}

/* ---- what there is to spoil ---- */

static void add_line(struct bases *bases, const char *text, size_t length, const char *prefix,
		     struct arena *arena)
{
	struct base *base = &bases->items[bases->count];
	struct err err = { 0 };
	size_t topic = 0;

	if (bases->count == BASES_MAX)
		return;
	if (!emit_parse(arena_strndup(arena, text, length), length, prefix, arena, &base->line,
			&err))
		give_up("a line", err.text);
	emit_headers(&base->line, "mutate", arena, &base->headers, &base->header_count);
	bases->count++;
	while (topic < bases->topic_count && strcmp(bases->topics[topic], base->line.topic) != 0)
		topic++;
	if (topic == bases->topic_count)
		bases->topics[bases->topic_count++] = base->line.topic;
}

static void read_file(struct bases *bases, const char *path, const char *prefix,
		      struct arena *arena)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t capacity = 0;
	ssize_t length;

	if (!file)
		give_up(path, "cannot be read");
	while ((length = getline(&line, &capacity, file)) > 0)
		add_line(bases, line, (size_t)length, prefix, arena);
	free(line);
	fclose(file);
}

/* Each topic as often as any other, whatever the history has most of; but one good request to
 * recalculate is more work than a thousand other messages. */
static const struct base *pick(const struct bases *bases, struct seeded *random)
{
	const struct base *base;
	const char *topic;

	do {
		topic = bases->topics[seeded_below(random, (int)bases->topic_count)];
	} while (strcmp(topic, TOPIC_RECALCULATION_REQUESTED) == 0 &&
		 seeded_below(random, RECALCULATION_ODDS) > 0);
	do {
		base = &bases->items[seeded_below(random, (int)bases->count)];
	} while (strcmp(base->line.topic, topic) != 0);
	return base;
}

/* ---- the verdict, once it is known where the message is ---- */

static bool known_tier(const struct sent *sent, const struct message *message)
{
	const struct contractor_updated *profile = message->value;

	return strcmp(sent->mutant.topic, TOPIC_CONTRACTOR_UPDATED) != 0 ||
	       vocabulary_find(&default_vocabulary, &default_vocabulary.tiers,
			       profile->revenue_tier);
}

static void print_goal(const struct sent *sent, const struct message *message)
{
	const struct json_field *field = sent->route.fields;
	char text[UUID_TEXT_SIZE];

	while (field->kind != FIELD_KIND_END && strcmp(field->name, "goal_id") != 0)
		field++;
	if (!message->value || field->kind == FIELD_KIND_END)
		return;
	uuid_to_text(
		(const struct uuid *)(const void *)((const char *)message->value + field->offset),
		text);
	fputs(text, stdout);
}

static void judge(struct sent *sent, const rd_kafka_message_t *delivered)
{
	const struct mutant *mutant = &sent->mutant;
	rd_kafka_timestamp_type_t type;
	struct raw_message raw = {
		.route = &sent->route,
		.partition = delivered->partition,
		.offset = delivered->offset,
		.timestamp_ms = rd_kafka_message_timestamp(delivered, &type),
		.key = mutant->key.data,
		.key_length = mutant->key.length,
		.value = mutant->value.data,
		.value_length = mutant->value.length,
		.headers = sent->mutant.headers,
		.header_count = mutant->header_count < OUTBOX_HEADERS_MAX ? mutant->header_count
									  : OUTBOX_HEADERS_MAX,
	};
	struct err err = { 0 };
	bool ok;
	const struct message *message =
		message_decode(&raw, NULL, VALUE_MAX, &sent->arena, &ok, &err);
	const char *verdict = !ok || (message->value && !known_tier(sent, message)) ? "poison"
			      : message->value                                      ? "good"
										    : "erasure";

	printf("%s\t%" PRId32 "\t%" PRId64 "\t%s\t%s\t%" PRId64 "\t", mutant->topic, raw.partition,
	       raw.offset, verdict, message->id, message->contractor_id);
	print_goal(sent, message);
	printf("\t%s\n", sent->what);
}

static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *delivered, void *opaque)
{
	struct sent *sent = delivered->_private;

	(void)producer;
	(void)opaque;
	if (delivered->err) {
		fprintf(stderr, "mutate: %s (%s): %s\n", sent->mutant.topic, sent->what,
			rd_kafka_err2str(delivered->err));
		failures++;
	} else {
		judge(sent, delivered);
	}
	arena_release(&sent->arena);
	free(sent);
}

/* ---- sending ---- */

static rd_kafka_t *new_producer(void)
{
	const char *brokers = getenv("GROWTH_KAFKA_BOOTSTRAP_SERVERS");
	const char *settings[][2] = {
		{ "bootstrap.servers", brokers ? brokers : "127.0.0.1:9092" },
		{ "partitioner", "murmur2_random" },
		{ "compression.codec", "gzip" },
		{ "message.max.bytes", "20000000" },
		{ "acks", "all" },
		{ "linger.ms", "20" },
	};
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char error[512];
	rd_kafka_t *producer;

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (rd_kafka_conf_set(conf, settings[i][0], settings[i][1], error, sizeof(error)))
			give_up(settings[i][0], error);
	rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
	producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof(error));
	if (!producer)
		give_up("producer", error);
	return producer;
}

static rd_kafka_headers_t *headers_of(const struct mutant *mutant)
{
	rd_kafka_headers_t *headers = rd_kafka_headers_new(mutant->header_count);

	for (size_t i = 0; i < mutant->header_count; i++) {
		const struct outbox_header *header = &mutant->headers[i];

		rd_kafka_header_add(headers, header->name, (ssize_t)header->name_length,
				    header->value,
				    header->value ? (ssize_t)header->value_length : -1);
	}
	return headers;
}

static void produce(rd_kafka_t *producer, const char *prefix, struct sent *sent)
{
	const struct mutant *mutant = &sent->mutant;
	char topic[512];
	rd_kafka_resp_err_t code;

	snprintf(topic, sizeof(topic), "%s%s", prefix, mutant->topic);
	while ((code = rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic),
					 RD_KAFKA_V_KEY(mutant->key.data, mutant->key.length),
					 RD_KAFKA_V_VALUE((void *)(uintptr_t)mutant->value.data,
							  mutant->value.length),
					 RD_KAFKA_V_HEADERS(headers_of(mutant)),
					 RD_KAFKA_V_TIMESTAMP(mutant->timestamp_ms),
					 RD_KAFKA_V_OPAQUE(sent), RD_KAFKA_V_END)) ==
	       RD_KAFKA_RESP_ERR__QUEUE_FULL)
		rd_kafka_poll(producer, 100);
	if (code)
		give_up(sent->what, rd_kafka_err2str(code));
}

/* An id of its own, so that what becomes of it can be told. */
static void copy_base(struct mutant *mutant, const struct base *base, int number,
		      struct arena *arena)
{
	*mutant = (struct mutant){ .topic = base->line.topic,
				   .key = base->line.key,
				   .value = base->line.value };
	for (size_t i = 0; i < base->header_count && i < OUTBOX_HEADERS_MAX; i++) {
		const struct emit_header *header = &base->headers[i];
		const char *value = header->value.data;
		size_t length = header->value.length;

		if (strcmp(header->name, "ce_id") == 0) {
			value = arena_printf(arena, "mutant-%d", number);
			length = strlen(value);
		}
		mutant->headers[mutant->header_count++] =
			(struct outbox_header){ header->name, strlen(header->name), value, length };
	}
}

/* Far more than a dead letter can hold, and small on its way. */
static void make_huge(struct sent *sent)
{
	sent->mutant.value.data = memset(arena_alloc(&sent->arena, HUGE_LENGTH), 'a', HUGE_LENGTH);
	sent->mutant.value.length = HUGE_LENGTH;
	snprintf(sent->what, sizeof(sent->what), "huge");
}

static void send_mutant(rd_kafka_t *producer, const char *prefix, const struct bases *bases,
			struct seeded *random, int number)
{
	struct sent *sent = calloc(1, sizeof(*sent));
	const struct base *base = pick(bases, random);

	if (!sent)
		abort();
	arena_init(&sent->arena);
	sent->route = fuzz_route_of(message_type_of(base->line.topic));
	copy_base(&sent->mutant, base, number, &sent->arena);
	if (number % 5000 == 4999)
		make_huge(sent);
	else
		mutate(&sent->mutant, random, &sent->arena, sent->what, sizeof(sent->what));
	produce(producer, prefix, sent);
	rd_kafka_poll(producer, 0);
}

int main(int argc, char **argv)
{
	struct bases bases = { 0 };
	struct arena arena;
	struct seeded random;

	if (argc < 4)
		give_up("usage", "mutate COUNT PREFIX FILE...");
	arena_init(&arena);
	bases.items = arena_array(&arena, struct base, BASES_MAX);
	for (int i = 3; i < argc; i++)
		read_file(&bases, argv[i], argv[2], &arena);
	if (bases.count == 0)
		give_up("files", "no message in them");

	const char *seed = getenv("GROWTH_TEST_SEED");
	random.seed = random.state = seed ? strtoull(seed, NULL, 10) : 20240701;
	fprintf(stderr, "mutate: %zu messages of %zu topics, GROWTH_TEST_SEED=%" PRIu64 "\n",
		bases.count, bases.topic_count, random.seed);
	rd_kafka_t *producer = new_producer();
	for (long i = 0, count = strtol(argv[1], NULL, 10); i < count; i++)
		send_mutant(producer, argv[2], &bases, &random, (int)i);
	if (rd_kafka_flush(producer, 30000))
		give_up("flush", "not everything was delivered in 30 s");
	rd_kafka_destroy(producer);
	arena_release(&arena);
	return failures > 0;
}
