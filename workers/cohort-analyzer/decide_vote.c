#include "decide.h"
#include "identity.h"
#include "outcome.h"

/* By goal, the latest first. */
static int by_goal(const void *left, const void *right)
{
	const struct vote *a = left, *b = right;
	int order = uuid_order(&a->outcome.goal_id, &b->outcome.goal_id);

	if (order)
		return order;
	if (a->outcome.occurred_at != b->outcome.occurred_at)
		return a->outcome.occurred_at > b->outcome.occurred_at ? -1 : 1;
	return strcmp(b->event_id, a->event_id);
}

size_t votes_keep_latest(struct vote *votes, size_t count)
{
	size_t kept = 0;

	if (count > 1)
		qsort(votes, count, sizeof(*votes), by_goal);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 ||
		    !uuid_equal(&votes[kept - 1].outcome.goal_id, &votes[i].outcome.goal_id))
			votes[kept++] = votes[i];
	return kept;
}

size_t voters_of(const int64_t *contractors, size_t contractors_count,
		 const char *const *pattern_keys, size_t keys_count, struct arena *arena,
		 struct voter **ret_voters)
{
	struct voter *voters = arena_array(arena, struct voter, contractors_count * keys_count);
	size_t count = 0;

	for (size_t i = 0; i < contractors_count; i++)
		for (size_t j = 0; j < keys_count; j++)
			voters[count++] = (struct voter){
				.pattern_key = pattern_keys[j],
				.voter = voter_of(contractors[i], pattern_keys[j]),
			};
	*ret_voters = voters;
	return count;
}
