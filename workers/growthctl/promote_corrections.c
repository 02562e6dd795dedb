/*
 * Who was told otherwise: what live's readers were told last is stored (as goal-enricher received
 * it, as matcher published it, as goal-enricher made it), so two databases say whom a correction
 * concerns, and what it is. It is published by outbox rows of matcher and goal-enricher, some
 * hundred messages each, above what Kafka has.
 */
#include <string.h>

#include "diff_read.h"
#include "growthctl_core_sql.h"
#include "identity.h"
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

static const struct pg_column goal_columns[] = { PG_UUID(struct goal_id_row, goal_id), PG_END };

const struct statement read_goals = { .name = "promote_goals",
				      .sql = SQL_PROMOTE_GOALS,
				      .parameters = goal_columns,
				      .parameter_size = sizeof(struct goal_id_row),
				      .results = told_columns,
				      .result_size = sizeof(struct told_row) };
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

/* What goal.enriched tells of a goal, but its version and status. */
static const struct diff_column goals_columns[] = {
	{ "goal_uuid", DIFF_KEY, NULL, NULL },
	{ NULL, DIFF_COMPARED, "told",
	  "jsonb_build_array(t.contractor_id, t.occurred_at, t.created_at, t.goal_type, "
	  "t.goal_description, t.target_milestone, t.priority_score, p.pattern_key, "
	  "t.pattern_status, t.pattern_source, t.pattern_confidence, t.match_score, t.data_gaps, "
	  "t.success_criteria, t.trigger_condition, t.expected_months_low, "
	  "t.expected_months_high, t.timeline)" },
	{ NULL, DIFF_COMPARED, "checklist",
	  "(SELECT jsonb_agg(jsonb_build_array(i.checklist_item, i.item_type, i.item, "
	  "i.usage_rate) ORDER BY i.position) FROM public.ai_concierge_checklist_items i WHERE "
	  "i.goal_id = t.id)" },
	{ NULL, DIFF_LEFT_OUT, NULL, NULL },
};
static const struct diff_table goals_table = {
	"public.ai_concierge_goals",
	" LEFT JOIN public.business_growth_patterns p ON p.id = t.pattern_id", goals_columns, NULL
};

struct collector {
	struct contractor_list *list;
	struct goal_list *goals;
	size_t capacity;
	struct arena *arena;
};

/* The key of what is told anew; NULL: nothing is. Who is not known to the database that comes is
 * told nothing: that would be an erasure. */
static struct json_object *key_to_tell(const struct diff_found *found)
{
	if (!found->right || !diff_found_differs(found))
		return NULL;
	return json_tokener_parse(found->key);
}

static bool collect(const struct diff_found *found, void *closure, struct err *err)
{
	struct collector *collector = closure;
	struct contractor_list *list = collector->list;
	struct json_object *key = key_to_tell(found);

	(void)err;
	if (!key)
		return true;
	list->items = arena_room(collector->arena, list->items, list->count, &collector->capacity,
				 sizeof(*list->items));
	list->items[list->count++] = (struct id_row){ json_object_get_int64(
		json_object_object_get(key, "contractor_id")) };
	json_object_put(key);
	return true;
}

static bool collect_goal(const struct diff_found *found, void *closure, struct err *err)
{
	struct collector *collector = closure;
	struct goal_list *list = collector->goals;
	struct json_object *key = key_to_tell(found);
	const char *text;

	(void)err;
	if (!key)
		return true;
	list->items = arena_room(collector->arena, list->items, list->count, &collector->capacity,
				 sizeof(*list->items));
	text = json_object_get_string(json_object_object_get(key, "goal_uuid"));
	if (uuid_from_text(text, strlen(text), &list->items[list->count].goal_id))
		list->count++;
	json_object_put(key);
	return true;
}

bool promotion_find_corrections(struct promotion *promotion, struct err *err)
{
	struct db *current = promotion->current.db, *next = promotion->next.db;
	struct collector matched = { .list = &promotion->matched, .arena = &promotion->ctl->arena };
	struct collector recommended = { .list = &promotion->recommended,
					 .arena = &promotion->ctl->arena };
	struct collector goals = { .goals = &promotion->goals, .arena = &promotion->ctl->arena };
	bool ok = db_begin_snapshot(current, err) && db_begin_snapshot(next, err) &&
		  diff_merge(&matched_table, current, next, collect, &matched, err) &&
		  diff_merge(&recommended_table, current, next, collect, &recommended, err) &&
		  diff_merge(&goals_table, current, next, collect_goal, &goals, err);

	db_rollback(current);
	db_rollback(next);
	return ok;
}

