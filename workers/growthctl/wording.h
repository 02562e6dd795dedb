/*
 * The words that SQL says: templates and the tier ladder go from the configuration into the tables
 * of schemas/sql/0013_reading.sql, where the read functions take them from.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "db.h"
#include "err.h"
#include "options.h"
#include "vocabulary.h"

/* Sentences with {places} that SQL fills in. */
struct wording {
	const char *percent, *at_least;
	const char *partner_sentence, *partner_unrated, *partner_like_you;
	const char *book_sentence, *podcast_sentence, *event_sentence;
	const char *hint, *common;
	const char *timeline_range, *timeline_one, *timeline_same;
	const char *timeline_range_more, *timeline_one_more, *timeline_same_more;
	const char *timeline_first_seen;
	const char *timeline_share, *timeline_share_one;
	const char *timeline_share_more, *timeline_share_one_more;
	const char *timeline_longer, *timeline_none, *timeline_reached;
};

/* The options texts.* that fill it. */
extern const struct config_option wording_options[];

/* Makes the tables say what the configuration says, in one transaction. *ret_changed: how many of
 * the templates and tiers were not there, were different, or are no longer wanted. */
bool wording_save(struct db *db, const struct wording *wording, const struct labels *tiers,
		  struct arena *arena, int64_t *ret_changed, struct err *err);
