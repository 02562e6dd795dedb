#include <string.h>
#include <time.h>

#include "growthctl_core_sql.h"
#include "instant.h"
#include "messages.h"
#include "promote.h"
#include "promote_statements.h"
#include "status.h"

void promotion_doubt(struct promotion *promotion, const char *text)
{
	struct texts *doubts = &promotion->doubts;

	doubts->items = arena_grow(&promotion->ctl->arena, doubts->items, doubts->count,
				   doubts->count + 1, sizeof(*doubts->items));
	doubts->items[doubts->count++] = text;
}

/* ---- names ---- */

static bool read_last(struct promotion *promotion, struct last_row **ret_last, struct err *err)
{
	size_t count;

	if (!db_run(promotion->current.db, &read_promotion, NULL, 0, &promotion->ctl->arena,
		    ret_last, &count, err))
		return false;
	if (!count)
		return err_set(err, ERR_POISON,
			       "%s was not made live by a promotion: there is nothing to undo",
			       promotion->current.database);
	return true;
}

/* "growth_former_20260301T021500Z" */
static const char *name_to_keep(const char *live, struct arena *arena)
{
	time_t now = (time_t)(instant_now() / US_PER_SECOND);
	struct tm utc;
	char text[32];

	gmtime_r(&now, &utc);
	strftime(text, sizeof(text), "%Y%m%dT%H%M%SZ", &utc);
	return arena_printf(arena, "%s_former_%s", live, text);
}

/* A database that was made live once has positions in live's topics, and is further than it was
 * fed. */
static bool check_fresh(struct promotion *promotion, struct err *err)
{
	struct last_row *last;
	size_t count;

	if (!db_run(promotion->next.db, &read_promotion, NULL, 0, &promotion->ctl->arena, &last,
		    &count, err))
		return false;
	promotion->prepared = count && strcmp(last->shadow, promotion->next.database) == 0;
	return !promotion->prepared || !last->undone ||
	       err_set(err, ERR_POISON,
		       "%s was live once, and that was undone: it is no replay any more. Make a new one",
		       promotion->next.database);
}

bool promotion_open(struct promotion *promotion, struct err *err)
{
	const struct promote_arguments *arguments = promotion->arguments;
	struct arena *arena = &promotion->ctl->arena;
	const char *title = arguments->shadow;
	struct last_row *last = NULL;

	if (!side_open(&promotion->current, promotion->ctl, "live", err))
		return false;
	if (promotion->kind == SWITCH_UNDO) {
		if (!read_last(promotion, &last, err))
			return false;
		promotion->record = last->id;
		title = last->former;
	}
	if (!side_open(&promotion->next, promotion->ctl, title, err))
		return false;
	if (promotion->kind == SWITCH_PROMOTE && !check_fresh(promotion, err))
		return false;
	promotion->live_name = arena_strdup(arena, promotion->current.database);
	promotion->next_name = arena_strdup(arena, promotion->next.database);
	promotion->kept_name = last ? last->shadow : name_to_keep(promotion->live_name, arena);
	return promotion->kind == SWITCH_UNDO || promotion->next.has_topics ||
	       err_set(err, ERR_POISON, "%s is no shadow", promotion->next_name);
}

void promotion_close(struct promotion *promotion)
{
	db_close(promotion->current.db);
	db_close(promotion->next.db);
	promotion->current.db = promotion->next.db = NULL;
}

bool promotion_reopen(struct promotion *promotion, struct err *err)
{
	promotion->current.db = ctl_database(&promotion->current.ctl, err);
	promotion->next.db = promotion->current.db ? ctl_database(&promotion->next.ctl, err) : NULL;
	return promotion->next.db != NULL;
}

/* ---- how far live and the shadow are ---- */

/* What is left to do but to read what comes from outside. */
static void doubt_what_is_pending(struct promotion *promotion, const struct side *side,
				  struct status *status)
{
	struct texts pending = status_pending(status, &promotion->ctl->arena);

	for (size_t i = 0; i < pending.count; i++)
		promotion_doubt(promotion, arena_printf(&promotion->ctl->arena, "%s: %s",
							side->title, pending.items[i]));
}

/* Events that live has not handled stay where they are; what is published is asked of Kafka, since
 * rows are deleted late. */
