/* Internal to decide_told.c, which takes the messages, and decide_told_judge.c, which holds rows
 * against them. */
#pragma once

#include "decide_told.h"
#include "messages.h"

struct told_goal {
	struct uuid id, content;
	struct uuid pattern; /* of the first one that it was told with */
	struct uuid event;   /* that told it last */
	struct uuid *items;  /* by position */
	size_t items_count, items_room;
};

struct told_match {
	struct uuid pattern, content, profile;
	double tier_score;
	int to; /* rank of the tier that the pattern leads to */
	bool successful;
};

/* A contractor.matched, by which a goal was told. */
struct told_cause {
	struct uuid id, profile;
};

/* A partner's step names one of them by its id and all in words, so of partners it is known when
 * some were recommended. */
struct told_listing {
	struct uuid what; /* pattern, kind and item; of partners the time instead of the item */
	utc_us first_at;
};

#define GROWING(type) \
	struct { \
		type *items; \
		size_t count, room; \
	}

struct told_contractor {
	GROWING(struct told_goal) goals;
	GROWING(struct told_match) matches;
	GROWING(struct told_cause) causes;
	GROWING(struct told_listing) listings;
	struct uuid matched, versions; /* over all messages so far */
};

struct told {
	const int64_t *ids;
	struct told_contractor *items; /* of ids */
	size_t count;
	const struct vocabulary *vocabulary;
	struct arena arena, scratch;
};

/* NULL: he is none of those who are wanted; has not been told of it. */
struct told_contractor *told_find_contractor(const struct told *told, int64_t id);
struct told_goal *told_find_goal(const struct told_contractor *contractor, const struct uuid *id);
struct told_match *told_find_match(const struct told_contractor *contractor,
				   const struct uuid *pattern);
struct told_listing *told_find_listing(const struct told_contractor *contractor,
				       const struct uuid *what);

/* Of what a message says of them, but for what others write, or stands in rows of its own. */
struct uuid told_digest_goal(struct goal_enriched goal, struct arena *arena);
struct uuid told_digest_item(struct checklist_item item, struct arena *arena);
struct uuid told_digest_match(struct pattern_match match, struct arena *arena);
/* time: when it was told */
struct uuid told_digest_listing(const char *pattern_key, const char *item_type, const char *item,
				utc_us time);
