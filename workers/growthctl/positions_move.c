/* growthctl positions move: an operator's decision about stopped partitions, or about where to
 * replay from. Everything is read and decided before anything is written; what has changed by then
 * is refused. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>

#include "decide_status.h"
#include "fault.h"
#include "positions.h"

#define PACE 10000 /* events a second that a worker handles again at least, on a core of its own */

struct mover {
	struct ctl *ctl;
	const struct move_arguments *arguments;
	struct positions_reader reader;
	struct db *db;
	struct worker_positions all;
	LIST_OF(struct selection) selections;
	LIST_OF(struct log_place) places;
	bool *wanted;   /* of each position */
	int64_t *found; /* its offset by time or file */
	struct optional_int *published;
	struct move *moves;
	size_t count, stay, members;
};

/* ---- which partitions, and where to ---- */

static bool read_selections(struct mover *mover, struct err *err)
{
	const struct move_arguments *arguments = mover->arguments;
	struct arena *arena = &mover->ctl->arena;

	mover->selections.items = arena_array(arena, struct selection, arguments->topics_count);
	for (size_t i = 0; i < arguments->topics_count; i++) {
		if (!selection_parse(arguments->topics[i], mover->ctl->config.kafka.topic_prefix,
				     arena, &mover->selections.items[mover->selections.count++],
				     err))
			return false;
	}
	return true;
}

static bool read_lines(struct mover *mover, FILE *file, struct err *err)
{
	struct arena *arena = &mover->ctl->arena;
	char text[512];

	while (fgets(text, sizeof(text), file)) {
		if (text[strspn(text, " \t\r\n")] == 0 || text[0] == '#')
			continue;
		mover->places.items = arena_grow(arena, mover->places.items, mover->places.count,
						 mover->places.count + 1,
						 sizeof(*mover->places.items));
		if (!csv_parse(text, mover->ctl->config.kafka.topic_prefix, arena,
			       &mover->places.items[mover->places.count++], err))
			return err_wrap(err, "%s", mover->arguments->file);
	}
	return true;
}

/* 0, or the exit code, said. */
static int read_wishes(struct mover *mover)
{
	const char *name = mover->arguments->file;
	struct err err = { 0 };
	FILE *file;
	bool ok;

	mover->places.items = mover->arguments->places.items;
	mover->places.count = mover->arguments->places.count;
	if (!name)
		return read_selections(mover, &err) ? 0 : (ctl_fail(mover->ctl, &err), EX_USAGE);
	file = strcmp(name, "-") == 0 ? stdin : fopen(name, "re");
	if (!file) {
		ctl_say(mover->ctl, "%s: %s", name, strerror(errno));
		return EX_NOINPUT;
	}
	ok = read_lines(mover, file, &err);
	if (file != stdin)
		fclose(file);
	return ok ? 0 : ctl_fail(mover->ctl, &err);
}

/* Every wish must mean a partition: a misspelt topic would leave one stopped. */
static bool mark(struct mover *mover, const struct selection *selection, int64_t found,
		 struct err *err)
{
	size_t marked = 0;

	for (size_t i = 0; i < mover->all.count; i++) {
		const struct position *position = &mover->all.items[i];

		if (!selection_has(selection, position->topic, position->partition))
			continue;
		mover->wanted[i] = true;
		mover->found[i] = found;
		marked++;
	}
	if (marked && marked >= selection->partitions.count)
		return true;
	return err_set(err, ERR_POISON, "%s consumes no topic %s%s", mover->all.worker->name,
		       selection->topic, marked ? " with all these partitions" : "");
}

static bool select_positions(struct mover *mover, struct err *err)
{
	bool ok = true;

	mover->wanted = arena_array(&mover->ctl->arena, bool, mover->all.count);
	mover->found = arena_array(&mover->ctl->arena, int64_t, mover->all.count);
	for (size_t i = 0; i < mover->all.count; i++)
		mover->wanted[i] = mover->arguments->all;
	for (size_t i = 0; ok && i < mover->selections.count; i++)
		ok = mark(mover, &mover->selections.items[i], 0, err);
	for (size_t i = 0; ok && i < mover->places.count; i++) {
		struct log_place *place = &mover->places.items[i];
		struct selection one = { place->topic, { &place->partition, 1 } };

		ok = mark(mover, &one, place->offset, err);
	}
	return ok;
}

