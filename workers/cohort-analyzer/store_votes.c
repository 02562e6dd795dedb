/* Counting the votes for a recalculation, pattern by pattern: only one pattern's goals are held,
 * and of the others who voted how. */
#include "monthly_votes.h"
#include "outcome.h"
#include "rows.h"
#include "store.h"

static bool stopped(const atomic_bool *stop, struct err *err)
{
	return atomic_load(stop) && !err_set(err, ERR_RETRY, "stopped");
}

/* The pattern whose votes are coming in. */
struct poll {
	utc_us as_of;
	const atomic_bool *stop;
	struct arena *arena;  /* of the result */
	struct arena scratch; /* of one pattern's votes */
	const char *pattern_key;
	struct outcome_recorded *votes;
	size_t votes_count, votes_room;
	struct votes result;
	struct pattern_voters *voters; /* of the result's items */
	size_t result_room;
};

static void finish_pattern(struct poll *poll)
{
	struct votes *result = &poll->result;
	struct voter_score *voters;
	size_t voters_count;

	if (!poll->pattern_key)
		return;
	if (result->count == poll->result_room) {
		poll->result_room = poll->result_room ? 2 * poll->result_room : 16;
		result->items = arena_grow(poll->arena, result->items, result->count,
					   poll->result_room, sizeof(*result->items));
		poll->voters = arena_grow(poll->arena, poll->voters, result->count,
					  poll->result_room, sizeof(*poll->voters));
		result->voters = poll->voters;
	}
	voters_count =
		score_voters(poll->votes, poll->votes_count, poll->as_of, &poll->scratch, &voters);
	poll->voters[result->count] = (struct pattern_voters){
		.pattern_key = poll->pattern_key,
		.items = arena_memdup(poll->arena, voters, voters_count * sizeof(*voters)),
		.count = voters_count,
	};
	result->items[result->count++] = (struct pattern_evidence){
		.pattern_key = poll->pattern_key,
		.evidence = weigh_votes(voters, voters_count, poll->as_of),
		.monthly = count_votes_monthly(poll->votes, poll->votes_count, poll->as_of,
					       &poll->scratch, poll->arena),
	};
	arena_reset(&poll->scratch);
	poll->votes = NULL;
	poll->votes_count = poll->votes_room = 0;
}

static bool take_vote(const void *row, void *closure, struct err *err)
{
	const struct recorded_vote *vote = row;
	struct poll *poll = closure;

	if (stopped(poll->stop, err))
		return false;
	if (!poll->pattern_key || strcmp(poll->pattern_key, vote->pattern_key) != 0) {
		finish_pattern(poll);
		poll->pattern_key = arena_strdup(poll->arena, vote->pattern_key);
	}
	poll->votes = arena_room(&poll->scratch, poll->votes, poll->votes_count, &poll->votes_room,
				 sizeof(*poll->votes));
	poll->votes[poll->votes_count] = outcome_of_vote(vote);
	poll->votes[poll->votes_count++].pattern_key =
		poll->pattern_key; /* the row's does not last */
	return true;
}

static void pool(struct votes *votes, struct arena *arena)
{
	struct outcome_evidence *all = arena_array(arena, struct outcome_evidence, votes->count);
	struct monthly_votes *monthly = arena_array(arena, struct monthly_votes, votes->count);

	for (size_t i = 0; i < votes->count; i++) {
		all[i] = votes->items[i].evidence;
		monthly[i] = votes->items[i].monthly;
	}
	pool_monthly_votes(monthly, votes->count, arena);
	votes->pooled = pooled_success(all, votes->count);
	for (size_t i = 0; i < votes->count; i++)
		votes->items[i].evidence.pooled = votes->pooled;
}

bool votes_count(struct db *db, utc_us as_of, const atomic_bool *stop, struct arena *arena,
		 struct votes *ret_votes, struct err *err)
{
	struct poll poll = { .as_of = as_of, .stop = stop, .arena = arena };
	bool ok;

	arena_init(&poll.scratch);
	ok = db_stream(db, &analyzer_statements.load_votes, NULL, take_vote, &poll, err);
	if (ok) {
		finish_pattern(&poll);
		pool(&poll.result, arena);
		*ret_votes = poll.result;
	}
	arena_release(&poll.scratch);
	return ok;
}
