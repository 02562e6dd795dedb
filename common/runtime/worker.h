/*
 * What a worker is: a table. worker_main() does the rest: configuration, the batch loop (design
 * §4), health, shutdown.
 *
 * A handler runs inside the batch's Postgres transaction, after the position's compare-and-set. It
 * reads and writes with ctx->db, sets at a time, and publishes with emit(): what it emits goes to
 * the partition's outbox row in the same transaction, and to Kafka afterwards. A handler may run
 * again for the same messages after a rollback: it keeps no state of its own. Memory: ctx->arena
 * lives until the batch is done.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "db.h"
#include "err.h"
#include "fields.h"
#include "options.h"
#include "values.h"

struct context;

/* Which key a topic's messages carry, checked against the value. */
enum route_key {
	/* decimal contractor_id, equal to the value's int64_t at route.key_offset */
	ROUTE_KEY_CONTRACTOR,
	ROUTE_KEY_TEXT, /* equal to the value's const char * at route.key_offset */
	ROUTE_KEY_ANY,  /* anything or none */
};

/* A decoded message. */
struct message {
	const char *topic; /* without the configured prefix */
	int32_t partition;
	int64_t offset;
	const char *key;               /* NUL-terminated text; NULL: none */
	int64_t contractor_id;         /* ROUTE_KEY_CONTRACTOR: the key's number */
	const char *source;            /* ce_source, or "kafka:TOPIC" */
	const char *id;                /* ce_id, or topic/partition/zero-padded offset */
	utc_us time;                   /* ce_time, else the broker's timestamp */
	const char *traceparent;       /* NULL: none */
	const void *value;             /* the route's struct; NULL: a null value (erasure) */
	bool erased;                   /* dropped: the contractor was erased by a later event */
	uint32_t emitted;              /* outputs so far: the next one's ordinal */
	const struct raw_message *raw; /* the runtime's own */
};

/* The messages of one route in one batch, in arrival order (so in key order). */
struct batch {
	struct message **messages;
	size_t count;
	/* what the route's ask() left; NULL: it was not called, or what it asked for is out of
	 * date */
	void *asked;
};

struct route {
	const char *topic;
	const struct json_field *fields;
	size_t size;
	enum route_key key;
	size_t key_offset;
	/* One of our workers makes it: it may be longer than message.max_bytes, because it repeats
	 * parts of its cause. */
	bool from_worker;
	bool erases; /* a null value erases the key's contractor; elsewhere it is dead-lettered */
	/* Puts a decoded value into the worker's own words, before it is checked; pure. NULL: it is
	 * taken as it is. */
	void (*normalise)(void *value, const void *config, struct arena *arena);
	/* Pure check of a decoded value beyond its table (a known tier); false with ERR_POISON.
	 * NULL: none. */
	bool (*check)(const void *value, const void *config, struct err *err);
	/*
	 * Asks (db_ask) for what handle() will read about these contractors, each once or more,
	 * before their messages are decoded, so that Postgres reads meanwhile; there may turn out
	 * to be no message for some. Writes nothing. Sets *asked, answers included, in ctx->arena.
	 * It is NULL at first; a later call gets what the former one left and those of its
	 * contractors who have changed since: what is read of them now replaces what was read
	 * before. ROUTE_KEY_CONTRACTOR only; NULL: nothing is asked for.
	 */
	bool (*ask)(const int64_t *ids, size_t count, struct context *ctx, void **asked,
		    struct err *err);
	/* What handle() writes it writes only if what it was decided on is still so. Then ask() is
	 * called while the batch before is stored, with a connection beside that one's. */
	bool may_read_ahead;
	/* Messages with value != NULL and not erased. */
	bool (*handle)(struct batch *batch, struct context *ctx, struct err *err);
	/* Offset in the value of an int64_t snapshot number that must be reached before the message
	 * is handled; 0: none. */
	size_t snapshot_offset;
};

/* A compacted, single-partition topic held in memory, read outside the group: the pattern
 * library. */