static void leave_out_what_may_wait(struct status *live)
{
	for (size_t i = 0; i < live->count; i++) {
		live->workers[i].outbox = 0;
		for (size_t k = 0; k < live->workers[i].count; k++)
			live->workers[i].partitions[k].behind = false;
	}
	live->evaluation_due = false;
}

static bool read_status(struct side *side, int64_t timeout_ms, struct status *ret_status,
			struct err *err)
{
	struct status_reader reader = { .ctl = &side->ctl, .timeout_ms = timeout_ms };
	bool ok = status_open(&reader, err) &&
		  status_read(&reader, &side->ctl.arena, ret_status, err);

	status_close(&reader);
	return ok;
}

static bool is_behind(const struct status *live, const char *worker, const struct position *place)
{
	for (size_t i = 0; i < live->count; i++) {
		const struct status_worker *found = &live->workers[i];

		for (size_t k = 0; strcmp(found->name, worker) == 0 && k < found->count; k++)
			if (found->partitions[k].partition == place->partition &&
			    strcmp(found->partitions[k].topic, place->topic) == 0)
				return found->partitions[k].behind;
	}
	return false;
}

static int64_t workers_of_pipeline(void)
{
	int64_t count = 0;

	while (pipeline[count].name)
		count++;
	return count;
}

/* Topics are dropped at the end of a replay without outputs; then its own word must do. */
static void check_shadow(struct promotion *promotion, const struct feeding *feeding)
{
	struct status status;
	struct err unknown = { 0 };

	if (!feeding->count)
		promotion_doubt(promotion, arena_printf(&promotion->ctl->arena,
							"%s was not made by growthctl replay",
							promotion->next_name));
	else if (!feeding->items[0].finished)
		promotion_doubt(promotion, "the replay is not finished");
	else if (feeding->items[0].workers < workers_of_pipeline())
		promotion_doubt(promotion,
				"the replay was not of all workers, so their tables are empty");
	if (promotion->prepared)
		return;
	if (read_status(&promotion->next, promotion->arguments->timeout_ms, &status, &unknown))
		doubt_what_is_pending(promotion, &promotion->next, &status);
	else if (unknown.kind != ERR_USAGE)
		promotion_doubt(promotion, arena_printf(&promotion->ctl->arena, "%s: %s",
							promotion->next.title, unknown.text));
}

static bool check_members(struct promotion *promotion, struct positions_reader *reader,
			  const char *prefix, const char *whose, struct err *err)
{
	for (const struct pipeline_worker *worker = pipeline; worker->name; worker++) {
		const char *group =
			arena_printf(&promotion->ctl->arena, "%s%s", prefix, worker->name);
		size_t members;

		if (!kafka_group_members(&reader->kafka, group, reader->timeout_ms, &members, err))
			return false;
		if (members)
			promotion_doubt(
				promotion,
				arena_printf(
					&promotion->ctl->arena,
					"%zu instances of %s's %s run (consumer group %s): stop "
					"them (one that was killed leaves the group after "
					"kafka.session_timeout)",
					members, whose, worker->name, group));
	}
	return true;
}

/* ---- positions ---- */

static bool is_derived(const char *topic)
{
	return strcmp(topic, TOPIC_CONTRACTOR_MATCHED) == 0 ||
	       strcmp(topic, TOPIC_GOAL_ENRICHED) == 0 ||
	       strcmp(topic, TOPIC_OUTCOME_RECORDED) == 0;
}

/* Recalculations are asked for by the replay itself, as live's record of them says. */
static bool is_request(const char *topic)
{
	return strcmp(topic, TOPIC_RECALCULATION_REQUESTED) == 0;
}

static void note_own(struct switch_position *position, const struct own_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].partition != position->current->partition ||
		    strcmp(rows[i].topic, position->current->topic) != 0 ||
		    strcmp(rows[i].worker, position->worker) != 0)
			continue;
		position->stored = true;
		position->next_offset = rows[i].next_offset;
		position->sequence = rows[i].sequence;
		position->epoch = rows[i].epoch;
	}
}

