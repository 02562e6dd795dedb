/* Where a worker's partitions stand, and what a move of them writes. Pure: positions_read.c fills
 * it in, positions_move.c writes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"
#include "values.h"

enum position_word { POSITION_FITS, POSITION_STARTS, POSITION_STOPPED };

/* What Postgres, Kafka's group and the log say of one partition, and what the worker makes of
 * it. */
struct position {
	const char *topic; /* without prefix */
	int64_t partition;
	bool stored; /* Postgres has a row */
	int64_t next_offset, sequence, epoch, snapshot;
	bool committed; /* the group has an offset */
	int64_t committed_offset;
	struct optional_int
		published; /* the sequence committed with it; absent: not a commit of ours */
	int64_t log_start, log_end;      /* without open transactions */
	int64_t waiting;                 /* outbox rows above `published` */
	struct optional_int first, last; /* sequences of the outbox's rows */
	enum position_word word;
	const char *reason; /* POSITION_STOPPED: why, in the worker's words */
};

/* Offsets from the position to the log's end; markers of transactions are among them. */
int64_t position_lag(const struct position *position);
/* The verdict in words. */
const char *position_say(const struct position *position, struct arena *arena);

/* ---- which partitions ---- */

/* "topic" or "topic:0,2", with or without the configured prefix. */
struct selection {
	const char *topic;           /* without prefix */
	LIST_OF(int64_t) partitions; /* none: all */
};
bool selection_parse(const char *text, const char *prefix, struct arena *arena,
		     struct selection *ret_selection, struct err *err);
bool selection_has(const struct selection *selection, const char *topic, int64_t partition);

/* ---- where to ---- */

enum target_kind {
	TARGET_NONE,
	TARGET_EARLIEST,
	TARGET_LATEST,
	TARGET_CURRENT,   /* where Postgres is: nothing is handled again or left out */
	TARGET_COMMITTED, /* where the group's commit is */
	TARGET_OFFSET,
	TARGET_SHIFT,
	TARGET_TIME,   /* the first message at or after it */
	TARGET_PLACES, /* of a file, or of the command line */
};

struct target {
	enum target_kind kind;
	int64_t number; /* the offset, the shift, or the utc_us */
	bool only_back; /* what would go forward stays, and what is stopped is refused */
};

/* "2024-05-01T08:00:00.000", UTC unless an offset follows, or "2024-05-01", its midnight. */
bool time_parse(const char *text, utc_us *ret_time);
/* "P7D", "PT1H30M", "P1DT0.5S" (ISO 8601, as Java reads it); microseconds. */
bool target_parse_duration(const char *text, int64_t *ret_us);

struct log_place {
	const char *topic; /* without prefix */
	int64_t partition, offset;
};
/* A line of CSV: topic,partition,offset, as kafka-consumer-groups writes it for one group. */
bool csv_parse(const char *line, const char *prefix, struct arena *arena,
	       struct log_place *ret_place, struct err *err);

/* ---- what is written ---- */

struct move {
	const struct position *from;
	bool nothing;        /* it stands there already */
	int64_t next_offset; /* Postgres's and the group's */
	int64_t sequence;  /* Postgres's: kept, or raised over what is in Kafka or in the outbox */
	int64_t published; /* committed with the offset: outbox rows above it are published next */
	/* Postgres alone does not do: the group's commit is missing or a stranger's. */
	bool needs_commit;
	/* The worker may be running: the partition is stopped there, and Postgres alone lets it go
	 * on. */
	bool may_be_live;
};

/*
 * The move of one partition to the target. found: the offset of TARGET_TIME or TARGET_PLACES.
 * published: what the output topics show to be in Kafka of the outbox, for a position whose own
 * `published` is absent.
 */
bool move_decide(const struct position *from, const struct target *target, int64_t found,
		 struct optional_int published, struct move *ret_move, struct err *err);
/* Offsets that are handled again; 0 where it does not go back. */
int64_t move_again(const struct move *move);
/* What it means for the messages: "handles 12 offsets again". */
const char *move_say(const struct move *move, struct arena *arena);
