/* What the files of `growthctl dlq` share: dlq_arguments.c the command line, dlq_read.c what is
 * there, dlq_records.c what was decided, dlq_send.c the sending, dlq_print.c and dlq_json.c the
 * showing. */
#pragma once

#include "buffer.h"
#include "ctl.h"
#include "decide_dlq.h"
#include "kafka.h"

enum dlq_verb {
	DLQ_SUMMARY,
	DLQ_LIST,
	DLQ_SHOW,
	DLQ_RETRY,
	DLQ_DISCARD,
	DLQ_EXPORT,
	DLQ_IMPORT,
};

struct dlq_arguments {
	struct ctl *ctl;
	enum dlq_verb verb;
	struct letter_filter filter;
	bool all, dry_run, json, check;
	const char *because, *file;
	int64_t limit, timeout_ms;
};
/* Takes the verb and its options; 0, or the exit code. */
int dlq_parse(struct dlq_arguments *arguments, int argc, char **argv);

struct dead_letters {
	struct dead_letter *items;
	size_t count;
};

/* The servers. */
struct dlq {
	struct ctl *ctl;
	struct db *db;
	struct kafka reader;
	const struct rd_kafka_metadata *metadata;
	int64_t timeout_ms;
	struct arena *arena; /* the process's: letters live as long */
	size_t held_most;    /* bytes of keys, values and headers */
};
bool dlq_open(struct dlq *dlq, struct err *err);
void dlq_close(struct dlq *dlq);

/* All dead letters of all workers, by place, with what was decided about each. Keys, and where they
 * are wanted values and headers, are kept of those alone that the filter has; NULL: of none. */
bool dlq_read(struct dlq *dlq, const struct letter_filter *filter, bool values,
	      struct dead_letters *ret_letters, struct err *err);

struct dlq_count {
	int64_t letters, open;
	bool exact; /* false: there may be more */
};
/* Counts a dead-letter topic's letters, and those that nothing is decided about: 10,000 at most,
 * for some seconds at most. */
bool dlq_count(struct kafka *kafka, struct db *db, const struct rd_kafka_metadata_topic *topic,
	       struct dlq_count *ret_count, struct err *err);

/* ---- records in Postgres ---- */

extern const struct statement *const dlq_statements[]; /* all, ended by NULL, for the test */

/* From here to the end of the connection nobody else decides. ERR_RETRY when somebody does. */
bool dlq_lock(struct db *db, struct err *err);

/* What is recorded about letters, by place; in the arena. */
struct dlq_records {
	struct dlq_record *items;
	size_t count;
};
/* From these places on, which are of one partition each. */
bool dlq_records_read(struct db *db, const struct letter_place *firsts, size_t count,
		      struct arena *arena, struct dlq_records *ret_records, struct err *err);
/* Fills in the state of a letter that is open so far. */
void dlq_records_tell(const struct dlq_records *records, struct dead_letter *letter);

/* The run that is recorded and not known to be in Kafka, and the highest ever; 0: none. */
struct dlq_runs {
	int64_t pending, last;
};
bool dlq_read_runs(struct db *db, struct dlq_runs *ret_runs, struct err *err);

/* A message and the letters that it answers: all of the same original. */
struct dlq_message {
	struct emit_line line;
	const char *action; /* "retry" or "import" */
	struct dead_letter **letters;
	size_t count;
	int64_t sent_partition, sent_offset; /* -1: not known */
};
/* Records, before they are sent, that these go with this run. */
bool dlq_record_run(struct db *db, const struct dlq_message *messages, size_t count, int64_t run,
		    struct err *err);
/* What became of the run: in Kafka, with the places that are known, or not. */
bool dlq_record_sent(struct db *db, const struct dlq_message *messages, size_t count, int64_t run,
		     struct err *err);
bool dlq_record_settled(struct db *db, int64_t run, bool sent, struct err *err);
bool dlq_record_discarded(struct db *db, struct dead_letter *const *letters, size_t count,
			  const char *because, struct err *err);

/* ---- sending ---- */

struct dlq_sender {
	struct dlq *dlq;
	struct kafka producer;
	const char *group; /* in whose offset the last run's number is */
	int64_t last_run;
	struct dead_letter *failed; /* of the message that Kafka refused */
	char failure[256];
};
/* Takes the place of any other sender, and settles what one that was killed has left behind. */
bool dlq_sender_open(struct dlq_sender *sender, struct dlq *dlq, struct err *err);
void dlq_sender_close(struct dlq_sender *sender);
/* Sends them in runs, each one Kafka transaction; *ret_sent of them are in Kafka and recorded so,
 * also on failure. */
bool dlq_send(struct dlq_sender *sender, struct dlq_message *messages, size_t count,
	      size_t *ret_sent, struct err *err);

/* ---- showing ---- */

void dlq_print_summary(const struct dead_letters *letters, const struct letter_filter *filter,
		       struct arena *arena);
void dlq_print_summary_json(const struct dead_letters *letters, const struct letter_filter *filter,
			    struct buffer *out, struct arena *arena);
void dlq_print_list(struct dead_letter *const *letters, size_t count, struct arena *arena);
void dlq_print_messages(const struct dlq_message *messages, size_t count, struct arena *arena);
void dlq_print_letter(const struct dead_letter *letter, struct arena *arena);
/* A JSON object about the letter, without the message's value. */
void dlq_write_about(const struct dead_letter *letter, struct buffer *out, struct arena *arena);
/* A line of export: the message, and "dead_letter". What is no UTF-8 stands in key_hex and
 * value_hex, or is left out as header. */
void dlq_write_line(const struct dead_letter *letter, struct buffer *out, struct arena *arena);

/* ---- which letters a message answers ---- */

/* The open letters by their origins. */
struct dlq_index {
	struct dead_letter **items;
	size_t count;
};
void dlq_index_init(struct dlq_index *index, const struct dead_letters *letters,
		    struct arena *arena);
/* The message answers the letter and all open ones about the same original; they are pending from
 * here on. */
void dlq_answer(struct dlq_message *message, struct dead_letter *letter,
		const struct dlq_index *index, struct arena *arena);
/* A message for each chosen letter, or for several about one original, in the order of the
 * originals. */
struct dlq_message *dlq_messages(const struct dead_letters *all, struct dead_letter *const *chosen,
				 size_t count, struct arena *arena, size_t *ret_count);

/* Sends the messages and says so; 0, or the exit code. */
int dlq_send_and_tell(struct dlq_sender *sender, struct dlq_message *messages, size_t count);
/* growthctl dlq import: 0, or the exit code. */
int dlq_import(struct dlq *dlq, const struct dlq_arguments *arguments);
