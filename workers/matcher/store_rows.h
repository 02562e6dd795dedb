/* Internal to the store: what its files share. */
#pragma once

#include "store.h"

/* Parameter of every statement that takes ids: int64_t as rows. */
extern const struct pg_column matcher_id_columns[];

/* The ids ascending, none twice. */
int64_t *matcher_unique_ids(struct arena *arena, const int64_t *ids, size_t count,
			    size_t *ret_count);

/* The names of all patterns. */
bool matcher_ask_patterns(struct context *ctx, struct db_answer *ret_answer, struct err *err);
/* The matches of these contractors: asked for, and filled in when they and the names are there. */
bool matcher_ask_matches(struct context *ctx, const int64_t *ids, size_t count,
			 struct db_answer *ret_answer, struct err *err);
bool matcher_take_matches(struct context *ctx, const struct db_answer *answer,
			  const struct db_answer *patterns, const struct contractors *contractors,
			  struct err *err);
/* Both, of the known contractors among these, which are locked. */
bool matcher_load_matches(struct context *ctx, const struct contractors *contractors,
			  struct err *err);

extern const struct statement matcher_read_contractors, matcher_lock_contractors,
	matcher_lock_partition, matcher_insert_contractors, matcher_update_contractors,
	matcher_update_figures, matcher_hold_places_statement, matcher_free_places_statement,
	matcher_erase_contractors_statement, matcher_erase_scores, matcher_select_matches,
	matcher_name_patterns, matcher_insert_matches, matcher_update_matches,
	matcher_update_moved_matches, matcher_select_scores, matcher_insert_scores,
	matcher_update_scores;