static void note_fed(struct switch_position *position, const struct feeding *feeding)
{
	for (size_t i = 0; i < feeding->count; i++) {
		const struct fed *fed = &feeding->items[i];

		if (fed->partition == position->current->partition &&
		    strcmp(fed->topic, position->current->topic) == 0) {
			position->fed_from = (struct optional_int){ fed->begins, true };
			position->fed = (struct optional_int){ fed->until, true };
		}
	}
}

static bool read_worker(struct promotion *promotion, struct positions_reader *reader,
			struct worker_positions *all, struct err *err)
{
	struct db *db = ctl_database_of(promotion->ctl, all->worker->schema, err);
	bool ok = db && positions_read(reader, db, all, err);

	db_close(db);
	return ok || err_wrap(err, "%s", all->worker->name);
}

static void plan_position(struct promotion *promotion, const struct worker_positions *all, size_t i,
			  const struct status *live, const struct feeding *feeding,
			  const struct own_row *own, size_t own_count)
{
	struct planned_position *planned = &promotion->positions[promotion->count++];
	struct err err = { 0 };

	planned->worker = all->worker;
	planned->from = (struct switch_position){
		.worker = all->worker->name,
		.current = &all->items[i],
		.behind = is_behind(live, all->worker->name, &all->items[i]),
		.derived = is_derived(all->items[i].topic),
	};
	planned->from.needs_feeding = !planned->from.derived && !is_request(all->items[i].topic);
	note_own(&planned->from, own, own_count);
	note_fed(&planned->from, feeding);
	if (!switch_position_decide(promotion->kind, &planned->from, &planned->to, &err))
		promotion_doubt(promotion, arena_strdup(&promotion->ctl->arena, err.text));
}

static void note_version(const rd_kafka_message_t *message, void *closure)
{
	int64_t *patterns_end = closure;

	if (message->offset >= *patterns_end)
		*patterns_end = message->offset + 1;
}

/* As readers number what they hold: the log ends with the marker of a transaction, so a position at
 * its end would be waited for. */
static bool find_patterns_end(struct promotion *promotion, struct positions_reader *reader,
			      struct err *err)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	bool ok;

	positions_entry(reader, list, TOPIC_PATTERN_RECALCULATED, 0);
	ok = kafka_ask(&reader->kafka, list, RD_KAFKA_OFFSET_BEGINNING, reader->timeout_ms, err) &&
	     kafka_scan(&reader->kafka, list, reader->timeout_ms, note_version,
			&promotion->patterns_end, err);
	rd_kafka_topic_partition_list_destroy(list);
	return ok;
}

static bool plan_positions(struct promotion *promotion, struct positions_reader *reader,
			   const struct status *live, const struct feeding *feeding,
			   struct err *err)
{
	struct arena *arena = &promotion->ctl->arena;
	struct own_row *own;
	size_t own_count;

	if (!db_run(promotion->next.db, &read_own, NULL, 0, arena, &own, &own_count, err))
		return false;
	for (const struct pipeline_worker *worker = pipeline; worker->name; worker++) {
		struct worker_positions all = {
			.worker = worker,
			.group = arena_printf(arena, "%s%s", promotion->arguments->group_prefix,
					      worker->name),
		};

		if (!read_worker(promotion, reader, &all, err))
			return false;
		promotion->positions = arena_grow(arena, promotion->positions, promotion->count,
						  promotion->count + all.count,
						  sizeof(*promotion->positions));
		for (size_t i = 0; i < all.count; i++)
			plan_position(promotion, &all, i, live, feeding, own, own_count);
	}
	return true;
}

/* ---- patterns, and the rest ---- */

/* Whoever publishes for the first time must have committed before that there was nothing. */
static void check_publishers(struct promotion *promotion)
{
	bool contractors = promotion->matched.count || promotion->recommended.count;

	for (size_t i = 0; i < promotion->count; i++) {
		const struct planned_position *planned = &promotion->positions[i];
		const struct position *current = planned->from.current;
		bool publishes = (promotion->published && is_request(current->topic)) ||
				 (contractors && planned->worker->sweeps &&
				  strcmp(current->topic, planned->worker->sweeps) == 0);

		if (publishes && !current->published.present)
			promotion_doubt(
				promotion,
				arena_printf(
					&promotion->ctl->arena,
					"%s has never run on live's %s[%lld], and there is "
					"something to be published: start it once, and stop it",
					planned->worker->name, current->topic,
					(long long)current->partition));
	}
}