struct library_source {
	const char *topic;
	const struct json_field *fields;
	size_t size;
	/* int64_t in the value: a version not above the one held is ignored */
	size_t version_offset;
	/* The versions that Postgres has, as rows of struct library_version: from time to time they
	 * are compared with what is held. NULL: never. */
	const struct statement *versions;
	/* A number of each value as a gauge, labelled with its key; for the first 200 keys. NULL:
	 * none. */
	const struct library_gauge *gauge;
};

struct library_gauge {
	const char *name, *label, *help;
	size_t offset; /* of a double in the value */
};

struct library_version {
	const char *key;
	int64_t version;
};
extern const struct pg_column library_version_columns[]; /* key, version */

struct library_entry {
	const char *key;
	const void *value;
	int64_t changed; /* the library's number when this had been read */
};

/* Immutable while a batch runs; sorted by key. */
struct library {
	int64_t number; /* the offset after the last event read; 0: nothing yet */
	const char *
		event_id; /* that event's ce_id, the same in every replay, which an offset is not */
	size_t count;
	const struct library_entry *entries;
	/* What was removed after number `gone_since`, with its last value, in that order: of what
	 * went before, the log may have been compacted, so nobody knows it. */
	int64_t gone_since;
	size_t gone_count;
	const struct library_entry *gone;
};

/*
 * Work that no message causes, done a chunk at a time by the owner of a partition, as a batch
 * without messages: a sweep over the partition's contractors when the library changed. While
 * messages come, a chunk is made so small that it holds them up for some milliseconds only, and the
 * sweep rests between chunks.
 */
struct sweep_chunk {
	int32_t partition;
	struct message *cause;
	/* the library's number that the partition was last swept for, 0: never; what has changed
	 * since then matters */
	int64_t since;
	/* the contractor where the last chunk ended; to be set to where this one does */
	int64_t after;
	int64_t most;      /* contractors, a wish */
	int64_t looked_at; /* to be set: how many contractors */
	bool done;         /* to be set: there are no more */
};

struct sweep {
	const char *topic; /* each partition of this route's topic is swept by its owner */
	/* Handles the next chunk, with the library as it is now, which may be beyond the one that
	 * the sweep was begun for. Emits with parts of the cause given (part_of()), so that ids do
	 * not depend on where chunks are cut. */
	bool (*chunk)(struct context *ctx, struct sweep_chunk *chunk, struct err *err);
};

/*
 * Long work on a second thread and connection, for the owner of partition 0 of `topic`: prepare()
 * decides in the loop whether there is something to do (a row in the worker's own table), work()
 * computes on the other thread over a snapshot of its own (db_begin_snapshot), finish() stores the
 * result in a batch without messages. After a crash prepare() finds the same row again.
 */
struct task {
	const char *topic;
	/* Called about once a second while the partition is owned and no work runs. *ret_job NULL:
	 * nothing due. `now` is the loop's clock: what is due by it, finish() records. */
	bool (*prepare)(struct context *ctx, utc_us now, struct arena *arena, void **ret_job,
			struct err *err);
	/* Called about once a second while work() runs, in the loop, to tell people how far it is;
	 * writes nothing that counts. The job is shared with the other thread. NULL: nothing to
	 * tell. */
	bool (*watch)(struct context *ctx, void *job, struct err *err);
	/* On its own thread: its own connection and arena; config is read-only. Must end soon after
	 * *stop is set. */
	bool (*work)(struct db *db, const void *config, void *job, struct arena *arena,
		     const atomic_bool *stop, void **ret_result, struct err *err);
	bool (*finish)(struct context *ctx, struct message *cause, void *job, void *result,
		       struct err *err);
	/* Called once finish()'s batch is committed: for what is counted once, however often that
	 * was tried. NULL: nothing is. */
	void (*stored)(const void *job);
	/* The id that the outputs' ids derive from, e.g. the request's event id. */
	const char *(*cause_id)(const void *job);
};

/*
 * Work that the clock makes due, a portion at a time, by the owner of a partition, as a batch
 * without messages. What it finds is what is not done yet: finish() records what it did, so that
 * neither a second instance nor the next portion does it again.
 */
