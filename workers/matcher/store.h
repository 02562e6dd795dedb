/*
 * matcher's rows in Postgres, for the messages of one batch at a time. The row of a contractor is
 * the lock of everything that belongs to him (README.md, "Two instances, one contractor").
 */
#pragma once

#include "decide.h"
#include "worker.h"

/* A batch is read in at most so many groups, of at least so many contractors on average. */
#define READ_GROUPS_MAX 8
#define READ_GROUP_LEAST 250

/* By id, none twice. */
struct contractors {
	struct contractor *items;
	size_t count;
};

struct contractor *matcher_find_contractor(const struct contractors *contractors,
					   int64_t id); /* NULL: not there */

/* Contractors that are being read: in groups, ascending ids, so that something can be done with one
 * while Postgres reads the next. */
struct reading {
	struct contractors contractors; /* of all groups */
	size_t group_count;
	struct db_answer patterns; /* the names of all of them */
	struct db_answer profiles[READ_GROUPS_MAX], matches[READ_GROUPS_MAX];
	struct reading_again *again; /* NULL: nobody was asked for once more */
};

/* Of these contractors what was asked for later counts. It is in the arena of the batch in hand,
 * which may not be the reading's. */
struct reading_again {
	const int64_t *ids; /* ascending, none twice */
	size_t count;
	struct db_answer profiles, matches;
};

/*
 * Asks for the contractors with these ids (each once or more), known or not, with their matches.
 * They are not locked: what follows from what was read is saved only if they are still so.
 * *ret_reading stays where it is until all groups are taken, in order.
 */
bool matcher_ask_contractors(struct context *ctx, const int64_t *ids, size_t count,
			     struct reading *ret_reading, struct err *err);
/* Of these (each once or more), which are among them, once more, before a group is taken. */
bool matcher_ask_again(struct context *ctx, const int64_t *ids, size_t count,
		       struct reading *reading, struct err *err);
bool matcher_take_group(struct context *ctx, const struct reading *reading, size_t group,
			struct contractors *ret_contractors, struct err *err);

/* The same at once, and those known are locked until the batch ends. */
bool matcher_lock_known(struct context *ctx, const int64_t *ids, size_t count,
			struct contractors *ret_contractors, struct err *err);
/* The next `limit` contractors of a partition in one of the tiers (none twice) behind the id
 * `after`, likewise. */
bool matcher_load_partition(struct context *ctx, int32_t partition, const struct texts *tiers,
			    int64_t after, int64_t limit, struct contractors *ret_contractors,
			    struct err *err);

/*
 * Both only send (db_post), so Postgres works while the batch goes on. If another instance has
 * inserted or changed one of the contractors since he was read, the batch fails with ERR_RETRY.
 *
 * Saves profiles that changed. It locks them, and the contractors whose matches changed: so it
 * comes before what depends on nobody else's changing these is read (partner scores), and before
 * matcher_save_matches().
 */
bool matcher_save_profiles(struct context *ctx, const struct contractors *contractors,
			   struct err *err);
bool matcher_save_matches(struct context *ctx, const struct contractors *contractors,
			  struct err *err);

/*
 * Makes another instance that inserts one of the contractors not known here wait for the end of
 * this batch. Call it before what depends on their absence is read, and matcher_free_places()
 * before the batch ends.
 */
bool matcher_hold_places(struct context *ctx, const struct contractors *contractors,
			 struct err *err);
bool matcher_free_places(struct context *ctx, const struct contractors *contractors,
			 struct err *err);

bool matcher_erase_contractors(struct context *ctx, const int64_t *ids, size_t count,
			       struct err *err);

/* By contractor_id, none twice. */
struct scores {
	struct partner_scores *items;
	size_t count;
	struct db_answer answer; /* the store's own */
};

struct partner_scores *matcher_find_scores(const struct scores *scores,
					   int64_t contractor_id); /* NULL: not there */
/* Asks for the scores of these contractors (each once or more), known or not; *ret_scores stays
 * where it is until they are taken. Their rows or places must be held. */
bool matcher_ask_scores(struct context *ctx, const int64_t *ids, size_t count,
			struct scores *ret_scores, struct err *err);
bool matcher_take_scores(struct context *ctx, struct scores *scores, struct err *err);
/* Only sent, too. */
bool matcher_save_scores(struct context *ctx, const struct scores *scores, struct err *err);

extern const struct statement matcher_pattern_versions;
extern const struct statement *const matcher_statements[];
