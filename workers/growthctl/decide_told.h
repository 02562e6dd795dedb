/*
 * What a side has told of contractors, as its own topics contractor.matched and goal.enriched have
 * it. What matcher and goal-enricher store in passing depends on which version of a pattern met
 * which profile; the log has what each side made of it. So a row that may differ for that reason
 * must be what its side told last: one that somebody has changed is not. Pure: diff_told.c reads.
 */
#pragma once

#include "decide_diff.h"
#include "vocabulary.h"

struct told;

/* Of these contractors alone, ascending; they and the vocabulary must live as long. Never NULL. */
struct told *told_new(const int64_t *contractors, size_t count,
		      const struct vocabulary *vocabulary);
void told_free(struct told *told);

bool told_wants(const struct told *told, int64_t contractor);
/* One of either topic. */
struct told_message {
	const char *topic; /* without prefix */
	int64_t contractor;
	const char *value; /* NULL: he was erased */
	size_t length;
	const char *id; /* the event's */
};
/* About a contractor who is wanted, in the order of its partition. What does not decode has told
 * nothing. */
void told_take(struct told *told, const struct told_message *message);

/* Whether the table has what these topics tell. */
bool told_concerns(const struct diff_table *table);

/*
 * Adds to the contents of a pair of such a table, for the rules:
 *   "@as_told"    each side's row is what it told last; where there is none, it told none
 *   "@otherwise"  the sides told this contractor other matches, or goals of other versions or
 *                 because of other events
 *   "@profile"    of a goal or a match: the profile that it was told of last; not there: it cannot
 *                 be told
 *   "@result"     of a match: whether it is said to be successful as that profile, and those that
 *                 came later, make it
 * logs: of each side; NULL: it has no topics, and is taken at its word if `trusted`, else nothing
 * of it is shown.
 */
void told_judge(struct diff_pair *pair, struct json_object *key, const struct told *const logs[2],
		const bool trusted[2]);
