/*
 * Dead letters: what one says, which ones are meant, and what is sent of it. Pure: dlq_read.c fills
 * a letter in from Kafka, dlq_records.c with what was decided about it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "decide_emit.h"
#include "err.h"
#include "values.h"

/* In a message that is sent again: the letter that it comes from. What fails again keeps it. */
#define DLQ_RETRY_OF "growth.retry_of"

/* topic:partition:offset, without the configured prefix. */
struct letter_place {
	const char *topic; /* NULL: not known */
	int64_t partition, offset;
};

enum letter_state {
	LETTER_OPEN,
	/* recorded, and not known to be in Kafka: a run is under way or was killed */
	LETTER_PENDING,
	LETTER_RETRIED,
	LETTER_IMPORTED,
	LETTER_DISCARDED,
	LETTER_STATES,
};
extern const char *const letter_state_names[]; /* ends with NULL */

struct dead_letter {
	struct letter_place at;
	const char *worker;
	struct optional_time
		time; /* when it was dead-lettered, as Kafka has it; absent: not known */

	struct letter_place origin;                         /* topic NULL: no worker wrote it */
	const char *stage, *error_class, *reason, *context; /* NULL: not told */
	const char *cut;      /* what was left out, in the worker's words; NULL: it is whole */
	const char *retry_of; /* the letter that it is a failed retry of, as text; NULL: none */

	/* The message as received. */
	struct bytes key, value;
	LIST_OF(struct emit_header) headers;
	const char *id,
		*source; /* as workers know the event, with or without headers; NULL: unknown */
	struct optional_time event_time; /* of ce_time */

	enum letter_state state;
	utc_us decided_at;
	const char *decided_by, *because;
	struct letter_place sent; /* offset -1: not known */
};

/* Takes a letter's headers apart: the last of each of Kafka Connect's names is the worker's, all
 * others are the message's. letter->at and ->worker are known; what is kept points into the
 * headers' values or the arena. */
void letter_take_headers(struct dead_letter *letter, const struct emit_header *headers,
			 size_t count, struct arena *arena);

/* "matcher.dlq:0:12", with or without prefix, as well as "matcher:0:12". ERR_USAGE otherwise. */
bool place_parse(const char *text, const char *prefix, struct arena *arena,
		 struct letter_place *ret_place, struct err *err);
const char *place_say(const struct letter_place *place, struct arena *arena);
bool place_is(const struct letter_place *place, const struct letter_place *other);
/* By topic, partition and offset, for qsort() and bsearch(). */
int place_compare(const void *place, const void *other);

/* Which letter is meant: a topic that was deleted and made anew has others at the places of the
 * former ones. */
struct letter_mark {
	struct letter_place at;
	struct optional_time
		time; /* as struct dead_letter has it; absent: whichever is at the place */
};
bool mark_is(const struct letter_mark *mark, const struct dead_letter *letter);

/* ---- which ones ---- */

#define LETTER_ANY LETTER_STATES

struct letter_filter {
	LIST_OF(struct letter_place) places; /* none: all */
	struct texts workers;                /* none: all */
	const char *topic;                   /* the message's; NULL: any */
	const char *reason;            /* part of it, whatever the case of letters; NULL: any */
	const char *error_class;       /* the stage, or the SQLSTATE; NULL: any */
	struct optional_time from, to; /* of being dead-lettered: from <= time < to */
	enum letter_state state;       /* LETTER_ANY: any */
};

/* A letter named by its place is meant whatever its state. */
bool filter_has(const struct letter_filter *filter, const struct dead_letter *letter);

/* The reason with what differs from case to case (numbers, UUIDs) as '#': equal for letters of one
 * cause. */
const char *reason_kind(const char *reason, struct arena *arena);

/* ---- what to do with one ---- */

/* Why it cannot be sent again; NULL: it can. */
const char *letter_obstacle(const struct dead_letter *letter);

/*
 * The message to send: to its own topic, under its own id, so whoever has handled the event ignores
 * it, and who has not handles it. A message without CloudEvents headers gets the id that its place
 * has made.
 */
struct emit_line letter_message(const struct dead_letter *letter, struct arena *arena);

/* "open", "retried 2024-07-01T02:03:04Z to contractor.updated:0:5", "discarded … by ann: …" */
const char *letter_say(const struct dead_letter *letter, struct arena *arena);

/* The letter that an exported line is of. ERR_POISON when it does not say. */
bool letter_of_line(const struct emit_line *line, const char *prefix, struct arena *arena,
		    struct letter_mark *ret_mark, struct err *err);

/* Whether it is UTF-8 without control characters but white space. */
bool is_plain_text(struct bytes bytes);
/* Whether it is a JSON object that fits on a line as it is. */
bool is_json_line(struct bytes value);
/* For a terminal: control characters become spaces, and what is no UTF-8 '?'. */
const char *one_line(struct bytes bytes, struct arena *arena);
