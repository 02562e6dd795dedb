/* What the files of `growthctl promote` share: promote.c the command, promote_read.c what is there,
 * promote_write.c what the next live database is given, promote_database.c what it is given that is
 * not in it, promote_switch.c who is connected and the renaming, promote_print.c the showing. */
#pragma once

#include "buffer.h"
#include "decide_promote.h"
#include "positions.h"
#include "promote_statements.h"
#include "side_state.h"

struct promote_arguments {
	const struct ctl *ctl;
	const char *shadow;       /* NULL: --undo */
	const char *group_prefix; /* in front of each worker's name */
	const char *maintenance;  /* a database that is neither */
	bool undo, execute;
	int64_t timeout_ms;
};

struct planned_position {
	const struct pipeline_worker *worker;
	struct switch_position from;
	struct new_position to;
};

struct contractor_list {
	struct id_row *items;
	size_t count;
};

struct goal_list {
	struct goal_id_row *items;
	size_t count;
};

struct promotion {
	struct ctl *ctl;
	const struct promote_arguments *arguments;
	enum switch_kind kind;
	struct side current, next;
	/* a promotion of this shadow has died after it had been prepared: its positions are in
	 * live's topics */
	bool prepared;
	const char *live_name, *next_name; /* databases, as they are called now */
	const char *kept_name;             /* what the one that is live now will be called */
	int64_t record;                    /* UNDO: operator.promotions.id */
	struct planned_position *positions;
	size_t count;
	int64_t patterns_end; /* the offset after the last version that is published */
	struct pattern_switch *patterns;
	size_t patterns_count, published, renumbered;
	struct contractor_list matched, recommended; /* who is told anew */
	struct goal_list goals;                      /* that are told anew */
	const char *carried;                         /* JSON, see promote_carry.sql */
	struct texts
		likeness; /* statements that give next what belongs to live's database itself */
	/* the switch has failed because somebody came in between; live is as it was */
	bool overtaken;
	struct texts doubts; /* what speaks against it, each as a sentence */
};

/* Opens both sides, and finds out how everything is called. */
bool promotion_open(struct promotion *promotion, struct err *err);
/* Adds a sentence to what speaks against it; it lives as long as the promotion. */
void promotion_doubt(struct promotion *promotion, const char *text);
/* Reads and decides everything; what speaks against it is in `doubts`. */
bool promotion_plan(struct promotion *promotion, struct err *err);
/* Ends the connections: a database with sessions cannot be renamed. Both are connected again by
 * promotion_reopen(). */
void promotion_close(struct promotion *promotion);
bool promotion_reopen(struct promotion *promotion, struct err *err);

/* Gives the next live database its positions in live's topics, and all else that it takes over: one
 * transaction, which may be repeated. Until the renaming it changes nothing for live. */
bool promotion_prepare(struct promotion *promotion, struct err *err);
/* Finds what next lacks of what belongs to live's database itself. */
bool promotion_compare_databases(struct promotion *promotion, struct err *err);
/* Gives it that. db: in the transaction of the renaming, which a failure ends. */
bool promotion_make_alike(const struct promotion *promotion, struct db *db, struct err *err);
/* The renaming, one transaction. Then both names mean other databases. */
bool promotion_switch(struct promotion *promotion, struct err *err);
/* Whether the database that was live is as it was read; if not, the names are changed back. */
bool promotion_confirm(struct promotion *promotion, struct err *err);
/* Adds a sentence to doubts for each session that is connected to one of the two. Both sides are
 * closed. */
bool promotion_find_sessions(struct promotion *promotion, struct err *err);

/* A message of the product's, with an id that is made of topic, key and number: a number is never
 * used again for another value. value NULL: null. */
void promotion_add_message(struct buffer *out, const char *topic, const char *key,
			   const char *value, const char *number, utc_us time, struct arena *arena);
/* Finds the contractors to whom live's readers were told something else than next would tell, and
 * the goals. */
bool promotion_find_corrections(struct promotion *promotion, struct err *err);
/* Puts what the worker tells of them into its outbox, and raises the sequences of `positions`,
 * which are the worker's. Behind all other changes. */
bool promotion_write_corrections(struct promotion *promotion, const struct pipeline_worker *worker,
				 struct insert_row *positions, size_t count, struct err *err);
/* cohort-analyzer's outbox row of the patterns that must be published. */
bool promotion_write_messages(const struct promotion *promotion, struct buffer *out,
			      int64_t *ret_count, struct err *err);

void promotion_print(const struct promotion *promotion);

/* all but one of a table that growthctl migrate makes, in schema public, ended by NULL, for the
 * test */
extern const struct statement *const promote_statements[];
extern const struct statement *const promote_worker_statements[]; /* run in each worker's schema */