/* Whether readers hold what the current database has: not while what a promotion published still
 * waits for a worker. */
static bool topic_is_up_to_date(const struct promotion *promotion)
{
	for (size_t i = 0; i < promotion->count; i++) {
		const struct position *current = promotion->positions[i].from.current;

		if (is_request(current->topic) && current->waiting)
			return false;
	}
	return true;
}

static bool plan_patterns(struct promotion *promotion, struct err *err)
{
	struct arena *arena = &promotion->ctl->arena;
	struct stored_pattern *current, *next;
	size_t current_count, next_count;

	if (!db_run(promotion->current.db, &read_contents, NULL, 0, arena, &current, &current_count,
		    err) ||
	    !db_run(promotion->next.db, &read_contents, NULL, 0, arena, &next, &next_count, err))
		return false;
	patterns_switch(current, current_count, next, next_count, !topic_is_up_to_date(promotion),
			arena, &promotion->patterns, &promotion->patterns_count);
	for (size_t i = 0; i < promotion->patterns_count; i++) {
		const struct pattern_switch *pattern = &promotion->patterns[i];

		promotion->published += pattern->content != NULL;
		promotion->renumbered += !pattern->content &&
					 pattern->version != pattern->old_version;
	}
	return true;
}

static bool read_carried(struct promotion *promotion, struct err *err)
{
	struct carried_row *rows;
	size_t count;

	if (!db_run(promotion->current.db, &read_carry, NULL, 0, &promotion->ctl->arena, &rows,
		    &count, err))
		return false;
	promotion->carried = rows->carried;
	return true;
}

static bool read_level(struct promotion *promotion, struct db *db, int64_t *ret_level,
		       struct err *err)
{
	struct id_row *rows;
	size_t count;

	if (!db_run(db, &read_migration, NULL, 0, &promotion->ctl->arena, &rows, &count, err))
		return false;
	*ret_level = rows->id;
	return true;
}

static bool check_levels(struct promotion *promotion, struct err *err)
{
	int64_t current, next;

	if (!read_level(promotion, promotion->current.db, &current, err) ||
	    !read_level(promotion, promotion->next.db, &next, err))
		return false;
	if (current != next)
		promotion_doubt(
			promotion,
			arena_printf(
				&promotion->ctl->arena,
				"%s has migrations up to %lld, %s up to %lld; bring it there with "
				"growthctl migrate --set postgres.conninfo=dbname=%s",
				promotion->next_name, (long long)next, promotion->live_name,
				(long long)current, promotion->next_name));
	return true;
}

static bool plan_with(struct promotion *promotion, struct positions_reader *reader, struct err *err)
{
	struct feeding feeding = { 0 };
	struct status live, rest;
	bool promote = promotion->kind == SWITCH_PROMOTE;

	if (!positions_open(reader, err) || !check_levels(promotion, err) ||
	    !check_members(promotion, reader, promotion->arguments->group_prefix, "live", err) ||
	    !read_status(&promotion->current, reader->timeout_ms, &live, err))
		return false;
	if (promote &&
	    (!feeding_read(promotion->current.db, promotion->next.db, &promotion->ctl->arena,
			   &feeding, err) ||
	     !check_members(promotion, reader, promotion->next.ctl.config.kafka.topic_prefix,
			    promotion->next.title, err)))
		return false;
	if (promote)
		check_shadow(promotion, &feeding);
	if (!find_patterns_end(promotion, reader, err) ||
	    !plan_positions(promotion, reader, &live, &feeding, err))
		return false;
	rest = live;
	leave_out_what_may_wait(&rest);
	if (promote)
		doubt_what_is_pending(promotion, &promotion->current, &rest);
	if (!plan_patterns(promotion, err))
		return false;
	if (!promotion_find_corrections(promotion, err))
		return false;
	check_publishers(promotion);
	return read_carried(promotion, err) && promotion_compare_databases(promotion, err);
}

bool promotion_plan(struct promotion *promotion, struct err *err)
{
	struct positions_reader reader = { .ctl = promotion->ctl,
					   .timeout_ms = promotion->arguments->timeout_ms };
	bool ok = plan_with(promotion, &reader, err);

	positions_close(&reader);
	return ok;
}
