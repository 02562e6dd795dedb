/*
 * What of an outbox is in Kafka, when nobody has kept the count. A row's messages are the very
 * bytes that were produced, and they came in one Kafka transaction: so the row whose first message
 * stands in its topic is in Kafka, and those before it are.
 */
#include "fields.h"
#include "outbox_block.h"
#include "positions.h"
#include "statements.h"

struct sought {
	size_t position; /* index of the position whose row it is */
	int64_t sequence;
	const char *topic; /* of the row's first message, without prefix */
	const char *bytes; /* the message as outbox_write() has it */
	size_t length;
};

struct search {
	struct positions_reader *reader;
	struct sought *items;
	size_t count;
	struct optional_int *published;
	struct buffer scratch;
};

static void note_first(struct search *search, struct sought *sought,
		       const struct outbox_message *first)
{
	struct arena *arena = &search->reader->ctl->arena;

	buffer_clear(&search->scratch);
	outbox_write(&search->scratch, first);
	sought->topic = arena_strndup(arena, first->topic, first->topic_length);
	sought->bytes = arena_memdup(arena, search->scratch.bytes, search->scratch.length);
	sought->length = search->scratch.length;
}

static bool add_row(struct search *search, const struct worker_positions *all,
		    const struct outbox_stored_row *row, struct err *err)
{
	struct sought *sought = &search->items[search->count];
	struct outbox_message first;
	struct outbox_reader reader;
	bool found;

	outbox_reader_init(&reader, row->messages.data, row->messages.length);
	found = outbox_reader_next(&reader, &first, err);
	if (found)
		note_first(search, sought, &first);
	outbox_reader_release(&reader);
	if (!found)
		return err->kind == ERR_NONE;
	for (size_t i = 0; i < all->count; i++) {
		if (all->items[i].partition == row->partition &&
		    strcmp(all->items[i].topic, row->topic) == 0)
			sought->position = i;
	}
	sought->sequence = row->sequence;
	search->count++;
	return true;
}

static bool read_rows(struct search *search, struct db *db, const struct worker_positions *all,
		      const bool *wanted, struct err *err)
{
	struct arena *arena = &search->reader->ctl->arena;
	struct outbox_mark_row *marks = arena_array(arena, struct outbox_mark_row, all->count);
	struct outbox_stored_row *rows = NULL;
	size_t count = 0, rows_count = 0;

	for (size_t i = 0; i < all->count; i++) {
		if (wanted[i])
			marks[count++] = (struct outbox_mark_row){ all->items[i].topic,
								   all->items[i].partition, -1 };
	}
	if (!db_run(db, &read_outbox, marks, count, arena, &rows, &rows_count, err))
		return false;
	search->items = arena_array(arena, struct sought, rows_count);
	for (size_t i = 0; i < rows_count; i++) {
		if (!add_row(search, all, &rows[i], err))
			return err_wrap(err, "%s[%lld], sequence %lld", rows[i].topic,
					(long long)rows[i].partition, (long long)rows[i].sequence);
	}
	return true;
}

/* As a row would hold it. */
static void write_message(struct search *search, const rd_kafka_message_t *kafka)
{
	const char *topic = rd_kafka_topic_name(kafka->rkt) +
			    strlen(search->reader->ctl->config.kafka.topic_prefix);
	struct outbox_message message = { .topic = topic,
					  .topic_length = strlen(topic),
					  .key = kafka->key,
					  .key_length = kafka->key_len,
					  .value = kafka->payload,
					  .value_length = kafka->len };
	rd_kafka_headers_t *headers;

	if (rd_kafka_message_headers(kafka, &headers))
		headers = NULL;
	while (headers && message.header_count < OUTBOX_HEADERS_MAX) {
		struct outbox_header *header = &message.headers[message.header_count];

		if (rd_kafka_header_get_all(headers, message.header_count, &header->name,
					    &header->value, &header->value_length))
			break;
		header->name_length = strlen(header->name);
		message.header_count++;
	}
	buffer_clear(&search->scratch);
	outbox_write(&search->scratch, &message);
}

static void on_message(const rd_kafka_message_t *kafka, void *closure)
{
	struct search *search = closure;

	write_message(search, kafka);
	for (size_t i = 0; i < search->count; i++) {
		const struct sought *sought = &search->items[i];
		struct optional_int *published = &search->published[sought->position];

		if (sought->length == search->scratch.length &&
		    memcmp(sought->bytes, search->scratch.bytes, sought->length) == 0 &&
		    sought->sequence > published->value)
			published->value = sought->sequence;
	}
}

static bool scan(struct search *search, struct err *err)
{
	struct positions_reader *reader = search->reader;
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(16);
	bool ok = true;

	for (size_t i = 0; ok && i < search->count; i++) {
		const char *topic = search->items[i].topic;
		const struct rd_kafka_metadata_topic *found =
			kafka_topic(&reader->kafka, reader->metadata, topic);

		ok = found || err_set(err, ERR_USAGE,
				      "topic %s does not exist; see growthctl topics", topic);
		for (int k = 0; ok && k < found->partition_cnt; k++)
			positions_entry(reader, list, topic, found->partitions[k].id);
	}
	ok = ok &&
	     kafka_ask(&reader->kafka, list, RD_KAFKA_OFFSET_BEGINNING, reader->timeout_ms, err) &&
	     kafka_scan(&reader->kafka, list, reader->timeout_ms, on_message, search, err);
	rd_kafka_topic_partition_list_destroy(list);
	return ok;
}

bool positions_find_published(struct positions_reader *reader, struct db *db,
			      const struct worker_positions *all, const bool *wanted,
			      struct optional_int *ret_published, struct err *err)
{
	struct search search = { .reader = reader, .published = ret_published };
	bool ok;

	for (size_t i = 0; i < all->count; i++) {
		if (wanted[i] && all->items[i].first.present)
			ret_published[i] =
				(struct optional_int){ all->items[i].first.value - 1, true };
	}
	ok = read_rows(&search, db, all, wanted, err);
	if (ok && search.count)
		ctl_say(reader->ctl,
			"%zu batches wait in the outbox; looking in their topics for what was "
			"published",
			search.count);
	ok = ok && (search.count == 0 || scan(&search, err));
	buffer_release(&search.scratch);
	return ok;
}