static bool find_times(struct mover *mover, struct err *err)
{
	rd_kafka_topic_partition_list_t *list =
		rd_kafka_topic_partition_list_new((int)mover->all.count);
	bool ok;

	for (size_t i = 0; i < mover->all.count; i++) {
		if (mover->wanted[i])
			positions_entry(&mover->reader, list, mover->all.items[i].topic,
					mover->all.items[i].partition)
				->offset = mover->arguments->target.number / 1000;
	}
	ok = kafka_ask_each(&mover->reader.kafka, list, mover->reader.timeout_ms, err);
	for (size_t i = 0; ok && i < mover->all.count; i++) {
		int64_t offset;

		if (!mover->wanted[i])
			continue;
		offset = positions_entry(&mover->reader, list, mover->all.items[i].topic,
					 mover->all.items[i].partition)
				 ->offset;
		mover->found[i] = offset >= 0 ? offset : mover->all.items[i].log_end;
	}
	rd_kafka_topic_partition_list_destroy(list);
	return ok;
}

/* Where the group does not say what of the outbox is in Kafka, the topics do. */
static bool find_published(struct mover *mover, struct err *err)
{
	bool *unknown = arena_array(&mover->ctl->arena, bool, mover->all.count);
	bool any = false;

	mover->published = arena_array(&mover->ctl->arena, struct optional_int, mover->all.count);
	for (size_t i = 0; i < mover->all.count; i++) {
		const struct position *position = &mover->all.items[i];

		unknown[i] = mover->wanted[i] && !position->published.present &&
			     position->first.present;
		any = any || unknown[i];
	}
	return !any || positions_find_published(&mover->reader, mover->db, &mover->all, unknown,
						mover->published, err);
}

static bool decide(struct mover *mover, struct err *err)
{
	mover->moves = arena_array(&mover->ctl->arena, struct move, mover->all.count);
	for (size_t i = 0; i < mover->all.count; i++) {
		struct move *move = &mover->moves[mover->count];

		if (!mover->wanted[i])
			continue;
		if (!move_decide(&mover->all.items[i], &mover->arguments->target, mover->found[i],
				 mover->published[i], move, err))
			return false;
		mover->stay += move->nothing;
		mover->count += !move->nothing || mover->arguments->export;
	}
	return true;
}

static bool plan(struct mover *mover, struct err *err)
{
	mover->db = ctl_database_of(mover->ctl, mover->all.worker->schema, err);
	return mover->db && positions_open(&mover->reader, err) &&
	       kafka_group_members(&mover->reader.kafka, mover->all.group, mover->reader.timeout_ms,
				   &mover->members, err) &&
	       positions_read(&mover->reader, mover->db, &mover->all, err) &&
	       select_positions(mover, err) && find_published(mover, err) &&
	       (mover->arguments->target.kind != TARGET_TIME || find_times(mover, err)) &&
	       decide(mover, err);
}

/* ---- doing it ---- */

static const struct move *needs_rest(const struct mover *mover)
{
	for (size_t i = 0; mover->members && i < mover->count; i++) {
		if (!mover->moves[i].may_be_live)
			return &mover->moves[i];
	}
	return NULL;
}

static void say_who_runs(const struct mover *mover, const struct move *move)
{
	ctl_say(mover->ctl,
		"consumer group %s has %zu members, so %s[%" PRId64
		"] cannot be moved: stop all instances of %s (one that was killed leaves the group "
		"after kafka.session_timeout), move, start them again",
		mover->all.group, mover->members, move->from->topic, move->from->partition,
		mover->all.worker->name);
}

/* The commit is what lets a partition without one, or with a stranger's, go on; for the others the
 * worker does it itself. */
static int commit(struct mover *mover)
{
	struct err err = { 0 };
	bool needed = false;

	if (mover->members ||
	    positions_commit(&mover->reader, mover->all.group, mover->moves, mover->count, &err))
		return 0;
	for (size_t i = 0; i < mover->count; i++)
		needed = needed || mover->moves[i].needs_commit;
	ctl_say(mover->ctl, "Postgres is moved, but the group's offsets are not; %s",
		needed ? "the partitions stay stopped: run this again with --to-current instead of "
			 "the target"
		       : "the worker brings them along");
	return ctl_fail(mover->ctl, &err);
}

