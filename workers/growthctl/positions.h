/* What positions.c (the command), positions_read.c, positions_outbox.c, positions_move.c and
 * positions_print.c share. */
#pragma once

#include "decide_pipeline.h"
#include "decide_positions.h"
#include "kafka_groups.h"

/* The servers, for one worker at a time. */
struct positions_reader {
	struct ctl *ctl;
	struct kafka kafka;
	const struct rd_kafka_metadata *metadata;
	int64_t timeout_ms;
	/* Open transactions of the group are not waited for, unless a partition looks stopped
	 * without them: a worker under load has one most of the time. Nothing may be moved on what
	 * is read so. */
	bool glance;
};

struct worker_positions {
	const struct pipeline_worker *worker;
	const char *group;
	struct position *items;
	size_t count;
	/* of the pattern topic; the end as workers number what they have read */
	int64_t patterns_start, patterns_end;
};

extern const struct statement *const positions_statements[]; /* all, ended by NULL, for the test */

/* Finds the topics. */
bool positions_open(struct positions_reader *reader, struct err *err);
void positions_close(struct positions_reader *reader);

/*
 * Where the worker's partitions stand. It may be running: what the group has is read before
 * Postgres, as the worker itself does it, and the log's end last, so a partition that is fine never
 * looks stopped for good; one that looks so is read again.
 */
bool positions_read(struct positions_reader *reader, struct db *db,
		    struct worker_positions *ret_all, struct err *err);

/* An entry for a partition of a topic without prefix; the list's own when it is there. */
rd_kafka_topic_partition_t *positions_entry(struct positions_reader *reader,
					    rd_kafka_topic_partition_list_t *list,
					    const char *topic, int64_t partition);

/*
 * What of each position's outbox is in Kafka, where no commit of ours says so: ret_published[i] for
 * items[i]. The output topics are read from their starts for the first message of each row; a row
 * is in Kafka with all its messages or with none.
 */
bool positions_find_published(struct positions_reader *reader, struct db *db,
			      const struct worker_positions *all, const bool *wanted,
			      struct optional_int *ret_published, struct err *err);

/* Writes the moves to Postgres, in one transaction: all or nothing, and nothing when one has
 * changed since it was read. */
bool positions_write(struct db *db, const struct move *moves, size_t count, int64_t patterns_end,
		     struct err *err);
/* Commits their offsets for the group, which has no members. */
bool positions_commit(struct positions_reader *reader, const char *group, const struct move *moves,
		      size_t count, struct err *err);

struct move_arguments {
	struct ctl *ctl;
	const char *worker;
	const char **topics; /* as they stand on the command line */
	size_t topics_count;
	bool all;
	struct target target;
	const char *file;                 /* of places */
	LIST_OF(struct log_place) places; /* of TARGET_PLACES, without a file */
	bool execute, export;
	int64_t timeout_ms;
};
/* 0, or the exit code. */
int positions_parse_move(struct move_arguments *arguments, int argc, char **argv);
/* growthctl positions move */
int positions_move(struct ctl *ctl, int argc, char **argv);
/* The same, as told; prefixes of topics and places are stripped. 0, or the exit code. */
int positions_move_as(const struct move_arguments *arguments);
/* "TOPIC[:P,P]" on the command line: one more of move_arguments.topics. */
void positions_take_topic(struct argp_state *state, const struct usage_option *option,
			  const char *text, void *into);
#define POSITIONS_TIMEOUT_MS \
	15000 /* above the time after which the broker aborts a worker's transaction */

void positions_print(const struct worker_positions *workers, size_t count, struct arena *arena);
void positions_print_json(const struct worker_positions *workers, size_t count);
void moves_print(const struct move *moves, size_t count, struct arena *arena);
void moves_print_csv(const char *prefix, const struct move *moves, size_t count);
/* The worker named so, or NULL after saying which there are. */
const struct pipeline_worker *positions_worker(const struct ctl *ctl, const char *name);
/* Its consumer group. */
const char *positions_group(struct ctl *ctl, const struct pipeline_worker *worker);