struct chore {
	const char *name;  /* with part_of(), what its outputs' ids derive from */
	const char *topic; /* the partitions of this route's topic are what it is about */
	/* Called about once a second, outside of a batch, with the partitions owned. *ret_job, in
	 * ctx->arena: what is due by `now`, the loop's clock, of *ret_partition, one of them; left
	 * NULL: nothing. */
	bool (*find)(struct context *ctx, utc_us now, const int32_t *partitions, size_t count,
		     int32_t *ret_partition, void **ret_job, struct err *err);
	bool (*finish)(struct context *ctx, struct message *cause, void *job, struct err *err);
};

struct worker {
	const char *name;    /* "matcher": group, schema, role growth_matcher, <name>.dlq */
	const char *summary; /* one line for --help */
	const struct option_group
		*options; /* of the worker's own; offsets into its config struct */
	size_t config_size;
	const struct route *routes; /* handled in this order within a batch; ends with topic NULL */
	const char *const *outputs; /* topics emitted to; ends with NULL */
	const struct library_source *library; /* NULL: none */
	const struct sweep *sweep;            /* NULL: none */
	const struct task *task;              /* NULL: none */
	const struct chore *chore;            /* NULL: none */
	/* Takes the row locks that erase() and the handlers of a batch with messages of several
	 * routes, or with erasures among others, will want, in one order, lest it and another one
	 * wait for each other: the messages of all of them, as they get them. NULL: they take them
	 * one after the other. */
	bool (*lock)(struct batch *batch, struct context *ctx, struct err *err);
	/* Deletes what is this worker's of erased contractors (parked rows are the runtime's),
	 * before the other messages are handled. Who has come back meanwhile may be there again: of
	 * him, too, all that this worker has made of the erasing topic until now is of before. What
	 * it has made of other topics may be of after, and stays: their time says so. messages:
	 * those with value NULL. */
	bool (*erase)(struct batch *batch, struct context *ctx, struct err *err);
	const struct statement *const
		*statements; /* all of them, for the test that checks them; ends with NULL */
};

struct context {
	struct db *db;
	const void *config; /* the worker's own struct */
	struct arena *arena;
	const struct library *library; /* NULL when the worker has none */
	struct batch_run *run;         /* the runtime's own */
};

/* Runs the worker until SIGTERM or SIGINT; returns main's exit code (sysexits). */
int worker_main(int argc, char **argv, const struct worker *worker);

/*
 * Publishes a message because of `cause`: a deterministic id from worker, cause and ordinal, type,
 * ce_time = time. The bytes are encoded at once. Ordinals count up per cause, so emit in a
 * deterministic order.
 */
void emit(struct context *ctx, struct message *cause, const char *topic, const char *key,
	  const struct json_field *fields, const void *value, utc_us time);
/* A cause of its own for a part of work that no message caused: ids derive from the cause's and
 * from `part`. Lives in ctx->arena. */
struct message *part_of(struct context *ctx, const struct message *cause, const char *part);
/* The same as emit() with a null value. */
void emit_tombstone(struct context *ctx, struct message *cause, const char *topic, const char *key,
		    utc_us time);

/*
 * Puts the message aside until `waiting_for` (e.g. "goal:<uuid>") is known: it is stored with the
 * batch, handed to its route again by unpark() or by the loop's own retry, and dead-lettered after
 * parked.expiry with `reason`. A message that parks must not emit or write anything. False: it has
 * waited long enough, and is dead-lettered.
 */
bool park(struct context *ctx, struct message *message, const char *waiting_for,
	  const char *reason);
/* Whether the library is as new as one that something stored was decided with. False with ERR_NONE:
 * the batch is handled again when it is. One that the topic ends before will never come: then the
 * library that there is has to do. */
bool library_reaches(struct context *ctx, int64_t snapshot, struct err *err);
/* What the handler just made known: parked messages waiting for any of these keys are handled by
 * their routes' handlers later in this same batch, on the account of `cause`. Call from routes that
 * stand before theirs. */
void unpark(struct context *ctx, struct message *cause, const char *waiting_for);