static int check_result(struct mover *mover)
{
	struct worker_positions after = { .worker = mover->all.worker, .group = mover->all.group };
	struct err err = { 0 };
	int status = 0;

	if (!positions_read(&mover->reader, mover->db, &after, &err))
		return ctl_fail(mover->ctl, &err);
	for (size_t i = 0; i < after.count && i < mover->all.count; i++) {
		const struct position *position = &after.items[i];

		if (!mover->wanted[i] || position->word != POSITION_STOPPED)
			continue;
		ctl_say(mover->ctl, "%s[%" PRId64 "] is still stopped: %s", position->topic,
			position->partition, position->reason);
		status = CTL_DIFFERENT;
	}
	return status;
}

static int execute(struct mover *mover)
{
	struct err err = { 0 };
	const struct move *busy = needs_rest(mover);
	int status;

	if (busy) {
		say_who_runs(mover, busy);
		return EX_TEMPFAIL;
	}
	if (!positions_write(mover->db, mover->moves, mover->count, mover->all.patterns_end,
			     &err)) {
		status = ctl_fail(mover->ctl, &err);
		return err.kind == ERR_RETRY && !*err.code && !db_is_broken(mover->db) ? EX_TEMPFAIL
										       : status;
	}
	crash_point("positions.written");
	status = commit(mover);
	if (!status)
		status = check_result(mover);
	if (!status)
		ctl_say(mover->ctl, "%zu partitions moved; %s", mover->count,
			mover->members ? "the worker goes on within seconds"
				       : "start the worker (growthctl status --watch shows how "
					 "far it is)");
	return status;
}

static void print_again(const struct mover *mover)
{
	int64_t again = 0;

	for (size_t i = 0; i < mover->count; i++)
		again += move_again(&mover->moves[i]);
	if (again)
		printf("\nAt most %" PRId64
		       " messages are handled again (markers of transactions are "
		       "among the offsets): %s at %d a second.\n",
		       again, status_span(ceil((double)again / PACE), &mover->ctl->arena), PACE);
}

static int report(struct mover *mover)
{
	const struct move *busy = needs_rest(mover);
	int status;

	if (mover->arguments->export)
		moves_print_csv(mover->ctl->config.kafka.topic_prefix, mover->moves, mover->count);
	else if (mover->count)
		moves_print(mover->moves, mover->count, &mover->ctl->arena);
	if (!mover->arguments->export)
		print_again(mover);
	status = ctl_flush(mover->ctl);
	if (status || mover->arguments->export)
		return status;
	if (mover->stay)
		ctl_say(mover->ctl, "%zu partitions %s", mover->stay,
			mover->arguments->target.only_back
				? "stay: they have handled nothing behind it"
				: "stand there already");
	if (!mover->count)
		return 0;
	if (mover->arguments->execute)
		return execute(mover);
	ctl_say(mover->ctl, "nothing is written yet (consumer group %s): --execute does it",
		mover->all.group);
	if (busy)
		say_who_runs(mover, busy);
	return 0;
}

int positions_move(struct ctl *ctl, int argc, char **argv)
{
	struct move_arguments arguments = { .ctl = ctl };
	int status = positions_parse_move(&arguments, argc, argv);

	return status ? status : positions_move_as(&arguments);
}

int positions_move_as(const struct move_arguments *arguments)
{
	struct ctl *ctl = arguments->ctl;
	struct mover mover = {
		.ctl = ctl,
		.arguments = arguments,
		.reader = { .ctl = ctl, .timeout_ms = arguments->timeout_ms },
		.all = { .worker = positions_worker(ctl, arguments->worker) },
	};
	struct err err = { 0 };
	int status;

	if (!mover.all.worker)
		return EX_USAGE;
	ctl_limit_statements(ctl, arguments->timeout_ms);
	mover.all.group = positions_group(ctl, mover.all.worker);
	status = read_wishes(&mover);
	if (status)
		return status;
	status = plan(&mover, &err) ? report(&mover) : ctl_fail(ctl, &err);
	positions_close(&mover.reader);
	db_close(mover.db);
	return status;
}
