/*
 * One batch: one Postgres transaction with the positions' compare-and-set, the handlers, and the
 * outbox rows. A batch is made of messages, or of work that no message caused (a sweep's chunk, a
 * task's result, what the clock made due, parked messages due again).
 */
#pragma once

#include "library.h"
#include "outbox_block.h"
#include "partition.h"
#include "raw_message.h"
#include "runtime_config.h"

#define ROUTES_MAX 16

/* Contractors, as keys name them, by route: those of route i begin at ids[starts[i]] and end
 * before ids[starts[i + 1]]. */
struct asked_ids {
	int64_t *ids;
	size_t count;
	size_t starts[ROUTES_MAX + 1];
};

/* What batches need from the process; the loop's. */
struct runner {
	const struct worker *worker;
	const struct runtime_config *config;
	const void *worker_config;
	const char *group;
	const struct library *library; /* NULL: the worker has none */
	struct db *db;                 /* connected */
	struct arena arena;            /* of the batch in hand */
	struct read_ahead *ahead;      /* NULL: no route may be read ahead for */
	struct batch_metrics *metrics;
	void (*meanwhile)(void *closure); /* done while Postgres has a batch, and all of it */
	void *closure;
	/* A message may need a snapshot of the library that is not read yet: then its batch fails
	 * with ERR_NONE and this says which. One beyond snapshot_end, the end of the library's
	 * topic, will never come: its message is poison. */
	int64_t needed_snapshot, snapshot_end;
	int64_t looked_at; /* contractors, by the last chunk of a sweep */
};

/* WORK_SKIP: behind the last message there are only transaction markers; the position moves over
 * them, lest the log be cut beyond it. */
enum work_kind { WORK_MESSAGES, WORK_SWEEP, WORK_TASK, WORK_CHORE, WORK_PARKED, WORK_SKIP };

struct work {
	enum work_kind kind;
	/* WORK_MESSAGES */
	struct raw_message *raws; /* in arrival order; each one's owner is recovered */
	size_t count;
	/* so many more behind these are the next batch, whole; 0: that is not known yet */
	size_t next_count;
	const struct err *poison; /* the message, alone, is known to be at fault: dead-letter it */
	bool keep_parked;         /* what becomes known releases nothing this time */
	int64_t parked_limit;     /* WORK_PARKED: how many at most */
	/* The others: the partition on whose account it is done. */
	struct partition *partition;
	void *job, *result;     /* WORK_TASK, WORK_CHORE: the job alone */
	const char *task_cause; /* WORK_TASK: the id that outputs derive from */
	int64_t sweep_most;     /* WORK_SWEEP: contractors, a wish */
};

/* A partition's part of the batch in hand. */
struct partition_run {
	struct partition *partition;
	int64_t next_offset;
	int64_t sweep_since, sweep_snapshot;
	struct optional_int sweep_after;
	int64_t deleted; /* outbox rows up to this sequence */
	struct outbox_writer out;
	int64_t out_count;
	struct cause_times *causes; /* in the batch's arena */
	size_t cause_count, cause_capacity;
	int64_t handled_ms;
	bool fenced;
};

struct released_key {
	const char *waiting_for;
	struct partition *owner;
};

struct dead_letter {
	const struct raw_message *raw;
	const char *event, *reason;
};

struct batch_run {
	struct runner *runner;
	struct context context;
	struct partition_run *parts;
	size_t part_count;
	struct parked_row *parked;
	size_t parked_count, parked_capacity;
	struct released_key *known;
	size_t known_count, known_capacity;
	struct buffer scratch;
	struct db_answer advanced;     /* the partitions that were still ours */
	struct asked_ids ids;          /* of the batch's messages */
	struct sorted_messages *asked; /* what was asked ahead; batch_messages.c */
	const char *source, *topic,
		*type;            /* ce_source; the topic published to last, and its ce_type */
	struct dead_letter *dead; /* to be logged when they are stored */
	size_t dead_count, dead_capacity;
	bool keep_parked;
};

struct batch_metrics *batch_metrics_new(void);

/* NULL: the worker has no route that may be read ahead for. options: for a connection of its
 * own. */
struct read_ahead *read_ahead_new(const struct worker *worker, const struct db_options *options);
/* The partitions are others: nothing is kept, not even the connection. db: that of the batches;
 * NULL: there is none. ahead NULL: nothing. */
void read_ahead_forget(struct read_ahead *ahead, struct db *db);
void read_ahead_free(struct read_ahead *ahead);

/*
 * Runs the work. On success the partitions stand where the batch left them and *ret_rows has their
 * rows to publish, in order (also for partitions that publish nothing: their offset moves). On
 * failure nothing has changed, except that after ERR_RETRY with a broken connection the commit's
 * result is unknown: then all partitions of the work must be recovered. ERR_FENCED: those in
 * ret_fenced (room for one per partition of the work) are no longer ours in Postgres.
 */
bool batch_run(struct runner *runner, const struct work *work, struct outbox_row **ret_rows,
	       struct partition **ret_fenced, size_t *ret_fenced_count, struct err *err);

/* What the files of a batch share. */
struct partition_run *batch_part(struct batch_run *run, const struct partition *partition);
/* A message from the log is handled with this batch, as whatever it decoded to. */
void batch_note_cause(struct batch_run *run, const struct message *message);
void batch_dead_letter(struct batch_run *run, const struct raw_message *raw,
		       const struct message *message, const char *stage, const struct err *reason);
/* They are committed: says so once of each, however often the batch was tried. */
void batch_log_dead_letters(const struct batch_run *run);
/* The compare-and-set is only asked for: nothing is to be done, but reading, before
 * batch_check_advance(). */
bool batch_advance(struct batch_run *run, struct err *err);
/* ERR_FENCED: those that are another's are marked. */
bool batch_check_advance(struct batch_run *run, struct err *err);
/* Rows of earlier batches that Kafka has. */
bool batch_delete_published(struct batch_run *run, struct err *err);
bool batch_store_outbox(struct batch_run *run, struct err *err);
/* Of the messages' contractors, before anything is decoded. */
bool batch_ask_ahead(struct batch_run *run, const struct work *work, struct err *err);
/* The same for the next batch, when all of this one has been sent. It cannot fail: what is not read
 * ahead is read then. */
void batch_read_ahead(struct batch_run *run, const struct work *work);
struct erasure_row;
/* Marks messages that are not newer than one of these erasures of their contractors; a null value
 * only when that very erasure was done before. */
void batch_mark_erased(struct message **messages, size_t count, const struct erasure_row *erased,
		       size_t erased_count);
/* The same by what is recorded of their contractors. */
bool batch_drop_erased(struct batch_run *run, struct message **messages, size_t count,
		       struct err *err);
/* From here on what is older than these is known as such; of parked messages it is deleted. */
bool batch_record_erasures(struct batch_run *run, const struct batch *erasing, struct err *err);
/* A parked message as it was received; its route is the one without a topic where the worker reads
 * its topic no more. In the batch's arena. */
struct raw_message *batch_thaw(struct batch_run *run, const struct parked_row *row,
			       struct partition *owner, struct err *err);
bool batch_handle_messages(struct batch_run *run, const struct work *work, struct err *err);
bool batch_retry_parked(struct batch_run *run, const struct work *work, struct err *err);
