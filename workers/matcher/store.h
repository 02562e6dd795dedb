/*
 * matcher's rows in Postgres, for the messages of one batch at a time. The row of a contractor is
 * the lock of everything that belongs to him: it is taken first, and what else is read is read
 * after.
 */
#pragma once

#include "decide.h"
#include "worker.h"

/* By id, none twice. */
struct contractors {
	struct contractor *items;
	size_t count;
};

struct contractor *matcher_find_contractor(const struct contractors *contractors,
					   int64_t id); /* NULL: not there */

/* The contractors with these ids (each once or more), known or not, with their matches; locked
 * until the batch ends. */
bool matcher_load_contractors(struct context *ctx, const int64_t *ids, size_t count,
			      struct contractors *ret_contractors, struct err *err);
/* The next `limit` contractors of a partition in one of the tiers (none twice) behind the id `after`, likewise. */
bool matcher_load_partition(struct context *ctx, int32_t partition, const struct texts *tiers,
			    int64_t after, int64_t limit, struct contractors *ret_contractors,
			    struct err *err);
/*
 * Saves the profiles and matches that the batch changed: first what is new, which may fail because another instance was faster; then
 * the rest, which is only sent (db_post), so what is to be published is made while Postgres works.
 */
bool matcher_insert_new(struct context *ctx, const struct contractors *contractors,
			struct err *err);
bool matcher_update_changed(struct context *ctx, const struct contractors *contractors,
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
};

struct partner_scores *matcher_find_scores(const struct scores *scores,
					   int64_t contractor_id); /* NULL: not there */
/* The scores of these contractors (each once or more), known or not. Their rows or places must be
 * held. */
bool matcher_load_scores(struct context *ctx, const int64_t *ids, size_t count,
			 struct scores *ret_scores, struct err *err);
/* Only sent, too. */
bool matcher_save_scores(struct context *ctx, const struct scores *scores, struct err *err);

extern const struct statement matcher_pattern_versions;
extern const struct statement *const matcher_statements[];
