/*
 * Contractors who were told otherwise: what live's readers were told last is stored (as goal-enricher received it, as matcher published
 * it), so two databases say whom a correction concerns, and what it is. It is published by outbox rows of matcher, some hundred
 * contractors each, above what Kafka has.
 */
#include <string.h>

#include "diff_read.h"
#include "growthctl_core_sql.h"
#include "messages.h"
#include "promote.h"
#include "promote_statements.h"
#include "statements.h"

#define CHUNK 500

struct told_row {
	int64_t contractor_id, partition;
	utc_us occurred_at;
	const char *message;
};

static const struct pg_column id_columns[] = { PG_INT4(struct id_row, id), PG_END };
static const struct pg_column told_columns[] = { PG_INT4(struct told_row, contractor_id),
						 PG_INT4(struct told_row, partition),
						 PG_TIME(struct told_row, occurred_at),
						 PG_TEXT(struct told_row, message), PG_END };

const struct statement read_matched = { .name = "promote_matched",
					.sql = SQL_PROMOTE_MATCHED,
					.parameters = id_columns,
					.parameter_size = sizeof(struct id_row),
					.results = told_columns,
					.result_size = sizeof(struct told_row) };
const struct statement read_recommended = { .name = "promote_recommended",
					    .sql = SQL_PROMOTE_RECOMMENDED,
					    .parameters = id_columns,
					    .parameter_size = sizeof(struct id_row),
					    .results = told_columns,
					    .result_size = sizeof(struct told_row) };

/* ---- whom ---- */

/* But the numbers that are each database's own. */
#define WORDS \
	"(t.message - 'snapshot' - 'matches') || jsonb_build_object('matches', (SELECT " \
	"jsonb_agg(e.match - 'pattern_version' ORDER BY e.place) FROM jsonb_array_elements(" \
	"t.message -> 'matches') WITH ORDINALITY AS e (match, place)))"

static const struct diff_column matched_columns[] = {
	{ "contractor_id", DIFF_KEY, NULL, NULL },
	{ "message", DIFF_COMPARED, NULL, WORDS },
	{ NULL, DIFF_LEFT_OUT, NULL, NULL },
};
static const struct diff_column recommended_columns[] = {
	{ "contractor_id", DIFF_KEY, NULL, NULL },
	{ "recommended", DIFF_COMPARED, NULL, NULL },
	{ NULL, DIFF_LEFT_OUT, NULL, NULL },
};
static const struct diff_table matched_table = { "goal_enricher.matched_contractors", NULL,
						 matched_columns, NULL };
static const struct diff_table recommended_table = { "public.partner_scores", NULL,
						     recommended_columns, NULL };

struct collector {
	struct contractor_list *list;
	size_t capacity;
	struct arena *arena;
};

/* Who is not known to the database that comes is told nothing: that would be an erasure. */
static bool collect(const struct diff_found *found, void *closure, struct err *err)
{
	struct collector *collector = closure;
	struct contractor_list *list = collector->list;
	struct json_object *key;

	(void)err;
	if (!found->right || (found->left && strcmp(found->left, found->right) == 0))
		return true;
	if (list->count == collector->capacity) {
		size_t capacity = collector->capacity ? collector->capacity * 2 : 256;

		list->items = arena_grow(collector->arena, list->items, list->count, capacity,
					 sizeof(*list->items));
		collector->capacity = capacity;
	}
	key = json_tokener_parse(found->key);
	list->items[list->count++] = (struct id_row){ json_object_get_int64(
		json_object_object_get(key, "contractor_id")) };
	json_object_put(key);
	return true;
}

bool promotion_find_corrections(struct promotion *promotion, struct err *err)
{
	struct db *current = promotion->current.db, *next = promotion->next.db;
	struct collector matched = { .list = &promotion->matched, .arena = &promotion->ctl->arena };
	struct collector recommended = { .list = &promotion->recommended,
					 .arena = &promotion->ctl->arena };
	bool ok = db_begin_snapshot(current, err) && db_begin_snapshot(next, err) &&
		  diff_merge(&matched_table, current, next, collect, &matched, err) &&
		  diff_merge(&recommended_table, current, next, collect, &recommended, err);

	db_rollback(current);
	db_rollback(next);
	return ok;
}

/* ---- what ---- */