/* ---- what ---- */

struct kind {
	const char *topic, *hangs_on; /* and the topic on whose partitions it hangs */
	const struct statement *read;
	const struct json_field *fields;
	size_t size;
};

/* By the table of its fields, as matcher writes it. */
static bool add_message(const struct kind *kind, const struct told_row *row, int64_t sequence,
			size_t place, struct buffer *out, struct arena *arena, struct err *err)
{
	void *value = arena_alloc(arena, kind->size);
	const char *key = arena_printf(arena, "%lld", (long long)row->contractor_id);

	if (!json_decode(row->message, strlen(row->message), kind->fields, value, kind->size, arena,
			 err))
		return err_wrap(err, "%s of contractor %s", kind->topic, key);
	promotion_add_message(out, kind->topic, key, json_encode_text(kind->fields, value, arena),
			      arena_printf(arena, "%lld[%lld]/%zu", (long long)sequence,
					   (long long)row->partition, place),
			      row->occurred_at, arena);
	return true;
}

static struct insert_row *position_of(struct insert_row *positions, size_t count, const char *topic,
				      int64_t partition)
{
	for (size_t i = 0; i < count; i++)
		if (positions[i].partition == partition && strcmp(positions[i].topic, topic) == 0)
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
		ok = add_message(kind, &rows[i], row.sequence, i, &bytes, arena, err);
	row.messages = (struct bytes){ bytes.bytes, bytes.length };
	ok = ok && db_execute(promotion->next.db, &write_outbox, &row, 1, err);
	buffer_release(&bytes);
	return ok;
}

static bool write_chunk(struct promotion *promotion, const struct kind *kind, const void *ids,
			size_t ids_count, struct insert_row *positions, size_t positions_count,
			struct arena *arena, struct err *err)
{
	struct told_row *rows;
	size_t count;

	if (!db_run(promotion->next.db, kind->read, ids, ids_count, arena, &rows, &count, err))
		return false;
	for (size_t i = 0, first = 0; i < count; first = i) {
		struct insert_row *position = position_of(positions, positions_count,
							  kind->hangs_on, rows[first].partition);

		while (i < count && rows[i].partition == rows[first].partition)
			i++;
		if (!position)
			return err_set(err, ERR_POISON, "contractor %lld: live has no %s[%lld]",
				       (long long)rows[first].contractor_id, kind->hangs_on,
				       (long long)rows[first].partition);
		if (!write_partition(promotion, kind, &rows[first], i - first, position, arena,
				     err))
			return false;
	}
	return true;
}

static bool write_all(struct promotion *promotion, const struct kind *kind, const void *ids,
		      size_t ids_count, struct insert_row *positions, size_t positions_count,
		      struct err *err)
{
	size_t size = kind->read->parameter_size;
	struct arena arena;
	bool ok = true;

	arena_init(&arena);
	for (size_t i = 0; ok && i < ids_count; i += CHUNK) {
		size_t count = ids_count - i < CHUNK ? ids_count - i : CHUNK;

		arena_reset(&arena);
		ok = write_chunk(promotion, kind, (const char *)ids + i * size, count, positions,
				 positions_count, &arena, err);
	}
	arena_release(&arena);
	return ok;
}

bool promotion_write_corrections(struct promotion *promotion, const struct pipeline_worker *worker,
				 struct insert_row *positions, size_t count, struct err *err)
{
	static const struct kind matched = { TOPIC_CONTRACTOR_MATCHED, TOPIC_CONTRACTOR_UPDATED,
					     &read_matched, contractor_matched_fields,
					     sizeof(struct contractor_matched) };
	static const struct kind recommended = { TOPIC_PARTNER_RECOMMENDED,
						 TOPIC_CONTRACTOR_UPDATED, &read_recommended,
						 partner_recommended_fields,
						 sizeof(struct partner_recommended) };
	static const struct kind goals = { TOPIC_GOAL_ENRICHED, TOPIC_CONTRACTOR_MATCHED,
					   &read_goals, goal_enriched_fields,
					   sizeof(struct goal_enriched) };

	if (strcmp(worker->produces[0], TOPIC_GOAL_ENRICHED) == 0)
		return write_all(promotion, &goals, promotion->goals.items, promotion->goals.count,
				 positions, count, err);
	return strcmp(worker->produces[0], TOPIC_CONTRACTOR_MATCHED) != 0 ||
	       (write_all(promotion, &matched, promotion->matched.items, promotion->matched.count,
			  positions, count, err) &&
		write_all(promotion, &recommended, promotion->recommended.items,
			  promotion->recommended.count, positions, count, err));
}
