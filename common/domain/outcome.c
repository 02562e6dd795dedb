/* Votes are sorted by voter and score before they are added up: the order in which outcomes came
 * cannot show. */
#include <math.h>

#include "identity.h"
#include "instant.h"
#include "outcome.h"

#define POOL_VOTERS 30
/* 2020-01-01T00:00:00Z: near enough for weights far from the ends of a double. Sums that are stored
 * are of this instant. */
#define REFERENCE (INT64_C(1577836800) * US_PER_SECOND)

double outcome_score(enum goal_outcome outcome, struct optional_int satisfaction,
		     enum revenue_impact impact)
{
	double sum = outcome == OUTCOME_COMPLETED ? 0.5 : 0, weights = 0.5;

	if (satisfaction.present) {
		sum += 0.3 * (double)(satisfaction.value - 1) / 4;
		weights += 0.3;
	}
	if (impact != IMPACT_ABSENT && impact != IMPACT_TOO_EARLY) {
		sum += impact == IMPACT_POSITIVE ? 0.2 : impact == IMPACT_NEUTRAL ? 0.1 : 0;
		weights += 0.2;
	}
	return fmin(1, sum / weights);
}

/* One goal's part in its voter's vote. */
struct ballot {
	struct uuid voter;
	utc_us time;
	double score;
};

static int by_voter(const void *left, const void *right)
{
	const struct ballot *a = left, *b = right;
	int order = uuid_order(&a->voter, &b->voter);

	if (!order)
		order = (a->score > b->score) - (a->score < b->score);
	return order ? order : (a->time > b->time) - (a->time < b->time);
}

static utc_us silent_from(const struct outcome_recorded *goal)
{
	return goal->goal_created_at + OUTCOME_SILENCE_DAYS * US_PER_DAY;
}

/* Returns false while the goal says nothing. */
static bool ballot_of(const struct outcome_recorded *goal, utc_us as_of, struct ballot *ret_ballot)
{
	if (goal->outcome != OUTCOME_OPEN && goal->occurred_at <= as_of)
		*ret_ballot = (struct ballot){
			.voter = goal->voter,
			.time = goal->occurred_at,
			.score = outcome_score(goal->outcome, goal->satisfaction,
					       goal->revenue_impact),
		};
	else if (silent_from(goal) <= as_of)
		*ret_ballot = (struct ballot){ .voter = goal->voter,
					       .time = silent_from(goal),
					       .score = 0 };
	else
		return false;
	return true;
}

bool outcome_is_known(const struct outcome_recorded *goal, utc_us as_of)
{
	struct ballot ballot;

	return ballot_of(goal, as_of, &ballot);
}

size_t score_voters(const struct outcome_recorded *outcomes, size_t count, utc_us as_of,
		    struct arena *arena, struct voter_score **ret_voters)
{
	struct ballot *ballots = arena_array(arena, struct ballot, count);
	struct voter_score *voters = arena_array(arena, struct voter_score, count);
	size_t cast = 0, voters_count = 0;

	for (size_t i = 0; i < count; i++)
		cast += ballot_of(&outcomes[i], as_of, &ballots[cast]);
	if (cast > 1)
		qsort(ballots, cast, sizeof(*ballots), by_voter);
	for (size_t i = 0; i < cast;) {
		const struct ballot *first = &ballots[i];
		utc_us latest = first->time;
		double sum = 0, goals = 0;

		for (; i < cast && uuid_equal(&ballots[i].voter, &first->voter); i++) {
			sum += ballots[i].score;
			goals += 1;
			latest = ballots[i].time > latest ? ballots[i].time : latest;
		}
		voters[voters_count++] =
			(struct voter_score){ first->voter, fmin(1, sum / goals), latest };
	}
	*ret_voters = voters;
	return voters_count;
}

double vote_weight(utc_us from, utc_us at)
{
	return exp2(-((double)(at - from) / (double)US_PER_DAY) / OUTCOME_HALF_LIFE_DAYS);
}

struct uuid voter_of(int64_t contractor_id, const char *pattern_key)
{
	char decimal[24];

	snprintf(decimal, sizeof(decimal), "%lld", (long long)contractor_id);
	return identity("voter", decimal, pattern_key, NULL);
}

struct outcome_evidence weigh_votes(const struct voter_score *voters, size_t count, utc_us as_of)
{
	struct outcome_evidence evidence = { .pooled = 0.5, .voters = (int64_t)count };

	for (size_t i = 0; i < count; i++) {
		double weight = vote_weight(voters[i].latest, as_of);

		evidence.good += weight * voters[i].score;
		evidence.bad += weight * (1 - voters[i].score);
	}
	return evidence;
}

struct outcome_evidence count_votes(const struct outcome_recorded *outcomes, size_t count,
				    utc_us as_of, struct arena *arena)
{
	struct voter_score *voters;
	size_t voters_count = score_voters(outcomes, count, as_of, arena, &voters);

	return weigh_votes(voters, voters_count, as_of);
}

static void note_change(struct optional_time *first, utc_us time, utc_us as_of)
{
	if (time > as_of && (!first->present || time < first->value))
		*first = (struct optional_time){ time, true };
}

struct contribution contribution_of(const struct outcome_recorded *goals, size_t count,
				    utc_us as_of, struct arena *arena)
{
	struct contribution contribution = { 0 };
	struct voter_score *voter;

	if (score_voters(goals, count, as_of, arena, &voter) > 0) {
		double weight = vote_weight(voter->latest, REFERENCE);

		contribution.counts = true;
		contribution.good = weight * voter->score;
		contribution.bad = weight * (1 - voter->score);
	}
	for (size_t i = 0; i < count; i++) {
		bool closed = goals[i].outcome != OUTCOME_OPEN;

		if (closed)
			note_change(&contribution.changes_at, goals[i].occurred_at, as_of);
		if (!closed || goals[i].occurred_at > as_of)
			note_change(&contribution.changes_at, silent_from(&goals[i]), as_of);
	}
	return contribution;
}

struct outcome_evidence evidence_as_of(double good, double bad, int64_t voters, utc_us as_of)
{
	double scale = vote_weight(REFERENCE, as_of);

	return (struct outcome_evidence){
		.good = good * scale, .bad = bad * scale, .voters = voters, .pooled = 0.5
	};
}

double pooled_success(const struct outcome_evidence *patterns, size_t count)
{
	double good = 0, all = 0;
	int64_t voters = 0;

	for (size_t i = 0; i < count; i++) {
		good += patterns[i].good;
		all += patterns[i].good + patterns[i].bad;
		voters += patterns[i].voters;
	}
	return voters < POOL_VOTERS || all <= 0 ? 0.5 : good / all;
}