struct kind {
	const char *topic;
	const struct statement *read;
	const struct json_field *fields;
	size_t size;
};

/* By the table of its fields, as matcher writes it. */
static bool add_message(const struct kind *kind, const struct told_row *row, int64_t sequence,
			struct buffer *out, struct arena *arena, struct err *err)
{
	void *value = arena_alloc(arena, kind->size);
	const char *key = arena_printf(arena, "%lld", (long long)row->contractor_id);

	if (!json_decode(row->message, strlen(row->message), kind->fields, value, kind->size, arena,
			 err))
		return err_wrap(err, "%s of contractor %s", kind->topic, key);
	promotion_add_message(
		out, kind->topic, key, json_encode_text(kind->fields, value, arena),
		arena_printf(arena, "%lld[%lld]", (long long)sequence, (long long)row->partition),
		row->occurred_at, arena);
	return true;
}

static struct insert_row *position_of(struct insert_row *positions, size_t count, int64_t partition)
{
	for (size_t i = 0; i < count; i++)
		if (positions[i].partition == partition &&
		    strcmp(positions[i].topic, TOPIC_CONTRACTOR_UPDATED) == 0)
			return &positions[i];
	return NULL;
}

/* Rows of one partition, which is in the outbox afterwards. */
static bool write_partition(struct promotion *promotion, const struct kind *kind,
			    const struct told_row *rows, size_t count, struct insert_row *position,
			    struct arena *arena, struct err *err)
{
	struct outbox_stored_row row = { .topic = position->topic,
					 .partition = position->partition,
					 .sequence = ++position->sequence,
					 .next_offset = position->next_offset,
					 .message_count = (int64_t)count };
	struct buffer bytes = { 0 };
	bool ok = true;

	for (size_t i = 0; ok && i < count; i++)
		ok = add_message(kind, &rows[i], row.sequence, &bytes, arena, err);
	row.messages = (struct bytes){ bytes.bytes, bytes.length };
	ok = ok && db_execute(promotion->next.db, &write_outbox, &row, 1, err);
	buffer_release(&bytes);
	return ok;
}

static bool write_chunk(struct promotion *promotion, const struct kind *kind,
			const struct id_row *ids, size_t ids_count, struct insert_row *positions,
			size_t positions_count, struct arena *arena, struct err *err)
{
	struct told_row *rows;
	size_t count;

	if (!db_run(promotion->next.db, kind->read, ids, ids_count, arena, &rows, &count, err))
		return false;
	for (size_t i = 0, first = 0; i < count; first = i) {
		struct insert_row *position =
			position_of(positions, positions_count, rows[first].partition);

		while (i < count && rows[i].partition == rows[first].partition)
			i++;
		if (!position)
			return err_set(err, ERR_POISON, "contractor %lld: live has no %s[%lld]",
				       (long long)rows[first].contractor_id,
				       TOPIC_CONTRACTOR_UPDATED, (long long)rows[first].partition);
		if (!write_partition(promotion, kind, &rows[first], i - first, position, arena,
				     err))
			return false;
	}
	return true;
}

static bool write_all(struct promotion *promotion, const struct kind *kind,
		      const struct contractor_list *list, struct insert_row *positions,
		      size_t positions_count, struct err *err)
{
	struct arena arena;
	bool ok = true;

	arena_init(&arena);
	for (size_t i = 0; ok && i < list->count; i += CHUNK) {
		size_t count = list->count - i < CHUNK ? list->count - i : CHUNK;

		arena_reset(&arena);
		ok = write_chunk(promotion, kind, &list->items[i], count, positions,
				 positions_count, &arena, err);
	}
	arena_release(&arena);
	return ok;
}

bool promotion_write_corrections(struct promotion *promotion, struct insert_row *positions,
				 size_t count, struct err *err)
{
	static const struct kind matched = { TOPIC_CONTRACTOR_MATCHED, &read_matched,
					     contractor_matched_fields,
					     sizeof(struct contractor_matched) };
	static const struct kind recommended = { TOPIC_PARTNER_RECOMMENDED, &read_recommended,
						 partner_recommended_fields,
						 sizeof(struct partner_recommended) };

	return write_all(promotion, &matched, &promotion->matched, positions, count, err) &&
	       write_all(promotion, &recommended, &promotion->recommended, positions, count, err);
}
